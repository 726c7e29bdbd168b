"""Secrets of second factors: sealed in the database, read after a change of key, and what happens where it is lost."""

import json
import re
import sys

import pytest
from django.core.cache import cache

from openvalley.errors import SecondFactorUnreadable

PASSWORD = "otter-lantern-42-quay"
_COUNTER = 58_000_000
OTHER = "another-key-of-many-0123456789-different-letters-abcdefghijk"


@pytest.fixture
def factor(make, monkeypatch):
    """Give somebody a second factor; return the person, the secret as the app has it, and the recovery codes."""
    from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
    from allauth.mfa.totp.internal import auth
    from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret

    # The app's clock stands still: else a code could be too old by the time it is typed.
    monkeypatch.setattr(auth, "yield_hotp_counters_from_time", lambda: iter([_COUNTER]))
    person, secret = make(email="an@example.org"), generate_totp_secret()
    TOTP.activate(person, secret)
    codes = RecoveryCodes.activate(person).get_unused_codes()
    return person, secret, codes


def _code(secret):
    from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value

    return format_hotp_value(hotp_value(secret, _COUNTER))


def _kept():
    from allauth.mfa.models import Authenticator

    return {entry.type: entry.data for entry in Authenticator.objects.all()}


def _enter(enter, code, language="en"):
    browser = enter()
    browser.post(f"/{language}/me/account/login/", {"login": "an@example.org", "password": PASSWORD})
    return browser.post(f"/{language}/me/second-factor/authenticate/", {"code": code})


@pytest.fixture
def run(site, monkeypatch, capsys):
    from openvalley.cli import main
    from openvalley.cli.edge import run_guarded

    def ran(*arguments):
        monkeypatch.setattr(sys, "argv", ["openvalley", "--home", str(site.home), "people", *arguments, "--json"])
        status = run_guarded(main.app)
        told = capsys.readouterr()
        return status, json.loads(told.out or told.err)

    return ran


def test_the_database_holds_no_secret_that_can_be_read(factor):
    _person, secret, codes = factor
    kept = str(_kept())
    assert kept.count("sealed:") == 2
    assert secret not in kept
    assert not any(code in kept for code in codes)
    assert not re.search(r"\b[0-9a-f]{80}\b", kept)


def test_one_signs_in_with_the_app_and_with_a_recovery_code(enter, factor):
    _person, secret, codes = factor
    assert _enter(enter, _code(secret)).headers["Location"] == "/en/me"
    assert _enter(enter, codes[0]).headers["Location"] == "/en/me"
    assert _enter(enter, "000000" if _code(secret) != "000000" else "111111").status_code == 200


def test_secrets_of_before_are_read_and_sealed(enter, factor):
    from allauth.mfa.models import Authenticator

    from openvalley.site.people.sealing import reseal

    person, secret, _codes = factor
    Authenticator.objects.filter(user=person, type="totp").update(data={"secret": secret})
    Authenticator.objects.filter(user=person, type="recovery_codes").update(
        data={"migrated_codes": ["12345678", "87654321"], "used_mask": 0})
    assert reseal(Authenticator.objects.all()) == (2, 0)
    kept = str(_kept())
    assert secret not in kept
    assert "12345678" not in kept
    assert _enter(enter, _code(secret)).headers["Location"] == "/en/me"


def test_after_a_change_of_key_the_earlier_one_is_named_and_all_is_sealed_anew(enter, factor, settings_of, run):
    _person, secret, _codes = factor
    from django.conf import settings

    with settings_of(SECRET_KEY=OTHER, SECRET_KEY_FALLBACKS=[settings.SECRET_KEY]):
        assert _enter(enter, _code(secret)).headers["Location"] == "/en/me"
        assert run("reseal") == (0, {"resealed": 2, "unreadable": 0})
    cache.clear()  # a code of the app counts once: the next one comes after half a minute
    with settings_of(SECRET_KEY=OTHER):
        assert _enter(enter, _code(secret)).headers["Location"] == "/en/me"


@pytest.mark.parametrize(("language", "says"), [
    ("en", "Your second factor cannot be read"), ("nl", "Uw tweede factor kan niet worden gelezen"),
    ("fr", "Votre second facteur ne peut pas être lu"), ("de", "Ihr zweiter Faktor kann nicht gelesen werden")])
def test_where_the_key_is_lost_a_page_says_so(enter, factor, settings_of, language, says):
    _person, secret, codes = factor
    with settings_of(SECRET_KEY=OTHER):
        for code in (_code(secret), codes[0]):
            answer = _enter(enter, code, language)
            text = answer.content.decode()
            assert answer.status_code == 503
            assert says in text
            assert f'<html lang="{language}"' in text
            assert "sealed:" not in text


def test_where_the_key_is_lost_the_factor_can_be_dropped(enter, factor, settings_of, run):
    from openvalley.site.people.models import Entry

    person, _secret, _codes = factor
    with settings_of(SECRET_KEY=OTHER):
        assert run("reseal") == (0, {"resealed": 0, "unreadable": 2})
        assert run("drop-second-factor", "an@example.org") == (0, {"account": person.pk, "second_factor": False})
        answer = enter().post("/en/me/account/login/", {"login": "an@example.org", "password": PASSWORD})
        assert answer.headers["Location"] == "/en/me"
    assert [entry.what for entry in Entry.objects.all()] == ["second_factor.dropped", "second_factors.resealed"]
    status, told = run("drop-second-factor", "an@example.org")
    assert (status, told["error"]["code"]) == (3, "bad_input")
    assert run("drop-second-factor", "nobody@example.org")[0] == 3


@pytest.mark.parametrize("spoilt", ["sealed:", "sealed:x", "sealed:" + "A" * 120, "sealed:é"])
def test_what_was_spoilt_is_not_taken_for_a_secret(site, spoilt):
    from openvalley.site.people.sealing import opened

    assert site.home.exists()
    with pytest.raises(SecondFactorUnreadable):
        opened(spoilt)


def test_each_sealing_is_another_one(site):
    from openvalley.site.people.sealing import opened, seal

    assert site.home.exists()
    assert seal("x") != seal("x")
    assert opened(seal("geheim é")) == "geheim é"


@pytest.fixture
def settings_of():
    from django.test import override_settings

    return override_settings
