"""The benchmark of partners: rankings from before a day against first-time partners after it, beside baselines.

Once for projects of any programme, and once with the programme given, beside baselines restricted to it; the two run
side by side, each in a process of its own. Then, over a sample, why not more is reached.
"""

import argparse
import csv
import sys
import tempfile
from collections.abc import Mapping
from concurrent.futures import ProcessPoolExecutor
from datetime import date
from multiprocessing import get_context
from pathlib import Path
from typing import Any

from causes import CAUSES, causes
from rich.table import Table

from openvalley.atlas.reader import open_atlas
from openvalley.insight.connect.backtest import Asked, evaluate_connect

sys.path.insert(0, str(Path(__file__).parent.parent))
from written import wide_console, write_table

#: What a reader types to write the tables of the method's page anew.
COMMAND = 'make bench-connect CONNECT_ARGS="--page docs/methods/connect.md"'
#: By how much the best baseline of the run must be beaten, by question and who asks.
BARS = {(Asked.ANY, "all"): 1.10, (Asked.ANY, "newcomers"): 1.25, (Asked.GIVEN, "all"): 1.25}
#: Milliseconds that an answer may take at the 95th percentile.
BUDGET = 50
METRICS = {"p_at_10": "P@10", "r_at_50": "R@50", "mrr": "MRR"}
#: Metrics that bars are set on.
HELD = ("p_at_10", "mrr")
RANKED = ("programme", "ranking", "asked", *METRICS.values(), "newcomers", *METRICS.values(), "p95 in ms")
HELD_AGAINST = ("programme", "who asks", "metric", "openvalley", "best baseline", "times it", "bar", "verdict")


def write_future(home: Path, cut: date, path: Path) -> None:
    """Write what came in the year after the cut, as the atlas has it, into a file of `evaluate connect`."""
    atlas = open_atlas(home)
    rows = atlas.rows("""
        WITH part AS (
            SELECT project_id, string_agg(DISTINCT code, ';' ORDER BY code) AS parts FROM project_code
            WHERE scheme = 'legal_basis' AND starts_with(code, 'H2020-EU.') GROUP BY project_id
        )
        SELECT DISTINCT a.project_id, a.organisation_record, p.start_date, coalesce(parts, '')
        FROM participation AS a JOIN project AS p ON p.id = a.project_id LEFT JOIN part ON part.project_id = p.id
        WHERE a.source = 'cordis' AND p.start_date >= ? AND p.start_date < ? ORDER BY ALL
    """, [cut, cut.replace(year=cut.year + 1)])
    atlas.close()
    with path.open("w", encoding="utf-8", newline="") as stream:
        csv.writer(stream).writerows([("project", "pic", "start", "programme_part"), *(row.values() for row in rows)])


def measured(home: Path, future: Path, cut: date, askers: int, asked: Asked) -> dict[str, Any]:
    """Return what `evaluate connect` measures for one question."""
    atlas = open_atlas(home)
    found = evaluate_connect(atlas, future, lambda *_: None, cut=cut, askers=askers, asked=asked)
    atlas.close()
    return found


def ways_of(found: Mapping[str, Any]) -> dict[str, Mapping[str, Any]]:
    """Return the metrics of the model and each baseline by name, the model first."""
    return {"openvalley": found["model"], **found["baselines"]}


def ranking_rows(asked: Asked, found: Mapping[str, Any]) -> list[list[str]]:
    """Return a row for each way of ranking."""
    return [[asked.value, name, f"{found['n']:,}", *(f"{way[metric]:.3f}" for metric in METRICS),
             f"{way['newcomers']['n']:,}", *(f"{way['newcomers'][metric]:.3f}" for metric in METRICS),
             f"{way['p95_ms']:.0f}"] for name, way in ways_of(found).items()]


def bar_rows(asked: Asked, found: Mapping[str, Any]) -> list[list[str]]:
    """Return a row for each bar, and for newcomers where there is none."""
    rows = []
    for who in ("all", "newcomers"):
        bar = BARS.get((asked, who))
        for metric in HELD:
            values = {name: (way["newcomers"] if who == "newcomers" else way)[metric]
                      for name, way in ways_of(found).items()}
            ours = values.pop("openvalley")
            best = max(values, key=lambda name: values[name])
            times = ours / values[best] if values[best] else float("inf")
            rows.append([asked.value, who, METRICS[metric], f"{ours:.3f}", f"{values[best]:.3f} ({best})",
                         f"{times:.3f}", f"{bar:.2f}" if bar else "-",
                         "-" if bar is None else "met" if times >= bar else "missed"])
    slow = found["model"]["p95_ms"]
    rows.append([asked.value, "all", "p95 in ms", f"{slow:.0f}", "-", "-", f"<= {BUDGET}",
                 "met" if slow <= BUDGET else "missed"])
    return rows


def main() -> None:
    """Write what came later, print model, baselines, verdicts and causes, and write them into the page."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--home", type=Path, required=True, help="home folder with an atlas of the whole mirror")
    parser.add_argument("--cut", type=date.fromisoformat, default=date(2019, 1, 1))
    parser.add_argument("--askers", type=int, default=0, help="a sample of so many; 0 asks all")
    parser.add_argument("--page", type=Path, help="write the tables into this page, too")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        future = Path(folder) / "future.csv"
        write_future(given.home, given.cut, future)
        with ProcessPoolExecutor(2, mp_context=get_context("spawn")) as pool:
            running = {asked: pool.submit(measured, given.home, future, given.cut, given.askers, asked)
                       for asked in (Asked.GIVEN, Asked.ANY)}
            why = pool.submit(causes, given.home, future, given.cut)
            found, reasons = {asked: run.result() for asked, run in running.items()}, why.result()
    by_question = {Asked.ANY: found[Asked.ANY], Asked.GIVEN: found[Asked.GIVEN]["with_programme"]}
    tables = {
        "Rankings": (RANKED, [row for asked, one in by_question.items() for row in ranking_rows(asked, one)]),
        "Bars": (HELD_AGAINST, [row for asked, one in by_question.items() for row in bar_rows(asked, one)]),
        "Causes": (CAUSES, reasons),
    }
    console = wide_console()
    console.print(f"Cut {given.cut}; rankers learnt until {found[Asked.ANY]['learnt_until']}")
    for title, (headings, rows) in tables.items():
        table = Table(*headings, title=title)
        for row in rows:
            table.add_row(*row)
        console.print(table)
        if given.page:
            write_table(given.page, COMMAND, headings, rows, what=title)


if __name__ == "__main__":
    main()
