"""Lists of organisations, projects, trials and calls: with filters, counts by filter, an order, page by page.

`openvalley.atlas.filters` declares what each list can be narrowed, counted and ordered by. A list is one query, its
counts another, and the counts are remembered.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from openvalley.atlas.filters import LISTABLE, Listable, narrowed
from openvalley.atlas.reader import Atlas
from openvalley.atlas.remembering import remembered
from openvalley.errors import BadInput

#: Values listed of each filter.
_FACET_VALUES = 40
#: Rows that a list goes back to; nobody pages further, and exports have their own limit.
MOST_ROWS = 10_000

#: How many rows there are in all, and how many of each filter's values.
Counts = tuple[int, Mapping[str, Sequence[tuple[str, int]]]]

#: The types that can be listed, with the filters and orders (the usual one first) that each knows.
FILTERS: Mapping[str, tuple[str, ...]] = {
    name: (*listable.filters, *listable.flags) for name, listable in LISTABLE.items()}
ORDERS: Mapping[str, tuple[str, ...]] = {name: tuple(listable.orders) for name, listable in LISTABLE.items()}


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
    if asked.type not in LISTABLE:
        raise BadInput(f"There is nothing of the type {asked.type[:40]!r}.", hint=f"Types: {', '.join(FILTERS)}.")
    for name in asked.filters:
        if name not in FILTERS[asked.type]:
            raise BadInput(f"There is no filter {name[:40]!r}.", hint=f"Filters: {', '.join(FILTERS[asked.type])}.")
    if not 0 < asked.limit <= MOST_ROWS or not 0 <= asked.offset <= MOST_ROWS:
        raise BadInput(f"A list starts within its first {MOST_ROWS} rows.", hint="Narrow the search.")
    listable = LISTABLE[asked.type]
    day = asked.day.isoformat()
    rows, values = narrowed(listable, asked.filters, day)
    if asked.among is not None:
        rows, values = f"{rows} AND id IN (SELECT unnest(?))", [*values, asked.among]
    order = listable.orders.get(asked.order) or next(iter(listable.orders.values()))
    found = atlas.rows(f"SELECT {listable.columns.replace('{day}', day)} FROM {rows} "
                       f"ORDER BY {order.replace('{day}', day)} LIMIT ? OFFSET ?",
                       [*values, asked.limit, asked.offset])
    if asked.among is not None:
        total, facets = _counts(atlas, listable, rows, values, day)
    else:
        total, facets = remembered(atlas, (rows, *values, day), lambda: _counts(atlas, listable, rows, values, day))
    return Listing(found, total, facets)


def _counts(atlas: Atlas, listable: Listable, rows: str, values: Sequence[object], day: str) -> Counts:
    """Count rows by every filter at once; `grouping` has one bit a column, 0 where the row is grouped by it."""
    names = list(listable.counted)
    columns = ", ".join(f"{value.replace('{day}', day)} AS {name}_" for name, value in listable.counted.items())
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
    for name, query in listable.counted_apart.items():
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
