"""A table of a region pack as text: rows that can be changed while what does not change stays as it was typed.

Reads a table's file; writes nothing: a pack is files that curators keep. Next: row_corrections.py, pack_corrections.py.
"""

import csv
import difflib
import io
import re
from collections.abc import Iterable, Mapping
from pathlib import Path

from openvalley.sources.pack.region import read_region
from openvalley.sources.pack.tables import ORGANISATIONS, TABLES, PackTable

#: A line with its end; only these ends divide lines for tools that apply patches, not all that Unicode knows.
_LINE = re.compile(r"[^\n]*\n|[^\n]+")
_MARK = "\ufeff"
_NO_END = "\\ No newline at end of file\n"


class TableText:
    """The rows of a table by their ids, each with its raw text."""

    def __init__(self, table: PackTable, text: str, *, fresh: bool = False) -> None:
        """Take the rows apart; a fresh table has no file yet."""
        self.table, self._before = table, "" if fresh else text
        lines = _LINE.findall(text)
        self._ending = "\r\n" if lines and lines[0].endswith("\r\n") else "\n"
        self._raw: list[tuple[str, str]] = []
        self.rows: dict[str, dict[str, str]] = {}
        reader, begins = csv.reader(line.removeprefix(_MARK) for line in lines), 0
        header: list[str] = []
        for cells in reader:
            raw = "".join(lines[begins:reader.line_num])
            begins = reader.line_num
            row = {name: cell.strip() for name, cell in zip(header, cells, strict=False)}
            header = header or cells
            known = table.id_of(row) if any(row.values()) else ""
            self._raw.append((known, raw))
            if known:
                self.rows[known] = row
        self._changed: set[str] = set()
        self._gone: set[str] = set()

    def change(self, known: str, cells: Mapping[str, str]) -> None:
        """Give cells of a row other texts; an id that is not there yet is a new row at the end."""
        if known not in self.rows:
            self.rows[known] = dict.fromkeys(self.table.names, "")
            if self._raw and not self._raw[-1][1].endswith("\n"):
                self._raw[-1] = (self._raw[-1][0], self._raw[-1][1] + self._ending)
            self._raw.append((known, ""))
        self.rows[known].update(cells)
        self._changed.add(known)

    def remove(self, known: str) -> None:
        """Take a row away."""
        del self.rows[known]
        self._gone.add(known)

    def text(self) -> str:
        """Return the table as a file holds it."""
        return "".join(self._written(known) if known in self._changed else raw for known, raw in self._raw
                       if known not in self._gone)

    def difference(self, folder: str) -> str:
        """Return what changed, as a patch of the file in a folder of this name; empty where nothing has."""
        after = self.text()
        if after == self._before or not self._changed | self._gone:
            return ""
        before = f"a/{folder}/{self.table.file}" if self._before else "/dev/null"
        changed = difflib.unified_diff(_LINE.findall(self._before), _LINE.findall(after), before,
                                       f"b/{folder}/{self.table.file}")
        return "".join(line if line.endswith("\n") else f"{line}\n{_NO_END}" for line in changed)

    def _written(self, known: str) -> str:
        line = io.StringIO()
        csv.writer(line, lineterminator=self._ending).writerow(self.rows[known][name] for name in self.table.names)
        return line.getvalue()


class PackText:
    """The tables of a pack's folder, each read when it is asked for."""

    def __init__(self, code: str, folder: Path) -> None:
        """Remember where the pack lies, and what it is called."""
        self.code, self._folder = code, folder
        self.countries = read_region(folder / "pack.toml").countries
        self._read: dict[str, TableText] = {}

    @property
    def source(self) -> str:
        """The name of the source that the pack is."""
        return f"pack-{self.code}"

    @property
    def organisations(self) -> TableText:
        """The table of organisations, which every pack has."""
        return self._table(ORGANISATIONS)

    def begun(self, table: PackTable) -> TableText:
        """Return a table, begun with its columns alone where the pack has none of its kind."""
        if table.file not in self._read and not (self._folder / table.file).exists():
            self._read[table.file] = TableText(table, ",".join(table.names) + "\n", fresh=True)
        return self._table(table)

    def table(self, table: PackTable) -> TableText | None:
        """Return a table; None where the pack has none of its kind."""
        there = table.file in self._read or (self._folder / table.file).exists()
        return self._table(table) if there else None

    def _table(self, table: PackTable) -> TableText:
        if table.file not in self._read:
            text = (self._folder / table.file).read_bytes().decode()
            self._read[table.file] = TableText(table, text)
        return self._read[table.file]

    def difference(self) -> str:
        """Return what changed in all tables, as one patch."""
        return "".join(table.difference(self.code) for table in self._sorted())

    def texts(self) -> dict[str, str]:
        """Return every table of the pack as a file holds it, by name."""
        found = (self.table(table) for table in (ORGANISATIONS, *TABLES))
        return {table.table.name: table.text() for table in found if table is not None}

    def _sorted(self) -> Iterable[TableText]:
        return (self._read[file] for file in sorted(self._read))
