"""The headline figures of a region: what they count, and how they are counted."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from openvalley.atlas.filters import condition
from openvalley.atlas.model import Figures

#: Kinds that count as a company in the headline figures.
COMPANY_KINDS = ("company", "spin-off", "cro", "cmo", "cdmo")
#: Filters of the list of what the headline figures count: verified, active organisations of the region's life sciences
#: (a list holds only what has a name).
COUNTED: Mapping[str, tuple[str, ...]] = {
    "region": ("in",), "scope": ("in",), "state": ("active",), "verified": ("yes",),
}
#: Filters of the list of what would be counted too, had anybody verified it.
UNVERIFIED: Mapping[str, tuple[str, ...]] = {**COUNTED, "verified": ("no",)}

#: Runs a query with the values for its places, and returns its rows.
Query = Callable[[str, Sequence[object]], list[dict[str, Any]]]


def figures(query: Query) -> Figures:
    """Count the headline figures of the atlas that answers a query."""
    where, values = condition(COUNTED)
    (counted,) = query(f"""
        SELECT coalesce(avg((latitude IS NOT NULL)::INT), 0) AS placed,
               coalesce(sum(eu_contribution), 0) AS eu_contribution FROM organisation WHERE {where}
    """, values)
    (projects,) = query("""
        SELECT count(DISTINCT a.project_id) AS projects FROM participation AS a
        JOIN organisation AS o ON o.id = a.organisation_id JOIN life_science_project USING (project_id)
        WHERE o.in_region
    """, [])
    kinds, unverified = _by_kind(query, COUNTED), _by_kind(query, UNVERIFIED)
    return Figures(
        organisations=sum(kinds.values()), companies=sum(kinds.get(kind, 0) for kind in COMPANY_KINDS),
        unverified=sum(unverified.values()), **counted, **projects, kinds=kinds, unverified_kinds=unverified,
    )


def _by_kind(query: Query, filters: Mapping[str, Sequence[str]]) -> dict[str, int]:
    """Return how many organisations of each kind pass the filters, the most frequent kind first."""
    where, values = condition(filters)
    rows = query(f"SELECT kind, count(*) AS n FROM organisation WHERE {where} GROUP BY kind ORDER BY n DESC, kind",
                 values)
    return {row["kind"]: row["n"] for row in rows}
