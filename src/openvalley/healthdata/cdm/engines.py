"""What a database must be able to do for a node, whatever kind it is."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import urlsplit

import numpy as np
from numpy.typing import NDArray

from openvalley.errors import BadCdm
from openvalley.healthdata.cdm.compiling import Statement

Persons = NDArray[np.int64]

_POSTGRES = ("postgresql", "postgres")


class Engine(Protocol):
    """A database that is open for reading, and for nothing else."""

    #: Name that sqlglot gives the engine's language.
    dialect: str
    #: Where it is, for people; without a password.
    place: str

    def columns(self, table: str) -> Mapping[str, str]:
        """Return the columns of a table in small letters with their types; none where there is no table."""
        ...

    def prepare(self, tables: Sequence[str]) -> None:
        """Make the tables that are read readable in the types of the CDM.

        Raises:
            BadCdm: a value has another type.

        """
        ...

    def rows(self, sql: str, parameters: Mapping[str, Any]) -> list[tuple[Any, ...]]:
        """Return the rows of a query written in this engine's language."""
        ...

    def persons(self, statement: Statement) -> Persons:
        """Return the one column of a statement, without order."""
        ...

    def may_write(self) -> str | None:
        """Return what the user of this connection may change, in words; None: nothing."""
        ...

    def close(self) -> None:
        """Let go of the database."""
        ...


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
