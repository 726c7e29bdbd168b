"""What every type of page has: one address, its languages, JSON-LD, a form for print, and all that it shows as data."""

import html
import json
import re

import pytest

from openvalley.questions import QUESTIONS
from page_types import PAGES

LANGUAGES = ("en", "nl", "fr", "de")
#: Pages that are a form alone, or a text alone: there is nothing to take along as data.
WITHOUT_DATA = {"dispute", "describe", "method"}
#: Pages that list things, whose list must come as CSV and as JSON.
LISTS = {"map", "map, filtered", "changes", "press", "search", "search for words", "list of trials", "list of calls",
         "network", "about", "needs", "health data", "project", "trial", *QUESTIONS}
_TYPES = {"SVG": "image/svg+xml", "PNG": "image/png", "CSV": "text/csv", "JSON": "application/json"}


@pytest.fixture(params=PAGES)
def kind(request):
    return request.param


def _machine(text):
    block = text[text.index('<div id="machine">'):text.index("</footer>")]
    return {form: html.unescape(url) for url, form in re.findall(r'<a href="([^"]+)">(CSV|JSON)</a>', block)}


def test_every_question_is_among_the_pages():
    assert set(QUESTIONS) <= set(PAGES)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_page_names_its_address_and_itself_in_each_language(page, kind, language):
    url = PAGES[kind]
    text = page(f"/{language}{url}")
    assert f'<html lang="{language}"' in text
    (canonical,) = re.findall(r'<link rel="canonical" href="([^"]+)">', text)
    assert canonical.startswith(f"http://localhost/{language}{url.partition('?')[0]}")
    alternates = dict(re.findall(r'<link rel="alternate" hreflang="([^"]+)" href="([^"]+)">', text))
    assert set(alternates) == {*LANGUAGES, "x-default"}
    for code in LANGUAGES:
        assert html.unescape(alternates[code]) == f"http://localhost/{code}{url}"
    assert re.search(r"<title>[^<]+ · OpenValley</title>", text)
    assert len(re.findall(r"<h1[ >]", text)) == 1


def test_a_page_says_what_it_is_to_programs(page, kind):
    text = page(f"/en{PAGES[kind]}")
    (block,) = re.findall(r'<script type="application/ld\+json">(.*?)</script>', text, re.DOTALL)
    told = json.loads(block)
    assert told["@context"]["@vocab"] == "https://schema.org/"
    assert told["@type"]
    assert told["name"]
    assert told["mainEntityOfPage"].startswith("http://localhost/en")


def test_a_page_has_a_form_for_print(client, page, kind):
    (sheet,) = re.findall(r'<link rel="stylesheet" href="([^"]+style\.[^"]+)">', page(f"/fr{PAGES[kind]}"))
    style = b"".join(client.get(sheet).streaming_content).decode()
    assert "@media print" in style


def test_a_page_is_read_without_scripts(page, kind):
    """What a script would have to do first is not there: no empty places, no buttons that wait for one."""
    text = page(f"/en{PAGES[kind]}")
    assert "<noscript" not in text
    assert "onclick" not in text
    assert len(re.sub(r"<[^>]+>|\s+", " ", text[text.index("<main"):text.index("</main>")]).split()) > 10


def test_what_a_page_lists_comes_as_data(client, page, kind):
    if kind in WITHOUT_DATA:
        pytest.skip("nothing to take along")
    machine = _machine(page(f"/nl{PAGES[kind]}"))
    assert "JSON" in machine
    if kind in LISTS:
        assert "CSV" in machine
    for form, url in machine.items():
        answer = client.get(url)
        assert answer.status_code == 200, url
        assert answer.headers["Content-Type"].startswith(_TYPES[form])


def test_every_picture_downloads_in_three_forms_and_can_be_embedded(client, page, kind):
    text = page(f"/de{PAGES[kind]}")
    figures = [figure for figure in re.findall(r"<figure.*?</figure>", text, re.DOTALL) if "<svg" in figure]
    if kind in {"home", "map", "network", "chain"}:
        assert figures
    for figure in figures:
        files = {form: html.unescape(url) for url, form in
                 re.findall(r'<a href="([^"]+)">(SVG|PNG|CSV)</a>', figure)}
        assert set(files) == {"SVG", "PNG", "CSV"}
        for form, url in files.items():
            answer = client.get(url)
            assert answer.status_code == 200, url
            assert answer.headers["Content-Type"].startswith(_TYPES[form])
        assert _embedded(client, figure) == "image/svg+xml"


def _embedded(client, figure):
    """Return the type of the picture that another site shows with the line it is given."""
    (line,) = re.findall(r"<pre[^>]*><code>(.*?)</code></pre>", figure, re.DOTALL)
    line = html.unescape(line)
    found = re.fullmatch(r'<a href="http://localhost(/[^"]+)"><img src="http://localhost(/[^"]+)" alt="([^"]+)"></a>',
                         line)
    assert found, line
    page, picture, title = found.groups()
    assert title.strip()
    assert client.get(html.unescape(page)).status_code == 200
    shown = client.get(html.unescape(picture))
    assert shown.status_code == 200
    assert "Cross-Origin-Resource-Policy" not in shown.headers
    return shown.headers["Content-Type"]


def test_the_files_of_the_map_say_whence_they_are(client):
    drawn = client.get("/nl/map.svg?kind=company").content.decode()
    assert "OpenValley" in drawn
    assert "Bedrijf" in drawn
    assert "site.invalid" not in drawn
    assert "inline" in client.get("/nl/map.png").headers["Content-Disposition"]


def test_a_page_of_something_wrong_names_no_address(page):
    assert 'rel="canonical"' not in page("/en/nothing-here", 404)
