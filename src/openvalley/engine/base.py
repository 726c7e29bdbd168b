"""What an engine offers, and how one is opened by name."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Protocol

import pyarrow as pa
from ibis.expr.types import Table

from openvalley.errors import EngineUnavailable
from openvalley.settings import ENGINES, Settings

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


@contextmanager
def open_engine(settings: Settings, work: Path) -> Iterator[Engine]:
    """Open the engine that the settings name; its temporary files go below `work`.

    Raises:
        EngineUnavailable: no such engine, or its extra is not installed.

    """
    engine = _engine(settings, work)
    try:
        yield engine
    finally:
        engine.close()


def _engine(settings: Settings, work: Path) -> Engine:
    if settings.engine == "duckdb":
        from openvalley.engine.duckdb import DuckDBEngine  # noqa: PLC0415 - only the engine in use is imported

        return DuckDBEngine(settings, work)
    if settings.engine == "spark":
        try:
            import pyspark  # noqa: F401, PLC0415 - an optional extra
        except ImportError as missing:
            raise EngineUnavailable(
                "The Spark engine is not installed.", hint="Install it with: pip install 'openvalley[spark]'",
            ) from missing
        from openvalley.engine.spark import SparkEngine  # noqa: PLC0415 - only the engine in use is imported

        spark: Engine = SparkEngine(settings, work)
        return spark
    raise EngineUnavailable(f"There is no engine {settings.engine!r}.", hint=f"Choose one of: {', '.join(ENGINES)}.")
