"""What organisations publish themselves, as others may read it.

A need for everybody stands on public pages; one for members or curators on personal ones, and never before somebody of
an organisation that its never-show-to list names.
"""

import logging

from django.db import DatabaseError
from django.db.models import Count, Max, QuerySet

from openvalley.atlas.reader import Atlas
from openvalley.site.people.models import Need, Person
from openvalley.site.people.organisations import belonging
from openvalley.site.people.permissions import Standing

_logger = logging.getLogger(__name__)
#: Needs that one page lists.
MOST_LISTED = 200


def mark() -> str:
    """Return what changes whenever a public page's needs do; empty where they cannot be read."""
    try:
        told = Need.objects.aggregate(many=Count("pk"), newest=Max("changed_at"))
    except DatabaseError as problem:
        _logger.warning("Needs and offers are not shown: %s", type(problem).__name__)
        return ""
    return f"{told['many']} {told['newest']}"


def public_needs(organisation: str | None = None) -> list[Need]:
    """Return the needs and offers that everybody may read, of one organisation or of all; none where unreadable."""
    found = Need.objects.filter(audience=Need.Audience.PUBLIC, withdrawn_at=None)
    if organisation is not None:
        found = found.filter(organisation=organisation)
    try:
        return list(found[:MOST_LISTED])
    except DatabaseError:
        return []


def shown_to(person: Person, standing: Standing, atlas: Atlas | None) -> "QuerySet[Need]":
    """Return the needs and offers that a person may read."""
    audiences = [Need.Audience.PUBLIC, Need.Audience.MEMBERS]
    if standing in {Standing.CURATOR, Standing.ADMINISTRATOR}:
        audiences.append(Need.Audience.CURATORS)
    found = Need.objects.filter(audience__in=audiences, withdrawn_at=None)
    return found.exclude(never_shown__organisation__in=belonging(atlas, person))
