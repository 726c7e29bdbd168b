"""educate: occupations in shortage against who trains for them."""

from typing import Annotated

import typer

from openvalley.cli.edge import Edge, HomeOption, JsonOption, LanguageOption


def educate(
    context: typer.Context,
    stage: Annotated[str, typer.Option(help="Only this stage of the value chain, such as manufacturing.")] = "",
    region: Annotated[str, typer.Option(help="Only this region, as a NUTS code (BE3).")] = "",
    language: LanguageOption = "en",
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> None:
    """Show which occupations of the value chain are in shortage, and who trains for them, gaps first."""
    from openvalley.atlas.reader import open_atlas  # noqa: PLC0415 - loads the compute libraries
    from openvalley.cli.answering import print_answer  # noqa: PLC0415
    from openvalley.insight.educate import EducateRequest  # noqa: PLC0415
    from openvalley.questions import educate as answer  # noqa: PLC0415

    edge = Edge.of(context, home, as_json=as_json)
    print_answer(edge, answer(open_atlas(edge.settings.home), EducateRequest(stage, region)), language)
