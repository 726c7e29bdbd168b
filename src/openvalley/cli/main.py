"""The `openvalley` command. Verbs are thin: each parses its options, calls one function and prints the answer.

Everything heavy is imported inside the verb that needs it, so that `openvalley --help` answers at once.
"""

import sys
from pathlib import Path
from typing import Annotated

import typer

from openvalley import __version__
from openvalley.cli.assisting import mcp
from openvalley.cli.cataloguing import catalogue_app
from openvalley.cli.chaining import chain
from openvalley.cli.connecting import connect
from openvalley.cli.counting import cohort, trend
from openvalley.cli.discovering import discover
from openvalley.cli.disputes import disputes_app
from openvalley.cli.edge import Edge, HomeOption, JsonOption, run_guarded
from openvalley.cli.educating import educate
from openvalley.cli.funding import fund
from openvalley.cli.matching import judgements_app, review
from openvalley.cli.measuring import evaluate_app
from openvalley.cli.noding import node_app
from openvalley.cli.peopling import people_app
from openvalley.cli.ranking import rank
from openvalley.cli.siting import sites_for_study

app = typer.Typer(
    name="openvalley", no_args_is_help=True, add_completion=False, rich_markup_mode="rich",
    pretty_exceptions_enable=False,
    help="The open, sourced atlas of a life-sciences cluster: registers go in, a published atlas comes out, "
         "answers carry their evidence.",
)
app.add_typer(catalogue_app, name="catalogue")
app.add_typer(evaluate_app, name="evaluate")
app.add_typer(node_app, name="node")
app.add_typer(people_app, name="people")
app.command()(chain)
app.command()(cohort)
app.command()(connect)
app.command()(discover)
app.command()(educate)
app.command()(fund)
app.command()(mcp)
app.command()(rank)
app.command("test")(sites_for_study)
app.command()(trend)
app.add_typer(disputes_app, name="disputes")

Language = Annotated[str, typer.Option("--language", help="Language of labels: en, nl, fr or de.")]


def _print_version(asked: bool) -> None:  # noqa: FBT001 - typer gives the switch
    if asked:
        typer.echo(f"openvalley {__version__}")
        raise typer.Exit


@app.callback()
def main(
    context: typer.Context,
    home: HomeOption = None,
    version: Annotated[bool, typer.Option("--version", callback=_print_version, is_eager=True,  # noqa: ARG001
                                          help="Print the version and end.")] = False,
) -> None:
    """Keep what stands before the verb."""
    context.obj = home


@app.command()
def up(
    context: typer.Context,
    port: Annotated[int, typer.Option(help="Port to listen on, on this machine only.", min=1, max=65535)] = 8000,
    home: HomeOption = None,
) -> None:
    """Build the starter atlas from the region pack if there is none, then serve the site."""
    from openvalley.cli.serving import up as answer  # noqa: PLC0415

    answer(Edge.of(context, home), port)


@app.command()
def serve(
    context: typer.Context,
    port: Annotated[int, typer.Option(help="Port to listen on.", min=1, max=65535)] = 8000,
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    workers: Annotated[int, typer.Option(help="Processes that answer.", min=1, max=64)] = 2,
    home: HomeOption = None,
) -> None:
    """Serve the site over the published atlas."""
    from openvalley.cli.serving import serve as answer  # noqa: PLC0415

    answer(Edge.of(context, home), host, port, workers)


