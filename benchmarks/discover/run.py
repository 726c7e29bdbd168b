"""The benchmark of nearness to the market: the index of a year against what came after, beside size alone."""

import argparse
import sys
from pathlib import Path

from rich.table import Table

from openvalley.atlas.reader import open_atlas
from openvalley.insight.discover.backtest import backtest

sys.path.insert(0, str(Path(__file__).parent.parent))
from written import wide_console, write_table

#: What a reader types to write the table of the method's page anew.
COMMAND = 'make bench-discover DISCOVER_ARGS="--page docs/methods/discover.md"'
HEADINGS = ("field", "up to", "what came after", "asked", "happened", "AUC of the index", "AUC of size", "better")
YEARS = (2015, 2016, 2017, 2018)


def main() -> None:
    """Print the AUC of the index and of size, by year and event."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--home", type=Path, required=True, help="home folder with an atlas of the whole mirror")
    parser.add_argument("--page", type=Path, help="write the table into this page, too")
    given = parser.parse_args()
    atlas = open_atlas(given.home)
    rows = [[found.field, str(found.year), found.event, f"{found.asked:,}", f"{found.happened:,}", f"{found.auc:.3f}",
             f"{found.auc_of_size:.3f}", f"{found.auc - found.auc_of_size:+.3f}"] for found in backtest(atlas, YEARS)]
    atlas.close()
    table = Table(*HEADINGS)
    for row in rows:
        table.add_row(*row)
    wide_console().print(table)
    if given.page:
        write_table(given.page, COMMAND, HEADINGS, rows)


if __name__ == "__main__":
    main()
