"""Partners for a need: the right supplier among the first five, in four languages, and what is said of it."""

import tomllib
from collections import Counter
from pathlib import Path

import pytest

from openvalley.errors import BadInput
from openvalley.insight.answer import as_data
from openvalley.insight.connect import ConnectRequest, connect
from openvalley.insight.connect.capable import asked_for
from openvalley.insight.fund import FundRequest, fund
from openvalley.vocabulary.terms import LANGUAGES

_NEEDS = tomllib.loads(Path(__file__).with_name("needs.toml").read_text(encoding="utf-8"))["need"]
_FIRST = 5
#: How many of the golden needs must have a right supplier among the first five.
_BAR = 24


def _asked(starter, text, **more):
    return connect(starter, ConnectRequest(need=text, **more))


def test_the_right_supplier_is_among_the_first_five(starter, by_key):
    missed = [need["text"] for need in _NEEDS if not {by_key[key] for key in need["right"]} & {
        item.id for item in _asked(starter, need["text"]).items[:_FIRST]}]
    assert len(_NEEDS) == 30
    assert len(_NEEDS) - len(missed) >= _BAR, missed


def test_golden_suppliers_are_no_invention(starter, by_key):
    able = {row["organisation_id"] for row in starter.rows(
        "SELECT organisation_id FROM curated_party WHERE record_type = 'capability'")}
    assert all(by_key[key] in able for need in _NEEDS for key in need["right"])


def test_rows_stand_before_roles_and_roles_before_texts(starter):
    answer = _asked(starter, "Herstellung von mRNA", limit=500)
    bases = [item.values["basis"] for item in answer.items]
    assert bases == sorted(bases, key=["capability", "role", "text"].index)
    counted = {statement.code: statement.values for statement in answer.summary}["connect.need_counted"]
    assert Counter(bases) == {name: count for name, count in (
        ("capability", counted["able"]), ("role", counted["roles"]), ("text", counted["texts"])) if count}
    rows = starter.rows("SELECT count(*) AS n FROM capability WHERE activity IS NOT NULL")
    assert counted["rows"] == rows[0]["n"]


@pytest.mark.parametrize("text", ["mRNA encapsulation in lipid nanoparticles", "plasmid DNA", "Herstellung von mRNA",
                                  "flow cytometry on clinical samples", "gene therapy"])
def test_who_says_no_more_than_a_role_scores_less_than_who_offers(starter, text):
    items = _asked(starter, text, limit=500).items
    scores = [item.score for item in items]
    assert scores == sorted(scores, reverse=True)
    assert {item.values["basis"] for item in items} >= {"capability"}


def test_an_activity_may_be_said_by_words_on_both_sides_of_what_it_is_for():
    assert "data-management" in asked_for("Statistik für klinische Studien").head.terms["activities"]
    assert asked_for("AAV vectors for a phase 1 trial").purpose is not None


def test_what_a_need_is_for_makes_nobody_a_supplier(starter):
    answer = _asked(starter, "koelketen voor vaccins", limit=500)
    assert {item.values["basis"] for item in answer.items} == {"capability"}
    assert all(any(told.code == "connect.need_where" for told in item.evidence) for item in answer.items)


@pytest.mark.parametrize(("one", "other"), [
    ("gene therapy vectors", "vectoren voor gentherapie"), ("plasmid DNA", "ADN plasmidique"),
    ("freeze-drying", "Gefriertrocknung")])
def test_a_need_finds_the_same_first_in_other_languages(starter, one, other):
    assert _asked(starter, one).items[0].id in {item.id for item in _asked(starter, other).items[:_FIRST]}


def test_every_row_can_be_checked_and_is_said_in_every_language(starter):
    answer = _asked(starter, "fill syringes for a clinical trial")
    for item in answer.items:
        told = [statement for statement in item.evidence if statement.code.startswith("connect.need_")]
        assert told
        assert all(cited.source_id for statement in told for cited in statement.citations)
    for language in LANGUAGES:
        data = as_data(answer, language)
        assert all(statement["text"] for item in data["items"] for statement in item["evidence"])
        assert data["score_means"]["text"]


def test_what_somebody_keeps_for_itself_comes_after_what_is_offered(starter, by_key):
    found = [item.id for item in _asked(starter, "fill syringes").items]
    assert found.index(by_key["cenexi-thissen"]) < found.index(by_key["gsk-biologicals"])


def test_a_purpose_is_not_what_is_looked_for():
    asked = asked_for("AAV vectors for a phase 1 trial under GMP")
    assert "aav-vectors" in asked.head.terms["activities"]
    assert "phase-1-beds" not in asked.head.terms["activities"]
    assert (asked.phases, asked.standards) == (("PHASE1",), ("GMP",))


def test_filters_hold_for_needs_too(starter):
    everywhere, ghent = _asked(starter, "cell therapy production"), _asked(starter, "cell therapy production",
                                                                        region="BE234")
    assert {item.id for item in ghent.items} < {item.id for item in everywhere.items}
    assert all(item.values["nuts"].startswith("BE234") for item in ghent.items)


def test_a_need_of_somebody_leaves_it_and_its_partners_out(starter, by_key):
    without = connect(starter, ConnectRequest(by_key["cenexi-thissen"], need="fill syringes"))
    assert by_key["cenexi-thissen"] not in {item.id for item in without.items}
    assert without.asked["organisation"] == by_key["cenexi-thissen"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_nobody_does_is_said(starter, language):
    answer = _asked(starter, "zwxqv krmpft")
    assert answer.cannot_tell.code == "connect.need_nobody"
    assert as_data(answer, language)["cannot_tell"]["text"]


@pytest.mark.parametrize("text", ["", "   ", "the and of"])
def test_an_empty_need_is_refused(starter, text):
    with pytest.raises(BadInput):
        _asked(starter, text)


@pytest.mark.parametrize("language", LANGUAGES)
def test_whoever_asks_for_what_is_no_more_hears_what_came_after_it(starter, by_key, language):
    merged = by_key["flanders-bio"]
    for answer in (connect(starter, ConnectRequest(merged)), fund(starter, FundRequest(merged))):
        told = as_data(answer, language)
        assert told["items"] == []
        assert [said["values"]["name"] for said in told["summary"]] == ["Biovia"]
