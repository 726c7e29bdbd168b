"""Addresses of things: a public id as a short, stable path, and back.

``https://ror.org/00cv9y106`` is ``ror/00cv9y106``, ``pic:999986096`` is ``pic/999986096``, ``cordis:101116741`` is
``cordis/101116741``.
"""

from collections.abc import Mapping, Sequence
from functools import cache
from urllib.parse import quote, urlencode

from django.urls import reverse
from django.utils.translation import get_language

from openvalley.vocabulary.identifiers import CONTENT_PREFIX, PUBLIC_ORDER, Scheme

_ROR = "https://ror.org/"
_SCHEMES = (*(scheme.value for scheme in PUBLIC_ORDER if scheme is not Scheme.ROR), CONTENT_PREFIX.rstrip(":"))
#: The register behind the projects' numbers.
_CORDIS = "https://cordis.europa.eu/project"
#: Horizon Europe's grant numbers have nine digits; rcn numbers have six.
_GRANT_DIGITS = 9
#: Characters that `reverse` leaves as they are, too.
_SAFE = "/:~@"
_DOI_PREFIX = "10.3030/"


def key_of(public_id: str) -> str:
    """Return the path that stands for a public id."""
    if public_id.startswith(_ROR):
        return f"ror/{public_id.removeprefix(_ROR)}"
    return public_id.replace(":", "/", 1)


def id_of(key: str) -> str:
    """Return the id that a path stands for; a path of no known form is an id as somebody typed it."""
    scheme, _, value = key.partition("/")
    if scheme == Scheme.ROR.value and value:
        return _ROR + value
    return f"{scheme}:{value}" if value and scheme in _SCHEMES else key


def project_id_of(key: str) -> str:
    """Return the project id that a path stands for."""
    return key.replace("/", ":", 1)


def organisation_url(public_id: str) -> str:
    """Return the address of an organisation's page in the current language."""
    return f"{_home(get_language() or 'en')}organisation/{quote(key_of(public_id), safe=_SAFE)}"


def project_url(public_id: str) -> str:
    """Return the address of a project's page in the current language."""
    return f"{_home(get_language() or 'en')}project/{quote(key_of(public_id), safe=_SAFE)}"


def search_url(**filters: str | Sequence[str]) -> str:
    """Return the address of a search with these filters, in the order in which they are given."""
    return f"{_home(get_language() or 'en')}search?{query_string(filters)}"


@cache
def _home(_language: str) -> str:
    """Return the home page's address in the active language: lists hold hundreds of addresses, all below it."""
    return reverse("home")


def query_string(filters: Mapping[str, str | Sequence[str]]) -> str:
    """Return filters as a query string, empty ones left out."""
    return urlencode({name: value for name, value in filters.items() if value}, doseq=True, safe=":/", quote_via=quote)


def identifier_url(scheme: str, value: str) -> str | None:
    """Return the public page of an identifier's register, where there is one."""
    pages = {
        "ror": value, "wikidata": f"https://www.wikidata.org/wiki/{value}", "isni": f"https://isni.org/isni/{value}",
        "fundref": f"https://doi.org/10.13039/{value}",
    }
    return pages.get(scheme)


def cordis_url(number: str, doi: str | None, origin: str) -> str:
    """Return CORDIS's page of a project.

    Args:
        number: the project's number in our records: its grant number, or in mirrors of the 2020 snapshot its rcn.
        doi: its grant DOI, which holds the grant number.
        origin: how the records came in: live, mirror or local.

    """
    if doi and doi.startswith(_DOI_PREFIX):
        return f"{_CORDIS}/id/{quote(doi.removeprefix(_DOI_PREFIX))}"
    kind = "id" if len(number) == _GRANT_DIGITS or origin == "live" else "rcn"
    return f"{_CORDIS}/{kind}/{quote(number)}"
