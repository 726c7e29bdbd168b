"""Needs and offers as the asker may read them: what is for everybody, and with a key what is for members too."""

from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.cache import patch_cache_control, patch_vary_headers

from openvalley.atlas.disputed import ids_of
from openvalley.atlas.reader import Atlas
from openvalley.site.api.keyed import asker_of
from openvalley.site.pages.machine import json_answer
from openvalley.site.people import published
from openvalley.site.people.models import Need
from openvalley.site.people.permissions import Standing


def readable_by(request: HttpRequest, atlas: Atlas) -> "QuerySet[Need]":
    """Return what the asker may read: with a key, what a member may."""
    person = asker_of(request).person
    return published.for_everybody() if person is None else published.shown_to(person, Standing.MEMBER, atlas)


def needs_read_by(request: HttpRequest, atlas: Atlas, organisation: str) -> list[dict[str, Any]]:
    """Return the needs and offers of an organisation that the asker may read, as claims."""
    found = readable_by(request, atlas).filter(organisation__in=ids_of(atlas, organisation))[:published.MOST_LISTED]
    return published.as_claims(request, atlas, found)


def answer_to(request: HttpRequest, content: object) -> HttpResponse:
    """Answer in JSON; what was said to a key is for nobody else, and no cache keeps it."""
    answer = json_answer(content)
    patch_vary_headers(answer, ["Authorization"])
    if asker_of(request).person is not None:
        patch_cache_control(answer, private=True, no_store=True)
    return answer
