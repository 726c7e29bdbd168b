"""Fields: whether a call is of the field of who asks - a battery cell shares its word with cells of another kind."""

import re
import tomllib
from collections.abc import Sequence
from functools import cache, lru_cache
from importlib import resources

#: A call of another field must be so much nearer by its words: more than twice.
ELSEWHERE = 0.4
#: Sectors of somebody of whom none is known: those of health, the most of what the atlas holds.
#: Topics whose field is kept: more than the programmes have calls at one time.
_TOPICS_KEPT = 10_000
_USUAL = ("biopharma", "medtech", "diagnostics", "care")


def in_field(topic: str, sectors: Sequence[str]) -> float:
    """Return by what the likeness of a call counts: 1 in the field of who asks, `ELSEWHERE` in another.

    Args:
        topic: the code of the call's topic.
        sectors: the sectors of who asks (codes of the vocabulary); none where they are not known.

    """
    of = _field(topic)
    return 1.0 if of is None or of & set(sectors or _USUAL) else ELSEWHERE


@lru_cache(_TOPICS_KEPT)
def _field(topic: str) -> frozenset[str] | None:
    """Return the sectors of a topic's field; None for a topic of any."""
    return next((of for begins, of in _fields() if begins.match(topic)), None)


@cache
def _fields() -> Sequence[tuple[re.Pattern[str], frozenset[str]]]:
    table = tomllib.loads(resources.files(__package__).joinpath("fields.toml").read_text(encoding="utf-8"))
    return [(re.compile(entry["topics"], re.IGNORECASE), frozenset(entry["sectors"])) for entry in table.values()]
