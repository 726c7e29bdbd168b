"""Reads pages of studies from ClinicalTrials.gov, API version 2 (https://clinicaltrials.gov/data-api/about-api).

Contacts, officials and investigators are never selected; sponsors and sites that may be persons are withheld.
"""

import json
from typing import Any

from openvalley.errors import SourceChanged
from openvalley.sources import countries, persons
from openvalley.sources.clinicaltrials.pages import fetch
from openvalley.sources.countries import count_unknown, country_key, make_country_names
from openvalley.sources.intake import Intake
from openvalley.sources.persons import WITHHELD, define_cleaning, withhold
from openvalley.sources.sql import filled, head_count
from openvalley.vocabulary.records import TRIAL, TRIAL_SITE

__all__ = ["ALSO_FROM", "fetch", "read"]

ALSO_FROM = (*countries.FILES, *persons.FILES)

_TEXTS = ["VARCHAR"]
_DATE = {"date": "VARCHAR"}
_PARTY = {"name": "VARCHAR", "class": "VARCHAR"}
#: The fields that are read, in the register's own tree (its OpenAPI document: schema Study).
_STUDY: dict[str, Any] = {
    "protocolSection": {
        "identificationModule": {
            "nctId": "VARCHAR", "nctIdAliases": _TEXTS, "orgStudyIdInfo": {"id": "VARCHAR"},
            "secondaryIdInfos": [{"id": "VARCHAR"}], "briefTitle": "VARCHAR", "officialTitle": "VARCHAR",
            "acronym": "VARCHAR"},
        "statusModule": {
            "overallStatus": "VARCHAR", "startDateStruct": _DATE, "primaryCompletionDateStruct": _DATE,
            "completionDateStruct": _DATE, "studyFirstPostDateStruct": _DATE, "lastUpdatePostDateStruct": _DATE},
        "sponsorCollaboratorsModule": {"leadSponsor": _PARTY, "collaborators": [_PARTY]},
        "descriptionModule": {"briefSummary": "VARCHAR"},
        "conditionsModule": {"conditions": _TEXTS, "keywords": _TEXTS},
        "designModule": {"studyType": "VARCHAR", "phases": "JSON",
                         "enrollmentInfo": {"count": "VARCHAR", "type": "VARCHAR"}},
        "armsInterventionsModule": {"interventions": [{"type": "VARCHAR", "name": "VARCHAR"}]},
        "eligibilityModule": {"sex": "VARCHAR", "minimumAge": "VARCHAR", "maximumAge": "VARCHAR",
                              "healthyVolunteers": "BOOLEAN"},
        "contactsLocationsModule": {"locations": [{
            "facility": "VARCHAR", "city": "VARCHAR", "state": "VARCHAR", "zip": "VARCHAR", "country": "VARCHAR",
            "status": "VARCHAR", "geoPoint": {"lat": "DOUBLE", "lon": "DOUBLE"}}]},
    },
    "derivedSection": {"conditionBrowseModule": {"meshes": [{"id": "VARCHAR", "term": "VARCHAR"}]}},
    "hasResults": "BOOLEAN",
}
#: What no register of trials goes without; when no study at all has it, the schema changed.
_NEEDED = ("identificationModule.nctId", "identificationModule.briefTitle", "statusModule.overallStatus",
           "sponsorCollaboratorsModule.leadSponsor.name", "designModule.studyType", "contactsLocationsModule.locations")
_LISTS = ("conditionsModule.conditions", "conditionsModule.keywords", "contactsLocationsModule.locations",
          "sponsorCollaboratorsModule.collaborators", "armsInterventionsModule.interventions")
