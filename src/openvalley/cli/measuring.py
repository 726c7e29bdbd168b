"""The verb evaluate: one command for each answer that is measured. Each loads what it needs when it runs."""

from pathlib import Path
from typing import Annotated

import typer

from openvalley.cli.edge import Edge, HomeOption, JsonOption

evaluate_app = typer.Typer(no_args_is_help=True, help="Measure an answer beside its baselines.")


@evaluate_app.command("search")
def evaluate_search(
    context: typer.Context,
    gold: Annotated[Path, typer.Option(help="CSV with query,ror_ids (or name,ror_ids).")],
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> None:
    """Measure search on a gold list: hits at 1 and 5, mean reciprocal rank, time, beside baselines."""
    from openvalley.cli.evaluating import search as answer  # noqa: PLC0415

    answer(Edge.of(context, home, as_json=as_json), gold)


@evaluate_app.command("link")
def evaluate_link(
    context: typer.Context,
    gold: Annotated[Path, typer.Option(help="CSV with name, ror_ids or ror_id, and any of city, country, website.")],
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> None:
    """Measure link on a labelled list: precision, recall, F1, calibration and speed, beside baselines."""
    from openvalley.cli.evaluating import link as answer  # noqa: PLC0415

    answer(Edge.of(context, home, as_json=as_json), gold)
