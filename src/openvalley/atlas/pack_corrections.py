"""Corrections of the region pack: what becomes of an accepted dispute, until it stands in the pack's table.

Reads the disputes and corrections of the home (resolve/), the pack's organisations.csv and the atlas; decides about
disputes, and writes the corrected table as text, with its difference to the one that is there. The pack itself is a
file that curators keep; nothing is written into it. Next: cli/disputing.py, the curators' desk.
"""

import csv
import difflib
import io
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from anyascii import anyascii

from openvalley.atlas.disputed import every_dispute, ids_of, subject_of
from openvalley.atlas.reader import Atlas
from openvalley.errors import BadInput, UnknownIdentity
from openvalley.resolve.corrections import EMPTY, Correction, CorrectionStore
from openvalley.resolve.disputes import Dispute, DisputeDecision, DisputeStore, State
from openvalley.resolve.sent import readable, tidy
from openvalley.settings import Settings
from openvalley.sources.pack.cells import SEPARATOR, Column, listed
from openvalley.sources.pack.region import read_region, regions
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
#: What a row that was checked against a register is, once a cell of it comes from elsewhere.
_CHECKED_BY_US = "mission"
_LONGEST_KEY = 40


class Standing(StrEnum):
    """What has become of a correction."""

    WAITS = "waits"
    IN_PACK = "in_pack"
    IMPOSSIBLE = "impossible"


@dataclass(frozen=True)
class Placed:
    """A correction with its dispute, the organisation today, and the cell: row (a key), column, before and after."""

    dispute: Dispute
    correction: Correction
    organisation: str
    name: str
    key: str
    column: str
    before: str
    after: str
    standing: Standing


@dataclass(frozen=True)
class Corrected:
    """The corrections with the pack's table as it would be, and the difference (a patch for the folder of packs)."""

    placed: Sequence[Placed]
    table: str
    difference: str


def can_correct(disputed: str) -> bool:
    """Tell whether the pack has a column for a property."""
    return disputed in COLUMNS


def fault_of(disputed: str, value: str) -> str:
    """Return what is wrong with a value for a property's column; empty where nothing is."""
    if not can_correct(disputed):
        return "the pack has no column for this"
    column = _BY_NAME[COLUMNS[disputed]]
    if value == EMPTY:
        return "may not be empty" if column.needed or disputed == "name" else ""
    if readable(value) != value or SEPARATOR in value:
        return "holds characters that a cell cannot"
    return "; ".join(column.wrong(value))


def accept(settings: Settings, number: int, decision: DisputeDecision, value: str = "") -> Dispute:
    """Accept a dispute, and keep what the pack then says; an empty value changes no fact.

    Raises:
        BadInput: there is no such dispute, or the decision or the value cannot be taken; with ``value`` in the context
            where it is the value.
        StorageFailed: the store cannot be read or written.

    """
    store, value = DisputeStore(settings.judgements), tidy(value)
    known = next((dispute for dispute in store.every() if dispute.number == number), None)
    fault = fault_of(known.sent.property, value) if known and value else ""
    if fault:
        raise BadInput(f"The pack cannot say so: {fault}.", hint="docs/pack.md explains each column.", value=value)
    decided = store.decide(number, decision)
    if value and decided.last:
        CorrectionStore(settings.judgements).add(
            Correction(number, len(decided.decisions), decided.sent.property, value, decided.last.by, decided.last.at))
    return decided


def corrected(atlas: Atlas, settings: Settings) -> Corrected:
    """Return the corrections in force, and the pack's table with them.

    Raises:
        BadInput: the atlas's region has no pack here any more.
        StorageFailed: the store cannot be read.

    """
    code = str(atlas.manifest["region"]["code"])
    folder = regions(settings).get(code)
    if folder is None:
        raise BadInput(f"There is no region pack {code!r}.", hint="Put its folder back into regions/.")
    path = folder / ORGANISATIONS.file
    before = path.read_bytes().decode("utf-8-sig")
    table = _Table(before, read_region(folder / "pack.toml").countries, f"pack-{code}")
    placed = [_place(atlas, table, dispute, correction) for dispute, correction in _in_force(settings)]
    after = table.text()
    difference = "".join(difflib.unified_diff(
        before.splitlines(keepends=True), after.splitlines(keepends=True), f"a/{code}/{path.name}",
        f"b/{code}/{path.name}"))
    return Corrected(placed, after, difference)


def _in_force(settings: Settings) -> list[tuple[Dispute, Correction]]:
    """Return accepted disputes with the correction that was made when they were accepted, oldest decision first."""
    accepted = {(dispute.number, len(dispute.decisions)): dispute for dispute in every_dispute(settings)
                if dispute.state is State.ACCEPTED}
    if not accepted:
        return []
    return [(accepted[correction.dispute, correction.decision], correction)
            for correction in CorrectionStore(settings.judgements).every()
            if (correction.dispute, correction.decision) in accepted]


