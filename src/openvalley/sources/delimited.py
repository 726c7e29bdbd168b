"""Delimited text (CSV), record by record: whole rows with their line numbers, and what is no row with the reason.

Python's own reader, because a row that cannot be read must be found again by a person: its line must be exact behind
line breaks in fields, blank lines and broken rows alike, and a quote that is never closed must not swallow the rest.
"""

import csv
from collections import deque
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import IO, NamedTuple, Self

#: Longest record that is read, in bytes: project objectives are a few kilobytes; a field of 10 MB is a broken quote.
LONGEST = 8 << 20
#: Most lines of one record: long descriptions have hundreds. It bounds the search for the end of an unclosed quote.
_MOST_LINES = 10_000
_BOM = b"\xef\xbb\xbf"


class Record(NamedTuple):
    """What stands in a file from `line` on: the fields of a row, or the reason why it is none.

    ``content`` is the text as it stands, for records with a reason only; bytes that are no UTF-8 show as U+FFFD.
    """

    line: int
    fields: list[str]
    reason: str = ""
    content: str = ""


class _Broken(Exception):  # noqa: N818 - a finding about a record; never leaves this module
    """The record is too long to be one."""


class _Lines:
    """The lines of a file, those of the record under way remembered, so that all but its first can be read anew."""

    def __init__(self, stream: IO[bytes]) -> None:
        self._stream = stream
        self._again: deque[bytes] = deque()
        self.number = 0
        self.taken: list[bytes] = []
        self._bytes = 0

    def __iter__(self) -> Self:
        return self

    def __next__(self) -> str:
        line = self._again.popleft() if self._again else self._stream.readline(LONGEST + 1)
        if not line:
            raise StopIteration
        if self.number == 0:
            line = line.removeprefix(_BOM)
        self.number += 1
        self.taken.append(line)
        self._bytes += len(line)
        if self._bytes > LONGEST or len(self.taken) > _MOST_LINES:
            raise _Broken
        return line.decode("utf-8", errors="replace")

    def begin(self) -> int:
        """Begin a record, and return the number of its first line."""
        self.taken, self._bytes = [], 0
        return self.number + 1

    def give_up_first(self) -> None:
        """Keep the first line of the record as all of it; the others are read anew."""
        self._again.extendleft(reversed(self.taken[1:]))
        self.number -= len(self.taken) - 1
        del self.taken[1:]
        line = self.taken[0]
        while not line.endswith(b"\n") and len(line) > LONGEST:
            line = self._stream.readline(LONGEST + 1)

    @property
    def text(self) -> str:
        """The record as it stands."""
        return b"".join(self.taken).decode("utf-8", errors="replace").rstrip("\r\n")

    @property
    def flaw(self) -> str:
        """What is wrong with the record's bytes, or nothing."""
        raw = b"".join(self.taken)
        if b"\0" in raw:
            return "a NUL character stands in it"
        try:
            raw.decode("utf-8")
        except UnicodeDecodeError:
            return "its bytes are not UTF-8"
        return ""


def read_records(path: Path, delimiter: str) -> Iterator[Record]:
    """Yield the records of a file, the header first; blank lines count as lines and are no records.

    A record that has not as many fields as the header is no row. One that cannot be read to its end is given up at
    its first line: what looks like its continuation is read as records of its own.
    """
    csv.field_size_limit(max(csv.field_size_limit(), LONGEST))
    columns: int | None = None
    with path.open("rb") as stream:
        lines = _Lines(stream)
        reader = csv.reader(lines, delimiter=delimiter, strict=True)
        while True:
            number = lines.begin()
            try:
                fields = next(reader)
            except StopIteration:
                return
            except (csv.Error, _Broken) as problem:
                reason = _reason(problem, lines)
                lines.give_up_first()
                yield Record(number, [], reason, lines.text)
                continue
            reason = lines.flaw or _miscount(len(fields), columns)
            if reason:
                yield Record(number, fields, reason, lines.text)
            elif fields:
                columns = len(fields) if columns is None else columns
                yield Record(number, fields)


def read_rows(path: Path, delimiter: str) -> Iterator[Record]:
    """Yield the records below the header."""
    return islice(read_records(path, delimiter), 1, None)


def _miscount(found: int, columns: int | None) -> str:
    """Return what is wrong with a number of fields; none at all is a blank line."""
    if columns is None or found in {0, columns}:
        return ""
    return "it has too few fields" if found < columns else "it has too many fields"


def _reason(problem: Exception, lines: _Lines) -> str:
    if isinstance(problem, _Broken) and len(lines.taken) == 1:
        return f"it is longer than {LONGEST >> 20} MB"
    if isinstance(problem, _Broken) or len(lines.taken) > 1 or "end of data" in str(problem):
        return "a quote is not closed"
    return "text stands behind a closing quote" if "expected after" in str(problem) else "it is no row of a table"
