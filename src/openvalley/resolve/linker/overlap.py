"""Overlap: the words that texts and names have in common, for many pairs at once.

Arrays here have one line a word and one column a pair, so that whole lines are compared with each other: numpy takes
many times longer over the few words of one pair after the other.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from openvalley.resolve.linker.spaces import Bools, Ints, Reals
from openvalley.resolve.linker.worded import Worded

#: Halves of a line of words: numpy sums eight numbers at a time, and so do we.
_AT_ONCE = 8


@dataclass(frozen=True)
class Overlap:
    """The words of pairs (text, name), of which ``texts`` and ``names`` are the numbers.

    Attributes:
        texts, names: one number a pair.
        ours, theirs: numbers of the words, -1 where there are fewer, other negative numbers where no name has it.
        weights, others: what these words weigh, 0 to 1.
        both, back: which words of the text the name has, and which words of the name the text has.
        alone, other_alone: how many words only the text has, and only the name.

    """

    texts: Ints
    names: Ints
    ours: Ints
    theirs: Ints
    weights: Reals
    others: Reals
    both: Bools
    back: Bools
    alone: Ints
    other_alone: Ints


def overlap(texts: Worded, names: Worded, pairs: tuple[Ints, Ints]) -> Overlap:
    """Return what pairs (text, name) have in common."""
    text, name = pairs
    ours, theirs = lines(texts.tokens, text), lines(names.tokens, name)
    both, back = np.zeros(ours.shape, bool), np.zeros(theirs.shape, bool)
    # Words that no name has, and places without a word, are like nothing.
    known = np.where(ours < 0, np.iinfo(np.int32).min, ours)
    for one, word in enumerate(known):
        for other, theirs_ in enumerate(theirs):
            same = word == theirs_
            both[one] |= same
            back[other] |= same
    return Overlap(text, name, ours, theirs, lines(texts.weights, text), lines(names.weights, name), both, back,
                   ((ours != -1) & ~both).sum(axis=0, dtype=np.int32),
                   ((theirs != -1) & ~back).sum(axis=0, dtype=np.int32))


def lines(table: NDArray[Any], rows: Ints) -> NDArray[Any]:
    """Return rows of a table as columns."""
    return np.ascontiguousarray(table[rows].T)


def meet(ours: Ints, theirs: Ints) -> Bools:
    """Return which words of the first stand among the second; minus one is no word."""
    found = np.zeros(ours.shape, bool)
    for other in theirs:
        found |= ours == other
    return found & (ours >= 0)


def total(weights: Reals) -> Reals:
    """Return the sum of each column, added up as numpy adds up a row of as many numbers."""
    summed = weights[:_AT_ONCE] + weights[_AT_ONCE:]
    while len(summed) > 1:
        summed = summed[0::2] + summed[1::2]
    one: Reals = summed[0]
    return one


def heaviest(weights: Reals) -> tuple[Reals, Ints]:
    """Return the largest number of each column, and its line, the first of equal ones."""
    most = weights[0].copy()
    at = np.zeros(weights.shape[1], np.int32)
    for line, one in enumerate(weights[1:], 1):
        np.putmask(at, one > most, line)
        np.maximum(most, one, out=most)
    return most, at
