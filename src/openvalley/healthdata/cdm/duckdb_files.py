"""An OMOP CDM in a DuckDB file, or in a folder with one Parquet or CSV file a table. Opened read only."""

import threading
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import duckdb

from openvalley.errors import BadCdm, Refused
from openvalley.healthdata.cdm.compiling import Statement
from openvalley.healthdata.cdm.engines import Persons
from openvalley.healthdata.cdm.tables import SQL_TYPES, TABLES, Family, is_of
from openvalley.quoting import name as quoted
from openvalley.quoting import text

#: Endings of a table's file, the one that is read first where there are several.
_ENDINGS = (".parquet", ".csv", ".csv.gz")
#: Seconds that one query may take.
SECONDS = 30.0


class DuckDb:
    """Views over a file or folder, in a database of their own in memory: nothing that is read can be written."""

    dialect = "duckdb"

    def __init__(self, path: Path, *, seconds: float = SECONDS) -> None:
        """Open a file or folder.

        Raises:
            BadCdm: it is no DuckDB file that this version reads.

        """
        self.place = str(path)
        self._seconds = seconds
        self._lock = threading.Lock()
        self._connection = duckdb.connect(":memory:")
        self._tables = self._in_folder(path) if path.is_dir() else self._in_file(path)

    def columns(self, table: str) -> Mapping[str, str]:
        """Return the columns of a table in small letters with their types; none where there is no table.

        Raises:
            BadCdm: the table's file cannot be read.

        """
        where = self._tables.get(table)
        if where is None:
            return {}
        try:
            described = self.rows(f"DESCRIBE SELECT * FROM {where}", {})
        except duckdb.Error as problem:
            raise BadCdm(f"{table} in {self.place} cannot be read: {_first(problem)}", table=table) from problem
        return {str(row[0]).lower(): str(row[1]) for row in described}

    def prepare(self, tables: Sequence[str]) -> None:
        """Make a view of each table, in the types of the CDM.

        A table whose one row repeats the names of columns is empty: some exports write it so.

        Raises:
            BadCdm: a value has another type; the context names table and column.

        """
        for table in tables:
            found = self.columns(table)
            wanted = {column: family for column, family in TABLES[table].items() if column in found}
            where = "WHERE false" if self._is_header(table) else ""
            cast = {column: family for column, family in wanted.items() if not is_of(family, found[column])}
            if not where:
                self._check(table, cast)
            shown = ", ".join(f"{_read(column, family) if column in cast else quoted(column)} AS {quoted(column)}"
                              for column, family in wanted.items())
            # CSV is read once, into memory; Parquet and DuckDB files are read where they lie.
            kind = "TABLE" if self._tables[table].startswith("read_csv") else "VIEW"
            self.rows(f"CREATE OR REPLACE {kind} {quoted(table)} AS SELECT {shown} FROM {self._tables[table]} {where}",
                      {})

    def rows(self, sql: str, parameters: Mapping[str, Any]) -> list[tuple[Any, ...]]:
        """Return the rows of a query."""
        with self._lock:
            return self._connection.execute(sql, dict(parameters) or None).fetchall()

    def persons(self, statement: Statement) -> Persons:
        """Return the one column of a statement.

        Raises:
            Refused: it took longer than a query may.

        """
        sql = statement.sql(self.dialect)
        with self._lock:
            watch = threading.Timer(self._seconds, self._connection.interrupt)
            watch.start()
            try:
                found = self._connection.execute(sql, dict(statement.parameters)).fetchnumpy()
            except duckdb.InterruptException as problem:
                raise Refused("The question takes too long.", hint="Ask with fewer criteria.") from problem
            finally:
                watch.cancel()
        persons: Persons = found["person_id"]
        return persons

    def may_write(self) -> None:
        """Files are attached read only, or only read from: nothing may be changed."""
        return

    def close(self) -> None:
        """Let go of the files."""
        self._connection.close()

    def _in_file(self, path: Path) -> Mapping[str, str]:
        try:
            self._connection.execute(f"ATTACH {text(path)} AS source (READ_ONLY)")
        except duckdb.Error as problem:
            raise BadCdm(f"{path} is no DuckDB file that can be read: {_first(problem)}",
                         hint="Give a DuckDB file, or a folder of Parquet or CSV files.") from problem
        found = self.rows("SELECT schema_name, table_name FROM duckdb_tables() WHERE database_name = 'source' "
                          "UNION ALL SELECT schema_name, view_name FROM duckdb_views() WHERE database_name = 'source' "
                          "AND NOT internal ORDER BY 1 DESC", {})
        return {str(table).lower(): f"source.{quoted(schema)}.{quoted(table)}" for schema, table in found}

    @staticmethod
    def _in_folder(path: Path) -> Mapping[str, str]:
        found = {}
        for table in TABLES:
            for ending in _ENDINGS:
                file = next((one for one in path.iterdir() if one.name.lower() == f"{table}{ending}"), None)
                if file:
                    reader = "read_parquet({0})" if ending == ".parquet" else (
                        "read_csv({0}, header = true, all_varchar = true, nullstr = '')")
                    found[table] = reader.format(text(file))
                    break
        return found

    def _is_header(self, table: str) -> bool:
        """Tell whether a table has one row, and that row names columns of the table instead of holding values."""
        found = self.rows(f"SELECT * FROM {self._tables[table]} LIMIT 2", {})
        if len(found) != 1:
            return False
        told = [str(value).lower() for value in found[0] if value is not None]
        return bool(told) and next(iter(TABLES[table])) in told

    def _check(self, table: str, cast: Mapping[str, Family]) -> None:
        """Find the first value that is not of its column's type."""
        for column, family in cast.items():
            where = f"{quoted(column)} IS NOT NULL AND {_read(column, family)} IS NULL"
            wrong = self.rows(f"SELECT {quoted(column)} FROM {self._tables[table]} WHERE {where} LIMIT 1", {})
            if wrong:
                value = str(wrong[0][0])[:40]
                header = value.lower() == column
                raise BadCdm(
                    f"{table}.{column} holds {value!r}, which is no {family}.",
                    hint="A header stands among the rows: read the file again with its first line as header."
                    if header else "Write the table anew in the types of the CDM 5.4.", table=table, column=column)


def _read(column: str, family: Family) -> str:
    if family is Family.NUMBER:
        # 4180628.0 is a whole number too: some exports write them so.
        return (f"CASE WHEN TRY_CAST({quoted(column)} AS DOUBLE) = TRY_CAST({quoted(column)} AS BIGINT)"
                f" THEN TRY_CAST({quoted(column)} AS BIGINT) END")
    if family is Family.DATE:
        return f"CAST(TRY_CAST({quoted(column)} AS TIMESTAMP) AS DATE)"
    return f"TRY_CAST({quoted(column)} AS {SQL_TYPES[family]})"


def _first(problem: Exception) -> str:
    return str(problem).splitlines()[0][:200]
