"""The benchmark of partners: rankings from before a day against first-time partners after it, beside baselines."""

import argparse
import csv
import tempfile
from datetime import date
from pathlib import Path

from rich.console import Console
from rich.table import Table

from openvalley.atlas.reader import open_atlas
from openvalley.insight.connect.backtest import evaluate_connect

#: By how much the best baseline of the run must be beaten: all askers, and newcomers.
BAR, NEWCOMER_BAR = 1.10, 1.25
METRICS = ("p_at_10", "mrr")


def main() -> None:
    """Write what came later, as the atlas has it, and print model, baselines and verdicts."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--home", type=Path, required=True, help="home folder with an atlas of the whole mirror")
    parser.add_argument("--cut", type=date.fromisoformat, default=date(2019, 1, 1))
    parser.add_argument("--askers", type=int, default=0, help="a sample of so many; 0 asks all")
    given = parser.parse_args()
    atlas = open_atlas(given.home)
    rows = atlas.rows("""
        SELECT DISTINCT a.project_id, a.organisation_record, p.start_date
        FROM participation AS a JOIN project AS p ON p.id = a.project_id
        WHERE a.source = 'cordis' AND p.start_date >= ? AND p.start_date < ?
    """, [given.cut, given.cut.replace(year=given.cut.year + 1)])
    with tempfile.TemporaryDirectory() as folder:
        future = Path(folder) / "future.csv"
        with future.open("w", encoding="utf-8", newline="") as stream:
            csv.writer(stream).writerows([("project", "pic", "start"), *(row.values() for row in rows)])
        found = evaluate_connect(atlas, future, lambda *_: None, cut=given.cut, askers=given.askers)
    table = Table("ranking", *METRICS, *(f"newcomers {name}" for name in METRICS), "p95_ms")
    ways = {"openvalley": found["model"], **found["baselines"]}
    for name, way in ways.items():
        table.add_row(name, *(f"{way[metric]:.3f}" for metric in METRICS),
                      *(f"{way['newcomers'][metric]:.3f}" for metric in METRICS), f"{way['p95_ms']:.1f}")
    console = Console()
    console.print(table)
    console.print(f"{found['n']:,} askers, {found['model']['newcomers']['n']:,} newcomers; cut {found['cut']}; ranker "
                  f"learnt until {found['learnt_until']}")
    for who, bar in (("all", BAR), ("newcomers", NEWCOMER_BAR)):
        for metric in METRICS:
            ours, *others = [(way if who == "all" else way["newcomers"])[metric] for way in ways.values()]
            ratio = ours / max(others)
            console.print(f"{who}, {metric}: {ratio:.2f} x the best baseline; bar {bar}: "
                          f"{'met' if ratio >= bar else 'missed'}")


if __name__ == "__main__":
    main()
