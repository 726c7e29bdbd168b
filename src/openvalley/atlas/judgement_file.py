"""Judgements as a CSV file: they survive the home folder, and can be kept under version control.

Reads and writes the whole history, one line a judgement, oldest first, so that a later export adds lines at the end. A
file is taken as a whole or not at all. Cells that a spreadsheet would run are marked, and read without the mark.
"""

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from openvalley.atlas.csvsafe import guarded, unguarded
from openvalley.atlas.lists import lines, opened
from openvalley.errors import BadInput
from openvalley.resolve.conflicts import conflicts
from openvalley.resolve.judgement import SEPARATOR, Decision, Judgement, sound
from openvalley.resolve.judgements import JudgementStore

COLUMNS = ("left", "right", "decision", "judge", "at", "why", "seen", "undoes")
_NEEDED = ("left", "decision", "judge", "why")
#: What separates the cells; spreadsheets of half of Europe write semicolons.
_SEPARATORS = (",", ";")


@dataclass(frozen=True)
class Fault:
    """A line that cannot be taken, and why."""

    line: int
    reason: str


@dataclass(frozen=True)
class Imported:
    """What became of a file: how many judgements are new, how many were there already.

    ``faults``: lines for which nothing of the file was taken. ``conflicts``: judgements that hold now and cannot all be
    true, in words.
    """

    added: int
    known: int
    faults: Sequence[Fault] = ()
    conflicts: Sequence[str] = field(default_factory=tuple)


def export_judgements(judgements: Iterable[Judgement]) -> str:
    """Return judgements as CSV, oldest first."""
    text = io.StringIO()
    plain = csv.writer(text, lineterminator="\n")
    quoting = csv.writer(text, lineterminator="\n", quoting=csv.QUOTE_ALL)
    plain.writerow(COLUMNS)
    for judgement in sorted(judgements, key=lambda judgement: (judgement.at, *judgement.pair)):
        cells = [guarded(cell) for cell in (
            *judgement.pair, judgement.decision.value, judgement.judge, judgement.at, judgement.why,
            SEPARATOR.join(judgement.seen), judgement.undoes)]
        # A carriage return alone ends a line too for whoever reads this, and the writer does not quote it.
        (quoting if any("\r" in cell for cell in cells) else plain).writerow(cells)
    return text.getvalue()


def import_judgements(path: Path, store: JudgementStore) -> Imported:
    """Take the judgements of a CSV file into a store, all of them or, where a line is at fault, none.

    Raises:
        BadInput: there is no such file, or it lacks a column.
        StorageFailed: the store cannot be read or written.

    """
    numbers, judgements, faults = [], [], []
    for line, cells in _rows(path):
        try:
            judgements.append(_judgement(cells))
            numbers.append(line)
        except BadInput as problem:
            faults.append(Fault(line, problem.message))
    if faults:
        return Imported(0, 0, faults)
    merged = store.merge(judgements)
    contrary = [Fault(numbers[place], _contrary(judgements[place], other)) for place, other in merged.contrary]
    if contrary:
        return Imported(0, 0, contrary)
    named = {(*judgement.pair, judgement.decision): line for judgement, line in zip(judgements, numbers, strict=True)}
    return Imported(len(merged.added), len(merged.known), (), told(store.in_force(), named))


def told(judgements: Sequence[Judgement], lines: "dict[tuple[str, str, Decision], int] | None" = None) -> list[str]:
    """Return in words which of the judgements in force cannot all be true, with their lines in a file where known."""
    found = []
    for conflict in conflicts(judgements):
        apart = conflict.apart
        chain = ", ".join(f"{one.left} is {one.right}{_line(one, lines)}" for one in conflict.same)
        found.append(f"{apart.left} is said not to be {apart.right}{_line(apart, lines)}, but: {chain}")
    return found


def _line(judgement: Judgement, lines: "dict[tuple[str, str, Decision], int] | None") -> str:
    line = (lines or {}).get((*judgement.pair, judgement.decision))
    return f" (line {line})" if line else f" ({judgement.judge}, {judgement.at[:10]})"


def _rows(path: Path) -> Iterator[tuple[int, dict[str, str]]]:
    """Yield the lines of a file: the number of the first, and its cells by column.

    Raises:
        BadInput: there is no such file, it lacks a column, or it is no CSV.

    """
    with opened(path) as stream:
        first = stream.readline()
        stream.seek(0)
        reader = csv.reader(stream, delimiter=max(_SEPARATORS, key=first.count))
        rows = lines(reader, path)
        header = [cell.strip() for cell in next(rows, [])]
        missing = [column for column in _NEEDED if column not in header]
        if missing:
            raise BadInput(f"{path} has no column {', '.join(missing)}.", hint=f"Columns: {', '.join(COLUMNS)}.")
        line = reader.line_num + 1
        for row in rows:
            if any(cell.strip() for cell in row):
                yield line, dict(zip(header, [*row, *[""] * (len(header) - len(row))], strict=False))
            line = reader.line_num + 1


def _judgement(cells: dict[str, str]) -> Judgement:
    """Return the judgement of a line.

    Raises:
        BadInput: it is none.

    """
    plain = {column: unguarded(cells.get(column, "")) for column in COLUMNS}
    if plain["decision"] not in list(Decision):
        raise BadInput(f"{plain['decision'][:40]!r} is no decision; there are: {', '.join(Decision)}.")
    for side in ("left", "right"):
        source, slash, key = plain[side].partition("/")
        if plain[side] and not (source.strip() and slash and key.strip()):
            raise BadInput(f"{plain[side][:80]!r} is no record; records are named source/source_id.")
    return sound(Judgement(plain["left"], plain["right"], Decision(plain["decision"]), plain["judge"], plain["why"],
                           plain["at"].strip(), tuple(plain["seen"].split(SEPARATOR)), plain["undoes"].strip()))


def _contrary(judgement: Judgement, other: Judgement) -> str:
    same = "says otherwise at the same time" if judgement.at else "has another decision, and neither says when"
    return (f"It contradicts a judgement of the same records that {same}: "
            f"{other.decision}, by {other.judge} ({other.why[:80]}).")
