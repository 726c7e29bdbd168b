"""What a client asks: batches of queries and of properties, read as version 0.2 of the specification writes them."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from openvalley.atlas.reconciling import COMPARED, Cell
from openvalley.errors import BadInput

#: Queries that one request may hold (the manifest says so), and candidates of one query.
MOST_QUERIES, MOST_CANDIDATES = 50, 50
#: Candidates of a query that does not say how many it wants.
_USUAL = 5
#: Ids and properties of one request for values, and characters of a request.
MOST_IDS, MOST_PROPERTIES = 200, 20
LONGEST = 200_000
#: The only type of things that are reconciled; kinds of organisations are types too (`described.types`).
ORGANISATION = "organisation"


@dataclass(frozen=True)
class Asked:
    """One query: what is to be reconciled, the kinds it may be of (empty: any), and how many candidates are wanted."""

    cell: Cell
    kinds: frozenset[str]
    limit: int


@dataclass(frozen=True)
class Wanted:
    """A request for values: of which organisations, and which properties."""

    ids: Sequence[str]
    properties: Sequence[str]


def queries(text: str) -> dict[str, Asked]:
    """Read a batch of queries.

    Raises:
        BadInput: it is no batch.

    """
    batch = _object(text, "queries")
    if len(batch) > MOST_QUERIES:
        raise BadInput(f"{len(batch)} queries are too many for one request.",
                       hint=f"Send at most {MOST_QUERIES} at a time, as the manifest says (batchSize).")
    return {key: _query(key, entry) for key, entry in batch.items()}


def wanted(text: str) -> Wanted:
    """Read a request for values.

    Raises:
        BadInput: it is none, or asks for too much at once.

    """
    asked = _object(text, "extend")
    ids, properties = asked.get("ids"), asked.get("properties")
    if not isinstance(ids, list) or not isinstance(properties, list) or not all(isinstance(one, str) for one in ids):
        raise BadInput("A request for values has the lists 'ids' and 'properties'.",
                       hint='Write {"ids": ["..."], "properties": [{"id": "city"}]}.')
    if len(ids) > MOST_IDS or len(properties) > MOST_PROPERTIES:
        raise BadInput("This asks for too many values at once.",
                       hint=f"At most {MOST_IDS} ids and {MOST_PROPERTIES} properties a request.")
    names = [entry.get("id") if isinstance(entry, dict) else None for entry in properties]
    if not all(isinstance(name, str) for name in names):
        raise BadInput("Each of the 'properties' has an 'id'.", hint='Write {"id": "city"}.')
    return Wanted(ids, [str(name) for name in names])


def _object(text: str, name: str) -> dict[str, Any]:
    if len(text) > LONGEST:
        raise BadInput(f"'{name}' has {len(text):,} characters.", hint=f"At most {LONGEST:,}; send less at once.")
    try:
        read = json.loads(text)
    except (ValueError, RecursionError) as problem:
        raise BadInput(f"'{name}' is no JSON: {str(problem)[:120]}.", hint="Send a JSON object.") from problem
    if not isinstance(read, dict):
        raise BadInput(f"'{name}' is no JSON object.", hint="Send an object of queries by key." if name == "queries"
                       else "Send an object with 'ids' and 'properties'.")
    return read


def _query(key: str, entry: object) -> Asked:
    if not isinstance(entry, dict):
        raise BadInput(f"The query {key[:40]!r} is no object.", hint='Write {"query": "UZ Gent"}.')
    name, kinds, limit = entry.get("query", ""), entry.get("type") or [], entry.get("limit", _USUAL)
    kinds = [kinds] if isinstance(kinds, str) else kinds
    if not isinstance(name, str) or not isinstance(kinds, list) or not all(isinstance(kind, str) for kind in kinds):
        raise BadInput(f"The query {key[:40]!r} has a 'query' that is no text or a 'type' that is no list of texts.",
                       hint='Write {"query": "UZ Gent", "type": "organisation"}.')
    if isinstance(limit, bool) or not isinstance(limit, int | float) or not limit >= 1:
        raise BadInput(f"The query {key[:40]!r} asks for {str(limit)[:20]} candidates.", hint="Ask for one or more.")
    beside = _beside(key, entry.get("properties", []))
    if not name.strip() and not beside:
        raise BadInput(f"The query {key[:40]!r} has neither a name nor a property that is known here.",
                       hint=f"Give 'query', or 'properties' among: {', '.join(COMPARED)}.")
    return Asked(Cell(name, beside), frozenset(kinds) - {ORGANISATION}, min(int(limit), MOST_CANDIDATES))


def _beside(key: str, properties: object) -> Mapping[str, Sequence[str]]:
    """Return the properties that are compared here; others that a client maps are no fault of its."""
    if not isinstance(properties, list) or not all(isinstance(entry, dict) for entry in properties):
        raise BadInput(f"The 'properties' of the query {key[:40]!r} are no list of objects.",
                       hint='Write [{"pid": "country", "v": "BE"}].')
    told: dict[str, list[str]] = {}
    for entry in properties:
        values = entry.get("v")
        texts = [_said(value) for value in (values if isinstance(values, list) else [values])]
        if entry.get("pid") in COMPARED and any(texts):
            told.setdefault(entry["pid"], []).extend(filter(None, texts))
    return told


def _said(value: object) -> str:
    """Return a value as text: one that is an entity already stands for its id."""
    if isinstance(value, dict):
        value = value.get("id")
    return "" if value is None or isinstance(value, bool) else str(value).strip()