@app.command()
def sync(
    context: typer.Context,
    sources: Annotated[list[str] | None, typer.Argument(help="Sources to bring up to date; all when none is named.",
                                                        metavar="[SOURCE]...")] = None,
    mirror: Annotated[Path | None, typer.Option(help="Take files from this folder, not from registers.")] = None,
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> None:
    """Fetch the registers (or take their files from a mirror folder) and turn them into records."""
    from openvalley.cli.building import sync as answer  # noqa: PLC0415

    answer(Edge.of(context, home, as_json=as_json), sources or [], mirror)


@app.command()
def build(
    context: typer.Context,
    region: Annotated[str | None, typer.Option(help="Region pack to build for; belgium by default.")] = None,
    engine: Annotated[str | None, typer.Option(help="Table engine: duckdb (default) or spark.")] = None,
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> None:
    """Build the atlas from the region pack and everything synced, and publish it."""
    from openvalley.cli.building import build as answer  # noqa: PLC0415

    answer(Edge.of(context, home, as_json=as_json), region, engine)


@app.command()
def status(context: typer.Context, home: HomeOption = None, as_json: JsonOption = False) -> None:
    """Show what is there and how old it is: sources, rows, quarantine, the published atlas."""
    from openvalley.cli.status import status as answer  # noqa: PLC0415

    answer(Edge.of(context, home, as_json=as_json))


@app.command()
def doctor(
    context: typer.Context,
    pack: Annotated[bool, typer.Option("--pack", help="List the rows of the region pack that nobody has checked, the "
                                                      "most useful to check first.")] = False,
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> None:
    """Say what is wrong and how to mend it."""
    from openvalley.cli.status import doctor as answer  # noqa: PLC0415
    from openvalley.cli.status import unverified  # noqa: PLC0415

    (unverified if pack else answer)(Edge.of(context, home, as_json=as_json))


@app.command()
def search(
    context: typer.Context,
    text: Annotated[str, typer.Argument(help="What to look for; typing errors are forgiven.")],
    kind: Annotated[str | None, typer.Option("--type", help="organisation, project, trial or call.")] = None,
    limit: Annotated[int, typer.Option("-n", "--limit", help="How many to show.", min=1, max=1000)] = 20,
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> None:
    """Search organisations, projects, trials and calls by their names, in any language, and by what they are about."""
    from openvalley.cli.looking import search as answer  # noqa: PLC0415

    answer(Edge.of(context, home, as_json=as_json), text, kind, limit)


@app.command()
def show(
    context: typer.Context,
    identifier: Annotated[str, typer.Argument(metavar="ID", help="A ROR id, PIC, VAT or KBO number, the number of a "
                                                               "project or trial, a call's code, a NUTS code.")],
    claims: Annotated[bool, typer.Option("--claims", help="List what every source says, winners and losers.")] = False,
    language: Language = "en",
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> None:
    """Show everything about an organisation, project, trial, call or region."""
    from openvalley.cli.showing import show as answer  # noqa: PLC0415

    answer(Edge.of(context, home, as_json=as_json), identifier, language, claims=claims)


@app.command()
def link(
    context: typer.Context,
    source: Annotated[Path, typer.Argument(
        metavar="IN.csv", help="A list: name, and any of city, country, website, vat, pic.")],
    output: Annotated[Path, typer.Option("-o", "--output", metavar="OUT.csv", help="Where the linked list goes.")],
    raw: Annotated[bool, typer.Option("--raw", help="Each line of the column affiliation may name several.")] = False,
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> None:
    """Reconcile a list against the atlas: adds match_id, match_name, score, decision and why."""
    from openvalley.cli.looking import link as answer  # noqa: PLC0415

    answer(Edge.of(context, home, as_json=as_json), source, output, raw=raw)


@app.command()
def export(  # noqa: PLR0913, PLR0917 - every option of a verb is a parameter
    context: typer.Context,
    form: Annotated[str, typer.Argument(metavar="FORMAT", help="csv, parquet, geojson, jsonld or graphml.")],
    output: Annotated[Path | None, typer.Option("-o", "--output", help="File; a new folder (csv, parquet).")] = None,
    everything: Annotated[bool, typer.Option("--all", help="The whole atlas, not only the region's scope.")] = False,
    sites: Annotated[bool, typer.Option("--trial-sites", help="With geojson: the places of trials too.")] = False,
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> None:
    """Write the atlas in an open format, with its sources and licences."""
    from openvalley.cli.leaving import export as answer  # noqa: PLC0415

    answer(Edge.of(context, home, as_json=as_json), form, output, everything=everything, sites=sites)


@app.command()
def diff(
    context: typer.Context,
    old: Annotated[str | None, typer.Argument(help="Version of the older atlas; the one before by default.")] = None,
    new: Annotated[str | None, typer.Argument(help="Version of the newer atlas; the current one by default.")] = None,
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> None:
    """Say what changed between two atlases: organisations, their names and states, projects, trials, calls."""
    from openvalley.cli.leaving import diff as answer  # noqa: PLC0415

    answer(Edge.of(context, home, as_json=as_json), old, new)


@app.command()
def confirm(  # noqa: PLR0913, PLR0917 - every option of a verb is a parameter
    context: typer.Context,
    row: Annotated[str, typer.Argument(metavar="TABLE/KEY", help="A row of the pack, as doctor --pack names it.")],
    at: Annotated[str, typer.Option("--at", help="Address of the page where you have checked it.")],
    by: Annotated[str, typer.Option("--by", help="Who stands for it.")] = "curator",
    undo: Annotated[bool, typer.Option("--undo", help="Take an earlier confirmation of the row back.")] = False,
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> None:
    """Say that you have checked a row of the region pack; from the next build on it counts as verified."""
    from openvalley.cli.keeping import confirm as answer  # noqa: PLC0415

    answer(Edge.of(context, home, as_json=as_json), row, at, by, undo=undo)


app.command()(review)
app.add_typer(judgements_app, name="judgements")

@app.command()
def backup(
    context: typer.Context,
    target: Annotated[Path, typer.Argument(metavar="FILE", help="The .tar.gz to write.")],
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> None:
    """Write everything that cannot be fetched again, and the atlas, into one file."""
    from openvalley.cli.keeping import backup as answer  # noqa: PLC0415

    answer(Edge.of(context, home, as_json=as_json), target)


@app.command()
def restore(
    context: typer.Context,
    source: Annotated[Path, typer.Argument(metavar="FILE", help="A file that backup wrote.")],
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> None:
    """Put a backup back into the home folder."""
    from openvalley.cli.keeping import restore as answer  # noqa: PLC0415

    answer(Edge.of(context, home, as_json=as_json), source)


def run() -> None:
    """Run the command line: errors of ours become one shape and one exit status."""
    sys.exit(run_guarded(app))


if __name__ == "__main__":
    run()
