"""Reads the table that the public portal of CTIS exports from its search (https://euclinicaltrials.eu)."""

from openvalley.sources import countries, persons
from openvalley.sources.countries import country_key, make_country_names
from openvalley.sources.intake import CsvTable, Intake
from openvalley.sources.persons import WITHHELD, define_cleaning, empty_quarantine, withhold
from openvalley.sources.sql import filled, head_count
from openvalley.vocabulary.records import TRIAL

ALSO_FROM = (*countries.FILES, *persons.FILES)

_TRIALS = CsvTable(
    needed=("Trial number", "Title of the trial", "Overall trial status", "Location(s) and recruitment status",
            "Medical conditions", "Trial phase", "Start date", "Sponsor/Co-Sponsors", "Last updated"),
    known=("Protocol code", "Age group", "Age range secondary identifier", "Gender", "Number of participants enrolled",
           "Trial region", "Therapeutic area", "Product", "Primary endpoint", "Secondary endpoints", "Decision date",
           "End date", "Global end of the trial", "Trial results", "Sponsor type"),
    delimiter=",",
)
_DATES = ("Start date", "End date", "Global end of the trial", "Last updated")


def read(intake: Intake) -> None:
    """Turn the table into trial records."""
    file = intake.only(".csv")
    intake.csv("raw", file, _TRIALS)
    intake.quarantine("raw", file, {
        "its id is no EU CT number":
            """NOT coalesce(regexp_full_match("Trial number", '20[0-9]{2}-5[0-9]{5}-[0-9]{2}-[0-9]{2}'), false)""",
        **{f"{column} is no date": f"{_value(column)} IS NOT NULL AND {_day(column)} IS NULL" for column in _DATES},
    })
    empty_quarantine(intake.connection)
    define_cleaning(intake.connection)
    make_country_names(intake.connection)
    intake.connection.execute(_SPONSORS)
    withhold(intake.connection, "withheld", "SELECT name FROM sponsor")
    intake.connection.execute(_PLACES)
    intake.count(WITHHELD, "SELECT count(*) FROM sponsor WHERE name IN (SELECT name FROM withheld)")
    intake.count("numbers of participants that are placeholders",
                 f"SELECT count(*) FROM raw WHERE {_ENROLLED} IS NOT NULL AND {head_count(_ENROLLED)} IS NULL")
    unknown = intake.connection.execute("SELECT count(*) FROM place WHERE NOT known").fetchall()[0][0]
    if unknown:
        intake.warn(f"{file}: {unknown} locations name no country that we know")
    newest = intake.connection.execute(f"SELECT max({_day('Last updated')}) FROM raw").fetchone()
    intake.as_of = newest[0] if newest else None
    intake.records(TRIAL, file, _RECORDS)


def _value(column: str) -> str:
    """Return a cell's text; the register writes N/A where it has nothing to say."""
    return f"""nullif({filled(f'"{column}"')}, 'N/A')"""


def _day(column: str) -> str:
    """Return the date of a cell, which the register writes as day/month/year."""
    text = _value(column)
    return f"""CASE WHEN regexp_full_match({text}, '[0-9]{{2}}/[0-9]{{2}}/[0-9]{{4}}')
        THEN try_cast(concat(right({text}, 4), '-', {text}[4:5], '-', {text}[1:2]) AS DATE) END"""


_ENROLLED = _value("Number of participants enrolled")

#: Sponsors and their types are joined by commas, which names have too: as many sponsors as types, or else one.
_SPONSORS = f"""
CREATE OR REPLACE TABLE sponsor AS
SELECT number, position, clean_name(names[position]) AS name, types[least(position, len(types))] AS class
FROM (SELECT number, types, names, unnest(range(1, len(names) + 1)) AS position FROM (
    SELECT number, types, CASE WHEN len(parts) = len(types) THEN parts ELSE [whole] END AS names FROM (
        SELECT "Trial number" AS number, {_value('Sponsor/Co-Sponsors')} AS whole, string_split(whole, ', ') AS parts,
            string_split({_value('Sponsor type')}, ', ') AS types FROM raw)))
QUALIFY row_number() OVER (PARTITION BY number, name ORDER BY position) = 1
"""

