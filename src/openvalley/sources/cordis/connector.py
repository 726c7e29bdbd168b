"""Reads CORDIS's CSV zips of the framework programmes (https://data.europa.eu/data/datasets/cordish2020projects)."""

import tomllib
from functools import cache
from pathlib import Path
from typing import Any

from openvalley.errors import SourceChanged
from openvalley.quoting import text
from openvalley.sources.intake import CsvTable, Intake
from openvalley.sources.sql import country, day, domain, filled, money, wrong_day, wrong_money
from openvalley.vocabulary.records import ORGANISATION, PARTICIPATION, PROJECT

_PROJECT = CsvTable(
    needed=("id", "acronym", "title", "startDate", "endDate", "totalCost", "ecMaxContribution", "legalBasis",
            "frameworkProgramme", "fundingScheme", "objective"),
    known=("status", "topics", "ecSignatureDate", "masterCall", "subCall", "nature", "contentUpdateDate", "rcn",
           "grantDoi", "keywords"),
)
_ORGANISATION = CsvTable(
    needed=("projectID", "organisationID", "vatNumber", "name", "shortName", "SME", "activityType", "street",
            "postCode", "city", "country", "organizationURL", "role", "ecContribution"),
    known=("projectAcronym", "nutsCode", "geolocation", "contactForm", "contentUpdateDate", "rcn", "order",
           "netEcContribution", "totalCost", "endOfParticipation", "active"),
)
_TOPICS = CsvTable(needed=("projectID", "topic"), known=("title",))
_LEGAL_BASIS = CsvTable(needed=("projectID", "legalBasis"), known=("title", "uniqueProgrammePart"))
_FIELDS = CsvTable(needed=("projectID", "euroSciVocCode", "euroSciVocTitle"),
                   known=("euroSciVocPath", "euroSciVocDescription"))

#: The tables of a zip: our name, the file, its shape.
_TABLES = (
    ("project", "project.csv", _PROJECT), ("organization", "organization.csv", _ORGANISATION),
    ("topics", "topics.csv", _TOPICS), ("legal_basis", "legalBasis.csv", _LEGAL_BASIS),
    ("fields", "euroSciVoc.csv", _FIELDS),
)
_IMPOSSIBLE = {
    "project": {
        "its id is no project number": "NOT coalesce(regexp_full_match(id, '[0-9]{1,12}'), false)",
        "startDate is no date": wrong_day("startDate"),
        "endDate is no date": wrong_day("endDate"),
        "it ends before it starts": f"{day('endDate')} < {day('startDate')}",
        "totalCost is no amount": wrong_money("totalCost"),
        "ecMaxContribution is no amount": wrong_money("ecMaxContribution"),
    },
    "organization": {
        "organisationID is no PIC": "NOT coalesce(regexp_full_match(organisationID, '[1-9][0-9]{8}'), false)",
        "country is no code": f"{country('country')} IS NULL",
        "ecContribution is no amount": wrong_money("ecContribution"),
    },
}
_DIRTY_VALUES = Path(__file__).with_name("dirty_values.toml")
#: CORDIS's activity types as organisation kinds.
KINDS = {"HES": "education", "PRC": "company", "REC": "research-institute", "PUB": "government", "OTH": "other"}


@cache
def dirty_values() -> list[dict[str, Any]]:
    """Return what dirty_values.toml declares: texts that stand in place of a value, by table and columns."""
    listed: list[dict[str, Any]] = tomllib.loads(_DIRTY_VALUES.read_text(encoding="utf-8"))["in_place_of_value"]
    return listed


