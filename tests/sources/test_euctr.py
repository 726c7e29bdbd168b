"""EU Clinical Trials Register: the tables of EU Trials Tracker. Trials and sponsors are invented."""

from datetime import date

import pyarrow.parquet as pq
import pytest

from openvalley.errors import SourceChanged
from openvalley.sources.catalogue import sources
from openvalley.sources.euctr import connector
from openvalley.sources.persons import WITHHELD
from openvalley.sources.sync import sync_source

_TRIALS, _SPONSORS = "euctr_trials_2020-12.csv", "euctr_sponsors.csv"
_HEADER = (",trial_id,global_end_of_trial_date,first_version_date,this_version_date,trial_countries,results_type,"
           "recruitment_countries,trial_start_date,error\n")
_SPONSOR_HEADER = "trials_ids,name_of_sponsor,normalized_name,normalized_parent_name,Proof,Description,Notes\n"
_ROW = ('0,2005-999999-20,2010-04-27,2015-07-31,2016-07-06,"[\'BE\', \'IT\', \'Outside EU/EEA\']",Tabular,'
        '"{\'Belgium\': 11, \'France\': 43}",2003-07-16,\n')


@pytest.fixture
def read(reading):
    def read_tables(rows=_ROW, sponsors=None):
        files = {_TRIALS: (_HEADER + rows).encode()}
        if sponsors is not None:
            files[_SPONSORS] = (_SPONSOR_HEADER + sponsors).encode()
        found = reading(files, name="euctr")
        connector.read(found.intake)
        return found

    return read_tables


def _row(number=20, recruited="", start="2003-07-16", countries="['BE']", results="Tabular"):
    return f'0,2005-999999-{number},2010-04-27,,2016-07-06,"{countries}",{results},"{recruited}",{start},\n'


def test_a_row_becomes_a_trial(read):
    found = read(_ROW, "2005-999999-20,Schelde Pharma NV,Schelde Pharma,,,,\n")
    trial = found.records("trial")["2005-999999-20"]
    assert (trial["countries"], trial["study_type"], trial["has_results"]) == (["BE", "FR", "IT"], "INTERVENTIONAL",
        True)
    assert (trial["enrolment"], trial["enrolment_kind"]) == (54, "ACTUAL")
    assert (trial["start_date"], trial["end_date"], trial["last_updated"]) == (
        date(2003, 7, 16), date(2010, 4, 27), date(2016, 7, 6))
    assert (trial["sponsor"], trial["sponsor_withheld"], trial["collaborators"]) == ("Schelde Pharma NV", False, None)
    assert trial["identifiers"] == [{"scheme": "eudract", "value": "2005-999999-20"}]
    assert found.intake.as_of == date(2016, 7, 6)
    assert (found.quarantined, found.intake.warnings) == ([], [])


def test_countries_and_numbers_in_pythons_own_spelling(read):
    rows = [
        _row(20, "{'Korea, Republic of': 5, 'Czech Republic': 1}"), _row(21, '{""Côte d\'Ivoire"": 4}'), _row(22),
        _row(23, "{'United Kingdom': 99999, 'France': 3}"), _row(24, "{'United Kingdom': 9999999}", countries="[]"),
        _row(25, "{'European Union': 7}", results="Broken"),
    ]
    found = read("".join(rows), "")
    trials = [found.records("trial")[f"2005-999999-{number}"] for number in range(20, 26)]
    assert [trial["countries"] for trial in trials] == [["BE", "CZ", "KR"], ["BE", "CI"], ["BE"], ["BE", "FR", "GB"],
                                                        ["GB"], ["BE"]]
    assert [trial["enrolment"] for trial in trials] == [6, 4, None, None, None, 7]
    assert found.intake.counted["trials with a placeholder for a number of participants"] == 2
    assert trials[5]["has_results"] is None
    assert found.intake.warnings == []


def test_an_unknown_country_is_a_warning(read):
    found = read(_row(recruited="{'Ruritania': 5}"), "")
    assert found.intake.warnings == [f"{_TRIALS}: countries in no spelling that we know: Ruritania (1 trials)"]


