"""Running a site with people: secure where others reach it, the first administrator, e-mail, the database."""

import json
import os
import subprocess
import sys

import pytest

from openvalley.errors import BadInput
from serving import ENDED


def _django(site, *command, **environment):
    return subprocess.run(
        [sys.executable, "-m", "django", *command], capture_output=True, text=True, check=False, timeout=ENDED,
        env={**os.environ, "OPENVALLEY_HOME": str(site.home), "DJANGO_SETTINGS_MODULE": "openvalley.site.settings",
             "OPENVALLEY_SECRET_KEY": "a-key-of-many-0123456789-different-letters-abcdefghijklmnop", **environment})


def test_a_public_site_passes_djangos_check_for_deployment(site):
    done = _django(site, "check", "--deploy", "--fail-level", "INFO", OPENVALLEY_HOSTS="valley.example")
    assert done.returncode == 0, done.stderr
    assert "no issues" in done.stdout


def test_no_migration_is_missing(site):
    assert _django(site, "makemigrations", "--check", "--dry-run", "people").returncode == 0


_ASK = """
import django
django.setup()
from django.conf import settings
from django.test import Client
for secure in (False, True):
    answer = Client(headers={"host": "valley.example"}).get("/en/me/account/login/", secure=False, headers={
        **({"x-forwarded-proto": "https"} if secure else {})})
    print(answer.status_code, answer.headers.get("Location"), answer.headers.get("Strict-Transport-Security"))
cookie = answer.cookies["csrftoken"]
print(cookie["secure"], cookie["httponly"], cookie["samesite"], settings.SESSION_COOKIE_SECURE,
      settings.SESSION_COOKIE_HTTPONLY, settings.SESSION_COOKIE_SAMESITE)
print(Client(headers={"host": "localhost"}).get("/healthz").status_code)
"""


def test_a_public_site_speaks_https_only_and_its_cookies_too(site):
    done = subprocess.run([sys.executable, "-c", _ASK], capture_output=True, text=True, check=True, timeout=ENDED,
                          env={**os.environ, "OPENVALLEY_HOME": str(site.home), "OPENVALLEY_HOSTS": "valley.example",
                               "DJANGO_SETTINGS_MODULE": "openvalley.site.settings"})
    plain, secure, cookies, health = done.stdout.splitlines()
    assert plain == "301 https://valley.example/en/me/account/login/ None"
    assert secure == "200 None max-age=31536000"
    assert cookies == "True True Lax True True Lax"
    assert health == "200"


def test_on_the_own_machine_plain_http_is_served(enter):
    answer = enter().get("/en/me/account/login/")
    assert answer.status_code == 200
    assert not answer.cookies["csrftoken"]["secure"]


@pytest.mark.parametrize(("address", "host", "port", "tls"), [
    ("smtp://me:p%40ss@mail.example", "mail.example", 587, (True, False)),
    ("smtps://mail.example", "mail.example", 465, (False, True)), ("smtp://localhost:1025", "localhost", 1025,
                                                                   (False, False))])
def test_the_mail_server_can_be_named(address, host, port, tls):
    from openvalley.site.configuration import mail

    told = mail({"EMAIL_URL": address, "OPENVALLEY_MAIL_FROM": "valley@example.org"})
    assert (told["EMAIL_HOST"], told["EMAIL_PORT"]) == (host, port)
    assert (told["EMAIL_USE_TLS"], told["EMAIL_USE_SSL"]) == tls
    assert told["DEFAULT_FROM_EMAIL"] == "valley@example.org"


def test_without_a_mail_server_e_mails_are_printed_and_odd_addresses_refused():
    from openvalley.site.configuration import mail

    assert "console" in mail({})["EMAIL_BACKEND"]
    with pytest.raises(BadInput) as refused:
        mail({"EMAIL_URL": "http://me:secret@mail.example"})
    assert "secret" not in refused.value.message


def test_the_first_administrator_is_made_by_a_command(site, make, monkeypatch, capsys):
    from openvalley.cli import main
    from openvalley.cli.edge import run_guarded
    from openvalley.site.people.models import Entry

    person = make(email="an@example.org")

    def run(*arguments):
        monkeypatch.setattr(sys, "argv", ["openvalley", "--home", str(site.home), "people", "role", *arguments,
                                          "--json"])
        status = run_guarded(main.app)
        told = capsys.readouterr()
        return status, json.loads(told.out or told.err)

    assert run("AN@example.org", "administrator") == (0, {"account": person.pk, "role": "administrator"})
    person.refresh_from_db()
    assert person.role == "administrator"
    assert Entry.objects.get().actor is None
    status, told = run("bo@example.org", "curator")
    assert (status, told["error"]["code"]) == (3, "bad_input")
    assert run("an@example.org", "emperor")[0] == 3


def test_the_database_being_down_is_owned_in_the_readers_language(enter, make, monkeypatch):
    from django.db import OperationalError
    from django.db.backends.utils import CursorWrapper

    browser = enter(make())

    def down(*_given, **_named):
        raise OperationalError("no such host secret-db")

    monkeypatch.setattr(CursorWrapper, "execute", down)
    answer = browser.get("/nl/me")
    monkeypatch.undo()
    text = answer.content.decode()
    assert answer.status_code == 503
    assert '<html lang="nl"' in text
    assert "De database van deze site antwoordt niet" in text
    assert "secret-db" not in text


@pytest.mark.parametrize("address", ["/fr/", "/fr/needs", "/fr/organisation/pic/990000002", "/fr/search?q=schelde"])
def test_without_a_database_the_atlas_is_read_all_the_same(enter, monkeypatch, address):
    from django.db import OperationalError
    from django.db.backends.utils import CursorWrapper

    def down(*_given, **_named):
        raise OperationalError("no such host secret-db")

    monkeypatch.setattr(CursorWrapper, "execute", down)
    answer = enter().get(address, headers={"cookie": "sessionid=abcdefghijklmnopqrstuvwxyz012345"})
    assert answer.status_code == 200
    assert '<html lang="fr"' in answer.content.decode()


def test_another_database_is_prepared_anew(monkeypatch):
    from openvalley.site.preparation import _fingerprint

    before = _fingerprint()
    monkeypatch.setenv("DATABASE_URL", "sqlite:////srv/other.sqlite3")
    assert _fingerprint() != before


def test_two_who_write_at_once_wait_for_each_other(home):
    from openvalley.site.configuration import database

    options = database(home, {})["OPTIONS"]
    assert options["transaction_mode"] == "IMMEDIATE"
    assert options["timeout"] >= 10
