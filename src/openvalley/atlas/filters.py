"""Filters: how the things of each type are listed - narrowed, counted and ordered - declared in SQL.

Reads nothing, writes nothing. Next: `openvalley.atlas.listing`, which asks an atlas with it, and the headline figures,
which say in it what they count.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from openvalley.vocabulary.properties import TAGS

_YES_NO = {"in": True, "out": False, "yes": True, "no": False}
#: Where a call stands on a day, in the words of `openvalley.atlas.funding.Standing`.
_STANDING = """CASE WHEN opens > DATE '{day}' THEN 'forthcoming' WHEN deadline < DATE '{day}' THEN 'closed'
    WHEN deadline IS NOT NULL OR opens IS NOT NULL THEN 'open' ELSE 'unknown' END"""


@dataclass(frozen=True)
class Listable:
    """How the things of one type are listed, in SQL.

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
_OF_REGION = ("id IN (SELECT project_id FROM participation AS a JOIN organisation AS o ON o.id = a.organisation_id"
              " WHERE o.in_region)")
_LIVING = "id IN (SELECT project_id FROM life_science_project)"

LISTABLE: Mapping[str, Listable] = {
    "organisation": Listable(
        rows="organisation WHERE named",
        columns="id, name, kind, country, city, state, in_scope, in_region, verified, projects, life_science_projects",
        filters={
            **{name: f"{name} IN ({{}})" for name in ("kind", "country", "city", "state")},
            **{tag: _TAG.format(tag) for tag in TAGS},
            "nuts": "nuts IN (SELECT r.id FROM region AS r, unnest([{}]) AS w(code) WHERE starts_with(r.id, w.code))",
        },
        flags={"scope": "in_scope", "region": "in_region", "verified": "verified"},
        counted={"kind": "kind", "country": "country", "state": "state", "scope": "in_scope", "region": "in_region",
                 "verified": "verified"},
        counted_apart={tag: f"SELECT code AS value, count(*) AS n FROM organisation_tag WHERE vocabulary = '{tag}'"
                            " AND id IN (SELECT id FROM {rows}) GROUP BY code" for tag in TAGS},
        orders={"name": "lower(name), id", "projects": "projects DESC, lower(name), id"},
    ),
    "project": Listable(
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
    "trial": Listable(
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
    "call": Listable(
        rows="call WHERE true",
        columns=f"id, source_id, title, programme, cluster, action_type, opens, deadline, {_STANDING} AS standing",
        filters={"programme": "programme IN ({})", "cluster": "cluster IN ({})", "standing": f"{_STANDING} IN ({{}})"},
        flags={},
        counted={"programme": "programme", "cluster": "cluster", "standing": _STANDING},
        orders={"deadline": "deadline < DATE '{day}', abs(datediff('day', DATE '{day}', deadline)) NULLS LAST, id",
                "name": "lower(coalesce(title, source_id)), id"},
    ),
}


def condition(filters: Mapping[str, Sequence[str]]) -> tuple[str, list[Any]]:
    """Return the condition on an organisation's row that filters make, and the values for its places."""
    rows, values = narrowed(LISTABLE["organisation"], filters, "")
    return rows.partition(" WHERE ")[2], values


def narrowed(listable: Listable, filters: Mapping[str, Sequence[str]], day: str) -> tuple[str, list[Any]]:
    """Return the rows that pass the filters on a day as a FROM clause, and the values for its places."""
    parts = [listable.rows]
    values: list[Any] = []
    for name, wanted in filters.items():
        if name in listable.flags:
            parts.append(_flag(listable.flags[name], wanted))
        elif name in listable.filters:
            written = listable.filters[name].replace("{day}", day)
            parts.append(written.replace("{}", ", ".join("?" * len(wanted))))
            values += [*wanted] * written.count("{}")
    return " AND ".join(parts), values


def _flag(expression: str, wanted: Sequence[str]) -> str:
    choices = {_YES_NO[value] for value in wanted if value in _YES_NO}
    if len(choices) != 1:
        return "true" if choices else "false"
    return expression if True in choices else f"NOT {expression}"
