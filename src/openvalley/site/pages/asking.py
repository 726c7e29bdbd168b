"""What a search address asks: text, type, filters, page - read forgivingly, and written back in one form."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from django.http import QueryDict
from django.urls import reverse

from openvalley.atlas.listing import FILTERS
from openvalley.atlas.search import LONGEST_QUERY
from openvalley.errors import BadInput
from openvalley.site.pages.addresses import query_string

PAGE_ROWS = 25
#: What is read of an address: more values, or longer ones, are no filter that a page of ours writes.
_MOST_VALUES, _LONGEST_VALUE = 12, 120
#: The last page that is asked for: lists end at 10,000 rows.
_LAST_PAGE = 400
_NAMES = ("kind", "scope", "region", "country", "town", "city", "state", "stage", "platform", "sector", "verified",
          "programme", "year", "phase", "status", "register", "standing", "cluster", "organisation", "nuts")
_ANY = "any"
#: What a list shows before anyone has chosen: this region's life sciences, as far as its type knows of them.
_USUAL = {"region": ("in",), "scope": ("in",)}
_PAGE = re.compile("[0-9]{1,4}")


@dataclass(frozen=True)
class Asked:
    """A search as its address says it. ``type`` is empty for everything; ``filters`` are values by name."""

    text: str = ""
    type: str = ""
    filters: Mapping[str, Sequence[str]] = field(default_factory=dict)
    order: str = ""
    page: int = 1

    @property
    def listed_type(self) -> str:
        """The type that is listed: with a text everything is searched, without one organisations are listed."""
        return self.type or "organisation"

    @property
    def applied(self) -> dict[str, Sequence[str]]:
        """The filters that apply to the listed type: without text and without any filter, the usual ones."""
        chosen = self.filters if self.text or self.filters else _USUAL
        return {name: values for name, values in chosen.items()
                if tuple(values) != (_ANY,) and name in known_filters(self.listed_type)}

    @property
    def query(self) -> str:
        """The search as a query string."""
        return query_string({
            "q": self.text, "type": self.type, **{name: list(values) for name, values in self.filters.items()},
            "order": self.order, "page": str(self.page) if self.page > 1 else "",
        })

    def url(self, name: str = "search") -> str:
        """Return the address of this search, as a page or in a machine format."""
        return f"{reverse(name)}?{self.query}" if self.query else reverse(name)

    def narrowed_by(self, name: str) -> str:
        """Return the beginning of the addresses of this search with one more filter; its value comes behind."""
        others = {other: values for other, values in self.applied.items() if other != name}
        url = replace(self, filters=others, page=1).url()
        return f"{url}{'&' if '?' in url else '?'}{name}="

    def without(self, name: str) -> "Asked":
        """Return this search with one filter lifted; without text the lifting itself stands in the address."""
        left = {other: values for other, values in self.applied.items() if other != name}
        usual = not self.text and any(other in known_filters(self.listed_type) for other in _USUAL)
        return replace(self, filters=left or ({"region": (_ANY,)} if usual else {}), page=1)

    def of_type(self, kind: str) -> "Asked":
        """Return this search for another type, with the filters that this type knows."""
        known = {name: values for name, values in self.applied.items() if name in known_filters(kind)}
        if self.filters and not self.text and "region" in known_filters(kind):
            known = known or {"region": (_ANY,)}
        return replace(self, type=kind, filters=known, page=1, order="")

    def in_order(self, order: str) -> "Asked":
        """Return this search in another order."""
        return replace(self, order=order, page=1)

    def at_page(self, page: int) -> "Asked":
        """Return this search at another page."""
        return replace(self, page=page)


def known_filters(kind: str) -> tuple[str, ...]:
    """Return the filters that lists of a type have; a town stands for the spellings of its name."""
    return (*FILTERS[kind], *(("town",) if "city" in FILTERS[kind] else ()))


def asked(query: QueryDict) -> Asked:
    """Read a query string.

    Raises:
        BadInput: it asks for a type that there is not.

    """
    kind = _clean(query.get("type", ""))
    if kind and kind not in FILTERS:
        raise BadInput(f"There is nothing of the type {kind[:40]!r}.", hint=f"Types: {', '.join(FILTERS)}.")
    filters = {
        name: tuple(dict.fromkeys(filter(None, map(_clean, query.getlist(name)[:_MOST_VALUES])))) for name in _NAMES
    }
    page = query.get("page", "")
    return Asked(
        text=_clean(query.get("q", ""), LONGEST_QUERY), type=kind,
        filters={name: values for name, values in filters.items() if values}, order=_clean(query.get("order", "")),
        page=min(max(1, int(page)), _LAST_PAGE) if _PAGE.fullmatch(page) else 1,
    )


def _clean(text: str, longest: int = _LONGEST_VALUE) -> str:
    """Return a text without control characters, of bounded length."""
    return "".join(character if character.isprintable() else " " for character in text[:longest]).strip()


def plain(search: Asked) -> dict[str, Any]:
    """Return a search for JSON."""
    return {"q": search.text, "type": search.type or None,
            "filters": {name: list(values) for name, values in search.applied.items()}, "page": search.page}
