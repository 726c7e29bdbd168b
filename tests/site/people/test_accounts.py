"""Accounts: made, confirmed, entered, left, mended - in four languages, and without a trace on public pages."""

import re

import pytest

PASSWORD = "otter-lantern-42-quay"
_COUNTER = 58_000_000

NEW = {"email": "an@schelde.example", "password1": PASSWORD, "password2": PASSWORD}


@pytest.mark.parametrize(("language", "heading", "asks"), [
    ("en", "Sign Up", "Please Confirm Your Email Address"), ("nl", "Registreren", "Bevestig uw e-mailadres"),
    ("fr", "Création de compte", None), ("de", "Registrieren", None)])
def test_an_account_is_made_in_each_language_and_its_address_confirmed(enter, outbox, link, language, heading, asks):
    from openvalley.site.people.models import Person

    browser = enter()
    text = browser.get(f"/{language}/me/account/signup/").content.decode()
    assert f'<html lang="{language}"' in text
    assert re.search(rf"<h1>\s*{heading}", text), text[text.index("<h1"):][:200]
    answer = browser.post(f"/{language}/me/account/signup/", NEW)
    assert answer.status_code == 302
    person = Person.objects.get()
    assert (person.email, person.language, person.role) == (NEW["email"], language, "member")
    (message,) = outbox
    assert "OpenValley" in message.body
    assert f"/{language}/me/account/confirm-email/" in message.body
    assert asks is None or asks in message.subject
    # Nobody gets in before the address is confirmed.
    assert "/confirm-email/" in browser.post(f"/{language}/me/account/login/", {
        "login": NEW["email"], "password": PASSWORD}).headers["Location"]
    confirming = link(message, "/confirm-email/")
    assert browser.get(confirming).status_code == 200
    assert not person.emailaddress_set.get().verified
    browser.post(confirming)
    assert person.emailaddress_set.get().verified
    answer = browser.post(f"/{language}/me/account/login/", {"login": NEW["email"], "password": PASSWORD})
    assert answer.headers["Location"] == f"/{language}/me"
    assert NEW["email"] in browser.get(f"/{language}/me").content.decode()


@pytest.mark.parametrize(("password", "says"), [
    ("short", "12"), ("123456789012345", "numeric"), ("passwordpassword", None), ("an@schelde.example", "similar")])
def test_weak_passwords_are_refused_beside_the_field(enter, password, says):
    from openvalley.site.people.models import Person

    answer = enter().post("/en/me/account/signup/", {**NEW, "password1": password, "password2": password})
    if says is None:
        assert answer.status_code in {200, 302}
        return
    text = answer.content.decode()
    fault = re.search(r'<p class="fault" id="id_password[12]_error">(.*?)</p>', text, re.DOTALL)[1]
    assert says in fault
    assert f'value="{NEW["email"]}"' in text
    assert 'aria-invalid="true"' in text
    assert not Person.objects.exists()


def test_whether_an_address_has_an_account_is_told_to_its_owner_only(enter, make, outbox):
    make(email="an@schelde.example")
    known = enter().post("/en/me/account/signup/", NEW)
    new = enter().post("/en/me/account/signup/", {**NEW, "email": "bo@schelde.example"})
    assert (known.status_code, known.headers["Location"]) == (new.status_code, new.headers["Location"])
    assert [message.to for message in outbox] == [["an@schelde.example"], ["bo@schelde.example"]]
    assert "already exists" in outbox[0].body


def test_a_forgotten_password_is_set_anew_by_a_link_that_works_once(enter, make, outbox, link):
    person = make()
    browser = enter()
    browser.post("/fr/me/account/password/reset/", {"email": person.email})
    assert "mot de passe" in outbox[0].body
    address = link(outbox[0], "/password/reset/key/")
    form = browser.get(address, follow=True)
    fresh = "heron-" + PASSWORD
    browser.post(form.redirect_chain[-1][0], {"password1": fresh, "password2": fresh})
    person.refresh_from_db()
    assert person.check_password(fresh)
    again = enter().get(address, follow=True).content.decode()
    assert 'lang="fr"' in again
    assert 'name="password1"' not in again


