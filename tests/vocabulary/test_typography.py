"""French sets its marks with spaces at which no line breaks; other languages, and the places of texts, stay."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from openvalley.insight.sentences import questions_with_sentences, sentences
from openvalley.vocabulary.terms import Vocabulary, terms
from openvalley.vocabulary.typography import colon, typeset, typeset_all

CASES = [
    ("Qui ? Vous !", "Qui\u202f? Vous\u202f!"), ("un ; deux : trois", "un\u202f; deux\u00a0: trois"),
    ("« oui »", "«\u00a0oui\u00a0»"), ("« %(value)s »", "«\u00a0%(value)s\u00a0»"), ("90 % sont", "90\u00a0% sont"),
    ("avec {level:number} % de certitude", "avec {level:number}\u00a0% de certitude"),
    ("%(n)s %% de", "%(n)s\u00a0%% de"), ("plus de %(n)s et %d", "plus de %(n)s et %d"),
    ("à {km:number} km, pour 5 €", "à {km:number}\u00a0km, pour 5\u00a0€"), ("à 9 kmx", "à 9 kmx"),
    ("voir https://example.org/?a=b", "voir https://example.org/?a=b"), ("Réservé :", "Réservé\u00a0:"),
    ("a ?b", "a ?b"), ("", ""),
]


@pytest.mark.parametrize(("typed", "set_"), CASES)
def test_french_marks_are_set(typed, set_):
    assert typeset(typed, "fr") == set_
    assert typeset(typed, "de") == typed


def test_a_colon_alone_is_set_as_its_language_does():
    assert [colon(language) for language in ("en", "nl", "fr", "de")] == [":", ":", "\u00a0:", ":"]


@given(st.text())
def test_setting_twice_is_setting_once_and_changes_spaces_only(text):
    once = typeset(text, "fr")
    assert typeset(once, "fr") == once
    assert once.replace("\u00a0", " ").replace("\u202f", " ") == text.replace("\u00a0", " ").replace("\u202f", " ")


def test_only_texts_in_french_are_set_however_deep_they_lie():
    table = {"fr": {"one": "Qui ?", "other": ["Qui ?"]}, "en": "Who ?", "n": 3}
    assert typeset_all(table) == {"fr": {"one": "Qui\u202f?", "other": ["Qui\u202f?"]}, "en": "Who ?", "n": 3}


@pytest.mark.parametrize("question", questions_with_sentences())
def test_sentences_come_set(question):
    found = sentences(question)
    assert found
    assert typeset_all(dict(found)) == found


def test_terms_come_set():
    labels = [term.labels["fr"] for vocabulary in Vocabulary for term in terms(vocabulary).values()
              if "fr" in term.labels]
    assert labels
    assert [label for label in labels if typeset(label, "fr") != label] == []
