"""The judgement store: what people decided about who is who, and every public id ever issued. Append-only.

Reads and writes tables of the home's append-only file (append_only.py); undoing a judgement is another judgement.
Which judgements hold follows from the whole history and its times, not from the order in which it came here.
Next: decide.py, which heeds what holds.
"""

import sqlite3
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from pathlib import Path

import pyarrow as pa

from openvalley.errors import BadInput
from openvalley.resolve.append_only import AppendOnlyStore, unchanging
from openvalley.storage import storage_errors

_SCHEMA = """
CREATE TABLE IF NOT EXISTS judgement (
    number INTEGER PRIMARY KEY, left_record TEXT NOT NULL, right_record TEXT NOT NULL, decision TEXT NOT NULL,
    judge TEXT NOT NULL, at TEXT NOT NULL, why TEXT NOT NULL, seen TEXT NOT NULL DEFAULT '',
    undoes TEXT NOT NULL DEFAULT '');
CREATE TABLE IF NOT EXISTS public_id (
    number INTEGER PRIMARY KEY, id TEXT NOT NULL, target TEXT, atlas TEXT NOT NULL);
CREATE INDEX IF NOT EXISTS public_id_by_id ON public_id (id);
""" + unchanging("judgement", "judgements") + unchanging("public_id", "public ids")
#: Columns that came later: a store of an earlier version gets them when it is opened.
_ADDED = ("seen", "undoes")
_COLUMNS = "left_record, right_record, decision, judge, why, at, seen, undoes"
#: What stands between two pieces of evidence in one text.
SEPARATOR = " | "
#: How far ahead of our clock a time may lie: the world's days begin up to 14 hours before UTC's.
_AHEAD = timedelta(days=1)
_TICK = timedelta(microseconds=1)


class Decision(StrEnum):
    """What was decided about a pair of records. For no match the right record is empty: nothing matches the left."""

    SAME = "same"
    DIFFERENT = "different"
    NO_MATCH = "no match"
    UNDECIDED = "undecided"


@dataclass(frozen=True)
class Judgement:
    """A decision about two records (each ``source/source_id``): by whom, when (UTC, ISO 8601), why.

    Attributes:
        left: the first of the two in name order; for no match the only one.
        right: the other; empty for no match, and where a no match is taken back.
        decision: what was decided. ``UNDECIDED`` takes back what was judged of the same pair.
        judge: who decided.
        why: the reason.
        at: when; empty: now.
        seen: what spoke for the two when it was judged (`openvalley.resolve.evidence.item`). Registers that say more
            since are reported; what was known to the judge is not.
        undoes: for ``UNDECIDED`` the time of the one judgement that it takes back; empty: of all before it.

    """

    left: str
    right: str
    decision: Decision
    judge: str
    why: str
    at: str = ""
    seen: tuple[str, ...] = ()
    undoes: str = ""

    @property
    def pair(self) -> tuple[str, str]:
        """What it is about."""
        return self.left, self.right


@dataclass(frozen=True)
class Merged:
    """What became of judgements that were brought together with those of the store, by their places among them.

    ``contrary``: places, each with another judgement of the same pair and time, which is there or comes before it; then
    nothing was added.
    """

    added: Sequence[int]
    known: Sequence[int]
    contrary: Sequence[tuple[int, Judgement]]


