"""One address for each thing: other ids, other spellings and other types lead to it for ever."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponsePermanentRedirect
from django.urls import reverse

from openvalley.atlas.reader import Atlas
from openvalley.site.pages import addresses

View = Callable[..., HttpResponse]


def at_its_address(kind: str, form: str = "") -> Callable[[View], View]:
    """Make a view of ``(request, atlas, key)`` answer at the canonical address alone; it stands below ``@reading``.

    Other addresses of the thing lead there; one that stands for nothing in the atlas raises `UnknownIdentity`.

    Args:
        kind: the type that the address names: organisation, project, trial, call or region.
        form: what the names of machine formats end with (``-json``); empty for the page.

    """

    def canonical(view: View) -> View:
        @wraps(view)
        def answer(request: HttpRequest, atlas: Atlas, key: str, **named: Any) -> HttpResponse:  # noqa: ANN401 - whatever the address holds
            return _elsewhere(atlas, kind, key, form) or view(request, atlas, key, **named)

        return answer

    return canonical


def _elsewhere(atlas: Atlas, kind: str, key: str, form: str) -> HttpResponsePermanentRedirect | None:
    """Return the redirect to a thing's canonical address, or None when this is it."""
    known = atlas.resolve_id(addresses.id_of(key))
    right = atlas.type_of(known)
    right_key = addresses.key_of(known)
    if (right, right_key) == (kind, key):
        return None
    return HttpResponsePermanentRedirect(reverse(right + form, args=[right_key]))
