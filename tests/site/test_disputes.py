"""Wrong about us? Anyone says so without an account, and everyone sees it at once."""

import html
import json
import re
import sqlite3
from contextlib import closing
from urllib.parse import urlencode

import pytest

import sites
import worlds
from openvalley.resolve.disputes import MOST_OPEN, DisputeDecision, DisputeStore, State
from openvalley.resolve.sent import LONGEST_TEXT
from worlds import kbo, ror_id

BIOTECH = "/en/organisation/pic/990000002"
FORM = f"{BIOTECH}/dispute"
HOSPITAL = "/en/organisation/ror/" + ror_id(2).rpartition("/")[2]


@pytest.fixture
def disputed(site):
    """The store of the site's home, emptied after the test."""
    from openvalley.site.pages.reading import _kept

    # Numbers begin anew in each test, within one second: pages of the test before must not be taken for its own.
    _kept._pages.clear()
    yield DisputeStore(site.judgements)
    sites.forget_disputes(site)


@pytest.fixture
def browser(site):
    """A client that must bring the form's token, as browsers do."""
    assert site.home.exists()
    from django.test import Client

    return Client(headers={"host": "localhost"}, enforce_csrf_checks=True)


def _fields(text, **typed):
    """Return what a browser would send: the hidden token, and what was typed."""
    token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', text)[1]
    return {"csrfmiddlewaretoken": token, "about": "city=Gent", "says": "We are in Mechelen.", "link": "",
            "homepage": "", **typed}


@pytest.fixture
def send(browser, disputed):
    """Open a form, fill it in, send it; return the answer."""
    assert disputed.every() == []

    def sent(form=FORM, **typed):
        return _post(browser, form, _fields(browser.get(form).content.decode(), **typed))

    return sent


def _post(browser, form, fields, **options):
    """Send a form in the way in which browsers send this one."""
    return browser.post(form, urlencode(fields), "application/x-www-form-urlencoded", **options)


def _text(answer):
    return html.unescape(answer.content.decode())


def _fact(text, label):
    """Return what stands beside one fact of an organisation's page."""
    return re.search(rf"<dt>{label}</dt>(.*?)</div>\n", text, re.DOTALL)[1]


def test_without_an_account_a_dispute_is_shown_at_once_beside_the_fact(send, browser, page):
    before = page(BIOTECH)
    assert f'href="{FORM}"' in before
    assert "We are in Mechelen." not in before
    answer = send(link="https://www.example.org/contact")
    assert (answer.status_code, answer.headers["Location"]) == (303, f"{BIOTECH}?disputed=1")
    thanks = _text(browser.get(answer.headers["Location"]))
    assert 'role="status"' in thanks
    assert "is dispute 1" in thanks
    for text in (thanks, page(BIOTECH), page(BIOTECH.replace("/en/", "/de/"))):
        at = text.index('id="dispute-1"')
        beside = text[text.rindex("<dt>", 0, at):text.index("</p>", at)]
        assert "<dd>Gent " in beside
        assert "We are in Mechelen." in beside
        assert 'href="https://www.example.org/contact" rel="nofollow ugc noreferrer">example.org</a>' in beside
    assert "Disputed on" in _fact(page(BIOTECH), "Town")
    assert "It waits for a curator." in _fact(page(BIOTECH), "Town")
    assert 'class="notice thanks"' not in page(BIOTECH)
    assert "dispute-1" not in page(HOSPITAL)


def test_a_reload_or_second_click_sends_nothing_twice(send, disputed):
    assert send().headers["Location"] == send().headers["Location"]
    assert len(disputed.every()) == 1


def test_whoever_has_the_page_is_told_that_it_changed(send, client, disputed):
    for url in (BIOTECH, f"{BIOTECH}.json"):
        tag = client.get(url).headers["ETag"]
        assert client.get(url, headers={"if-none-match": tag}).status_code == 304
        assert client.get(url).headers["Cache-Control"] == "public, no-cache"
        send(says=f"about {url}")
        again = client.get(url, headers={"if-none-match": tag})
        assert again.status_code == 200
        assert f"about {url}" in again.content.decode()
    tag = client.get(BIOTECH).headers["ETag"]
    disputed.decide(1, DisputeDecision(State.REJECTED, "an", "The registers agree."))
    assert client.get(BIOTECH, headers={"if-none-match": tag}).status_code == 200
    assert client.get("/en/search").headers["Cache-Control"] == "public, max-age=60"


