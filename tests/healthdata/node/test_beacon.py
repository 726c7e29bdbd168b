"""A node's answers follow the schemas of GA4GH Beacon v2, and nothing but aggregates leaves."""

import json
import os
import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from openvalley.healthdata.cdm.asking import cohort_from
from openvalley.healthdata.sketching import distinct

jsonschema = pytest.importorskip("jsonschema", reason="needs jsonschema")
_DIABETES = {"condition": "SNOMED:44054006"}


@pytest.fixture(scope="module")
def schema():
    """Return a function that validates a document by the name of its schema, read where the reference lies."""
    from referencing import Registry, Resource

    mirror = os.environ.get("OPENVALLEY_MIRROR") or Path(__file__).parents[4] / "shared" / "mirror"
    folder = Path(mirror).parent / "reference" / "beacon-v2"
    if not folder.is_dir():
        pytest.skip(f"no Beacon v2 schemas at {folder}")
    resources = [(path.as_uri(), Resource.from_contents(json.loads(path.read_text(encoding="utf-8"))))
                 for path in folder.glob("**/*.json") if "examples" not in str(path) and path.name != "endpoints.json"]
    registry = Registry().with_resources(resources)

    def validate(document, name):
        reference = {"$ref": (folder / "responses" / f"{name}.json").as_uri()}
        jsonschema.Draft202012Validator(reference, registry=registry).validate(document)

    return validate


@pytest.mark.parametrize(("path", "name"), [
    ("/", "beaconInfoResponse"), ("/info", "beaconInfoResponse"), ("/configuration", "beaconConfigurationResponse"),
    ("/map", "beaconMapResponse"), ("/entry_types", "beaconEntryTypesResponse"),
    ("/filtering_terms", "beaconFilteringTermsResponse"),
    ("/individuals/filtering_terms", "beaconFilteringTermsResponse"),
    ("/service-info", "ga4gh-service-info-1-0-0-schema"),
])
def test_what_is_told_of_the_node_itself(node, schema, path, name):
    answered = node()(path, key=None)
    assert answered.status == 200
    schema(answered.json, name)


@pytest.mark.parametrize(("granularity", "name"), [
    ("count", "beaconCountResponse"), ("boolean", "beaconBooleanResponse"), ("record", "beaconCountResponse"),
])
def test_answers_follow_the_schema(node, schema, cdm, granularity, name):
    answered = node().cohort(_DIABETES, granularity)
    assert answered.status == 200
    schema(answered.json, name)
    true = cdm.count(cohort_from(_DIABETES))
    assert answered.json["responseSummary"]["exists"] is True
    assert abs(answered.json["responseSummary"].get("numTotalResults", true) - true) <= 5
    assert ("numTotalResults" in answered.json["responseSummary"]) == (granularity != "boolean")


def test_a_small_count_is_answered_as_if_it_were_none(node, schema):
    few = {"all": [_DIABETES, {"age": {"min": 20, "max": 22}}]}
    none = {"all": [_DIABETES, {"age": {"min": 130}}]}
    asked = node()
    answers = [asked.cohort(question).json for question in (few, none)]
    for answer in answers:
        schema(answer, "beaconBooleanResponse")
        assert answer["meta"]["returnedGranularity"] == "boolean"
        assert answer["info"]["suppressed"] is True
    assert answers[0]["responseSummary"] == answers[1]["responseSummary"] == {"exists": False}


