"""Chooses the engine for the address of a database; only that one is imported."""

from pathlib import Path
from urllib.parse import urlsplit

from openvalley.errors import BadCdm
from openvalley.healthdata.cdm.engines import Engine

_POSTGRES = ("postgresql", "postgres")


def engine_for(dsn: str) -> Engine:
    """Open a database: an address of PostgreSQL, a DuckDB file, or a folder of Parquet or CSV files.

    Args:
        dsn: postgresql://user@host/database?schema=cdm, or a path; duckdb:PATH is a path too.

    Raises:
        BadCdm: there is nothing there, or nothing that can be read.
        ExtraMissing: PostgreSQL is asked for, and its driver is not installed.

    """
    if urlsplit(dsn).scheme in _POSTGRES:
        from openvalley.healthdata.cdm.postgres import Postgres  # noqa: PLC0415 - the extra [health]

        return Postgres(dsn)
    from openvalley.healthdata.cdm.duckdb_files import DuckDb  # noqa: PLC0415 - loads DuckDB

    path = Path(dsn.removeprefix("duckdb:"))
    if not path.exists():
        raise BadCdm(f"There is no {path}.", hint="Give a DuckDB file, a folder of Parquet or CSV files, or "
                                                 "postgresql://user@host/database?schema=cdm.")
    return DuckDb(path)
