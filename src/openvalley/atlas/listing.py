"""Lists of organisations, projects, trials and calls: with filters, counts by filter, an order, page by page.

Each list is declared as a `_Shelf`: its rows, what it can be filtered and counted by, and its orders. A list is one
query, its counts another, and the counts are remembered.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from openvalley.atlas.reader import Atlas
from openvalley.atlas.remembering import remembered
from openvalley.errors import BadInput

#: Values listed of each filter.
_FACET_VALUES = 40
#: Rows that a list goes back to; nobody pages further, and exports have their own limit.
MOST_ROWS = 10_000

#: How many rows there are in all, and how many of each filter's values.
Counts = tuple[int, Mapping[str, Sequence[tuple[str, int]]]]

_YES_NO = {"in": True, "out": False, "yes": True, "no": False}
#: Where a call stands on a day, in the words of `openvalley.atlas.funding.Standing`.
_STANDING = """CASE WHEN opens > DATE '{day}' THEN 'forthcoming' WHEN deadline < DATE '{day}' THEN 'closed'
    WHEN deadline IS NOT NULL OR opens IS NOT NULL THEN 'open' ELSE 'unknown' END"""


@dataclass(frozen=True)
class _Shelf:
    """What a list is made of, in SQL.

    Attributes:
        rows: what it lists, as a FROM clause with one row a thing, and the condition that all rows meet.
        columns: what is shown of each.
        filters: a condition for each filter; ``{}`` stands for the wanted values, ``{day}`` for the day.
        flags: the condition of each filter that is in/out or yes/no.
        counted: the expression of each filter that is counted by one value a row.
        counted_apart: for each filter of several values a row, a query of ``value`` and ``n`` over the rows ``{rows}``.
        orders: the orders it can have, its usual one first.

    """

    rows: str
    columns: str
    filters: Mapping[str, str]
    flags: Mapping[str, str]
    counted: Mapping[str, str]
    orders: Mapping[str, str]
    counted_apart: Mapping[str, str] = field(default_factory=dict)


_TAG = "id IN (SELECT id FROM organisation_tag WHERE vocabulary = '{}' AND code IN ({{}}))"
_TAGS = ("stage", "platform", "sector")
_OF_REGION = ("id IN (SELECT project_id FROM participation AS a JOIN organisation AS o ON o.id = a.organisation_id"
              " WHERE o.in_region)")
_LIVING = "id IN (SELECT project_id FROM life_science_project)"

_SHELVES: Mapping[str, _Shelf] = {
    "organisation": _Shelf(
        rows="organisation WHERE named",
        columns="id, name, kind, country, city, state, in_scope, in_region, verified, projects, life_science_projects",
        filters={
            **{name: f"{name} IN ({{}})" for name in ("kind", "country", "city", "state")},
            **{tag: _TAG.format(tag) for tag in _TAGS},
            "nuts": "nuts IN (SELECT r.id FROM region AS r, unnest([{}]) AS w(code) WHERE starts_with(r.id, w.code))",
        },
        flags={"scope": "in_scope", "region": "in_region", "verified": "verified"},
        counted={"kind": "kind", "country": "country", "state": "state", "scope": "in_scope", "region": "in_region",
                 "verified": "verified"},
        counted_apart={tag: f"SELECT code AS value, count(*) AS n FROM organisation_tag WHERE vocabulary = '{tag}'"
                            " AND id IN (SELECT id FROM {rows}) GROUP BY code" for tag in _TAGS},
        orders={"name": "lower(name), id", "projects": "projects DESC, lower(name), id"},
    ),
    "project": _Shelf(
        rows="project WHERE true",
        columns=f"id, source_id, acronym, title, programme, start_date, end_date, participants, {_LIVING} AS in_scope",
        filters={
            "programme": "programme IN ({})", "year": "CAST(year(start_date) AS VARCHAR) IN ({})",
            "country": "id IN (SELECT project_id FROM participation AS a JOIN organisation AS o"
                       " ON o.id = a.organisation_id WHERE o.country IN ({}))",
            "organisation": "id IN (SELECT project_id FROM participation WHERE organisation_id IN ({}))",
        },
        flags={"scope": _LIVING, "region": _OF_REGION},
        counted={"programme": "programme", "year": "CAST(year(start_date) AS VARCHAR)", "scope": _LIVING},
        orders={"newest": "start_date DESC NULLS LAST, id", "name": "lower(coalesce(acronym, title, source_id)), id"},
    ),
    "trial": _Shelf(
        rows="trial WHERE true",
        columns="id, source, source_id, title, acronym, state, phases, start_date, sites, sponsor, in_region",
        filters={
            "status": "state IN ({})", "register": "source IN ({})", "phase": "list_has_any(phases, [{}])",
            "year": "CAST(year(start_date) AS VARCHAR) IN ({})",
            "country": "id IN (SELECT trial_id FROM trial_term WHERE kind = 'country' AND term IN ({}))",
            "organisation": "id IN (SELECT trial_id FROM trial_party WHERE organisation_id IN ({}) UNION ALL"
                            " SELECT trial_id FROM trial_site WHERE organisation_id IN ({}))",
        },
        flags={"region": "in_region"},
        counted={"status": "state", "register": "source", "region": "in_region",
                 "year": "CAST(year(start_date) AS VARCHAR)"},
        counted_apart={
            "phase": "SELECT value, count(*) AS n FROM (SELECT unnest(phases) AS value FROM {rows}) GROUP BY value",
            "country": "SELECT term AS value, count(*) AS n FROM trial_term WHERE kind = 'country'"
                       " AND trial_id IN (SELECT id FROM {rows}) GROUP BY term",
        },
        orders={"newest": "start_date DESC NULLS LAST, id", "name": "lower(coalesce(title, source_id)), id"},
    ),
    "call": _Shelf(
        rows="call WHERE true",
        columns=f"id, source_id, title, programme, cluster, action_type, opens, deadline, {_STANDING} AS standing",
        filters={"programme": "programme IN ({})", "cluster": "cluster IN ({})", "standing": f"{_STANDING} IN ({{}})"},
        flags={},
        counted={"programme": "programme", "cluster": "cluster", "standing": _STANDING},
        orders={"deadline": "deadline < DATE '{day}', abs(datediff('day', DATE '{day}', deadline)) NULLS LAST, id",
                "name": "lower(coalesce(title, source_id)), id"},
    ),
}
#: The types that can be listed, with the filters and orders (the usual one first) that each knows.
FILTERS: Mapping[str, tuple[str, ...]] = {
    name: (*shelf.filters, *shelf.flags) for name, shelf in _SHELVES.items()}
ORDERS: Mapping[str, tuple[str, ...]] = {name: tuple(shelf.orders) for name, shelf in _SHELVES.items()}


@dataclass(frozen=True)
class Browse:
    """What a list asks for: a type, filters (values by name), an order, how many rows, from which, on which day.

    The day decides which calls are open. ``among`` are the ids that are looked at: None for all there are.
    """

    type: str = "organisation"
    filters: Mapping[str, Sequence[str]] = field(default_factory=dict)
    order: str = ""
    limit: int = 20
    offset: int = 0
    day: date = field(default_factory=date.today)
    among: Sequence[str] | None = None


@dataclass(frozen=True)
class Listing:
    """A list's rows, the number of all rows that pass the filters, and counts by filter and value."""

    rows: Sequence[Mapping[str, Any]]
    total: int
    facets: Mapping[str, Sequence[tuple[str, int]]]


