"""The numbers agree: what home says is what its links list, and what the map draws is what its links list."""

import json
import re
from html import unescape


def _total(page, url):
    return json.loads(page(unescape(url).replace("/search?", "/search.json?")))["total"]


def test_each_figure_links_to_exactly_its_rows(page):
    text = page("/en/")
    answer = text[text.index('class="answer"'):text.index("</p>", text.index('class="answer"'))]
    figures = re.findall(r'<a href="([^"]+)"><b>([\d,]+)</b>', answer)
    assert len(figures) == 6
    for url, figure in figures:
        assert _total(page, url) == int(figure.replace(",", ""))


def test_each_kind_and_town_links_to_exactly_its_rows(page):
    text = page("/en/")
    kinds = re.findall(r'<a href="([^"]+)">[^<]+</a></th><td class="n">([\d,]+)', text)
    towns = re.findall(r'<li><a href="([^"]+)">[^<]+</a> <span>([\d,]+)</span>', text)
    assert kinds
    assert towns
    for url, figure in (*kinds, *towns):
        assert _total(page, url) == int(figure)


def test_the_kinds_add_up_to_the_whole(page):
    content = json.loads(page("/en/home.json"))
    assert sum(content["figures"]["kinds"].values()) == content["figures"]["organisations"]


def test_spellings_of_a_town_are_one_circle(page):
    towns = {town["name"]: town for town in json.loads(page("/en/home.json"))["towns"]}
    assert "GENT" not in towns
    assert page("/en/").count('<a href="/en/search?type=organisation') > 0
    assert len(re.findall(r'class="town"', page("/en/"))) == sum(1 for town in towns.values() if town["latitude"])


def test_held_coverage_links_to_exactly_its_rows(page):
    text = page("/en/about-the-data")
    links = re.findall(r'<td class="n"><a href="([^"]+)">([\d,]+)</a>', text)
    table = text[text.index('aria-labelledby="coverage"'):]
    assert len(links) == table[table.index("<tbody>"):table.index("</tbody>")].count("<tr>") > 0
    for url, figure in links:
        assert _total(page, url) == int(figure)


def test_facets_count_what_they_lead_to(page):
    text = page("/en/search")
    choices = re.findall(r'<li><a href="(/en/search\?[^"]+)" rel="nofollow">[^<]+</a> <span>([\d,]+)</span>', text)
    assert choices
    for url, figure in choices:
        assert _total(page, url) == int(figure), url
