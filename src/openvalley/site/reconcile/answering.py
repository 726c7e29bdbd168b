"""The answers as the specification has them: candidates, suggested organisations, values of properties."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext

from openvalley.atlas.model import Organisation
from openvalley.atlas.reader import Atlas
from openvalley.atlas.reconciling import Candidate, candidates
from openvalley.errors import BadInput, UnknownIdentity
from openvalley.site.pages import wording
from openvalley.site.reconcile.asked import ORGANISATION, Asked, Wanted
from openvalley.site.reconcile.described import PROPERTIES, named

#: Organisations that are suggested while somebody types.
_SUGGESTED = 10
#: Candidates that are looked at for one that is of a wanted kind.
_OF_KIND = 5


def results(atlas: Atlas, batch: Mapping[str, Asked]) -> dict[str, Any]:
    """Return the candidates of each query of a batch."""
    return {key: {"result": [_result(found) for found in _found(atlas, asked)]} for key, asked in batch.items()}


def _found(atlas: Atlas, asked: Asked) -> list[Candidate]:
    if not asked.kinds:
        return candidates(atlas, asked.cell, asked.limit)
    found = candidates(atlas, asked.cell, asked.limit * _OF_KIND)
    return [one for one in found if one.kind in asked.kinds][:asked.limit]


def _result(found: Candidate) -> dict[str, Any]:
    return {"id": found.id, "name": found.name, "description": _described(found.kind, found.city, found.country),
            "type": _types(found.kind), "score": found.score, "match": found.match,
            "features": [{"id": name, "value": value} for name, value in found.features.items()]}


def suggested(atlas: Atlas, prefix: str, cursor: int) -> list[dict[str, Any]]:
    """Return organisations whose names are like a text, from the ``cursor``-th on."""
    hits = atlas.search(prefix, types=("organisation",), limit=_SUGGESTED, offset=cursor).items
    return [{"id": hit.id, "name": hit.name, "notable": _types(hit.shown.get("kind")),
             "description": _described(hit.shown.get("kind"), hit.shown.get("city"), hit.shown.get("country"))}
            for hit in hits]


def values(atlas: Atlas, wanted: Wanted) -> dict[str, Any]:
    """Return values of properties by organisation; those that the atlas does not know have none.

    Raises:
        BadInput: there is no such property.

    """
    unknown = [name for name in wanted.properties if name not in PROPERTIES]
    if unknown:
        raise BadInput(f"There is no property {unknown[0][:40]!r} here.", hint=f"There are: {', '.join(PROPERTIES)}.")
    return {
        "meta": [{"id": name, "name": named(name)} for name in wanted.properties],
        "rows": {known: _row(_known(atlas, known), wanted) for known in dict.fromkeys(wanted.ids)},
    }


def _known(atlas: Atlas, known_id: str) -> Organisation | None:
    try:
        return atlas.organisation(known_id)
    except UnknownIdentity:
        return None


def _row(organisation: Organisation | None, wanted: Wanted) -> dict[str, list[dict[str, Any]]]:
    return {name: [_value(value) for value in PROPERTIES[name](organisation)] if organisation else []
            for name in wanted.properties}


def _value(value: object) -> dict[str, Any]:
    """Return a value with its type."""
    if isinstance(value, int):
        return {"int": value}
    return {"float": value} if isinstance(value, float) else {"str": str(value)}


def _types(kind: str | None) -> list[dict[str, str]]:
    return [{"id": ORGANISATION, "name": gettext("Organisation")},
            *([{"id": kind, "name": wording.term("kind", kind)}] if kind else [])]


def _described(kind: str | None, city: str | None, country: str | None) -> str:
    place = ", ".join(part for part in (city, wording.country(country)) if part)
    return " · ".join(part for part in (wording.term("kind", kind) if kind else "", place) if part)
