"""Months of a cohort leave as counts do, a rise is told from chance, and home monitoring can be followed."""

import csv
import json
import math
import shutil
from contextlib import contextmanager
from datetime import UTC, date, datetime

import duckdb
import pytest

from openvalley.errors import BadCohort, BadInput
from openvalley.healthdata.cdm.asking import cohort_from
from openvalley.healthdata.cdm.opening import open_cdm
from openvalley.healthdata.demo import served
from openvalley.healthdata.disclosure.clients import hashed
from openvalley.healthdata.disclosure.gate import Gate
from openvalley.healthdata.disclosure.policy import load_policy
from openvalley.healthdata.hub.following import follow, summed
from openvalley.healthdata.hub.judging import NodeSeries
from openvalley.healthdata.hub.nodes import Hub, Node
from openvalley.healthdata.node.web import Application
from openvalley.healthdata.trends import observations
from openvalley.healthdata.trends.months import in_month, months_of
from openvalley.healthdata.trends.surveillance import Told, signals

_PRESSURE = {"measurement": "LOINC:8480-6", "min": 110}


@contextmanager
def _served(cdm, folder, more="", clock=lambda: datetime.now(UTC)):
    path = folder / "policy.toml"
    path.write_text('[node]\nid = "example.node"\nname = "Node"\norganisation = "Hospital"\nenvironment = "test"\n'
                    f'[[clients]]\nid = "hub"\nkey_sha256 = "{hashed("key")}"\n{more}')
    gate = Gate(cdm, load_policy(path), clock)
    with served([Application(gate)]) as (url,):
        yield Hub((Node("node", url, "key"),), 120), gate


def test_months_are_cut():
    assert months_of({"from": "2023-11", "to": "2024-02"}) == (
        date(2023, 11, 1), date(2023, 12, 1), date(2024, 1, 1), date(2024, 2, 1))
    cohort = cohort_from({"all": [_PRESSURE, {"not": {"drug": 1, "from": "2020-01-01"}}]})
    told = in_month(cohort, date(2024, 2, 1))
    assert told.parts[0].period.until == date(2024, 2, 29)
    assert told.parts[1] == cohort.parts[1]


@pytest.mark.parametrize(("series", "words"), [
    ({}, "from and to"), ("2023", "from and to"), ({"from": "2023", "to": "2024-01"}, "is no month"),
    ({"from": "2023-13", "to": "2024-01"}, "is no month"), ({"from": "2024-02", "to": "2024-01"}, "0 months"),
    ({"from": "2000-01", "to": "2024-01"}, "289 months"), ({"from": 2023, "to": 2024}, "is no month"),
])
def test_months_that_cannot_be_meant(series, words):
    with pytest.raises(BadCohort, match=words):
        months_of(series)


def test_a_nodes_months_are_its_counts_rounded_or_untold(cdm, tmp_path):
    high = cohort_from({"measurement": "LOINC:8480-6", "min": 140})
    with _served(cdm, tmp_path) as (hub, gate):
        answer = follow(hub, high, {"from": "2024-01", "to": "2025-06"})
        assert follow(hub, high, {"from": "2024-01", "to": "2025-06"}) == answer
        entries = list(gate.log.entries())
    assert len(entries) == 2   # one question of the day each
    assert entries[0]["months"] == 18
    for month in answer.months:
        true = cdm.count(in_month(high, date.fromisoformat(f"{month.month}-01")))
        assert month.total is None if true < 10 else abs(month.total - true) <= 5
    assert any(month.total is None for month in answer.months) != all(month.total is None for month in answer.months)


def test_months_outlive_a_restart_and_guard_what_is_asked_next(cdm, tmp_path):
    with _served(cdm, tmp_path) as (hub, _):
        told = follow(hub, cohort_from(_PRESSURE), {"from": "2025-04", "to": "2025-06"})
    assert all(month.total for month in told.months)
    near = cohort_from({"measurement": "LOINC:8480-6", "min": 110.05})
    with _served(cdm, tmp_path) as (hub, gate):
        answer = follow(hub, near, {"from": "2025-04", "to": "2025-06"})
        assert [month.total for month in answer.months] == [None] * 3
        assert len(gate._history) == 3


def test_a_node_that_tells_no_counts_tells_no_months(cdm, tmp_path):
    with _served(cdm, tmp_path, '[disclosure]\ngranularity = "boolean"\n') as (hub, _):
        answer = follow(hub, cohort_from(_PRESSURE), {"from": "2025-04", "to": "2025-06"})
    assert answer.months == ()
    assert "refused (403): Months are counted" in answer.nodes[0][1]


