"""What a reader finds on the page of a region; its boundary is drawn, and never given away."""

import json
import re
from html import unescape

import pytest

from worlds import ror_id

REGION = "/en/region/BE23"


def _total(page, url):
    return json.loads(page(unescape(url).replace("/search?", "/search.json?")))["total"]


def test_where_it_lies_and_what_lies_in_it(page):
    text = page(REGION)
    assert "<h1>Prov. Oost-Vlaanderen</h1>" in text
    path = text.partition('<nav class="path"')[2].partition("</nav>")[0]
    assert re.findall(r'<a href="([^"]+)">([^<]+)</a>', path) == [
        ("/en/region/BE", "Belgique/België"), ("/en/region/BE2", "Vlaams Gewest")]
    parts = text.partition('aria-labelledby="parts"')[2].partition("</section>")[0]
    assert '<a href="/en/region/BE234">Arr. Gent</a>' in parts
    assert "NUTS level 2" in text
    assert ">Country<" in page("/en/region/BE")


def test_counts_lead_to_exactly_their_rows(page):
    for url in (REGION, "/en/region/BE", "/en/region/BE234"):
        text = page(url)
        figures = re.findall(r'<a href="(/en/search[^"]+)"><b>([\d,]+)</b>', text)
        figures += re.findall(r'<a href="(/en/search[^"]+)">[^<]+</a></th><td class="n">([\d,]+)', text)
        figures += re.findall(r'<a href="(/en/search[^"]+nuts=[^"]+)">([\d,]+) organisations?</a>', text)
        assert len(figures) > 3
        for listed, figure in figures:
            assert _total(page, listed) == int(figure.replace(",", "")), listed


def test_a_filter_by_region_is_called_by_its_name(page):
    text = page("/en/search?nuts=BE23&scope=in")
    assert "Region (NUTS): Prov. Oost-Vlaanderen" in text
    assert "Region (NUTS): XX99" in page("/en/search?nuts=XX99")


def test_the_latest_figures_with_unit_year_breakdown_and_source(page):
    figures = page(REGION).partition('aria-labelledby="figures"')[2].partition("</section>")[0]
    rows = [re.sub(r"<[^>]+>", "|", row) for row in re.findall(r'<tr><th scope="row".*?</tr>', figures)]
    assert len(rows) == 3  # of each figure the newest year
    assert any("2.9|" in row and "|%|" in row and "|2019|" in row and "aged 15 and over" in row for row in rows)
    assert any("2.5|" in row and "women, aged 15 and over" in row for row in rows)
    assert any("1,516,283" in row for row in rows)
    assert "databrowser/view/tgs00010" in figures
    assert "Eurostat regional indicators" in figures
    assert "No source of this atlas gives figures" in page("/en/region/BE234")
    assert re.search(r"Newest figures held</h2>\s+<p[^>]*>Of each figure the newest year that was read", figures)
    assert "All are of 2019." in figures
    headings = re.findall(r'<th scope="col"[^>]*>([^<]+)', figures)
    assert headings.index("Year") + 1 == headings.index("Value")  # side by side, also on a phone


def test_the_map_is_drawn_with_whose_boundaries_they_are(page):
    text = page(REGION)
    drawn = text[text.index('<svg xmlns="http://www.w3.org/2000/svg" class="map region"'):]
    drawn = drawn[:drawn.index("</svg>")]
    assert re.findall(r'<path class="([^"]+)"', drawn) == ["ground", "here", "line"]
    assert 'aria-label="Map of Prov. Oost-Vlaanderen"' in drawn
    assert "style=" not in drawn
    assert "© EuroGeographics for the administrative boundaries" in text


def test_a_hole_stays_a_hole(page):
    """Brussels lies inside Flanders, and is no part of it."""
    text = page("/en/region/BE2")
    (here,) = re.findall(r'<path class="here" d="([^"]+)"', text)
    assert here.count("M") == 2


@pytest.mark.parametrize("code", ["BE", "BE2", "BE23", "BE100"])
def test_nobody_gets_a_boundary(page, code):
    for text in (page(f"/en/region/{code}.json"), page("/en/home.json")):
        assert "boundary" not in text
        assert "coordinates" not in text
    block = page(f"/en/region/{code}")
    block = json.loads(block[block.index("ld+json") + 9:block.index("</script>", block.index("ld+json"))])
    assert "geo" not in block


@pytest.mark.parametrize(("language", "words"), [
    ("en", "the downloads are without borders"), ("nl", "zonder grenzen"), ("fr", "sans ces limites"),
    ("de", "ohne Grenzen")])
def test_the_downloads_of_a_region_are_without_borders_and_said_to_be(page, client, language, words):
    text = page(f"/{language}/region/BE23")
    assert words in text
    url = re.search(r'href="([^"]*/map\.svg\?[^"]*)"', text)[1]
    drawn = client.get(url.replace("&amp;", "&")).content.decode()
    assert text[text.index('class="map region"'):].count('class="line') > 0
    assert "EuroGeographics" not in drawn
    assert '"nuts":' not in drawn
    assert drawn.count("<path") < 80


def test_the_file_of_the_map_has_no_borders(client):
    assert b"EuroGeographics" not in client.get("/en/map.svg").content
    assert client.get("/en/map.svg").content.count(b"<path") < 80


def test_as_json(page):
    content = json.loads(page(f"{REGION}.json"))
    region = content["region"]
    assert (region["id"], region["level"], region["within"][0]["code"]) == ("nuts:BE23", 2, "BE")
    assert {figure["indicator"] for figure in region["indicators"]} == {"tgs00010", "tgs00096"}
    assert {source["name"] for source in content["sources"]} == {"nuts", "eurostat"}


@pytest.mark.parametrize(("typed", "leads_to"), [
    ("/en/region/be23", REGION), ("/en/region/nuts:BE23", REGION), ("/en/organisation/nuts/BE23", REGION),
    ("/fr/region/be.json", "/fr/region/BE.json"),
])
def test_spellings_of_a_code_lead_to_one_address(client, typed, leads_to):
    answer = client.get(typed)
    assert (answer.status_code, answer.headers["Location"]) == (301, leads_to)


@pytest.mark.parametrize("url", ["/en/region/ZZ", "/en/region/BE9", "/de/region/x" + "y" * 500])
def test_an_unknown_region_is_not_found(client, url):
    assert client.get(url).status_code == 404


def test_an_organisation_leads_to_its_region_and_says_how_it_was_placed(page):
    text = page("/en/organisation/ror/" + ror_id(1).rpartition("/")[2])
    assert '<a href="/en/region/BE234">Arr. Gent</a>' in text
    assert "its place lies within the region" in text
    incubator = json.loads(page("/en/search.json?q=Kaai+Incubator"))["items"][0]["address"]
    text = page(incubator)
    assert '<a href="/en/region/BE234">Arr. Gent</a>' in text  # by the pack, so the fact has its own mark
    assert "worked out" not in text


def test_home_has_borders_and_whose_they_are(page):
    text = page("/en/")
    drawn = text[text.index("<svg xmlns"):text.index("</svg>", text.index("<svg xmlns"))]
    assert '<path class="line" d="M' in drawn
    assert drawn.count('class="line fine"') == 2
    assert "Borders of provinces and districts: © EuroGeographics" in text
