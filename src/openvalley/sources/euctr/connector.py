"""Reads two tables that EU Trials Tracker made from the EU Clinical Trials Register: trials with results, sponsors."""

from openvalley.errors import SourceChanged
from openvalley.sources import countries, persons
from openvalley.sources.countries import count_unknown, country_key, make_country_names
from openvalley.sources.intake import CsvTable, Intake
from openvalley.sources.persons import WITHHELD, define_cleaning, empty_quarantine, withhold
from openvalley.sources.sql import day, filled, head_count, wrong_day
from openvalley.vocabulary.records import TRIAL

ALSO_FROM = (*countries.FILES, *persons.FILES)

_TRIALS = CsvTable(
    needed=("trial_id", "global_end_of_trial_date", "this_version_date", "trial_countries", "results_type",
            "recruitment_countries", "trial_start_date"),
    known=("first_version_date", "error"), delimiter=",", index="row_number",
)
_SPONSORS = CsvTable(
    needed=("trials_ids", "name_of_sponsor"),
    known=("normalized_name", "normalized_parent_name", "Proof", "Description", "Notes"), delimiter=",",
)
#: What stands in a sponsor's place and is none.
_NO_SPONSOR = ("n/a", "no sponsor", "not applicable", "there is no sponsor.", "*loc to complete*", "-", "none")


def read(intake: Intake) -> None:
    """Turn the tables into trial records.

    Raises:
        SourceChanged: there is no table of trials, or it has another shape.

    """
    file = next((name for name in sorted(intake.files) if name.startswith("euctr_trials")), "")
    if not file:
        raise SourceChanged("There is no table of trials, euctr_trials_YYYY-MM.csv.", files=sorted(intake.files),
                            hint="The last good version stays in use. Complete the folder and sync again.")
    intake.csv("raw", file, _TRIALS)
    intake.quarantine("raw", file, {
        "its id is no EudraCT number":
            "NOT coalesce(regexp_full_match(trial_id, '(19|20)[0-9]{2}-[0-9]{6}-[0-9]{2}'), false)",
        **{f"{column} is no date": wrong_day(column)
           for column in ("trial_start_date", "global_end_of_trial_date", "this_version_date")},
    })
    define_cleaning(intake.connection)
    make_country_names(intake.connection)
    _read_sponsors(intake)
    empty_quarantine(intake.connection)
    intake.connection.execute(_RECRUITED)
    intake.connection.execute(_PLACES)
    _count(intake, file)
    newest = intake.connection.execute(f"SELECT max({day('this_version_date')}) FROM raw").fetchone()
    intake.as_of = newest[0] if newest else None
    intake.records(TRIAL, file, _RECORDS)


def _read_sponsors(intake: Intake) -> None:
    """Make the table ``sponsor``: names by trial, the most usual spelling first, and whether they may be persons."""
    file = "euctr_sponsors.csv"
    if file in intake.files:
        intake.csv("listed", file, _SPONSORS)
    else:
        intake.connection.execute(
            "CREATE TABLE listed (trials_ids VARCHAR, name_of_sponsor VARCHAR, normalized_name VARCHAR)")
        intake.warn("there is no table of sponsors")
    withhold(intake.connection, "withheld", "SELECT clean_name(name_of_sponsor) FROM listed")
    intake.connection.execute(_NAMES)


def _count(intake: Intake, file: str) -> None:
    intake.count(WITHHELD, "SELECT count(*) FROM sponsor WHERE person AND number IN (SELECT trial_id FROM raw)")
    intake.count("trials without a sponsor",
                 "SELECT count(*) FROM raw WHERE trial_id NOT IN (SELECT number FROM sponsor)")
    intake.count("trials with a placeholder for a number of participants",
                 "SELECT count(DISTINCT number) FROM recruited WHERE participants IS NULL")
    intake.count("trials that the tables' makers could not read",
                 f"SELECT count(*) FROM raw WHERE {filled('error')} IS NOT NULL")
    unknown = count_unknown(intake.connection, "SELECT spelt FROM place")
    if unknown:
        intake.warn(f"{file}: countries in no spelling that we know: "
                    + ", ".join(f"{name[:40]} ({number} trials)" for name, number in unknown[:10]))


