"""The judgement store: what people decided about who is who, and every public id ever issued. Append-only.

Reads and writes tables of the home's append-only file (append_only.py); undoing a judgement is another judgement.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum

import pyarrow as pa

from openvalley.errors import BadInput
from openvalley.resolve.append_only import AppendOnlyStore, unchanging
from openvalley.storage import storage_errors

_SCHEMA = """
CREATE TABLE IF NOT EXISTS judgement (
    number INTEGER PRIMARY KEY, left_record TEXT NOT NULL, right_record TEXT NOT NULL, decision TEXT NOT NULL,
    judge TEXT NOT NULL, at TEXT NOT NULL, why TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS public_id (
    number INTEGER PRIMARY KEY, id TEXT NOT NULL, target TEXT, atlas TEXT NOT NULL);
CREATE INDEX IF NOT EXISTS public_id_by_id ON public_id (id);
""" + unchanging("judgement", "judgements") + unchanging("public_id", "public ids")


class Decision(StrEnum):
    """What was decided about a pair of records. For no match the right record is empty: nothing matches the left."""

    SAME = "same"
    DIFFERENT = "different"
    NO_MATCH = "no match"
    UNDECIDED = "undecided"


@dataclass(frozen=True)
class Judgement:
    """A decision about two records (each ``source/source_id``): by whom, when (UTC, ISO 8601), why.

    ``UNDECIDED`` takes an earlier judgement of the same pair back.
    """

    left: str
    right: str
    decision: Decision
    judge: str
    why: str
    at: str = ""


class JudgementStore(AppendOnlyStore):
    """The judgements and public ids of one home folder."""

    schema = _SCHEMA

    def add(self, judgement: Judgement) -> None:
        """Append a judgement.

        Raises:
            BadInput: the pair is not a pair, or judge or reason are missing.
            StorageFailed: the store cannot be written.

        """
        left, right = judgement.left, judgement.right
        if judgement.decision is not Decision.NO_MATCH:
            left, right = sorted((left, right))
        if not judgement.left or (judgement.decision is Decision.NO_MATCH) == bool(judgement.right) or left == right:
            raise BadInput("A judgement is about two different records (for 'no match': about one).",
                           hint="Name each record as source/source_id.")
        if not judgement.judge or not judgement.why:
            raise BadInput("A judgement needs a judge and a reason.", hint="Say who decided and why.")
        at = judgement.at or datetime.now(UTC).isoformat(timespec="seconds")
        with storage_errors(self._path), self._connection() as connection:
            connection.execute(
                "INSERT INTO judgement (left_record, right_record, decision, judge, at, why) VALUES (?, ?, ?, ?, ?, ?)",
                (left, right, judgement.decision.value, judgement.judge, at, judgement.why))

    def history(self) -> list[Judgement]:
        """Return every judgement ever made, oldest first.

        Raises:
            StorageFailed: the store cannot be read.

        """
        with self._connection() as connection:
            rows = connection.execute("SELECT left_record, right_record, decision, judge, why, at FROM judgement "
                                      "ORDER BY number").fetchall()
        return [Judgement(left, right, Decision(decision), judge, why, at)
                for left, right, decision, judge, why, at in rows]

    def in_force(self) -> list[Judgement]:
        """Return the judgements that hold now: for each pair the latest, unless it took the earlier ones back.

        Raises:
            StorageFailed: the store cannot be read.

        """
        latest = {(judgement.left, judgement.right): judgement for judgement in self.history()}
        return [judgement for judgement in latest.values() if judgement.decision is not Decision.UNDECIDED]

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
