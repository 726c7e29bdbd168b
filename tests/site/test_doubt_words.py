"""What speaks for and against a pair is said in every language, whatever it is made of."""

import re
import string

import pytest

from openvalley.atlas.worded import ALL, ENGLISH, LINKED, Worded


def _places(text):
    return len([name for _, name, _, _ in string.Formatter().parse(text) if name is not None])


def test_every_code_has_words_with_the_same_places(site):
    assert site.home.exists()
    from openvalley.site.pages.doubt_words import WORDS
    from openvalley.site.pages.link_words import REASONS

    own = {code for code in ENGLISH if not code.startswith(LINKED)}
    assert own == WORDS.keys()
    assert {code.removeprefix(LINKED) for code in ENGLISH.keys() - own} == REASONS.keys()
    for code in own:
        assert len(set(re.findall(r"%\((\w)\)s", str(WORDS[code])))) == _places(ENGLISH[code]), code


@pytest.mark.parametrize(("language", "says"), [
    ("en", ("registers now say: ror/1 and ror/2: same ROR 1; same web domain (x.example) and words in common. The "
            "judgement of 3 May 2026 by An {b} stands: ror/1 is not ror/2.")),
    ("nl", ("registers zeggen nu: ror/1 en ror/2: hetzelfde ROR-nummer 1; hetzelfde webdomein (x.example) en woorden "
            "gemeen. Het oordeel van 3 mei 2026 door An {b} blijft staan: ror/1 is niet ror/2."))])
def test_what_is_made_of_several_is_said_as_a_whole(site, language, says):
    assert site.home.exists()
    from django.utils import translation

    from openvalley.site.pages.doubt_words import told

    words = Worded("contradicted", Worded(ALL, Worded("of-two", "ror/1", "ror/2", Worded("same-number", "ROR", "1")),
                                          Worded("domain-and-words", "x.example")),
                   "2026-05-03", "An {b}", Worded("judged-different", "ror/1", "ror/2"))
    assert words.startswith("registers now say: ror/1 and ror/2: same ROR 1; same web domain")
    with translation.override(language):
        assert told(words) == says


@pytest.mark.parametrize(("words", "says"), [
    (Worded("same-country", "BE"), "même pays\u00a0: Belgique"),
    (Worded("same-kind", "Company", "company"), "même type d\u2019organisation\u00a0: Entreprise"),
    (Worded("linked:same-town", "..."), "la même ville"), ("as it is", "as it is"),
    (Worded("same-name", "100 %(a)s {0}"), "même nom\u00a0: 100 %(a)s {0}")])
def test_codes_within_are_said_in_the_language_too(site, words, says):
    assert site.home.exists()
    from django.utils import translation

    from openvalley.site.pages.doubt_words import told

    with translation.override("fr"):
        assert told(words) == says