def test_an_authenticator_app_is_asked_for_once_it_is_active(enter, make, monkeypatch):
    from allauth.mfa.models import Authenticator
    from allauth.mfa.totp.internal import auth
    from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, generate_totp_secret, hotp_value

    # The app's clock stands still: else a code could be too old by the time it is typed.
    monkeypatch.setattr(auth, "yield_hotp_counters_from_time", lambda: iter([_COUNTER]))
    person = make()
    secret = generate_totp_secret()
    TOTP.activate(person, secret)
    assert Authenticator.objects.filter(user=person).exists()
    browser = enter()
    answer = browser.post("/nl/me/account/login/", {"login": person.email, "password": PASSWORD})
    assert answer.headers["Location"].startswith("/nl/me/second-factor/authenticate/")
    assert "/login/" in browser.get("/nl/me").headers["Location"]
    assert browser.get(answer.headers["Location"]).status_code == 200
    code = format_hotp_value(hotp_value(secret, _COUNTER))
    browser.post(answer.headers["Location"], {"code": code})
    assert browser.get("/nl/me").status_code == 200


@pytest.mark.parametrize("address", [
    "account/email/", "account/password/change/", "account/logout/", "second-factor/", "second-factor/totp/activate/",
    "profile", ""])
@pytest.mark.parametrize("language", ["en", "nl", "fr", "de"])
def test_pages_of_an_account_wear_our_frame_and_are_kept_by_nobody(enter, make, address, language):
    person = make()
    browser = enter()
    browser.post("/en/me/account/login/", {"login": person.email, "password": PASSWORD})
    url = f"/{language}/me/{address}" if address else f"/{language}/me"
    answer = browser.get(url)
    if "/reauthenticate/" in answer.headers.get("Location", ""):
        answer = browser.post(answer.headers["Location"], {"password": PASSWORD}, follow=True)
    text = answer.content.decode()
    assert answer.status_code == 200
    assert f'<html lang="{language}"' in text
    assert 'class="brand"' in text
    assert "noindex" in text
    assert "no-store" in answer.headers["Cache-Control"]
    assert " style=" not in text
    assert "unsafe" not in answer.headers["Content-Security-Policy"]


def test_tries_at_a_password_are_limited(enter, make):
    person = make()
    browser = enter()
    for _ in range(5):
        browser.post("/en/me/account/login/", {"login": person.email, "password": "wrong"})
    text = browser.post("/en/me/account/login/", {"login": person.email, "password": PASSWORD}).content.decode()
    assert "Too many failed login attempts" in text


@pytest.mark.parametrize(("language", "says"), [("nl", "Te veel pogingen"), ("fr", "Trop de tentatives"),
                                                ("de", "Zu viele Versuche"), ("en", "Too many tries")])
def test_who_tries_too_often_is_told_so_in_the_readers_language(enter, monkeypatch, language, says):
    from allauth.core.internal import ratelimit

    monkeypatch.setattr(ratelimit, "consume", lambda *_given, **_named: False)
    answer = enter().post(f"/{language}/me/account/login/", {"login": "an@example.org", "password": "x"})
    text = answer.content.decode()
    assert answer.status_code == 429
    assert f'<html lang="{language}"' in text
    assert says in text


def test_signing_in_leads_to_no_other_site(enter, make):
    person = make()
    answer = enter().post("/en/me/account/login/?next=https://evil.example/", {
        "login": person.email, "password": PASSWORD, "next": "https://evil.example/"})
    assert answer.headers["Location"] == "/en/me"


def test_public_pages_are_the_same_for_everybody(enter, make):
    visitor, member = enter(), enter(make("administrator"))
    for url in ("/en/", "/en/organisation/pic/990000002", "/en/search?q=x"):
        one, other = visitor.get(url), member.get(url)
        assert one.content == other.content
        assert one.headers["ETag"] == other.headers["ETag"]
        assert "Cookie" not in other.headers["Vary"]
        assert other.headers["Cache-Control"].startswith("public")
        assert not other.cookies
        assert 'href="/en/me"' in one.content.decode()


