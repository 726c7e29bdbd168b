"""Which judgements hold: worked out from their whole history and its times, whatever the order in which it came.

Reads judgements, writes nothing. Next: judgements.py, which keeps them.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from openvalley.resolve.judgement import Decision, Judgement

_TICK = timedelta(microseconds=1)


@dataclass(frozen=True)
class Merged:
    """What became of judgements that were brought together with those of the store, by their places among them.

    ``contrary``: places, each with another judgement of the same pair and time, which is there or comes before it; then
    nothing was added.
    """

    added: Sequence[int]
    known: Sequence[int]
    contrary: Sequence[tuple[int, Judgement]]


def in_force(history: Sequence[Judgement]) -> list[Judgement]:
    """Return the judgements of a history that hold, oldest first.

    Of a pair the latest holds that was not taken back. That nothing matches a record, and that another one is the same,
    exclude each other: the later of the two holds. Times decide, so the order of the history says nothing.
    """
    holding: list[Judgement] = []
    settled: set[tuple[str, str]] = set()
    undone: set[tuple[str, str, str]] = set()
    matched: set[str] = set()
    unmatched: set[str] = set()
    ordered = sorted(history, key=lambda judgement: (judgement.at, *judgement.pair))
    for judgement in ordered[::-1]:
        if (*judgement.pair, judgement.at) in undone:
            continue
        if judgement.decision is Decision.UNDECIDED and judgement.undoes:
            undone.add((*judgement.pair, judgement.undoes))
        elif judgement.pair not in settled:
            settled.add(judgement.pair)
            if judgement.decision is not Decision.UNDECIDED and not _overruled(judgement, matched, unmatched):
                holding.append(judgement)
                matched.update(judgement.pair if judgement.decision is Decision.SAME else ())
            # Also where a later one overrules it: what it overruled itself does not come back by that.
            unmatched.update({judgement.left} if judgement.decision is Decision.NO_MATCH else ())
    return holding[::-1]


def brought_together(history: Sequence[Judgement], arriving: Sequence[Judgement]) -> tuple[list[Judgement], Merged]:
    """Return which judgements are new to a history, those without a time with one, and what became of each."""
    timed = {(*judgement.pair, judgement.at): judgement for judgement in history}
    holding = {judgement.pair: judgement for judgement in in_force(history)}
    untimed: dict[tuple[str, str], Judgement] = {}
    last = max((judgement.at for judgement in (*history, *arriving)), default="")
    new: dict[int, Judgement] = {}
    known: list[int] = []
    contrary: list[tuple[int, Judgement]] = []
    for place, judgement in enumerate(arriving):
        before = timed.get((*judgement.pair, judgement.at)) if judgement.at else untimed.get(judgement.pair)
        if before is not None and before != judgement:
            contrary.append((place, before))
        elif before is not None or (not judgement.at and _holds(judgement, holding)):
            known.append(place)
        elif judgement.at:
            timed[*judgement.pair, judgement.at] = new[place] = judgement
        else:
            last = following(last)
            untimed[judgement.pair] = judgement
            new[place] = replace(judgement, at=last)
    return list(new.values()), Merged([] if contrary else list(new), known, contrary)


def following(last: str) -> str:
    """Return the time of now, or just after the last one where that is not before it: later stays later."""
    now = datetime.now(UTC)
    return max(now, datetime.fromisoformat(last) + _TICK if last else now).isoformat()


def _holds(judgement: Judgement, holding: dict[tuple[str, str], Judgement]) -> bool:
    """Tell whether a judgement without a time says what holds already."""
    before = holding.get(judgement.pair)
    if judgement.decision is Decision.UNDECIDED:
        return before is None
    return before is not None and (before.decision, before.judge, before.why) == (
        judgement.decision, judgement.judge, judgement.why)


def _overruled(judgement: Judgement, matched: set[str], unmatched: set[str]) -> bool:
    if judgement.decision is Decision.NO_MATCH:
        return judgement.left in matched
    return judgement.decision is Decision.SAME and not unmatched.isdisjoint(judgement.pair)
