"""Trials in the atlas: their state in our words, whether they are of the region, and one trial in two registers."""

from datetime import date

import ibis
import pyarrow as pa
import pytest

from openvalley.atlas import trials
from openvalley.vocabulary.records import TRIAL

_SITES = pa.schema([("trial_id", pa.string()), ("position", pa.int32()), ("country", pa.string())])
_PARTIES = pa.schema([("trial_id", pa.string()), ("role", pa.string()), ("organisation_id", pa.string())])


def _records(*rows):
    usual = {"source": "clinicaltrials", "source_version": "1", "title": "A trial"}
    return ibis.memtable(pa.Table.from_pylist([{**usual, **row} for row in rows], TRIAL.schema))


def _sites(*rows):
    return ibis.memtable(pa.Table.from_pylist(list(rows), _SITES))


def _made(records, sites=(), parties=()):
    given = trials.TrialInputs(
        records, ibis.memtable(pa.Table.from_pylist(list(parties), _PARTIES)), _sites(*sites),
        ibis.memtable(pa.table({"id": ["https://ror.org/0zzz00183"]})), ["BE"])
    return {row["id"]: row for row in trials.trials(given).to_pyarrow().to_pylist()}


@pytest.mark.parametrize(("stated", "state"), [
    ("RECRUITING", "recruiting"), ("Ongoing, recruiting", "recruiting"), ("ACTIVE_NOT_RECRUITING", "running"),
    ("Ended", "ended"), ("Something new", None), (None, None),
])
def test_a_trials_state_is_the_vocabularys_word_for_what_its_register_states(stated, state):
    made = _made(_records({"source_id": "NCT00000001", "status": stated}))["clinicaltrials:NCT00000001"]
    assert (made["state"], made["status"]) == (state, stated)


@pytest.mark.parametrize(("end", "updated", "state"), [
    (date(2021, 1, 1), date(2020, 6, 1), "unknown"), (date(2027, 1, 1), date(2020, 6, 1), "recruiting"),
    (date(2021, 1, 1), date(2025, 6, 1), "recruiting"), (None, date(2020, 6, 1), "recruiting"),
    (date(2021, 1, 1), None, "recruiting"),
])
def test_a_trial_that_should_have_ended_and_is_silent_for_years_is_not_called_recruiting(end, updated, state):
    made = _made(_records(
        {"source_id": "NCT00000001", "status": "RECRUITING", "end_date": end, "last_updated": updated},
        {"source_id": "NCT00000002", "status": "COMPLETED", "end_date": date(2020, 1, 1),
         "last_updated": date(2025, 12, 5)}))
    assert made["clinicaltrials:NCT00000001"]["state"] == state
    assert made["clinicaltrials:NCT00000002"]["state"] == "completed"


@pytest.mark.parametrize(("sites", "parties", "near"), [
    ([{"trial_id": "clinicaltrials:NCT00000001", "position": 1, "country": "BE"}], [], True),
    ([{"trial_id": "clinicaltrials:NCT00000001", "position": 1, "country": "FR"}], [], False),
    ([], [{"trial_id": "clinicaltrials:NCT00000001", "role": "sponsor",
           "organisation_id": "https://ror.org/0zzz00183"}], True),
    ([], [{"trial_id": "clinicaltrials:NCT00000001", "role": "sponsor", "organisation_id": "pic:1"}], False),
    ([], [], False),
])
def test_a_trial_is_of_the_region_by_a_site_there_or_by_who_runs_it(sites, parties, near):
    made = _made(_records({"source_id": "NCT00000001"}), sites, parties)["clinicaltrials:NCT00000001"]
    assert made["in_region"] is near
    assert made["sites"] == len(sites)


@pytest.mark.parametrize(("countries", "near"), [(["FR", "BE"], True), (["FR"], False), (None, False)])
def test_a_trial_is_of_the_region_when_its_register_lists_the_country(countries, near):
    made = _made(_records({"source_id": "NCT00000001", "countries": countries}))["clinicaltrials:NCT00000001"]
    assert made["in_region"] is near


def test_trials_of_two_registers_are_one_when_they_share_a_registrys_number():
    records = _records(
        {"source_id": "NCT00000001", "identifiers": [{"scheme": "nct", "value": "NCT00000001"},
                                                     {"scheme": "eudract", "value": "2015-001234-12"},
                                                     {"scheme": None, "value": "SPONSOR-1"}]},
        {"source": "euctr", "source_id": "2015-001234-12", "identifiers": [
            {"scheme": "eudract", "value": "2015-001234-12"}, {"scheme": None, "value": "SPONSOR-1"}]},
        {"source_id": "NCT00000002", "identifiers": [{"scheme": "nct", "value": "NCT00000002"},
                                                     {"scheme": None, "value": "SPONSOR-1"}]},
    )
    found = trials.twins(trials.identifiers(records)).to_pyarrow().to_pylist()
    assert sorted((row["trial_id"], row["other_id"]) for row in found) == [
        ("clinicaltrials:NCT00000001", "euctr:2015-001234-12"), ("euctr:2015-001234-12", "clinicaltrials:NCT00000001")]
