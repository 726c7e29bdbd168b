"""Adds to the log of changes."""

from typing import Any

from openvalley.site.people.models.audit import Entry
from openvalley.site.people.models.person import Person


def note(actor: Person | None, what: str, subject: object = "", **detail: Any) -> Entry:  # noqa: ANN401 - whatever JSON holds
    """Keep that somebody changed something.

    Args:
        actor: who; None for a command on the site's own machine.
        what: what was done, as a code such as ``need.published``.
        subject: to what: a number or public id, never what a person wrote.
        detail: what else tells the change apart, such as ``before`` and ``after``.

    """
    return Entry.objects.create(actor=actor.pk if actor else None, what=what, subject=str(subject)[:300], detail=detail)
