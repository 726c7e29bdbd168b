"""catalogue: health data sets and who holds them - gathered, checked, found, described, passed on."""

from pathlib import Path
from typing import Annotated

import typer

from openvalley.cli.edge import Edge, HomeOption, JsonOption

catalogue_app = typer.Typer(no_args_is_help=True, help="Health data sets and who holds them (HealthDCAT-AP).")

Profile = Annotated[str, typer.Option("--profile", help="healthdcat-ap or dcat-ap.")]


@catalogue_app.command()
def shapes(
    context: typer.Context,
    files: Annotated[list[Path], typer.Argument(metavar="FILE...", help="SHACL files of the profile (Turtle).")],
    profile: Profile = "healthdcat-ap",
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> None:
    """Keep the shapes of a profile, which descriptions are checked against."""
    from openvalley.cli.describing import shapes as answer  # noqa: PLC0415

    answer(Edge.of(context, home, as_json=as_json), files, profile)


@catalogue_app.command()
def check(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A description: Turtle, JSON-LD or RDF/XML.")],
    profile: Profile = "healthdcat-ap",
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> None:
    """Say what is wrong with a description, data set by data set; the status is 3 where it is not valid."""
    from openvalley.cli.describing import check as answer  # noqa: PLC0415

    answer(Edge.of(context, home, as_json=as_json), file, profile)


@catalogue_app.command()
def describe(
    context: typer.Context,
    form: Annotated[Path | None, typer.Argument(metavar="FORM.toml", help="A form that is filled in.")] = None,
    output: Annotated[Path | None, typer.Option("-o", "--output", metavar="OUT.ttl", help="Where it goes.")] = None,
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> None:
    """Write a valid description from a form; without a form: print an empty one to fill in."""
    from openvalley.cli.describing import describe as answer  # noqa: PLC0415

    answer(Edge.of(context, home, as_json=as_json), form, output)


@catalogue_app.command()
def harvest(
    context: typer.Context,
    name: Annotated[str | None, typer.Argument(help="The feed's name; all feeds when none is named.")] = None,
    origin: Annotated[str | None, typer.Argument(metavar="FILE-OR-ADDRESS", help="Where it comes from; needed once."
                                                 )] = None,
    profile: Annotated[str | None, typer.Option("--profile", help="Check it: healthdcat-ap or dcat-ap.")] = None,
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> None:
    """Bring catalogues' descriptions up to date, and say what changed; meant for a daily schedule."""
    from openvalley.cli.gathering import harvest as answer  # noqa: PLC0415

    answer(Edge.of(context, home, as_json=as_json), name, origin, profile)


@catalogue_app.command()
def feeds(context: typer.Context, home: HomeOption = None, as_json: JsonOption = False) -> None:
    """List the feeds: how many data sets, how old, how many errors."""
    from openvalley.cli.gathering import feeds as answer  # noqa: PLC0415

    answer(Edge.of(context, home, as_json=as_json))


@catalogue_app.command()
def search(
    context: typer.Context,
    text: Annotated[str, typer.Argument(help="Words in any of the four languages; all data sets without.")] = "",
    by: Annotated[list[str] | None, typer.Option("--by", metavar="FACET=VALUE", help="Narrow: feed, access, category, "
                                                 "country, holder, format.")] = None,
    limit: Annotated[int, typer.Option("-n", "--limit", help="How many to show.", min=1, max=1000)] = 20,
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> None:
    """Find data sets by words and facets."""
    from openvalley.cli.gathering import search as answer  # noqa: PLC0415

    answer(Edge.of(context, home, as_json=as_json), text, by or [], limit)


@catalogue_app.command()
def show(
    context: typer.Context,
    address: Annotated[str, typer.Argument(metavar="ADDRESS", help="A data set's address, or how it ends.")],
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> None:
    """Show everything about a data set."""
    from openvalley.cli.gathering import show as answer  # noqa: PLC0415

    answer(Edge.of(context, home, as_json=as_json), address)


@catalogue_app.command()
def holders(context: typer.Context, home: HomeOption = None, as_json: JsonOption = False) -> None:
    """List who holds data sets, and which organisation of the atlas that is."""
    from openvalley.cli.gathering import holders as answer  # noqa: PLC0415

    answer(Edge.of(context, home, as_json=as_json))


@catalogue_app.command()
def export(  # noqa: PLR0913, PLR0917 - every option of a verb is a parameter
    context: typer.Context,
    output: Annotated[Path, typer.Option("-o", "--output", metavar="FILE", help="Where it goes.")],
    profile: Profile = "healthdcat-ap",
    form: Annotated[str, typer.Option("--format", help="turtle, jsonld or rdfxml.")] = "turtle",
    address: Annotated[str, typer.Option("--address", help="Where this catalogue stands on the web.")] = (
        "urn:openvalley:catalogue"),
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> None:
    """Write all data sets as one catalogue that others can harvest."""
    from openvalley.cli.gathering import export as answer  # noqa: PLC0415

    answer(Edge.of(context, home, as_json=as_json), output, profile, form, address)
