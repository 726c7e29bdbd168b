"""Settling a list: rows that `openvalley link` left for review become pairs, and the word of people is written back.

Reads a file that link wrote, and the atlas; writes the same file with the settled rows' match_id, match_name, decision
and why, all other cells as they are. A row is judged as a mention (its name, city and country), so it stays settled.
Next: cli/reviewing.py.
"""

import csv
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

from openvalley.atlas.csvsafe import safe_cell, unguarded
from openvalley.atlas.doubts import Doubt, Kind
from openvalley.atlas.lists import lines, opened, writable
from openvalley.atlas.reader import Atlas
from openvalley.atlas.sides import Side, SideSource
from openvalley.errors import BadInput
from openvalley.resolve.countries import country_code
from openvalley.resolve.judged_mentions import Mention, Verdict, verdicts
from openvalley.resolve.judgement import Judgement
from openvalley.storage import storage_errors

#: Columns that link adds and that are settled here; the score stays what the machine said.
_WRITTEN = ("match_id", "match_name", "decision", "why")
#: Organisations that a row is compared with: the one that link names, and the nearest that search finds.
_CANDIDATES = 4
#: Characters of a name that are searched for: names are shorter, and longer texts find nothing better.
_LONGEST_QUERY = 200
#: What stands between the word of a person and what the row said before.
_BEFORE = "; before: "


@dataclass(frozen=True)
class Row:
    """A row of a list: its line, its cells, and what it says by column."""

    line: int
    cells: Sequence[str]
    says: Mapping[str, str]

    @property
    def mention(self) -> Mention:
        """What is judged of it."""
        country = self.says.get("country", "").strip()
        return Mention(unguarded(self.says["name"]).strip(), self.says.get("city", "").strip(),
                       country_code(country) or country.replace("/", " "))


@dataclass(frozen=True)
class Waiting:
    """The pairs of a list that wait for a person, and the sides that are rows of it, by how judgements name them."""

    doubts: Sequence[Doubt]
    sides: Mapping[str, Side]


def waiting(atlas: Atlas, source: Path, judgements: Sequence[Judgement]) -> Waiting:
    """Return the rows of a list that wait, each beside the organisations that it may mean, in the list's order.

    Args:
        atlas: what the list was linked against.
        source: a file that link wrote.
        judgements: those in force, oldest first; rows that they settle do not wait.

    Raises:
        BadInput: there is no such file, or link did not write it.

    """
    said = verdicts(judgements)
    rows: dict[str, Row] = {}
    with opened(source) as stream:
        for row in _table(stream, source)[1]:
            record = row.mention.record
            if row.says["decision"] == "review" and row.mention.text and not said.get(record, Verdict()).settled:
                rows.setdefault(record, row)
    doubts = [doubt for record, row in rows.items()
              for doubt in _doubts(atlas, row, said.get(record, Verdict()))]
    return Waiting(doubts, {record: _side(row, source) for record, row in rows.items()})


def write_settled(atlas: Atlas, source: Path, target: Path, judgements: Sequence[Judgement]) -> Counter[str]:
    """Write a list with what people said of its rows; it may take its own place.

    Returns:
        How many rows are settled, and how many are a match, for review and none.

    Raises:
        BadInput: there is no such file, link did not write it, or the target has no folder; nothing is written then.

    """
    writable(target)
    said = verdicts(judgements)
    meant = _meant(atlas, said.values())
    counts: Counter[str] = Counter()
    temporary = target.with_name(f".{target.name}.part")
    try:
        with opened(source) as stream, storage_errors(target), \
                temporary.open("w", encoding="utf-8", newline="") as out:
            header, rows = _table(stream, source)
            writer = csv.writer(out)
            writer.writerow(header)
            for row in rows:
                verdict = said.get(row.mention.record)
                settled = _settled(atlas, row, verdict, meant) if verdict else {}
                counts["settled"] += bool(settled)
                counts[settled.get("decision", row.says["decision"])] += 1
                writer.writerow(_written(row, header, settled))
        temporary.replace(target)
    finally:
        temporary.unlink(missing_ok=True)
    return counts


def _table(stream: TextIO, source: Path) -> tuple[list[str], Iterator[Row]]:
    """Return the header of a list, and its rows one by one.

    Raises:
        BadInput: link did not write it.

    """
    reader = csv.reader(stream)
    found = lines(reader, source)
    header = next(found, [])
    missing = [column for column in ("name", *_WRITTEN) if column not in header]
    if missing:
        raise BadInput(f"{source} is no file that link wrote: it has no column {', '.join(missing)}.",
                       hint="Link the list first: openvalley link IN.csv -o OUT.csv")

    def rows() -> Iterator[Row]:
        line = reader.line_num + 1
        for cells in found:
            filled = [*cells, *[""] * (len(header) - len(cells))]
            # Of two columns of one name the last is link's own.
            yield Row(line, filled, dict(zip(header, filled, strict=False)))
            line = reader.line_num + 1

    return header, rows()


