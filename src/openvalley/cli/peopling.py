"""people: what is done for accounts from the site's own machine."""

import os
from collections.abc import Mapping
from typing import Annotated

import typer

from openvalley.cli.edge import Edge, HomeOption, JsonOption

people_app = typer.Typer(
    help="Give roles to accounts of the site, send the digest, delete what is old, mend second factors.")


def _set_up(edge: Edge) -> None:
    """Prepare the home folder and set Django up on it."""
    os.environ["OPENVALLEY_HOME"] = str(edge.settings.home)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "openvalley.site.settings")
    import django  # noqa: PLC0415 - Django reads its settings when it is set up

    from openvalley.site.preparation import prepare  # noqa: PLC0415

    prepare(edge.settings)
    django.setup()


@people_app.command("role")
def role(
    context: typer.Context,
    email: Annotated[str, typer.Argument(help="A confirmed e-mail address of the account.")],
    given: Annotated[str, typer.Argument(metavar="ROLE", help="member, curator or administrator.")],
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> None:
    """Give an account a role; the first administrator is made so."""
    edge = Edge.of(context, home, as_json=as_json)
    _set_up(edge)
    from openvalley.site.people.giving import give  # noqa: PLC0415

    person = give(email, given)
    if as_json:
        edge.print_json({"account": person.pk, "role": person.role})
    else:
        edge.console.print(f"Account {person.pk} is {person.role} now.")


@people_app.command("digest")
def digest(context: typer.Context, home: HomeOption = None, as_json: JsonOption = False) -> None:
    """Send the digest to everybody who asked for it and has news; run it after each build."""
    edge = Edge.of(context, home, as_json=as_json)
    _set_up(edge)
    from openvalley.atlas.reader import open_atlas  # noqa: PLC0415
    from openvalley.site.people.digesting import send_all  # noqa: PLC0415

    atlas = open_atlas(edge.settings.home)
    try:
        counts = send_all(edge.settings, atlas)
    finally:
        atlas.close()
    _say(edge, counts)


@people_app.command("tidy")
def tidy(context: typer.Context, home: HomeOption = None, as_json: JsonOption = False) -> None:
    """Ask what came of introductions, delete what has been kept long enough; run it each day."""
    edge = Edge.of(context, home, as_json=as_json)
    _set_up(edge)
    from django.utils import timezone  # noqa: PLC0415

    from openvalley.site.people.tidying import tidy as answer  # noqa: PLC0415

    _say(edge, answer(timezone.now(), edge.settings))


@people_app.command("drop-second-factor")
def drop_second_factor(
    context: typer.Context,
    email: Annotated[str, typer.Argument(help="A confirmed e-mail address of the account.")],
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> None:
    """Switch off the second factor of somebody who lost it; be sure that it is this person who asks."""
    edge = Edge.of(context, home, as_json=as_json)
    _set_up(edge)
    from openvalley.site.people.giving import drop_second_factor as drop  # noqa: PLC0415

    person = drop(email)
    if as_json:
        edge.print_json({"account": person.pk, "second_factor": False})
    else:
        edge.console.print(f"Account {person.pk} signs in with its password alone, until it makes a new second factor.")


@people_app.command("reseal")
def reseal(context: typer.Context, home: HomeOption = None, as_json: JsonOption = False) -> None:
    """Seal the secrets of second factors with the current secret key, once it has changed."""
    edge = Edge.of(context, home, as_json=as_json)
    _set_up(edge)
    from openvalley.site.people.giving import reseal_second_factors  # noqa: PLC0415

    _say(edge, reseal_second_factors())


def _say(edge: Edge, counts: Mapping[str, int]) -> None:
    if edge.as_json:
        edge.print_json(counts)
    else:
        edge.console.print(", ".join(f"{name.replace('_', ' ')}: {count}" for name, count in counts.items()))
