"""Reads the KBO open data zip ("Cookbook KBO Open Data", R018: https://kbopub.economie.fgov.be/kbo-open-data).

The files hold every enterprise of Belgium, millions of rows. Taken are legal persons with a life-science activity
(codes.toml) of their own or of an establishment, and those whose number another source mentions; natural persons are
dropped before their names or addresses are looked at, and contact.csv is never opened.
"""

import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import pyarrow as pa
from babel import Locale

from openvalley.errors import SourceChanged
from openvalley.sources.intake import CsvTable, Intake
from openvalley.sources.large import read_large
from openvalley.sources.sql import filled
from openvalley.vocabulary.records import ORGANISATION

_CODES = Path(__file__).parent / "codes.toml"
_META = CsvTable(needed=("Variable", "Value"), delimiter=",")
_CODE = CsvTable(needed=("Category", "Code", "Language", "Description"), delimiter=",")
_ACTIVITY = CsvTable(needed=("EntityNumber", "NaceVersion", "NaceCode", "Classification"), known=("ActivityGroup",),
                     delimiter=",")
_ESTABLISHMENT = CsvTable(needed=("EstablishmentNumber", "EnterpriseNumber"), known=("StartDate",), delimiter=",")
_ENTERPRISE = CsvTable(
    needed=("EnterpriseNumber", "Status", "JuridicalSituation", "TypeOfEnterprise", "JuridicalForm", "StartDate"),
    known=("JuridicalFormCAC",), delimiter=",",
)
_DENOMINATION = CsvTable(needed=("EntityNumber", "Language", "TypeOfDenomination", "Denomination"), delimiter=",")
_ADDRESS = CsvTable(
    needed=("EntityNumber", "TypeOfAddress", "CountryNL", "CountryFR", "Zipcode", "MunicipalityNL", "MunicipalityFR",
            "DateStrikingOff"),
    known=("StreetNL", "StreetFR", "HouseNumber", "Box", "ExtraAddressInfo"), delimiter=",",
)
#: Code table TypeOfEnterprise: 1 is a natural person, 2 a legal person (or an organisation without legal personality).
_PERSON, _LEGAL = "1", "2"
#: Code table Language.
_LANGUAGES = {"1": "fr", "2": "nl", "3": "de", "4": "en"}
#: Code table TypeOfDenomination: the name, its abbreviation, the commercial name; 004 is a branch's.
_NAMES = {"001": "label", "002": "acronym", "003": "alias"}


@cache
def codes() -> dict[str, Any]:
    """Return what codes.toml declares: activities, states and kinds."""
    return tomllib.loads(_CODES.read_text(encoding="utf-8"))


def read(intake: Intake) -> None:
    """Turn the zip into organisation records.

    Raises:
        SourceChanged: it is an update file, or one of its tables is gone.

    """
    folder = intake.only("meta.csv").removesuffix("meta.csv")
    _read_meta(intake, f"{folder}meta.csv")
    _read_codes(intake, f"{folder}code.csv")
    _choose(intake, folder)
    file = f"{folder}enterprise.csv"
    read_large(intake, "enterprise", file, _ENTERPRISE,
               f"{_number('EnterpriseNumber')} IN (SELECT number FROM chosen)")
    intake.count("natural persons left out", f"SELECT count(*) FROM enterprise WHERE TypeOfEnterprise = '{_PERSON}'")
    intake.connection.execute(f"DELETE FROM enterprise WHERE TypeOfEnterprise IS DISTINCT FROM '{_LEGAL}'")
    intake.quarantine("enterprise", file, {
        "its number is no enterprise number": f"NOT coalesce({_fits('EnterpriseNumber')}, false)",
        "StartDate is no date": f"{filled('StartDate')} IS NOT NULL AND {_day('StartDate')} IS NULL",
    })
    inside = f"{_number('EntityNumber')} IN (SELECT {_number('EnterpriseNumber')} FROM enterprise)"
    read_large(intake, "denomination", f"{folder}denomination.csv", _DENOMINATION,
               f"TypeOfDenomination IN {tuple(_NAMES)} AND {inside}")
    read_large(intake, "address", f"{folder}address.csv", _ADDRESS,
               f"TypeOfAddress = 'REGO' AND nullif(DateStrikingOff, '') IS NULL AND {inside}")
    read_large(intake, "activity", f"{folder}activity.csv", _ACTIVITY,
               f"NaceVersion IN {tuple(codes()['activities'])} AND {inside}")
    _place(intake)
    _check_situations(intake)
    intake.records(ORGANISATION, file, _RECORDS)


def _read_meta(intake: Intake, file: str) -> None:
    intake.csv("meta", file, _META)
    meta = dict(intake.connection.execute("SELECT Variable, Value FROM meta").fetchall())
    if meta.get("ExtractType") != "full":
        raise SourceChanged(f"{file}: this is a {meta.get('ExtractType')!r} extract, not the full one.", file=file,
                            hint="Download the file whose name ends in _Full.zip.")
    snapshot = intake.connection.execute(
        f"SELECT max({_day('Value')}) FROM meta WHERE Variable = 'SnapshotDate'").fetchone()
    intake.as_of = snapshot[0] if snapshot else None