@pytest.mark.parametrize("cohort", [{"sex": "female"}, {**_PRESSURE, "from": "2020-01-01"}])
def test_a_cohort_in_which_nothing_changes(cdm, tmp_path, cohort):
    with _served(cdm, tmp_path) as (hub, _), pytest.raises(BadCohort, match="Nothing in this cohort changes"):
        follow(hub, cohort_from(cohort), {"from": "2025-04", "to": "2025-06"})


def _told(*counts, step=1):
    return [Told.of(count, 10, step) for count in counts]


def test_the_methods_are_those_of_the_paper():
    counts = [50, 64, 41, 58, 72, 49, 63, 55, 60, 130]
    last = signals(_told(*counts))[-1]
    for told, baseline in ((last.c1, counts[2:9]), (last.c2, counts[0:7])):
        mean = sum(baseline) / 7
        spread = sum((count - mean) ** 2 for count in baseline) / 6
        assert told == pytest.approx((130 - mean) / math.sqrt(spread + 1 / 12))
    assert last.c3 is None
    assert last.alarms == ("C1", "C2")


def test_a_slow_rise_adds_up():
    found = signals(_told(*[50, 64, 41, 58, 72, 49, 63, 55, 60], 78, 82, 85))
    assert found[-1].c3 == pytest.approx(sum(max(0, one.c2 - 1) for one in found[-3:]))
    assert "C3" in found[-1].alarms
    assert "C1" not in found[-1].alarms


@pytest.mark.parametrize("counts", [
    [None] * 12, [None] * 11 + [10], [10] * 11 + [20], [100] * 12, [0] * 12, [*[200, 210] * 5, 220, None],
])
def test_what_rounding_and_suppression_may_do_is_no_rise(counts):
    assert [one.alarms for one in signals(_told(*counts, step=10))] == [()] * 12


def test_nodes_are_added_and_named():
    answer = summed("q", ["2025-01", "2025-02"], [
        NodeSeries("a", (20, None), 10, 10), NodeSeries("b", (30, None), 10, 10), NodeSeries("c", note="down")])
    assert [(month.total, month.untold) for month in answer.months] == [(50, 0), (None, 2)]
    assert answer.nodes == (("a", ""), ("b", ""), ("c", "down"))


@pytest.mark.parametrize(("info", "words"), [
    ({"series": [{"month": "2025-05", "count": 10}]}, "tells no months"),
    ({"series": [{"month": "2025-06", "count": "x"}]}, "no numbers"),
    ({"series": [{"month": "2025-06", "count": 5000}]}, "5,000 of its 2,000"),
    ({"series": [5]}, "no Beacon document"), ({}, "tells no months"),
])
def test_months_that_are_none_are_named(info, words):
    sent = json.dumps({"info": {"population": 2000, "minimumCount": 10, "rounding": 10, **info}}).encode()

    def node(environ, start_response):
        environ["wsgi.input"].read(int(environ["CONTENT_LENGTH"]))
        start_response("200 OK", [])
        return [sent]

    with served([node]) as (url,):
        hub = Hub((Node("node", url, "key"),), 5)
        answer = follow(hub, cohort_from(_PRESSURE), {"from": "2025-06", "to": "2025-06"})
    assert words in answer.nodes[0][1]


def _quantity(value, code="mm[Hg]", **more):
    return {"value": value, "unit": code, "system": "http://unitsofmeasure.org", "code": code, **more}


def _code(code, system="http://loinc.org"):
    return {"coding": [{"system": system, "code": code}]}


def _observation(**changed):
    told = {"resourceType": "Observation", "status": "final", "code": _code("8480-6"),
            "subject": {"identifier": {"value": "SYN-1-1-7"}}, "effectiveDateTime": "2025-06-03T08:30:00+02:00",
            "valueQuantity": _quantity(171.5), **changed}
    return {name: value for name, value in told.items() if value is not None}


@pytest.fixture
def bundle(tmp_path):
    pytest.importorskip("fhir.resources", reason="needs the extra [health]")

    def write(*resources):
        path = tmp_path / "bundle.json"
        path.write_text(json.dumps({"resourceType": "Bundle", "type": "collection",
                                    "entry": [{"resource": resource} for resource in resources]}))
        return path

    return write


