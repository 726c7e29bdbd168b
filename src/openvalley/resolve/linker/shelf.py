"""Shelves: the names of one country's organisations (or of all countries) as arrays that batches are compared with.

A shelf is made when the first row of its country comes. Weights of words are inverse document frequencies within the
shelf (Robertson 2004), divided by their largest value: 1 is a word that no name has.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from sparse_dot_topn import sp_matmul_topn

from openvalley.resolve.linker.wording import forms, town, without_noise, words
from openvalley.resolve.normalise import fold

#: Letters of a gram, as in most work on matching names; a name's ends count as letters.
_GRAM = 3
#: Words of a name that are compared one by one, and towns of an organisation; the rest are few and far back.
MOST_WORDS, _MOST_TOWNS = 16, 4
#: Grams and words that more of the names have than this share tell too little to find candidates by.
_COMMON = 0.08
#: A shelf of so few names leaves nothing out.
_SMALL_SHELF = 2_000
#: Least likeness (cosine; share of a name's weight, squared) at which a name becomes a candidate.
_LEAST_GRAMS, _LEAST_WORDS = 0.25, 0.3
#: What words say an organisation is, one bit a kind; two names that speak of different kinds contradict each other.
_KINDS = {word: 1 << bit for bit, group in enumerate((
    ("university", "polytechnic", "appliedsciences"), ("hospital", "universityhospital"), ("institute", "centre"),
    ("college", "school"), ("company", "bank", "group", "pharmaceutical"), ("ministry", "agency", "office"),
    ("foundation",), ("association",), ("academy",), ("city", "council"), ("region", "state", "government"),
    ("museum",), ("library",))) for word in group} | {"universityhospital": 3}

Ints = NDArray[np.int32]
Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Organisation:
    """What a shelf knows of an organisation: its id, country, towns, and names with "is an acronym"."""

    id: str
    country: str
    towns: Sequence[str]
    names: Sequence[tuple[str, bool]]


@dataclass(frozen=True)
class Worded:
    """Texts as a shelf compares them, one row a text.

    Attributes:
        texts: the words, joined by blanks.
        folded: the text as it came, folded.
        tokens: numbers of the first `MOST_WORDS` distinct words, -1 where there are fewer; unknown words count down
            from -2.
        weights: the weight of each of these words, 0 to 1.
        kinds: what the words say the organisation is, as bits.
        numbers: a sum over the words that are numbers: two texts with other numbers differ in it.

    """

    texts: Sequence[str]
    folded: Sequence[str]
    tokens: Ints
    weights: Floats
    kinds: Ints
    numbers: NDArray[np.int64]


class Shelf:
    """The names of some organisations, ready to be compared with batches of texts."""

    def __init__(self, organisations: Sequence[Organisation]) -> None:
        """Take the names apart; takes some seconds for a hundred thousand names."""
        self.organisations = organisations
        kept = list(_names(organisations))
        self.organisation: Ints = np.array([name[0] for name in kept], np.int32)
        self.acronym: NDArray[np.bool_] = np.array([name[3] for name in kept], bool)
        worded = [name[1] for name in kept]
        holders = np.zeros(0, np.float64)
        self._vocabulary = {word: number for number, word in enumerate(dict.fromkeys(chain.from_iterable(worded)))}
        counts = np.bincount([self._vocabulary[word] for name in worded for word in set(name)],
                             minlength=len(self._vocabulary)) if worded else holders
        most = np.log1p(max(1, len(worded)))
        self._weights: Floats = np.log1p(len(worded) / np.maximum(counts, 1)) / most if len(counts) else holders
        self.names = self.worded(worded, [name[2] for name in kept])
        self._find = _Finder(self.names.texts, self.words_matrix(self.names), len(worded))
        self.spelt: Mapping[str, list[int]] = _grouped(self.names.texts)
        short = ((number, folded.replace(" ", "")) for number, folded in enumerate(self.names.folded)
                 if self.acronym[number] or (" " not in folded and len(folded) < MOST_WORDS // 2))
        self.letters: Mapping[str, list[int]] = _grouped_pairs(short)
        bearers: dict[str, set[int]] = defaultdict(set)
        for text, organisation in zip(self.names.texts, self.organisation.tolist(), strict=True):
            bearers[text].add(organisation)
        self.bearers: Ints = np.array([len(bearers[text]) for text in self.names.texts], np.int32)
        self.towns: Ints = np.full((len(organisations), _MOST_TOWNS), -1, np.int32)
        self._towns: dict[str, int] = {}
        for row, organisation in enumerate(organisations):
            known = dict.fromkeys(town(place, organisation.country) for place in organisation.towns)
            for column, place in enumerate(list(known)[:_MOST_TOWNS]):
                self.towns[row, column] = self._towns.setdefault(place, len(self._towns))
        self._town_words: Ints = np.array([self._vocabulary.get(place, -1) for place in self._towns], np.int32)

    def worded(self, texts: Sequence[tuple[str, ...]], folded: Sequence[str]) -> Worded:
        """Number the words of texts."""
        tokens = np.full((len(texts), MOST_WORDS), -1, np.int32)
        weights = np.zeros((len(texts), MOST_WORDS))
        kinds = np.zeros(len(texts), np.int32)
        numbers = np.zeros(len(texts), np.int64)
        for row, text in enumerate(texts):
            unknown = -2
            for column, word in enumerate(list(dict.fromkeys(text))[:MOST_WORDS]):
                number = self._vocabulary.get(word)
                if number is None:
                    number, unknown = unknown, unknown - 1
                    weights[row, column] = 1.0
                else:
                    weights[row, column] = self._weights[number]
                tokens[row, column] = number
                kinds[row] |= _KINDS.get(word, 0)
                if word.isdigit():
                    numbers[row] += int(word[:9]) + 1
        return Worded([" ".join(text) for text in texts], folded, tokens, weights, kinds, numbers)

    def words_matrix(self, worded: Worded) -> sparse.csr_matrix:
        """Return texts by words, each word by the root of its weight: products of rows sum the weights they share."""
        known = worded.tokens >= 0
        rows, _ = np.nonzero(known)
        return sparse.csr_matrix((np.sqrt(worded.weights[known]).astype(np.float32), (rows, worded.tokens[known])),
                                 shape=(len(worded.texts), max(1, len(self._vocabulary))))

    def town_numbers(self, places: Sequence[tuple[str, str]]) -> tuple[Ints, Ints]:
        """Return the numbers of towns (name, country) as the shelf has them, and of the words that name them.

        Minus one where there is no town, minus two where the shelf does not know it.
        """
        named = [town(place, country) if place else "" for place, country in places]
        numbers = [self._towns.get(place, -2) if place else -1 for place in named]
        spoken = [self._vocabulary.get(place, -2) if place else -1 for place in named]
        return np.array(numbers, np.int32), np.array(spoken, np.int32)

    def words_of_towns(self, organisations: Ints) -> Ints:
        """Return the numbers of the words that name the towns of organisations, -1 where there is none."""
        towns = self.towns[organisations]
        return np.where(towns >= 0, self._town_words[np.maximum(towns, 0)], -1) if len(self._town_words) else towns

    def candidates(self, worded: Worded, most: int) -> tuple[Ints, Ints]:
        """Return pairs (text, name) that are alike by letters or by words, at most twice ``most`` a text."""
        return self._find.candidates(worded.texts, self.words_matrix(worded), most)

    def grams(self, texts: Sequence[str]) -> sparse.csr_matrix:
        """Return texts by their grams, weighted and of length 1: products of rows are cosines."""
        return self._find.grams(texts)

    @property
    def gram_rows(self) -> sparse.csr_matrix:
        """The names by their grams."""
        return self._find.names


class _Finder:
    """Finds the names nearest to texts, by sparse products."""

    def __init__(self, texts: Sequence[str], by_words: sparse.csr_matrix, total: int) -> None:
        self._known: dict[str, int] = {}
        for text in texts:
            for gram in _grams(text):
                self._known.setdefault(gram, len(self._known))
        raw = self._counted(texts)
        holders = np.bincount(raw.indices, minlength=max(1, len(self._known)))
        self._weights = (np.log1p(total / np.maximum(holders, 1))).astype(np.float32)
        self._unknown = float(np.log1p(total))
        self.names = self._weighed(raw, texts)
        frequent = max(_COMMON * total, _SMALL_SHELF)
        self._by_grams = _without_common(self.names, frequent).T.tocsr()
        sums = np.asarray(by_words.multiply(by_words).sum(axis=1)).ravel()
        shares = sparse.diags(1 / np.sqrt(np.maximum(sums, 1e-9))) @ by_words
        self._by_words = _without_common(shares.tocsr().astype(np.float32), frequent).T.tocsr()

    def candidates(self, texts: Sequence[str], by_words: sparse.csr_matrix, most: int) -> tuple[Ints, Ints]:
        if not self._by_grams.shape[1]:
            return np.zeros(0, np.int32), np.zeros(0, np.int32)
        letters = sp_matmul_topn(self.grams(texts), self._by_grams, top_n=most, threshold=_LEAST_GRAMS).tocoo()
        spoken = sp_matmul_topn(by_words, self._by_words, top_n=most, threshold=_LEAST_WORDS).tocoo()
        pairs = np.unique(np.stack([np.concatenate([letters.row, spoken.row]),
                                    np.concatenate([letters.col, spoken.col])], axis=1), axis=0)
        return pairs[:, 0].astype(np.int32), pairs[:, 1].astype(np.int32)

    def grams(self, texts: Sequence[str]) -> sparse.csr_matrix:
        return self._weighed(self._counted(texts), texts)

    def _counted(self, texts: Sequence[str]) -> sparse.csr_matrix:
        found = [[self._known[gram] for gram in _grams(text) if gram in self._known] for text in texts]
        ends = np.cumsum([0, *map(len, found)])
        flat = np.fromiter(chain.from_iterable(found), np.int32, count=int(ends[-1]))
        counted = sparse.csr_matrix((np.ones(len(flat), np.float32), flat, ends),
                                    shape=(len(texts), max(1, len(self._known))))
        counted.sum_duplicates()
        return counted

    def _weighed(self, counted: sparse.csr_matrix, texts: Sequence[str]) -> sparse.csr_matrix:
        """Weigh counts and bring rows to length 1; grams that no name has lengthen a text."""
        weighed = counted.multiply(self._weights[None, :]).tocsr().astype(np.float32)
        held = np.asarray(counted.sum(axis=1)).ravel()
        unknown = np.array([len(text) for text in texts]) - held
        squares = np.asarray(weighed.multiply(weighed).sum(axis=1)).ravel() + np.maximum(unknown, 0) * self._unknown**2
        return (sparse.diags(1 / np.sqrt(np.maximum(squares, 1e-9))) @ weighed).tocsr().astype(np.float32)


def _without_common(matrix: sparse.csr_matrix, most: float) -> sparse.csr_matrix:
    common = np.bincount(matrix.indices, minlength=matrix.shape[1]) > most
    return (matrix @ sparse.diags((~common).astype(np.float32))).tocsr()


def _grams(text: str) -> list[str]:
    edged = f" {text} "
    return [edged[at:at + _GRAM] for at in range(len(edged) - _GRAM + 1)]


def _names(organisations: Sequence[Organisation]) -> Iterator[tuple[int, tuple[str, ...], str, bool]]:
    """Yield each organisation's distinct names: its number, words, folded text, and whether it is an acronym."""
    for number, organisation in enumerate(organisations):
        seen: set[tuple[tuple[str, ...], bool]] = set()
        for name, is_acronym in organisation.names:
            for form, bracketed in forms(name):
                folded = fold(without_noise(form))
                key = (words(form, organisation.country), is_acronym or bracketed)
                if folded and key not in seen:
                    seen.add(key)
                    yield number, key[0], folded, key[1]


def _grouped(texts: Sequence[str]) -> Mapping[str, list[int]]:
    return _grouped_pairs(enumerate(texts))


def _grouped_pairs(pairs: Iterable[tuple[int, str]]) -> Mapping[str, list[int]]:
    found: dict[str, list[int]] = defaultdict(list)
    for number, text in pairs:
        found[text].append(number)
    return found
