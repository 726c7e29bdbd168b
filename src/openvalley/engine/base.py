"""What an engine offers, whichever it is."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Protocol

import pyarrow as pa
from ibis.expr.types import Table

#: A pure function over Arrow batches: what it returns depends on the rows of its batch alone, no state between batches.
Kernel = Callable[[pa.RecordBatch], pa.RecordBatch]


class Engine(Protocol):
    """Reads, keeps, maps and writes tables. Expressions are Ibis; how they run is the engine's matter."""

    name: str

    def read(self, paths: Sequence[Path]) -> Table:
        """Return the rows of these Parquet files (of one schema) as one table; `paths` must not be empty."""

    def table(self, name: str, rows: pa.Table) -> Table:
        """Hand an Arrow table to the engine."""

    def keep(self, name: str, rows: Table) -> Table:
        """Compute an expression once and return the stored result, for use in more than one place."""

    def map_batches(self, rows: Table, kernel: Kernel, schema: pa.Schema, name: str, by: str | None = None) -> Table:
        """Run a kernel over every batch of a table and return the stored result.

        ``by`` names the column of which a kernel learns something costly for each value: rows that agree in it are
        handed over together, to several processes at once where there are many.
        """

    def arrow(self, rows: Table) -> pa.Table:
        """Compute an expression into memory; for small results only."""

    def write(self, rows: Table, path: Path) -> None:
        """Compute an expression into one Parquet file."""

    def close(self) -> None:
        """Give back memory and temporary files."""
