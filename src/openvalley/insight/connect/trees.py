"""A ranker as text: boosted regression trees, written by tools/train_connect.py and read here with numpy alone.

A line ``learnt_until DAY`` says until when the labels reach; ``features NAME ...`` names the columns. Each further line
is a tree: its nodes in order, ``column:threshold:low:high`` (go to node ``low`` where the value is at most the
threshold, else to ``high``) or ``=value`` for a leaf.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib import resources
from typing import NamedTuple, Self

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Whole = npt.NDArray[np.int64]
Sets = npt.NDArray[np.uint32]

#: Leaves that a tree may have, and all of them as a set; rows that are scored at once.
_LEAVES, _ALL, _ROWS = 32, np.uint32(0xFFFFFFFF), 1024
#: Times a single bit, its upper five bits are that bit's own number in `_PLACE` (Leiserson and others 1998, MIT).
_DE_BRUIJN = np.uint32(0x077CB531)
_PLACE = np.zeros(_LEAVES, np.int64)
_PLACE[[((0x077CB531 << place) & 0xFFFFFFFF) >> 27 for place in range(_LEAVES)]] = np.arange(_LEAVES)


@dataclass(frozen=True)
class Trees:
    """Trees as sets of leaves: a value above a threshold rules out the leaves that lie low of it.

    What is left of a tree's leaves when all columns are read begins with the leaf that the tree's nodes lead to
    (QuickScorer: Lucchese and others 2015, SIGIR, 73-82). Sets are numbers of 32 bits, the first leaf the lowest bit.

    Attributes:
        learnt_until: the last day of the labels.
        features: names of the columns.
        thresholds: of each column that any tree reads, by its number: all its thresholds, rising.
        readers: of each such column, the numbers of the trees that read it.
        left: of each such column, reader x threshold: the leaves left where the value is above so many thresholds.
        values: of each leaf, tree by tree, `_LEAVES` places for each.
        trees: how many there are.

    """

    learnt_until: date
    features: tuple[str, ...]
    thresholds: Mapping[int, Floats]
    readers: Mapping[int, Whole]
    left: Mapping[int, Sets]
    values: Floats
    trees: int

    @classmethod
    def read(cls, text: str) -> Self:
        """Read trees from text; each may have 32 leaves.

        Raises:
            ValueError: a tree has more.

        """
        first, named, *lines = text.splitlines()
        values = np.zeros((len(lines), _LEAVES))
        rules = [rule for tree, line in enumerate(lines) for rule in _rules(line, tree, values[tree])]
        thresholds, readers, left = {}, {}, {}
        for column in sorted({rule.column for rule in rules}):
            own = [rule for rule in rules if rule.column == column]
            thresholds[column] = np.unique([rule.threshold for rule in own])
            readers[column] = np.unique([rule.tree for rule in own])
            left[column] = np.full((len(readers[column]), len(thresholds[column]) + 1), _ALL)
            for rule in own:
                above = np.searchsorted(thresholds[column], rule.threshold) + 1
                left[column][np.searchsorted(readers[column], rule.tree), above:] &= rule.left
        return cls(date.fromisoformat(first.split()[1]), tuple(named.split()[1:]), thresholds, readers, left,
                   values.ravel(), len(lines))

    def score(self, table: Floats) -> Floats:
        """Return the sum of all trees for each row; ``table`` is rows x features, a higher sum is likelier."""
        places = np.arange(self.trees)[:, None] * _LEAVES
        points = np.empty(len(table))
        for start in range(0, len(table), _ROWS):
            part = table[start:start + _ROWS]
            left = np.full((self.trees, len(part)), _ALL)
            for column, thresholds in self.thresholds.items():
                left[self.readers[column]] &= self.left[column].take(np.searchsorted(thresholds, part[:, column]), 1)
            lowest = left & (~left + np.uint32(1))
            leaf = _PLACE[(lowest * _DE_BRUIJN) >> np.uint32(27)]
            points[start:start + _ROWS] = self.values.take(leaf + places).sum(axis=0)
        return points


class _Rule(NamedTuple):
    """A node: above this threshold of this column only these leaves of this tree are left."""

    column: int
    threshold: float
    tree: int
    left: np.uint32


def _rules(line: str, tree: int, values: Floats) -> list[_Rule]:
    """Return the nodes of a tree, and put what its leaves hold into their places, those low of a node first."""
    nodes, rules, count = line.split(), [], 0

    def leaves(node: int) -> int:
        nonlocal count
        if nodes[node].startswith("="):
            if count == _LEAVES:
                raise ValueError(f"A tree has more than {_LEAVES} leaves: {line[:40]} ...")
            values[count], count = float(nodes[node][1:]), count + 1
            return 1 << count - 1
        column, threshold, low, high = nodes[node].split(":")
        lower = leaves(int(low))
        rules.append(_Rule(int(column), float(threshold), tree, np.uint32(lower) ^ _ALL))
        return lower | leaves(int(high))

    leaves(0)
    return rules


@dataclass(frozen=True)
class Calibration:
    """How often pairs that got so many points worked together for the first time within the year after.

    Attributes:
        cut: the day from which on the year was looked at, by trees that had not seen it.
        points: sums of the trees, rising.
        shares: of all pairs of so many points, the share (0 to 1) that came true; never falling.

    """

    cut: date
    points: Floats
    shares: Floats

    @classmethod
    def read(cls, text: str) -> Self:
        """Read a calibration: a line ``measured_from DAY``, then lines ``points share``."""
        first, *lines = text.splitlines()
        points, shares = np.array([[float(cell) for cell in line.split()] for line in lines]).T
        return cls(date.fromisoformat(first.split()[1]), points, shares)

    def share(self, points: Floats) -> Floats:
        """Return the share that came true of pairs of so many points; between two measured ones, in proportion."""
        found: Floats = np.interp(points, self.points, self.shares)
        return found


@dataclass(frozen=True)
class Ranker:
    """Trees, and what their points mean."""

    trees: Trees
    calibration: Calibration


@cache
def plain_ranker() -> Ranker:
    """Return the delivered ranker for projects of any programme."""
    return _delivered("")


@cache
def programme_ranker() -> Ranker:
    """Return the delivered ranker for projects whose programme is given."""
    return _delivered("programme_")


def _delivered(prefix: str) -> Ranker:
    folder = resources.files(__package__)
    trees, calibration = (folder.joinpath(f"{prefix}{name}.txt").read_text(encoding="utf-8")
                          for name in ("ranker", "calibration"))
    return Ranker(Trees.read(trees), Calibration.read(calibration))
