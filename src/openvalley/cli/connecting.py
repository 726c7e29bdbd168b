"""connect: partners that an organisation has never worked with, and the same for a list of askers."""

from pathlib import Path
from typing import Annotated

import typer

from openvalley.cli.edge import Edge, HomeOption, JsonOption, LanguageOption
from openvalley.errors import BadInput


def connect(  # noqa: PLR0913, PLR0917 - every option of a verb is a parameter
    context: typer.Context,
    organisation: Annotated[str, typer.Argument(metavar="[ORG]", help="Who asks: a name, ROR id, PIC or VAT.")] = "",
    need: Annotated[str, typer.Option(help="What is looked for, in a few words, in nl, fr, de or en.")] = "",
    programme: Annotated[str, typer.Option(help="The programme of the planned project: SC1, LEIT, H2020-EU.3.1.")] = "",
    country: Annotated[str, typer.Option(help="Only partners in this country (NL).")] = "",
    region: Annotated[str, typer.Option(help="Only partners in this region, as NUTS code (BE2, FR10).")] = "",
    kind: Annotated[str, typer.Option(help="Only this kind of organisation, such as company or university.")] = "",
    stage: Annotated[str, typer.Option(help="Only partners at this stage of the value chain.")] = "",
    platform: Annotated[str, typer.Option(help="Only partners with this technology platform.")] = "",
    sector: Annotated[str, typer.Option(help="Only partners of this sector.")] = "",
    sme: Annotated[bool, typer.Option("--sme", help="Only small and medium-sized enterprises.")] = False,
    cross_sector: Annotated[bool, typer.Option("--cross-sector", help="Only outside the sectors of who asks.")] = False,
    limit: Annotated[int, typer.Option("-n", "--limit", help="How many partners are listed.", min=1, max=1000)] = 20,
    batch: Annotated[Path | None, typer.Option(metavar="ASKERS.csv", help=(
        "Instead of one organisation: a list of askers; columns: pic, and perhaps programme_part."))] = None,
    output: Annotated[Path | None, typer.Option("-o", "--output", metavar="OUT.csv", help=(
        "With --batch: where the rankings go: asker, rank, partner, score."))] = None,
    each: Annotated[int, typer.Option("-k", help="With --batch: partners for each asker.", min=1, max=1000)] = 50,
    language: LanguageOption = "en",
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> None:
    """Find partners that an organisation has never worked with, or who fits a need, each with what speaks for it."""
    from openvalley.atlas.reader import open_atlas  # noqa: PLC0415 - loads the compute libraries
    from openvalley.cli.answering import print_answer  # noqa: PLC0415
    from openvalley.insight.connect import ConnectRequest  # noqa: PLC0415
    from openvalley.questions import connect as answer  # noqa: PLC0415

    edge = Edge.of(context, home, as_json=as_json)
    request = ConnectRequest(organisation, need, programme, country, region, kind, stage, platform, sector, sme,
                             cross_sector, limit)
    if batch is None:
        if output is not None:
            raise BadInput("Rankings go to a file only for a list of askers.", hint="Give one with --batch ASKERS.csv.")
        print_answer(edge, answer(open_atlas(edge.settings.home), request), language)
        return
    if request != ConnectRequest(limit=limit):
        raise BadInput("A list of askers takes no organisation and no filter.", hint="Give --batch, -o and -k alone.")
    if output is None:
        raise BadInput("Where do the rankings go?", hint="Name a file with -o OUT.csv.")
    _rank_list(edge, batch, output, each)


def _rank_list(edge: Edge, batch: Path, output: Path, each: int) -> None:
    """Rank partners for a list of askers into a file, and say how many."""
    from openvalley.atlas.reader import open_atlas  # noqa: PLC0415 - loads the compute libraries
    from openvalley.insight.connect.ranking import rank_batch  # noqa: PLC0415

    with edge.progress() as report:
        counts = rank_batch(open_atlas(edge.settings.home), batch, output, each, report)
    for row in counts["left_out"] if not edge.as_json else ():
        typer.echo(f"openvalley: line {row['line']} is left out: there is no programme {row['programme'][:40]!r}. "
                   f"{row['hint']}", err=True)
    if edge.as_json:
        edge.print_json({**counts, "output": str(output)})
    else:
        edge.console.print(f"{counts['rows']:,} suggestions for {counts['askers']:,} askers; {counts['unknown']:,} "
                           f"askers took part in no project of this atlas. Written to {output}")
        if counts["without_past"]:
            edge.console.print(f"{counts['without_past']:,} rows name a programme of which this atlas has no project; "
                               "they were ranked without it.")