def browse(atlas: Atlas, asked: Browse) -> Listing:
    """List the things of a type that pass the filters.

    Raises:
        BadInput: an unknown type or filter, or a page beyond the list's limit.

    """
    if asked.type not in _SHELVES:
        raise BadInput(f"There is nothing of the type {asked.type[:40]!r}.", hint=f"Types: {', '.join(FILTERS)}.")
    for name in asked.filters:
        if name not in FILTERS[asked.type]:
            raise BadInput(f"There is no filter {name[:40]!r}.", hint=f"Filters: {', '.join(FILTERS[asked.type])}.")
    if not 0 < asked.limit <= MOST_ROWS or not 0 <= asked.offset <= MOST_ROWS:
        raise BadInput(f"A list starts within its first {MOST_ROWS} rows.", hint="Narrow the search.")
    shelf = _SHELVES[asked.type]
    day = asked.day.isoformat()
    rows, values = _narrowed(shelf, asked.filters, day)
    if asked.among is not None:
        rows, values = f"{rows} AND id IN (SELECT unnest(?))", [*values, asked.among]
    order = shelf.orders.get(asked.order) or next(iter(shelf.orders.values()))
    found = atlas.rows(f"SELECT {shelf.columns.replace('{day}', day)} FROM {rows} "
                       f"ORDER BY {order.replace('{day}', day)} LIMIT ? OFFSET ?",
                       [*values, asked.limit, asked.offset])
    if asked.among is not None:
        total, facets = _counts(atlas, shelf, rows, values, day)
    else:
        total, facets = remembered(atlas, (rows, *values, day), lambda: _counts(atlas, shelf, rows, values, day))
    return Listing(found, total, facets)


