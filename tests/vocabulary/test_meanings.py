"""Meanings: questions in other words than the table's own, and words that mean nothing of the kind."""

import pytest

from openvalley.resolve.normalise import fold
from openvalley.vocabulary.meanings import _phrases, activities_hinted, activities_meant
from openvalley.vocabulary.terms import Vocabulary, terms


@pytest.mark.parametrize(("text", "activity"), [
    ("company that fills syringes", "fill-finish"), ("wie kan er spuiten vullen?", "fill-finish"),
    ("qui remplit des seringues stériles", "fill-finish"), ("Wer kann Spritzen abfüllen", "fill-finish"),
    ("somebody to test our compound in mice", "animal-models"), ("bedrijf dat dierproeven doet", "animal-models"),
    ("bloedstalen van een studie centraal verwerken", "central-laboratory"),
    ("impurities by mass spec", "bio-analysis"), ("skin irritation test", "toxicology"), ("multi-omique", "genomics"),
    ("chirurgie op grote dieren", "animal-models"), ("Bildauswertung von MRT", "imaging"),
    ("prototype d'un appareil portable", "device-prototyping"), ("GDPR representative", "regulatory-affairs"),
    ("Tierversuche", "animal-models"), ("expérimentation animale", "animal-models"),
    ("biobank met tumorweefsel", "biobank"), ("weefselonderzoek", "histopathology"),
    ("où stocker des échantillons humains", "biobank"),
    ("labo huren in Leuven", "wet-lab-space"), ("Transport von Impfstoff in der Kühlkette", "logistics-cold-chain"),
    ("first-in-human study unit", "phase-1-beds"), ("a CRO for our study", "clinical-operations"),
    ("analyse omique", "genomics"), ("Genomsequenzierung", "genomics"),
    ("getting marketing authorisation", "regulatory-affairs"),
])
def test_what_is_meant(text, activity):
    assert activity in activities_meant(fold(text))


@pytest.mark.parametrize("text", ["", "KU Leuven", "Université de Liège", "university hospital ghent", "12345",
                                  "x" * 5000])
def test_names_mean_no_activity(text):
    assert activities_meant(fold(text)) == ()


@pytest.mark.parametrize(("text", "activity"), [
    ("a cohort with Crohn's disease", "clinical-operations"), ("impact économique d'une maladie", "genomics"),
    ("atlas anatomique", "genomics"), ("a pillar of care", "oral-dosage-forms"),
    ("maatregelen die genomen zijn", "genomics")])
def test_words_that_only_look_so_mean_nothing_of_the_kind(text, activity):
    assert activity not in activities_meant(fold(text))


def test_the_table_names_activities_and_is_folded():
    assert set(_phrases()) <= set(terms(Vocabulary.ACTIVITY))
    for phrases in _phrases().values():
        assert all(fold(word) == word.strip() for phrase in phrases for word in phrase)


@pytest.mark.parametrize(("word", "activities"), [
    ("syringes", ["fill-finish"]), ("spuiten", ["fill-finish"]), ("spritze", ["fill-finish"]),
    ("flacons", ["fill-finish"]),
    ("syringemuseum", []), ("river", []), ("test", ["bio-analysis"]),
])
def test_a_word_alone_hints_at_the_activities_whose_phrases_have_it(word, activities):
    assert set(activities_hinted(word)) >= set(activities)
    assert activities or not activities_hinted(word)
