"""Searching: forgiving, with its state in the address, and safe whatever is typed."""

import csv
import io
import json
import re
from html import unescape

import pytest
from django.test import override_settings

from sites import FORMULA, SCRIPT
from worlds import river, ror_id


def test_an_acronym_and_a_typing_error_find_the_hospital(page):
    for typed in ("UZK", "Kaai Univrsity Hospital", "universitair ziekenhuis kaai"):
        assert json.loads(page("/en/search.json", data={"q": typed}))["items"][0]["id"] == ror_id(2)


def test_of_one_word_that_nothing_holds_another_sentence_is_said(page):
    assert "Nothing holds this word. What follows fits its meaning" in unescape(page("/en/search?q=spritzen"))
    assert "Nichts enthält dieses Wort." in unescape(page("/de/search?q=spritzen"))
    several = unescape(page("/en/search?q=university+qrstuv"))
    assert "Nothing holds all of these words." in several
    assert "Nothing holds this word" not in several


def test_without_a_text_the_region_stands_first(page):
    found = json.loads(page("/en/search.json"))
    assert found["asked"]["filters"] == {"region": ["in"], "scope": ["in"]}
    assert {item["country"] for item in found["items"]} == {"BE"}
    everywhere = json.loads(page("/en/search.json?region=any"))
    assert everywhere["total"] > found["total"]


def test_filters_combine_and_can_be_lifted(page):
    text = page("/en/search?kind=company&country=BE")
    assert "Kind: Company" in text
    assert 'href="/en/search?country=BE"' in text
    assert 'href="/en/search?kind=company"' in text


def test_long_lists_have_pages(page):
    first, second = (json.loads(page(f"/en/search.json?kind=care-provider&page={number}")) for number in (1, 2))
    assert first["total"] > 25
    assert len(first["items"]) == 25
    assert not {item["id"] for item in first["items"]} & {item["id"] for item in second["items"]}
    assert 'rel="next"' in page("/en/search?kind=care-provider")
    assert 'rel="prev"' in page("/en/search?kind=care-provider&page=2")


def test_an_identifier_stands_above_the_list(page):
    assert "This identifier is" in page("/en/search?q=990000002")
    assert "This identifier is" in page("/en/search", data={"q": ror_id(1)})
    assert "This identifier is" in page("/en/search?q=700009")


def test_nothing_found_is_said_kindly(page):
    assert "Nothing in this atlas is like this." in page("/en/search?q=qqqqxxxxzzzz")
    assert "Remove one of them." in page("/en/search?kind=regulator&country=ZZ")


@pytest.mark.parametrize("typed", [
    "x" * 10_000, "a " * 5_000, "'; DROP TABLE organisation; --", '"', "\\", "(((", "AND OR NOT", "*", "a\x00b",
    "\x1b[31m",
    "../../etc/passwd", "%00", "\U0001d50a\U0001d522\U0001d52b\U0001d531", "مستشفى", "{{ 7*7 }}", "${jndi:x}",
    "+", "-", ":", "~", "a:b:c", " ",
])
def test_whatever_is_typed_is_answered(client, typed):
    for url in ("/en/search", "/en/search.json", "/en/search.csv"):
        assert client.get(url, {"q": typed}).status_code == 200


@pytest.mark.parametrize("query", [
    "page=0", "page=-1", "page=x", "page=99999999999", "page=²", "page=400", "order=x", "kind=", "kind=x",
    "town=nowhere", "verified=maybe", "state=" + "y" * 5_000, "&".join(f"kind=k{number}" for number in range(300)),
    "q=gent&verified=yes", "q=gent&type=project&region=in", "type=project&country=BE&year=2019&programme=H2020",
])
def test_odd_addresses_are_answered(client, query):
    assert client.get(f"/en/search?{query}").status_code == 200


def test_an_unknown_type_is_refused(client):
    answer = client.get("/nl/search?type=person")
    assert answer.status_code == 400
    assert "Dit adres is niet te begrijpen" in answer.content.decode()
    answer = client.get("/nl/search.json?type=person")
    assert (answer.status_code, answer.json()["error"]["code"]) == (400, "bad_input")


