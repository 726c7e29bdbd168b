"""Corrections of rows of the region pack beside its organisations: what a cell then says, or that the row goes.

Reads the pack's tables as text and changes them there; writes nothing. Next: pack_corrections.py, which asks for each
correction that is in force.
"""

from collections.abc import Container, Mapping
from dataclasses import dataclass
from enum import StrEnum

from openvalley.atlas.csvsafe import safe_cell
from openvalley.atlas.pack_rows import key_in_table
from openvalley.atlas.pack_tables import PackText
from openvalley.resolve.corrections import EMPTY, Correction
from openvalley.resolve.disputes import Dispute
from openvalley.resolve.sent import OTHER, readable
from openvalley.sources.pack.cells import SEPARATOR, Column, listed
from openvalley.sources.pack.tables import PackTable
from openvalley.vocabulary.identifiers import ORGANISATION_PREFIXES

#: What a row that was checked against a register is, once a cell of it comes from elsewhere.
_CHECKED_BY_US = "mission"
#: Columns that nobody disputes: what a row is called for other rows, and how it was checked, which curators say.
FIXED = ("key", "checked_on", "verification")


class Standing(StrEnum):
    """What has become of a correction."""

    WAITS = "waits"
    IN_PACK = "in_pack"
    IMPOSSIBLE = "impossible"


@dataclass(frozen=True)
class Place:
    """Where a correction belongs and what becomes of it: row, column (empty: the whole row), before and after."""

    key: str
    column: str
    before: str
    after: str
    standing: Standing


def disputable(table: PackTable) -> tuple[Column, ...]:
    """Return the columns of a table that can be disputed and corrected."""
    return tuple(column for column in table.columns if column.name not in FIXED)


def can_correct(table: PackTable, disputed: str) -> bool:
    """Tell whether a correction can say it: a cell of a column that is disputed, or that the whole row is wrong."""
    return disputed == OTHER or any(column.name == disputed for column in disputable(table))


def fault_of(table: PackTable, disputed: str, value: str, keys: Container[str]) -> str:
    """Return what is wrong with a cell; empty where nothing is.

    Args:
        table: whose row is disputed.
        disputed: its column, or `OTHER` for the row as a whole, which can only be taken away.
        value: what the cell then holds: the whole of it, several values with semicolons between them.
        keys: the keys of the pack's organisations, for cells that name some.

    """
    if disputed == OTHER:
        return "" if value == EMPTY else "a row as a whole can only be taken away, with a hyphen"
    column = next((column for column in disputable(table) if column.name == disputed), None)
    if column is None:
        return "the pack has no column for this"
    if value == EMPTY:
        return "may not be empty" if column.needed or column.name in table.identity else ""
    if not fits_a_cell(value):
        return "holds characters that a cell cannot"
    return "; ".join([*column.wrong(value), *_strangers(column, value, keys)])


def fits_a_cell(value: str) -> bool:
    """Tell whether a text can be a cell: on one line, readable, and no formula when a spreadsheet opens the table."""
    return readable(value) == value and "\n" not in value and safe_cell(value) == value


def _strangers(column: Column, value: str, keys: Container[str]) -> list[str]:
    """Return what is wrong with the organisations that a cell names."""
    if not column.key_of_organisations:
        return []
    return [f"{named!r} is not the key of a row of organisations.csv"
            for named in (listed(value) if column.several else [value])
            if named not in keys and not (column.or_public_id and named.startswith(ORGANISATION_PREFIXES))]


def place(pack: PackText, table: PackTable, dispute: Dispute, correction: Correction) -> Place:
    """Set a correction against its row, and change the table where it is not there yet."""
    text, known = pack.table(table), key_in_table(dispute.sent.subject)
    row = text.rows.get(known) if text else None
    if correction.property == OTHER:
        if text is None or row is None:
            return Place(known, "", "", "", Standing.IN_PACK)
        before = SEPARATOR.join(filter(None, row.values()))
        text.remove(known)
        return Place(known, "", before, "", Standing.WAITS)
    column, after = correction.property, "" if correction.value == EMPTY else correction.value
    if text is None or row is None:
        moved = text is not None and _moved(table, known, column, after) in text.rows
        return Place(known, column, after if moved else "", after, Standing.IN_PACK if moved else Standing.IMPOSSIBLE)
    before = row.get(column, "")
    if after == before:
        return Place(known, column, before, after, Standing.IN_PACK)
    fresh = table.id_of({**row, column: after})
    taken = fresh != known and fresh in text.rows
    if taken or fault_of(table, column, correction.value, pack.organisations.rows):
        return Place(known, column, before, before, Standing.IMPOSSIBLE)
    text.change(known, {**checked(row, dispute, correction), column: after})
    return Place(known, column, before, after, Standing.WAITS)


def _moved(table: PackTable, known: str, column: str, after: str) -> str:
    """Return the id that a row has once a cell of its id reads so."""
    parts = dict(zip(table.identity, known.split("/"), strict=False))
    return table.id_of({**parts, column: after}) if column in table.identity else ""


def checked(row: Mapping[str, str], dispute: Dispute, correction: Correction) -> dict[str, str]:
    """Return the cells that say where a reader can check a corrected row, when it was checked, and how."""
    verification = row.get("verification") or _CHECKED_BY_US
    return {"source": dispute.sent.link or row.get("source") or "a curator of the cluster",
            "checked_on": correction.at[:10],
            "verification": _CHECKED_BY_US if verification == "register" else verification}
