"""CTIS: the portal's export, with line breaks, commas in everything, and dates of its own. Trials are invented."""

import csv
import io
from datetime import date

import pyarrow.parquet as pq
import pytest

from openvalley.errors import SourceChanged
from openvalley.sources.catalogue import sources
from openvalley.sources.ctis import connector
from openvalley.sources.persons import WITHHELD
from openvalley.sources.sync import sync_source

_FILE = "CTIS_trials_20250924.csv"
_COLUMNS = (
    "Trial number", "Protocol code", "Title of the trial", "Overall trial status", "Location(s) and recruitment status",
    "Age group", "Age range secondary identifier", "Gender", "Number of participants enrolled", "Trial region",
    "Medical conditions", "Therapeutic area", "Trial phase", "Product", "Primary endpoint", "Secondary endpoints",
    "Decision date", "Start date", "End date", "Global end of the trial", "Trial results", "Sponsor/Co-Sponsors",
    "Sponsor type", "Last updated",
)
_TRIAL = {
    "Trial number": "2024-599999-22-00", "Protocol code": "RIVER-1",
    "Title of the trial": "Rivers and health:\na randomised, controlled trial",
    "Overall trial status": "Ongoing, recruiting",
    "Location(s) and recruitment status": "Netherlands:Ongoing, recruiting, Belgium:Authorised, recruitment pending",
    "Age group": "18-64 years, 65+ years", "Gender": "Female, Male", "Number of participants enrolled": "296",
    "Medical conditions": "River fever, chronic", "Trial phase": "Therapeutic confirmatory  (Phase III)",
    "Therapeutic area": '["Diseases [C] - Nervous System Diseases [C10]","Diseases [C] - Eye, Ear [C11]"]',
    "Product": "Water 300 mg, concentrate", "Start date": "16/03/2022", "End date": "N/A",
    "Global end of the trial": "N/A",
    "Trial results": "No", "Sponsor/Co-Sponsors": "Schelde Pharma, a River Company",
    "Sponsor type": "Pharmaceutical company",
    "Last updated": "17/09/2024",
}


def _csv(rows, columns=_COLUMNS):
    text = io.StringIO()
    writer = csv.DictWriter(text, columns, lineterminator="\n", restval="N/A", extrasaction="ignore")
    writer.writeheader()
    writer.writerows(rows)
    return b"\xef\xbb\xbf" + text.getvalue().encode()


@pytest.fixture
def read(reading):
    def read_trials(*rows):
        found = reading({_FILE: _csv(rows)}, name="ctis")
        connector.read(found.intake)
        return found

    return read_trials


def _each(read, column, values):
    """Read one trial for each value of a column, and return the intake and the trials in the same order."""
    numbers = [f"2024-{599_000 + place}-22-00" for place in range(len(values))]
    found = read(*({**_TRIAL, "Trial number": number, column: value}
                   for number, value in zip(numbers, values, strict=True)))
    trials = found.records("trial")
    return found, [trials[number] for number in numbers]


def test_a_row_becomes_a_trial(read):
    found = read(_TRIAL)
    trial = found.records("trial")["2024-599999-22-00"]
    assert trial["title"] == "Rivers and health:\na randomised, controlled trial"
    assert (trial["status"], trial["study_type"], trial["phases"]) == ("Ongoing, recruiting", "INTERVENTIONAL",
        ["PHASE3"])
    assert trial["conditions"] == ["River fever, chronic"]
    assert trial["condition_codes"] == [{"code": "C10", "title": "Nervous System Diseases"},
                                        {"code": "C11", "title": "Eye, Ear"}]
    assert trial["interventions"] == [{"kind": "drug", "name": "Water 300 mg, concentrate"}]
    assert (trial["enrolment"], trial["sex"], trial["minimum_age"], trial["maximum_age"]) == (296, "ALL", "18 Years",
        None)
    assert (trial["start_date"], trial["end_date"], trial["last_updated"]) == (date(2022, 3, 16), None,
        date(2024, 9, 17))
    assert (trial["sponsor"], trial["sponsor_class"], trial["sponsor_withheld"]) == (
        "Schelde Pharma, a River Company", "Pharmaceutical company", False)
    assert (trial["collaborators"], trial["countries"], trial["has_results"]) == (None, ["BE", "NL"], False)
    assert trial["identifiers"] == [{"scheme": "euct", "value": "2024-599999-22-00"}]
    assert found.intake.as_of == date(2024, 9, 17)
    assert (found.quarantined, found.intake.warnings) == ([], [])


_LOCATIONS = [
    ("Belgium:Ended", ["BE"]), ("N/A", None), ("", None),
    ("Korea, Republic of:Ongoing, recruiting, Belgium:Ended", ["BE", "KR"]),
    ("Belgium:Ongoing, recruiting, Korea, Republic of:Ended", ["BE", "KR"]),
    ("Belgique:Ended, Duitsland:Ended, Österreich:Ended, Czechia:Ended", ["AT", "BE", "CZ", "DE"]),
    ("Moldova, Republic of:Ended, Iran, Islamic Republic of:Halted, for good", ["IR", "MD"]),
]


def test_countries_are_found_between_states_that_have_commas_too(read):
    found, trials = _each(read, "Location(s) and recruitment status", [written for written, _ in _LOCATIONS])
    assert [trial["countries"] for trial in trials] == [countries for _, countries in _LOCATIONS]
    assert found.intake.warnings == []


def test_an_unknown_country_is_a_warning(read):
    found, (trial,) = _each(read, "Location(s) and recruitment status", ["Ruritania:Ended, Belgium:Ended"])
    assert trial["countries"] == ["BE"]
    assert found.intake.warnings == [f"{_FILE}: 1 locations name no country that we know"]