def _read_codes(intake: Intake, file: str) -> None:
    """Make the table `word`: what the codes of each category are called, what they mean to us, both in one row."""
    intake.csv("code", file, _CODE)
    intake.connection.execute(f"""
        CREATE TABLE word AS
        SELECT Category AS category, Code AS code, coalesce(en, concat_ws(' / ', nl, CASE WHEN fr <> nl OR nl IS NULL
            THEN fr END)) AS title, {_meaning('states', 'state')} AS state, {_meaning('kinds', 'kind')} AS kind
        FROM (
            SELECT Category, Code, max(Description) FILTER (Language = 'EN') AS en,
                max(trim(Description)) FILTER (Language = 'NL') AS nl,
                max(trim(Description)) FILTER (Language = 'FR') AS fr,
                regexp_replace(' ' || lower(string_agg(Description, ' ' ORDER BY Language)), '\\PL+', ' ', 'g') AS said
            FROM code GROUP BY Category, Code
        )
    """)


def _meaning(table: str, value: str) -> str:
    """Return what the first fitting line of a table says about the column `said`: words with a space before each."""
    cases = " ".join(
        "WHEN " + " OR ".join(f"contains(said, ' {word}')" for word in line["words"]) + f" THEN '{line[value]}'"
        for line in codes()[table])
    return f"CASE {cases} END"


def _choose(intake: Intake, folder: str) -> None:
    """Make the table `chosen`: the numbers of the enterprises to take in."""
    ours = " OR ".join(
        f"(NaceVersion = '{version}' AND ({' OR '.join(_begins(code) for code in listed)}))"
        for version, listed in codes()["activities"].items())
    read_large(intake, "found", f"{folder}activity.csv", _ACTIVITY, ours)
    read_large(intake, "establishment", f"{folder}establishment.csv", _ESTABLISHMENT,
               f"{_number('EstablishmentNumber')} IN (SELECT {_number('EntityNumber')} FROM found)")
    intake.connection.register("others", pa.table({"value": pa.array(sorted(intake.mentioned), pa.string())}))
    intake.connection.execute(f"""
        CREATE TABLE chosen AS
        SELECT number, bool_or(mentioned) AS mentioned
        FROM (
            SELECT {_number('EntityNumber')} AS number, false AS mentioned FROM found
            UNION ALL SELECT {_number('EnterpriseNumber')}, false FROM establishment
            UNION ALL SELECT {_number("regexp_replace(value, '^BE', '')")}, true FROM others
                      WHERE regexp_full_match(value, '(BE)?[0-9]{{9,10}}')
        )
        GROUP BY number
    """)
    intake.connection.unregister("others")
    intake.count("numbers mentioned by other sources", "SELECT count(*) FROM chosen WHERE mentioned")


def _begins(code: str) -> str:
    return f"starts_with(NaceCode, '{code}')"


def _number(column: str) -> str:
    """Return an enterprise or establishment number without points; those from before 2005 had nine digits."""
    return f"lpad(replace({column}, '.', ''), 10, '0')"


def _fits(column: str) -> str:
    """Return the condition that the check digits fit: 97 minus the first eight modulo 97."""
    number = _number(column)
    return (f"regexp_full_match({number}, '[01][0-9]{{9}}') AND "
            f"97 - try_cast(left({number}, 8) AS BIGINT) % 97 = try_cast(right({number}, 2) AS BIGINT)")


def _day(column: str) -> str:
    return (f"CASE WHEN regexp_full_match(left(trim({column}), 10), '[0-9]{{2}}-[0-9]{{2}}-[0-9]{{4}}') "
            f"THEN try_cast(try_strptime(left(trim({column}), 10), '%d-%m-%Y') AS DATE) END")


def _place(intake: Intake) -> None:
    """Make the table `seat`: where each enterprise has its seat, with the country's code."""
    rows = [{"name": name.lower(), "code": code} for language in ("nl", "fr")
            for code, name in Locale(language).territories.items() if len(code) == len("BE") and code.isalpha()]
    intake.connection.register("country", pa.Table.from_pylist(rows))
    intake.connection.execute(_SEATS)
    intake.connection.unregister("country")
    intake.count("seats abroad", "SELECT count(*) FROM seat WHERE country <> 'BE'")
    unknown = intake.connection.execute(
        "SELECT DISTINCT abroad FROM seat WHERE country IS NULL ORDER BY abroad LIMIT 20").fetchall()
    if unknown:
        intake.warn(f"countries of seats that are not known: {', '.join(row[0] for row in unknown)}")


def _check_situations(intake: Intake) -> None:
    unknown = intake.connection.execute("""
        SELECT DISTINCT JuridicalSituation || coalesce(' (' || title || ')', '') FROM enterprise
        LEFT JOIN word ON category = 'JuridicalSituation' AND code = JuridicalSituation WHERE state IS NULL ORDER BY 1
    """).fetchall()
    if unknown:
        intake.warn("juridical situations that are not known: " + ", ".join(row[0] or "none" for row in unknown))


