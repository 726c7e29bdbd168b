"""Finding: a search answered from the index (with text) or from the tables (without), in one shape for the page."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from openvalley.atlas import clinical, funding
from openvalley.atlas.index import FACETS
from openvalley.atlas.listing import FILTERS, Browse, browse
from openvalley.atlas.pages import towns
from openvalley.atlas.reader import Atlas
from openvalley.atlas.search import Hit
from openvalley.errors import UnknownIdentity
from openvalley.site.pages import addresses, wording
from openvalley.site.pages.asking import PAGE_ROWS, Asked
from openvalley.site.pages.listed import Row, of_hit, of_tables
from openvalley.site.pages.reading import today
from openvalley.vocabulary.identifiers import REGION_PREFIX, public_id

#: Things of another type that stand beside the listed one when all types are searched.
_FEW = 5
#: Likeness from which a thing is worth showing beside another type: below, single words happen to be alike.
_LIKE = 0.5
#: Hits of a text that can be narrowed by what the index does not know, and exported: the index gives no more.
_MOST_HITS = 1000
#: Digits from which a number is looked up as an identifier.
_NUMBER_DIGITS = 5
#: Types of which every search is narrowed in the tables: where a call stands follows from the day, not from the index.
_OF_THE_DAY = ("call",)


@dataclass(frozen=True)
class Beside:
    """What else a text found: a type, how many of it, the best of them, and the likeness of the very best."""

    type: str
    total: int
    rows: Sequence[Row]
    best: float


@dataclass(frozen=True)
class Found:
    """The answer: rows of the listed type, how many there are, counts by filter, and what else was found.

    ``above`` are types that fit a text better than the listed one, ``below`` the others; ``types`` counts by type.
    ``whole`` tells whether one of the first rows holds every word of the text, ``words`` how many those are.
    """

    rows: Sequence[Row]
    total: int
    facets: Mapping[str, Sequence[tuple[str, int]]]
    types: Mapping[str, int] = field(default_factory=dict)
    above: Sequence[Beside] = ()
    below: Sequence[Beside] = ()
    exact: Row | None = None
    whole: bool = True
    words: int = 0


@dataclass(frozen=True)
class _Window:
    """Which rows of a list are shown: how many, from which, on which day; ``first`` says that it is a first page."""

    limit: int
    offset: int
    day: date
    first: bool


def find(atlas: Atlas, search: Asked, limit: int = PAGE_ROWS, *, whole: bool = False) -> Found:
    """Answer a search: one page of it, or from its beginning (`whole`, for exports)."""
    window = _Window(limit, 0 if whole else (search.page - 1) * limit, today(), search.page == 1 and not whole)
    filters = _known(atlas, search)
    if search.text:
        return _by_text(atlas, search, filters, window)
    kind = search.listed_type
    listing = browse(atlas, Browse(kind, filters, search.order, window.limit, window.offset, window.day))
    return Found(of_tables(atlas, kind, listing.rows, window.day), listing.total, listing.facets)


def held(atlas: Atlas) -> tuple[str, ...]:
    """Return the types of which the atlas holds anything, in the order of the page."""
    counts = atlas.counts()
    return tuple(kind for kind in wording.TYPES if counts[f"{kind}s"])


def _known(atlas: Atlas, search: Asked) -> dict[str, Sequence[str]]:
    """Return the filters as the tables know them: a town becomes the spellings of its name."""
    applied = dict(search.applied)
    if "town" in applied:
        wanted = set(applied.pop("town"))
        spelled = [spelling for town in towns(atlas) if town.key in wanted for spelling in town.spellings]
        applied["city"] = (*applied.get("city", ()), *(spelled or ["-"]))
    return {name: values for name, values in applied.items() if name in FILTERS[search.listed_type]}


def _by_text(atlas: Atlas, search: Asked, filters: Mapping[str, Sequence[str]], window: _Window) -> Found:
    kind = search.listed_type
    indexed = {name: values for name, values in filters.items() if name in FACETS}
    left = {name: values for name, values in filters.items() if name not in FACETS}
    if left or kind in _OF_THE_DAY:
        answer = atlas.search(search.text, types=[kind], filters=indexed, limit=_MOST_HITS)
        rows, total, facets = _narrowed(atlas, kind, left, answer.items, window.day)
        rows = rows[window.offset:window.offset + window.limit]
    else:
        answer = atlas.search(search.text, types=[kind], filters=indexed, facets=True,
                              limit=min(window.limit, _MOST_HITS), offset=window.offset)
        rows, total, facets = [of_hit(hit, window.day) for hit in answer.items], answer.total, answer.facets
    best = max((hit.score for hit in answer.items), default=0.0)
    others = _others(atlas, search, window.day) if window.first and not search.filters else []
    beside = [entry for entry in others if entry.rows]
    return Found(
        rows, total, {name: values for name, values in facets.items() if name != "type"},
        {kind: total, **{entry.type: entry.total for entry in others}},
        [entry for entry in beside if entry.best > best], [entry for entry in beside if entry.best <= best],
        _exact(atlas, search.text, window.day) if window.first else None,
        answer.whole, answer.words,
    )


def _narrowed(
    atlas: Atlas, kind: str, filters: Mapping[str, Sequence[str]], hits: Sequence[Hit], day: date,
) -> tuple[list[Row], int, Mapping[str, Sequence[tuple[str, int]]]]:
    """Return the hits that pass filters which the index does not know, how many there are, and counts by filter."""
    place = {hit.id: position for position, hit in enumerate(hits)}
    listing = browse(atlas, Browse(kind, filters, limit=_MOST_HITS, day=day, among=list(place)))
    ordered = sorted(listing.rows, key=lambda row: place[row["id"]])
    return of_tables(atlas, kind, ordered, day), listing.total, listing.facets


def _others(atlas: Atlas, search: Asked, day: date) -> list[Beside]:
    """Return what a text finds of the other types, best first: how many, and where no type is asked for, the best."""
    found = []
    for kind in held(atlas):
        if kind != search.listed_type:
            answer = atlas.search(search.text, types=[kind], limit=_FEW)
            rows = [of_hit(hit, day) for hit in answer.items if hit.score >= _LIKE and not search.type]
            found.append(Beside(kind, answer.total, rows, max((hit.score for hit in answer.items), default=0.0)))
    return sorted(found, key=lambda entry: -entry.best)


def _exact(atlas: Atlas, text: str, day: date) -> Row | None:
    """Return the thing whose identifier was typed."""
    if not _may_be_identifier(text):
        return None
    try:
        known = atlas.resolve_id(text)
    except UnknownIdentity:
        return None
    kind = atlas.type_of(known)
    if kind == "region":
        code = known.removeprefix(REGION_PREFIX)
        (region,) = atlas.rows("SELECT id, name, level, country FROM region WHERE id = ?", [code])
        return Row(known, kind, region["name"], addresses.region_url(code), region)
    (row,) = of_tables(atlas, kind, [_READ[kind](atlas, known)], day)
    return row


def _may_be_identifier(text: str) -> bool:
    """Tell whether a text is worth looking up: one word with a digit, or of a scheme's form; a year is none."""
    if public_id(text) != text or ":" in text:
        return True
    if text.isdigit():
        return len(text) >= _NUMBER_DIGITS
    return not any(character.isspace() for character in text) and any(character.isdigit() for character in text)


def _organisation(atlas: Atlas, known: str) -> Mapping[str, Any]:
    return vars(atlas.organisation(known))


def _project(atlas: Atlas, known: str) -> Mapping[str, Any]:
    return {**vars(atlas.project(known)), "in_scope": None}


def _trial(atlas: Atlas, known: str) -> Mapping[str, Any]:
    trial = clinical.trial(atlas, known)
    sponsor = next((party.name for party in trial.parties if party.role == "sponsor"), None)
    return {**vars(trial), "sites": len(trial.sites), "sponsor": sponsor}


def _call(atlas: Atlas, known: str) -> Mapping[str, Any]:
    return vars(funding.call(atlas, known))


_READ = {"organisation": _organisation, "project": _project, "trial": _trial, "call": _call}
