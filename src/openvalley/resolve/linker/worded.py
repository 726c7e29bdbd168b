"""Words by number: texts as arrays of the words that a shelf of names knows, with what each weighs."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import NDArray

from openvalley.resolve.linker.commonness import weight
from openvalley.resolve.linker.spaces import Bools, Ints, Reals, Strings

#: Words of a name that are compared one by one; the rest are few and far back.
MOST_WORDS = 16
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

    def __len__(self) -> int:
        """Return how many words there are."""
        return len(self._numbers)

    def add(self, words: Iterable[str]) -> None:
        """Add words; those that are known keep their numbers."""
        for word in words:
            self._numbers.setdefault(word, len(self._numbers))
        self.spoken = strings(self._numbers)
        heavy = [weight(word) for word in self.spoken[len(self.weights):]]
        self.weights = np.concatenate([self.weights, np.array(heavy, np.float32)])

    def numbers(self, words: Iterable[str]) -> Ints:
        """Return the numbers of words, -2 where no name has them."""
        return np.array([self._numbers.get(word, -2) for word in words], np.int32)

    def read(self, texts: Sequence[tuple[str, ...]], folded: Sequence[str]) -> Worded:
        """Number and weigh the words of texts."""
        tokens = np.full((len(texts), MOST_WORDS), -1, np.int32)
        kinds = np.zeros(len(texts), np.int32)
        numbers = np.zeros(len(texts), np.int64)
        known = self._numbers
        unknown: dict[tuple[int, int], float] = {}
        flat: list[int] = []
        sizes: list[int] = []
        plain = np.zeros(len(texts), bool)
        for row, text in enumerate(texts):
            told = list(dict.fromkeys(text))[:MOST_WORDS]
            sizes.append(len(told))
            plain[row] = len(told) == len(text)
            for column, word in enumerate(told):
                number = known.get(word)
                if number is None:
                    number = -2 - column
                    unknown[row, column] = weight(word)
                flat.append(number)
                if word in _KINDS:
                    kinds[row] |= _KINDS[word]
                elif word < "a" and word.isdigit():
                    numbers[row] += int(word[:9]) + 1
        filled = np.arange(MOST_WORDS) < np.array(sizes, np.int32).reshape(-1, 1)
        tokens[filled] = flat
        weights = np.zeros(tokens.shape, np.float32)
        on_shelf = tokens >= 0
        weights[on_shelf] = self.weights[tokens[on_shelf]]
        for place, heavy in unknown.items():
            weights[place] = heavy
        return Worded(strings(map(" ".join, texts)), strings(" ".join(sorted(text)) for text in texts),
                      strings(folded), plain, tokens, weights, kinds, numbers)


def strings(texts: Iterable[str]) -> Strings:
    """Return texts as an array."""
    given = list(texts)
    found = np.empty(len(given), object)
    found[:] = given
    return found
