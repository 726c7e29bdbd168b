"""evaluate: answers measured beside their baselines."""

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

from rich.table import Table

from openvalley.atlas.evaluate import evaluate_search
from openvalley.atlas.evaluate_link import evaluate_link
from openvalley.atlas.evaluate_raw import evaluate_raw, is_raw
from openvalley.atlas.reader import open_atlas
from openvalley.cli.edge import Edge
from openvalley.errors import BadInput
from openvalley.insight.connect.backtest import evaluate_connect


def search(edge: Edge, gold: Path) -> None:
    """Measure search on a gold list and print model and baselines side by side."""
    with edge.progress() as report:
        result = evaluate_search(open_atlas(edge.settings.home), gold, report)
    if edge.as_json:
        edge.print_json(result)
        return
    _print(edge, result, "p95_ms")
    edge.console.print(f"{result['n']:,} queries that have an answer; {gold.name}")


def link(edge: Edge, gold: Path, *, raw: bool) -> None:
    """Measure linking on a labelled list, or on raw affiliations, and print model and baselines side by side."""
    measure = evaluate_raw if raw or is_raw(gold) else evaluate_link
    with edge.progress() as report:
        result = measure(open_atlas(edge.settings.home), gold, report)
    if edge.as_json:
        edge.print_json(result)
        return
    _print(edge, result, "rows_per_second")
    edge.console.print(f"{result['n']:,} rows; {gold.name}")


def connect(edge: Edge, future: Path, cut: str | None, askers: int) -> None:
    """Measure Connect on later projects and print model and baselines side by side.

    Raises:
        BadInput: the cut is no day.

    """
    try:
        day = date.fromisoformat(cut) if cut else None
    except ValueError as problem:
        raise BadInput(f"{str(cut)[:40]!r} is no day.", hint="Write the cut as 2019-01-01.") from problem
    with edge.progress() as report:
        result = evaluate_connect(open_atlas(edge.settings.home), future, report, cut=day, askers=askers)
    if edge.as_json:
        edge.print_json(result)
        return
    _print_partners(edge, result)
    edge.console.print(f"{result['n']:,} askers, {result['model']['newcomers']['n']:,} of them newcomers; cut "
                       f"{result['cut']}; {future.name}")
    if "with_programme" in result:
        under = result["with_programme"]
        edge.console.print(f"With the programme given, {under['n']:,} times an asker and a programme:")
        _print_partners(edge, under)
    if result["in_sample"]:
        edge.console.print(f"The ranker learnt from projects up to {result['learnt_until']}: this is no fair test.")


def _print_partners(edge: Edge, result: Mapping[str, Any]) -> None:
    """Print the metrics of partners, those of newcomers beside those of all."""
    ways = [result["model"], *result["baselines"].values()]
    flat = [{**{name: way[name] for name in ("p_at_10", "r_at_50", "mrr")},
             **{f"new {name}": way["newcomers"][name] for name in ("p_at_10", "r_at_50", "mrr")},
             "p95_ms": way["p95_ms"]} for way in ways]
    _print(edge, {"model": flat[0], "baselines": dict(zip(result["baselines"], flat[1:], strict=True))}, "p95_ms")


def _print(edge: Edge, result: Mapping[str, Any], in_units: str) -> None:
    """Print the metrics of model and baselines; all but one are shares."""
    metrics = list(result["model"])
    table = Table("", *metrics, box=None, header_style="bold")
    for name, row in (("openvalley", result["model"]), *result["baselines"].items()):
        table.add_row(name, *(f"{row[metric]:.3f}" if metric != in_units else f"{row[metric]:,.1f}"
                              for metric in metrics))
    edge.console.print(table)
