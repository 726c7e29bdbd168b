"""test: sites for a study, by experience."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from openvalley.cli.counting import HubOption
from openvalley.cli.edge import Edge, HomeOption, JsonOption, LanguageOption

if TYPE_CHECKING:
    from openvalley.atlas.reader import Atlas


def sites_for_study(  # noqa: PLR0913, PLR0917 - every option of a verb is a parameter
    context: typer.Context,
    condition: Annotated[str, typer.Option(help="The condition, in nl, fr, de or en: longkanker, multiple sclerosis.")],
    phase: Annotated[str, typer.Option(help="The phase: 1, 2, 3 or 4.")] = "",
    intervention: Annotated[str, typer.Option(help="The intervention, in a few words: CAR-T, mobile app.")] = "",
    region: Annotated[str, typer.Option(help="A country (BE) or NUTS code (BE2); your own region by default.")] = "",
    limit: Annotated[int, typer.Option("-n", "--limit", help="How many sites are listed.", min=1, max=1000)] = 20,
    cohort: Annotated[str | None, typer.Option(help="Eligible patients as JSON (- is standard input): the hub asks "
                                                    "the hospitals' nodes for them.")] = None,
    hub: HubOption = None,
    language: LanguageOption = "en",
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> None:
    """List sites for a study by their experience with the condition, phase and intervention."""
    from openvalley.atlas.reader import open_atlas  # noqa: PLC0415 - loads the compute libraries
    from openvalley.cli.answering import print_answer  # noqa: PLC0415
    from openvalley.insight.test import TestRequest  # noqa: PLC0415
    from openvalley.questions import test as answer  # noqa: PLC0415
    from openvalley.questions import with_patients  # noqa: PLC0415

    edge = Edge.of(context, home, as_json=as_json)
    request = TestRequest(condition, phase, intervention, region, limit)
    atlas = open_atlas(edge.settings.home)
    answered = answer(atlas, request)
    if cohort:
        answered = with_patients(answered, _eligible(atlas, cohort, hub or edge.settings.home / "hub.toml"))
    print_answer(edge, answered, language)


def _eligible(atlas: "Atlas", cohort: str, hub: Path) -> dict[str, int | None]:
    """Return what the nodes of hospitals tell, by the id of the hospital in the atlas."""
    from openvalley.cli.counting import from_file  # noqa: PLC0415
    from openvalley.healthdata.cdm.asking import cohort_from  # noqa: PLC0415
    from openvalley.healthdata.hub.adding import ask  # noqa: PLC0415
    from openvalley.healthdata.hub.nodes import load_hub  # noqa: PLC0415

    listed = load_hub(hub)
    found = ask(listed, cohort_from(from_file(cohort)))
    return {atlas.organisation(node.organisation).id: told.count
            for node, told in zip(listed.nodes, found.nodes, strict=True) if node.organisation and told.used}