def test_what_a_curator_decided_stands_behind_the_mark(send, disputed, page):
    send()
    disputed.decide(1, DisputeDecision(State.ACCEPTED, "an", "The gazette says so."))
    text = _fact(page(BIOTECH), "Town")
    assert "A curator agreed on" in text
    assert "The gazette says so." in text
    assert text.index("<details") < text.index("We are in Mechelen.") < text.index("</details>")
    disputed.decide(1, DisputeDecision(State.REJECTED, "an", "It was another company."))
    text = _fact(page(BIOTECH), "Town")
    assert "A curator did not agree on" in text
    assert "It was another company." in text
    assert "We are in Mechelen." not in text
    disputed.decide(1, DisputeDecision(State.OPEN, "an", "Once more."))
    assert "We are in Mechelen." in _fact(page(BIOTECH), "Town")
    assert "by an" not in page(BIOTECH)


def test_the_json_of_an_organisation_carries_its_disputes(send, disputed, client):
    send(link="https://www.example.org/contact")
    (entry,) = client.get(f"{BIOTECH}.json").json()["disputes"]
    assert entry.pop("at").endswith("+00:00")
    assert entry == {
        "number": 1, "subject": "pic:990000002", "property": "city", "shown": "Gent", "says": "We are in Mechelen.",
        "link": "https://www.example.org/contact", "language": "en", "state": "open", "decided_at": None, "why": None}
    disputed.decide(1, DisputeDecision(State.REJECTED, "an", "No."))
    (entry,) = client.get(f"{BIOTECH}.json").json()["disputes"]
    assert (entry["state"], entry["says"], entry["link"], entry["why"]) == ("rejected", None, None, "No.")


@pytest.mark.parametrize(("about", "place"), [
    ("website=", "<dt>Website</dt>"), ("city=", "<dt>Town</dt>"), ("state=active", "<dt>Life state</dt>"),
    ("name=Numbered Cells", "<h1>Numbered Cells"), ("other=", ">Something else</h3>"),
    ("platform=", ">Technology platforms</h3>"), (f"identifier={kbo(77)}", "<dt>Identifiers</dt>"),
    ("other_name=Numbered Cells", 'class="names" open'),
])
def test_each_dispute_stands_where_it_belongs(send, page, about, place):
    url = "/en/organisation/kbo/" + kbo(77)
    answer = send(f"{url}/dispute", about=about)
    assert answer.status_code == 303, _text(answer)
    text = page(url)
    assert place in text
    between = text[text.index(place):text.index('id="dispute-1"')]
    assert between.count("<dt>") <= 1
    assert between.count("<h2") == 0


def test_a_fact_leads_to_the_form_with_itself_chosen(browser, page, disputed):
    assert disputed.every() == []
    url = html.unescape(re.search(rf'href="({FORM}\?about=identifier[^"]+)"', page(BIOTECH))[1])
    text = browser.get(url).content.decode()
    (chosen,) = re.findall(r'<option value="([^"]+)" selected>', text)
    assert chosen.startswith("identifier=")
    assert " selected>" not in browser.get(f"{FORM}?about=colour%3Dred").content.decode()


@pytest.mark.parametrize(("typed", "status", "field", "says"), [
    ({"about": ""}, 400, "about", "Choose what is wrong."), ({"about": "city=Brugge"}, 400, "about", "no longer"),
    ({"about": "colour=red"}, 400, "about", "no longer"), ({"about": "domain="}, 400, "about", "no longer"),
    ({"about": "'; DROP TABLE dispute; --"}, 400, "about", "no longer"),
    ({"says": ""}, 400, "says", "Write what is right"), ({"says": "x" * 501}, 400, "says", "at most 500"),
    ({"says": "x" * 2_000_000}, 400, "says", "at most 500"), ({"says": "x" * 10_000_000}, 413, "says", "too large"),
    ({"says": "nul\x00byte"}, 400, "says", "cannot be shown"),
    ({"says": "esc\x1b[31m"}, 400, "says", "cannot be shown"),
    ({"says": "<b>Mechelen</b>"}, 400, "says", "plain text"),
    ({"link": "javascript:alert(1)"}, 400, "link", "public web page"),
    ({"link": "https://example.org/?a=ann@example.org"}, 400, "link", "e-mail address"),
    ({"link": "https://example.org/" + "x" * 600}, 400, "link", "shorter address"),
])
def test_what_is_wrong_is_said_beside_the_field_and_nothing_typed_is_lost(send, disputed, typed, status, field, says):
    answer = send(**typed)
    text = answer.content.decode()
    assert answer.status_code == status
    assert "<title>Not sent:" in text
    assert f'<a href="#{field}">' in text[text.index('role="alert"'):]
    assert says in text[text.index(f'id="{field}-fault"'):][:300]
    tag = re.search(rf'<(select|textarea|input) id="{field}"[^>]*>', text)[0]
    assert 'aria-invalid="true"' in tag
    assert f"{field}-fault" in tag
    assert disputed.every() == []
    if status == 413:
        return
    kept = {"about": "city=Gent", "says": "We are in Mechelen.", "link": "", **typed}
    shown = html.unescape(text)
    assert kept["says"].replace("\x00", "").replace("\x1b", "") in shown
    assert f'value="{kept["link"]}"' in shown
    if field != "about":
        assert f'<option value="{kept["about"]}" selected>' in shown


