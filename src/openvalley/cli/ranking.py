"""rank: where regions stand."""

from datetime import date, datetime
from pathlib import Path
from typing import Annotated

import typer

from openvalley.cli.edge import Edge, HomeOption, JsonOption, LanguageOption
from openvalley.errors import BadInput


def rank(  # noqa: PLR0913, PLR0917 - every option of a verb is a parameter
    context: typer.Context,
    level: Annotated[str, typer.Option(help="Which regions are ranked: country or nuts2.")] = "country",
    weights: Annotated[Path | None, typer.Option(
        help="A CSV file with the columns indicator and weight, together 1; all weigh the same without it.")] = None,
    limit: Annotated[int, typer.Option("-n", "--limit", help="How many regions are listed; your own always are.",
                                       min=1, max=1000)] = 20,
    as_of: Annotated[datetime | None, typer.Option("--as-of", formats=["%Y-%m-%d"], help=(
        "The day on which figures are new or old; today."))] = None,
    language: LanguageOption = "en",
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> None:
    """Rank regions by an open composite, with a 90 % interval of each place and what would move it most."""
    from openvalley.atlas.reader import open_atlas  # noqa: PLC0415 - loads the compute libraries
    from openvalley.cli.answering import print_answer  # noqa: PLC0415
    from openvalley.insight.rank import RankRequest  # noqa: PLC0415
    from openvalley.questions import rank as answer  # noqa: PLC0415

    edge = Edge.of(context, home, as_json=as_json)
    day: date | None = as_of.date() if as_of else None
    request = RankRequest(level, _weights(weights) if weights else (), limit, day)
    print_answer(edge, answer(open_atlas(edge.settings.home), request), language)


def _weights(path: Path) -> tuple[str, ...]:
    """Read weights as ``indicator=share``.

    Raises:
        BadInput: there is no such file, it is no CSV, or it has not the two columns.

    """
    from openvalley.atlas.lists import by_column  # noqa: PLC0415 - loads the compute libraries

    with by_column(path, "Name a CSV file with the columns indicator and weight.", errors="replace") as rows:
        if not {"indicator", "weight"} <= set(rows.fieldnames or ()):
            raise BadInput(f"{path} has not the columns indicator and weight.", hint="Its first line names them.")
        return tuple(f"{row['indicator']}={row['weight']}" for row in rows)
