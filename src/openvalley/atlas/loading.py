"""Loading: the tables of an atlas come into its database one by one, while the next ones are computed.

Reads Parquet files as an engine writes them, writes the atlas's DuckDB file and the hash of its content. Next:
`openvalley.atlas.index`, which reads the database, and `openvalley.atlas.publish`.
"""

import hashlib
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import duckdb

from openvalley.atlas.publish import LOOKED_UP, ORDER
from openvalley.quoting import text
from openvalley.settings import Settings

#: What the database may hold in memory, as a part of what the engine may that computes beside it.
_PART_OF_MEMORY = 2


class Loader:
    """Takes tables into an atlas's database, in the order in which they come, in a thread of its own."""

    def __init__(self, folder: Path, connection: duckdb.DuckDBPyConnection, thread: ThreadPoolExecutor) -> None:
        """Load over this connection in this thread."""
        #: Where a table is put for the loader: a Parquet file that has its name.
        self.folder = folder
        self._connection = connection
        self._thread = thread
        self._loaded: dict[str, Future[tuple[int, bytes]]] = {}

    def load(self, name: str) -> None:
        """Begin to load a table that lies in the folder. What went wrong with an earlier one is raised here."""
        for loaded in self._loaded.values():
            if loaded.done():
                loaded.result()
        self._loaded[name] = self._thread.submit(self._load, name)

    def finish(self) -> tuple[dict[str, int], str]:
        """Wait for all tables.

        Returns:
            Rows by table, and the content hash (SHA-256, hex) over all tables.

        """
        content = hashlib.sha256()
        counts: dict[str, int] = {}
        for name, loaded in sorted(self._loaded.items()):
            counts[name], told = loaded.result()
            content.update(told)
        self._connection.execute("CHECKPOINT")
        return counts, content.hexdigest()

    def _load(self, name: str) -> tuple[int, bytes]:
        """Load a table in reading order; return its rows, and what the content hash takes in of it."""
        path = self.folder / f"{name}.parquet"
        self._connection.execute(f"CREATE TABLE {name} AS FROM read_parquet({text(path)}) ORDER BY {ORDER[name]}")
        path.unlink()
        row = self._connection.execute(
            f"SELECT count(*), sum(md5_number_lower(t::VARCHAR)::HUGEINT)::VARCHAR FROM {name} AS t").fetchone()
        columns = self._connection.execute(f"DESCRIBE {name}").fetchall()
        for table, column in LOOKED_UP:
            if table == name:
                self._connection.execute(f"CREATE INDEX {table}_by_{column} ON {table} ({column})")
        return row[0] if row else 0, f"{name} {[column[:2] for column in columns]} {row}\n".encode()


@contextmanager
def loading(folder: Path, target: Path, settings: Settings) -> Iterator[Loader]:
    """Open a new database for loading; when the block fails, what has not come into it is left.

    Args:
        folder: where tables are put, and what the database spills.
        target: the database file.
        settings: threads and memory.

    """
    with duckdb.connect(str(target), config={
        "threads": settings.threads, "memory_limit": f"{settings.memory_limit_mb // _PART_OF_MEMORY}MB",
        "temp_directory": str(folder / "spill-database"),
    }) as connection, ThreadPoolExecutor(1) as thread:
        try:
            yield Loader(folder, connection, thread)
        except BaseException:
            thread.shutdown(wait=False, cancel_futures=True)
            connection.interrupt()
            raise
