"""The form against programs, other sites, floods and a broken store."""

import sqlite3
from contextlib import closing

import pytest

import worlds
from disputing import BIOTECH, FORM, HOSPITAL, post_form, text_of, typed_fields
from openvalley.resolve.disputes import MOST_OPEN
from worlds import kbo, ror_id


def test_a_form_without_its_token_comes_again_with_what_was_typed(browser, disputed):
    answer = post_form(browser, FORM, {
            "about": "city=Gent", "says": "We are in Mechelen.", "link": "", "homepage": ""})
    text = text_of(answer)
    assert answer.status_code == 403
    assert "Nothing is lost" in text
    assert "We are in Mechelen.</textarea>" in text
    assert '<option value="city=Gent" selected>' in text
    assert disputed.every() == []
    again = post_form(browser, FORM, typed_fields(answer.content.decode()))
    assert (again.status_code, len(disputed.every())) == (303, 1)


def test_another_sites_form_is_refused(browser, disputed):
    fields = typed_fields(browser.get(FORM).content.decode())
    assert post_form(browser, FORM, fields, headers={"origin": "https://evil.example"}).status_code == 403
    assert disputed.every() == []


def test_a_field_that_people_do_not_see_gives_programs_away(send, browser, disputed):
    text = browser.get(FORM).content.decode()
    hidden = text[text.index('<div class="hidden"'):]
    assert 'name="homepage" type="text" tabindex="-1" autocomplete="off"' in hidden
    answer = send(homepage="https://pills.example")
    assert answer.status_code == 400
    assert "We are in Mechelen." in text_of(answer)
    assert disputed.every() == []


def test_so_many_about_one_organisation_and_no_more(send, disputed):
    for number in range(MOST_OPEN):
        assert send(says=f"Reason {number}").status_code == 303
    answer = send(says="one more")
    assert answer.status_code == 429
    assert "wait for a curator already" in text_of(answer)
    assert "one more</textarea>" in text_of(answer)
    assert len(disputed.every()) == MOST_OPEN
    assert send(f"{HOSPITAL}/dispute", about="city=Leuven").status_code == 303


def test_so_many_a_day_and_no_more(send, disputed, with_limit):
    with with_limit(2):
        for number in range(2):
            assert send(says=f"Reason {number}").status_code == 303
        answer = send(f"{HOSPITAL}/dispute", about="city=Leuven")
    assert answer.status_code == 429
    assert "send it tomorrow" in text_of(answer)
    assert len(disputed.every()) == 2


def test_the_form_can_be_closed_and_disputes_stay(send, client, with_limit):
    send(about="other=")
    with with_limit(0):
        assert client.get(FORM).status_code == client.post(FORM, {}).status_code == 404
        text = client.get(f"{BIOTECH}?closed").content.decode()
    assert FORM not in text
    assert "We are in Mechelen." in text


def test_nobodys_network_address_is_kept(send, site):
    send()
    with closing(sqlite3.connect(site.judgements)) as connection:
        columns = [row[1] for row in connection.execute("PRAGMA table_info(dispute)").fetchall()]
        rows = connection.execute("SELECT * FROM dispute").fetchall()
    assert columns == ["number", "subject", "property", "shown", "says", "link", "language", "at"]
    assert "127.0.0.1" not in str(rows)


def test_only_the_form_sets_a_cookie_and_it_ends_with_the_visit(browser):
    assert not browser.get(BIOTECH).cookies
    cookie = browser.get(FORM).cookies["csrftoken"]
    assert (cookie["max-age"], cookie["expires"], cookie["httponly"], cookie["samesite"]) == ("", "", True, "Lax")


def test_the_form_is_not_kept_by_others_nor_listed(browser):
    answer = browser.get(FORM)
    assert answer.headers["Cache-Control"] == "private, no-cache"
    assert "Cookie" in answer.headers["Vary"]
    assert '<meta name="robots" content="noindex' in answer.content.decode()
    assert "form-action 'self'" in answer.headers["Content-Security-Policy"]
    assert "unsafe" not in answer.headers["Content-Security-Policy"]


@pytest.mark.parametrize(("url", "status"), [
    (f"/en/organisation/{ror_id(1)}/dispute?about=city%3DGent", 301), ("/en/organisation/990000002/dispute", 301),
    ("/en/organisation/pic/999999999/dispute", 404), (f"/en/organisation/{ror_id(7)}/dispute", 404),
    ("/en/organisation/cordis/700001/dispute", 404), ("/en/organisation/dispute", 404),
    ("/en/organisation/" + "x" * 3000 + "/dispute", 404),
])
def test_the_form_is_that_of_an_organisation(browser, url, status):
    answer = browser.get(url)
    assert answer.status_code == status
    if status == 301:
        assert answer.headers["Location"].startswith("/en/organisation/")
        assert answer.headers["Location"].endswith("/dispute" + url.partition("/dispute")[2])
        assert browser.get(answer.headers["Location"]).status_code == 200


def test_what_is_sent_under_an_earlier_id_is_taken(browser, disputed):
    fields = typed_fields(browser.get(FORM).content.decode(), about="city=Gent")
    answer = post_form(browser, "/en/organisation/vat/BE" + kbo(2) + "/dispute", fields)
    assert answer.headers["Location"].startswith(BIOTECH)
    assert disputed.every()[0].sent.subject == "pic:990000002"


def test_other_ways_of_asking_are_refused(browser):
    assert browser.put(FORM).status_code == 405
    assert browser.head(FORM).status_code == 200


def test_a_broken_store_breaks_no_page_and_loses_nothing_typed(client, tmp_path, site):
    from dataclasses import replace

    from django.test import override_settings

    (tmp_path / "judgements.sqlite").write_bytes(b"no database" * 500)
    (tmp_path / "atlas").symlink_to(site.atlases)
    with override_settings(OPENVALLEY=replace(site, home=tmp_path)):
        assert client.get(f"{BIOTECH}?broken").status_code == 200
        answer = post_form(client, FORM, {
            "about": "city=Gent", "says": "We are in Mechelen.", "link": "", "homepage": ""})
    assert answer.status_code == 503
    assert "We are in Mechelen.</textarea>" in text_of(answer)


@pytest.mark.parametrize(("names", "origins"), [
    (["localhost", "127.0.0.1", "[::1]"], []), (["*"], []),
    (["atlas.example", ".cluster.example"], ["https://atlas.example", "https://*.cluster.example"]),
])
def test_forms_may_come_through_a_server_that_speaks_https(names, origins):
    from openvalley.site.configuration import trusted_origins

    assert trusted_origins(names) == origins


def test_a_home_without_any_store_has_no_disputes(client, tmp_path, site):
    from dataclasses import replace

    from django.test import override_settings

    home = worlds.home_at(tmp_path / "home").home
    home.mkdir()
    (home / "atlas").symlink_to(site.atlases)
    with override_settings(OPENVALLEY=replace(site, home=home)):
        assert client.get(f"{BIOTECH}.json?none").json()["disputes"] == []
    assert [path.name for path in home.iterdir()] == ["atlas"]
