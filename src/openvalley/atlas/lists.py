"""Lists that people bring and take away: CSV files in the encodings in which spreadsheets save them, line by line."""

import codecs
import csv
import io
from collections.abc import Iterator
from pathlib import Path

from openvalley.errors import BadInput

#: Longest cell that is read, in characters.
_LONGEST_CELL = 1 << 20


def opened(source: Path) -> io.TextIOWrapper:
    """Open a list for reading: UTF-8, or Windows-1252 where it is not (spreadsheets still save that).

    Raises:
        BadInput: there is no such file.

    """
    if not source.is_file():
        raise BadInput(f"There is no file {source}.", hint="Name a CSV file with a column called name.")
    decoder = codecs.getincrementaldecoder("utf-8")()
    with source.open("rb") as raw:
        try:
            for block in iter(lambda: raw.read(_LONGEST_CELL), b""):
                decoder.decode(block)
            decoder.decode(b"", final=True)
            encoding = "utf-8-sig"
        except UnicodeDecodeError:
            encoding = "cp1252"
    return source.open(encoding=encoding, errors="replace", newline="")


def lines(reader: Iterator[list[str]], source: Path) -> Iterator[list[str]]:
    """Yield the lines of a file to its end.

    Raises:
        BadInput: it is no CSV.

    """
    csv.field_size_limit(_LONGEST_CELL)
    try:
        yield from reader
    except csv.Error as problem:
        raise BadInput(f"{source} is not a CSV file to its end: {problem}.", hint="Save it as CSV again.") from problem


def writable(target: Path) -> None:
    """Refuse a target for a list that is no file in a folder that is there, before any work is done for it.

    Raises:
        BadInput: it is none.

    """
    if target.is_dir() or not target.parent.is_dir():
        raise BadInput(f"{target} cannot be written: it is a folder, or in a folder that does not exist.",
                       hint="Name a file in a folder that is there.")
