"""people: what is done for accounts from the site's own machine."""

import os
from typing import Annotated

import typer

from openvalley.cli.edge import Edge, HomeOption, JsonOption

people_app = typer.Typer(help="Give roles to accounts of the site.")


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
