"""The benchmark of trial sites: recall of the sites of later trials, beside most active and same condition."""

import argparse
import math
import sys
from datetime import date
from pathlib import Path

from rich.table import Table

from openvalley.atlas.reader import open_atlas
from openvalley.insight.test.backtest import ENOUGH_HELD_OUT, Backtest, backtest

sys.path.insert(0, str(Path(__file__).parent.parent))
from written import wide_console, write_table

#: What a reader types to write the table of the method's page anew.
COMMAND = 'make bench-test TEST_ARGS="--page docs/methods/test.md"'
HEADINGS = ("held out", "trials", "questions", "recall@5", "best baseline", "recall@10", "best baseline")
#: The best baseline must be beaten by this factor, where enough trials are held out.
BAR, BASELINES = 1.1, ("most active", "same condition")
#: First days that are held out: COVID-19 trials began in 2020, the others are spread over years.
CUTS = {True: date(2020, 5, 1), False: date(2019, 1, 1)}


def verdict(found: Backtest, k: int) -> str:
    """Say whether the model beats the best baseline by the bar."""
    if found.trials < ENOUGH_HELD_OUT:
        return f"no bar below {ENOUGH_HELD_OUT} trials"
    best = max(found.recall[name][k] for name in BASELINES)
    ratio = found.recall["model"][k] / best if best else math.inf
    return f"{ratio:.2f} x the best; bar {BAR}: {'met' if ratio >= BAR else 'missed'}"


def beside(found: Backtest, k: int) -> tuple[str, str]:
    """Return the recall of the model, and that of the best baseline with how many times it is reached."""
    best = max(figures[k] for name, figures in found.recall.items() if name in BASELINES)
    model = found.recall["model"][k]
    return f"{model:.3f}", f"{best:.3f} ({model / best:.2f} x)" if best else f"{best:.3f}"


def main() -> None:
    """Print recall at 5 and 10 of each ranking, COVID-19 trials apart."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--home", type=Path, required=True, help="home folder with an atlas of the whole mirror")
    parser.add_argument("--page", type=Path, help="write the table into this page, too")
    given = parser.parse_args()
    atlas = open_atlas(given.home)
    console = wide_console()
    table = Table("trials", "held out", "questions", "ranking", "recall@5", "recall@10", "verdict @5", "verdict @10")
    rows = []
    for covid, cut in CUTS.items():
        found = backtest(atlas, cut, covid=covid)
        rows.append([f"{'COVID-19' if covid else 'others'}, from {cut:%Y-%m}", str(found.trials), str(found.questions),
                     *(cell for k in (5, 10) for cell in beside(found, k))])
        for name, figures in found.recall.items():
            verdicts = [verdict(found, k) if name == "model" else "" for k in (5, 10)]
            table.add_row(f"{'COVID-19' if covid else 'others'} from {cut}", str(found.trials), str(found.questions),
                          name, f"{figures[5]:.3f}", f"{figures[10]:.3f}", *verdicts)
        console.print(f"{'COVID-19' if covid else 'others'}: in {found.own:.0%} of the questions the sponsor is a site "
                      f"itself; {found.untried:.0%} of the right sites had no trial of the condition before")
    atlas.close()
    console.print(table)
    if given.page:
        write_table(given.page, COMMAND, HEADINGS, rows)


if __name__ == "__main__":
    main()
