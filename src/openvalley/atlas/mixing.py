"""The order of a list of all types: what holds every word of a query first, then what holds most; some of each type.

Likeness alone is fair among names of one type. Between types it is not: a short name that holds one word of three is
liker to them than the long title of a trial that holds all three.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from openvalley.atlas.search import Hit

#: From this likeness a hit is what was named: it keeps its score, whatever words it lacks.
NAMED = 0.7
#: What is left of the score of who merged or was dissolved, or is known to be of another field.
_ASIDE = 0.8
_GONE = frozenset({"merged", "dissolved"})
#: Rows in which each type has its best, and how many of each.
_FIRST, _EACH = 20, 3
#: Least share of a query's words that a thing holds which is put among the first for its type's sake.
_LEAST = 0.25


@dataclass(frozen=True)
class Held:
    """The share (0 to 1) of a query's words that each hit, by its id, holds anywhere."""

    shares: Mapping[str, float]

    def of(self, hit: "Hit") -> float:
        """Return the share that a hit holds; what was named holds all."""
        return 1.0 if hit.score >= NAMED else self.shares.get(hit.id, 0.0)


def mixed(hits: Sequence["Hit"], held: Held) -> list["Hit"]:
    """Return hits of all types in their order, their scores lowered by the square of the words that they lack.

    The best three of each type that hold a quarter of the words stand among the first twenty; those that came there for
    their type's sake follow the others.
    """
    scored = [replace(hit, score=round(_score(hit, held.of(hit)), 4)) for hit in hits]
    scored.sort(key=lambda hit: (-hit.score, hit.id))
    shares = {hit.id: held.of(hit) for hit in hits}
    counted: Counter[str] = Counter()
    kept = set()
    for hit in scored:
        counted[hit.type] += shares[hit.id] >= _LEAST
        if shares[hit.id] >= _LEAST and counted[hit.type] <= _EACH:
            kept.add(hit.id)
    others = [hit.id for hit in scored if hit.id not in kept][:max(0, _FIRST - len(kept))]
    first = kept.union(others)
    return [*(hit for hit in scored if hit.id in first), *(hit for hit in scored if hit.id not in first)]


def _score(hit: "Hit", share: float) -> float:
    if hit.score >= NAMED:
        return hit.score
    aside = hit.type == "organisation" and (hit.shown.get("state") in _GONE or hit.shown.get("in_scope") is False)
    return hit.score * share**2 * (_ASIDE if aside else 1.0)
