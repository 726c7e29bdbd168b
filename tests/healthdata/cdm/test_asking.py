"""Questions that cannot be meant are refused with the place and the term; the same meaning has one canonical form."""

from contextlib import suppress
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from openvalley.errors import BadCohort
from openvalley.healthdata.cdm import canonical
from openvalley.healthdata.cdm.asking import cohort_from

_DIABETES = {"condition": "SNOMED:44054006"}


@pytest.mark.parametrize(("document", "words", "term"), [
    ([], "an object is needed", "[]"),
    ({}, "one of all, any, not", "cohort"),
    ({"conditon": 1}, "'conditon' is not known", "conditon"),
    ({**_DIABETES, "descendents": False}, "'descendents' is not known", "descendents"),
    ({**_DIABETES, "min": 3}, "'min' is not known", "min"),
    ({"sex": "female", "drug": 5}, "2 are given", "cohort"),
    ({"condition": "diabetes"}, "is no concept", "'diabetes'"),
    ({"condition": "SNOMED:4405 4006"}, "is no concept", "'SNOMED:4405 4006'"),
    ({"condition": "OMOP:x"}, "no concept_id", "OMOP:x"),
    ({"condition": 99999999999}, "no concept_id", "OMOP:99999999999"),
    ({"condition": True}, "is no concept", "True"),
    ({"age": {"min": 200}}, "200 is no age", "200"),
    ({"age": {"min": -1}}, "-1 is no age", "-1"),
    ({"age": {"min": 18.5}}, "18.5 is no age", "18.5"),
    ({"age": {"min": 70, "max": 60}}, "at least 70 and at most 60", "70..60"),
    ({"age": {}}, "min, max or both", "cohort.age"),
    ({"age": {"min": 1, "on": "1.1.2020"}}, "is no day", "'1.1.2020'"),
    ({"age": {"min": 1, "on": 2020}}, "is no day", "2020"),
    ({"observed": {"from": "1066-10-14"}}, "is not between", "1066-10-14"),
    ({"sex": "f"}, "is no sex", "'f'"),
    ({**_DIABETES, "from": "2020-02-02", "to": "2020-02-01"}, "before it begins", "2020-02-02..2020-02-01"),
    ({**_DIABETES, "days": 0}, "no number of days", "0"),
    ({**_DIABETES, "descendants": "yes"}, "neither true nor false", "yes"),
    ({"measurement": 1, "min": float("nan")}, "is no number", "nan"),
    ({"measurement": 1, "min": "7"}, "is no number", "'7'"),
    ({"measurement": 1, "min": 7, "max": 6}, "at least 7 and at most 6", "7..6"),
    ({"all": []}, "at least one", "cohort.all"),
    ({"all": [{"sex": "male"}, {"sex": "female"}]}, "female and male at once", "female and male"),
    ({"all": [{"age": {"min": 65}}, {"all": [{"age": {"max": 40}}]}]}, "at least 65 and at most 40", "age 65..40"),
    ({"all": [_DIABETES, {"not": _DIABETES}]}, "and does not", '{"condition":"SNOMED:44054006"}'),
    ({"any": [{"sex": "male"}] * 1000}, "1,000 criteria", "1000"),
    ({"any": [{"any": [{"sex": "male"}] * 20}] * 50}, "1,000 criteria", "1000"),
    ({"not": {"not": {"not": {"not": {"not": {"not": {"not": {"not": {"sex": "male"}}}}}}}}}, "8 deep", None),
])
def test_what_cannot_be_meant_is_said_with_its_term(document, words, term):
    with pytest.raises(BadCohort) as caught:
        cohort_from(document)
    assert words in caught.value.message
    if term:
        assert caught.value.context["term"] == term


def test_a_mistyped_field_is_guessed():
    with pytest.raises(BadCohort) as caught:
        cohort_from({"conditon": 1})
    assert caught.value.hint == "Did you mean condition?"


@pytest.mark.parametrize(("one", "other"), [
    ({"all": [_DIABETES, {"sex": "male"}]}, {"all": [{"sex": "male"}, {"all": [_DIABETES]}, _DIABETES]}),
    ({"not": {"not": _DIABETES}}, _DIABETES),
    ({"any": [_DIABETES]}, {"condition": "SNOMED:44054006", "descendants": True, "days": 1}),
    ({"condition": 201826}, {"condition": "OMOP:201826"}),
    ({"condition": "201826"}, {"condition": "OMOP:201826"}),
    ({"measurement": 1, "min": 7}, {"measurement": 1, "min": 7.0}),
])
def test_the_same_meaning_has_one_form(one, other):
    assert canonical.text(cohort_from(one)) == canonical.text(cohort_from(other))


_LEAF = st.one_of(
    st.builds(lambda kind, number, days: {kind: number, "days": days},
              st.sampled_from(["condition", "drug", "procedure"]), st.integers(1, 9), st.integers(1, 3)),
    st.builds(lambda least: {"age": {"min": least}}, st.integers(0, 130)),
    st.builds(lambda day: {"observed": {"from": day.isoformat()}}, st.dates(date(2000, 1, 1), date(2030, 1, 1))),
)
_QUESTION = st.recursive(_LEAF, lambda inner: st.one_of(
    st.builds(lambda parts: {"any": parts}, st.lists(inner, min_size=1, max_size=3)),
    st.builds(lambda part: {"not": part}, inner)), max_leaves=6)


@given(_QUESTION)
def test_the_canonical_form_is_read_as_what_it_was(question):
    told = canonical.document(cohort_from(question))
    assert canonical.document(cohort_from(told)) == told


_WORDS = st.sampled_from(["all", "any", "not", "age", "condition", "min", "on", "x"])


@given(st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_WORDS, inner, max_size=3), max_leaves=10))
def test_whatever_is_sent_is_a_question_or_refused(document):
    with suppress(BadCohort):
        assert cohort_from(document)
