"""What whole pages ask of an atlas: lists with filters and counts, the towns of the region, what is quoted and held.

Functions over an open `Atlas`; each is one or a few set-based queries.
"""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from threading import Lock
from typing import Any, TypeVar
from weakref import WeakKeyDictionary

from openvalley.atlas.model import Figures
from openvalley.atlas.reader import Atlas
from openvalley.errors import BadInput
from openvalley.resolve.normalise import fold

#: Kinds that count as a company in the headline figures.
COMPANY_KINDS = ("company", "spin-off", "cro", "cmo", "cdmo")
#: What the headline figures count: active, named, verified organisations of the region's life sciences.
COUNTED: Mapping[str, tuple[str, ...]] = {
    "region": ("in",), "scope": ("in",), "state": ("active",), "verified": ("yes",),
}
#: Decimals to which two coordinates in degrees are the same town: about one kilometre.
_TOWN_DECIMALS = 2
#: Values listed of each facet.
_FACET_VALUES = 40
#: Rows that a list goes back to; nobody pages further, and exports have their own limit.
MOST_ROWS = 10_000

#: Answers kept of one atlas.
_REMEMBERED = 500

_Made = TypeVar("_Made")
#: How many rows there are in all, and how many of each filter's values.
Counts = tuple[int, Mapping[str, Sequence[tuple[str, int]]]]

_YES_NO = {"in": True, "out": False, "yes": True, "no": False}
_FLAGS = {"scope": "in_scope", "region": "in_region", "verified": "verified"}
_TAGS = ("stage", "platform", "sector")
#: The orders that a list of each type can have, its usual one first.
ORDERS = {
    "organisation": {"name": "lower(name), id", "projects": "projects DESC, lower(name), id"},
    "project": {"newest": "start_date DESC NULLS LAST, id", "name": "lower(coalesce(acronym, title, source_id)), id"},
}
#: The filters that a list of each type knows.
FILTERS = {
    "organisation": ("kind", "country", "city", "state", *_FLAGS, *_TAGS),
    "project": ("programme", "country", "year", "scope", "region"),
}


@dataclass(frozen=True)
class Browse:
    """What a list asks for: a type, filters (values by name), an order, how many rows, from which."""

    type: str = "organisation"
    filters: Mapping[str, Sequence[str]] = field(default_factory=dict)
    order: str = ""
    limit: int = 20
    offset: int = 0


@dataclass(frozen=True)
class Listing:
    """A list's rows, the number of all rows that pass the filters, and counts by filter and value."""

    rows: Sequence[Mapping[str, Any]]
    total: int
    facets: Mapping[str, Sequence[tuple[str, int]]]


@dataclass(frozen=True)
class Town:
    """A town of the region: its key, the registers' spellings, a point in degrees (or None), and how many it counts."""

    key: str
    name: str
    spellings: tuple[str, ...]
    latitude: float | None
    longitude: float | None
    organisations: int


_memory: WeakKeyDictionary[Atlas, dict[object, Any]] = WeakKeyDictionary()
_memory_lock = Lock()


def remembered(atlas: Atlas, key: object, make: Callable[[], _Made]) -> _Made:
    """Return what was made for this key of this atlas, or make it; an atlas never changes, so it stays true."""
    with _memory_lock:
        known: dict[object, _Made] = _memory.setdefault(atlas, {})
        if key in known:
            return known[key]
    made = make()
    with _memory_lock:
        if len(known) >= _REMEMBERED:
            known.pop(next(iter(known)))
        known[key] = made
    return made


def browse(atlas: Atlas, asked: Browse) -> Listing:
    """List organisations or projects that pass the filters.

    Raises:
        BadInput: an unknown type or filter, or a page beyond the list's limit.

    """
    if asked.type not in FILTERS:
        raise BadInput(f"There is nothing of the type {asked.type[:40]!r}.", hint=f"Types: {', '.join(FILTERS)}.")
    for name in asked.filters:
        if name not in FILTERS[asked.type]:
            raise BadInput(f"There is no filter {name[:40]!r}.", hint=f"Filters: {', '.join(FILTERS[asked.type])}.")
    if not 0 < asked.limit <= MOST_ROWS or not 0 <= asked.offset <= MOST_ROWS:
        raise BadInput(f"A list starts within its first {MOST_ROWS} rows.", hint="Narrow the search.")
    return _organisations(atlas, asked) if asked.type == "organisation" else _projects(atlas, asked)