@pytest.mark.parametrize(("filters", "criterion"), [
    ([{"id": "SNOMED:73211009"}], {"condition": "SNOMED:73211009"}),
    ([{"id": "SNOMED:44054006", "includeDescendantTerms": False}],
     {"condition": "SNOMED:44054006", "descendants": False}),
    ([{"id": "NCIT:C16576", "scope": "individuals"}], {"sex": "female"}),
    ([{"id": "sex", "operator": "!", "value": "female"}], {"not": {"sex": "female"}}),
    ([{"id": "age", "operator": ">", "value": "P49Y"}, {"id": "age", "operator": "<", "value": "70"}],
     {"age": {"min": 50, "max": 69}}),
    ([{"id": "LOINC:4548-4", "operator": ">", "value": "6.5"}], {"measurement": "LOINC:4548-4", "min": 6.51}),
    ([{"id": "LOINC:4548-4", "operator": "<=", "value": "5.2"}], {"measurement": "LOINC:4548-4", "max": 5.2}),
    ([{"id": "RxNorm:6809"}, {"id": "period", "operator": ">", "value": "2020-12-31"}],
     {"drug": "RxNorm:6809", "from": "2021-01-01"}),
    ([{"id": "LOINC:4548-4", "operator": "!", "value": "5.4"},
      {"id": "period", "operator": "<", "value": "2020-01-01"}],
     {"not": {"measurement": "LOINC:4548-4", "min": 5.4, "max": 5.4, "to": "2019-12-31"}}),
])
def test_filters_mean_what_the_specification_says(node, cdm, filters, criterion):
    asked = node()
    answered = asked.filters(*filters)
    assert answered.status == 200, answered.json
    true = cdm.count(cohort_from(criterion))
    assert abs(answered.json["responseSummary"]["numTotalResults"] - true) <= 5
    assert answered.json["meta"]["receivedRequestSummary"]["filters"] == [one["id"] for one in filters]


def test_terms_can_stand_in_the_address(node, schema):
    answered = node()("/individuals", query="filters=SNOMED:44054006,NCIT:C16576&requestedGranularity=count&limit=5")
    schema(answered.json, "beaconCountResponse")


_META = {"meta": {"apiVersion": "v2.0"}}


def _query(**query):
    return {**_META, "query": query}


@pytest.mark.parametrize(("body", "words"), [
    (b"{", "is no JSON"),
    (b"[" * 60_000, "is no JSON"),
    (b"\xff\xfe", "is no JSON"),
    (b'{"meta": {"apiVersion": ' + b"9" * 6000 + b"}}", "is no JSON"),
    ([], "the request is missing, or no object"),
    ({}, "meta is missing"),
    ({"meta": {}}, "meta.apiVersion is missing"),
    ({**_META, "qeury": {}}, "'qeury'|qeury is not known. Did you mean query"),
    (_META, "asks for nobody in particular"),
    (_query(filters=[{"id": "SNOMED:999"}]), "SNOMED:999 is no condition"),
    (_query(filters=[{"id": "UCUM:%"}]), "UCUM:% is no condition"),
    (_query(filters=[{"id": "age", "operator": ">", "value": "200"}]), "201 is no age"),
    (_query(filters=[{"id": "age", "operator": "<", "value": "0"}]), "-1 is no age"),
    (_query(filters=[{"id": "age", "operator": ">", "value": "old"}]), "old is no age"),
    (_query(filters=[{"id": "age", "operator": "~", "value": "1"}]), "'~' is none of"),
    (_query(filters=[{"id": "SNOMED:44054006", "operator": ">", "value": "1"}]), "has no value to compare"),
    (_query(filters=[{"id": "LOINC:4548-4", "operator": ">", "value": "high"}]), "high is no number"),
    (_query(filters=[{"id": "LOINC:4548-4", "operator": ">", "value": "nan"}]), "is no number"),
    (_query(filters=[{"id": "NCIT:C16576"}, {"id": "NCIT:C20197"}]), "female and male at once"),
    (_query(filters=[{"id": "sex", "operator": "=", "value": "x"}]), "is no sex"),
    (_query(filters=[{"id": "period", "operator": "=", "value": "2020-01-01"}]), "is compared with"),
    (_query(filters=[{"id": "period", "operator": ">", "value": "2199-12-31"}]), "is not between"),
    (_query(filters=[{"id": "SNOMED:44054006"}] * 1000), "1,000 filters; at most 100"),
    (_query(filters=[{"id": "SNOMED:44054006", "similarity": "high"}]), "only exact"),
    (_query(filters=[{"id": "SNOMED:44054006", "scope": "biosamples"}]), "apply to individuals"),
    (_query(filters=[{"id": "SNOMED:44054006", "colour": "red"}]), "colour is not known"),
    (_query(filters=["SNOMED:44054006"]), r"filters\[0\] is missing, or no object"),
    (_query(filters="SNOMED:44054006"), "is no list"),
    (_query(requestedGranularity="everything", filters=[]), "is none of boolean"),
    (_query(pagination={"skip": -1}, filters=[{"id": "NCIT:C16576"}]), "is no whole number"),
    (_query(requestParameters={"cohort": {"sex": "\ud800"}}), "is no sex"),
    (_query(requestParameters={"cohort": 5}), "an object is needed"),
    (_query(requestParameters={"g_variant": {}}), "g_variant is not known"),
])
def test_what_is_wrong_is_400_in_beacons_own_shape(node, schema, body, words):
    answered = node()("/individuals", body)
    assert answered.status == answered.json["error"]["errorCode"] == 400
    schema(answered.json, "beaconErrorResponse")
    assert re.search(words, answered.json["error"]["errorMessage"]), answered.json["error"]


