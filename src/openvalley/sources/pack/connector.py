"""Reads a region pack. A pack is curated, so a wrong cell stops it with file, line and column instead of quarantine."""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa

from openvalley.errors import BadPack
from openvalley.sources.delimited import read_records
from openvalley.sources.intake import Intake
from openvalley.sources.pack import tables
from openvalley.sources.pack.cells import listed, value_of
from openvalley.sources.pack.region import read_region
from openvalley.sources.pack.tables import FIELDS, TABLES, PackTable
from openvalley.sources.sql import domain
from openvalley.vocabulary import curated
from openvalley.vocabulary.curated import Verification
from openvalley.vocabulary.identifiers import ORGANISATION_PREFIXES, Scheme, parse
from openvalley.vocabulary.records import ORGANISATION
from openvalley.vocabulary.terms import LANGUAGES

ALSO_FROM = (Path(curated.__file__),)

ORGANISATIONS = tables.ORGANISATIONS.file
#: Columns of organisations.csv.
COLUMNS = tables.ORGANISATIONS.names
_SCHEMES = (Scheme.ROR, Scheme.PIC, Scheme.KBO, Scheme.VAT)
#: Problems listed in one error: enough to mend a table in one go, few enough to read.
_LISTED = 20
#: What `Intake.records` adds to every record.
_PROVENANCE = ("source", "source_version")

#: Rows of a table with the lines on which they begin.
Rows = Sequence[tuple[int, Mapping[str, str]]]


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
    read_rows, problems = read_pack({name: path for name, path in intake.files.items() if name.endswith(".csv")})
    if problems:
        more = f"\n... and {len(problems) - _LISTED} more" if len(problems) > _LISTED else ""
        raise BadPack("\n".join(str(problem) for problem in problems[:_LISTED]) + more,
                      hint="Mend the cells; docs/reference/region-pack.md explains each column.",
                      problems=len(problems))
    checked = [date.fromisoformat(row["checked_on"]) for rows in read_rows.values() for _, row in rows]
    intake.as_of = max(checked, default=None)
    _write_organisations(intake, read_rows[ORGANISATIONS], region.countries[0])
    for table in TABLES:
        if table.file in read_rows:
            _write(intake, table, read_rows[table.file])
    unverified = sum(row["verification"] == Verification.UNVERIFIED for rows in read_rows.values() for _, row in rows)
    intake.count("unverified", f"SELECT {unverified}")


def read_pack(files: Mapping[str, Path]) -> tuple[dict[str, Rows], list[Problem]]:
    """Read the tables of a pack (paths by file name): their rows, and every problem found in them."""
    rows, problems = _read_table(files[ORGANISATIONS], tables.ORGANISATIONS)
    keys = {row["key"] for _, row in rows}
    found: dict[str, Rows] = {ORGANISATIONS: rows}
    for table in TABLES:
        if table.file in files:
            found[table.file], more = _read_table(files[table.file], table)
            problems += more
    for table in (tables.ORGANISATIONS, *TABLES):
        problems += _strangers(table, found.get(table.file, ()), keys)
    return found, sorted(problems, key=lambda problem: (problem.file, problem.line))


def _read_table(path: Path, table: PackTable) -> tuple[Rows, list[Problem]]:
    records = list(read_records(path, ","))
    header = records[0].fields if records else []
    if tuple(header) != table.names:
        odd = sorted(set(header) ^ set(table.names)) or ["their order"]
        return [], [Problem(path.name, 1, ", ".join(odd), f"the columns must be {','.join(table.names)}")]
    problems = [Problem(path.name, record.line, "-", record.reason) for record in records if record.reason]
    rows = [(record.line, {name: cell.strip() for name, cell in zip(table.names, record.fields, strict=True)})
            for record in records[1:] if not record.reason]
    seen: set[str] = set()
    for line, row in rows:
        known = table.id_of(row)
        if known in seen:
            problems.append(Problem(path.name, line, table.identity[0], f"{known!r} stands in an earlier line too"))
        seen.add(known)
        problems += [Problem(path.name, line, column, message) for column, message in _wrong(table, row)]
    return rows, problems


