"""node demo and cohort: three nodes and a hub on this machine, from the command line."""

import json

import pytest

import openvalley
from openvalley.healthdata.demo import SHARED, nodes_on_loopback


@pytest.fixture(scope="module")
def hub_file(tmp_path_factory):
    folder = tmp_path_factory.mktemp("hub")
    with nodes_on_loopback(folder):
        yield folder / "hub.toml"


def test_the_demonstration_has_its_shape(say):
    status, out, _ = say("node", "demo", "--once", "--json")
    assert status == 0
    (cohorts,) = json.loads(out).values()
    assert len(cohorts) == 5
    for cohort in cohorts:
        assert list(cohort) == ["question", "nodes", "total", "distinct", "error"]
        assert [list(node) for node in cohort["nodes"]] == [["node", "count", "note"]] * 3
        counts = [node["count"] for node in cohort["nodes"]]
        assert all(count is None or (count >= 10 and count % 10 == 0) for count in counts)
        assert cohort["total"] == (sum(count for count in counts if count) or None)
    assert cohorts[0]["total"] - SHARED < cohorts[0]["distinct"] < cohorts[0]["total"]
    assert [node["note"] for node in cohorts[-1]["nodes"]] == ["fewer than 10, perhaps nobody"] * 3


def test_the_demonstration_says_the_same_each_time(say):
    assert say("node", "demo", "--once") == say("node", "demo", "--once")


def test_a_cohort_is_asked_by_options_and_by_file(say, hub_file, tmp_path):
    status, out, _ = say("cohort", "--hub", hub_file, "--drug", "RxNorm:6809", "--measurement", "LOINC:4548-4>=6<=9.5",
                         "--without-condition", "SNOMED:195967001", "--sex", "female", "--min-age", "40", "--from",
                         "2015-01-01", "--json")
    assert status == 0
    (one,) = json.loads(out)["cohorts"]
    assert one["question"] == ("drug RxNorm:6809 from 2015-01-01, measurement LOINC:4548-4 6 to 9.5 from 2015-01-01, "
                               "not condition SNOMED:195967001 from 2015-01-01, female, aged 40 or more")
    assert one["total"] > 0
    file = tmp_path / "cohort.json"
    file.write_text('{"any": [{"condition": "SNOMED:44054006"}, {"drug": "RxNorm:6809"}]}')
    assert "different patients about" in say("cohort", "--hub", hub_file, "--file", file)[1]


@pytest.mark.parametrize(("arguments", "words"), [
    ((), "Nobody in particular"), (("--condition", "diabetes"), "is no concept"),
    (("--measurement", "LOINC:4548-4>=high"), "is no measurement"), (("--sex", "f"), "is no sex"),
    (("--condition", "SNOMED:1", "--from", "2020-02-01", "--to", "2020-01-01"), "before it begins"),
    (("--file", "missing.json"), "cannot be read"),
])
def test_what_cannot_be_asked(say, hub_file, arguments, words):
    status, _, err = say("cohort", "--hub", hub_file, *arguments)
    assert (status, words in err) == (3, True), err


def test_a_concept_that_a_node_does_not_know_is_its_note(say, hub_file):
    _, out, _ = say("cohort", "--hub", hub_file, "--condition", "SNOMED:1", "--json")
    (one,) = json.loads(out)["cohorts"]
    assert one["total"] is None
    assert one["nodes"][0]["note"].startswith("refused (400): SNOMED:1 is not in this vocabulary.")


def test_python_asks_the_same(say, hub_file):
    cohort = {"condition": "SNOMED:44054006", "from": "2020-01-01"}
    answer = openvalley.ask_cohort(hub_file, cohort)
    _, out, _ = say("cohort", "--hub", hub_file, "--condition", "SNOMED:44054006", "--from", "2020-01-01", "--json")
    assert json.loads(out)["cohorts"] == [answer.as_data()]


def test_without_a_list_of_nodes(say, tmp_path):
    status, _, err = say("--home", tmp_path, "cohort", "--condition", "SNOMED:1")
    assert (status, "There is no list of nodes at" in err) == (3, True)
