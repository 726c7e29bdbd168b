"""Terms: every one has its label in all four languages, and the lists agree with what uses them."""

import re

import pytest

from openvalley.atlas.headline import COMPANY_KINDS
from openvalley.sources.cordis import connector as cordis
from openvalley.sources.ror import connector as ror
from openvalley.vocabulary.terms import LANGUAGES, Term, Vocabulary, label, terms

#: Phases, units, breakdowns and programme parts go by the codes of the registers that define them.
_CODES = {Vocabulary.TRIAL_PHASE: r"[A-Z0-9_]+", Vocabulary.UNIT: r"[A-Z0-9_]+", Vocabulary.BREAKDOWN: r"[A-Z0-9_-]+",
          Vocabulary.PROGRAMME_PART: r"(H2020|HORIZON|EURATOM)[A-Za-z0-9.-]+"}
_ALL = [(vocabulary, term) for vocabulary in Vocabulary for term in terms(vocabulary).values()]


@pytest.mark.parametrize(("vocabulary", "term"), _ALL, ids=[f"{v.value}-{term.code}" for v, term in _ALL])
def test_every_term_has_a_label_in_all_languages(vocabulary, term):
    assert set(term.labels) == set(LANGUAGES)
    for language in LANGUAGES:
        assert term.label(language).strip() == term.label(language) != ""
    assert re.fullmatch(_CODES.get(vocabulary, r"[a-z0-9]+(-[a-z0-9]+)*"), term.code), vocabulary


@pytest.mark.parametrize("vocabulary", list(Vocabulary))
@pytest.mark.parametrize("language", LANGUAGES)
def test_no_two_terms_of_a_list_are_called_the_same(vocabulary, language):
    labels = [term.label(language).casefold() for term in terms(vocabulary).values()]
    assert len(labels) == len(set(labels))


def test_the_value_chain_runs_from_discovery_to_care():
    assert list(terms(Vocabulary.STAGE)) == [
        "discovery", "preclinical", "clinical", "manufacturing", "regulatory-market-access", "distribution", "care"]


def test_every_stage_has_a_colour_of_its_own():
    colours = [term.attributes["colour"] for term in terms(Vocabulary.STAGE).values()]
    assert len(set(colours)) == len(colours)
    assert all(re.fullmatch(r"#[0-9A-F]{6}", colour) for colour in colours)


def test_every_kind_belongs_to_a_group():
    assert all(term.attributes.get("group") for term in terms(Vocabulary.KIND).values())


@pytest.mark.parametrize("kinds", [ror.KINDS, cordis.KINDS], ids=["ror", "cordis"])
def test_the_registers_types_become_kinds_we_know(kinds):
    assert set(kinds.values()) <= set(terms(Vocabulary.KIND))


def test_a_language_without_a_label_shows_english():
    assert Term("x", {"en": "Vaccine"}, {}).label("nl") == "Vaccine"


@pytest.mark.parametrize(("code", "language", "says"), [
    ("vaccine", "de", "Impfstoffe"), ("vaccine", "xx", "Vaccines"), ("never-heard-of", "nl", "never-heard-of"),
])
def test_a_code_that_its_list_lacks_stands_for_itself(code, language, says):
    assert label(Vocabulary.PLATFORM, code, language) == says


def test_the_headline_kinds_are_kinds():
    assert set(COMPANY_KINDS) <= set(terms(Vocabulary.KIND))


def test_what_registers_say_of_a_trial_leads_to_one_state():
    stated = [word for term in terms(Vocabulary.TRIAL_STATE).values() for word in term.attributes["stated"]]
    assert len(stated) == len(set(stated))
    assert {"RECRUITING", "Ongoing, recruiting"} <= set(stated)