#: What the register has where no start was given.
_NO_DAY = "DATE '1900-01-01'"

#: The tables' makers brought spellings of one sponsor together under ``normalized_name``: of each sponsor of a trial
#: the spelling that stands for most trials is taken.
_NAMES = f"""
CREATE OR REPLACE TABLE sponsor AS
SELECT number, name, person, row_number() OVER (PARTITION BY number ORDER BY person, trials DESC, name) AS position
FROM (
    SELECT number, name, trials, withheld.name IS NOT NULL AS person FROM (
        SELECT *, trim(unnest(numbers)) AS number FROM (
            SELECT clean_name(name_of_sponsor) AS name, coalesce({filled('normalized_name')}, name) AS sponsor,
                string_split(trials_ids, ',') AS numbers, len(numbers) AS trials FROM listed
            WHERE lower({filled('name_of_sponsor')}) NOT IN {_NO_SPONSOR}))
    LEFT JOIN withheld USING (name) WHERE name IS NOT NULL
    QUALIFY row_number() OVER (PARTITION BY number, sponsor ORDER BY trials DESC, name) = 1)
"""

#: The tables hold Python's spelling of lists and dictionaries: ['BE', 'FR'], {'Belgium': 11, "Côte d'Ivoire": 4}.
_RECRUITED = f"""
CREATE OR REPLACE TABLE recruited AS
SELECT number, trim(left(entry, length(entry) - strpos(reverse(entry), ':')), '''" ') AS spelt,
    {head_count("trim(right(entry, strpos(reverse(entry), ':') - 1))")} AS participants
FROM (SELECT trial_id AS number, unnest(regexp_extract_all(recruitment_countries,
          '(?:''[^'']*''|"[^"]*"): *[0-9]+')) AS entry FROM raw)
"""
_PLACES = f"""
CREATE OR REPLACE TABLE place AS
SELECT number, spelt, code FROM (
    SELECT number, spelt FROM recruited UNION
    SELECT trial_id, unnest(regexp_extract_all(trial_countries, '''([^'']+)''', 1)) FROM raw)
LEFT JOIN country_names ON country_names.name = {country_key('spelt')}
"""

_RECORDS = f"""
SELECT line, trial_id AS source_id, 'INTERVENTIONAL' AS study_type, recruitment.enrolment,
    CASE WHEN recruitment.enrolment IS NOT NULL THEN 'ACTUAL' END AS enrolment_kind,
    nullif({day('trial_start_date')}, {_NO_DAY}) AS start_date, {day('global_end_of_trial_date')} AS end_date,
    {day('this_version_date')} AS last_updated, named.sponsor, coalesce(named.withheld, false) AS sponsor_withheld,
    named.collaborators, placed.countries,
    CASE WHEN results_type IN ('Tabular', 'Document', 'Mixed') THEN true END AS has_results,
    [{{'scheme': 'eudract', 'value': trial_id}}] AS identifiers
FROM raw
LEFT JOIN (SELECT number, CASE WHEN count(*) = count(participants) THEN sum(participants)::INTEGER END AS enrolment
           FROM recruited GROUP BY number) AS recruitment ON recruitment.number = trial_id
LEFT JOIN (SELECT number, list_sort(list(DISTINCT code) FILTER (code IS NOT NULL)) AS countries
           FROM place GROUP BY number) AS placed ON placed.number = trial_id
LEFT JOIN (SELECT number, first(name) FILTER (position = 1 AND NOT person) AS sponsor,
               bool_and(person) AS withheld,
               list({{'name': name, 'class': NULL::VARCHAR}} ORDER BY position) FILTER (position > 1 AND NOT person)
                   AS collaborators
           FROM sponsor GROUP BY number) AS named ON named.number = trial_id
"""