#: Sections of a study and modules of its protocol that we know; most of them are left alone.
_KNOWN = {
    "$": ("protocolSection", "derivedSection", "hasResults", "resultsSection", "annotationSection", "documentSection"),
    "$.protocolSection": (*_STUDY["protocolSection"], "oversightModule", "outcomesModule", "referencesModule",
                          "ipdSharingStatementModule"),
}
_PHASES = {"PHASE0": "PHASE0", "EARLYPHASE1": "EARLY_PHASE1", "PHASE1": "PHASE1", "PHASE2": "PHASE2",
           "PHASE3": "PHASE3", "PHASE4": "PHASE4", "NA": "NA", "NOTAPPLICABLE": "NA"}
#: What sponsors write where a site is not named yet, or not named on purpose; compared in small letters, as a whole.
_PLACEHOLDERS = (
    (r"((\S+ ){0,3}(investigational|investigative|study)|research|investigational research|trial"
     r"|clinical (trial|study)) sites?( ?(no|nr|number|id)?[ .:#-]*[a-z]{0,4}[0-9 #-]*)?(,[^,]*)?"),
    r"(investigational|investigative|research|study|trial) (center|centre|facility|location|hospital)( ?[0-9 #-]+)?",
    r"(local institution|site|center|centre|facility|clinic|hospital|location)[ .:#-]*(no|nr|number|id)?[ .:#-]*[0-9]+",
    r"(many|multiple|various|several|all) (sites|locations|centers|centres|facilities|hospitals)",
    r"(call |contact )?for (additional |more |further )?(site )?information.*", r"[0-9 ./#-]+",
    r"n/?a|not applicable|not provided|unknown|tbd|to be determined|confidential|virtual|remote|-+|\.+",
)
_DATES = {"start_date": "startDateStruct", "primary_completion_date": "primaryCompletionDateStruct",
          "end_date": "completionDateStruct", "first_posted": "studyFirstPostDateStruct",
          "last_updated": "lastUpdatePostDateStruct"}


def read(intake: Intake) -> None:
    """Turn the pages into trial and site records."""
    _read_studies(intake)
    define_cleaning(intake.connection)
    make_country_names(intake.connection)
    intake.count("studies on more than one page", "SELECT count(*) - count(DISTINCT nct) FROM study")
    intake.connection.execute(_ONCE)
    intake.connection.execute(_SITES)
    withhold(intake.connection, "withheld", """
        SELECT facility FROM site UNION ALL SELECT clean_name(p.sponsorCollaboratorsModule.leadSponsor.name) FROM study
        UNION ALL SELECT clean_name(unnest(p.sponsorCollaboratorsModule.collaborators).name) FROM study
    """)
    intake.connection.execute(_TRIALS)
    intake.quarantine("trial", "studies", {
        "its id is no NCT number": "NOT coalesce(regexp_full_match(source_id, 'NCT[0-9]{8}'), false)",
        "its fields are not of the schema": "misshapen",
        **{f"{theirs}.date is no date": f"{filled(f'{ours}_written')} IS NOT NULL AND {ours} IS NULL"
           for ours, theirs in _DATES.items()},
    })
    intake.connection.execute(
        "DELETE FROM site WHERE trial_id IS NULL OR trial_id NOT IN (SELECT source_id FROM trial)")
    _count(intake)
    intake.connection.execute("DELETE FROM site WHERE placeholder")
    newest = intake.connection.execute("SELECT max(last_updated) FROM trial").fetchone()
    intake.as_of = newest[0] if newest else None
    intake.records(TRIAL, "studies", "SELECT * FROM trial")
    intake.records(TRIAL_SITE, "studies", """
        SELECT * REPLACE (CASE WHEN facility NOT IN (SELECT name FROM withheld) THEN facility END AS facility) FROM site
    """)


