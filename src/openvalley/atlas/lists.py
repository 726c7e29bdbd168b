"""Lists that people bring and take away: CSV files in the encodings in which spreadsheets save them, line by line."""

import codecs
import csv
import io
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from itertools import islice
from pathlib import Path

import pyarrow as pa

from openvalley.atlas.csvsafe import safe_cell
from openvalley.errors import BadInput
from openvalley.storage import storage_errors

#: Longest cell that is read, in characters.
_LONGEST_CELL = 1 << 20

#: Answers rows of a list, each as wide as its header: one row of the table for each, in order.
Answering = Callable[[Sequence[list[str]]], pa.Table]


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
        raise _no_csv(source, problem) from problem


@contextmanager
def by_column(source: Path, hint: str, errors: str = "strict") -> Iterator["csv.DictReader[str]"]:
    """Read a list by the columns that its first line names; a missing cell is an empty one.

    Args:
        source: a CSV file in UTF-8.
        hint: what to do where there is none.
        errors: what becomes of bytes that are not UTF-8, as Python's codecs name it; by default they are refused.

    Raises:
        BadInput: there is no such file, or it is not in UTF-8, or no CSV to its end.

    """
    if not source.is_file():
        raise BadInput(f"There is no file {source}.", hint=hint)
    csv.field_size_limit(_LONGEST_CELL)
    try:
        with source.open(encoding="utf-8-sig", errors=errors, newline="") as stream:
            yield csv.DictReader(stream, restval="")
    except UnicodeDecodeError as problem:
        raise BadInput(f"{source} is not in UTF-8: {problem.reason}.", hint="Save it as CSV in UTF-8.") from problem
    except csv.Error as problem:
        raise _no_csv(source, problem) from problem


def _no_csv(source: Path, problem: csv.Error) -> BadInput:
    return BadInput(f"{source} is not a CSV file to its end: {problem}.", hint="Save it as CSV again.")


def writable(target: Path) -> None:
    """Refuse a target for a list that is no file in a folder that is there, before any work is done for it.

    Raises:
        BadInput: it is none.

    """
    if target.is_dir() or not target.parent.is_dir():
        raise BadInput(f"{target} cannot be written: it is a folder, or in a folder that does not exist.",
                       hint="Name a file in a folder that is there.")


def answer_file(source: Path, target: Path, columns: Sequence[str], rows: int,
                prepare: Callable[[Sequence[str]], Answering]) -> Counter[str]:
    """Answer a list into another file: its own columns and those of the answers, one line for each of its lines.

    Args:
        source: a CSV file whose first line names the columns.
        target: written whole or not at all.
        columns: those of the answers; ``decision`` is one of them.
        rows: answered at a time, which bounds the memory.
        prepare: looks at the header, and gives what answers rows.

    Returns:
        How many rows got which decision.

    Raises:
        BadInput: the file is missing or no CSV, or the output has no folder, or ``prepare`` refuses the header;
            nothing is written then.

    """
    writable(target)
    counts: Counter[str] = Counter()
    temporary = target.with_name(f".{target.name}.part")
    try:
        with opened(source) as stream, storage_errors(target), \
                temporary.open("w", encoding="utf-8", newline="") as out:
            reader = csv.reader(stream)
            header = [column.strip().replace("\0", "") for column in next(lines(reader, source), [])]
            answer, writer = prepare(header), csv.writer(out)
            following = _whole(reader, len(header), source)
            writer.writerow([safe_cell(column) for column in (*header, *columns)])
            while chunk := list(islice(following, rows)):
                answers = answer(chunk)
                counts.update(answers["decision"].to_pylist())
                cells = zip(*(column.to_pylist() for column in answers.columns), strict=True)
                for row, answered in zip(chunk, cells, strict=True):
                    writer.writerow([safe_cell(cell) for cell in (*row, *answered)])
        temporary.replace(target)
    finally:
        temporary.unlink(missing_ok=True)
    return counts


def _whole(reader: Iterator[list[str]], width: int, source: Path) -> Iterator[list[str]]:
    """Yield rows of the header's width, without NULs: short ones are filled, long ones cut."""
    for row in lines(reader, source):
        cells = [cell.replace("\0", "") for cell in row[:width]]
        yield cells + [""] * (width - len(cells))