def test_names_are_escaped(page):
    found = json.loads(page("/en/search.json", data={"q": "Sons Labs"}))["items"][0]
    assert found["name"] == SCRIPT
    for url in ("/en/search?q=Sons+Labs", found["address"], "/en/search?q=<script>alert(1)</script>"):
        text = page(url)
        assert "<script>alert" not in text
        assert "&lt;script&gt;alert(1)" in text


def test_linked_data_cannot_end_its_script(page):
    found = json.loads(page("/en/search.json", data={"q": "Sons Labs"}))["items"][0]
    text = page(found["address"])
    block = text[text.index("ld+json") + 9:text.index("</script>", text.index("ld+json"))]
    assert json.loads(block)["name"] == SCRIPT


def test_the_table_is_safe_in_a_spreadsheet(page):
    text = page("/en/search.csv?kind=company&country=BE")
    rows = list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"))))
    assert "'" + FORMULA in {row["name"] for row in rows}
    assert not any(cell.startswith(("=", "+", "-", "@", "\t", "\r")) for row in rows for cell in row.values())
    assert len(rows) == json.loads(page("/en/search.json?kind=company&country=BE"))["total"]


@pytest.mark.parametrize("value", ["=1+1", "+A1", "-2+3", "@x", "\tx", "\rx"])
@pytest.mark.usefixtures("site")
def test_formula_cells_get_an_apostrophe(value):
    from openvalley.site.pages.machine import cell

    assert cell(value) == "'" + value
    assert cell(-1.5) == "-1.5"


def test_all_four_types_have_a_tab(page):
    tabs = page("/en/search?q=river").partition('class="tabs"')[2].partition("</nav>")[0]
    assert re.findall(r">([A-Z][a-z]+) <span>", tabs) == ["Organisations", "Projects", "Trials", "Calls"]


def test_a_text_shows_the_best_of_every_type(page):
    text = page("/en/search?q=river+fever+vaccine")
    assert 'id="also-trial"' in text
    assert text.index('id="also-trial"') < text.index('id="count"')  # it fits better than any organisation
    assert "All matching trials" in text
    found = json.loads(page("/en/search.json?q=river+fever+vaccine"))
    assert found["beside"]["trial"]["items"][0]["id"] == "clinicaltrials:NCT99000001"
    text = page("/en/search?q=institute+of+river+biology")
    assert "Institute of River Biology" in text[text.index('id="count"'):]
    assert 'id="also-trial"' not in text[:text.index('id="count"')]
    assert "also-" not in page("/en/search?q=river+fever+vaccine&type=organisation")


def test_a_town_and_a_disease_find_the_trials_there(page):
    items = json.loads(page("/en/search.json?q=river+fever+leuven&type=trial"))["items"]
    assert items[0]["id"] == "clinicaltrials:NCT99000001"


@pytest.mark.parametrize(("typed", "leads_to"), [
    ("NCT99000001", "/en/trial/clinicaltrials/NCT99000001"), ("2004-000123-45", "/en/trial/euctr/2004-000123-45"),
    ("HORIZON-HLTH-2024-RIVER-01-01", "/en/call/calls/HORIZON-HLTH-2024-RIVER-01-01"), ("BE234", "/en/region/BE234"),
    ("nuts:BE23", "/en/region/BE23"),
])
def test_numbers_and_codes_of_every_type_are_known(page, typed, leads_to):
    exact = page("/en/search", data={"q": typed}).partition('aria-labelledby="exact"')[2].partition("</section>")[0]
    assert f'href="{leads_to}"' in exact


@pytest.mark.parametrize("typed", ["river", "2024", "covid-19", "12", "a1 b2"])
def test_other_texts_are_no_identifiers(page, typed):
    assert "This identifier is" not in page("/en/search", data={"q": typed})


