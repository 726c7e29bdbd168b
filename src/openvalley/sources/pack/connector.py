"""Reads a region pack. A pack is curated, so a wrong cell stops it with file, line and column instead of quarantine."""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa

from openvalley.errors import BadIdentifier, BadPack
from openvalley.sources.delimited import read_records
from openvalley.sources.intake import Intake
from openvalley.sources.pack.region import read_region
from openvalley.sources.sql import domain
from openvalley.vocabulary.identifiers import Scheme, parse
from openvalley.vocabulary.records import ORGANISATION
from openvalley.vocabulary.terms import LANGUAGES, Vocabulary, terms

ORGANISATIONS = "organisations.csv"
#: Columns of organisations.csv; docs/pack.md explains each.
COLUMNS = (
    "key", "name_en", "name_nl", "name_fr", "name_de", "aliases", "former_names", "acronym", "kind", "state",
    "state_date", "successor", "ror", "pic", "kbo", "vat", "website", "parent", "city", "nuts3", "stages", "platforms",
    "sectors", "founded", "source", "checked_on", "verification",
)
_VOCABULARIES = {"kind": Vocabulary.KIND, "state": Vocabulary.STATE, "stages": Vocabulary.STAGE,
                 "platforms": Vocabulary.PLATFORM, "sectors": Vocabulary.SECTOR}
#: Columns with exactly one code; the others may hold none, or several.
_ONE_CODE = ("kind", "state")
_SCHEMES = (Scheme.ROR, Scheme.PIC, Scheme.KBO, Scheme.VAT)
_VERIFICATIONS = ("register", "mission", "unverified")
_SEPARATOR = ";"
_PARTIAL_DATE = re.compile(r"[12][0-9]{3}(-[0-9]{2}){0,2}")
_YEAR = re.compile(r"[12][0-9]{3}")
_KEY = re.compile(r"[a-z0-9][a-z0-9-]*")
#: Problems listed in one error: enough to mend a table in one go, few enough to read.
_LISTED = 20


@dataclass(frozen=True)
class Problem:
    """A wrong cell."""

    file: str
    line: int
    column: str
    message: str

    def __str__(self) -> str:
        """Return ``file, line n, column c: what is wrong``."""
        return f"{self.file}, line {self.line}, column {self.column}: {self.message}"


def read(intake: Intake) -> None:
    """Turn a pack's tables into records.

    Raises:
        BadPack: a cell is wrong; all problems found are listed, up to twenty.

    """
    region = read_region(intake.files["pack.toml"])
    rows, problems = read_organisations(intake.files[ORGANISATIONS])
    if problems:
        more = f"\n... and {len(problems) - _LISTED} more" if len(problems) > _LISTED else ""
        raise BadPack("\n".join(str(problem) for problem in problems[:_LISTED]) + more,
                      hint="Mend the cells; docs/pack.md explains each column.", problems=len(problems))
    intake.as_of = max((date.fromisoformat(row["checked_on"]) for _, row in rows), default=None)
    records = [_record(line, row, region.countries[0]) for line, row in rows]
    given = pa.Table.from_pylist(records, pa.schema([*ORGANISATION.schema, pa.field("line", pa.int64())]))
    intake.connection.register("pack_rows", given.drop_columns(["source", "source_version", "domains"]))
    intake.records(ORGANISATION, ORGANISATIONS, f"""
        SELECT *, list_filter([{domain('website')}], lambda d: d IS NOT NULL) AS domains FROM pack_rows
    """)
    intake.count("unverified", "SELECT count(*) FROM pack_rows WHERE verification = 'unverified'")


def read_organisations(path: Path) -> tuple[list[tuple[int, dict[str, str]]], list[Problem]]:
    """Read organisations.csv: rows with their line numbers, and every problem found in them."""
    records = list(read_records(path, ","))
    header = records[0].fields if records else []
    if tuple(header) != COLUMNS:
        odd = sorted(set(header) ^ set(COLUMNS)) or ["their order"]
        return [], [Problem(path.name, 1, ", ".join(odd), f"the columns must be {','.join(COLUMNS)}")]
    problems = [Problem(path.name, record.line, "-", record.reason) for record in records if record.reason]
    stripped = [(record.line, {name: cell.strip() for name, cell in zip(COLUMNS, record.fields, strict=True)})
                for record in records[1:] if not record.reason]
    keys = {row["key"] for _, row in stripped}
    seen: set[str] = set()
    for line, row in stripped:
        if row["key"] in seen:
            problems.append(Problem(path.name, line, "key", f"{row['key']!r} stands in an earlier line too"))
        seen.add(row["key"])
        problems += [Problem(path.name, line, column, message) for column, message in _wrong(row, keys)]
    return stripped, sorted(problems, key=lambda problem: problem.line)


