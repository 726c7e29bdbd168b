"""How common words are in the names of organisations: what they weigh when names are compared.

Weights are inverse document frequencies (Robertson 2004), divided by their largest value: 1 is a word that hardly any
name has. They are read from ``commonness.toml``, which tools/count_words.py counts in the names of ROR, and not counted
anew in what a list is linked against: so an organisation that has nothing to do with a row changes nothing for it.
"""

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib import resources

import numpy as np
from numpy.typing import NDArray

#: What a folded text is made of; its place is a letter's number.
LETTERS = " abcdefghijklmnopqrstuvwxyz0123456789"
#: Letters of a gram, as in most work on matching names; a word's ends count as letters.
GRAM = 3
#: How many grams there are.
GRAMS = len(LETTERS) ** GRAM
#: Holders of a word that stands in no list: more would have been counted.
_FEW = 3.0
#: Holders that a gram has beside those of the listed words: words that are not listed have grams, too.
_BESIDE = 60.0


@cache
def counted() -> tuple[float, Mapping[str, float]]:
    """Return the number of names that were counted, and how many of them have each listed word."""
    text = resources.files(__package__).joinpath("commonness.toml").read_text(encoding="utf-8")
    table = tomllib.loads(text)
    return float(table["names"]), {word: float(count) for count, words in table["words"].items()
                                   for word in words.split()}


def weight(word: str) -> float:
    """Return what a word weighs, 0 to 1."""
    return _weights().get(word, _rare())


@cache
def _weights() -> Mapping[str, float]:
    total, counts = counted()
    return {word: float(np.log1p(total / count) / np.log1p(total)) for word, count in counts.items()}


@cache
def _rare() -> float:
    total, _ = counted()
    return float(np.log1p(total / _FEW) / np.log1p(total))


@cache
def gram_weights() -> NDArray[np.float32]:
    """Return what each gram weighs, one value for each of `GRAMS`, by the listed words that have it."""
    total, counts = counted()
    words = list(counts)
    number, gram = grams(words)
    holders = np.bincount(gram, weights=np.array([counts[word] for word in words])[number], minlength=GRAMS)
    weights: NDArray[np.float32] = np.log1p(total / (holders + _BESIDE)).astype(np.float32)
    return weights


def grams(texts: list[str]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the grams of the words of folded texts: the number of a gram's text, and its own."""
    edged = np.frombuffer("".join(f" {text} " for text in texts).encode("ascii"), np.uint8)
    if len(edged) < GRAM:
        return np.zeros(0, np.int64), np.zeros(0, np.int64)
    letters = _NUMBERS[edged]
    of = np.repeat(np.arange(len(texts)), [len(text) + 2 for text in texts])
    # A gram around a blank belongs to two words, or to two texts.
    within = letters[1:-1] > 0
    one = (letters[:-2] * len(LETTERS) + letters[1:-1]) * len(LETTERS) + letters[2:]
    return of[1:-1][within], one[within]


_NUMBERS: NDArray[np.int64] = np.zeros(256, np.int64)
_NUMBERS[np.frombuffer(LETTERS.encode("ascii"), np.uint8)] = np.arange(len(LETTERS))
