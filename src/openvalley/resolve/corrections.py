"""Corrections of the region pack that curators made of accepted disputes: what a cell then reads. Append-only.

Reads and writes a table of the home's append-only file (append_only.py), so that corrections outlive every build and
wait until somebody puts them into the pack. Next: atlas/pack_corrections.py sets them against the pack's rows.
"""

from dataclasses import astuple, dataclass

from openvalley.resolve.append_only import AppendOnlyStore, unchanging
from openvalley.storage import storage_errors

_SCHEMA = """
CREATE TABLE IF NOT EXISTS pack_correction (
    number INTEGER PRIMARY KEY, dispute INTEGER NOT NULL, decision INTEGER NOT NULL, property TEXT NOT NULL,
    value TEXT NOT NULL, judge TEXT NOT NULL, at TEXT NOT NULL);
""" + unchanging("pack_correction", "corrections of the pack")


@dataclass(frozen=True)
class Correction:
    """What the pack then says of a disputed property.

    ``decision`` is the number of the decision about the dispute that accepted it (from 1): the correction holds as long
    as that one is the last. ``value`` is a cell's text, or `EMPTY`; ``at`` is when (UTC, ISO 8601).
    """

    dispute: int
    decision: int
    property: str
    value: str
    by: str
    at: str


#: The value that takes away what stands in the pack.
EMPTY = "-"


class CorrectionStore(AppendOnlyStore):
    """The corrections of one home folder."""

    schema = _SCHEMA

    def add(self, correction: Correction) -> None:
        """Append a correction.

        Raises:
            StorageFailed: the store cannot be written.

        """
        with storage_errors(self._path), self._connection() as connection:
            connection.execute(
                "INSERT INTO pack_correction (dispute, decision, property, value, judge, at) "
                "VALUES (?, ?, ?, ?, ?, ?)",
                astuple(correction))

    def every(self) -> list[Correction]:
        """Return every correction ever made, oldest first.

        Raises:
            StorageFailed: the store cannot be read.

        """
        with self._connection() as connection:
            rows = connection.execute("SELECT dispute, decision, property, value, judge, at FROM pack_correction "
                                      "ORDER BY number")
            return [Correction(*row) for row in rows.fetchall()]
