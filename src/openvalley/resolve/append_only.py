"""Append-only stores: what people said and decided, in the one SQLite file of the home that no build can compute again.

Opens `<home>/judgements.sqlite` in WAL mode: a write is whole or absent even after kill -9, and readers never wait.
Nothing is updated or deleted (triggers refuse it). Next: judgements.py, disputes.py, proposals.py and confirmations.py,
each with tables of its own.
"""

import re
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import ClassVar

from openvalley.errors import StorageFailed
from openvalley.storage import storage_errors

#: Seconds that a writer waits for another one.
_PATIENCE = 30


def unchanging(table: str, called: str) -> str:
    """Return the triggers that refuse to change or delete a table's rows; `called` is what the refusal names them."""
    return f"""
CREATE TRIGGER IF NOT EXISTS {table}_stays BEFORE UPDATE ON {table}
    BEGIN SELECT RAISE(ABORT, '{called} are never changed'); END;
CREATE TRIGGER IF NOT EXISTS {table}_remains BEFORE DELETE ON {table}
    BEGIN SELECT RAISE(ABORT, '{called} are never deleted'); END;
"""


@cache
def _made_by(schema: str) -> frozenset[str]:
    """Return the names of the tables, indexes and triggers that a schema's statements make."""
    return frozenset(re.findall(r"CREATE (?:UNIQUE )?\w+ IF NOT EXISTS (\w+)", schema))


class AppendOnlyStore:
    """A store in the judgement file; what derives from it says which tables it has."""

    #: Statements that make the tables; each leaves alone what is there already.
    schema: ClassVar[str]

    def __init__(self, path: Path) -> None:
        """Open the store, creating it when it is not there.

        Raises:
            StorageFailed: it cannot be read or made.

        """
        self._path = path
        with storage_errors(path):
            path.parent.mkdir(parents=True, exist_ok=True)
            with self._connection() as connection:
                there = {name for name, in connection.execute("SELECT name FROM sqlite_master")}
                if not _made_by(self.schema) <= there:
                    connection.executescript("PRAGMA journal_mode = WAL;" + self.schema)

    @contextmanager
    def _connection(self) -> Iterator[sqlite3.Connection]:
        """Open the store for one transaction; what SQLite cannot do becomes an error a person can act on."""
        connection = None
        try:
            connection = sqlite3.connect(self._path, timeout=_PATIENCE)
            with connection:
                yield connection
        except sqlite3.OperationalError as problem:
            raise StorageFailed(f"{self._path} cannot be written: {problem}.",
                                hint="Is the disk full, or the folder somebody else's? Nothing was changed."
                                ) from problem
        except sqlite3.DatabaseError as problem:
            raise StorageFailed(f"{self._path} cannot be read: {problem}.",
                                hint="Put a backup back: openvalley restore FILE") from problem
        finally:
            if connection is not None:
                connection.close()
