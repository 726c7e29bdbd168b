"""Proposals: rows that readers miss in the region pack, and what curators decided about them. Append-only.

Reads and writes tables of the home's append-only file (append_only.py), so that proposals outlive every build and wait
until somebody puts them into the pack. Next: atlas/row_proposals.py, which checks them and sets them against the pack.
"""

import json
import sqlite3
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

from openvalley.errors import BadInput, TooMany
from openvalley.resolve.append_only import AppendOnlyStore, unchanging
from openvalley.resolve.curator_decisions import CuratorDecision, Decided, State, now
from openvalley.resolve.sent import Fault, fault_of_link, fault_of_text, tidy, whole_link, without_contacts
from openvalley.storage import storage_errors

#: Proposals that wait at the same time: more than curators read in a week, and no more than a page shows.
MOST_WAITING = 200
_SCHEMA = """
CREATE TABLE IF NOT EXISTS pack_proposal (
    number INTEGER PRIMARY KEY, record_type TEXT NOT NULL, cells TEXT NOT NULL, link TEXT NOT NULL,
    says TEXT NOT NULL, language TEXT NOT NULL, at TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS pack_proposal_state (
    number INTEGER PRIMARY KEY, proposal INTEGER NOT NULL REFERENCES pack_proposal (number), state TEXT NOT NULL,
    judge TEXT NOT NULL, at TEXT NOT NULL, why TEXT NOT NULL);
""" + unchanging("pack_proposal", "proposals") + unchanging("pack_proposal_state", "decisions about proposals")


@dataclass(frozen=True)
class Proposed:
    """What a reader sends.

    Attributes:
        record_type: name of the record type of the table that misses the row.
        cells: texts by column; columns of organisations hold public ids, several values have semicolons between them.
        link: address of a public page that says so.
        says: what else a curator should know, or empty.
        language: two letters of the language of the page on which it was written.

    """

    record_type: str
    cells: Mapping[str, str]
    link: str
    says: str = ""
    language: str = "en"

    def faults(self) -> dict[str, Fault]:
        """Return what is wrong with link and remark, by field; the cells are checked against their table."""
        link, says = whole_link(self.link), tidy(self.says)
        found = {"link": fault_of_link(link) if link else Fault.EMPTY, "says": fault_of_text(says) if says else None}
        return {name: fault for name, fault in found.items() if fault}


@dataclass(frozen=True)
class Proposal(Decided):
    """A proposal as it was kept (UTC, ISO 8601), with every decision about it, oldest first."""

    number: int
    sent: Proposed
    at: str


class ProposalStore(AppendOnlyStore):
    """The proposals of one home folder."""

    schema = _SCHEMA

    def add(self, sent: Proposed, a_day: int) -> int:
        """Append a proposal and return its number; what is sent twice while it waits is kept once.

        Args:
            sent: what the reader sends, with cells that were checked.
            a_day: how many proposals are taken on one day (UTC).

        Raises:
            BadInput: link or remark cannot be taken; the context's ``faults`` name the fault of each.
            TooMany: a limit is reached; the context's ``limit`` is waiting or day.
            StorageFailed: the store cannot be read or written.

        """
        faults = sent.faults()
        if faults:
            raise BadInput("The proposal cannot be taken.", hint="Give a public page that says so.", faults=faults)
        cells, at = json.dumps(dict(sent.cells), ensure_ascii=False, sort_keys=True), now()
        row = (sent.record_type, cells, whole_link(sent.link), without_contacts(tidy(sent.says)), sent.language)
        with storage_errors(self._path), self._connection() as connection:
            connection.execute("BEGIN IMMEDIATE")  # what is counted below stays true until the row is in
            waiting = [known for known in _read(connection) if known.state is State.OPEN]
            for known in waiting:
                if (known.sent.record_type, known.sent.cells) == (sent.record_type, dict(sent.cells)):
                    return known.number
            if len(waiting) >= MOST_WAITING:
                raise TooMany(f"{len(waiting)} proposals wait for a curator.", hint="Send it later.", limit="waiting")
            ((today,),) = connection.execute("SELECT count(*) FROM pack_proposal WHERE at >= ?", (at[:10],)).fetchall()
            if today >= a_day:
                raise TooMany(f"{today} proposals were taken today.", hint="Send it tomorrow.", limit="day")
            cursor = connection.execute("INSERT INTO pack_proposal (record_type, cells, link, says, language, at) "
                                        "VALUES (?, ?, ?, ?, ?, ?)", (*row, at))
            return int(cursor.lastrowid or 0)

    def decide(self, number: int, decision: CuratorDecision) -> Proposal:
        """Append a decision and return the proposal as it stands then.

        Raises:
            BadInput: there is no such proposal, it stands so already, or name or reason are missing or unreadable.
            StorageFailed: the store cannot be read or written.

        """
        kept = decision.kept()
        with storage_errors(self._path), self._connection() as connection:
            connection.execute("BEGIN IMMEDIATE")
            known = next((known for known in _read(connection) if known.number == number), None)
            if known is None or known.state is kept.state:
                raise BadInput(f"There is no proposal {number} to be {kept.state.value}.", hint="Look at the list.")
            connection.execute(
                "INSERT INTO pack_proposal_state (proposal, state, judge, at, why) VALUES (?, ?, ?, ?, ?)",
                (number, kept.state.value, kept.by, kept.at, kept.why))
            return next(known for known in _read(connection) if known.number == number)

    def every(self) -> list[Proposal]:
        """Return every proposal ever taken, oldest first.

        Raises:
            StorageFailed: the store cannot be read.

        """
        with self._connection() as connection:
            return _read(connection)


def _read(connection: sqlite3.Connection) -> list[Proposal]:
    decisions: defaultdict[int, list[CuratorDecision]] = defaultdict(list)
    for number, state, by, why, at in connection.execute(
            "SELECT proposal, state, judge, why, at FROM pack_proposal_state ORDER BY number").fetchall():
        decisions[number].append(CuratorDecision(State(state), by, why, at))
    rows = connection.execute("SELECT number, record_type, cells, link, says, language, at FROM pack_proposal "
                              "ORDER BY number").fetchall()
    return [Proposal(number, Proposed(kind, json.loads(cells), link, says, language), at,
                     decisions=tuple(decisions[number])) for number, kind, cells, link, says, language, at in rows]
