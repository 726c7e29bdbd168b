"""Questions that need one another: Fund gets the partners that a consortium lacks from Connect, and writes its feed."""

from dataclasses import replace
from datetime import date
from xml.etree import ElementTree as ET

import pytest

import worlds
from estuary import files_of, topic
from openvalley.atlas.reader import open_atlas
from openvalley.cli.main import app
from openvalley.insight.answer import as_data
from openvalley.insight.fund import FundRequest
from openvalley.questions import fund
from openvalley.vocabulary.terms import LANGUAGES
from worlds import pack_row, participant, project

_CALLS_FILE = "funding/HE_calls_2024-07-11.csv"
_DAY = date(2024, 4, 1)
_ATOM = "{http://www.w3.org/2005/Atom}"
#: Project, and who takes part: 0 asks; 1 was its partner; 2 to 5 were partners of 1, in the countries below.
_PROJECTS = ((1, (0, 1)), (2, (1, 2, 3)), (3, (1, 4, 5)), (4, (1, 2, 6)))
_COUNTRIES = ("BE", "DE", "FR", "FR", "NL", "US", "BE")


def _pic(number):
    return str(910_000_001 + number)


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    called = topic("HORIZON-HLTH-2024-01", "Gene therapy for rare diseases", status="Closed", openDate="2024-03-01",
                   closeDate="2024-09-19", destination="Therapies", callTitle="Rare")
    return worlds.once("consortium", worlds.World(
        projects=[project(number, f"P{number}", startDate=f"2018-0{number}-01", endDate="2020-12-31",
                          legalBasis="H2020-EU.3.1.") for number, _ in _PROJECTS],
        participants=[participant(number, _pic(who), f"Works {chr(65 + who)}", country=_COUNTRIES[who])
                      for number, people in _PROJECTS for who in people],
        pack=[pack_row("works-a", "Works A", pic=_pic(0), city="Gent", nuts3="BE234", sectors="biopharma",
                       platforms="gene-therapy"),
              pack_row("hermit", "Hermit Works", city="Gent", nuts3="BE234", sectors="biopharma",
                       platforms="gene-therapy")],
        files={_CALLS_FILE: files_of([], [called])[_CALLS_FILE]}), tmp_path_factory)


@pytest.fixture(scope="module")
def atlas(home):
    opened = open_atlas(home.home)
    yield opened
    opened.close()


def _call(answer):
    (item,) = [item for item in answer.items if item.type == "call"]
    return item


def test_missing_partners_are_new_ones_from_as_many_funded_countries_as_are_missing(atlas):
    item = _call(fund(atlas, FundRequest("Works A", as_of=_DAY)))
    assert item.values["consortium"] == {"entities": 3, "countries": 3}
    # Works B was a partner, Works F is in the United States, Works G in the asker's own country
    assert [one["country"] for one in item.values["partners"]] in (["FR", "NL"], ["NL", "FR"])
    assert {one["name"] for one in item.values["partners"]} < {"Works C", "Works D", "Works E"}
    (told,) = [statement for statement in item.evidence if statement.code == "fund.partners"]
    assert (told.values["missing"], told.values["countries"]) == (2, 2)
    assert [cited.subject for cited in told.citations] == [one["id"] for one in item.values["partners"]]


def test_who_has_no_past_is_told_that_nothing_points_to_partners(atlas):
    item = _call(fund(atlas, FundRequest("Hermit Works", as_of=_DAY)))
    assert item.evidence[-1].code == "fund.partners_unknown"
    assert item.values["partners"] == []


def test_a_need_alone_has_no_partners(atlas):
    item = _call(fund(atlas, FundRequest(need="gene therapy", as_of=_DAY)))
    assert "partners" not in item.values


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("asker", ["Works A", "Hermit Works"])
def test_partners_are_told_in_every_language(atlas, asker, language):
    data = as_data(fund(atlas, FundRequest(asker, as_of=_DAY)), language)
    assert all(statement["text"] for item in data["items"] for statement in item["evidence"])


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_feed_is_one_that_readers_of_feeds_take(home, tmp_path, language):
    """RFC 4287: one id, title, updated and author; entries with one id, title and updated each, ids all different."""
    target = tmp_path / "deadlines.xml"
    app(["--home", str(home.home), "fund", "Works A", "--as-of", "2024-04-01", "--feed", str(target), "--language",
         language, "--json"], standalone_mode=False)
    feed = ET.fromstring(target.read_bytes())
    assert feed.tag == f"{_ATOM}feed"
    assert feed.get("{http://www.w3.org/XML/1998/namespace}lang") == language
    (entry,) = feed.findall(f"{_ATOM}entry")
    for element in (feed, entry):
        for name in ("id", "title", "updated"):
            (found,) = element.findall(f"{_ATOM}{name}")
            assert found.text
        assert element.findtext(f"{_ATOM}id").startswith("urn:uuid:")
        assert element.findtext(f"{_ATOM}updated") == "2024-04-01T00:00:00+00:00"
    assert feed.findtext(f"{_ATOM}author/{_ATOM}name") == "OpenValley"
    assert entry.findtext(f"{_ATOM}id") != feed.findtext(f"{_ATOM}id")
    assert "2024" in entry.findtext(f"{_ATOM}title")
    content = entry.find(f"{_ATOM}content")
    assert content.get("type") == "text"
    assert "Works" in content.text


def test_text_from_outside_cannot_break_the_feed(atlas):
    from openvalley.insight.fund.feed import as_feed

    answer = fund(atlas, FundRequest("Works A", as_of=_DAY))
    wild = replace(answer, items=[replace(item, name="<b>&\x00\x0b]]></b>") for item in answer.items])
    feed = ET.fromstring(as_feed(wild, "en"))
    assert feed.findtext(f"{_ATOM}entry/{_ATOM}title").endswith("<b>&]]></b>")
    assert as_feed(answer, "en") == as_feed(fund(atlas, FundRequest("Works A", as_of=_DAY)), "en")
