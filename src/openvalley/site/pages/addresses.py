"""Addresses of things: a public id as a short, stable path, and back.

``https://ror.org/00cv9y106`` is ``ror/00cv9y106``, ``pic:999986096`` is ``pic/999986096``, ``cordis:101116741`` is
``cordis/101116741``, ``clinicaltrials:NCT04374565`` is ``clinicaltrials/NCT04374565``; a region is its NUTS code alone.
"""

import re
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any
from urllib.parse import quote, urlencode

from django.urls import reverse
from django.utils.translation import get_language

from openvalley.atlas.headline import COUNTED
from openvalley.vocabulary.identifiers import REGION_PREFIX, ROR_PREFIX, Scheme

#: What stands before the colon of a public id: a scheme, or the name of a source.
_BEFORE_COLON = re.compile("[a-z][a-z0-9_-]*")
#: Horizon Europe's grant numbers have nine digits; rcn numbers have six.
_GRANT_DIGITS = 9
#: Characters that `reverse` leaves as they are, too.
_SAFE = "/:~@"
_DOI_PREFIX = "10.3030/"


def key_of(public_id: str) -> str:
    """Return the path that stands for a public id."""
    if public_id.startswith(ROR_PREFIX):
        return f"ror/{public_id.removeprefix(ROR_PREFIX)}"
    return public_id.removeprefix(REGION_PREFIX).replace(":", "/", 1)


def id_of(key: str) -> str:
    """Return the id that a path stands for; a path of no known form is an id as somebody typed it."""
    scheme, _, value = key.partition("/")
    if scheme == Scheme.ROR.value and value:
        return ROR_PREFIX + value
    return f"{scheme}:{value}" if value and _BEFORE_COLON.fullmatch(scheme) else key


def url_of(kind: str, public_id: str) -> str:
    """Return the address of the page of a thing in the current language; `kind` is its type."""
    return f"{_home(get_language() or 'en')}{kind}/{quote(key_of(public_id), safe=_SAFE)}"


def organisation_url(public_id: str) -> str:
    """Return the address of an organisation's page in the current language."""
    return url_of("organisation", public_id)


def project_url(public_id: str) -> str:
    """Return the address of a project's page in the current language."""
    return url_of("project", public_id)


def trial_url(public_id: str) -> str:
    """Return the address of a trial's page in the current language."""
    return url_of("trial", public_id)


def call_url(public_id: str) -> str:
    """Return the address of a call's page in the current language."""
    return url_of("call", public_id)


def region_url(code: str) -> str:
    """Return the address of a region's page in the current language; `code` is its NUTS code or public id."""
    return url_of("region", code)


def pack_row_url(row_id: str) -> str:
    """Return the address of the page of a row of the region pack in the current language."""
    return url_of("pack", row_id)


def search_url(**filters: str | Sequence[str]) -> str:
    """Return the address of a search with these filters, in the order in which they are given."""
    return f"{_home(get_language() or 'en')}search?{query_string(filters)}"


def counted_url(**more: str | Sequence[str]) -> str:
    """Return the address of the search that lists the organisations that the headline figures count.

    Args:
        **more: filters beside those, such as a kind or a town.

    """
    return search_url(type="organisation", **COUNTED, **more)


def about_url() -> str:
    """Return the address of the page about the data in the current language."""
    return f"{_home(get_language() or 'en')}about-the-data"


def question_url(name: str, query: str = "") -> str:
    """Return the address of a question in the current language, with what is asked as a query string."""
    return f"{_home(get_language() or 'en')}{name}{'?' if query else ''}{query}"


def followable(text: str | None) -> str | None:
    """Return a text where it is the address of a web page, which may be linked; None for anything else."""
    return text if (text or "").startswith(("https://", "http://")) else None


@cache
def _home(_language: str) -> str:
    """Return the home page's address in the active language: lists hold hundreds of addresses, all below it."""
    return reverse("home")


def query_string(filters: Mapping[str, str | Sequence[str]]) -> str:
    """Return filters as a query string, empty ones left out."""
    return urlencode({name: value for name, value in filters.items() if value}, doseq=True, safe=":/", quote_via=quote)


def row_url(source: Mapping[str, Any], record_type: str, row: str) -> str:
    """Return a row's page in its register; empty where the source declares none (``row_url`` in its source.toml)."""
    template: str = source.get("row_url", {}).get(record_type, "")
    return template.replace("{row}", quote(row, safe=""))


def project_row_url(source: Mapping[str, Any], number: str, doi: str | None) -> str:
    """Return a project's page in its register; empty where the source declares none.

    Args:
        source: what is said of the project's source.
        number: the project's number in our records: its grant number, or the register's own record number where the
            extract was made before it gave grant numbers.
        doi: its grant DOI, which holds the grant number.

    """
    if doi and doi.startswith(_DOI_PREFIX):
        return row_url(source, "project", doi.removeprefix(_DOI_PREFIX))
    granted = len(number) == _GRANT_DIGITS or source.get("origin") == "live"
    return ("" if granted else row_url(source, "project_without_grant", number)) or row_url(source, "project", number)
