"""Confirmations: which rows of a region pack a curator has checked, where, and when. Append-only.

Reads and writes a table of the home's append-only file (append_only.py), so that what was checked stays checked through
every build. A confirmation is about a row as it stood: it holds by the row's digest, so a row that is changed later
waits to be checked again. Next: atlas/confirmed.py marks the rows in the build.
"""

from dataclasses import dataclass
from datetime import UTC, datetime

import pyarrow as pa

from openvalley.errors import BadInput
from openvalley.resolve.append_only import AppendOnlyStore, unchanging
from openvalley.storage import storage_errors

_SCHEMA = """
CREATE TABLE IF NOT EXISTS confirmation (
    number INTEGER PRIMARY KEY, source TEXT NOT NULL, record TEXT NOT NULL, source_id TEXT NOT NULL,
    digest TEXT NOT NULL, holds INTEGER NOT NULL, reference TEXT NOT NULL, judge TEXT NOT NULL, at TEXT NOT NULL);
""" + unchanging("confirmation", "confirmations")
#: What `ConfirmationStore.in_force` returns.
IN_FORCE = pa.schema([(name, pa.string()) for name in
                      ("source", "record_type", "source_id", "digest", "confirmed_at")])


@dataclass(frozen=True)
class CheckedRow:
    """A row of a region pack as it stood: its source, record type, id there, and the digest of its cells."""

    source: str
    record_type: str
    source_id: str
    digest: str


class ConfirmationStore(AppendOnlyStore):
    """The confirmations of one home folder."""

    schema = _SCHEMA

    def add(self, row: CheckedRow, reference: str, by: str, *, holds: bool = True) -> None:
        """Append that a curator has checked a row at an address; with ``holds=False`` that this is taken back.

        Raises:
            BadInput: the address is none, or nobody says so.
            StorageFailed: the store cannot be written.

        """
        if not reference.startswith(("http://", "https://")):
            raise BadInput(f"{reference[:100]!r} is no address at which others can check.",
                           hint="Give the page of the register or of the organisation, with https://.")
        if not by.strip():
            raise BadInput("A confirmation needs somebody who stands for it.", hint="Say who: --by NAME")
        at = datetime.now(UTC).isoformat(timespec="seconds")
        with storage_errors(self._path), self._connection() as connection:
            connection.execute(
                "INSERT INTO confirmation (source, record, source_id, digest, holds, reference, judge, at)"
                " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                (row.source, row.record_type, row.source_id, row.digest, holds, reference, by.strip(), at))

    def in_force(self) -> pa.Table:
        """Return the confirmations that hold now (`IN_FORCE`): of each row as it stood the latest, unless taken back.

        Raises:
            StorageFailed: the store cannot be read.

        """
        with self._connection() as connection:
            rows = connection.execute("""
                SELECT source, record, source_id, digest, reference FROM confirmation
                WHERE holds AND number IN (SELECT max(number) FROM confirmation
                                           GROUP BY source, record, source_id, digest)
                ORDER BY source, record, source_id, digest
            """).fetchall()
        return pa.table([pa.array(column, pa.string()) for column in zip(*rows, strict=True)] or
                        [pa.array([], pa.string())] * len(IN_FORCE), schema=IN_FORCE)