class JudgementStore(AppendOnlyStore):
    """The judgements and public ids of one home folder."""

    schema = _SCHEMA

    def __init__(self, path: Path) -> None:
        """Open the store, creating it when it is not there.

        Raises:
            StorageFailed: it cannot be read or made.

        """
        super().__init__(path)
        with storage_errors(path), self._connection() as connection:
            connection.execute("BEGIN IMMEDIATE")
            there = {row[1] for row in connection.execute("PRAGMA table_info(judgement)").fetchall()}
            for column in _ADDED:
                if column not in there:
                    connection.execute(f"ALTER TABLE judgement ADD COLUMN {column} TEXT NOT NULL DEFAULT ''")

    def add(self, judgement: Judgement) -> Judgement:
        """Append a judgement and return it as it is kept. One without a time is later than all that are there.

        Raises:
            BadInput: the pair is not a pair, judge or reason are missing, the time is none, or another judgement of
                this pair has the same time.
            StorageFailed: the store cannot be written.

        """
        checked = sound(judgement)
        with storage_errors(self._path), self._connection() as connection:
            connection.execute("BEGIN IMMEDIATE")
            kept = checked if checked.at else replace(checked, at=_following(_newest(connection)))
            taken = connection.execute("SELECT 1 FROM judgement WHERE left_record = ? AND right_record = ? AND at = ?",
                                       (*kept.pair, kept.at)).fetchall()
            if taken:
                raise BadInput("Another judgement of this pair has the same time.", hint="Leave its time out: now.")
            _insert(connection, kept)
        return kept

    def merge(self, judgements: Sequence[Judgement]) -> Merged:
        """Append those of many judgements that are not there yet, all in one step or, where any contradicts, none.

        A judgement without a time is known when the same decision of the same judge for the same reason holds already.

        Raises:
            BadInput: one of them is no judgement (as `add`).
            StorageFailed: the store cannot be written.

        """
        checked = list(map(sound, judgements))
        with storage_errors(self._path), self._connection() as connection:
            connection.execute("BEGIN IMMEDIATE")
            added, merged = _merged(_history(connection), checked)
            for judgement in added if not merged.contrary else ():
                _insert(connection, judgement)
        return merged

    def history(self) -> list[Judgement]:
        """Return every judgement ever made, in the order in which they came here.

        Raises:
            StorageFailed: the store cannot be read.

        """
        with self._connection() as connection:
            return _history(connection)

    def in_force(self) -> list[Judgement]:
        """Return the judgements that hold now, oldest first (see `in_force`).

        Raises:
            StorageFailed: the store cannot be read.

        """
        return in_force(self.history())

    def public_ids(self) -> pa.Table:
        """Return the last state of every public id ever issued: ``id``, ``target`` (null: stands for itself).

        Raises:
            StorageFailed: the store cannot be read.

        """
        with self._connection() as connection:
            rows = connection.execute("SELECT id, target FROM public_id WHERE number IN "
                                      "(SELECT max(number) FROM public_id GROUP BY id) ORDER BY id").fetchall()
        return pa.table({"id": pa.array([row[0] for row in rows], pa.string()),
                         "target": pa.array([row[1] for row in rows], pa.string())})

    def issue(self, changed: Iterable[tuple[str, str | None]], atlas: str) -> None:
        """Append ids that are new, or that now stand for another organisation than before.

        Raises:
            StorageFailed: the store cannot be written.

        """
        with storage_errors(self._path), self._connection() as connection:
            connection.executemany("INSERT INTO public_id (id, target, atlas) VALUES (?, ?, ?)",
                                   ((public_id, target, atlas) for public_id, target in changed))


def in_force(history: Sequence[Judgement]) -> list[Judgement]:
    """Return the judgements of a history that hold, oldest first.

    Of a pair the latest holds that was not taken back. That nothing matches a record, and that another one is the same,
    exclude each other: the later of the two holds. Times decide, so the order of the history says nothing.
    """
    holding: list[Judgement] = []
    settled: set[tuple[str, str]] = set()
    undone: set[tuple[str, str, str]] = set()
    matched: set[str] = set()
    unmatched: set[str] = set()
    ordered = sorted(history, key=lambda judgement: (judgement.at, *judgement.pair))
    for judgement in ordered[::-1]:
        if (*judgement.pair, judgement.at) in undone:
            continue
        if judgement.decision is Decision.UNDECIDED and judgement.undoes:
            undone.add((*judgement.pair, judgement.undoes))
        elif judgement.pair not in settled:
            settled.add(judgement.pair)
            if judgement.decision is not Decision.UNDECIDED and not _overruled(judgement, matched, unmatched):
                holding.append(judgement)
                matched.update(judgement.pair if judgement.decision is Decision.SAME else ())
            # Also where a later one overrules it: what it overruled itself does not come back by that.
            unmatched.update({judgement.left} if judgement.decision is Decision.NO_MATCH else ())
    return holding[::-1]


def sound(judgement: Judgement) -> Judgement:
    """Return a judgement in the form in which it is kept: its pair in name order, its times in UTC.

    Raises:
        BadInput: it is no judgement.

    """
    alone = judgement.decision is Decision.NO_MATCH or (
        judgement.decision is Decision.UNDECIDED and not judgement.right)
    left, right = judgement.pair if alone else sorted(judgement.pair)
    if not judgement.left or alone == bool(judgement.right) or left == right:
        raise BadInput("A judgement is about two different records (for 'no match': about one).",
                       hint="Name each record as source/source_id.")
    if not judgement.judge.strip() or not judgement.why.strip():
        raise BadInput("A judgement needs a judge and a reason.", hint="Say who decided and why.")
    if any(_unkeepable(text) for text in (*judgement.pair, judgement.judge, judgement.why, *judgement.seen)):
        raise BadInput("A judgement holds characters that cannot be kept.", hint="Write it in UTF-8.")
    if judgement.undoes and judgement.decision is not Decision.UNDECIDED:
        raise BadInput("Only the decision 'undecided' takes another judgement back.", hint="Leave 'undoes' empty.")
    return replace(judgement, left=left, right=right, at=_instant(judgement.at), undoes=_instant(judgement.undoes),
                   seen=tuple(sorted({part for text in judgement.seen for part in text.split(SEPARATOR) if part})))


