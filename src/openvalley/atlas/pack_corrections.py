"""Corrections of the region pack: what becomes of an accepted dispute, until it stands in the pack's table.

Reads the disputes and corrections of the home (resolve/), the pack's tables and the atlas; decides about disputes, and
writes the corrected tables as text, with their difference to those that are there. The pack itself is files that
curators keep; nothing is written into them. Next: cli/disputing.py, the curators' desk.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from openvalley.atlas import row_corrections
from openvalley.atlas.disputed import every_dispute, subject_of
from openvalley.atlas.pack_keys import fresh_row, key_of
from openvalley.atlas.pack_rows import table_of
from openvalley.atlas.pack_tables import PackText
from openvalley.atlas.reader import Atlas
from openvalley.atlas.row_corrections import Place, Standing, checked, fits_a_cell
from openvalley.atlas.row_proposals import PlacedRow, every_proposal, place_row
from openvalley.errors import BadInput
from openvalley.resolve.corrections import EMPTY, Correction, CorrectionStore
from openvalley.resolve.curator_decisions import CuratorDecision, State
from openvalley.resolve.disputes import Dispute, DisputeStore
from openvalley.resolve.sent import Sent, tidy
from openvalley.settings import Settings
from openvalley.sources.pack.cells import SEPARATOR, Column, listed
from openvalley.sources.pack.region import regions
from openvalley.sources.pack.tables import ORGANISATIONS
from openvalley.vocabulary.terms import LANGUAGES, Vocabulary

#: The pack's columns, by the property that is disputed. Names have one column a language; what is not here (a country,
#: an identifier, whose it is) cannot be said in one cell, and is corrected at the register or in the table by hand.
COLUMNS: Mapping[str, str] = {
    "name": "name_en", "other_name": "aliases", "kind": "kind", "state": "state", "state_date": "state_date",
    "city": "city", "nuts": "nuts3", "website": "website", "founded": "founded", "headcount": "headcount",
    "stage": "stages", "platform": "platforms", "sector": "sectors",
}
#: Properties whose values are codes of a list.
CODES: Mapping[str, Vocabulary] = {
    "kind": Vocabulary.KIND, "state": Vocabulary.STATE, "stage": Vocabulary.STAGE, "platform": Vocabulary.PLATFORM,
    "sector": Vocabulary.SECTOR,
}
_BY_NAME: Mapping[str, Column] = {column.name: column for column in ORGANISATIONS.columns}
_NAMES = tuple(f"name_{language}" for language in LANGUAGES)


@dataclass(frozen=True)
class Placed:
    """A correction with its dispute, what it is about today, and the cell: table, row, column, before and after.

    ``subject`` is the public id of an organisation or of a row of the pack.
    """

    dispute: Dispute
    correction: Correction
    subject: str
    name: str
    table: str
    place: Place


@dataclass(frozen=True)
class Corrected:
    """The corrections with the pack's tables as they would be, and the difference (a patch for the folder of packs).

    ``rows`` are the accepted proposals: rows that the pack then has besides.
    """

    placed: Sequence[Placed]
    tables: Mapping[str, str]
    difference: str
    rows: Sequence[PlacedRow] = ()


def can_correct(sent: Sent) -> bool:
    """Tell whether the pack can say in one cell what a dispute is about, or take its row away."""
    table = table_of(sent.subject)
    return sent.property in COLUMNS if table is None else row_corrections.can_correct(table, sent.property)


def fault_of(disputed: str, value: str) -> str:
    """Return what is wrong with a value for the column of an organisation's property; empty where nothing is."""
    if disputed not in COLUMNS:
        return "the pack has no column for this"
    column = _BY_NAME[COLUMNS[disputed]]
    if value == EMPTY:
        return "may not be empty" if column.needed or disputed == "name" else ""
    if not fits_a_cell(value) or SEPARATOR in value:
        return "holds characters that a cell cannot"
    return "; ".join(column.wrong(value))


def accept(settings: Settings, number: int, decision: CuratorDecision, value: str = "",
           atlas: Atlas | None = None) -> Dispute:
    """Accept a dispute, and keep what the pack then says; an empty value changes no fact.

    Args:
        settings: of the home.
        number: of the dispute.
        decision: that it is accepted, by whom and why.
        value: what the cell then says; `EMPTY` empties it, or takes a row away that is disputed as a whole.
        atlas: says for which region pack it is, where a row of the pack is disputed.

    Raises:
        BadInput: there is no such dispute, or the decision or the value cannot be taken; with ``value`` in the context
            where it is the value.
        StorageFailed: the store cannot be read or written.

    """
    store, value = DisputeStore(settings.judgements), tidy(value)
    known = next((dispute for dispute in store.every() if dispute.number == number), None)
    fault = _fault(settings, known.sent, value, atlas) if known and value else ""
    if fault:
        raise BadInput(f"The pack cannot say so: {fault}.", hint="docs/reference/region-pack.md explains each column.",
                       value=value)
    decided = store.decide(number, decision)
    if value and decided.last:
        CorrectionStore(settings.judgements).add(
            Correction(number, len(decided.decisions), decided.sent.property, value, decided.last.by, decided.last.at))
    return decided


