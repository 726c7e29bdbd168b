"""Sources under test: a version of a source read straight from files that a test wrote."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from making import specification
from openvalley.settings import Settings
from openvalley.sources.catalogue import Source, sources
from openvalley.sources.intake import Intake, open_connection
from openvalley.sources.sync import sync_source
from openvalley.sources.versions import SourceVersion


@dataclass
class Reading:
    """An intake and what it left behind."""

    intake: Intake

    def rows(self, table: str, columns: str = "*") -> list[tuple[Any, ...]]:
        """Return the rows of a table that was read, in line order."""
        return self.intake.connection.execute(f"SELECT {columns} FROM {table} ORDER BY line").fetchall()

    @property
    def quarantined(self) -> list[tuple[str, int, str]]:
        """File, line and reason of what was put aside."""
        return self.intake.connection.execute("SELECT file, line, reason FROM quarantine ORDER BY 1, 2").fetchall()

    @property
    def contents(self) -> list[str]:
        """What stood in the rows that were put aside."""
        rows = self.intake.connection.execute("SELECT content FROM quarantine ORDER BY file, line").fetchall()
        return [content for (content,) in rows]

    def records(self, kind: str) -> dict[str, dict[str, Any]]:
        """Return the records that were written, by source_id."""
        rows = pq.read_table(self.intake.target / f"{kind}.parquet").to_pylist()
        return {row["source_id"]: row for row in rows}


@pytest.fixture
def reading(tmp_path: Path) -> Iterator[Callable[..., Reading]]:
    """Return a function that makes an intake of files given by name and bytes."""
    opened = []

    def open_files(files: Mapping[str, bytes], **fields: Any) -> Reading:
        work = tmp_path / f"work{len(opened)}"
        for name, content in files.items():
            (work / "files" / name).parent.mkdir(parents=True, exist_ok=True)
            (work / "files" / name).write_bytes(content)
        (work / "records").mkdir()
        connection = open_connection(Settings(home=tmp_path, memory_limit_mb=512, threads=2), work)
        opened.append(connection)
        paths = {name: work / "files" / name for name in files}
        return Reading(Intake(specification(**fields), "v1", paths, connection, work / "records"))

    yield open_files
    for connection in opened:
        connection.close()


@pytest.fixture
def own_source(home: Settings) -> Callable[..., Source]:
    """Return a function that writes a source folder below the home folder: connector, files, specification."""
    def write(connector: str, contents: Mapping[str, bytes], **fields: Any) -> Source:
        folder = home.own_sources / "demo"
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "connector.py").write_text(connector, encoding="utf-8")
        for name, content in contents.items():
            (folder / name).write_bytes(content)
        listed = [{"name": name, "local": name} for name in contents]
        return Source(specification(**{"files": listed, **fields}), folder)

    return write


@pytest.fixture(scope="session")
def mirrored(mirror: Path, tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, SourceVersion]:
    """The built-in sources, synced from the whole mirror once for all tests that ask."""
    settings = Settings(home=tmp_path_factory.mktemp("mirrored"))
    results = [sync_source(settings, source, mirror, lambda *_: None) for source in sources(settings).values()]
    assert [(result.source, result.problem) for result in results if result.problem] == []
    return {result.source: result.version for result in results if result.version}
