"""What a database must be able to do for a node, whatever kind it is."""

from collections.abc import Mapping, Sequence
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from openvalley.healthdata.cdm.compiling import Statement

Persons = NDArray[np.int64]


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
        """Return the rows of a query written in this engine's language.

        Raises:
            BadCdm: the database cannot be read any more.
            Refused: the query takes too long.

        """
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
