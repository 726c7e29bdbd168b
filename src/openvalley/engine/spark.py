"""The engine for clusters: Spark, here in local mode. The same Ibis expressions, the same kernels (mapInArrow)."""

import os
import shutil
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path

import ibis
import pyarrow as pa
import pyarrow.parquet as pq
from ibis.expr.types import Table
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql.pandas.types import from_arrow_schema

from openvalley.engine.base import Kernel
from openvalley.settings import Settings

#: Partitions of a shuffle: two for each processor keep a laptop busy; Spark's 200 would only cost it time.
_PARTITIONS_A_THREAD = 2


class SparkEngine:
    """Ibis on Spark. What is kept goes through Parquet below the work folder, so that nothing is computed twice."""

    name = "spark"

    def __init__(self, settings: Settings, work: Path) -> None:
        """Start a local Spark session; its workers run this very Python."""
        os.environ["PYSPARK_PYTHON"] = sys.executable
        self._work = work
        self._kept = 0
        self._session = (
            SparkSession.builder.master(f"local[{settings.threads}]").appName("openvalley")
            .config("spark.ui.enabled", "false")
            .config("spark.driver.memory", f"{settings.memory_limit_mb}m")
            .config("spark.driver.host", "127.0.0.1").config("spark.driver.bindAddress", "127.0.0.1")
            .config("spark.sql.session.timeZone", "UTC")
            .config("spark.sql.shuffle.partitions", str(settings.threads * _PARTITIONS_A_THREAD))
            .config("spark.sql.warehouse.dir", str(work / "warehouse"))
            .config("spark.local.dir", str(work / "spill"))
            .config("spark.log.level", "ERROR")
            .getOrCreate()
        )
        self._backend = ibis.pyspark.connect(self._session)

    def read(self, paths: Sequence[Path]) -> Table:
        """Return the rows of these Parquet files as one table."""
        return self._view(self._session.read.option("mergeSchema", "true").parquet(*(str(path) for path in paths)))

    def table(self, name: str, rows: pa.Table) -> Table:
        """Hand an Arrow table to Spark, through a file: no row passes through Python objects."""
        path = self._next(name)
        path.mkdir(parents=True)
        pq.write_table(rows, path / "rows.parquet")
        return self.read([path])

    def keep(self, name: str, rows: Table) -> Table:
        """Compute an expression once."""
        path = self._next(name)
        self._frame(rows).write.parquet(str(path))
        return self.read([path])

    def map_batches(self, rows: Table, kernel: Kernel, schema: pa.Schema, name: str, by: str | None = None) -> Table:
        """Run a kernel over every batch, in Spark's workers; rows that agree in the column ``by`` follow each other."""
        frame = self._frame(rows)
        if by is not None:
            frame = frame.repartition(by).sortWithinPartitions(by)
        mapped = frame.mapInArrow(_over_batches(kernel), from_arrow_schema(schema))
        return self.keep(name, self._view(mapped))

    def arrow(self, rows: Table) -> pa.Table:
        """Compute an expression into memory."""
        return self._backend.to_pyarrow(rows)

    def write(self, rows: Table, path: Path) -> None:
        """Compute an expression into one Parquet file."""
        folder = self._next(path.stem)
        self._frame(rows).coalesce(1).write.parquet(str(folder))
        (part,) = folder.glob("*.parquet")
        shutil.move(part, path)

    def close(self) -> None:
        """Stop the session."""
        self._session.stop()

    def _frame(self, rows: Table) -> DataFrame:
        """Return what an expression gives; Spark takes a number such as 0.95 for a decimal where it is a float."""
        frame = self._session.sql(self._backend.compile(rows))
        floats = {name: frame[name].cast("double") for name, kind in rows.schema().items() if kind.is_floating()}
        return frame.withColumns(floats) if floats else frame

    def _view(self, frame: DataFrame) -> Table:
        self._kept += 1
        name = f"openvalley_{self._kept}"
        frame.createOrReplaceTempView(name)
        return self._backend.table(name)

    def _next(self, name: str) -> Path:
        self._kept += 1
        return self._work / "kept" / f"{name}-{self._kept}"


def _over_batches(kernel: Kernel) -> Callable[[Iterable[pa.RecordBatch]], Iterator[pa.RecordBatch]]:
    """Make of a kernel what mapInArrow calls in a worker."""

    def run(batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        for batch in batches:
            yield kernel(batch)

    return run
