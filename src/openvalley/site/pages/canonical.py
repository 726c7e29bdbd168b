"""One address for each thing: other ids, other spellings and other types lead to it for ever."""

from django.http import HttpResponsePermanentRedirect
from django.urls import reverse

from openvalley.atlas.reader import Atlas
from openvalley.site.pages import addresses


def moved(atlas: Atlas, kind: str, key: str, form: str = "") -> HttpResponsePermanentRedirect | None:
    """Return the redirect to a thing's canonical address, or None when this is it.

    Args:
        atlas: the atlas.
        kind: the type that the address names: organisation, project, trial, call or region.
        key: the path behind it.
        form: what the names of machine formats end with (``-json``); empty for the page.

    Raises:
        UnknownIdentity: the path stands for nothing in this atlas.

    """
    known = atlas.resolve_id(addresses.id_of(key))
    right = atlas.type_of(known)
    canonical = addresses.key_of(known)
    if (right, canonical) == (kind, key):
        return None
    return HttpResponsePermanentRedirect(reverse(right + form, args=[canonical]))
