"""What organisations publish themselves, as others may read it.

A need for everybody stands on public pages; one for members or curators on personal ones, and never before somebody of
an organisation that its never-show-to list names.
"""

import logging
from collections.abc import Iterable, Sequence
from typing import Any

from django.db import DatabaseError
from django.db.models import Count, Max, QuerySet
from django.http import HttpRequest

from openvalley.atlas.model import Claim
from openvalley.atlas.reader import Atlas
from openvalley.site.people.models import Need, Person
from openvalley.site.people.organisations import Named, belonging, named
from openvalley.site.people.permissions import Standing

_logger = logging.getLogger(__name__)
#: Needs that one page lists.
MOST_LISTED = 200
#: Who says it.
SOURCE = "the organisation"


def mark() -> str:
    """Return what changes whenever a public page's needs do; empty where they cannot be read."""
    try:
        told = Need.objects.aggregate(many=Count("pk"), newest=Max("changed_at"))
    except DatabaseError as problem:
        _logger.warning("Needs and offers are not shown: %s", type(problem).__name__)
        return ""
    return f"{told['many']} {told['newest']}"


def for_everybody() -> "QuerySet[Need]":
    """Return the needs and offers that everybody may read."""
    return Need.objects.filter(audience=Need.Audience.PUBLIC, withdrawn_at=None)


def public_needs(organisations: Sequence[str] | None = None) -> list[Need]:
    """Return the needs and offers that everybody may read; none where the database is out of reach.

    Args:
        organisations: the ids that lead to one organisation; None for all organisations.

    """
    found = for_everybody()
    if organisations is not None:
        found = found.filter(organisation__in=organisations)
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


def as_claims(request: HttpRequest, atlas: Atlas, needs: Iterable[Need]) -> list[dict[str, Any]]:
    """Return needs and offers as data, each with the claim that it is: its source is the organisation itself."""
    needs = list(needs)
    known = named(atlas, [need.organisation for need in needs])
    return [_as_claim(request, need, known[need.organisation]) for need in needs]


def _as_claim(request: HttpRequest, need: Need, about: Named) -> dict[str, Any]:
    published, changed = need.published_at.date().isoformat(), need.changed_at.isoformat()
    claim = Claim(
        property=need.kind, value=need.text, qualifier=need.language, source=SOURCE, source_title=SOURCE,
        source_id=str(need.public), source_version=changed, as_of=published, retrieved=published, verification=None,
        reference=None, standing="shown")
    return {"id": str(need.public), "kind": need.kind, "text": need.text, "language": need.language,
            "audience": need.audience, "organisation": about.id, "name": about.name,
            "published_at": need.published_at.isoformat(), "source": SOURCE,
            "address": request.build_absolute_uri(f"{about.url}#need-{need.public}"), "claim": claim}