class _Table:
    """The pack's organisations: rows by key, with the raw text of each, so that what does not change stays as it is."""

    def __init__(self, text: str, countries: Sequence[str], source: str) -> None:
        self.countries, self.source = countries, source
        lines = text.splitlines(keepends=True)
        self._ending = "\r\n" if lines and lines[0].endswith("\r\n") else "\n"
        self._raw: list[tuple[str, str]] = []
        self.rows: dict[str, dict[str, str]] = {}
        reader, begins = csv.reader(iter(lines)), 0
        header: list[str] = []
        for cells in reader:
            raw = "".join(lines[begins:reader.line_num])
            begins = reader.line_num
            header = header or cells
            row = dict(zip(header, cells, strict=False)) if begins > 1 else {}
            self._raw.append((row.get("key", ""), raw))
            if row.get("key"):
                self.rows[row["key"]] = row
        self._changed: set[str] = set()

    def change(self, key: str, cells: Mapping[str, str]) -> None:
        """Give cells of a row other texts; a new key is a new row at the end."""
        if key not in self.rows:
            self.rows[key] = dict.fromkeys(ORGANISATIONS.names, "")
            if self._raw and not self._raw[-1][1].endswith("\n"):
                self._raw[-1] = (self._raw[-1][0], self._raw[-1][1] + self._ending)
            self._raw.append((key, ""))
        self.rows[key].update(cells)
        self._changed.add(key)

    def text(self) -> str:
        """Return the table as a file holds it."""
        return "".join(self._written(key) if key in self._changed else raw for key, raw in self._raw)

    def _written(self, key: str) -> str:
        line = io.StringIO()
        csv.writer(line, lineterminator=self._ending).writerow(self.rows[key][name] for name in ORGANISATIONS.names)
        return line.getvalue()


def _place(atlas: Atlas, table: _Table, dispute: Dispute, correction: Correction) -> Placed:
    """Set a correction against its row, and change the table where it is not there yet."""
    subject = subject_of(atlas, dispute)
    key = _key(atlas, table, subject.id)
    fresh = {} if key else _fresh(atlas, table, subject.id)
    row = table.rows[key] if key else fresh
    column = _column(correction.property, dispute, row)
    before = row.get(column, "")
    if not row or fault_of(correction.property, correction.value):
        return Placed(dispute, correction, subject.id, subject.name or subject.id, key, column, before, before,
                      Standing.IMPOSSIBLE)
    after = _cell(_BY_NAME[column], before, dispute.sent.shown, correction.value)
    standing = Standing.IN_PACK if key and after == before else Standing.WAITS
    if standing is Standing.WAITS:
        key = key or row["key"]
        table.change(key, {**fresh, column: after, **_checked(row, dispute, correction)})
    return Placed(dispute, correction, subject.id, subject.name or subject.id, key, column, before, after, standing)


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


def _checked(row: Mapping[str, str], dispute: Dispute, correction: Correction) -> dict[str, str]:
    """Return the cells that say where a reader can check the row, when it was checked, and how."""
    verification = row.get("verification") or _CHECKED_BY_US
    return {"source": dispute.sent.link or row.get("source") or "a curator of the cluster",
            "checked_on": correction.at[:10],
            "verification": _CHECKED_BY_US if verification == "register" else verification}


def _key(atlas: Atlas, table: _Table, known: str) -> str:
    """Return the key of an organisation's row; empty where the pack has none."""
    rows = atlas.rows("SELECT DISTINCT source_id FROM claim WHERE subject IN (SELECT unnest(?)) AND source = ? "
                      "ORDER BY source_id", [ids_of(atlas, known), table.source])
    return next((row["source_id"] for row in rows if row["source_id"] in table.rows), "")


def _fresh(atlas: Atlas, table: _Table, known: str) -> dict[str, str]:
    """Return a row for an organisation of the region that the pack has none of; nothing where there can be none."""
    try:
        about = atlas.organisation(known)
    except UnknownIdentity:
        return {}
    if about.country not in table.countries or not about.name or not about.kind or not about.state:
        return {}
    row = {"name_en": about.name, "kind": about.kind, "state": about.state}
    for claim in atlas.claims(known):
        if claim.property == "identifier" and claim.qualifier in {"ror", "pic", "kbo", "vat"}:
            row.setdefault(claim.qualifier, claim.value)
    if any(_BY_NAME[name].wrong(cell) for name, cell in row.items()):
        return {}
    return {"key": _free_key(about.name, table), **row}


def _free_key(name: str, table: _Table) -> str:
    plain = re.sub(r"[^a-z0-9]+", "-", anyascii(name).lower()).strip("-")[:_LONGEST_KEY].strip("-") or "organisation"
    number = 1
    while (key := plain if number == 1 else f"{plain}-{number}") in table.rows:
        number += 1
    return key