def _fault(settings: Settings, sent: Sent, value: str, atlas: Atlas | None) -> str:
    table = table_of(sent.subject)
    if table is None:
        return fault_of(sent.property, value)
    pack = _pack(settings, atlas.manifest["region"]["code"] if atlas else settings.region)
    return row_corrections.fault_of(table, sent.property, value, pack.organisations.rows)


def corrected(atlas: Atlas, settings: Settings) -> Corrected:
    """Return the corrections in force, and the pack's tables with them.

    Raises:
        BadInput: the atlas's region has no pack here any more.
        StorageFailed: the store cannot be read.

    """
    pack = _pack(settings, str(atlas.manifest["region"]["code"]))
    placed = [_place(atlas, pack, dispute, correction) for dispute, correction in _in_force(settings)]
    rows = [place_row(atlas, pack, proposal) for proposal in every_proposal(settings)
            if proposal.state is State.ACCEPTED]
    return Corrected(placed, pack.texts(), pack.difference(), rows)


def _pack(settings: Settings, code: str) -> PackText:
    folder = regions(settings).get(code)
    if folder is None:
        raise BadInput(f"There is no region pack {code!r}.", hint="Put its folder back into regions/.")
    return PackText(code, folder)


def _in_force(settings: Settings) -> list[tuple[Dispute, Correction]]:
    """Return accepted disputes with the correction that was made when they were accepted, oldest decision first."""
    accepted = {(dispute.number, len(dispute.decisions)): dispute for dispute in every_dispute(settings)
                if dispute.state is State.ACCEPTED}
    if not accepted:
        return []
    return [(accepted[correction.dispute, correction.decision], correction)
            for correction in CorrectionStore(settings.judgements).every()
            if (correction.dispute, correction.decision) in accepted]


def _place(atlas: Atlas, pack: PackText, dispute: Dispute, correction: Correction) -> Placed:
    """Set a correction against its row, and change the table where it is not there yet."""
    subject, table = subject_of(atlas, dispute), table_of(dispute.sent.subject)
    if table is None:
        place = _place_fact(atlas, pack, dispute, correction)
    else:
        place = row_corrections.place(pack, table, dispute, correction)
    return Placed(dispute, correction, subject.id, subject.name or subject.id, (table or ORGANISATIONS).file, place)


def _place_fact(atlas: Atlas, pack: PackText, dispute: Dispute, correction: Correction) -> Place:
    """Set a correction of an organisation's fact against the organisation's row."""
    table, known = pack.organisations, subject_of(atlas, dispute).id
    key = key_of(atlas, pack, known)
    fresh = {} if key else fresh_row(atlas, pack, known)
    row = table.rows[key] if key else fresh
    column = _column(correction.property, dispute, row)
    before = row.get(column, "")
    if not row or fault_of(correction.property, correction.value):
        return Place(key, column, before, before, Standing.IMPOSSIBLE)
    after = _cell(_BY_NAME[column], before, dispute.sent.shown, correction.value)
    standing = Standing.IN_PACK if key and after == before else Standing.WAITS
    if standing is Standing.WAITS:
        key = key or row["key"]
        table.change(key, {**fresh, column: after, **checked(row, dispute, correction)})
    return Place(key, column, before, after, standing)


def _column(disputed: str, dispute: Dispute, row: Mapping[str, str]) -> str:
    """Return the column that is meant: of names the one that the page showed, else the one of the reader's language."""
    if disputed != "name":
        return COLUMNS[disputed]
    shown = next((name for name in _NAMES if dispute.sent.shown and row.get(name) == dispute.sent.shown), "")
    return shown or f"name_{dispute.sent.language}"


def _cell(column: Column, before: str, shown: str, value: str) -> str:
    """Return a cell after a correction: of several values the disputed one is replaced, or one is added."""
    value = "" if value == EMPTY else value
    if not column.several:
        return value
    values = listed(before)
    if shown in values:
        values[values.index(shown)] = value
    else:
        values.append(value)
    return SEPARATOR.join(dict.fromkeys(filter(None, values)))