def test_observations_become_measurements(cdm, bundle):
    path = bundle(
        {"resourceType": "Patient", "id": "p", "identifier": [{"value": "SYN-1-1-8"}]},
        _observation(), _observation(subject={"reference": "Patient/p"}, effectiveDateTime="2025-06-04"),
        _observation(subject={"reference": "Patient/SYN-1-1-9"}, valueQuantity=_quantity(200, comparator=">")),
        _observation(valueQuantity=None, code=_code("85354-9"), component=[
            {"code": _code("8480-6"), "valueQuantity": _quantity(150)},
            {"code": _code("4548-4"), "valueQuantity": _quantity(7.1, "%")}]))
    converted = observations.convert([path], cdm.engine, 900)
    assert converted.faults == ()
    assert [(row[0], row[1], *row[2:9]) for row in converted.rows] == [
        (900, 408, 3004249, "2025-06-03", "2025-06-03 08:30:00", 32865, "", 171.5, 8876),
        (901, 409, 3004249, "2025-06-04", "", 32865, "", 171.5, 8876),
        (902, 410, 3004249, "2025-06-03", "2025-06-03 08:30:00", 32865, 4172704, 200.0, 8876),
        (903, 408, 3004249, "2025-06-03", "2025-06-03 08:30:00", 32865, "", 150.0, 8876),
        (904, 408, 3004410, "2025-06-03", "2025-06-03 08:30:00", 32865, "", 7.1, 8554)]


@pytest.mark.parametrize(("resource", "reason"), [
    ({"resourceType": "Device"}, "is a Device"), ({}, "is a None"),
    (_observation(status=None), "is no FHIR R4B Observation"),
    (_observation(status="entered-in-error"), "has the status entered-in-error"),
    (_observation(subject={"reference": "Patient/nobody"}), "patient whom"),
    (_observation(subject=None), "patient whom"),
    (_observation(code=_code("1-1")), "LOINC:1-1, which is no measurement"),
    (_observation(code={"text": "pressure"}), "no code"),
    (_observation(valueQuantity=_quantity(7, "kPa")), "has the unit kPa"),
    (_observation(valueQuantity=None, valueString="high"), "has no value with a unit"),
    (_observation(effectiveDateTime="2025-06"), "does not say on which day"),
    (_observation(effectiveDateTime=None), "does not say on which day"),
    (_observation(effectiveDateTime="yesterday"), "is no FHIR R4B Observation"),
])
def test_what_cannot_be_taken_is_listed_and_the_rest_is_taken(cdm, bundle, resource, reason):
    converted = observations.convert([bundle(resource, _observation())], cdm.engine, 1)
    assert len(converted.rows) == 1
    (fault,) = converted.faults
    assert (fault.file, fault.entry) == ("bundle.json", 0)
    assert reason in fault.reason


@pytest.mark.parametrize("content", ["{", "[]", '{"resourceType": "Patient"}', "[" * 100_000])
def test_what_is_no_bundle(cdm, bundle, content):
    path = bundle()
    path.write_text(content)
    with pytest.raises(BadInput, match="is no"):
        observations.convert([path], cdm.engine, 1)
    with pytest.raises(BadInput, match="cannot be read"):
        observations.convert([path.with_name("missing.json")], cdm.engine, 1)


def test_a_stream_from_home_shows_as_a_rise(synthetic, bundle, tmp_path, say):
    """From bundles over the command line into a copy of the database, and from there to the hub's alarm."""
    path = bundle(*(_observation(subject={"identifier": {"value": f"SYN-1-1-{number}"}},
                                 effectiveDateTime=f"2025-06-{number % 28 + 1:02d}") for number in range(300)))
    target = tmp_path / "rows.csv"
    status, out, _ = say("node", "observations", path, "--cdm", synthetic, "--first-id", "1", "-o", target)
    assert (status, "300 rows written" in out) == (0, True)
    assert next(csv.reader(target.read_text().splitlines())) == list(observations.COLUMNS)
    copy = tmp_path / "copy.duckdb"
    shutil.copy(synthetic, copy)
    with duckdb.connect(str(copy)) as connection:
        connection.execute("INSERT INTO measurement BY NAME SELECT person_id, measurement_concept_id, "
                           f"measurement_date, value_as_number, unit_concept_id FROM read_csv('{target}')")
    (tmp_path / "hub.key").write_text("key")
    with open_cdm(str(copy)) as opened, _served(opened, tmp_path) as (hub, _):
        (tmp_path / "hub.toml").write_text(f'[[nodes]]\nname = "node"\nurl = "{hub.nodes[0].url}"\n'
                                           'key_file = "hub.key"\n')
        arguments = ("--hub", tmp_path / "hub.toml", "--measurement", "LOINC:8480-6>=140", "--from", "2024-06", "--to",
                     "2025-06")
        status, out, _ = say("trend", *arguments, "--json")
        months = json.loads(out)["months"]
        assert months[-1]["alarms"] == ["C1", "C2", "C3"]
        assert [month["alarms"] for month in months[:-1]] == [[]] * 12
        assert "C1, C2, C3" in say("trend", *arguments)[1]
