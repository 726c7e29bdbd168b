"""Where tables are computed: one text of Ibis expressions, run by DuckDB (default) or Spark.

Reads Parquet files and Arrow tables, writes Parquet files. Next: every layer that computes over whole registers.
"""

from openvalley.engine.base import Engine, Kernel
from openvalley.engine.opening import open_engine

__all__ = ["Engine", "Kernel", "open_engine"]
