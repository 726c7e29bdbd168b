"""Curated rows as an atlas holds them: what the region pack says of an organisation beside its own facts."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from openvalley.atlas.reader import Atlas
from openvalley.atlas.remembering import remembered
from openvalley.atlas.row_ids import SEPARATOR
from openvalley.errors import UnknownIdentity
from openvalley.sources.pack.cells import SEPARATOR as BETWEEN
from openvalley.sources.pack.tables import FIELDS, TABLES, PackTable
from openvalley.vocabulary.terms import LANGUAGES

#: Columns of every curated table that are told apart from what its row says.
_PROVENANCE = ("id", "source", "source_id", "source_version", "reference", "checked_on", "verification", "digest")


#: The pack's tables by the record type of their rows.
TABLE_OF: Mapping[str, PackTable] = {table.record_type.name: table for table in TABLES}


@dataclass(frozen=True)
class Concerned:
    """An organisation that a row concerns, and as what (the row's column)."""

    role: str
    id: str
    name: str | None


@dataclass(frozen=True)
class CuratedRow:
    """A row of a curated table: its values by column, whom it concerns, and where it can be checked."""

    id: str
    record_type: str
    values: Mapping[str, Any]
    concerned: Sequence[Concerned]
    source: str
    source_version: str
    reference: str | None
    checked_on: date | None
    verification: str | None

    def name_in(self, language: str) -> str:
        """Return what the row is called in a language, else in English, else in any; empty where rows have no names."""
        texts = self.values.get("names") or self.values.get("labels") or ()
        named: dict[str, str] = {entry["language"]: entry["value"] for entry in texts}
        return named.get(language) or named.get("en") or next(iter(named.values()), "")

    def others(self, known_id: str) -> list[Concerned]:
        """Return whom the row concerns beside one organisation."""
        return [entry for entry in self.concerned if entry.id != known_id]


def table_of(row_id: str) -> PackTable | None:
    """Return the pack's table of a row's public id (``capability:kaai-filling``); None where the id is no row's."""
    record_type, separator, key = row_id.partition(SEPARATOR)
    return TABLE_OF.get(record_type) if separator and key else None


def key_in_table(row_id: str) -> str:
    """Return what identifies a row within its table, from its public id."""
    return row_id.partition(SEPARATOR)[2]


def row_of(atlas: Atlas, row_id: str) -> CuratedRow:
    """Return a curated row by its public id.

    Raises:
        UnknownIdentity: this atlas has no such row.

    """
    table = table_of(row_id)
    rows = remembered(atlas, f"curated rows {table.record_type.name}", lambda: {
        row.id: row for row in curated_rows(atlas, table.record_type.name)}) if table else {}
    if row_id not in rows:
        raise UnknownIdentity(f"There is no row {row_id[:100]!r} of the region pack.",
                              hint="The pages of organisations lead to their rows.", id=row_id[:100])
    return rows[row_id]


def cells_of(row: CuratedRow) -> dict[str, str]:
    """Return a row as the cells of its table, by column: what a curator would type to say the same."""
    texts = {entry["language"]: entry["value"] for entry in row.values.get("names") or row.values.get("labels") or ()}
    known = {**row.values, "reference": row.reference, "checked_on": row.checked_on, "verification": row.verification}
    table = TABLE_OF[row.record_type]
    spoken = {f"{table.texts_by_language}_{language}": texts.get(language, "") for language in LANGUAGES}
    return {name: spoken[name] if name in spoken else _cell(known.get(FIELDS.get(name, name), key_in_table(row.id)))
            for name in table.names}


def _cell(value: object) -> str:
    """Return a value as a cell's text: the inverse of `openvalley.sources.pack.cells.value_of`."""
    if value is None:
        return ""
    if isinstance(value, list | tuple):
        return BETWEEN.join(map(_cell, value))
    if isinstance(value, bool):
        return "yes" if value else "no"
    return f"{value:.15g}" if isinstance(value, float) else str(value)


def rows_about(atlas: Atlas, known_id: str) -> dict[str, list[CuratedRow]]:
    """Return the curated rows that concern an organisation, by record type.

    Args:
        atlas: the atlas.
        known_id: a public id as the atlas has it.

    """
    concerning = remembered(atlas, "curated rows by organisation", lambda: _concerning(atlas))
    return {record_type: list(rows) for record_type, rows in concerning.get(known_id, {}).items()}


def _concerning(atlas: Atlas) -> dict[str, dict[str, list[CuratedRow]]]:
    """Return the curated rows that concern each organisation, by record type: what is curated by hand is never much."""
    found: dict[str, dict[str, list[CuratedRow]]] = {}
    for kind in atlas.rows("SELECT DISTINCT record_type FROM curated_party ORDER BY record_type"):
        for row in curated_rows(atlas, kind["record_type"]):
            for known_id in {entry.id for entry in row.concerned}:
                found.setdefault(known_id, {}).setdefault(row.record_type, []).append(row)
    return found


def curated_rows(atlas: Atlas, record_type: str) -> list[CuratedRow]:
    """Return the rows of one curated table in the order of their ids."""
    rows = atlas.rows(f"SELECT * FROM {record_type} ORDER BY id")
    parties = atlas.rows("""
        SELECT p.row_id, p.role, p.organisation_id AS id, o.name FROM curated_party AS p
        JOIN organisation AS o ON o.id = p.organisation_id
        WHERE p.record_type = ? ORDER BY p.role, o.name
    """, [record_type])
    concerned: dict[str, list[Concerned]] = {}
    for party in parties:
        concerned.setdefault(party.pop("row_id"), []).append(Concerned(**party))
    return [CuratedRow(
        id=row["id"], record_type=record_type,
        values={name: value for name, value in row.items() if name not in _PROVENANCE},
        concerned=concerned.get(row["id"], []), source=row["source"], source_version=row["source_version"],
        reference=row["reference"], checked_on=row["checked_on"], verification=row["verification"],
    ) for row in rows]