def _order(asked: Browse) -> str:
    orders = ORDERS[asked.type]
    return orders.get(asked.order) or next(iter(orders.values()))


def _organisations(atlas: Atlas, asked: Browse) -> Listing:
    where, values = _conditions(asked.filters)
    columns = "id, name, kind, country, city, state, in_scope, in_region, verified, projects, life_science_projects"
    rows = atlas.rows(f"SELECT {columns} FROM organisation WHERE {where} ORDER BY {_order(asked)} LIMIT ? OFFSET ?",
                      [*values, asked.limit, asked.offset])
    total, facets = remembered(atlas, (where, *values), lambda: _organisation_counts(atlas, where, values))
    return Listing(rows, total, facets)


def _organisation_counts(atlas: Atlas, where: str, values: Sequence[str]) -> Counts:
    counted = atlas.rows(f"""
        SELECT kind, country, state, in_scope AS scope, in_region AS region, verified,
               grouping(kind, country, state, in_scope, in_region, verified) AS grouped, count(*) AS n
        FROM organisation WHERE {where}
        GROUP BY GROUPING SETS ((kind), (country), (state), (in_scope), (in_region), (verified), ())
    """, values)
    tags = atlas.rows(f"""
        SELECT vocabulary, code, count(*) AS n FROM organisation_tag AS t
        WHERE t.id IN (SELECT id FROM organisation WHERE {where}) GROUP BY ALL
    """, values)
    facets = _facets(counted, ("kind", "country", "state", "scope", "region", "verified"))
    for tag in sorted(tags, key=lambda row: (-row["n"], row["code"])):
        facets.setdefault(tag["vocabulary"], []).append((tag["code"], tag["n"]))
    return _total(counted), facets


def _conditions(filters: Mapping[str, Sequence[str]]) -> tuple[str, list[str]]:
    """Return the conditions on an organisation's row, and the values for their places."""
    parts = ["named"]
    values: list[str] = []
    for name, wanted in filters.items():
        if name in _FLAGS:
            parts.append(_flag(_FLAGS[name], wanted))
        elif name in _TAGS:
            parts.append(f"id IN (SELECT id FROM organisation_tag WHERE vocabulary = '{name}'"
                         f" AND code IN ({_places(wanted)}))")
            values += wanted
        else:
            parts.append(f"{name} IN ({_places(wanted)})")
            values += wanted
    return " AND ".join(parts), values


def _flag(column: str, wanted: Sequence[str]) -> str:
    choices = {_YES_NO[value] for value in wanted if value in _YES_NO}
    return "true" if len(choices) > 1 else "false" if not choices else f"{'' if True in choices else 'NOT '}{column}"


def _places(values: Sequence[str]) -> str:
    return ", ".join("?" * len(values))


_PROJECT_FLAGS = {
    "scope": "p.id IN (SELECT project_id FROM life_science_project)",
    "region": "p.id IN (SELECT project_id FROM participation AS a JOIN organisation AS o ON o.id = a.organisation_id"
              " WHERE o.in_region)",
}


def _projects(atlas: Atlas, asked: Browse) -> Listing:
    parts = ["true"]
    values: list[str] = []
    for name, wanted in asked.filters.items():
        if name in _PROJECT_FLAGS:
            parts.append(_flag(_PROJECT_FLAGS[name], wanted))
        elif name == "country":
            parts.append("p.id IN (SELECT project_id FROM participation AS a JOIN organisation AS o"
                         f" ON o.id = a.organisation_id WHERE o.country IN ({_places(wanted)}))")
            values += wanted
        else:
            column = "programme" if name == "programme" else "CAST(year(start_date) AS VARCHAR)"
            parts.append(f"{column} IN ({_places(wanted)})")
            values += wanted
    where = " AND ".join(parts)
    rows = atlas.rows(f"""
        SELECT p.id, p.source_id, p.acronym, p.title, p.programme, p.start_date, p.end_date, p.participants,
               p.id IN (SELECT project_id FROM life_science_project) AS in_scope
        FROM project AS p WHERE {where} ORDER BY {_order(asked)} LIMIT ? OFFSET ?
    """, [*values, asked.limit, asked.offset])
    total, facets = remembered(atlas, ("project", where, *values), lambda: _project_counts(atlas, where, values))
    return Listing(rows, total, facets)


