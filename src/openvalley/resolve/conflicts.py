"""Conflicts: judgements that cannot all be true: by some of them two records are the same, by one of them they differ.

Reads the judgements in force. None of them is wrong by itself, so none is refused; people who wrote them are told.
"""

from collections import defaultdict, deque
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from openvalley.resolve.clusters import Clusters
from openvalley.resolve.judgement import Decision, Judgement


@dataclass(frozen=True)
class Conflict:
    """A judgement that two records differ, and judgements that make the two one, in the order of the way between."""

    apart: Judgement
    same: Sequence[Judgement]


def conflicts(judgements: Sequence[Judgement]) -> Iterator[Conflict]:
    """Yield every judgement that two differ against which others stand, with the shortest way by which they do."""
    same = [judgement for judgement in judgements if judgement.decision is Decision.SAME]
    clusters = Clusters({})
    ways: defaultdict[str, list[Judgement]] = defaultdict(list)
    for judgement in same:
        clusters.join(*judgement.pair)
        for record in judgement.pair:
            ways[record].append(judgement)
    for judgement in judgements:
        if judgement.decision is Decision.DIFFERENT and clusters.one(*judgement.pair):
            yield Conflict(judgement, _way(ways, *judgement.pair))


def _way(ways: Mapping[str, Sequence[Judgement]], start: str, goal: str) -> list[Judgement]:
    """Return the shortest chain of judgements from one record to another that it leads to."""
    reached: dict[str, list[Judgement]] = {start: []}
    waiting = deque([start])
    while goal not in reached:
        record = waiting.popleft()
        for judgement in ways[record]:
            other = judgement.right if judgement.left == record else judgement.left
            if other not in reached:
                reached[other] = [*reached[record], judgement]
                waiting.append(other)
    return reached[goal]