def test_a_sponsor_in_several_spellings_is_one_and_its_usual_name_stands(read):
    found = read(_ROW, 'n,n,,,,,\n"2005-999999-20,2005-999999-21",Schelde Pharma NV,Schelde,,,,\n'
                       "2005-999999-20,SCHELDE PH.,Schelde,,,,\n2005-999999-20,Dender Devices,Dender,,,,\n"
                       "2005-999999-20,No sponsor,,,,,\n")
    trial = found.records("trial")["2005-999999-20"]
    assert trial["sponsor"] == "Schelde Pharma NV"
    assert trial["collaborators"] == [{"name": "Dender Devices", "class": None}]


def test_without_a_table_of_sponsors_trials_have_none(read):
    found = read()
    assert found.records("trial")["2005-999999-20"]["sponsor"] is None
    assert found.intake.counted["trials without a sponsor"] == 1
    assert found.intake.warnings == ["there is no table of sponsors"]


@pytest.mark.parametrize(("row", "reason"), [
    (_row(2), "its id is no EudraCT number"), (_row(21, start="soon"), "trial_start_date is no date"),
    (_row(21, start="2003-02-30"), "trial_start_date is no date"), ("0,2005-999999-21\n", "it has too few fields"),
], ids=["id", "no date", "no day", "cut"])
def test_a_wrong_row_is_put_aside_with_its_line(read, row, reason):
    found = read(row + _ROW, "")
    assert list(found.records("trial")) == ["2005-999999-20"]
    assert found.quarantined == [(_TRIALS, 2, reason)]


def test_a_start_in_1900_is_none(read):
    assert read(_row(start="1900-01-01"), "").records("trial")["2005-999999-20"]["start_date"] is None


def test_no_personal_data_comes_through(read):
    found = read(_row(20) + _row(21) + _row(22) + "0,Anna Voorbeeld,,,,,,,,\n", (
        "2005-999999-20,Dr. Anna Voorbeeld,Anna Voorbeeld,,,,\n"
        "2005-999999-21,Anna Voorbeeld,,,,,\n2005-999999-21,UZ Gent (a@voorbeeld.example),,,,,\n"
        '2005-999999-22,"Voorbeeld, Anna",,,,,\nbroken,Anna Voorbeeld\n'))
    found.intake.write_quarantine()
    everything = "".join(str(pq.read_table(path).to_pylist()) for path in found.intake.target.glob("*.parquet"))
    assert [word for word in ("Voorbeeld", "voorbeeld") if word in everything] == []
    trials = found.records("trial")
    assert {key[-2:]: (trial["sponsor"], trial["sponsor_withheld"]) for key, trial in trials.items()} == {
        "20": (None, True), "21": ("UZ Gent", False), "22": (None, True)}
    assert found.intake.counted[WITHHELD] == 3
    assert found.intake.quarantined == 2


def test_a_vanished_column_stops_the_source(reading):
    files = {_TRIALS: (_HEADER.replace("trial_id", "id") + _ROW).encode()}
    with pytest.raises(SourceChanged, match="trial_id"):
        connector.read(reading(files, name="euctr").intake)


def test_without_a_table_of_trials_the_source_stops(reading):
    with pytest.raises(SourceChanged, match="no table of trials"):
        connector.read(reading({_SPONSORS: _SPONSOR_HEADER.encode()}, name="euctr").intake)


def test_live_it_says_how_to_bring_the_files(home):
    result = sync_source(home, sources(home)["euctr"], None, lambda *_: None)
    assert (result.outcome, result.problem) == ("by hand", None)
    assert "eu.trialstracker.net" in result.how_to


def test_the_mirror_is_read_whole(mirrored):
    version = mirrored["euctr"]
    assert (dict(version.rows), version.quarantined, version.warnings) == ({"trial": 15_497}, 0, ())
    assert 40 <= version.counted[WITHHELD] <= 90
    trials = pq.read_table(version.table("trial")).to_pylist()
    assert sum(trial["sponsor"] is not None for trial in trials) > 15_300
    assert sum("BE" in (trial["countries"] or ()) for trial in trials) > 3_000
