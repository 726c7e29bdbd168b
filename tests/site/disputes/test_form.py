"""Wrong about us? Anyone says so without an account, and everyone sees it at once."""

import html
import json
import re

import pytest

import sites
from disputing import BIOTECH, FORM, HOSPITAL, text_of
from openvalley.resolve.curator_decisions import CuratorDecision, State
from openvalley.resolve.sent import LONGEST_TEXT
from worlds import kbo


def _fact(text, label):
    """Return what stands beside one fact of an organisation's page."""
    return re.search(rf"<dt>{label}</dt>(.*?)</div>\n", text, re.DOTALL)[1]


def test_without_an_account_a_dispute_is_shown_at_once_beside_the_fact(send, browser, page):
    before = page(BIOTECH)
    assert f'href="{FORM}"' in before
    assert "We are in Mechelen." not in before
    answer = send(link="https://www.example.org/contact")
    assert (answer.status_code, answer.headers["Location"]) == (303, f"{BIOTECH}?disputed=1")
    thanks = text_of(browser.get(answer.headers["Location"]))
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
    disputed.decide(1, CuratorDecision(State.REJECTED, "an", "The registers agree."))
    assert client.get(BIOTECH, headers={"if-none-match": tag}).status_code == 200
    assert client.get("/en/search").headers["Cache-Control"] == "public, max-age=60"


def test_what_a_curator_decided_stands_behind_the_mark(send, disputed, page):
    send()
    disputed.decide(1, CuratorDecision(State.ACCEPTED, "an", "The gazette says so."))
    text = _fact(page(BIOTECH), "Town")
    assert "A curator agreed on" in text
    assert "The gazette says so." in text
    assert text.index("<details") < text.index("We are in Mechelen.") < text.index("</details>")
    disputed.decide(1, CuratorDecision(State.REJECTED, "an", "It was another company."))
    text = _fact(page(BIOTECH), "Town")
    assert "A curator did not agree on" in text
    assert "It was another company." in text
    assert "We are in Mechelen." not in text
    disputed.decide(1, CuratorDecision(State.OPEN, "an", "Once more."))
    assert "We are in Mechelen." in _fact(page(BIOTECH), "Town")
    assert "by an" not in page(BIOTECH)


def test_the_json_of_an_organisation_carries_its_disputes(send, disputed, client):
    send(link="https://www.example.org/contact")
    (entry,) = client.get(f"{BIOTECH}.json").json()["disputes"]
    assert entry.pop("at").endswith("+00:00")
    assert entry == {
        "number": 1, "subject": "pic:990000002", "property": "city", "shown": "Gent", "says": "We are in Mechelen.",
        "link": "https://www.example.org/contact", "language": "en", "state": "open", "decided_at": None, "why": None}
    disputed.decide(1, CuratorDecision(State.REJECTED, "an", "No."))
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
    assert answer.status_code == 303, text_of(answer)
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
