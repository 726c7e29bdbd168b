"""evaluate: answers measured beside their baselines."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from rich.table import Table

from openvalley.atlas.evaluate import evaluate_search
from openvalley.atlas.evaluate_link import evaluate_link
from openvalley.atlas.reader import open_atlas
from openvalley.cli.edge import Edge


def search(edge: Edge, gold: Path) -> None:
    """Measure search on a gold list and print model and baselines side by side."""
    with edge.progress() as report:
        result = evaluate_search(open_atlas(edge.settings.home), gold, report)
    if edge.as_json:
        edge.print_json(result)
        return
    _print(edge, result, "p95_ms")
    edge.console.print(f"{result['n']:,} queries that have an answer; {gold.name}")


def link(edge: Edge, gold: Path) -> None:
    """Measure linking on a labelled list and print model and baselines side by side."""
    with edge.progress() as report:
        result = evaluate_link(open_atlas(edge.settings.home), gold, report)
    if edge.as_json:
        edge.print_json(result)
        return
    _print(edge, result, "rows_per_second")
    edge.console.print(f"{result['n']:,} rows; {gold.name}")


def _print(edge: Edge, result: Mapping[str, Any], in_units: str) -> None:
    """Print the metrics of model and baselines; all but one are shares."""
    metrics = list(result["model"])
    table = Table("", *metrics, box=None, header_style="bold")
    for name, row in (("openvalley", result["model"]), *result["baselines"].items()):
        table.add_row(name, *(f"{row[metric]:.3f}" if metric != in_units else f"{row[metric]:,.1f}"
                              for metric in metrics))
    edge.console.print(table)
