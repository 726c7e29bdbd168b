"""Intake: a source's unpacked files, read into columns, checked, and written as typed records.

A connector asks for a CSV or JSON table, says in SQL which rows are wrong and what the records are; reading,
quarantine, unknown and vanished columns, expectations and Parquet are done here, once for all sources.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from pathlib import Path

import duckdb
import pyarrow as pa

from openvalley.errors import SourceChanged, SourceUnreadable
from openvalley.quoting import name as _name
from openvalley.quoting import text as _text
from openvalley.settings import Settings
from openvalley.sources.delimited import Record, read_records, read_rows
from openvalley.sources.quarantine import CONTENT_CHARACTERS, QUARANTINE
from openvalley.sources.specification import SourceSpecification
from openvalley.vocabulary.records import RecordType

#: Bytes of one JSON object: the largest records of a register are some hundred kilobytes.
_LONGEST_JSON = 64 << 20
#: How much of a CSV file is handed on at once: enough to make the call cheap, little beside the memory limit.
_BATCH_ROWS, _BATCH_CHARACTERS = 20_000, 32 << 20
#: Columns that a table of ours has besides the file's.
_RESERVED = ("line", "file")


@dataclass(frozen=True)
class CsvTable:
    """How a CSV file must look: the columns we need, those we know and leave, and how it is delimited.

    ``index`` names a first column without a name, in which some tools write row numbers.
    """

    needed: Sequence[str]
    known: Sequence[str] = ()
    delimiter: str = ";"
    index: str = ""


@dataclass
class Intake:
    """One version of one source while it is read; ends up as the content of ``intake.json``.

    ``mentioned`` are the identifiers that the organisations of other sources carry, in the schemes that the
    specification asks for.
    """

    specification: SourceSpecification
    version: str
    files: Mapping[str, Path]
    connection: duckdb.DuckDBPyConnection
    target: Path
    mentioned: frozenset[str] = frozenset()
    rows: dict[str, int] = field(default_factory=dict)
    warnings: list[str] = field(default_factory=list)
    counted: dict[str, int] = field(default_factory=dict)
    as_of: date | None = None
    quarantined: int = 0

    def csv(self, name: str, file: str, shape: CsvTable) -> None:
        """Read a CSV file into the table `name`: text columns as they stand (empty is null), and ``line``.

        Rows that are no rows (wrong number of fields, unclosed quotes, bytes that are not UTF-8, NULs) go to
        quarantine. A column we do not know is a warning, a needed one that is gone stops the source. Columns that are
        known and not there are null.

        Raises:
            SourceChanged: the file or a needed column is missing, or the columns cannot be told apart.

        """
        columns = self.header(file, shape)
        declared = ", ".join(f"{_name(column)} VARCHAR" for column in columns)
        self.connection.execute(f"CREATE OR REPLACE TABLE {name} (line BIGINT, {declared})")
        for rows in _batches(read_rows(self.files[file], shape.delimiter)):
            whole = [row for row in rows if not row.reason]
            values = zip(*(row.fields for row in whole), strict=True) if whole else ([] for _ in columns)
            self._insert(name, pa.table([
                pa.array([row.line for row in whole], pa.int64()),
                *(pa.array([value or None for value in column], pa.string()) for column in values),
            ], ["line", *columns]))
            self._insert("quarantine", pa.Table.from_pylist([
                {"file": file, "line": row.line, "reason": row.reason,
                 "content": row.content.replace("\0", "")[:CONTENT_CHARACTERS]}
                for row in rows if row.reason
            ], QUARANTINE))
        for column in shape.known:
            self.connection.execute(f"ALTER TABLE {name} ADD COLUMN IF NOT EXISTS {_name(column)} VARCHAR")

    def json(self, name: str, file: str) -> None:
        """Read a JSON array (or one object a line) into the table `name`: ``line`` (its number) and ``json``.

        Raises:
            SourceUnreadable: the file is not JSON to its end.

        """
        try:
            self.connection.execute(f"""
                CREATE OR REPLACE TABLE {name} AS SELECT row_number() OVER () AS line, json
                FROM read_json_objects({_text(self.files[file])}, format='auto',
                                       maximum_object_size={_LONGEST_JSON})
            """)
        except duckdb.Error as problem:
            raise SourceUnreadable(
                f"{file} is not whole JSON: {_first_line(problem)}",
                hint="It was probably cut off; run the sync again.", file=file,
            ) from problem

    def only(self, suffix: str) -> str:
        """Return the name of the one file with this suffix.

        Raises:
            SourceChanged: there is none, or more than one.

        """
        found = [name for name in self.files if name.endswith(suffix)]
        if len(found) != 1:
            raise SourceChanged(
                f"{self.specification.title}: one {suffix} file was expected, {len(found)} came.",
                hint="The last good version stays in use. The register changed its files; adapt the connector.",
            )
        return found[0]

    def quarantine(self, table: str, file: str, reasons: Mapping[str, str]) -> int:
        """Move the rows for which a condition holds out of a table, with the first reason that applies.

        Args:
            table: a table with the column ``line``; where it has a column ``file`` too, that names the file.
            file: the file's name, for the reader of the quarantine.
            reasons: SQL condition by reason in words; a condition that is null does not apply.

        Returns:
            How many rows were moved.

        """
        case = " ".join(f"WHEN {condition} THEN {_text(reason)}" for reason, condition in reasons.items())
        self.connection.execute(f"""
            CREATE OR REPLACE TEMP TABLE wrong AS
            SELECT *, rowid AS row_key, to_json(the_row)::VARCHAR AS as_it_stands, CASE {case} END AS why_wrong
            FROM {table} AS the_row WHERE CASE {case} END IS NOT NULL
        """)
        columns = self._columns("FROM wrong")
        (moved,) = _one(self.connection.execute("SELECT count(*) FROM wrong"))
        if moved:
            self.connection.execute(f"""
                INSERT INTO quarantine
                SELECT {'file' if 'file' in columns else _text(file)}, line, why_wrong,
                    left(replace(as_it_stands, '\\u0000', ''), {CONTENT_CHARACTERS}) FROM wrong
            """)
            self.connection.execute(f"DELETE FROM {table} WHERE rowid IN (SELECT row_key FROM wrong)")
        self.connection.execute("DROP TABLE wrong")
        return int(moved)

    def warn(self, message: str) -> None:
        """Keep a warning for `status` and the about-the-data page."""
        if message not in self.warnings:
            self.warnings.append(message)

    def count(self, what: str, query: str) -> None:
        """Keep a figure about what was read (dropped, withheld, without a name), for `status`."""
        (self.counted[what],) = _one(self.connection.execute(query))

    def records(self, record_type: RecordType, file: str, query: str) -> None:
        """Write the records that a query gives, in order of ``source_id``; columns it leaves out are null.

        The query also gives ``line``, and ``file`` where the records come from several. Rows that lack a required
        value, or repeat a ``source_id``, go to quarantine under this file's name.
        """
        order = "file, line" if "file" in self._columns(query) else "line"
        self.connection.execute(f"""
            CREATE OR REPLACE TEMP TABLE given AS
            SELECT *, row_number() OVER (PARTITION BY source_id ORDER BY {order}) AS repeated FROM ({query})
        """)
        given = self._columns("FROM given")
        needed = [column for column in record_type.required if column not in ("source", "source_version")]
        self.quarantine("given", file, {
            **{f"{column} is missing": f"{_name(column)} IS NULL" for column in needed},
            "its id stands in an earlier line too": "repeated > 1",
        })
        constants = {"source": _text(self.specification.name), "source_version": _text(self.version)}
        columns = ", ".join(
            f"CAST({constants.get(column.name) or (_name(column.name) if column.name in given else 'NULL')} "
            f"AS {_sql_type(column.type)}) AS {_name(column.name)}"
            for column in record_type.schema
        )
        path = self.target / f"{record_type.name}.parquet"
        self.connection.execute(f"COPY (SELECT {columns} FROM given ORDER BY source_id) TO {_text(path)} "
                                "(FORMAT parquet, COMPRESSION zstd)")
        self.connection.execute("DROP TABLE given")
        (self.rows[record_type.name],) = _one(self.connection.execute(f"SELECT count(*) FROM {_text(path)}"))

    def write_quarantine(self) -> None:
        """Write what was put aside beside the records, and count it."""
        path = self.target / "quarantine.parquet"
        self.connection.execute(f"COPY (FROM quarantine ORDER BY file, line, reason) TO {_text(path)} (FORMAT parquet)")
        (self.quarantined,) = _one(self.connection.execute("SELECT count(*) FROM quarantine"))

    def header(self, file: str, shape: CsvTable) -> list[str]:
        """Return the columns of a CSV file, checked against its shape; unknown ones become a warning.

        Raises:
            SourceChanged: the file or a needed column is missing, or the columns cannot be told apart.

        """
        path = self.files.get(file)
        if path is None:
            raise SourceChanged(
                f"{self.specification.title}: the file {file} is not there.",
                hint="The last good version stays in use. The register changed its files; adapt the connector.",
                file=file,
            )
        first = next(read_records(path, shape.delimiter), None)
        columns = [column.strip() for column in first.fields] if first else []
        if shape.index and columns and not columns[0]:
            columns[0] = shape.index
        vanished = [column for column in shape.needed if column not in columns]
        if vanished:
            raise SourceChanged(
                f"{file}: the columns {', '.join(vanished)} are gone (or not delimited by {shape.delimiter!r}).",
                hint="The last good version stays in use. The register changed its format; adapt the connector.",
                file=file, columns=vanished,
            )
        folded = [column.lower() for column in columns]  # SQL does not tell case apart
        unusable = [column for column in dict.fromkeys(folded)
                    if not column or column in _RESERVED or folded.count(column) > 1]
        if unusable:
            raise SourceChanged(
                f"{file}: the columns {', '.join(map(repr, unusable))} stand twice, have no name, or are called like"
                f" one of our own ({', '.join(_RESERVED)}).",
                hint="The last good version stays in use. The register changed its format; adapt the connector.",
                file=file, columns=unusable,
            )
        unknown = [column for column in columns if column not in {*shape.needed, *shape.known, shape.index}]
        if unknown:
            self.warn(f"{file}: unknown columns {', '.join(unknown)}")
        return columns

    def _columns(self, query: str) -> set[str]:
        return {row[0] for row in self.connection.execute(f"DESCRIBE {query}").fetchall()}

    def _insert(self, table: str, rows: pa.Table) -> None:
        if rows.num_rows:
            self.connection.register("arrived", rows)
            self.connection.execute(f"INSERT INTO {table} SELECT * FROM arrived")
            self.connection.unregister("arrived")


def _batches(records: Iterator[Record]) -> Iterator[list[Record]]:
    """Divide records into lists of bounded size: by number, and by characters where single fields are huge."""
    batch: list[Record] = []
    characters = 0
    for record in records:
        batch.append(record)
        characters += sum(map(len, record.fields))
        if len(batch) >= _BATCH_ROWS or characters >= _BATCH_CHARACTERS:
            yield batch
            batch, characters = [], 0
    if batch:
        yield batch


@cache
def _sql_type(kind: pa.DataType) -> str:
    """Return DuckDB's name of an Arrow type."""
    with duckdb.connect() as connection:
        connection.register("empty", pa.table({"column": pa.array([], kind)}))
        ((_, sql, *_rest),) = connection.execute("DESCRIBE SELECT * FROM empty").fetchall()
    return str(sql)


def _one(cursor: duckdb.DuckDBPyConnection) -> tuple[int, ...]:
    row = cursor.fetchone()
    return row if row is not None else (0,)


def _first_line(problem: Exception) -> str:
    return str(problem).splitlines()[0]


def open_connection(settings: Settings, work: Path) -> duckdb.DuckDBPyConnection:
    """Open the scratch database that files are read into."""
    connection = duckdb.connect(str(work / "intake.duckdb"), config={
        "threads": settings.threads, "memory_limit": f"{settings.memory_limit_mb}MB",
        "temp_directory": str(work / "spill"), "autoinstall_known_extensions": False,
    })
    connection.execute("CREATE TABLE quarantine (file VARCHAR, line BIGINT, reason VARCHAR, content VARCHAR)")
    return connection