_PHASES = [
    ("Phase III and phase IV (Integrated)", ["PHASE3", "PHASE4"]), ("Therapeutic use (Phase IV)", ["PHASE4"]),
    ("Human Pharmacology (Phase I)- First administration to humans", ["PHASE1"]), ("N/A", []),
    ("Phase I and Phase II (Integrated)- Other", ["PHASE1", "PHASE2"]),
    ("Therapeutic exploratory (Phase II)", ["PHASE2"]),
]


def test_phases_in_words(read):
    _, trials = _each(read, "Trial phase", [written for written, _ in _PHASES])
    assert [trial["phases"] for trial in trials] == [phases for _, phases in _PHASES]


@pytest.mark.parametrize(("column", "written", "field", "values"), [
    ("Age group", ["0-17 years", "18-64 years", "65+ years, 18-64 years", "N/A"], "minimum_age",
     [None, "18 Years", "18 Years", None]),
    ("Age group", ["0-17 years", "18-64 years", "65+ years, 18-64 years", "N/A"], "maximum_age",
     ["17 Years", "64 Years", None, None]),
    ("Gender", ["Female, Male", "Female", "Male", "N/A"], "sex", ["ALL", "FEMALE", "MALE", None]),
    ("Trial results", ["Yes", "No", "N/A"], "has_results", [True, False, None]),
    ("Number of participants enrolled", ["0", "999999", "N/A"], "enrolment", [0, None, None]),
    ("Global end of the trial", ["08/07/2025", "N/A"], "end_date", [date(2025, 7, 8), None]),
    ("End date", ["08/07/2025", "N/A"], "end_date", [date(2025, 7, 8), None]),
    ("Product", ["N/A"], "interventions", [None]), ("Medical conditions", ["N/A"], "conditions", [None]),
])
def test_what_the_portal_writes_its_own_way(read, column, written, field, values):
    _, trials = _each(read, column, written)
    assert [trial[field] for trial in trials] == values


def test_sponsors_are_divided_where_there_are_as_many_types(read):
    company = "Pharmaceutical company"
    shared = {"Sponsor/Co-Sponsors": "Schelde Pharma NV, Dender Devices", "Sponsor type": f"{company}, {company}"}
    same = {"Sponsor/Co-Sponsors": "UZ Gent, UZ Gent", "Sponsor type": f"{company}, {company}",
            "Trial number": "2024-599998-22-00"}
    trials = read({**_TRIAL, **shared}, {**_TRIAL, **same}).records("trial")
    assert trials["2024-599999-22-00"]["sponsor"] == "Schelde Pharma NV"
    assert trials["2024-599999-22-00"]["collaborators"] == [{"name": "Dender Devices", "class": company}]
    assert (trials["2024-599998-22-00"]["sponsor"], trials["2024-599998-22-00"]["collaborators"]) == ("UZ Gent", None)


_WRONG = [
    ({"Trial number": "2024-1"}, "its id is no EU CT number"), ({"Trial number": ""}, "its id is no EU CT number"),
    ({"Start date": "2022-03-16"}, "Start date is no date"),
    ({"Last updated": "31/02/2024"}, "Last updated is no date"),
]


def test_a_wrong_row_is_put_aside_with_its_line(read):
    found = read(*({**_TRIAL, **changed} for changed, _ in _WRONG), _TRIAL)
    assert list(found.records("trial")) == ["2024-599999-22-00"]
    assert [reason for _, _, reason in found.quarantined] == [reason for _, reason in _WRONG]
    assert [line for _, line, _ in found.quarantined] == [2, 4, 6, 8]  # a title takes two lines


def test_no_personal_data_comes_through(reading):
    rows = [
        {**_TRIAL, "Sponsor/Co-Sponsors": "Anna Voorbeeld",
            "Title of the trial": "Ask Dr. Anna Voorbeeld, +32 3 555 12 34",
         "Medical conditions": "Rivers (a@voorbeeld.example)", "Product": "Water, tel. 03 555 12 34",
         "Primary endpoint": "Anna Voorbeeld"},
        {**_TRIAL, "Trial number": "wrong", "Sponsor/Co-Sponsors": "Anna Voorbeeld"},
    ]
    content = _csv(rows) + b"too,few,Anna Voorbeeld\n"
    found = reading({_FILE: content}, name="ctis")
    connector.read(found.intake)
    found.intake.write_quarantine()
    everything = "".join(str(pq.read_table(path).to_pylist()) for path in found.intake.target.glob("*.parquet"))
    assert [word for word in ("Voorbeeld", "voorbeeld", "555") if word in everything] == []
    trial = found.records("trial")["2024-599999-22-00"]
    assert (trial["sponsor"], trial["sponsor_withheld"]) == (None, True)
    assert found.intake.counted[WITHHELD] == 1
    assert found.intake.quarantined == 2


def test_a_vanished_column_stops_the_source(reading):
    columns = [column for column in _COLUMNS if column != "Trial phase"]
    with pytest.raises(SourceChanged, match="Trial phase"):
        connector.read(reading({_FILE: _csv([_TRIAL], columns)}, name="ctis").intake)


def test_live_it_says_how_to_bring_the_file(home):
    result = sync_source(home, sources(home)["ctis"], None, lambda *_: None)
    assert (result.outcome, result.problem) == ("by hand", None)
    assert "euclinicaltrials.eu" in result.how_to


def test_the_mirror_is_read_whole(mirrored):
    version = mirrored["ctis"]
    assert (dict(version.rows), version.quarantined, version.warnings) == ({"trial": 104}, 0, ())
    trials = pq.read_table(version.table("trial")).to_pylist()
    assert all(trial["countries"] and trial["phases"] for trial in trials)
    assert sum(trial["sponsor_withheld"] for trial in trials) == version.counted[WITHHELD] == 1
