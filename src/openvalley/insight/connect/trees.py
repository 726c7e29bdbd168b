"""A ranker as text: boosted regression trees, written by tools/train_connect.py and read here with numpy alone.

A line ``learnt_until DAY`` says until when the labels reach; ``features NAME ...`` names the columns. Each further line
is a tree: its nodes in order, ``column:threshold:low:high`` (go to node ``low`` where the value is at most the
threshold, else to ``high``) or ``=value`` for a leaf.
"""

from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib import resources
from typing import Self

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Whole = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Trees:
    """Trees as arrays of nodes: all trees one after the other; a leaf leads to itself."""

    learnt_until: date
    features: tuple[str, ...]
    roots: Whole
    column: Whole
    threshold: Floats
    low: Whole
    high: Whole
    value: Floats

    @classmethod
    def read(cls, text: str) -> Self:
        """Read trees from text."""
        lines = text.splitlines()
        until, named = lines[0].split()[1], tuple(lines[1].split()[1:])
        roots: list[int] = []
        nodes: list[tuple[float, float, int, int, float]] = []
        for line in lines[2:]:
            first = len(nodes)
            roots.append(first)
            for place, node in enumerate(line.split(), start=first):
                if node.startswith("="):
                    nodes.append((0.0, 0.0, place, place, float(node[1:])))
                else:
                    column, threshold, low, high = node.split(":")
                    nodes.append((float(column), float(threshold), first + int(low), first + int(high), 0.0))
        column, threshold, low, high, value = np.array(nodes, float).T
        return cls(date.fromisoformat(until), named, np.array(roots), column.astype(int), threshold, low.astype(int),
                   high.astype(int), value)

    def score(self, table: Floats) -> Floats:
        """Return the sum of all trees for each row; ``table`` is rows x features, a higher sum is likelier."""
        at = np.repeat(self.roots[None, :], len(table), axis=0)
        cells = np.ravel(table)  # taking from one dimension is faster than from two
        first_cell = np.arange(len(table))[:, None] * len(self.features)
        while True:
            here = cells.take(first_cell + self.column.take(at)) <= self.threshold.take(at)
            below = np.where(here, self.low.take(at), self.high.take(at))
            if np.array_equal(below, at):
                total: Floats = self.value[at].sum(axis=1)
                return total
            at = below


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
