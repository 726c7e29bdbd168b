"""An OMOP CDM in PostgreSQL: one read-only session a thread, and a look at what its user may change."""

import threading
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

import numpy as np

from openvalley.errors import BadCdm, ExtraMissing, Refused
from openvalley.healthdata.cdm.compiling import Statement
from openvalley.healthdata.cdm.engines import Persons
from openvalley.healthdata.cdm.tables import TABLES, is_of

try:
    import psycopg
    from psycopg import sql as names
except ModuleNotFoundError as missing:
    raise ExtraMissing("The driver of PostgreSQL is not installed.",
                       hint="Install it with: pip install 'openvalley[health]'") from missing

#: Milliseconds that one query may take.
_MILLISECONDS = 30_000
#: What the user, or a role that it may become, can change. Source: PostgreSQL manual, system information functions.
_RIGHTS = """
WITH RECURSIVE mine AS (
    SELECT oid, rolname, rolsuper, rolcreaterole, rolcreatedb FROM pg_roles WHERE rolname = current_user
    UNION
    SELECT r.oid, r.rolname, r.rolsuper, r.rolcreaterole, r.rolcreatedb
    FROM mine JOIN pg_auth_members AS m ON m.member = mine.oid JOIN pg_roles AS r ON r.oid = m.roleid)
SELECT 'is a superuser' FROM mine WHERE rolsuper
UNION ALL SELECT 'may make roles or databases' FROM mine WHERE rolcreaterole OR rolcreatedb
UNION ALL SELECT 'may write what any server program writes (' || rolname || ')' FROM mine
    WHERE rolname IN ('pg_write_all_data', 'pg_write_server_files', 'pg_execute_server_program')
UNION ALL SELECT 'may make objects in schema ' || n.nspname FROM pg_namespace AS n, mine
    WHERE n.nspname NOT LIKE 'pg\\_%%' AND has_schema_privilege(mine.oid, n.oid, 'CREATE')
UNION ALL SELECT 'may make schemas in this database' FROM mine
    WHERE has_database_privilege(mine.oid, current_database(), 'CREATE')
UNION ALL SELECT 'may change ' || n.nspname || '.' || c.relname
    FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace, mine
    WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f') AND n.nspname NOT IN ('pg_catalog', 'information_schema')
      AND n.nspname NOT LIKE 'pg\\_toast%%' AND n.nspname NOT LIKE 'pg\\_temp%%'
      AND (has_table_privilege(mine.oid, c.oid, 'INSERT, UPDATE, DELETE, TRUNCATE, TRIGGER')
           OR has_any_column_privilege(mine.oid, c.oid, 'INSERT, UPDATE') OR c.relowner = mine.oid)
LIMIT 1
"""


class Postgres:
    """Sessions on a PostgreSQL server; every one is read only and ends a query that takes too long."""

    dialect = "postgres"

    def __init__(self, dsn: str) -> None:
        """Connect once.

        Args:
            dsn: as libpq knows it; `schema=` in its query names where the tables are, otherwise the user's search path.

        Raises:
            BadCdm: the server cannot be reached, or does not let this user in.

        """
        parts = urlsplit(dsn)
        query = dict(parse_qsl(parts.query))
        self._schema = query.pop("schema", "")
        self._dsn = urlunsplit(parts._replace(query=urlencode(query)))
        self.place = f"{parts.hostname or 'localhost'}{parts.path}{f' ({self._schema})' if self._schema else ''}"
        self._own = threading.local()
        self._open: list[psycopg.Connection[tuple[Any, ...]]] = []
        self._session()

    def columns(self, table: str) -> Mapping[str, str]:
        """Return the columns of a table in small letters with their types; none where there is no table."""
        found = self.rows("SELECT a.attname, format_type(a.atttypid, NULL) FROM pg_attribute AS a "
                          "WHERE a.attrelid = to_regclass(%(table)s) AND a.attnum > 0 AND NOT a.attisdropped",
                          {"table": table})
        return {str(name).lower(): str(kind) for name, kind in found}

    def prepare(self, tables: Sequence[str]) -> None:
        """Check the types: a server's tables are read as they are.

        Raises:
            BadCdm: a column has another type than in the CDM, or may not be read.

        """
        for table in tables:
            found = self.columns(table)
            for column, family in TABLES[table].items():
                if column in found and not is_of(family, found[column]):
                    raise BadCdm(f"{table}.{column} is of type {found[column]}, not a {family}.",
                                 hint="Make the tables with the DDL of the CDM 5.4.", table=table, column=column)
            try:
                self.rows(f"SELECT 1 FROM {table} LIMIT 1", {})
            except psycopg.errors.InsufficientPrivilege as problem:
                raise BadCdm(f"The database user may not read {table}.", hint=f"GRANT SELECT ON {table} TO the user.",
                             table=table) from problem

    def rows(self, sql: str, parameters: Mapping[str, Any]) -> list[tuple[Any, ...]]:
        """Return the rows of a query.

        Raises:
            BadCdm: the database cannot be reached.
            Refused: the query takes too long.

        """
        try:
            return self._session().execute(sql.encode(), parameters).fetchall()
        except psycopg.errors.QueryCanceled as problem:
            raise Refused("The question takes too long.", hint="Ask with fewer criteria.") from problem
        except psycopg.errors.InsufficientPrivilege:
            raise
        except psycopg.OperationalError as problem:
            raise BadCdm("The database cannot be reached any more.", hint="Is the server up?") from problem

    def persons(self, statement: Statement) -> Persons:
        """Return the one column of a statement."""
        found = self.rows(statement.sql(self.dialect), statement.parameters)
        return np.fromiter((row[0] for row in found), dtype=np.int64, count=len(found))

    def may_write(self) -> str | None:
        """Return the first thing that the user may change, in words; None: nothing."""
        found = self.rows(_RIGHTS, {})
        return str(found[0][0]) if found else None

    def close(self) -> None:
        """End all sessions."""
        for connection in self._open:
            connection.close()

    def _session(self) -> "psycopg.Connection[tuple[Any, ...]]":
        """Return this thread's session; a broken one is replaced."""
        connection: psycopg.Connection[tuple[Any, ...]] | None = getattr(self._own, "connection", None)
        if connection is None or connection.closed:
            try:
                connection = psycopg.connect(self._dsn, autocommit=True, connect_timeout=10)
                connection.execute("SET default_transaction_read_only = on")
                connection.execute(f"SET statement_timeout = {_MILLISECONDS}".encode())
                if self._schema:
                    connection.execute(names.SQL("SET search_path = {}").format(names.Identifier(self._schema)))
            except psycopg.Error as problem:
                raise BadCdm(f"The database at {self.place} cannot be opened: {str(problem).splitlines()[0][:200]}",
                             hint="Check address, user and pg_hba.conf.") from problem
            self._own.connection = connection
            self._open.append(connection)
        return connection
