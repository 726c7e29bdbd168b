"""discover: research near the market."""

from typing import Annotated

import typer

from openvalley.cli.edge import Edge, HomeOption, JsonOption, LanguageOption


def discover(  # noqa: PLR0913, PLR0917 - every option of a verb is a parameter
    context: typer.Context,
    topic: Annotated[str, typer.Option(help="What it is about, in a few words, in nl, fr, de or en.")] = "",
    organisation: Annotated[str, typer.Option("--org", help="Whose results: a name, ROR id, PIC or VAT number.")] = "",
    limit: Annotated[int, typer.Option("-n", "--limit", help="How many are listed.", min=1, max=1000)] = 20,
    language: LanguageOption = "en",
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> None:
    """Find research near the market: organisations by an index, or results on a topic or of one organisation."""
    from openvalley.atlas.reader import open_atlas  # noqa: PLC0415 - loads the compute libraries
    from openvalley.cli.answering import print_answer  # noqa: PLC0415
    from openvalley.insight.discover import DiscoverRequest  # noqa: PLC0415
    from openvalley.questions import discover as answer  # noqa: PLC0415

    edge = Edge.of(context, home, as_json=as_json)
    print_answer(edge, answer(open_atlas(edge.settings.home), DiscoverRequest(topic, organisation, limit)), language)
