"""Scorecards: points for what a pair has in common, in a text file that a person can read and argue with.

A scorecard is a list of rules, whose points and the start are summed; their logistic function is a probability. A rule
asks for one feature, then for a second one: ``letters 0.5 | town 0.5: -0.2 0.1 | order 0.7: 0.1 0.3`` gives -0.2 points
where letters are at most 0.5 and town is at most 0.5, 0.1 where town is more; where letters are more than 0.5, it goes
by order. Rules are the trees of gradient boosting (Friedman 2001), of depth one or two.
"""

import re
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources

import numpy as np
from numpy.typing import NDArray

from openvalley.resolve.linker.spaces import Floats

#: Rows that are scored at a time: what is computed of so many stays in the processor's cache.
_AT_A_TIME = 8_192
#: So many thresholds are compared with one after the other; more are searched.
_FEW = 12
_RULE = re.compile(r"(\w+) (\S+) \| (.+?) \| (.+)")
_BRANCH = re.compile(r"(\w+) (\S+): (\S+) (\S+)")


@dataclass(frozen=True)
class Branch:
    """Where a feature is at most ``most`` the first points, else the second."""

    feature: str
    most: float
    points: tuple[float, float]


@dataclass(frozen=True)
class Rule:
    """Where a feature is at most ``most`` the first branch, else the second."""

    feature: str
    most: float
    branches: tuple[Branch, Branch]


class Scorecard:
    """Rules about features, which are the columns of what is scored."""

    def __init__(self, features: Sequence[str], start: float, rules: Sequence[Rule]) -> None:
        """Sum rules up: for each two features a table of points by ranges of both.

        Raises:
            ValueError: a rule asks for another feature.

        """
        self._start = start
        above: dict[str, set[float]] = {feature: set() for feature in features}
        for rule in rules:
            for asked in (rule, *rule.branches):
                if asked.feature not in above:
                    raise ValueError(f"The scorecard speaks of {asked.feature}, which is no feature: train it again.")
                above[asked.feature].add(asked.most)
        self._above = [np.array(sorted(thresholds)) for thresholds in above.values()]
        columns = {feature: column for column, feature in enumerate(features)}
        tables: dict[tuple[int, int], Floats] = {}
        for rule in rules:
            first = columns[rule.feature]
            at = int(np.searchsorted(self._above[first], rule.most)) + 1
            for branch, rows in zip(rule.branches, (slice(0, at), slice(at, None)), strict=True):
                second = columns[branch.feature]
                shape = (len(self._above[first]) + 1, len(self._above[second]) + 1)
                table = tables.setdefault((first, second), np.zeros(shape))
                split = int(np.searchsorted(self._above[second], branch.most)) + 1
                table[rows, :split] += branch.points[0]
                table[rows, split:] += branch.points[1]
        self._tables = tables
        self._asked = {column for both in tables for column in both}

    def points(self, seen: Floats) -> Floats:
        """Return the sum of points of each row of features."""
        total = np.full(len(seen), self._start)
        for start in range(0, len(seen), _AT_A_TIME):
            some = slice(start, start + _AT_A_TIME)
            ranges = {column: _ranges(np.ascontiguousarray(seen[some, column]), self._above[column])
                      for column in self._asked}
            for (first, second), table in self._tables.items():
                total[some] += table.ravel().take(ranges[first] * table.shape[1] + ranges[second])
        return total


def _ranges(values: Floats, above: Floats) -> NDArray[np.intp]:
    """Return how many of the thresholds, in order, each value is above."""
    if len(above) > _FEW:
        return np.searchsorted(above, values, side="left")
    found = np.zeros(len(values), np.intp)
    for threshold in above:
        found += values > threshold
    return found


def logistic(points: Floats) -> Floats:
    """Return probabilities, 0 to 1, of points (log-odds)."""
    return 1 / (1 + np.exp(-np.clip(points, -30, 30)))


def written(rule: Rule) -> str:
    """Return a rule as text."""
    branches = (f"{one.feature} {one.most:g}: {one.points[0]:g} {one.points[1]:g}" for one in rule.branches)
    return " | ".join((f"{rule.feature} {rule.most:g}", *branches))


def read(text: str) -> Rule:
    """Read a rule.

    Raises:
        ValueError: it is none.

    """
    rule = _RULE.fullmatch(text)
    branches = [_BRANCH.fullmatch(part) for part in (rule[3], rule[4])] if rule else []
    if rule is None or None in branches:
        raise ValueError(f"This is no rule of a scorecard: {text}")
    first, second = (Branch(one[1], float(one[2]), (float(one[3]), float(one[4]))) for one in branches if one)
    return Rule(rule[1], float(rule[2]), (first, second))


@cache
def scorecard(name: str, features: tuple[str, ...]) -> Scorecard:
    """Return a scorecard of ``scorecard.toml`` beside this module, about these features.

    Raises:
        ValueError: it speaks of other features.

    """
    text = resources.files(__package__).joinpath("scorecard.toml").read_text(encoding="utf-8")
    table = tomllib.loads(text)[name]
    return Scorecard(features, table["start"], [read(line) for line in table["rules"].splitlines() if line])
