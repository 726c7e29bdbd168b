"""The judgement store: what people decided about who is who, and every public id ever issued. Append-only.

Reads and writes tables of the home's append-only file (append_only.py); undoing a judgement is another judgement.
Which judgements hold follows from the whole history and its times, not from the order in which it came here.
Next: decide.py, which heeds what holds.
"""

import sqlite3
from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path

import pyarrow as pa

from openvalley.errors import BadInput
from openvalley.resolve.append_only import AppendOnlyStore, unchanging
from openvalley.resolve.holding import Merged, brought_together, following, in_force
from openvalley.resolve.judgement import SEPARATOR, Decision, Judgement, sound
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
            kept = checked if checked.at else replace(checked, at=following(_newest(connection)))
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
            added, merged = brought_together(_history(connection), checked)
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
