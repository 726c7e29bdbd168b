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
    assert len(figures) == 7
    for url, figure in figures:
        assert _total(page, url) == int(figure.replace(",", ""))


def test_described_trials_are_told_from_numbers(page):
    text = page("/en/")
    content = json.loads(page("/en/home.json"))
    described, numbered = (re.search(pattern, text) for pattern in (
        r"Registers describe <a [^>]*><b>([\d,]+)</b>", r"Of <a [^>]*><b>([\d,]+)</b> clinical trial"))
    counts = {entry["source"]: (entry["trials"], entry["described"]) for entry in content["trial_registers"]}
    assert counts == {"clinicaltrials": (int(described[1]), True), "euctr": (int(numbered[1]), False)}
    assert content["trials"] == sum(count for count, _ in counts.values())
    assert "(EU Clinical Trials Register)" in text[numbered.start():][:500]


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
    towns = json.loads(page("/en/home.json"))["towns"]
    spelled = [(town["spellings"], town["organisations"]) for town in towns if "Brussel" in town["spellings"]]
    assert spelled == [(["Brussel", "Brussels"], 2)]
    placed = sum(1 for town in towns if town["latitude"])
    assert len(re.findall(r'class="town"', page("/en/"))) == placed > 0


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