def condition(filters: Mapping[str, Sequence[str]]) -> tuple[str, list[Any]]:
    """Return the condition on an organisation's row that filters make, and the values for its places."""
    rows, values = _narrowed(_SHELVES["organisation"], filters, "")
    return rows.partition(" WHERE ")[2], values


def _narrowed(shelf: _Shelf, filters: Mapping[str, Sequence[str]], day: str) -> tuple[str, list[Any]]:
    """Return the rows that pass the filters as a FROM clause, and the values for its places."""
    parts = [shelf.rows]
    values: list[Any] = []
    for name, wanted in filters.items():
        if name in shelf.flags:
            parts.append(_flag(shelf.flags[name], wanted))
        elif name in shelf.filters:
            written = shelf.filters[name].replace("{day}", day)
            parts.append(written.replace("{}", ", ".join("?" * len(wanted))))
            values += [*wanted] * written.count("{}")
    return " AND ".join(parts), values


def _flag(expression: str, wanted: Sequence[str]) -> str:
    choices = {_YES_NO[value] for value in wanted if value in _YES_NO}
    if len(choices) != 1:
        return "true" if choices else "false"
    return expression if True in choices else f"NOT {expression}"


def _counts(atlas: Atlas, shelf: _Shelf, rows: str, values: Sequence[object], day: str) -> Counts:
    """Count rows by every filter at once; `grouping` has one bit a column, 0 where the row is grouped by it."""
    names = list(shelf.counted)
    columns = ", ".join(f"{expression.replace('{day}', day)} AS {name}_" for name, expression in shelf.counted.items())
    listed = ", ".join(f"{name}_" for name in names)
    counted = atlas.rows(f"""
        SELECT {listed}, grouping({listed}) AS grouped, count(*) AS n FROM (SELECT {columns} FROM {rows})
        GROUP BY GROUPING SETS ({', '.join(f'({name}_)' for name in names)}, ())
    """, values)
    every = 2 ** len(names) - 1
    facets: dict[str, list[tuple[str, int]]] = {}
    for row in sorted(counted, key=lambda row: -row["n"]):
        for position, name in enumerate(reversed(names)):
            if row["grouped"] == every - 2**position and row[f"{name}_"] is not None:
                facets.setdefault(name, []).append((_value(name, row[f"{name}_"]), row["n"]))
    for name, query in shelf.counted_apart.items():
        apart = atlas.rows(f"{query.format(rows=rows)} ORDER BY n DESC, value", values)
        if apart:
            facets[name] = [(row["value"], row["n"]) for row in apart]
    if "year" in facets:
        facets["year"].sort(reverse=True)
    total = next(row["n"] for row in counted if row["grouped"] == every)
    return int(total), {name: counts[:_FACET_VALUES] for name, counts in facets.items()}


def _value(name: str, value: object) -> str:
    if isinstance(value, bool):
        return ("yes" if value else "no") if name == "verified" else ("in" if value else "out")
    return str(value)