def test_everything_that_the_form_offers_is_taken(site):
    from openvalley.atlas.disputed import PROPERTIES
    from openvalley.site.pages import wording

    assert site
    assert {*wording.PROPERTIES, "other"} == set(PROPERTIES)


def test_messages_name_the_real_limit():
    from openvalley.site.pages.disputing import FAULTS, Fault

    assert str(LONGEST_TEXT) in str(FAULTS["says", Fault.LONG])


def test_the_form_speaks_the_readers_language_and_escapes(send, browser, disputed, page):
    text = browser.get(FORM.replace("/en/", "/nl/")).content.decode()
    assert '<html lang="nl"' in text
    send(FORM.replace("/en/", "/nl/"), says='Zeg "Mechelen" & 1 < 2')
    assert disputed.every()[0].sent.language == "nl"
    assert '<q lang="nl">Zeg &quot;Mechelen&quot; &amp; 1 &lt; 2</q>' in page(BIOTECH)


def test_a_strange_name_harms_no_form(page, browser):
    url = json.loads(page("/en/search.json?q=Sons+Labs"))["items"][0]["address"]
    text = browser.get(f"{url}/dispute").content.decode()
    assert sites.SCRIPT not in text
    assert html.escape(sites.SCRIPT, quote=True).replace("&#x27;", "&#39;") in text


def test_contacts_are_taken_out_before_anyone_sees_them(send, page, site):
    send(says="Mail ann.sample@example.org or call +32 9 123 45 67, we are in Mechelen")
    text = page(BIOTECH)
    assert "ann.sample" not in text
    assert "123 45 67" not in text
    assert "we are in Mechelen" in text
    assert b"ann.sample" not in site.judgements.read_bytes()


# Against programs.

def test_a_form_without_its_token_comes_again_with_what_was_typed(browser, disputed):
    answer = _post(browser, FORM, {"about": "city=Gent", "says": "We are in Mechelen.", "link": "", "homepage": ""})
    text = _text(answer)
    assert answer.status_code == 403
    assert "Nothing is lost" in text
    assert "We are in Mechelen.</textarea>" in text
    assert '<option value="city=Gent" selected>' in text
    assert disputed.every() == []
    again = _post(browser, FORM, _fields(answer.content.decode()))
    assert (again.status_code, len(disputed.every())) == (303, 1)


def test_another_sites_form_is_refused(browser, disputed):
    fields = _fields(browser.get(FORM).content.decode())
    assert _post(browser, FORM, fields, headers={"origin": "https://evil.example"}).status_code == 403
    assert disputed.every() == []


def test_a_field_that_people_do_not_see_gives_programs_away(send, browser, disputed):
    text = browser.get(FORM).content.decode()
    hidden = text[text.index('<div class="hidden"'):]
    assert 'name="homepage" type="text" tabindex="-1" autocomplete="off"' in hidden
    answer = send(homepage="https://pills.example")
    assert answer.status_code == 400
    assert "We are in Mechelen." in _text(answer)
    assert disputed.every() == []


def test_so_many_about_one_organisation_and_no_more(send, disputed):
    for number in range(MOST_OPEN):
        assert send(says=f"Reason {number}").status_code == 303
    answer = send(says="one more")
    assert answer.status_code == 429
    assert "wait for a curator already" in _text(answer)
    assert "one more</textarea>" in _text(answer)
    assert len(disputed.every()) == MOST_OPEN
    assert send(f"{HOSPITAL}/dispute", about="city=Leuven").status_code == 303


@pytest.fixture
def with_limit(site):
    """Return a context in which the site takes so many disputes a day."""
    from dataclasses import replace

    from django.test import override_settings

    return lambda limit: override_settings(OPENVALLEY=replace(site, disputes_a_day=limit))


def test_so_many_a_day_and_no_more(send, disputed, with_limit):
    with with_limit(2):
        for number in range(2):
            assert send(says=f"Reason {number}").status_code == 303
        answer = send(f"{HOSPITAL}/dispute", about="city=Leuven")
    assert answer.status_code == 429
    assert "send it tomorrow" in _text(answer)
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


# The frame.

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
    fields = _fields(browser.get(FORM).content.decode(), about="city=Gent")
    answer = _post(browser, "/en/organisation/vat/BE" + kbo(2) + "/dispute", fields)
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
        answer = _post(client, FORM, {"about": "city=Gent", "says": "We are in Mechelen.", "link": "", "homepage": ""})
    assert answer.status_code == 503
    assert "We are in Mechelen.</textarea>" in _text(answer)


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
