"""Finding: a search answered from the index (with text) or from the tables (without), in one shape for the page."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from openvalley.atlas.index import FACETS
from openvalley.atlas.pages import FILTERS, Browse, browse, towns
from openvalley.atlas.reader import Atlas
from openvalley.errors import UnknownIdentity
from openvalley.site.pages import addresses, wording
from openvalley.site.pages.asking import PAGE_ROWS, Asked
from openvalley.vocabulary.identifiers import public_id

#: Projects that stand below the organisations when both are searched.
_FEW_PROJECTS = 5
#: Likeness from which a project is worth showing beside organisations: below, single words happen to be alike.
_LIKE = 0.5
#: Hits of a text that can be narrowed by what the index does not know, and exported: the index gives no more.
_MOST_HITS = 1000
#: Digits from which a number is looked up as an identifier.
_NUMBER_DIGITS = 5


@dataclass(frozen=True)
class Row:
    """One line of a list: where it leads, what it is called, and what a list shows of it."""

    id: str
    type: str
    name: str
    url: str
    shown: Mapping[str, Any]


@dataclass(frozen=True)
class Found:
    """The answer: rows of the listed type, how many there are, counts by filter, and what else was found."""

    rows: Sequence[Row]
    total: int
    facets: Mapping[str, Sequence[tuple[str, int]]]
    types: Mapping[str, int] = field(default_factory=dict)
    projects: Sequence[Row] = ()
    exact: Row | None = None


def find(atlas: Atlas, search: Asked, limit: int = PAGE_ROWS, *, whole: bool = False) -> Found:
    """Answer a search: one page of it, or from its beginning (`whole`, for exports)."""
    offset = 0 if whole else (search.page - 1) * limit
    filters = _known(atlas, search)
    if search.text:
        return _by_text(atlas, search, filters, (limit, offset))
    listing = browse(atlas, Browse(search.listed_type, filters, search.order, limit, offset))
    rows = [_listed(search.listed_type, row) for row in listing.rows]
    return Found(rows, listing.total, listing.facets)


def _known(atlas: Atlas, search: Asked) -> dict[str, Sequence[str]]:
    """Return the filters that the listed type knows; a town becomes the spellings of its name."""
    applied = dict(search.applied)
    if "town" in applied:
        wanted = set(applied.pop("town"))
        spelled = [spelling for town in towns(atlas) if town.key in wanted for spelling in town.spellings]
        applied["city"] = (*applied.get("city", ()), *(spelled or ["-"]))
    return {name: values for name, values in applied.items() if name in FILTERS[search.listed_type]}


def _by_text(atlas: Atlas, search: Asked, filters: Mapping[str, Sequence[str]], window: tuple[int, int]) -> Found:
    limit, offset = window
    indexed = {name: values for name, values in filters.items() if name in FACETS}
    verified = filters.get("verified")
    reach = {"limit": _MOST_HITS} if verified else {"limit": min(limit, _MOST_HITS), "offset": offset}
    answer = atlas.search(search.text, types=[search.listed_type], filters=indexed, facets=True, **reach)
    rows = [_hit(hit.id, hit.type, hit.name, hit.shown) for hit in answer.items]
    total = answer.total
    if verified:
        rows = [row for row in rows if ("yes" if row.shown.get("verified") else "no") in verified]
        total, rows = len(rows), rows[offset:offset + limit]
    others: dict[str, int] = {search.listed_type: total}
    projects: Sequence[Row] = ()
    if not search.filters:
        other = "project" if search.listed_type == "organisation" else "organisation"
        beside = atlas.search(search.text, types=[other], limit=_FEW_PROJECTS)
        others[other] = beside.total
        if not search.type and search.page == 1:
            projects = [_hit(hit.id, hit.type, hit.name, hit.shown) for hit in beside.items if hit.score >= _LIKE]
    facets = {name: values for name, values in answer.facets.items() if name != "type"}
    return Found(rows, total, facets, others, projects, _exact(atlas, search.text) if search.page == 1 else None)


def _exact(atlas: Atlas, text: str) -> Row | None:
    """Return the thing whose identifier was typed."""
    if public_id(text) == text and not (text.isdigit() and len(text) >= _NUMBER_DIGITS) and ":" not in text:
        return None
    try:
        known = atlas.resolve_id(text)
    except UnknownIdentity:
        return None
    if atlas.type_of(known) == "project":
        project = atlas.project(known)
        return _listed("project", {**vars(project), "in_scope": None})
    return _listed("organisation", vars(atlas.organisation(known)))


def _listed(kind: str, row: Mapping[str, Any]) -> Row:
    if kind == "project":
        shown = {**row, "year": row["start_date"].year if row["start_date"] else None}
        return Row(row["id"], kind, project_name(row), addresses.project_url(row["id"]), shown)
    return Row(row["id"], kind, row["name"] or row["id"], addresses.organisation_url(row["id"]), row)


def _hit(known: str, kind: str, name: str, shown: Mapping[str, Any]) -> Row:
    url = addresses.project_url(known) if kind == "project" else addresses.organisation_url(known)
    return Row(known, kind, name, url, shown)


def project_name(row: Mapping[str, Any]) -> str:
    """Return what a project is called: acronym, else title, else its number."""
    return str(row["acronym"] or row["title"] or wording.numbered_project(row["source_id"]))
