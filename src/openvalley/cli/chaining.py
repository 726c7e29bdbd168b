"""chain: who does what along the value chain, as text, table or picture."""

import csv
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from openvalley.cli.edge import Edge, HomeOption, JsonOption, LanguageOption
from openvalley.errors import BadInput

if TYPE_CHECKING:
    from openvalley.insight.answer import Answer

#: Which table is behind each picture.
_TABLES = {"heat": "cells", "flow": "places"}


def chain(  # noqa: PLR0913, PLR0917 - every option of a verb is a parameter
    context: typer.Context,
    platform: Annotated[str, typer.Option(help="Only this technology platform, such as gene-therapy.")] = "",
    stage: Annotated[str, typer.Option(help="Only this stage, such as manufacturing.")] = "",
    region: Annotated[str, typer.Option(help="Only this region of the atlas's own, as a NUTS code (BE2).")] = "",
    compare: Annotated[str, typer.Option(help="Regions to compare with, separated by commas: DK,NL2.")] = "",
    limit: Annotated[int, typer.Option("-n", "--limit", help="How many organisations are named for each stage.",
                                       min=0, max=1000)] = 12,
    picture: Annotated[Path | None, typer.Option(
        help="Write the picture or its table here; the ending says how: .svg, .png or .csv.")] = None,
    kind: Annotated[str, typer.Option(help="Which picture: heat (stage x platform), flow (stage to place).")] = "heat",
    language: LanguageOption = "en",
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> None:
    """Show who does what along the value chain, the thinnest link first, with gaps against other regions."""
    from openvalley.atlas.reader import open_atlas  # noqa: PLC0415 - loads the compute libraries
    from openvalley.cli.answering import print_answer  # noqa: PLC0415
    from openvalley.insight.chain import ChainRequest  # noqa: PLC0415
    from openvalley.questions import chain as answer  # noqa: PLC0415

    edge = Edge.of(context, home, as_json=as_json)
    others = tuple(code.strip() for code in compare.split(",") if code.strip())
    answered = answer(open_atlas(edge.settings.home), ChainRequest(platform, stage, region, others, limit))
    if picture is not None:
        _write(answered, picture, kind, language)
    print_answer(edge, answered, language)


def _write(answer: "Answer", target: Path, kind: str, language: str) -> None:
    """Write a picture of an answer, or the table behind it.

    Raises:
        BadInput: no such picture or form, nothing to draw, or a folder that does not exist.

    """
    from openvalley.insight.chain.pictures import PICTURES, drawn, flow, heat_map  # noqa: PLC0415 - loads the renderer

    if kind not in PICTURES:
        raise BadInput(f"There is no picture {kind[:20]!r}.", hint=f"Pictures: {', '.join(PICTURES)}.")
    if not target.parent.is_dir():
        raise BadInput(f"There is no folder {target.parent}.", hint="Make it first, or write elsewhere.")
    rows = answer.figures[_TABLES[kind]]
    if not rows:
        raise BadInput("There is nothing to draw: nobody is known for this.",
                       hint="Ask without a platform or a region.")
    form = target.suffix.removeprefix(".").lower()
    if form == "csv":
        _write_table(target, [_spoken(row, language) for row in rows])
    else:
        target.write_bytes(drawn((heat_map if kind == "heat" else flow)(answer, language), form))


def _spoken(row: Mapping[str, Any], language: str) -> dict[str, Any]:
    """Return a row whose place goes by its name in one language."""
    named = {"place": row["names"][language]} if "names" in row else {}
    return {column: value for column, value in {**row, **named}.items() if column != "names"}


def _write_table(target: Path, rows: Sequence[Mapping[str, Any]]) -> None:
    from openvalley.atlas.csvsafe import safe_cell  # noqa: PLC0415 - loads the compute libraries

    with target.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(list(rows[0]))
        writer.writerows([safe_cell(value) for value in row.values()] for row in rows)