def read(intake: Intake) -> None:
    """Turn the zips into project, participation and organisation records.

    Raises:
        SourceChanged: none of the zips holds a project.csv, or one of their tables has another shape.

    """
    folders = sorted({file.rpartition("/")[0] for file in intake.files if file.endswith("/project.csv")})
    if not folders:
        raise SourceChanged(
            "None of the CORDIS zips holds a project.csv.", files=sorted(intake.files),
            hint="The last good version stays in use. CORDIS changed its files; adapt the connector.")
    for folder in folders:
        for table, file, shape in _TABLES:
            name = f"{folder}/{file}"
            intake.csv("part", name, shape)
            if table in _IMPOSSIBLE:
                intake.quarantine("part", name, _IMPOSSIBLE[table])
            _append(intake, table, name)
    project = ", ".join(f"{folder}/project.csv" for folder in folders)
    organization = ", ".join(f"{folder}/organization.csv" for folder in folders)
    intake.quarantine("organization", organization, {
        "its project is not among the projects": "projectID NOT IN (SELECT id FROM project)",
    })
    _empty_dirty_values(intake)
    newest = intake.connection.execute(
        f"SELECT max(d) FROM (SELECT {day('contentUpdateDate')} AS d FROM project UNION ALL "
        f"SELECT {day('contentUpdateDate')} FROM organization)").fetchone()
    intake.as_of = newest[0] if newest else None
    intake.count("participations without a name", f"SELECT count(*) FROM organization WHERE {filled('name')} IS NULL")
    intake.count("projects without participants",
                 "SELECT count(*) FROM project WHERE id NOT IN (SELECT projectID FROM organization)")
    for programme in ("FP7", "H2020", "HORIZON"):
        intake.count(f"projects of {programme}",
                     f"SELECT count(*) FROM project WHERE frameworkProgramme LIKE '{programme}%'")
    intake.records(PROJECT, project, _PROJECTS)
    intake.records(PARTICIPATION, organization, _PARTICIPATIONS)
    intake.records(ORGANISATION, organization, _ORGANISATIONS)


def _append(intake: Intake, table: str, name: str) -> None:
    """Add the part just read to the whole; columns differ between programmes and years."""
    exists = intake.connection.execute(
        "SELECT count(*) FROM duckdb_tables() WHERE table_name = ?", [table]).fetchone()
    labelled = f"SELECT *, {text(name)} AS file FROM part"
    intake.connection.execute(
        f"CREATE OR REPLACE TABLE {table} AS "
        + (f"SELECT * FROM {table} UNION ALL BY NAME {labelled}" if exists and exists[0] else labelled))


def _empty_dirty_values(intake: Intake) -> None:
    """Empty the cells that hold a text in place of a value, such as a legal notice in place of a name."""
    for dirty in dirty_values():
        whole = text(f"(?is)({'|'.join(dirty['texts'])})")
        for column in dirty["columns"]:
            intake.connection.execute(
                f"UPDATE {dirty['table']} SET {column} = NULL WHERE regexp_full_match(trim({column}), {whole})")


def _codes(table: str, code: str, title: str) -> str:
    return (f"(SELECT projectID, list({{'code': {code}, 'title': {filled(title)}}} ORDER BY line) AS codes "
            f"FROM {table} WHERE {filled(code)} IS NOT NULL GROUP BY projectID)")


_PROJECTS = f"""
SELECT project.line, project.file, id AS source_id, {filled('acronym')} AS acronym, {filled('project.title')} AS title,
    {filled('objective')} AS objective, {filled('status')} AS status, {day('startDate')} AS start_date,
    {day('endDate')} AS end_date, {day('ecSignatureDate')} AS signature_date, {money('totalCost')} AS total_cost,
    {money('ecMaxContribution')} AS eu_contribution, {filled('frameworkProgramme')} AS programme,
    coalesce(l.codes, CASE WHEN {filled('legalBasis')} IS NOT NULL
                           THEN [{{'code': legalBasis, 'title': NULL::VARCHAR}}] END) AS legal_bases,
    coalesce(t.codes, CASE WHEN {filled('topics')} IS NOT NULL
                           THEN [{{'code': topics, 'title': NULL::VARCHAR}}] END) AS topics,
    f.codes AS fields, coalesce({filled('subCall')}, {filled('masterCall')}) AS call,
    {filled('fundingScheme')} AS funding_scheme, {filled('grantDoi')} AS doi
FROM project
LEFT JOIN {_codes('legal_basis', 'legalBasis', 'title')} AS l ON l.projectID = id
LEFT JOIN {_codes('topics', 'topic', 'title')} AS t ON t.projectID = id
LEFT JOIN {_codes('fields', 'euroSciVocCode', 'euroSciVocTitle')} AS f ON f.projectID = id
"""

