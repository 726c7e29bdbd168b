"""Reconciling: the few organisations that a name and what is known beside it may mean, for one cell of a table.

Reads a published atlas, writes nothing; next: the site's reconciliation service. Lists as a whole are better linked
(`openvalley.atlas.linking`), which compares every row with all names and gives a calibrated probability. Here a person
looks at each answer while typing or clicking, so the search answers, in milliseconds: the score is a likeness from 0
to 100, not a probability.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from urllib.parse import urlsplit

from openvalley.atlas.reader import Atlas
from openvalley.atlas.search import Hit
from openvalley.errors import UnknownIdentity
from openvalley.resolve.countries import country_code
from openvalley.resolve.normalise import fold, name_key
from openvalley.vocabulary.identifiers import Scheme, is_valid, parse

#: What may be said of an organisation beside its name, each compared with the atlas's.
COMPARED = ("country", "city", "website", "ror", "pic", "vat", "kbo", "kind")
_NUMBERS = {"ror": Scheme.ROR, "pic": Scheme.PIC, "vat": Scheme.VAT, "kbo": Scheme.KBO}
#: The score of one that bears a number that was given, whatever it is called; of one that bears the very name; the
#: most that likeness alone gives.
_CERTAIN, _NAMED, _LIKELY = 100.0, 99.0, 95.0
#: What a likeness is worth where the countries, and where the towns, are others than said: below what matches.
_OTHER_COUNTRY, _OTHER_TOWN = 0.6, 0.93
#: Candidates that are looked at for one that is returned: what is said beside the name may reorder them.
_LOOKED_AT = 3
#: Bearers of one name that are looked at: more than a page shows.
_MOST_BEARERS = 50


@dataclass(frozen=True)
class Cell:
    """What is to be reconciled: a name, and values by the names of `COMPARED`; either may be empty."""

    name: str = ""
    beside: Mapping[str, Sequence[str]] = field(default_factory=dict)


@dataclass(frozen=True)
class Candidate:
    """An organisation that may be meant.

    Attributes:
        id: its public id.
        name: what it is called.
        kind: its kind, a code of the vocabulary.
        country: two letters; None where unknown.
        city: its town; None where unknown.
        score: likeness from 0 to 100; a hundred where a number says so.
        match: whether it is meant without doubt: the only one that bears a number that was given or, without a number,
            the only one of that very name (and country, where one is given).
        features: what was compared, each 0 to 1 or yes/no.

    """

    id: str
    name: str
    kind: str | None
    country: str | None
    city: str | None
    score: float
    match: bool
    features: Mapping[str, float | bool]


def candidates(atlas: Atlas, cell: Cell, limit: int) -> list[Candidate]:
    """Return the organisations that a cell may mean, the likeliest first.

    Args:
        atlas: where they are looked for.
        cell: what is known.
        limit: how many at most, from 1.

    """
    certain = {"number": _numbered(atlas, cell.beside), "same_name": _bearers(atlas, cell.name)}
    hits = {hit.id: hit for hit in atlas.search(cell.name, types=("organisation",),
                                               limit=limit * _LOOKED_AT).items} if cell.name.strip() else {}
    rows = _facts(atlas, [*hits, *(known for ids in certain.values() for known in ids if known not in hits)])
    found = [_compared(row, hits.get(str(row["id"])), cell, certain) for row in rows]
    found.sort(key=lambda candidate: (-candidate.score, candidate.id))
    return _matched(found)[:limit]


def _matched(found: Sequence[Candidate]) -> list[Candidate]:
    """Mark the one that is meant without doubt, if any is: never one of two that are as certain."""
    alone = found[:1] and found[0].score >= _NAMED and all(other.score < found[0].score for other in found[1:])
    return [replace(found[0], match=True), *found[1:]] if alone else list(found)


def _bearers(atlas: Atlas, name: str) -> set[str]:
    """Return the ids of organisations that bear a name, whatever its case, accents and legal form."""
    key = name_key(name)
    return {row["id"] for row in atlas.rows(
        "SELECT id FROM organisation_name WHERE key = ? AND kind IS DISTINCT FROM 'acronym' LIMIT ?",
        [key, _MOST_BEARERS])} if key else set()


def _numbered(atlas: Atlas, beside: Mapping[str, Sequence[str]]) -> set[str]:
    """Return the ids of organisations that bear a number that was given, in any spelling."""
    ids: set[str] = set()
    for name, scheme in _NUMBERS.items():
        for value in beside.get(name, ()):
            if is_valid(scheme, value):
                ids |= _bearing(atlas, parse(scheme, value).public_id, scheme, parse(scheme, value).value)
    return ids


def _bearing(atlas: Atlas, public_id: str, scheme: Scheme, value: str) -> set[str]:
    rows = atlas.rows("SELECT id FROM organisation_identifier WHERE scheme = ? AND value = ?", [scheme.value, value])
    if rows:
        return {row["id"] for row in rows}
    try:
        return {atlas.resolve_id(public_id)}
    except UnknownIdentity:
        return set()


def _facts(atlas: Atlas, ids: Iterable[str]) -> list[dict[str, object]]:
    return atlas.rows("SELECT id, name, kind, country, city, website FROM organisation "
                      "WHERE named AND id IN (SELECT unnest(?))", [list(ids)])


def _compared(row: Mapping[str, object], hit: Hit | None, cell: Cell, certain: Mapping[str, set[str]]) -> Candidate:
    known = str(row["id"])
    features: dict[str, float | bool] = {
        "name": round(hit.score, 4) if hit else 0.0, **_agreeing(row, cell.beside),
        **{name: known in ids for name, ids in certain.items()}}
    score = _NAMED if features["same_name"] else _LIKELY * features["name"]
    score *= _OTHER_COUNTRY if features.get("country") is False else 1.0
    score *= _OTHER_TOWN if features.get("city") is False and not features["same_name"] else 1.0
    return Candidate(id=known, name=str(row["name"]), kind=_text(row["kind"]), country=_text(row["country"]),
                     city=_text(row["city"]), score=_CERTAIN if features["number"] else round(score, 2), match=False,
                     features=features)


def _agreeing(row: Mapping[str, object], beside: Mapping[str, Sequence[str]]) -> dict[str, bool]:
    """Return, for each thing that both sides know, whether they agree on it."""
    told = {
        "country": ({code for value in beside.get("country", ()) if (code := country_code(value))},
                    _text(row["country"])),
        "city": (set(map(fold, beside.get("city", ()))), fold(_text(row["city"]) or "")),
        "website": ({domain for value in beside.get("website", ()) if (domain := _domain(value))},
                    _domain(_text(row["website"]) or "")),
        "kind": (set(beside.get("kind", ())), _text(row["kind"])),
    }
    return {name: ours in theirs for name, (theirs, ours) in told.items() if theirs and ours}


def _domain(address: str) -> str:
    """Return the host of a web address without ``www.``; empty where it is none."""
    try:
        host = urlsplit(address if "//" in address else f"//{address}").hostname or ""
    except ValueError:
        return ""
    return host.removeprefix("www.") if "." in host else ""


def _text(value: object) -> str | None:
    return None if value is None else str(value)