def _unkeepable(text: str) -> bool:
    """Tell whether a text holds half a character, which no encoding writes."""
    return any(unicodedata.category(character) == "Cs" for character in text)


def _merged(history: Sequence[Judgement], arriving: Sequence[Judgement]) -> tuple[list[Judgement], Merged]:
    """Return which judgements are new to a history, those without a time with one, and what became of each."""
    timed = {(*judgement.pair, judgement.at): judgement for judgement in history}
    holding = {judgement.pair: judgement for judgement in in_force(history)}
    untimed: dict[tuple[str, str], Judgement] = {}
    last = max((judgement.at for judgement in (*history, *arriving)), default="")
    new: dict[int, Judgement] = {}
    known: list[int] = []
    contrary: list[tuple[int, Judgement]] = []
    for place, judgement in enumerate(arriving):
        before = timed.get((*judgement.pair, judgement.at)) if judgement.at else untimed.get(judgement.pair)
        if before is not None and before != judgement:
            contrary.append((place, before))
        elif before is not None or (not judgement.at and _holds(judgement, holding)):
            known.append(place)
        elif judgement.at:
            timed[*judgement.pair, judgement.at] = new[place] = judgement
        else:
            last = _following(last)
            untimed[judgement.pair] = judgement
            new[place] = replace(judgement, at=last)
    return list(new.values()), Merged([] if contrary else list(new), known, contrary)


def _instant(text: str) -> str:
    """Return a time in UTC, ISO 8601; empty stays empty. A day is its first moment; without a zone it is UTC's."""
    if not text:
        return ""
    try:
        moment = datetime.fromisoformat(text)
        moment = (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError) as problem:
        raise BadInput(f"{text[:60]!r} is no time.", hint="Write it like 2026-01-31 or 2026-01-31T09:30:00Z."
                       ) from problem
    if moment > datetime.now(UTC) + _AHEAD:
        raise BadInput(f"{text[:60]!r} lies in the future.", hint="Give the time of the decision, or leave it out.")
    return moment.isoformat()


def _following(last: str) -> str:
    """Return the time of now, or just after the last one where that is not before it: later stays later."""
    now = datetime.now(UTC)
    return max(now, datetime.fromisoformat(last) + _TICK if last else now).isoformat()


def _holds(judgement: Judgement, holding: dict[tuple[str, str], Judgement]) -> bool:
    """Tell whether a judgement without a time says what holds already."""
    before = holding.get(judgement.pair)
    if judgement.decision is Decision.UNDECIDED:
        return before is None
    return before is not None and (before.decision, before.judge, before.why) == (
        judgement.decision, judgement.judge, judgement.why)


def _overruled(judgement: Judgement, matched: set[str], unmatched: set[str]) -> bool:
    if judgement.decision is Decision.NO_MATCH:
        return judgement.left in matched
    return judgement.decision is Decision.SAME and not unmatched.isdisjoint(judgement.pair)


def _newest(connection: sqlite3.Connection) -> str:
    ((newest,),) = connection.execute("SELECT max(at) FROM judgement").fetchall()
    return newest or ""


def _history(connection: sqlite3.Connection) -> list[Judgement]:
    rows = connection.execute(f"SELECT {_COLUMNS} FROM judgement ORDER BY number").fetchall()
    return [Judgement(left, right, Decision(decision), judge, why, at,
                      tuple(seen.split(SEPARATOR)) if seen else (), undoes)
            for left, right, decision, judge, why, at, seen, undoes in rows]


def _insert(connection: sqlite3.Connection, judgement: Judgement) -> None:
    connection.execute(
        f"INSERT INTO judgement ({_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        (*judgement.pair, judgement.decision.value, judgement.judge, judgement.why, judgement.at,
         SEPARATOR.join(judgement.seen), judgement.undoes))
