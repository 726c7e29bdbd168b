"""Every text of the pages is translated into every language, surely and with its placeholders."""

import re

import pytest

from openvalley.site import translations
from openvalley.vocabulary.typography import typeset

_PLACE = re.compile(r"%\(\w+\)s|<[^>]+>")


@pytest.fixture(scope="module")
def texts():
    return {message for message, _, _ in translations.messages()}


def test_texts_are_found_in_code_and_templates(texts):
    assert ("Search", None) in texts
    assert ("acronym", "kind of name") in texts
    assert (("%(n)s organisation", "%(n)s organisations"), None) in texts


@pytest.mark.parametrize("language", translations.TRANSLATED)
def test_every_text_is_translated(texts, language):
    known = translations.catalogue(language)
    for text, context in texts:
        message = known.get(text, context)
        assert message is not None, text
        assert not message.fuzzy, text
        strings = message.string if isinstance(message.string, tuple) else (message.string,)
        assert all(strings), text


@pytest.mark.parametrize("language", translations.TRANSLATED)
def test_translations_keep_placeholders_and_marks(language):
    for message in translations.catalogue(language):
        if message.id:
            ids = message.id if isinstance(message.id, tuple) else (message.id,)
            strings = message.string if isinstance(message.string, tuple) else (message.string,)
            assert sorted(_PLACE.findall(strings[-1])) == sorted(_PLACE.findall(ids[-1])), message.id


@pytest.mark.parametrize("language", translations.TRANSLATED)
def test_marks_are_set_in_what_is_compiled(language):
    strings = [string for message in translations.typeset_catalogue(language) if message.id
               for string in (message.string if isinstance(message.string, tuple) else (message.string,))]
    assert [string for string in strings if typeset(string, language) != string] == []
    assert language != "fr" or "\N{NO-BREAK SPACE}:" in "".join(strings)


@pytest.mark.parametrize("language", translations.TRANSLATED)
def test_catalogues_hold_nothing_that_the_pages_no_longer_say(texts, language):
    held = {(message.id, message.context) for message in translations.catalogue(language) if message.id}
    assert held == texts
