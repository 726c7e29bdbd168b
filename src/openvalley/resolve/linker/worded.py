"""Words by number: texts as arrays of the words that a shelf of names knows, with what each weighs."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields
from itertools import chain, repeat

import numpy as np
from numpy.typing import NDArray

from openvalley.resolve.linker.commonness import weight
from openvalley.resolve.linker.spaces import Bools, Ints, Reals, Strings

#: Words of a name that are compared one by one; the rest are few and far back.
MOST_WORDS = 16
#: Digits of a number that are looked at: more are none that names differ in.
_DIGITS = 9
#: What words say an organisation is, one bit a kind; two names that speak of different kinds contradict each other.
_KINDS = {word: 1 << bit for bit, group in enumerate((
    ("university", "polytechnic", "appliedsciences"), ("hospital", "universityhospital"), ("institute", "centre"),
    ("college", "school"), ("company", "bank", "group", "pharmaceutical"), ("ministry", "agency", "office"),
    ("foundation",), ("association",), ("academy",), ("city", "council"), ("region", "state", "government"),
    ("museum",), ("library",))) for word in group} | {"universityhospital": 3}


@dataclass(frozen=True)
class Worded:
    """Texts as a shelf compares them, one row a text.

    Attributes:
        texts: the words, joined by blanks.
        sorted: the words in alphabetical order, joined by blanks.
        folded: the text as it came, folded.
        plain: whether all words are among the tokens, and none stands there twice.
        tokens: numbers of the first `MOST_WORDS` distinct words, -1 where there are fewer; unknown words count down
            from -2.
        weights: the weight of each of these words, 0 to 1.
        kinds: what the words say the organisation is, as bits.
        numbers: a sum over the words that are numbers: two texts with other numbers differ in it.

    """

    texts: Strings
    sorted: Strings
    folded: Strings
    plain: Bools
    tokens: Ints
    weights: Reals
    kinds: Ints
    numbers: NDArray[np.int64]

    def and_(self, more: "Worded") -> "Worded":
        """Return these texts and more."""
        return Worded(**{one.name: np.concatenate([getattr(self, one.name), getattr(more, one.name)])
                         for one in fields(self)})


class Vocabulary:
    """The words that names have.

    Attributes:
        spoken: the words; a word's number is its place.
        weights: what each weighs, 0 to 1.

    """

    def __init__(self) -> None:
        """No word is known yet."""
        self._numbers: dict[str, int] = {}
        self.spoken = strings(())
        self.weights: Reals = np.zeros(0, np.float32)
        self._kinds: Ints = np.zeros(0, np.int32)
        self._figures: NDArray[np.int64] = np.zeros(0, np.int64)

    def __len__(self) -> int:
        """Return how many words there are."""
        return len(self._numbers)

    def add(self, words: Iterable[str]) -> None:
        """Add words; those that are known keep their numbers."""
        new = [word for word in dict.fromkeys(words) if word not in self._numbers]
        self._numbers.update(zip(new, range(len(self), len(self) + len(new)), strict=True))
        self.spoken = np.concatenate([self.spoken, strings(new)])
        self.weights = np.concatenate([self.weights, np.array([weight(word) for word in new], np.float32)])
        self._kinds = np.concatenate([self._kinds, np.array([_KINDS.get(word, 0) for word in new], np.int32)])
        self._figures = np.concatenate([self._figures, np.array([_figure(word) for word in new], np.int64)])

    def numbers(self, words: Iterable[str]) -> Ints:
        """Return the numbers of words, -2 where no name has them."""
        return np.fromiter((self._numbers.get(word, -2) for word in words), np.int32)

    def read(self, texts: Sequence[tuple[str, ...]], folded: Sequence[str]) -> Worded:
        """Number and weigh the words of texts."""
        told = [distinct(text) for text in texts]
        sizes = np.fromiter(map(len, told), np.int32, len(told))
        row = np.repeat(np.arange(len(told), dtype=np.int32), sizes)
        column = np.arange(len(row), dtype=np.int32) - np.repeat(np.cumsum(sizes, dtype=np.int32) - sizes, sizes)
        flat = list(chain.from_iterable(told))
        number = np.fromiter(map(self._numbers.get, flat, repeat(-1)), np.int32, len(flat))
        unknown = np.flatnonzero(number < 0)
        unheard = [flat[at] for at in unknown.tolist()]
        # What stands in place of an unknown word's number is not looked at: a shelf may know no word at all.
        kind, figure, heavy = (known[number] if len(known) else np.zeros(len(number), known.dtype)
                               for known in (self._kinds, self._figures, self.weights))
        kind[unknown] = [_KINDS.get(word, 0) for word in unheard]
        figure[unknown] = [_figure(word) for word in unheard]
        heavy[unknown] = [weight(word) for word in unheard]
        number[unknown] = -2 - column[unknown]
        tokens, weights = np.full((len(told), MOST_WORDS), -1, np.int32), np.zeros((len(told), MOST_WORDS), np.float32)
        tokens[row, column], weights[row, column] = number, heavy
        kinds, figures = np.zeros(len(told), np.int32), np.zeros(len(told), np.int64)
        np.bitwise_or.at(kinds, row, kind)
        np.add.at(figures, row, figure)
        return Worded(strings(map(" ".join, texts)), strings(" ".join(sorted(text)) for text in texts),
                      strings(folded), sizes == np.fromiter(map(len, texts), np.int32, len(texts)), tokens, weights,
                      kinds, figures)


def distinct(text: tuple[str, ...]) -> Sequence[str]:
    """Return the words of a text that are compared one by one, each once."""
    return (text if len(set(text)) == len(text) else list(dict.fromkeys(text)))[:MOST_WORDS]


def _figure(word: str) -> int:
    """Return a number that stands for a word of digits, 0 for any other word."""
    return int(word[:_DIGITS]) + 1 if word < "a" and word.isdigit() else 0


def strings(texts: Iterable[str]) -> Strings:
    """Return texts as an array."""
    given = list(texts)
    found = np.empty(len(given), object)
    found[:] = given
    return found