def _doubts(atlas: Atlas, row: Row, verdict: Verdict) -> Iterator[Doubt]:
    """Yield a row beside each organisation that it may mean and that nobody has refused."""
    home = set(atlas.manifest["region"]["countries"])
    mention = row.mention
    score = row.says.get("score", "")
    for place, (record, _, known) in enumerate(_candidates(atlas, row)):
        if record in verdict.refused:
            continue
        machine = known == row.says["match_id"]
        left, right = sorted((mention.record, record))
        yield Doubt(left, right, Kind.LIKELY, [row.says["why"]] if machine else ["found by search"],
                    probability=float(score) if machine and _is_number(score) else None,
                    in_region=mention.country in home, countries=[mention.country], weight=-place)


def _candidates(atlas: Atlas, row: Row) -> list[tuple[str, str, str]]:
    """Return the organisations that a row may mean, the machine's first: record, name, id."""
    mention = row.mention
    filters = {"country": [mention.country]} if country_code(mention.country) else {}
    hits = atlas.search(mention.text[:_LONGEST_QUERY], types=["organisation"], filters=filters, limit=_CANDIDATES).items
    ids = list(dict.fromkeys(filter(None, (row.says["match_id"], *(hit.id for hit in hits)))))[:_CANDIDATES]
    return [(*known[id_], id_) for known in [_speaking(atlas, ids)] for id_ in ids if id_ in known]


def _speaking(atlas: Atlas, ids: Sequence[str]) -> dict[str, tuple[str, str]]:
    """Return the record by which judgements name each organisation (it gave the id, where one did), and its name."""
    rows = atlas.rows("""
        SELECT i.id, arg_min(i.record, (NOT ends_with(i.id, i.source_id), i.record)) AS record,
               any_value(o.name) AS name
        FROM identity AS i JOIN organisation AS o ON o.id = i.id WHERE i.id IN (SELECT unnest(?)) GROUP BY i.id
    """, [list(ids)])
    return {row["id"]: (row["record"], row["name"] or row["id"]) for row in rows}


def _meant(atlas: Atlas, said: Iterable[Verdict]) -> dict[str, tuple[str, str]]:
    """Return id and name of the organisations that people said are meant, by record."""
    records = sorted({verdict.meant for verdict in said} - {""})
    rows = atlas.rows("SELECT i.record, i.id, o.name FROM identity AS i JOIN organisation AS o ON o.id = i.id "
                      "WHERE i.record IN (SELECT unnest(?))", [records])
    return {row["record"]: (row["id"], row["name"] or row["id"]) for row in rows}


def _settled(atlas: Atlas, row: Row, verdict: Verdict, meant: Mapping[str, tuple[str, str]]) -> dict[str, str]:
    """Return the cells of a row that people settled; nothing where it waits still.

    Who refused what the machine had found leaves the row to the next nearest; who refused all, to nobody.
    """
    if verdict.settled is not None:
        known = meant.get(verdict.meant)
        if verdict.meant and known is None:  # a register took the record away since: the row waits for another word
            return {}
        return _cells(row, verdict.settled, "match" if known else "none", known)
    left = [candidate for candidate in _candidates(atlas, row) if candidate[0] not in verdict.refused]
    if row.says["match_id"] in {known for _, _, known in left}:
        return {}
    last = max(verdict.refused.values(), key=lambda judgement: judgement.at)
    return _cells(row, last, "review" if left else "none", (left[0][2], left[0][1]) if left else None)


def _cells(row: Row, by: Judgement, decision: str, known: tuple[str, str] | None) -> dict[str, str]:
    """Return a row's cells as a judgement makes them; what stood there before is told behind it."""
    _, told, before = row.says["why"].rpartition(_BEFORE)
    if not told:
        before = f"{row.says['decision']} {row.says['match_id']} {row.says['why']}"
    match_id, match_name = known or ("", "")
    return {"match_id": match_id, "match_name": match_name, "decision": decision,
            "why": f"settled by {by.judge} on {by.at[:10]}: {by.why}{_BEFORE}{before}"}


def _written(row: Row, header: Sequence[str], settled: Mapping[str, str]) -> list[object]:
    """Return the cells of a row as they are written: those that were settled, and all others as they were."""
    cells: list[object] = list(row.cells)
    for column, value in settled.items():
        cells[len(header) - 1 - list(header)[::-1].index(column)] = safe_cell(value)
    return cells


def _side(row: Row, source: Path) -> Side:
    """Return the side of a row: what the list says."""
    says, mention = row.says, row.mention
    numbers = [(scheme, says[scheme].strip()) for scheme in ("vat", "pic") if says.get(scheme, "").strip()]
    return Side(record=mention.record, id=None, name=mention.text, names=(), kind=None, state=None,
                country=mention.country or None, towns=[mention.town] if mention.town else [], identifiers=numbers,
                websites=[says["website"].strip()] if says.get("website", "").strip() else [],
                sources=[SideSource(f"line {row.line}", source.name, None)], related=(), projects=0, trials=0)


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True