@pytest.mark.parametrize(("path", "keywords", "status"), [
    ("/individuals", {"key": None, "query": "filters=NCIT:C16576"}, 401),
    ("/individuals", {"key": "guessed", "query": "filters=NCIT:C16576"}, 401),
    ("/individuals", {"method": "DELETE"}, 405), ("/info", {"method": "POST"}, 405),
    ("/individuals/1", {}, 404), ("/datasets", {}, 404), ("/individuals", {"query": "filter=NCIT:C16576"}, 400),
    ("/individuals", {"body": b" " * 70_000}, 413),
])
def test_other_refusals_have_the_shape_too(node, schema, path, keywords, status):
    answered = node()(path, keywords.pop("body", None), **keywords)
    assert answered.status == answered.json["error"]["errorCode"] == status
    schema(answered.json, "beaconErrorResponse")


def test_limits_the_switch_and_near_duplicates_have_their_status(node, schema):
    asked = node("[limits]\nquestions_a_day = 3\n")
    assert asked.cohort(_DIABETES).status == 200
    near = asked.cohort({"any": [_DIABETES, {"all": [_DIABETES, {"sex": "male"}]}]})
    assert (near.status, near.json["error"]["errorMessage"][:24]) == (403, "The cohort is too near t")
    asked.gate.policy.switch.touch()
    assert asked.cohort(_DIABETES).status == 503
    asked.gate.policy.switch.unlink()
    assert [asked.cohort({"sex": "x"}).status, asked.cohort(_DIABETES).status] == [400, 429]
    schema(near.json, "beaconErrorResponse")


def test_what_breaks_inside_is_said_without_saying_what(node, schema, monkeypatch, capsys):
    asked = node()
    monkeypatch.setattr(type(asked.gate.cdm), "persons", lambda *_: 1 / 0)
    answered = asked.cohort(_DIABETES)
    assert answered.status == 500
    schema(answered.json, "beaconErrorResponse")
    assert "division" not in answered.body.decode()
    assert "ZeroDivisionError" in capsys.readouterr().err


def test_a_sketch_leaves_only_where_the_policy_has_a_linkage_key(node, tmp_path):
    assert "sketch" not in node().cohort(_DIABETES, sketch={}).json["info"]
    (tmp_path / "linkage.key").write_text("k" * 40)
    asked = node('[linkage]\nkey_file = "linkage.key"\n')
    answered = asked.cohort({"drug": "RxNorm:6809"}, sketch={})
    told = answered.json["responseSummary"]["numTotalResults"]
    assert distinct([answered.json["info"]["sketch"]]).estimate == pytest.approx(told, rel=0.02)
    assert len(answered.body) < 12_000
    assert "sketch" not in asked.cohort({"condition": 317009}, "boolean", sketch={}).json["info"]


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=10)
    | st.sampled_from(["SNOMED:44054006", "LOINC:4548-4", "age", "sex", "female", "period", ">=", "2020-01-01"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(
        st.sampled_from(["id", "operator", "value", "all", "any", "not", "condition", "measurement", "min", "sex",
                         "age", "from", "filters", "requestParameters", "cohort", "requestedGranularity", "x"]),
        inner, max_size=4), max_leaves=12)


@settings(max_examples=300)
@given(query=_JSON, filters=_JSON, cohort=_JSON)
def test_fuzzing_finds_no_500_and_no_small_count(shared_node, query, filters, cohort):
    for sent in (query, {"filters": filters}, {"requestParameters": {"cohort": cohort}},
                 {"filters": [filters], "requestedGranularity": "count"}):
        answered = shared_node("/individuals", {**_META, "query": sent})
        assert answered.status in {200, 400, 403, 429}, answered.json
        assert answered.json.get("responseSummary", {}).get("numTotalResults", 10) >= 10