def _read_studies(intake: Intake) -> None:
    """Read all pages into the table ``study``: what is selected of each study, and where it stands."""
    table = "CREATE OR REPLACE TABLE study AS "
    for file in sorted(intake.files):
        intake.json("page", file)
        _check_page(intake, file)
        intake.connection.execute(f"""
            {table}
            SELECT '{file.replace("'", "''")}' AS file, row_number() OVER () AS line, read.protocolSection AS p,
                read.derivedSection.conditionBrowseModule.meshes AS meshes, read.hasResults AS has_results,
                {' OR '.join(f"coalesce(json_type(json, '$.protocolSection.{path}'), 'NULL') NOT IN ('ARRAY', 'NULL')"
                             for path in _LISTS)} AS misshapen,
                read.protocolSection.identificationModule.nctId AS nct
            FROM (SELECT json, from_json(json, '{json.dumps(_STUDY)}') AS read
                  FROM (SELECT unnest(from_json(replace(json::VARCHAR, '\\u0000', ''),
                                                '{{"studies": ["JSON"]}}').studies) AS json FROM page))
        """)
        table = "INSERT INTO study"
    vanished = [path for path in _NEEDED
                if intake.connection.execute(f"SELECT count(p.{path}) FROM study").fetchall() == [(0,)]]
    if vanished:
        raise SourceChanged(f"No study has the fields {', '.join(vanished)}.", columns=vanished,
                            hint="The last good version stays in use. The API's schema changed; adapt the connector.")


def _check_page(intake: Intake, file: str) -> None:
    pages = intake.connection.execute(
        "SELECT count(*), count(*) FILTER (json_type(json, '$.studies') = 'ARRAY') FROM page").fetchall()
    if pages != [(1, 1)]:
        raise SourceChanged(f"{file} is not one page with a list of studies.", file=file,
                            hint="The last good version stays in use. The API changed; adapt the connector.")
    for path, known in _KNOWN.items():
        keys = intake.connection.execute(f"""
            SELECT DISTINCT unnest(json_keys(study, '{path}'))
            FROM (SELECT unnest(json->'$.studies[*]') AS study FROM page)
        """)
        unknown = sorted({key for (key,) in keys.fetchall()} - set(known))
        if unknown:
            intake.warn(f"studies: unknown fields {', '.join(unknown)} in {path}")


def _count(intake: Intake) -> None:
    intake.count(WITHHELD, """
        SELECT (SELECT sum(sponsor_withheld::INT + collaborators_withheld) FROM trial) +
            (SELECT count(*) FROM site WHERE NOT placeholder AND facility IN (SELECT name FROM withheld))
    """)
    intake.count("placeholder sites dropped", "SELECT count(*) FROM site WHERE placeholder")
    intake.count("sites without a name", "SELECT count(*) FROM site WHERE NOT placeholder AND facility IS NULL")
    intake.count("numbers of participants that are placeholders", "SELECT count(*) FROM trial WHERE uncounted")
    unknown = count_unknown(intake.connection, "SELECT country_written FROM site")
    if unknown:
        intake.warn("countries in no spelling that we know: "
                    + ", ".join(f"{name[:40]} ({number} sites)" for name, number in unknown[:10]))
    unread = intake.connection.execute(
        f"SELECT DISTINCT left(phase, 40) FROM ({_WRITTEN_PHASES}) WHERE {_PHASE} IS NULL ORDER BY 1").fetchall()
    if unread:
        intake.warn("phases that we do not know: " + ", ".join(str(phase) for (phase,) in unread))


_ONCE = """
DELETE FROM study WHERE rowid NOT IN (
    SELECT first(rowid ORDER BY p.statusModule.lastUpdatePostDateStruct.date DESC NULLS LAST, file, line)
    FROM study GROUP BY coalesce(nct, concat(file, '/', line)))
"""

#: A postal code has letters and digits and at most nine of these: longer ones are telephone numbers.
_POSTCODE = """CASE WHEN regexp_full_match(clean_name(site.zip), '[A-Za-z0-9][A-Za-z0-9 -]{1,11}')
    AND length(regexp_replace(site.zip, '[^0-9]', '', 'g')) <= 9 THEN clean_name(site.zip) END"""