_PARTICIPATIONS = f"""
SELECT line, file,
    concat(projectID, '/', organisationID, CASE WHEN nth > 1 THEN concat('/', nth) ELSE '' END) AS source_id,
    projectID AS project_id, organisationID AS organisation_id, {filled('role')} AS role,
    try_cast("order" AS INTEGER) AS position, {filled('activityType')} AS activity_type,
    try_cast(SME AS BOOLEAN) AS sme, {money('ecContribution')} AS eu_contribution,
    {money('netEcContribution')} AS net_eu_contribution, {money('totalCost')} AS total_cost,
    try_cast(endOfParticipation AS BOOLEAN) AS ended
FROM (SELECT *, row_number() OVER (PARTITION BY projectID, organisationID ORDER BY file, line) AS nth
      FROM organization)
"""

#: Within the rows of one PIC the newest filled value stands: official rows carry a date, joined ones do not.
_NEWEST = "(coalesce(contentUpdateDate, ''), file, -line)"
_KIND_CASES = " ".join(f"WHEN '{theirs}' THEN '{ours}'" for theirs, ours in KINDS.items())


def _latest(column: str) -> str:
    return f"arg_max({filled(column)}, {_NEWEST}) FILTER ({filled(column)} IS NOT NULL)"


_VAT = "regexp_replace(upper(vatNumber), '[^0-9A-Z]', '', 'g')"
#: A country's letters and at least two digits: participants also write MISSING, NOT APPLICABLE or their own name.
_VAT_FORM = "[A-Z]{2}[0-9A-Z]*[0-9][0-9A-Z]*[0-9][0-9A-Z]*"

_ORGANISATIONS = f"""
SELECT line, pic AS source_id, name,
    list_filter([{{'value': name, 'language': NULL::VARCHAR, 'kind': 'label'}},
                 {{'value': short_name, 'language': NULL::VARCHAR, 'kind': 'acronym'}}],
                lambda n: n.value IS NOT NULL) AS names,
    [CASE activity {_KIND_CASES} END] AS kinds,
    list_filter([{{'scheme': 'pic', 'value': pic}}, {{'scheme': 'vat', 'value': vat}}],
                lambda i: i.value IS NOT NULL) AS identifiers,
    country, [{{'city': city, 'postcode': postcode, 'country': country, 'region': NULL::VARCHAR, 'nuts': nuts,
        'latitude': try_cast(split_part(place, ',', 1) AS DOUBLE),
        'longitude': try_cast(split_part(place, ',', 2) AS DOUBLE)}}] AS locations,
    website, list_filter([{domain('website')}], lambda d: d IS NOT NULL) AS domains, sme, 'register' AS verification
FROM (
    SELECT min(line) AS line, organisationID AS pic, {_latest('name')} AS name, {_latest('shortName')} AS short_name,
        {_latest('activityType')} AS activity, {_latest('city')} AS city, {_latest('postCode')} AS postcode,
        arg_max({country('country')}, {_NEWEST}) AS country, {_latest('nutsCode')} AS nuts,
        {_latest('geolocation')} AS place, {_latest('organizationURL')} AS website,
        arg_max({_VAT}, {_NEWEST}) FILTER (regexp_full_match({_VAT}, '{_VAT_FORM}') AND length({_VAT}) <= 15) AS vat,
        arg_max(try_cast(SME AS BOOLEAN), {_NEWEST}) FILTER (try_cast(SME AS BOOLEAN) IS NOT NULL) AS sme
    FROM organization GROUP BY organisationID
)
"""
