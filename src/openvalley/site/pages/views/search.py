"""Search: one box, filters with counts, state in the address; the same list as JSON and CSV."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import ceil
from urllib.parse import quote

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from openvalley.atlas.items import COLUMNS, item
from openvalley.atlas.listing import ORDERS
from openvalley.atlas.reader import Atlas
from openvalley.atlas.sourced import newest_date
from openvalley.site.pages import search_words, wording
from openvalley.site.pages.asking import PAGE_ROWS, Asked, asked, plain
from openvalley.site.pages.finding import Beside, Found, find, held
from openvalley.site.pages.linked_pages import linked_page
from openvalley.site.pages.listed import Row
from openvalley.site.pages.machine import csv_answer, json_answer, leaving
from openvalley.site.pages.reading import AtlasRequest, reading, today
from openvalley.site.pages.templatetags.openvalley import number

#: Rows of an export, and of one JSON answer.
_EXPORTED = 10_000
#: Filters in the order of the page, and how many of a filter's values are open at once.
_SHOWN_FILTERS = ("scope", "region", "standing", "kind", "verified", "phase", "status", "state", "stage", "platform",
                  "sector", "register", "country", "programme", "cluster", "year")
#: Filters of two values, the first of which is what most people look for.
_SWITCHES = ("scope", "region", "verified")
_OPEN_VALUES = 8
_NO_CHOICE = 2


@dataclass(frozen=True)
class Choice:
    """One value of a filter: what it is called, how many rows it leaves, and where it leads."""

    label: str
    count: int
    url: str


@dataclass(frozen=True)
class Facet:
    """A filter with its values: the first few, and the rest."""

    label: str
    choices: Sequence[Choice]
    more: Sequence[Choice]

    @property
    def first(self) -> SafeString:
        """The first choices as rows of a list; made here, as a page has a hundred of them."""
        return _rows(self.choices)

    @property
    def rest(self) -> SafeString:
        """The same of the rest."""
        return _rows(self.more)


def _rows(choices: Sequence[Choice]) -> SafeString:
    return format_html_join("", '<li><a href="{}" rel="nofollow">{}</a> <span>{}</span></li>', (
        (choice.url, choice.label, number(choice.count)) for choice in choices))


@dataclass(frozen=True)
class Chip:
    """A filter that applies: what it says, and the address without it."""

    label: str
    text: str
    url: str


@dataclass(frozen=True)
class Tab:
    """A type: what it is called, how many were found (None: not counted), its address, and whether it is shown."""

    label: str
    count: int | None
    url: str
    current: bool


@dataclass(frozen=True)
class Group:
    """Another type that a text found: what it is called, the best rows, how many in all, and where all stand."""

    type: str
    label: str
    rows: Sequence[Row]
    total: int
    url: str


@reading
def page(request: AtlasRequest, atlas: Atlas) -> HttpResponse:
    """Show a search."""
    search = asked(request.GET)
    found = find(atlas, search)
    before = (search.page - 1) * PAGE_ROWS
    pages = max(1, ceil(min(found.total, _EXPORTED) / PAGE_ROWS))
    return render(request, "pages/search.html", {
        "search": search, "found": found, "pages": pages, "facets": _facets(atlas, search, found),
        "chips": _chips(atlas, search), "tabs": _tabs(atlas, search, found),
        "held": bool(atlas.counts()[f"{search.listed_type}s"]),
        "listed_name": wording.TYPES[search.listed_type], "above": _groups(search, found.above),
        "below": _groups(search, found.below), "first": before + 1, "last": before + len(found.rows),
        "previous": search.at_page(search.page - 1).url() if search.page > 1 else "",
        "next": search.at_page(search.page + 1).url() if search.page < pages else "",
        **(files := {"json_url": search.url("search-json"), "csv_url": search.at_page(1).url("search-csv")}),
        "canonical": request.build_absolute_uri(search.url()), "linked_data": _linked(request, found, files),
        "keep_url": search.at_page(1).url("me-search"),
        "everything_url": search.without("region").url() if search.applied else "",
        "orders": _orders(search), "today": today(), "calls_as_of": newest_date(atlas, "call"), "noindex": True,
    })


def _linked(request: AtlasRequest, found: Found, files: Mapping[str, str]) -> SafeString:
    """Return the list as the JSON-LD of its page: its rows in their order, and its files."""
    items = [{"@type": "ListItem", "position": position, "name": row.name, "url": request.build_absolute_uri(row.url)}
             for position, row in enumerate(found.rows, start=1)]
    return linked_page(request, "SearchResultsPage", _("Search"), {"JSON": files["json_url"], "CSV": files["csv_url"]},
                       mainEntity={"@type": "ItemList", "numberOfItems": found.total, "itemListElement": items})


@reading
@leaving
def machine(request: AtlasRequest, atlas: Atlas) -> HttpResponse:
    """Give a page of a search as JSON."""
    search = asked(request.GET)
    found = find(atlas, search)
    return json_answer({
        "asked": plain(search), "total": found.total, "whole": found.whole, "atlas_version": atlas.version,
        "items": [_item(request, row) for row in found.rows],
        "facets": {name: dict(values) for name, values in found.facets.items()},
        "beside": {entry.type: {"total": entry.total, "items": [_item(request, row) for row in entry.rows]}
                   for entry in (*found.above, *found.below)},
    })


@reading
@leaving
def table(request: AtlasRequest, atlas: Atlas) -> HttpResponse:
    """Give a whole search as CSV: every row of a list, the best thousand of a text."""
    search = asked(request.GET)
    found = find(atlas, search, _EXPORTED, whole=True)
    columns = COLUMNS[search.listed_type]
    rows = [[row.id, row.name, *(_cell(row.shown.get(name)) for name in columns), request.build_absolute_uri(row.url)]
            for row in found.rows]
    return csv_answer(("id", "name", *columns, "address"), rows, search.listed_type)


def _cell(value: object) -> object:
    """Return a value for one cell: several values one after the other."""
    return "; ".join(map(str, value)) if isinstance(value, (list, tuple)) else value


def _item(request: AtlasRequest, row: Row) -> dict[str, object]:
    return {**item(row.type, row.id, row.name, row.shown), "address": request.build_absolute_uri(row.url)}


def _facets(atlas: Atlas, search: Asked, found: Found) -> list[Facet]:
    """Return the filters worth choosing from: those that are not set, and would narrow the list."""
    facets = []
    for name in _SHOWN_FILTERS:
        counted = found.facets.get(name, ())
        if name in search.applied or not counted or (len(counted) < _NO_CHOICE and counted[0][1] == found.total):
            continue
        if name in _SWITCHES:
            counted = sorted(counted, key=lambda entry: entry[0] not in {"in", "yes"})
        base = search.narrowed_by(name)
        choices = [Choice(search_words.value(atlas, name, code), count, base + quote(code, safe=""))
                   for code, count in counted]
        facets.append(Facet(str(wording.FILTERS[name]), choices[:_OPEN_VALUES], choices[_OPEN_VALUES:]))
    return facets


def _orders(search: Asked) -> list[Tab]:
    """Return the orders of a list; what a text found stands best first."""
    names = [] if search.text else list(ORDERS[search.listed_type])
    current = search.order if search.order in names else next(iter(names), "")
    return [Tab(str(wording.ORDERS[name]), None, search.in_order(name).url(), name == current) for name in names]


def _chips(atlas: Atlas, search: Asked) -> list[Chip]:
    return [Chip(str(wording.FILTERS[name]), ", ".join(search_words.value(atlas, name, value) for value in values),
                 search.without(name).url()) for name, values in search.applied.items()]


def _tabs(atlas: Atlas, search: Asked, found: Found) -> list[Tab]:
    """Return a tab for each type that the atlas holds, and for the one that is asked for."""
    current = search.listed_type
    return [Tab(str(label), found.total if kind == current else found.types.get(kind), search.of_type(kind).url(),
                kind == current) for kind, label in wording.TYPES.items() if kind == current or kind in held(atlas)]


def _groups(search: Asked, entries: Sequence[Beside]) -> list[Group]:
    """Return the other types that a text found, each with the address of all its rows."""
    return [Group(entry.type, str(wording.TYPES[entry.type]), entry.rows, entry.total, search.of_type(entry.type).url())
            for entry in entries]