def _wrong(table: PackTable, row: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """Yield column and message of each wrong cell of a row."""
    for column in table.columns:
        for message in column.wrong(row[column.name]):
            yield column.name, message
    texts = table.texts_by_language
    if texts and not any(row[f"{texts}_{language}"] for language in LANGUAGES):
        yield f"{texts}_en", f"no {texts} in any language"


def _strangers(table: PackTable, rows: Rows, keys: set[str]) -> Iterator[Problem]:
    """Yield the cells that name an organisation which is not there, or the row itself."""
    for line, row in rows:
        for column in table.references:
            for named in listed(row[column.name]) if column.several else filter(None, [row[column.name]]):
                known = named in keys or (column.or_public_id and named.startswith(ORGANISATION_PREFIXES))
                if not known or (table is tables.ORGANISATIONS and named == row["key"]):
                    yield Problem(table.file, line, column.name, f"{named!r} is not the key of "
                                  f"{'another row' if table is tables.ORGANISATIONS else 'a row of organisations.csv'}")


def _digest(row: Mapping[str, str]) -> str:
    """Return sixteen hex digits that change when a cell of the row does, those apart that say how it was checked."""
    cells = [cell for name, cell in row.items() if name not in ("source", "checked_on", "verification")]
    return hashlib.sha256("\x1f".join(cells).encode()).hexdigest()[:16]


def _texts(row: Mapping[str, str], prefix: str, kind: str = "label") -> list[dict[str, str | None]]:
    """Return the texts of the columns of one language each."""
    return [{"value": row[f"{prefix}_{language}"], "language": language, "kind": kind}
            for language in LANGUAGES if row[f"{prefix}_{language}"]]


def _write(intake: Intake, table: PackTable, rows: Rows) -> None:
    """Write the records of a table beside the organisations."""
    fields = {FIELDS.get(column.name, column.name): column.name for column in table.columns}
    kinds = {field.name: field.type for field in table.record_type.schema if field.name in fields}
    texts = table.texts_by_language
    records = [{
        "line": line, "source_id": table.id_of(row), "digest": _digest(row),
        **({f"{texts}s": _texts(row, texts)} if texts else {}),
        **{field: value_of(row[fields[field]], kind) for field, kind in kinds.items()},
    } for line, row in rows]
    columns = [pa.field(field.name, field.type) for field in table.record_type.schema if field.name not in _PROVENANCE]
    given = pa.Table.from_pylist(records, pa.schema([*columns, pa.field("line", pa.int64())]))
    intake.connection.register("table_rows", given)
    intake.records(table.record_type, table.file, "SELECT * FROM table_rows")
    intake.connection.unregister("table_rows")


def _write_organisations(intake: Intake, rows: Rows, country: str) -> None:
    records = [_organisation(line, row, country) for line, row in rows]
    given = pa.Table.from_pylist(records, pa.schema([*ORGANISATION.schema, pa.field("line", pa.int64())]))
    intake.connection.register("pack_rows", given.drop_columns(["source", "source_version", "domains"]))
    intake.records(ORGANISATION, ORGANISATIONS, f"""
        SELECT *, list_filter([{domain('website')}], lambda d: d IS NOT NULL) AS domains FROM pack_rows
    """)


def _names(row: Mapping[str, str]) -> list[dict[str, str | None]]:
    names = _texts(row, "name")
    names += [{"value": name, "language": None, "kind": "alias"} for name in listed(row["aliases"])]
    names += [{"value": name, "language": None, "kind": "former"} for name in listed(row["former_names"])]
    return [*names, *([{"value": row["acronym"], "language": None, "kind": "acronym"}] if row["acronym"] else [])]


def _organisation(line: int, row: Mapping[str, str], country: str) -> dict[str, Any]:
    names = _names(row)
    identifiers = [parse(scheme, value) for scheme in _SCHEMES for value in listed(row[scheme])]
    relations = [{"kind": kind, "scheme": "key", "value": row[kind]} for kind in ("parent", "successor") if row[kind]]
    return {
        "line": line, "source_id": row["key"], "name": names[0]["value"], "names": names, "kinds": [row["kind"]],
        "identifiers": [{"scheme": known.scheme.value, "value": known.value} for known in identifiers],
        "country": country, "relations": relations, "reference": row["source"], "digest": _digest(row),
        "locations": [{"city": row["city"] or None, "country": country, "nuts": row["nuts3"] or None}],
        **{name: value_of(row[name], ORGANISATION.schema.field(name).type)
           for name in ("state", "state_date", "website", "founded", "headcount", "headcount_year", "stages",
                        "platforms", "sectors", "verification", "checked_on")},
    }
