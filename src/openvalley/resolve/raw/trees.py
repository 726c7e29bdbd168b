"""Small decision trees as text: what the features of a candidate count, summed over trees, in points (log-odds).

Each line of `trees.txt` is a tree: its nodes in order, ``feature:threshold:low:high`` (go to node ``low`` where the
feature is at most the threshold, else to ``high``) or ``=points`` for a leaf. The first line is what every candidate
starts with.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources

import numpy as np
from numpy.typing import NDArray

from openvalley.resolve.linker.spaces import Floats
from openvalley.resolve.raw.weighing import FEATURES

_Whole = NDArray[np.int64]


@dataclass(frozen=True)
class Trees:
    """Trees as arrays of nodes, one after the other; a leaf leads to itself."""

    start: float
    roots: _Whole
    column: _Whole
    threshold: Floats
    low: _Whole
    high: _Whole
    value: Floats

    def points(self, seen: Floats) -> Floats:
        """Return the sum of points of each row of features (columns of `FEATURES`)."""
        total = np.full(len(seen), self.start)
        rows = np.arange(len(seen))
        for root in self.roots.tolist():
            at = np.full(len(seen), root)
            while True:
                below = np.where(seen[rows, self.column[at]] <= self.threshold[at], self.low[at], self.high[at])
                if np.array_equal(below, at):
                    break
                at = below
            total += self.value[at]
        return total


def read(lines: Sequence[str]) -> Trees:
    """Read trees from the lines of a text.

    Raises:
        ValueError: they speak of other features than `FEATURES`.

    """
    columns = {name: column for column, name in enumerate(FEATURES)}
    roots: list[int] = []
    nodes: list[tuple[int, float, int, int, float]] = []
    for line in lines[1:]:
        first = len(nodes)
        roots.append(first)
        for place, node in enumerate(line.split(), start=first):
            if node.startswith("="):
                nodes.append((0, 0.0, place, place, float(node[1:])))
                continue
            name, threshold, low, high = node.split(":")
            if name not in columns:
                raise ValueError(f"The trees of raw affiliations speak of {name}: train them again.")
            nodes.append((columns[name], float(threshold), first + int(low), first + int(high), 0.0))
    column, threshold_, low_, high_, value = (np.array(part) for part in zip(*nodes, strict=True))
    return Trees(float(lines[0]), np.array(roots), column, threshold_, low_, high_, value)


@cache
def trees() -> Trees:
    """Return the trees that are delivered (`trees.txt` beside this module, written by tools/train_raw.py)."""
    text = resources.files(__package__).joinpath("trees.txt").read_text(encoding="utf-8")
    return read([line for line in text.splitlines() if line and not line.startswith("#")])