def _project_counts(atlas: Atlas, where: str, values: Sequence[str]) -> Counts:
    counted = atlas.rows(f"""
        WITH found AS (SELECT p.programme, CAST(year(p.start_date) AS VARCHAR) AS year,
                              p.id IN (SELECT project_id FROM life_science_project) AS scope
                       FROM project AS p WHERE {where})
        SELECT programme, year, scope, grouping(programme, year, scope) AS grouped, count(*) AS n
        FROM found GROUP BY GROUPING SETS ((programme), (year), (scope), ())
    """, values)
    facets = _facets(counted, ("programme", "year", "scope"))
    if "year" in facets:
        facets["year"].sort(reverse=True)
    return _total(counted), facets


def _total(counted: Sequence[Mapping[str, Any]]) -> int:
    """Return the count of the empty grouping: all its bits are set."""
    return int(max(counted, key=lambda row: row["grouped"])["n"])


def _facets(counted: Sequence[Mapping[str, Any]], names: Sequence[str]) -> dict[str, list[tuple[str, int]]]:
    """Return counts by filter and value; `grouping` has one bit a column, 0 where the row is grouped by it."""
    every = 2 ** len(names) - 1
    facets: dict[str, list[tuple[str, int]]] = {}
    for row in sorted(counted, key=lambda row: -row["n"]):
        for position, name in enumerate(reversed(names)):
            if row["grouped"] == every - 2**position and row[name] is not None:
                facets.setdefault(name, []).append((_value(name, row[name]), row["n"]))
    return {name: values[:_FACET_VALUES] for name, values in facets.items()}


def _value(name: str, value: object) -> str:
    if isinstance(value, bool):
        return ("yes" if value else "no") if name == "verified" else ("in" if value else "out")
    return str(value)


def towns(atlas: Atlas) -> list[Town]:
    """Return the towns of the counted organisations, the largest first, spellings and languages of one town together.

    Two spellings are one town when they fold to the same words or when the gazetteer puts them at one point.
    """
    return remembered(atlas, "towns", lambda: _towns(atlas))


def figures(atlas: Atlas) -> Figures:
    """Return the region's headline figures, counted once an atlas."""
    return remembered(atlas, "figures", atlas.figures)


def _towns(atlas: Atlas) -> list[Town]:
    where, values = _conditions(COUNTED)
    rows = atlas.rows(f"""
        SELECT city, count(*) AS n,
               coalesce(any_value(latitude) FILTER (placed_by = 'gazetteer'), median(latitude)) AS latitude,
               coalesce(any_value(longitude) FILTER (placed_by = 'gazetteer'), median(longitude)) AS longitude
        FROM organisation WHERE {where} AND city IS NOT NULL GROUP BY city ORDER BY n DESC, city
    """, values)
    by_words: defaultdict[str, list[dict[str, Any]]] = defaultdict(list)
    for row in rows:
        by_words[fold(row["city"])].append(row)
    merged: defaultdict[object, list[dict[str, Any]]] = defaultdict(list)
    for words, spelled in by_words.items():
        placed = next((row for row in spelled if row["latitude"] is not None), None)
        point = tuple(round(placed[axis], _TOWN_DECIMALS) for axis in ("latitude", "longitude")) if placed else words
        merged[point] += spelled
    found = [_town(spelled) for spelled in merged.values()]
    return sorted(found, key=lambda town: (-town.organisations, town.name))


def _town(spelled: Sequence[Mapping[str, Any]]) -> Town:
    best = max(spelled, key=lambda row: (not row["city"].isupper(), row["n"]))
    placed = next((row for row in spelled if row["latitude"] is not None), {"latitude": None, "longitude": None})
    name = best["city"].title() if best["city"].isupper() else best["city"]
    return Town(fold(name).replace(" ", "-"), name, tuple(sorted(row["city"] for row in spelled)), placed["latitude"],
                placed["longitude"], sum(row["n"] for row in spelled))
