"""Tables of the benchmarks: printed whole, and written into the methods' pages by the run that measured."""

import os
import sys
from collections.abc import Sequence
from pathlib import Path

from rich.console import Console

#: Characters a line may have where no terminal says how many it shows: the widest table fits.
WIDTH = 170


def wide_console() -> Console:
    """Return where a benchmark prints: as wide as the terminal or ``COLUMNS`` says, and wide in a pipe or a file."""
    told = sys.stdout.isatty() or "COLUMNS" in os.environ
    return Console(width=None if told else WIDTH, highlight=False)


def write_table(page: Path, command: str, headings: Sequence[str], rows: Sequence[Sequence[str]], *,
                what: str = "") -> None:
    """Put a table in place of the one that stands below the line "Written by `COMMAND`:" of a page.

    Args:
        page: a page in Markdown.
        command: what a reader types to write the table anew.
        headings: of the columns.
        rows: cells as they are shown.
        what: what the table tells, where a command writes several: the line is then "WHAT, written by `COMMAND`:".

    Raises:
        SystemExit: the page has no such line.

    """
    mark = f"{what}, written by `{command}`:" if what else f"Written by `{command}`:"
    lines = page.read_text(encoding="utf-8").splitlines()
    if mark not in lines:
        raise SystemExit(f"{page} has no line that says: {mark}")
    start = lines.index(mark) + 1
    end = start
    while end < len(lines) and (not lines[end].strip() or lines[end].startswith("|")):
        end += 1
    table = [f"| {' | '.join(cells)} |" for cells in (headings, ["---"] * len(headings), *rows)]
    page.write_text("\n".join([*lines[:start], "", *table, "", *lines[end:]]) + "\n", encoding="utf-8")
