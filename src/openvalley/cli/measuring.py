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
    raw: Annotated[bool, typer.Option("--raw", help="Strings with sets of ids; by itself where there is a column "
                                                    "affiliation or raw and none of names.")] = False,
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> None:
    """Measure link on a labelled list: precision, recall, F1, calibration and speed, beside baselines."""
    from openvalley.cli.evaluating import link as answer  # noqa: PLC0415

    answer(Edge.of(context, home, as_json=as_json), gold, raw=raw)


@evaluate_app.command("connect")
def evaluate_connect(
    context: typer.Context,
    future: Annotated[Path, typer.Option(help="CSV with project,pic,start[,programme_part]: who worked together "
                                                 "later, and under which programme.")],
    cut: Annotated[str | None, typer.Option(help="The day (YYYY-MM-DD) from which on is later; by default the earliest "
                                                 "start in the file.")] = None,
    askers: Annotated[int, typer.Option(help="Measure a sample of so many askers; 0 measures all.", min=0)] = 0,
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> None:
    """Measure connect on later projects: P@10, R@50 and MRR, of newcomers too, beside baselines."""
    from openvalley.cli.evaluating import connect as answer  # noqa: PLC0415

    answer(Edge.of(context, home, as_json=as_json), future, cut, askers)
