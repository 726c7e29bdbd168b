"""test: sites for a study, by experience."""

from typing import Annotated

import typer

from openvalley.cli.edge import Edge, HomeOption, JsonOption, LanguageOption


def sites_for_study(  # noqa: PLR0913, PLR0917 - every option of a verb is a parameter
    context: typer.Context,
    condition: Annotated[str, typer.Option(help="The condition, in nl, fr, de or en: longkanker, multiple sclerosis.")],
    phase: Annotated[str, typer.Option(help="The phase: 1, 2, 3 or 4.")] = "",
    intervention: Annotated[str, typer.Option(help="The intervention, in a few words: CAR-T, mobile app.")] = "",
    region: Annotated[str, typer.Option(help="A country (BE) or NUTS code (BE2); your own region by default.")] = "",
    limit: Annotated[int, typer.Option("-n", "--limit", help="How many sites are listed.", min=1, max=1000)] = 20,
    language: LanguageOption = "en",
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> None:
    """List sites for a study by their experience with the condition, phase and intervention."""
    from openvalley.atlas.reader import open_atlas  # noqa: PLC0415 - loads the compute libraries
    from openvalley.cli.answering import print_answer  # noqa: PLC0415
    from openvalley.insight.test import TestRequest  # noqa: PLC0415
    from openvalley.questions import test as answer  # noqa: PLC0415

    edge = Edge.of(context, home, as_json=as_json)
    request = TestRequest(condition, phase, intervention, region, limit)
    print_answer(edge, answer(open_atlas(edge.settings.home), request), language)
