"""connect: new partners for a list of askers."""

from pathlib import Path
from typing import Annotated

import typer

from openvalley.cli.edge import Edge, HomeOption, JsonOption


def connect(
    context: typer.Context,
    batch: Annotated[Path, typer.Option(metavar="ASKERS.csv", help="A list of askers; column: pic.")],
    output: Annotated[Path, typer.Option("-o", "--output", metavar="OUT.csv", help="Where the rankings go: asker, "
                                                                                   "rank, partner, score.")],
    limit: Annotated[int, typer.Option("-k", help="Partners for each asker.", min=1, max=1000)] = 50,
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> None:
    """Rank partners that the participants on a list have never worked with, by what the past of EU projects says."""
    from openvalley.atlas.reader import open_atlas  # noqa: PLC0415 - loads the compute libraries
    from openvalley.insight.connect.ranking import rank_batch  # noqa: PLC0415

    edge = Edge.of(context, home, as_json=as_json)
    with edge.progress() as report:
        counts = rank_batch(open_atlas(edge.settings.home), batch, output, limit, report)
    if edge.as_json:
        edge.print_json({**counts, "output": str(output)})
    else:
        edge.console.print(f"{counts['rows']:,} suggestions for {counts['askers']:,} askers; {counts['unknown']:,} "
                           f"askers took part in no project of this atlas. Written to {output}")
