"""Disputes: what readers say is wrong about an organisation, and what curators decided about it. Append-only.

Reads and writes tables of the home's append-only file (append_only.py), so that disputes outlive every build; an
organisation whose id leads elsewhere since takes its disputes along. Next: atlas/disputed.py sets them beside facts.
"""

import sqlite3
from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import astuple, dataclass, replace

from openvalley.errors import BadInput, TooMany
from openvalley.resolve.append_only import AppendOnlyStore, unchanging
from openvalley.resolve.curator_decisions import CuratorDecision, Decided, State, now
from openvalley.resolve.sent import LONGEST_TEXT, Sent, tidy, whole_link, without_contacts
from openvalley.storage import storage_errors

#: Open disputes about one organisation: more than anyone has to say about its facts, few enough to be read on its page.
MOST_OPEN = 20
#: The highest number that SQLite counts to.
_HIGHEST = 2**63 - 1
_SCHEMA = """
CREATE TABLE IF NOT EXISTS dispute (
    number INTEGER PRIMARY KEY, subject TEXT NOT NULL, property TEXT NOT NULL, shown TEXT NOT NULL,
    says TEXT NOT NULL, link TEXT NOT NULL, language TEXT NOT NULL, at TEXT NOT NULL);
CREATE INDEX IF NOT EXISTS dispute_by_subject ON dispute (subject);
CREATE TABLE IF NOT EXISTS dispute_state (
    number INTEGER PRIMARY KEY, dispute INTEGER NOT NULL REFERENCES dispute (number), state TEXT NOT NULL,
    judge TEXT NOT NULL, at TEXT NOT NULL, why TEXT NOT NULL);
CREATE INDEX IF NOT EXISTS dispute_state_by_dispute ON dispute_state (dispute);
""" + unchanging("dispute", "disputes") + unchanging("dispute_state", "decisions about disputes")


@dataclass(frozen=True)
class Dispute(Decided):
    """What was sent, as it was kept (UTC, ISO 8601), with every decision about it, oldest first."""

    number: int
    sent: Sent
    at: str


class DisputeStore(AppendOnlyStore):
    """The disputes of one home folder."""

    schema = _SCHEMA

    def add(self, sent: Sent, a_day: int, also: Collection[str] = ()) -> int:
        """Append a dispute and return its number; what is sent twice is kept once.

        Args:
            sent: what the reader sends; e-mail addresses and telephone numbers are taken out before it is kept.
            a_day: how many disputes are taken on one day (UTC), over all organisations.
            also: other ids of the same organisation, whose open disputes count too.

        Raises:
            BadInput: a field cannot be taken; the context's ``faults`` name the fault of each.
            TooMany: a limit is reached; the context's ``limit`` is organisation or day.
            StorageFailed: the store cannot be read or written.

        """
        faults = sent.faults()
        if faults:
            listed = "; ".join(f"{name}: {fault}" for name, fault in faults.items())
            raise BadInput(f"The dispute cannot be taken: {listed}.",
                           hint=f"Say in at most {LONGEST_TEXT} plain characters what is right.", faults=faults)
        kept = replace(sent, says=without_contacts(tidy(sent.says)), link=whole_link(sent.link))
        at = now()
        with storage_errors(self._path), self._connection() as connection:
            connection.execute("BEGIN IMMEDIATE")  # what is counted below stays true until the row is in
            about = _read(connection, {sent.subject, *also})
            waiting = [dispute for dispute in about if dispute.state is State.OPEN]
            for dispute in waiting:
                if _same(dispute.sent, kept):
                    return dispute.number
            if len(waiting) >= MOST_OPEN:
                raise TooMany(f"{len(waiting)} disputes about this organisation are open.",
                              hint="They wait for a curator: openvalley disputes", limit="organisation")
            ((today,),) = connection.execute("SELECT count(*) FROM dispute WHERE at >= ?", (at[:10],)).fetchall()
            if today >= a_day:
                raise TooMany(f"{today} disputes were taken today.", hint="Send it tomorrow.", limit="day")
            cursor = connection.execute(
                "INSERT INTO dispute (subject, property, shown, says, link, language, at) VALUES (?, ?, ?, ?, ?, ?, ?)",
                (*astuple(kept), at))
            return int(cursor.lastrowid or 0)

    def decide(self, number: int, decision: CuratorDecision) -> Dispute:
        """Append a decision and return the dispute as it stands then.

        Raises:
            BadInput: there is no such dispute, it stands so already, or name or reason are missing or unreadable.
            StorageFailed: the store cannot be read or written.

        """
        kept = decision.kept()
        with storage_errors(self._path), self._connection() as connection:
            connection.execute("BEGIN IMMEDIATE")
            known = next(iter(_read(connection, numbers=(number,))), None) if number <= _HIGHEST else None
            if known is None:
                raise unknown(number)
            if known.state is kept.state:
                raise BadInput(f"Dispute {number} is {known.state} already.", hint="See: openvalley disputes --all")
            connection.execute(
                "INSERT INTO dispute_state (dispute, state, judge, at, why) VALUES (?, ?, ?, ?, ?)",
                (number, kept.state.value, kept.by, kept.at, kept.why))
            return _read(connection, numbers=(number,))[0]

    def about(self, subjects: Collection[str]) -> list[Dispute]:
        """Return the disputes about any of these ids, oldest first.

        Raises:
            StorageFailed: the store cannot be read.

        """
        with self._connection() as connection:
            return _read(connection, subjects)

    def every(self) -> list[Dispute]:
        """Return every dispute ever taken, oldest first.

        Raises:
            StorageFailed: the store cannot be read.

        """
        with self._connection() as connection:
            return _read(connection)

    def mark(self) -> str:
        """Return a short text that is another one whenever a dispute or a decision was added (or a backup put back).

        Raises:
            StorageFailed: the store cannot be read.

        """
        with self._connection() as connection:
            rows = connection.execute("SELECT max(number), max(at) FROM dispute UNION ALL "
                                      "SELECT max(number), max(at) FROM dispute_state").fetchall()
        return " ".join(f"{number or 0}@{at or ''}" for number, at in rows)


def unknown(number: int) -> BadInput:
    """Return the error that there is no dispute of this number."""
    return BadInput(f"There is no dispute {number}.", hint="List them with: openvalley disputes --all")


def _read(connection: sqlite3.Connection, subjects: Collection[str] | None = None,
          numbers: Iterable[int] | None = None) -> list[Dispute]:
    """Return disputes with their decisions: about these subjects, of these numbers, or all."""
    column, wanted = ("subject", list(subjects)) if subjects is not None else ("number", list(numbers or ()))
    only = "" if subjects is None and numbers is None else f"WHERE {column} IN ({', '.join('?' * len(wanted))})"
    rows = connection.execute("SELECT number, subject, property, shown, says, link, language, at FROM dispute "
                              f"{only} ORDER BY number", wanted).fetchall()
    decided = connection.execute("SELECT dispute, state, judge, why, at FROM dispute_state WHERE dispute IN "
                                 f"(SELECT number FROM dispute {only}) ORDER BY number", wanted).fetchall()
    decisions: defaultdict[int, list[CuratorDecision]] = defaultdict(list)
    for number, state, by, why, at in decided:
        decisions[number].append(CuratorDecision(State(state), by, why, at))
    return [Dispute(number, Sent(*sent), at, decisions=tuple(decisions[number])) for number, *sent, at in rows]


def _same(one: Sent, other: Sent) -> bool:
    return (one.property, one.shown, one.says) == (other.property, other.shown, other.says)
