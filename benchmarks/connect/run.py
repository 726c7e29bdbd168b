"""The benchmark of partners: rankings from before a day against first-time partners after it, beside baselines.

Once for projects of any programme, and once with the programme given, beside baselines restricted to it.
"""

import argparse
import csv
import tempfile
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from openvalley.atlas.reader import open_atlas
from openvalley.insight.connect.backtest import evaluate_connect

#: By how much the best baseline of the run must be beaten: all askers, newcomers, and all with the programme given.
BAR, NEWCOMER_BAR, PROGRAMME_BAR = 1.10, 1.25, 1.25
#: Milliseconds that an answer may take at the 95th percentile.
BUDGET = 50
METRICS = ("p_at_10", "mrr")


def compared(console: Console, title: str, found: Mapping[str, Any], bars: Mapping[str, float]) -> None:
    """Print model and baselines side by side, and whether each bar is met."""
    table = Table(title, *METRICS, *(f"newcomers {name}" for name in METRICS), "p95_ms")
    ways = {"openvalley": found["model"], **found["baselines"]}
    for name, way in ways.items():
        table.add_row(name, *(f"{way[metric]:.4f}" for metric in METRICS),
                      *(f"{way['newcomers'][metric]:.4f}" for metric in METRICS), f"{way['p95_ms']:.1f}")
    console.print(table)
    for who, bar in bars.items():
        for metric in METRICS:
            ours, *others = [(way["newcomers"] if who == "newcomers" else way)[metric] for way in ways.values()]
            ratio = ours / max(others)
            console.print(f"{title}, {who}, {metric}: {ratio:.3f} x the best baseline; bar {bar}: "
                          f"{'met' if ratio >= bar else 'missed'}")
    slow = found["model"]["p95_ms"]
    console.print(f"{title}, p95: {slow:.1f} ms; budget {BUDGET}: {'met' if slow <= BUDGET else 'missed'}")


def main() -> None:
    """Write what came later, as the atlas has it, and print model, baselines and verdicts."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--home", type=Path, required=True, help="home folder with an atlas of the whole mirror")
    parser.add_argument("--cut", type=date.fromisoformat, default=date(2019, 1, 1))
    parser.add_argument("--askers", type=int, default=0, help="a sample of so many; 0 asks all")
    given = parser.parse_args()
    atlas = open_atlas(given.home)
    rows = atlas.rows("""
        WITH part AS (
            SELECT project_id, string_agg(DISTINCT code, ';' ORDER BY code) AS parts FROM project_code
            WHERE scheme = 'legal_basis' AND starts_with(code, 'H2020-EU.') GROUP BY project_id
        )
        SELECT DISTINCT a.project_id, a.organisation_record, p.start_date, coalesce(parts, '')
        FROM participation AS a JOIN project AS p ON p.id = a.project_id LEFT JOIN part ON part.project_id = p.id
        WHERE a.source = 'cordis' AND p.start_date >= ? AND p.start_date < ? ORDER BY ALL
    """, [given.cut, given.cut.replace(year=given.cut.year + 1)])
    with tempfile.TemporaryDirectory() as folder:
        future = Path(folder) / "future.csv"
        with future.open("w", encoding="utf-8", newline="") as stream:
            csv.writer(stream).writerows([("project", "pic", "start", "programme_part"),
                                          *(row.values() for row in rows)])
        found = evaluate_connect(atlas, future, lambda *_: None, cut=given.cut, askers=given.askers)
    console = Console()
    console.print(f"{found['n']:,} askers, {found['model']['newcomers']['n']:,} newcomers; cut {found['cut']}; ranker "
                  f"learnt until {found['learnt_until']}")
    compared(console, "any programme", found, {"all": BAR, "newcomers": NEWCOMER_BAR})
    under = found["with_programme"]
    console.print(f"{under['n']:,} askers with a programme")
    compared(console, "programme given", under, {"all": PROGRAMME_BAR})


if __name__ == "__main__":
    main()
