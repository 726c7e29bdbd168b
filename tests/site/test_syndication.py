"""What other programs take: valid feeds, calendars and maps, in the reader's language."""

from xml.etree import ElementTree as ET

import pytest
from icalendar import Calendar

from openvalley.vocabulary.terms import LANGUAGES
from worlds import ror_id

_ATOM = "{http://www.w3.org/2005/Atom}"
_CALLS = {"need": "rivers", "as_of": "2022-01-01"}


@pytest.mark.parametrize("address", ["/en/changes.atom", "/nl/changes.atom", "/en/fund.atom?need=gene+therapy"])
def test_feeds_have_what_atom_asks_for(client, address):
    answered = client.get(address)
    assert answered.status_code == 200, answered.content
    assert answered["Content-Type"].startswith("application/atom+xml")
    feed = ET.fromstring(answered.content)
    assert feed.tag == f"{_ATOM}feed"
    for part in (feed, *feed.findall(f"{_ATOM}entry")):
        assert all(part.findtext(f"{_ATOM}{name}") for name in ("id", "title", "updated"))
    ids = [entry.findtext(f"{_ATOM}id") for entry in feed.findall(f"{_ATOM}entry")]
    assert len(ids) == len(set(ids))


def test_deadlines_go_into_a_calendar(client):
    answered = client.get("/fr/fund.ics", _CALLS)
    calendar = Calendar.from_ical(answered.content)
    assert calendar.walk("VEVENT")
    page = client.get("/fr/fund", _CALLS).content.decode()
    assert "/fr/fund.ics?" in page


def test_without_a_deadline_no_calendar_is_offered(client):
    late = {**_CALLS, "need": "gene therapy", "as_of": "2026-01-01"}
    empty = Calendar.from_ical(client.get("/fr/fund.ics", late).content)
    assert not empty.walk("VEVENT")
    # RFC 5545, 3.6 and 3.6.5: a calendar has a component, a zone a name and a part with its onset and offsets.
    (zone,) = empty.walk("VTIMEZONE")
    (always,) = zone.subcomponents
    assert {"TZID"} <= set(zone)
    assert {"DTSTART", "TZOFFSETFROM", "TZOFFSETTO"} <= set(always)
    assert "/fr/fund.ics?" not in client.get("/fr/fund", late).content.decode()


@pytest.mark.parametrize("address", ["/en/fund.ics", "/en/fund.atom?as_of=yesterday", "/en/fund.ics?org=nobody"])
def test_deadlines_of_nothing_are_an_error(client, address):
    assert client.get(address).status_code in {400, 404}


def test_the_sitemap_names_pages_that_are_there(client):
    named = [entry.text for entry in ET.fromstring(client.get("/sitemap.xml").content).iter(
        "{http://www.sitemaps.org/schemas/sitemap/0.9}loc")]
    assert {f"http://localhost/{language}/organisation/ror/{ror_id(1)[-9:]}" for language in LANGUAGES} <= set(named)
    for_dutch = client.get("/sitemap.xml?nl", headers={"accept-language": "nl"})
    assert for_dutch.content == client.get("/sitemap.xml").content
    assert len(named) == len(set(named)) <= 50_000
    for address in named[:12]:
        assert client.get(address.removeprefix("http://localhost")).status_code == 200


def test_robots_and_browsers_find_their_way(client):
    assert "Sitemap: http://localhost/sitemap.xml" in client.get("/robots.txt").content.decode()
    described = ET.fromstring(client.get("/nl/opensearch.xml").content)
    template = described.find("{http://a9.com/-/spec/opensearch/1.1/}Url").get("template")
    found = client.get(template.removeprefix("http://localhost").replace("{searchTerms}", "Schelde"))
    assert "Schelde" in found.content.decode()
    assert 'href="/nl/opensearch.xml"' in client.get("/nl/").content.decode()
