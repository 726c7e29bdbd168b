"""Opens the engine that the settings name; only that one is imported."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from openvalley.engine.base import Engine
from openvalley.errors import EngineUnavailable
from openvalley.settings import ENGINES, Settings


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
