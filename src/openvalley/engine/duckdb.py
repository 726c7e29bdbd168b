"""The default engine: DuckDB in this process, spilling to disk past its memory limit."""

from collections.abc import Sequence
from pathlib import Path

import ibis
import pyarrow as pa
import pyarrow.compute as pc
from ibis.expr.types import Table

from openvalley.engine.base import Kernel
from openvalley.engine.workers import spread
from openvalley.settings import Settings

#: Rows a kernel sees at once: large enough to amortise the call, small enough to stay in cache.
_KERNEL_ROWS = 20_000
#: Rows from which other processes take part in a kernel that learns something of each value: each takes a second to
#: begin, and a third of a gigabyte for what it learns.
_WORTH_A_PROCESS = 2_000


class DuckDBEngine:
    """Ibis on DuckDB. Tables live in memory; what passes the limit goes to a folder below the work folder.

    DuckDB compresses what it keeps in a file, which costs more than most of the expressions whose results these are.
    """

    name = "duckdb"

    def __init__(self, settings: Settings, work: Path) -> None:
        """Open a scratch database that spills into `work`, which must exist."""
        self._threads = settings.threads
        self._backend = ibis.duckdb.connect(
            threads=settings.threads,
            memory_limit=f"{settings.memory_limit_mb}MB",
            temp_directory=str(work / "spill"),
            preserve_insertion_order=False,
        )

    def read(self, paths: Sequence[Path]) -> Table:
        """Return the rows of these Parquet files as one table."""
        return self._backend.read_parquet([str(path) for path in paths], union_by_name=True)

    def table(self, name: str, rows: pa.Table) -> Table:
        """Hand an Arrow table to the engine."""
        return self._backend.create_table(name, rows, overwrite=True)

    def keep(self, name: str, rows: Table) -> Table:
        """Compute an expression once."""
        return self._backend.create_table(name, rows, overwrite=True)

    def map_batches(self, rows: Table, kernel: Kernel, schema: pa.Schema, name: str, by: str | None = None) -> Table:
        """Run a kernel over every batch, streaming through this process; by the values of a column, in several."""
        if by is not None:
            together = self.arrow(rows)
            processes = self._threads if together.num_rows >= _WORTH_A_PROCESS else 1
            mapped = spread(kernel, _by_value(together, by), processes)
            return self.table(name, pa.Table.from_batches(mapped, schema))
        source = self._backend.to_pyarrow_batches(rows, chunk_size=_KERNEL_ROWS)
        batches = (kernel(batch) for batch in source if batch.num_rows)
        return self.table(name, pa.Table.from_batches(batches, schema))

    def arrow(self, rows: Table) -> pa.Table:
        """Compute an expression into memory."""
        return self._backend.to_pyarrow(rows)

    def write(self, rows: Table, path: Path) -> None:
        """Compute an expression into one Parquet file."""
        self._backend.to_parquet(rows, path, compression="zstd")

    def close(self) -> None:
        """Close the scratch database."""
        self._backend.disconnect()


def _by_value(rows: pa.Table, column: str) -> list[pa.RecordBatch]:
    """Return a batch for each value of a column, the largest first."""
    ordered = rows.sort_by(column).combine_chunks()
    batches, start = [], 0
    for count in pc.run_end_encode(ordered[column].combine_chunks()).run_ends.to_pylist():
        batches += ordered.slice(start, count - start).to_batches()
        start = count
    return sorted(batches, key=lambda batch: -batch.num_rows)