def _wrong(row: Mapping[str, str], keys: set[str]) -> Iterator[tuple[str, str]]:
    """Yield column and message of each wrong cell of a row."""
    if not _KEY.fullmatch(row["key"]):
        yield "key", f"{row['key']!r} may hold small letters, digits and hyphens only"
    if not any(row[f"name_{language}"] for language in LANGUAGES):
        yield "name_en", "no name in any language"
    yield from _wrong_codes(row)
    for column in ("successor", "parent"):
        if row[column] and (row[column] not in keys or row[column] == row["key"]):
            yield column, f"{row[column]!r} is not the key of another row"
    yield from _wrong_identifiers(row)
    for column, (accepts, says) in _FORMS.items():
        if row[column] and not accepts(row[column]):
            yield column, f"{row[column]!r} {says}"
    for column in ("source", "checked_on", "verification"):
        if not row[column]:
            yield column, "may not be empty"


def _wrong_codes(row: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    for column, vocabulary in _VOCABULARIES.items():
        codes = [row[column]] if column in _ONE_CODE else _listed(row[column])
        for code in codes:
            if code not in terms(vocabulary):
                yield column, f"{code!r} is not a code of {vocabulary.value}.toml"


def _wrong_identifiers(row: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    for scheme in _SCHEMES:
        try:
            if row[scheme]:
                parse(scheme, row[scheme])
        except BadIdentifier as problem:
            yield scheme.value, problem.message


def _is_date(text: str) -> bool:
    """Tell whether this is a day YYYY-MM-DD; the parser alone takes other ISO forms too."""
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def _is_partial_date(text: str) -> bool:
    return bool(_PARTIAL_DATE.fullmatch(text)) and _is_date(text + "-01-01"[len(text) - len("YYYY"):])


_FORMS: Mapping[str, tuple[Callable[[str], Any], str]] = {
    "state_date": (_is_partial_date, "is not YYYY, YYYY-MM or YYYY-MM-DD"),
    "founded": (_YEAR.fullmatch, "is not a year"),
    "checked_on": (_is_date, "is not a date YYYY-MM-DD"),
    "verification": (lambda text: text in _VERIFICATIONS, f"is not one of {', '.join(_VERIFICATIONS)}"),
    "website": (re.compile(r"https?://\S+").fullmatch, "does not start with http:// or https://"),
    "nuts3": (re.compile(r"[A-Z]{2}[0-9A-Z]{3}").fullmatch, "is not a NUTS-3 code"),
}


def _listed(cell: str) -> list[str]:
    return [part.strip() for part in cell.split(_SEPARATOR) if part.strip()]


def _names(row: Mapping[str, str]) -> list[dict[str, str | None]]:
    names: list[dict[str, str | None]] = [
        {"value": row[f"name_{language}"], "language": language, "kind": "label"} for language in LANGUAGES]
    names += [{"value": name, "language": None, "kind": "alias"} for name in _listed(row["aliases"])]
    names += [{"value": name, "language": None, "kind": "former"} for name in _listed(row["former_names"])]
    names += [{"value": row["acronym"], "language": None, "kind": "acronym"}]
    return [name for name in names if name["value"]]


def _record(line: int, row: Mapping[str, str], country: str) -> dict[str, Any]:
    names = _names(row)
    identifiers = [parse(scheme, row[scheme]) for scheme in _SCHEMES if row[scheme]]
    relations = [{"kind": kind, "scheme": "key", "value": row[column]}
                 for kind, column in (("parent", "parent"), ("successor", "successor")) if row[column]]
    return {
        "line": line, "source_id": row["key"], "name": names[0]["value"], "names": names, "kinds": [row["kind"]],
        "state": row["state"], "state_date": row["state_date"] or None,
        "identifiers": [{"scheme": known.scheme.value, "value": known.value} for known in identifiers],
        "country": country,
        "locations": [{"city": row["city"] or None, "country": country, "nuts": row["nuts3"] or None}],
        "website": row["website"] or None, "founded": int(row["founded"]) if row["founded"] else None,
        "relations": relations, "stages": _listed(row["stages"]), "platforms": _listed(row["platforms"]),
        "sectors": _listed(row["sectors"]), "verification": row["verification"], "reference": row["source"],
        "checked_on": date.fromisoformat(row["checked_on"]),
    }
