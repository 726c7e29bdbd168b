"""Rows that the region pack misses: what a reader may fill in, what is wrong with it, and the row that comes of it.

Reads the atlas, the home's proposals (resolve/proposals.py) and the pack's tables as text, which it changes in memory;
appends to the proposals. Next: pack_corrections.py, the site.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from openvalley.atlas.pack_keys import free_key, fresh_row, key_of
from openvalley.atlas.pack_rows import TABLE_OF
from openvalley.atlas.pack_tables import PackText
from openvalley.atlas.reader import Atlas
from openvalley.atlas.row_corrections import FIXED, Standing, fits_a_cell
from openvalley.resolve.proposals import Proposal, ProposalStore
from openvalley.resolve.sent import tidy
from openvalley.settings import Settings
from openvalley.sources.pack.cells import SEPARATOR, Column, listed
from openvalley.sources.pack.tables import ORGANISATIONS, PackTable
from openvalley.vocabulary.curated import Verification
from openvalley.vocabulary.terms import LANGUAGES

#: Columns that differ although two rows say the same: what rows are called, and how they were checked.
_APART = ("key", "source", "checked_on", "verification")


class CellFault(StrEnum):
    """What is wrong with a cell of a proposed row."""

    EMPTY = "empty"
    NAMELESS = "no name in any language"
    UNFIT = "not what stands in this column"
    NOBODY = "an organisation that the atlas does not know"


@dataclass(frozen=True)
class PlacedRow:
    """An accepted proposal as a row: its table's file, its id there, its cells, and what has become of it."""

    proposal: Proposal
    table: str
    key: str
    cells: Mapping[str, str]
    standing: Standing


def table_for(record_type: str) -> PackTable | None:
    """Return the table of a record type, of which a row may be proposed; None where there is none."""
    return ORGANISATIONS if record_type == ORGANISATIONS.record_type.name else TABLE_OF.get(record_type)


def fillable(table: PackTable) -> tuple[Column, ...]:
    """Return the columns of a table that a reader fills in: all but its key and how it was checked."""
    return tuple(column for column in table.columns if column.name not in (*FIXED, "source"))


def cell_faults(table: PackTable, cells: Mapping[str, str], known: Mapping[str, Sequence[str | None]]
                ) -> dict[str, CellFault]:
    """Return what is wrong with the cells of a proposed row, by column.

    A row without a name in any language lacks the one in English.

    Args:
        table: whose row is proposed.
        cells: texts by column as they were typed, tidy.
        known: by column of organisations the public ids of those that were named, None for one that nobody knows.

    """
    found: dict[str, CellFault] = {}
    for column in fillable(table):
        cell = cells.get(column.name, "")
        if not cell:
            if column.needed:
                found[column.name] = CellFault.EMPTY
        elif column.key_of_organisations:
            if None in known.get(column.name, (None,)):
                found[column.name] = CellFault.NOBODY
        elif not fits_a_cell(cell) or column.wrong(cell):
            found[column.name] = CellFault.UNFIT
    texts = table.texts_by_language
    if texts and not any(cells.get(f"{texts}_{language}") for language in LANGUAGES):
        found.setdefault(f"{texts}_en", CellFault.NAMELESS)
    return found


def every_proposal(settings: Settings) -> list[Proposal]:
    """Return every proposal of the home, oldest first; nothing is made where there is none.

    Raises:
        StorageFailed: the proposals cannot be read.

    """
    return ProposalStore(settings.judgements).every() if settings.judgements.exists() else []


def place_row(atlas: Atlas, pack: PackText, proposal: Proposal) -> PlacedRow:
    """Set an accepted proposal against the pack's table, and add its row where it is not there yet.

    An organisation that the row names and the pack lacks gets a row of its own, as far as the atlas knows of it.
    """
    table = table_for(proposal.sent.record_type)
    if table is None:
        return PlacedRow(proposal, proposal.sent.record_type, "", proposal.sent.cells, Standing.IMPOSSIBLE)
    text, organisations = pack.begun(table), _Organisations(atlas, pack)
    row = dict.fromkeys(table.names, "") | {
        column.name: _cell(organisations, column, proposal.sent.cells.get(column.name, ""))
        for column in fillable(table)}
    same = next((known for known, there in text.rows.items() if _says(there) == _says(row)), None)
    if same is not None:
        return PlacedRow(proposal, table.file, same, row, Standing.IN_PACK)
    if "key" in table.names:
        row["key"] = free_key(_key_text(table, row), text)
    checked = _checked(proposal)
    row |= checked
    known, unfit = table.id_of(row), any(column.wrong(row[column.name]) for column in table.columns)
    if unfit or known in text.rows:
        return PlacedRow(proposal, table.file, known, row, Standing.IMPOSSIBLE)
    for key, fresh in organisations.fresh.items():
        pack.organisations.change(key, {**fresh, **checked})
    text.change(known, row)
    return PlacedRow(proposal, table.file, known, row, Standing.WAITS)


class _Organisations:
    """The keys of organisations that a row names; ``fresh`` are the rows that some of them lack so far."""

    def __init__(self, atlas: Atlas, pack: PackText) -> None:
        """Begin without any."""
        self._atlas, self._pack = atlas, pack
        self.fresh: dict[str, Mapping[str, str]] = {}

    def key(self, known: str, *, or_public_id: bool) -> str:
        """Return the key of an organisation's row, else its public id where that will do; empty where neither is."""
        key = key_of(self._atlas, self._pack, known)
        if key or or_public_id:
            return key or known
        fresh = fresh_row(self._atlas, self._pack, known)
        if fresh:
            self.fresh[fresh["key"]] = fresh
        return fresh.get("key", "")


def _says(row: Mapping[str, str]) -> dict[str, str]:
    return {name: cell for name, cell in row.items() if name not in _APART}


def _cell(organisations: _Organisations, column: Column, cell: str) -> str:
    """Return a cell as the table has it: organisations by the keys of their rows."""
    if not column.key_of_organisations:
        return tidy(cell)
    keys = (organisations.key(known, or_public_id=column.or_public_id) for known in listed(cell))
    return SEPARATOR.join(filter(None, keys))


def _key_text(table: PackTable, row: Mapping[str, str]) -> str:
    """Return what the row's key is made of: a name, else whom it is about and what it says."""
    texts = table.texts_by_language
    names = [row[f"{texts}_{language}"] for language in LANGUAGES] if texts else []
    first = next(filter(None, names), "")
    return first or " ".join(filter(None, (row.get(name, "") for name in ("organisation", "name", "activity", "city"))))


def _checked(proposal: Proposal) -> dict[str, str]:
    """Return the cells that say where the row can be checked, when that was done, and how."""
    on = proposal.last.at[:10] if proposal.last else proposal.at[:10]
    return {"source": proposal.sent.link, "checked_on": on, "verification": Verification.MISSION.value}
