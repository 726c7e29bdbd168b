"""Reads the ESCO download in CSV (https://esco.ec.europa.eu/en/use-esco/download): one set of files a language.

A concept is one record with its names and descriptions in all languages that were found. Labels may hold line breaks:
in a preferred label they are white space, between alternative labels they are what divides them.
"""

import re
from collections.abc import Iterator

from openvalley.errors import SourceChanged
from openvalley.sources.intake import CsvTable, Intake
from openvalley.sources.sql import filled
from openvalley.vocabulary.records import OCCUPATION
from openvalley.vocabulary.terms import LANGUAGES

_OCCUPATIONS = CsvTable(
    needed=("conceptUri", "iscoGroup", "preferredLabel", "altLabels", "description", "code"),
    known=("conceptType", "hiddenLabels", "status", "modifiedDate", "regulatedProfessionNote", "scopeNote",
           "definition", "inScheme", "naceCode"),
    delimiter=",",
)
_GROUPS = CsvTable(
    needed=("conceptUri", "code", "preferredLabel", "altLabels", "description"),
    known=("conceptType", "inScheme", "status"), delimiter=",",
)
_TABIYA = CsvTable(
    needed=("ORIGINURI", "ISCOGROUPCODE", "CODE", "PREFERREDLABEL", "ALTLABELS", "DESCRIPTION"),
    known=("ID", "UUIDHISTORY", "DEFINITION", "SCOPENOTE", "REGULATEDPROFESSIONNOTE", "OCCUPATIONTYPE", "ISLOCALIZED"),
    delimiter=",",
)
_NAME = re.compile(r"(?:.*/)?(occupations|ISCOGroups)_([a-z]{2})\.csv")
_TABIYA_NAME = "occupations.csv"


def read(intake: Intake) -> None:
    """Turn the files of all languages into occupation records.

    Raises:
        SourceChanged: there are no English occupations.

    """
    intake.connection.execute("""
        CREATE TABLE concept (line BIGINT, file VARCHAR, place INTEGER, language VARCHAR, kind VARCHAR, uri VARCHAR,
                              code VARCHAR, isco VARCHAR, label VARCHAR, others VARCHAR, description VARCHAR)
    """)
    found = list(_chosen(intake))
    if not any(kind == "occupations" and language == "en" for _, kind, language in found):
        raise SourceChanged("ESCO: the English occupations (occupations_en.csv) are not among the files.",
                            files=sorted(intake.files), hint="Complete the folder and sync again.")
    for file, kind, language in found:
        groups = kind == "ISCOGroups"
        intake.csv("part", file, _GROUPS if groups else _OCCUPATIONS)
        isco = "code" if groups else "iscoGroup"
        intake.connection.execute(f"""
            INSERT INTO concept SELECT line, ?, {LANGUAGES.index(language)}, '{language}',
                '{'group' if groups else 'occupation'}', trim(conceptUri), {filled('code')}, {filled(isco)},
                preferredLabel, altLabels, description FROM part
        """, [file])
    if _TABIYA_NAME in intake.files:
        intake.csv("part", _TABIYA_NAME, _TABIYA)
        intake.connection.execute(f"""
            INSERT INTO concept SELECT line, '{_TABIYA_NAME}', {len(LANGUAGES)}, 'en', 'occupation', trim(ORIGINURI),
                {filled('CODE')}, {filled('ISCOGROUPCODE')}, PREFERREDLABEL, ALTLABELS, DESCRIPTION
            FROM part WHERE trim(ORIGINURI) NOT IN (SELECT uri FROM concept WHERE uri IS NOT NULL)
        """)
    intake.quarantine("concept", "occupations_en.csv", {
        "its conceptUri is no ESCO address": "NOT coalesce(uri LIKE 'http://data.europa.eu/esco/%', false)",
        "it has no preferred label": f"{filled('label')} IS NULL",
        "its ISCO code has not one to four digits": "NOT coalesce(regexp_full_match(isco, '[0-9]{1,4}'), false)",
    })
    intake.quarantine("concept", "occupations_en.csv", {
        "it stands in an earlier line of this language too":
            "rowid NOT IN (SELECT arg_min(rowid, (place, line)) FROM concept GROUP BY uri, language)",
    })
    intake.connection.execute(_NAMES)
    intake.records(OCCUPATION, "ESCO files", _RECORDS)
    intake.count("occupations in English only", """
        SELECT count(*) FROM (SELECT uri FROM concept WHERE kind = 'occupation' GROUP BY uri
                              HAVING max(language) = 'en' AND min(language) = 'en')
    """)


def _chosen(intake: Intake) -> Iterator[tuple[str, str, str]]:
    """Yield file, kind and language: one file a kind and language, that of a zip before a loose one."""
    seen: set[tuple[str, str]] = set()
    for file in sorted(intake.files, key=lambda name: ("/" not in name, name)):
        named = _NAME.fullmatch(file)
        if named and named[2] in LANGUAGES and named.groups() not in seen:
            seen.add((named[1], named[2]))
            yield file, named[1], named[2]


_LABEL = "trim(regexp_replace({}, '\\s+', ' ', 'g'))"
#: One row a name: the preferred label first, then the others as they come; a name that repeats within its language
#: counts once.
_NAMES = f"""
CREATE TABLE name AS
SELECT uri, place, arg_min(value, nth) AS value, min(language) AS language, min(nth) AS nth
FROM (
    SELECT uri, place, language, 0 AS nth, {_LABEL.format('label')} AS value FROM concept
    UNION ALL
    SELECT uri, place, language, unnest(generate_series(1, len(parts))) AS nth, unnest(parts) AS value
    FROM (SELECT uri, place, language, list_transform(string_split_regex(others, '[\\r\\n]+'),
                                                      lambda part: {_LABEL.format('part')}) AS parts
          FROM concept WHERE others IS NOT NULL)
)
WHERE value <> '' GROUP BY uri, place, value
"""

_RECORDS = """
SELECT line, file, concept.uri AS source_id, kind, code, isco, names, descriptions
FROM (
    SELECT uri, arg_min(line, place) AS line, arg_min(file, place) AS file, arg_min(kind, place) AS kind,
        arg_min(code, place) AS code, arg_min(isco, place) AS isco,
        list({'language': language, 'value': trim(description)} ORDER BY place)
            FILTER (trim(description) <> '') AS descriptions
    FROM concept GROUP BY uri
) AS concept
JOIN (
    SELECT uri, list({'value': value, 'language': language, 'kind': CASE nth WHEN 0 THEN 'label' ELSE 'alias' END}
                     ORDER BY place, nth) AS names
    FROM name GROUP BY uri
) AS named ON named.uri = concept.uri
"""
