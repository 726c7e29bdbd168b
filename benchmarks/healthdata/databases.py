"""The mirror's two databases as a node finds them: as files, and in PostgreSQL under the DDL of the CDM 5.4."""

import gzip
import shutil
import uuid
import zipfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import duckdb
import psycopg
from forty import GIBLEED, SYNTHEA

from openvalley.healthdata.cdm.duckdb_files import DuckDb
from openvalley.healthdata.cdm.tables import TABLES

#: Where a server may be that lets us make a database for ourselves.
SERVER = "postgresql://postgres@127.0.0.1:5432"


def unpack(mirror: Path, folder: Path) -> Mapping[str, Path]:
    """Unpack both databases below a folder."""
    gibleed = folder / "gibleed.duckdb"
    with gzip.open(mirror / "omop" / "gibleed_eunomia.duckdb.gz") as packed, gibleed.open("wb") as file:
        shutil.copyfileobj(packed, file)
    with zipfile.ZipFile(mirror / "omop" / "Synthea27NjParquet_5.4.zip") as packed:
        wanted = [name for name in packed.namelist() if not name.startswith("__MACOSX")]
        packed.extractall(folder, wanted)
    return {GIBLEED: gibleed, SYNTHEA: next(folder.glob("**/person.parquet")).parent}


def reachable() -> str | None:
    """Return why there is no server to try on; None: there is one."""
    try:
        psycopg.connect(f"{SERVER}/postgres", connect_timeout=3).close()
    except psycopg.OperationalError as problem:
        return f"no PostgreSQL at 127.0.0.1:5432 that trusts us: {str(problem).splitlines()[0]}"
    return None


@contextmanager
def scratch() -> Iterator[str]:
    """Make a database, give its address, and drop it."""
    name = f"openvalley_{uuid.uuid4().hex[:12]}"
    with psycopg.connect(f"{SERVER}/postgres", autocommit=True) as server:
        server.execute(f"CREATE DATABASE {name}")
        try:
            yield f"{SERVER}/{name}"
        finally:
            server.execute(f"DROP DATABASE {name} WITH (FORCE)")


def load(dsn: str, schema: str, source: Path, ddl: Path) -> str:
    """Load a database of files into a schema; return the address that a node takes.

    Args:
        dsn: address of an empty database.
        schema: schema to make.
        source: what `unpack` gave.
        ddl: OMOPCDM_postgresql_5.4_ddl.sql.

    """
    files = DuckDb(source)
    files.prepare(list(TABLES))
    with psycopg.connect(dsn, autocommit=True) as server:
        server.execute(f"CREATE SCHEMA {schema}")
        server.execute(ddl.read_text(encoding="utf-8").replace("@cdmDatabaseSchema", schema).encode())
        for table in TABLES:
            for (column,) in server.execute(
                    "SELECT attname FROM pg_attribute WHERE attrelid = %s::regclass AND attnum > 0 AND attnotnull",
                    [f"{schema}.{table}"]).fetchall():
                server.execute(f"ALTER TABLE {schema}.{table} ALTER COLUMN {column} DROP NOT NULL")
            columns = list(TABLES[table])
            with server.cursor().copy(f"COPY {schema}.{table} ({', '.join(columns)}) FROM STDIN") as copy:
                for row in files.rows(f"SELECT {', '.join(columns)} FROM {table}", {}):
                    copy.write_row(row)
    files.close()
    return f"{dsn}?schema={schema}"


def by_hand(path: Path) -> duckdb.DuckDBPyConnection:
    """Return a connection on which hand-written SQL runs over the files themselves, not over the node's views."""
    if path.is_file():
        return duckdb.connect(str(path), read_only=True)
    connection = duckdb.connect()
    for file in path.glob("*.parquet"):
        connection.execute(f"CREATE VIEW {file.stem} AS SELECT * FROM read_parquet('{file}')")
    return connection