@pytest.mark.parametrize("query", [
    "type=trial&region=any", "type=trial&phase=PHASE2", "type=trial&status=recruiting&region=in",
    "type=trial&register=euctr", "type=trial&q=dosing+study&status=completed", "type=trial&q=dosing&year=2013",
    "type=trial&q=fever&register=clinicaltrials", "type=call", "type=call&cluster=1.+Health",
    "type=call&q=rivers&programme=HORIZON",
    "type=trial&organisation=" + ror_id(2), "type=project&organisation=" + ror_id(1), "nuts=BE23&q=schelde",
])
def test_facets_of_every_type_count_what_they_lead_to(page, query):
    text = page(f"/en/search?{query}")
    total = json.loads(page(f"/en/search.json?{query}"))["total"]
    assert total > 0
    choices = re.findall(r'<li><a href="(/en/search\?[^"]+)" rel="nofollow">[^<]+</a> <span>([\d,]+)</span>', text)
    for url, figure in choices:
        content = json.loads(page(unescape(url).replace("/search?", "/search.json?")))
        assert content["total"] == int(figure), url


def test_trials_are_listed_with_phase_state_and_sponsor(page):
    text = page("/en/search?type=trial")
    assert "RIVERVAC: River fever vaccine in adults" in text
    assert "NCT99000001 · Phase 2 · Phase 3 · Schelde Biotech · 4 sites · 2024" in text
    text = page("/en/search?type=trial&region=any")
    for label in ("Phase", "State", "Register"):
        assert f"<h3>{label}</h3>" in text
    assert "EU Clinical Trials Register</a>" in text


def test_the_things_of_an_organisation_say_whose_they_are(page):
    assert "Organisation: UZ Kaai" in page("/en/search?type=trial&organisation=" + ror_id(2))


def test_filters_that_a_type_does_not_know_are_no_chips(page):
    text = page("/en/search?type=call&kind=company&standing=open")
    assert "Standing today: Open" in text
    assert "Kind: Company" not in text


@pytest.mark.parametrize(("query", "columns"), [
    ("type=trial&region=any", ["id", "name", "source", "source_id", "state", "phases", "sponsor", "sites", "year",
                               "in_region", "address"]),
    ("type=trial&q=fever", ["id", "name", "source", "source_id", "state", "phases", "sponsor", "sites", "year",
                            "in_region", "address"]),
    ("type=call", ["id", "name", "source_id", "programme", "cluster", "action_type", "standing", "opens", "deadlines",
                   "address"]),
    ("type=call&q=rivers", ["id", "name", "source_id", "programme", "cluster", "action_type", "standing", "opens",
                            "deadlines", "address"]),
])
def test_every_list_is_a_table_too(page, query, columns):
    rows = list(csv.DictReader(io.StringIO(page(f"/en/search.csv?{query}").removeprefix("\ufeff"))))
    assert list(rows[0]) == columns
    by_id = {row["id"]: row for row in rows}
    if "trial" in query:
        assert by_id["clinicaltrials:NCT99000001"]["phases"] == "PHASE2; PHASE3"
    else:
        assert by_id["calls:HORIZON-HLTH-2024-RIVER-01-02-two-stage"]["deadlines"] == "2022-09-20; 2099-06-30"


def test_an_atlas_without_trials_calls_and_regions_shows_no_empty_boxes(page, tmp_path_factory):
    with override_settings(OPENVALLEY=river(tmp_path_factory)):
        home = page("/en/")
        assert "clinical trial" not in home
        assert "EU call" not in home
        assert "The points stand without borders." in home
        tabs = page("/en/search").partition('class="tabs"')[2].partition("</nav>")[0]
        assert "Trials" not in tabs
        text = page("/en/search?type=trial")
        assert "The atlas holds no trials yet." in text
        assert "openvalley sync" in text
        assert page("/en/search?q=schelde&type=call")
        incubator = json.loads(page("/en/search.json?q=Kaai+Incubator"))["items"][0]["address"]
        assert "BE234" in page(incubator)
        assert "/region/" not in page(incubator)
        page("/en/region/BE234", 404)
