"""Sources on pages: what they are called and where their rows lead is what their own source.toml says."""

import pytest
from django.template import Context, Template
from django.utils import translation

from openvalley.site.pages import addresses, source_words, wording
from openvalley.sources.catalogue import sources

_CORDIS = {"name": "cordis", "title": "CORDIS, EU research projects", "short_title": "CORDIS", "row_url": {
    "project": "https://cordis.example/id/{row}", "project_without_grant": "https://cordis.example/rcn/{row}"}}
_FEED = {"name": "feed", "title": "A feed", "origin": "mirror",
         "row_url": {"project": "https://feed.example/p?number={row}"}}
_BARE = {"name": "bare", "title": "Without pages"}


@pytest.mark.parametrize(("source", "called"), [
    (_CORDIS, "CORDIS"), (_FEED, "A feed"), ({}, ""),
    ({"name": "packaging-eu", "title": "Packaging of Europe"}, "Packaging of Europe"),
    ({"name": "schelde", "title": "Schelde", "region_pack": True}, "Region pack"),
])
@pytest.mark.usefixtures("site")
def test_a_source_is_called_by_what_it_says_of_itself(source, called):
    assert wording.short_source(source) == called


@pytest.mark.parametrize(("source", "number", "doi", "leads_to"), [
    (_CORDIS, "101000004", None, "https://cordis.example/id/101000004"),
    (_CORDIS, "700009", "10.3030/101000009", "https://cordis.example/id/101000009"),
    (_CORDIS | {"origin": "mirror"}, "700009", None, "https://cordis.example/rcn/700009"),
    (_CORDIS | {"origin": "live"}, "700009", None, "https://cordis.example/id/700009"),
    (_FEED, "A/1&b", None, "https://feed.example/p?number=A%2F1%26b"), (_BARE, "1", None, ""), ({}, "1", None, ""),
])
def test_a_project_leads_to_its_own_register(source, number, doi, leads_to):
    assert addresses.project_row_url(source, number, doi) == leads_to


def test_a_figure_leads_to_its_dataset_where_its_source_has_pages():
    eurostat = {"row_url": {"indicator": "https://eurostat.example/{row}/table"}}
    assert addresses.row_url(eurostat, "indicator", "tgs00010") == "https://eurostat.example/tgs00010/table"
    assert addresses.row_url(_BARE, "indicator", "tgs00010") == ""


@pytest.mark.parametrize("language", ["nl", "fr", "de"])
@pytest.mark.usefixtures("site")
def test_what_a_source_says_of_itself_is_said_in_every_language(home, language):
    with translation.override(language):
        for source in sources(home).values():
            own = source.specification
            for text in filter(None, (own.covers, own.held_back, own.by_hand)):
                assert "lang=" not in source_words.told(text), text


@pytest.mark.usefixtures("site")
def test_how_a_register_is_brought_by_hand_leads_to_its_page_also_where_it_is_said_in_english_only():
    shown = Template("{% load openvalley %}{{ text|told|urlize }}")
    with translation.override("fr"):
        told = shown.render(Context({"text": "Take <the file> from https://register.example/files."}))
    assert told.startswith('<span lang="en">Take &lt;the file&gt; from <a href="https://register.example/files"')
    assert told.endswith("</a>.</span>")