_SITES = f"""
CREATE OR REPLACE TABLE site AS
SELECT file, line * 100000 + position AS line, concat(trial_id, '/', position) AS source_id, trial_id, position,
    clean_name(site.facility) AS facility, clean_name(site.city) AS city, clean_name(site.state) AS region,
    {_POSTCODE} AS postcode, country_names.code AS country, {filled('site.country')} AS country_written,
    site.status AS status, site.geoPoint.lat AS latitude, site.geoPoint.lon AS longitude,
    coalesce(regexp_full_match(lower(strip_accents(trim(site.facility))), '({")|(".join(_PLACEHOLDERS)})'), false)
        AS placeholder
FROM (SELECT file, line, nct AS trial_id, unnest(range(1, len(p.contactsLocationsModule.locations) + 1)) AS position,
          unnest(p.contactsLocationsModule.locations) AS site FROM study)
LEFT JOIN country_names ON country_names.name = {country_key('site.country')}
"""

_PHASE = f"""CASE regexp_replace(upper(phase), '[^A-Z0-9]', '', 'g')
    {" ".join(f"WHEN '{theirs}' THEN '{ours}'" for theirs, ours in _PHASES.items())} END"""
#: Phases come as a list, and from older copies as one text, "PHASE2|PHASE3" or "Phase 2/Phase 3".
_WRITTEN_PHASES = """
SELECT nct, unnest(flatten(list_transform(CASE json_type(p.designModule.phases)
    WHEN 'ARRAY' THEN from_json(p.designModule.phases, '["VARCHAR"]')
    WHEN 'VARCHAR' THEN [p.designModule.phases->>'$'] END,
    lambda w: string_split_regex(replace(upper(w), 'N/A', 'NA'), '[|/,]')))) AS phase FROM study"""


def _day(text: str) -> str:
    """Return the date of an ISO date; of a month or a year its first day (schema PartialDate)."""
    return f"""CASE WHEN regexp_full_match(trim({text}), '[0-9]{{4}}(-[0-9]{{2}}){{0,2}}')
        THEN try_cast(left(concat(trim({text}), '-01-01'), 10) AS DATE) END"""


def _listed(texts: str, element: str, item: str, order: str = "position") -> str:
    """Return the query of a list by trial, made of the elements for which `element` is not null.

    Elements are taken out of their lists and put back, because DuckDB compiles a regular expression within a lambda
    anew for every list.
    """
    return f"""(SELECT nct, list({item} ORDER BY {order}) AS listed FROM (
        SELECT nct, position, element, {element} AS text FROM (
            SELECT nct, unnest({texts}) AS element, unnest(range(len({texts}))) AS position FROM study))
    WHERE text IS NOT NULL GROUP BY nct)"""


def _age(text: str) -> str:
    return f"CASE WHEN regexp_full_match({text}, '[0-9]+ (Year|Month|Week|Day|Hour|Minute)s?') THEN {text} END"


_IDS = f"""list_distinct(list_concat([nct, p.identificationModule.orgStudyIdInfo.id],
    p.identificationModule.nctIdAliases,
    list_transform(p.identificationModule.secondaryIdInfos, lambda i: {filled('i.id')})))"""
#: Numbers in a form that the vocabulary knows; EU CT numbers have a 5 where EudraCT numbers count.
_SCHEME = """CASE WHEN regexp_full_match(element, 'NCT[0-9]{8}') THEN 'nct'
    WHEN regexp_full_match(element, '20[0-9]{2}-5[0-9]{5}-[0-9]{2}(-[0-9]{2})?') THEN 'euct'
    WHEN regexp_full_match(element, '(19|20)[0-9]{2}-[0-9]{6}-[0-9]{2}') THEN 'eudract' END"""