#: The register writes some countries with a remark in brackets: Duitsland (Bondsrep.).
_ABROAD = "lower(trim(regexp_replace({}, '\\(.*', '')))"
#: Belgian municipalities have a Dutch and a French name; French is that of Wallonia, whose postcodes these are
#: (Walloon Brabant 1300-1499, the other provinces 4000-7999).
_WALLONIA = "try_cast(Zipcode AS INTEGER) BETWEEN 1300 AND 1499 OR try_cast(Zipcode AS INTEGER) BETWEEN 4000 AND 7999"
_SEATS = f"""
CREATE TABLE seat AS
SELECT number, postcode, city, abroad, CASE WHEN abroad IS NULL THEN 'BE' ELSE code END AS country
FROM (
    SELECT {_number('EntityNumber')} AS number, {filled('Zipcode')} AS postcode,
        CASE WHEN {_WALLONIA} THEN coalesce({filled('MunicipalityFR')}, {filled('MunicipalityNL')})
             ELSE coalesce({filled('MunicipalityNL')}, {filled('MunicipalityFR')}) END AS city,
        coalesce({filled('CountryNL')}, {filled('CountryFR')}) AS abroad, CountryNL, CountryFR
    FROM address QUALIFY row_number() OVER (PARTITION BY number ORDER BY line) = 1
)
LEFT JOIN (SELECT name, min(code) AS code FROM country GROUP BY name) AS known
    ON known.name = {_ABROAD.format('CountryNL')} OR known.name = {_ABROAD.format('CountryFR')}
QUALIFY row_number() OVER (PARTITION BY number ORDER BY code) = 1
"""


def _cases(column: str, values: Mapping[str, str]) -> str:
    return f"CASE {column} " + " ".join(f"WHEN '{theirs}' THEN '{ours}'" for theirs, ours in values.items()) + " END"


#: The name that stands first in the file is the one shown, unless its language is not known and another's is.
_RECORDS = f"""
SELECT e.line, {_number('EnterpriseNumber')} AS source_id, names[1].value AS name, coalesce(names, []) AS names,
    list_filter([form.kind], lambda kind: kind IS NOT NULL) AS kinds, situation.state AS state,
    [{{'scheme': 'kbo', 'value': {_number('EnterpriseNumber')}}},
     {{'scheme': 'vat', 'value': 'BE' || {_number('EnterpriseNumber')}}}] AS identifiers,
    CASE WHEN seat.number IS NULL THEN 'BE' ELSE seat.country END AS country,
    CASE WHEN seat.number IS NOT NULL THEN [{{'city': seat.city, 'postcode': seat.postcode, 'country': seat.country,
        'region': NULL::VARCHAR, 'nuts': NULL::VARCHAR, 'latitude': NULL::DOUBLE, 'longitude': NULL::DOUBLE}}]
        ELSE [] END AS locations,
    year({_day('StartDate')}) AS founded, coalesce(form.title, {filled('JuridicalForm')}) AS legal_form,
    coalesce(activities, []) AS activities, 'register' AS verification
FROM enterprise AS e
LEFT JOIN word AS situation ON situation.category = 'JuridicalSituation' AND situation.code = JuridicalSituation
LEFT JOIN word AS form ON form.category = 'JuridicalForm' AND form.code = JuridicalForm
LEFT JOIN seat ON seat.number = {_number('EnterpriseNumber')}
LEFT JOIN (
    SELECT number, list({{'value': value, 'language': {_cases('language', _LANGUAGES)},
                          'kind': {_cases('kind', _NAMES)}}} ORDER BY kind, language = '0', line) AS names
    FROM (
        SELECT {_number('EntityNumber')} AS number, trim(Denomination) AS value, Language AS language,
            TypeOfDenomination AS kind, min(line) AS line
        FROM denomination WHERE {filled('Denomination')} IS NOT NULL GROUP BY ALL
    )
    GROUP BY number
) AS named ON named.number = {_number('EnterpriseNumber')}
LEFT JOIN (
    SELECT number, list({{'code': left(nace, 2) || '.' || substr(nace, 3), 'title': title}} ORDER BY rank, nace)
        AS activities
    FROM (
        SELECT number, nace, any_value(title) AS title, min(rank) AS rank
        FROM (
            SELECT {_number('EntityNumber')} AS number, NaceCode AS nace, title,
                CASE Classification WHEN 'MAIN' THEN 1 WHEN 'SECO' THEN 2 ELSE 3 END AS rank
            FROM activity LEFT JOIN word ON word.category = 'Nace' || NaceVersion AND word.code = NaceCode
            QUALIFY NaceVersion = max(NaceVersion) OVER (PARTITION BY {_number('EntityNumber')})
        )
        GROUP BY number, nace
    )
    GROUP BY number
) AS active ON active.number = {_number('EnterpriseNumber')}
"""