def test_an_account_can_be_locked(enter, make):
    person = make()
    browser = enter(person)
    assert browser.get("/en/me").status_code == 200
    person.is_active = False
    person.save()
    assert "/login/" in browser.get("/en/me").headers["Location"]


def test_a_form_without_our_token_is_refused_in_the_readers_language(enter, make):
    browser = enter(make(), enforce_csrf_checks=True)
    answer = browser.post("/de/me/profile", {"called": "An", "language": "de"})
    assert answer.status_code == 403
    assert '<html lang="de"' in answer.content.decode()


def test_name_and_language_are_kept_and_what_is_wrong_is_said(enter, make):
    person = make()
    browser = enter(person)
    assert browser.post("/nl/me/profile", {"called": " An \u0301 Boon ", "language": "fr"}).status_code == 302
    person.refresh_from_db()
    assert person.language == "fr"
    for called in ("x" * 81, "a\x1b[31mb", "a\x00b"):
        answer = browser.post("/nl/me/profile", {"called": called, "language": "fr"})
        assert answer.status_code == 400
        assert 'id="id_called_error"' in answer.content.decode()


def test_on_a_public_site_curators_need_a_second_factor(enter, make):
    from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
    from django.test import override_settings

    curator, administrator = make("curator"), make("administrator")
    with override_settings(SECOND_FACTOR_NEEDED=True):
        assert enter(administrator).get("/admin/").status_code == 302
        for person in (curator, administrator):
            browser = enter(person)
            assert browser.get("/en/curate/members").headers["Location"] == "/en/me/second-factor/totp/activate/"
            assert browser.get("/en/me").status_code == 200
            TOTP.activate(person, generate_totp_secret())
            assert browser.get("/en/curate/members").status_code == 200
        assert enter(administrator).get("/admin/").status_code == 200


@pytest.mark.parametrize(("language", "familiar"), [
    ("nl", r"\b(je|jij|jou|jouw)\b"), ("de", r"\b(du|dir|dich|dein\w*)\b")])
def test_nobody_is_addressed_as_an_old_friend(enter, make, outbox, language, familiar):
    from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret

    me = f"/{language}/me"
    browser, person = enter(), make(email="an@example.org", language=language)
    pages = [browser.get(f"{me}/account/{name}/") for name in ("signup", "login", "password/reset", "confirm-email",
                                                               "password/reset/done")]
    pages += [browser.post(f"{me}/account/signup/", {**NEW, "password2": "x"}),
              browser.post(f"{me}/account/login/", {"login": "an@example.org", "password": "wrong"})]
    for sent in ({**NEW}, {**NEW, "email": "an@example.org"}):
        enter().post(f"{me}/account/signup/", sent)
    for email in ("an@example.org", "nobody@example.org"):
        enter().post(f"{me}/account/password/reset/", {"email": email})
    browser = enter(person)
    pages += [browser.get(f"{me}/{name}/") for name in (
        "account/email", "account/password/change", "account/logout", "second-factor", "second-factor/totp/activate")]
    pages.append(browser.post(f"{me}/account/password/change/", {
        "oldpassword": "wrong", "password1": PASSWORD, "password2": "other"}))
    TOTP.activate(person, generate_totp_secret())
    entered = enter()
    pages.append(entered.post(f"{me}/account/login/", {"login": "an@example.org", "password": PASSWORD}, follow=True))
    assert len(outbox) == 4
    texts = [re.sub(r"<[^>]+>|&\w+;", " ", page.content.decode().partition("<main")[2]) for page in pages]
    for text in (*texts, *(f"{message.subject} {message.body}" for message in outbox)):
        assert not re.search(familiar, text, re.IGNORECASE), text


@pytest.mark.parametrize("path", ["signup/", "login/", "password/reset/"])
def test_labels_stand_above_fields_and_not_within_them(enter, path):
    text = enter().get(f"/en/me/account/{path}").content.decode()
    assert "<label for=" in text
    assert "placeholder=" not in text
