"""The benchmark of nearness to the market: the index of a year against what came after, beside size alone."""

import argparse
from pathlib import Path

from rich.console import Console
from rich.table import Table

from openvalley.atlas.reader import open_atlas
from openvalley.insight.discover.backtest import backtest

YEARS = (2015, 2016, 2017, 2018)


def main() -> None:
    """Print the AUC of the index and of size, by year and event."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--home", type=Path, required=True, help="home folder with an atlas of the whole mirror")
    atlas = open_atlas(parser.parse_args().home)
    table = Table("up to", "what came after", "asked", "happened", "AUC of the index", "AUC of size", "better")
    for found in backtest(atlas, YEARS):
        table.add_row(str(found.year), found.event, str(found.asked), str(found.happened), f"{found.auc:.3f}",
                      f"{found.auc_of_size:.3f}", f"{found.auc - found.auc_of_size:+.3f}")
    atlas.close()
    Console().print(table)


if __name__ == "__main__":
    main()
