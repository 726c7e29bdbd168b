"""Searching: forgiving, with its state in the address, and safe whatever is typed."""

import csv
import io
import json

import pytest

from sites import FORMULA, SCRIPT
from worlds import ror_id


def test_an_acronym_and_a_typing_error_find_the_hospital(page):
    for typed in ("UZK", "Kaai Univrsity Hospital", "universitair ziekenhuis kaai"):
        assert json.loads(page("/en/search.json", data={"q": typed}))["items"][0]["id"] == ror_id(2)


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
    assert "No register mentions anything like this." in page("/en/search?q=qqqqxxxxzzzz")
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
    answer = client.get("/nl/search?type=trial")
    assert answer.status_code == 400
    assert "Dit adres is niet te begrijpen" in answer.content.decode()
    answer = client.get("/nl/search.json?type=trial")
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