#: "Belgium:Ongoing, recruiting, Korea, Republic of:Ended" - a country is the longest end of what stands before a colon
#: that is one; countries and states both have commas in them.
_PLACES = f"""
CREATE OR REPLACE TABLE place AS
SELECT number, piece, arg_min(code, start) AS code, bool_or(country_names.name IS NOT NULL) AS known
FROM (SELECT number, piece, start, array_to_string(words[start:], ', ') AS spelt FROM (
    SELECT *, unnest(range(1, len(words) + 1)) AS start FROM (
        SELECT number, piece, string_split(pieces[piece], ', ') AS words FROM (
            SELECT *, unnest(range(1, len(pieces))) AS piece FROM (
                SELECT "Trial number" AS number, string_split({_value('Location(s) and recruitment status')}, ':')
                    AS pieces FROM raw)))))
LEFT JOIN country_names ON country_names.name = {country_key('spelt')}
GROUP BY number, piece
"""

_PHASES = """list_distinct(regexp_extract_all("Trial phase", '(?i)phase (IV|III|II|I)\\b', 1))"""
_PHASE = "CASE upper(p) WHEN 'I' THEN 'PHASE1' WHEN 'II' THEN 'PHASE2' WHEN 'III' THEN 'PHASE3' ELSE 'PHASE4' END"
_AGES = """list_transform(regexp_extract_all("Age group", '([0-9]+)(?:-[0-9]+|\\+) years', 1), lambda a: a::INTEGER)"""
_UP_TO = """list_transform(regexp_extract_all("Age group", '-([0-9]+) years', 1), lambda a: a::INTEGER)"""

_RECORDS = f"""
SELECT line, raw."Trial number" AS source_id, clean_text({_value('Title of the trial')}) AS title,
    {_value('Overall trial status')} AS status, 'INTERVENTIONAL' AS study_type,
    list_sort(list_transform({_PHASES}, lambda p: {_PHASE})) AS phases,
    CASE WHEN {_value('Medical conditions')} IS NOT NULL
         THEN [clean_text({_value('Medical conditions')})] END AS conditions,
    list_transform(regexp_extract_all("Therapeutic area", '[^"]+ \\[[A-Z][0-9]+\\]'), lambda a: {{
        'code': regexp_extract(a, '\\[([A-Z][0-9]+)\\]$', 1),
        'title': regexp_extract(a, '(?:.* - )?(.*) \\[[A-Z][0-9]+\\]$', 1)}}) AS condition_codes,
    CASE WHEN {_value('Product')} IS NOT NULL
         THEN [{{'kind': 'drug', 'name': clean_text({_value('Product')})}}] END AS interventions,
    {head_count(_ENROLLED)} AS enrolment, {_day('Start date')} AS start_date,
    coalesce({_day('Global end of the trial')}, {_day('End date')}) AS end_date, {_day('Last updated')} AS last_updated,
    sponsors.sponsor, sponsors.class AS sponsor_class, coalesce(sponsors.withheld, false) AS sponsor_withheld,
    sponsors.collaborators, places.countries,
    CASE {_value('Gender')} WHEN 'Female' THEN 'FEMALE' WHEN 'Male' THEN 'MALE' WHEN 'Female, Male' THEN 'ALL'
         WHEN 'Male, Female' THEN 'ALL' END AS sex,
    nullif(list_min({_AGES}), 0) || ' Years' AS minimum_age,
    CASE WHEN "Age group" NOT LIKE '%+%' THEN list_max({_UP_TO}) || ' Years' END AS maximum_age,
    CASE "Trial results" WHEN 'Yes' THEN true WHEN 'No' THEN false END AS has_results,
    [{{'scheme': 'euct', 'value': raw."Trial number"}}] AS identifiers
FROM raw
LEFT JOIN (
    SELECT number, first(name ORDER BY position) FILTER (position = 1 AND person IS NULL) AS sponsor,
        first(class ORDER BY position) AS class, bool_or(position = 1 AND person IS NOT NULL) AS withheld,
        list({{'name': name, 'class': class}} ORDER BY position) FILTER (position > 1 AND person IS NULL)
            AS collaborators
    FROM sponsor LEFT JOIN (SELECT name AS person FROM withheld) ON person = name GROUP BY number
) AS sponsors ON sponsors.number = raw."Trial number"
LEFT JOIN (SELECT number, list_sort(list(DISTINCT code) FILTER (code IS NOT NULL)) AS countries
           FROM place GROUP BY number) AS places ON places.number = raw."Trial number"
"""