_INTERVENTION = """
{'kind': replace(replace(lower(element.type), 'behavioral', 'behavioural'), '_', '-'), 'name': text}"""
_SPONSOR = "clean_name(p.sponsorCollaboratorsModule.leadSponsor.name)"
_COLLABORATORS = """
SELECT nct, list({'name': name, 'class': class} ORDER BY position) FILTER (NOT person) AS collaborators,
    count(*) FILTER (person) AS withheld
FROM (SELECT nct, clean_name(party.name) AS name, party.class AS class, position, coalesce(party.class = 'INDIV', false)
          OR coalesce(clean_name(party.name) IN (SELECT name FROM withheld), false) AS person
      FROM (SELECT nct, unnest(p.sponsorCollaboratorsModule.collaborators) AS party,
                unnest(range(len(p.sponsorCollaboratorsModule.collaborators))) AS position FROM study))
GROUP BY nct"""
_COUNT = "p.designModule.enrollmentInfo.count"

_TRIALS = f"""
CREATE OR REPLACE TABLE trial AS
SELECT study.file, study.line, nct AS source_id, misshapen, clean_text(p.identificationModule.briefTitle) AS title,
    clean_text(p.identificationModule.officialTitle) AS official_title,
    clean_text(p.identificationModule.acronym) AS acronym,
    clean_text(p.descriptionModule.briefSummary) AS summary, p.statusModule.overallStatus AS status,
    p.designModule.studyType AS study_type, phased.phases, conditions.listed AS conditions,
    list_transform(meshes, lambda m: {{'code': m.id, 'title': m.term}}) AS condition_codes,
    keywords.listed AS keywords, interventions.listed AS interventions,
    {head_count(_COUNT)} AS enrolment, {filled(_COUNT)} IS NOT NULL AND {head_count(_COUNT)} IS NULL AS uncounted,
    p.designModule.enrollmentInfo.type AS enrolment_kind,
    {", ".join(f"{_day(f'p.statusModule.{theirs}.date')} AS {ours}, p.statusModule.{theirs}.date AS {ours}_written"
               for ours, theirs in _DATES.items())},
    coalesce(p.sponsorCollaboratorsModule.leadSponsor.class = 'INDIV', false)
        OR withheld.name IS NOT NULL AS sponsor_withheld,
    CASE WHEN NOT sponsor_withheld THEN {_SPONSOR} END AS sponsor,
    p.sponsorCollaboratorsModule.leadSponsor.class AS sponsor_class, joined.collaborators,
    coalesce(joined.withheld, 0) AS collaborators_withheld, placed.countries,
    p.eligibilityModule.sex AS sex, {_age('p.eligibilityModule.minimumAge')} AS minimum_age,
    {_age('p.eligibilityModule.maximumAge')} AS maximum_age,
    p.eligibilityModule.healthyVolunteers AS healthy_volunteers, has_results, identifiers.listed AS identifiers
FROM study LEFT JOIN withheld ON withheld.name = {_SPONSOR}
LEFT JOIN (SELECT nct, list_sort(list(DISTINCT {_PHASE}) FILTER ({_PHASE} IS NOT NULL)) AS phases
           FROM ({_WRITTEN_PHASES}) GROUP BY nct) AS phased USING (nct)
LEFT JOIN {_listed('p.conditionsModule.conditions', 'clean_text(element)', 'text')} AS conditions USING (nct)
LEFT JOIN {_listed('p.conditionsModule.keywords', 'clean_text(element)', 'text')} AS keywords USING (nct)
LEFT JOIN {_listed('p.armsInterventionsModule.interventions', 'clean_text(element.name)', _INTERVENTION)}
    AS interventions USING (nct)
LEFT JOIN {_listed(_IDS, _SCHEME, "{'scheme': text, 'value': element}", "(element <> nct, element)")}
    AS identifiers USING (nct)
LEFT JOIN ({_COLLABORATORS}) AS joined USING (nct)
LEFT JOIN (SELECT trial_id AS nct, list_sort(list(DISTINCT country) FILTER (country IS NOT NULL)) AS countries
           FROM site GROUP BY trial_id) AS placed USING (nct)
"""
