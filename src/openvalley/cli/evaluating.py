"""evaluate: answers measured beside their baselines."""

from pathlib import Path

from rich.table import Table

from openvalley.atlas.evaluate import evaluate_search
from openvalley.atlas.reader import open_atlas
from openvalley.cli.edge import Edge


def search(edge: Edge, gold: Path) -> None:
    """Measure search on a gold list and print model and baselines side by side."""
    with edge.progress() as report:
        result = evaluate_search(open_atlas(edge.settings.home), gold, report)
    if edge.as_json:
        edge.print_json(result)
        return
    metrics = list(result["model"])
    table = Table("", *metrics, box=None, header_style="bold")
    for name, row in (("openvalley", result["model"]), *result["baselines"].items()):
        table.add_row(name, *(f"{row[metric]:.3f}" if metric != "p95_ms" else f"{row[metric]:.1f}"
                              for metric in metrics))
    edge.console.print(table)
    edge.console.print(f"{result['n']:,} queries that have an answer; {gold.name}")
