"""A page is in one language: what is in another says so (WCAG 3.1.2), to screen readers and translators alike."""

import re
from html.parser import HTMLParser

import pytest

from openvalley.site import translations
from openvalley.sources.catalogue import sources
from openvalley.vocabulary.typography import typeset
from page_types import PAGES, UNIVERSITY
from worlds import ror_id

#: Words that English sentences hold and Dutch, French and German ones do not.
_ENGLISH = frozenset({"the", "and", "are", "with", "which", "that", "from", "this", "by", "who", "have", "they",
                      "their", "where", "what", "has", "been", "it", "for"})
#: As many different ones make a text English.
_ENOUGH = 2
#: A colon behind a word as other languages set it; those of registers' titles do not stand in French.
_BARE_COLON = re.compile(r"[\w»]: ")
#: Elements whose text nobody reads as a sentence, and those that have no end.
_SILENT = frozenset({"script", "style", "code", "pre", "textarea"})
_EMPTY = frozenset({"meta", "link", "input", "br", "img", "hr", "path", "rect", "line", "circle"})
MORE = {"funder": "/organisation/ror/" + ror_id(2).rpartition("/")[2]}


class _Texts(HTMLParser):
    """The texts of a page, each with the language that it stands in."""

    def __init__(self):
        super().__init__()
        self.found, self._open = [], []

    def handle_starttag(self, tag, attrs):
        if tag not in _EMPTY:
            given = dict(attrs)
            before = self._open[-1][1] if self._open else ""
            self._open.append((tag, given.get("lang") or before))
        for name, value in attrs:
            if name in {"title", "aria-label", "placeholder", "alt"} and value:
                self.found.append((self._open[-1][1], value))

    def handle_startendtag(self, tag, attrs):
        if tag not in _EMPTY:
            self.handle_starttag(tag, attrs)
            self._open.pop()

    def handle_endtag(self, tag):
        while self._open and self._open.pop()[0] != tag:
            pass

    def handle_data(self, data):
        if data.strip() and self._open and self._open[-1][0] not in _SILENT:
            self.found.append((self._open[-1][1], data.strip()))


def _texts(text):
    parser = _Texts()
    parser.feed(text)
    return parser.found


def _english(text):
    return len(_ENGLISH & set(re.findall(r"[a-z]+", text.lower()))) >= _ENOUGH


@pytest.mark.parametrize("language", translations.TRANSLATED)
@pytest.mark.parametrize("url", [*PAGES.values(), *MORE.values()], ids=[*PAGES, *MORE])
def test_no_page_mixes_languages(page, url, language):
    found = _texts(page(f"/{language}{url}"))
    known = translations.catalogue(language)
    assert found
    for stands_in, text in found:
        if stands_in != language:
            continue
        assert not _english(text), text
        message = known.get(text)
        if message is not None and " " in text:
            assert message.string == text, f"not translated: {text}"


@pytest.mark.parametrize("url", [*PAGES.values(), *MORE.values()], ids=[*PAGES, *MORE])
def test_no_mark_of_french_begins_a_line(page, url):
    found = [text for stands_in, text in _texts(page(f"/fr{url}")) if stands_in == "fr"]
    assert found
    assert [text for text in found if typeset(text, "fr") != text] == []
    of_registers = {text for _, text in _texts(page(f"/en{url}"))}
    said = [text.partition("\u00a0: ")[0] for text in found if text not in of_registers]  # behind it, registers speak
    assert [text for text in said if _BARE_COLON.search(text)] == []


def test_what_is_looked_for_is_found():
    assert _english("What changed from the atlas before this one")
    assert not _english("Wat er veranderd is sinds de vorige atlas, en van wie het komt")
    assert _texts('<html lang="nl"><p>een <span lang="en">the and</span> twee</p></html>') == [
        ("nl", "een"), ("en", "the and"), ("nl", "twee")]


def test_a_curators_remark_is_marked_and_said_to_be_english(page):
    text = page(f"/nl{UNIVERSITY}")
    assert text.count("De opmerkingen van de curatoren staan in het Engels.") == int('<ul class="offers">' in text)


@pytest.mark.parametrize("language", translations.TRANSLATED)
def test_sources_that_come_with_the_program_tell_of_themselves_in_each_language(site, language):
    from django.utils.translation import override

    from openvalley.site.pages import source_words

    with override(language):
        for source in sources(site).values():
            said = source.specification
            for text in (said.covers, said.held_back):
                if said.name in source_words_of_the_program():
                    assert "lang=" not in source_words.told(text), text


def source_words_of_the_program():
    """Return the names of the sources that the program brings along."""
    from importlib import resources

    return {folder.name for folder in resources.files("openvalley.sources").iterdir()
            if folder.joinpath("source.toml").is_file()}


def test_a_source_of_ones_own_is_marked_as_english(site):
    assert site.home.exists()
    from django.utils.translation import override

    from openvalley.site.pages import source_words

    with override("fr"):
        assert source_words.told("Members <of> the cluster") == '<span lang="en">Members &lt;of&gt; the cluster</span>'
        assert source_words.told("") == ""
    with override("en"):
        assert source_words.told("Members of the cluster") == "Members of the cluster"
