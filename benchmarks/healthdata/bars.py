"""A bar of the benchmark beside our figure, and the table of them all."""

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from rich.table import Table

sys.path.insert(0, str(Path(__file__).parent.parent))
from written import wide_console


class Bar(NamedTuple):
    """What was asked for, what was measured, and whether it holds; None where it is measured without a bar."""

    what: str
    asked: str
    measured: str
    held: bool | None


def print_bars(title: str, bars: Sequence[Bar]) -> None:
    """Print bars as a table."""
    table = Table("what", "asked for", "measured", "holds", title=title, title_justify="left")
    for bar in bars:
        table.add_row(bar.what, bar.asked, bar.measured, {None: "-", True: "yes", False: "[bold]no[/]"}[bar.held])
    wide_console().print(table)
