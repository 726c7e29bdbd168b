"""The verbs by which people settle who is who: review, and judgements. Each loads what it needs when it runs."""

from pathlib import Path
from typing import Annotated

import typer

from openvalley.cli.edge import Edge, HomeOption, JsonOption
from openvalley.errors import BadInput

judgements_app = typer.Typer(no_args_is_help=True,
                             help="List, write to a file and take from one what people decided about who is who.")


@judgements_app.command("list")
def list_judgements(
    context: typer.Context,
    everything: Annotated[bool, typer.Option("--all/--standing", help="Those taken back or overruled too, or "
                                                                      "(default) only those that hold.")] = False,
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> None:
    """List what people decided, oldest first, and what registers or other judgements say against it."""
    from openvalley.cli.judging import list_judgements as answer  # noqa: PLC0415

    answer(Edge.of(context, home, as_json=as_json), everything=everything)


@judgements_app.command("export")
def export_judgements(
    context: typer.Context,
    target: Annotated[str, typer.Argument(metavar="FILE.csv", help="Where the judgements go; - is standard output.")],
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> None:
    """Write every judgement ever made as CSV, oldest first."""
    from openvalley.cli.judging import export_judgements as answer  # noqa: PLC0415

    answer(Edge.of(context, home, as_json=as_json), target)


@judgements_app.command("import")
def import_judgements(
    context: typer.Context,
    source: Annotated[Path, typer.Argument(metavar="FILE.csv", help="A file as judgements export writes it.")],
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> None:
    """Take judgements from a CSV file, all of them or none; those that are there already are not taken again."""
    from openvalley.cli.judging import import_judgements as answer  # noqa: PLC0415

    answer(Edge.of(context, home, as_json=as_json), source)


def review(  # noqa: PLR0913, PLR0917 - every option of a verb is a parameter
    context: typer.Context,
    by: Annotated[str | None, typer.Option("--by", help="Who decides; the system's user by default.")] = None,
    note: Annotated[str, typer.Option("--note", help="The reason of decisions that get none of their own.")] = "",
    limit: Annotated[int, typer.Option("-n", "--limit", help="How many pairs to look at.", min=1, max=100_000)] = 100,
    country: Annotated[str | None, typer.Option(help="Only pairs of this country.")] = None,
    region_only: Annotated[bool, typer.Option("--region-only", help="Only pairs of the atlas's region.")] = False,
    rows: Annotated[Path | None, typer.Option("--list", metavar="OUT.csv", help="Settle the rows that link left for "
                                              "review in this file that it wrote.")] = None,
    output: Annotated[Path | None, typer.Option("-o", "--output", metavar="NEW.csv", help="With --list: where the "
                                                "settled list goes; it takes its own place by default.")] = None,
    language: Annotated[str, typer.Option("--language", help="Language of what is asked and explained: en, nl, fr or "
                                          "de.")] = "en",
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> None:
    """Show the doubtful pairs one by one, and keep at once what you decide; with --json: list them."""
    from openvalley.cli.reviewing import Judge, Wanted, review_list  # noqa: PLC0415
    from openvalley.cli.reviewing import review as answer  # noqa: PLC0415
    from openvalley.cli.speech import speaking  # noqa: PLC0415

    edge, wanted, judge = Edge.of(context, home, as_json=as_json), Wanted(country, region_only, limit), Judge(by, note)
    if rows is None and output is not None:
        raise BadInput("Only a list is written.", hint="Name the file that link wrote: --list OUT.csv")
    with speaking(edge.settings, language) as speech:
        if rows is not None:
            review_list(edge, wanted, judge, (rows, output or rows), speech)
        else:
            answer(edge, wanted, judge, speech)
