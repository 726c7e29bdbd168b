"""The shelf: the names of organisations as arrays that batches of texts are compared with.

Names stand on it country by country, within a country those of ROR first; a country comes onto the shelf when the first
row asks for it. What a word weighs does not depend on what stands there (commonness.py).
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, islice

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from sparse_dot_topn import sp_matmul_topn

from openvalley.resolve.linker.commonness import weight
from openvalley.resolve.linker.spaces import Ints, Reals, gram_rows, telling_columns, word_rows
from openvalley.resolve.linker.wording import forms, nation, town, without_noise, words
from openvalley.resolve.normalise import fold
from openvalley.vocabulary.identifiers import ROR_PREFIX

#: Words of a name that are compared one by one, and towns of an organisation; the rest are few and far back.
MOST_WORDS, _MOST_TOWNS = 16, 4
#: A name of one word with fewer letters than this may be an acronym.
_SHORT = 8
#: What words say an organisation is, one bit a kind; two names that speak of different kinds contradict each other.
_KINDS = {word: 1 << bit for bit, group in enumerate((
    ("university", "polytechnic", "appliedsciences"), ("hospital", "universityhospital"), ("institute", "centre"),
    ("college", "school"), ("company", "bank", "group", "pharmaceutical"), ("ministry", "agency", "office"),
    ("foundation",), ("association",), ("academy",), ("city", "council"), ("region", "state", "government"),
    ("museum",), ("library",))) for word in group} | {"universityhospital": 3}

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]


@dataclass(frozen=True)
class Organisation:
    """What a shelf knows of an organisation: its id, country, towns, and names with "is an acronym"."""

    id: str
    country: str
    towns: Sequence[str]
    names: Sequence[tuple[str, bool]]


#: Gives the organisations of some countries; of all, for none.
Organisations = Callable[[Collection[str]], Sequence[Organisation]]


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
    weights: Reals
    kinds: Ints
    numbers: NDArray[np.int64]

    def and_(self, more: "Worded") -> "Worded":
        """Return these texts and more."""
        return Worded([*self.texts, *more.texts], [*self.folded, *more.folded],
                      *(np.concatenate([getattr(self, name), getattr(more, name)])
                        for name in ("tokens", "weights", "kinds", "numbers")))


@dataclass(frozen=True)
class Part:
    """Names that stand together: their numbers, and as columns of a matrix of which only ``used`` rows are kept."""

    names: Ints
    used: Ints
    matrix: sparse.csr_matrix

    def nearest(self, rows: sparse.csr_matrix, most: int, least: float) -> tuple[Ints, Ints]:
        """Return pairs (row, name): of each row the names with the largest products, from ``least`` on."""
        if not len(self.names) or not rows.nnz:
            return np.zeros(0, np.int32), np.zeros(0, np.int32)
        at = np.minimum(np.searchsorted(self.used, rows.indices), len(self.used) - 1)
        kept = self.used[at] == rows.indices
        ends = np.concatenate([[0], np.cumsum(kept)])[rows.indptr]
        bare = sparse.csr_matrix((rows.data[kept], at[kept].astype(np.int32), ends.astype(np.int32)),
                                 shape=(rows.shape[0], len(self.used)))
        found = sp_matmul_topn(bare, self.matrix, top_n=most, threshold=least)
        row = np.repeat(np.arange(rows.shape[0], dtype=np.int32), np.diff(found.indptr))
        return row, self.names[found.indices]


class Shelf:
    """The names of organisations, ready to be compared with batches of texts: one line a name in its arrays.

    Attributes:
        organisation: the number of the organisation that bears the name.
        acronym: whether it is one.
        worded: its words.
        grams: its grams.
        bearers: how many organisations of its country bear it, and how many of all that stand on the shelf.
        ids: the id of each organisation.
        home: the number of each organisation's country.
        nations: the number of the word that names each country, -2 where none does.
        spoken: the words of the names; a word's number is its place.
        by_words, by_letters: the names with the same words; the acronyms and short names with the same letters.

    """

    def __init__(self, organisations: Organisations) -> None:
        """Take what gives organisations; nothing stands on the shelf yet."""
        self._give = organisations
        self._vocabulary: dict[str, int] = {}
        self.spoken: list[str] = []
        self._weights: Reals = np.zeros(0, np.float32)
        self.countries: dict[str, int] = {}
        self._everywhere = False
        self.ids: list[str] = []
        self.home: Ints = np.zeros(0, np.int32)
        self.ror: Bools = np.zeros(0, bool)
        self.nations: Ints = np.zeros(0, np.int32)
        self._towns: dict[str, int] = {}
        self._town_words: Ints = np.zeros(0, np.int32)
        self.towns: Ints = np.zeros((0, _MOST_TOWNS), np.int32)
        self.organisation: Ints = np.zeros(0, np.int32)
        self.acronym: Bools = np.zeros(0, bool)
        self.worded = self.read((), ())
        self.grams = gram_rows(())
        self.bearers: Ints = np.zeros((2, 0), np.int32)
        self.by_words: dict[str, list[int]] = defaultdict(list)
        self.by_letters: dict[str, list[int]] = defaultdict(list)
        self._parts: dict[str, tuple[Part, Part]] = {}

    def load(self, countries: Collection[str]) -> None:
        """Put the names of countries onto the shelf, those of all for the empty one, unless they are there."""
        missing = set(countries) - set(self.countries) - ({""} if self._everywhere else set())
        if not missing:
            return
        known = set(self.countries)
        given = [] if self._everywhere else self._give([] if "" in missing else sorted(missing))
        self._everywhere |= "" in missing
        new = sorted((one for one in given if one.country not in known),
                     key=lambda one: (one.country, not one.id.startswith(ROR_PREFIX), one.id))
        for country in sorted(missing.union(one.country for one in new) - {""}):
            self.countries.setdefault(country, len(self.countries))
        self._parts.pop("", None)
        self._put(new)

    def _put(self, new: Sequence[Organisation]) -> None:
        first, before = len(self.ids), len(self.organisation)
        kept = list(_names(new))
        self.ids += [one.id for one in new]
        self.home = np.concatenate([self.home, np.array([self.countries[one.country] for one in new], np.int32)])
        self.ror = np.concatenate([self.ror, np.array([one.id.startswith(ROR_PREFIX) for one in new], bool)])
        self.organisation = np.concatenate([self.organisation, np.array([one[0] + first for one in kept], np.int32)])
        self.acronym = np.concatenate([self.acronym, np.array([one[3] for one in kept], bool)])
        for word in dict.fromkeys(chain.from_iterable(one[1] for one in kept)):
            self._vocabulary.setdefault(word, len(self._vocabulary))
        self.spoken += islice(self._vocabulary, len(self.spoken), None)
        heavy = [weight(word) for word in self.spoken[len(self._weights):]]
        self._weights = np.concatenate([self._weights, np.array(heavy, np.float32)])
        worded = self.read([one[1] for one in kept], [one[2] for one in kept])
        self.worded = self.worded.and_(worded)
        self.grams = sparse.vstack([self.grams, gram_rows(worded.texts)], "csr")
        for at, (text, folded) in enumerate(zip(worded.texts, worded.folded, strict=True), before):
            self.by_words[text].append(at)
            if self.acronym[at] or (" " not in folded and len(folded) < _SHORT):
                self.by_letters[folded.replace(" ", "")].append(at)
        self._count_bearers()
        self._settle(new)

    def _count_bearers(self) -> None:
        """Count how many organisations bear the words of each name, in its country and in all."""
        text = np.zeros(len(self.organisation), np.int64)
        for number, names in enumerate(self.by_words.values()):
            text[names] = number
        self.bearers = np.ones((2, len(text)), np.int32)
        for line, group in enumerate((text * (len(self.countries) + 1) + self.home[self.organisation], text)):
            borne = np.unique(np.stack([group, self.organisation.astype(np.int64)]), axis=1)
            _, count = np.unique(borne[0], return_counts=True)
            self.bearers[line] = count[np.searchsorted(np.unique(borne[0]), group)]

    def _settle(self, new: Sequence[Organisation]) -> None:
        """Note the towns of organisations."""
        towns = np.full((len(new), _MOST_TOWNS), -1, np.int32)
        for row, one in enumerate(new):
            for column, place in enumerate(list(dict.fromkeys(town(name, one.country) for name in one.towns))
                                           [:_MOST_TOWNS]):
                towns[row, column] = self._towns.setdefault(place, len(self._towns))
        self.towns = np.concatenate([self.towns, towns])
        self.nations = self.numbers_of([nation(country) for country in self.countries])
        self._town_words = np.array([self._vocabulary.get(place, -1) for place in self._towns], np.int32)

    def read(self, texts: Sequence[tuple[str, ...]], folded: Sequence[str]) -> Worded:
        """Number and weigh the words of texts."""
        tokens = np.full((len(texts), MOST_WORDS), -1, np.int32)
        kinds = np.zeros(len(texts), np.int32)
        numbers = np.zeros(len(texts), np.int64)
        known = self._vocabulary
        unknown: dict[tuple[int, int], float] = {}
        flat: list[int] = []
        sizes: list[int] = []
        for row, text in enumerate(texts):
            told = list(dict.fromkeys(text))[:MOST_WORDS]
            sizes.append(len(told))
            for column, word in enumerate(told):
                number = known.get(word)
                if number is None:
                    number = -2 - column
                    unknown[row, column] = weight(word)
                flat.append(number)
                if word in _KINDS:
                    kinds[row] |= _KINDS[word]
                elif word[0] < "a" and word.isdigit():
                    numbers[row] += int(word[:9]) + 1
        filled = np.arange(MOST_WORDS) < np.array(sizes, np.int32).reshape(-1, 1)
        tokens[filled] = flat
        weights = np.zeros(tokens.shape, np.float32)
        on_shelf = tokens >= 0
        weights[on_shelf] = self._weights[tokens[on_shelf]]
        for place, heavy in unknown.items():
            weights[place] = heavy
        return Worded([" ".join(text) for text in texts], list(folded), tokens, weights, kinds, numbers)

    def rows(self, worded: Worded) -> sparse.csr_matrix:
        """Return texts as rows that parts of the shelf are multiplied with."""
        return sparse.hstack([gram_rows(worded.texts), word_rows(worded.tokens, worded.weights, len(self._vocabulary))],
                             "csr")

    def parts(self, country: str) -> tuple[Part, Part]:
        """Return the names of a country (all for the empty one): those of ROR's organisations, and the others."""
        if country not in self._parts:
            owner = self.organisation
            here = np.ones(len(owner), bool) if not country else self.home[owner] == self.countries[country]
            self._parts[country] = (self._part(here & self.ror[owner]), self._part(here & ~self.ror[owner]))
        return self._parts[country]

    def _part(self, chosen: Bools) -> Part:
        names = np.flatnonzero(chosen).astype(np.int32)
        # Of names that are equally near the first are kept: their order is the same whatever was loaded first.
        ids = np.array([self.ids[one] for one in self.organisation[names].tolist()], object)
        names = names[np.argsort(ids, kind="stable")]
        if not len(names):
            return Part(names, names, sparse.csr_matrix((0, 0), dtype=np.float32))
        words = word_rows(self.worded.tokens[names], self.worded.weights[names], len(self._vocabulary))
        matrix = sparse.hstack([self.grams[names], words], "csc")
        used = np.flatnonzero(np.diff(matrix.indptr) * telling_columns(self._weights)).astype(np.int32)
        return Part(names, used, matrix[:, used].T.tocsr())

    def town_numbers(self, places: Sequence[tuple[str, str]]) -> tuple[Ints, Ints]:
        """Return the numbers of towns (name, country) as the shelf has them, and of the words that name them.

        Minus one where there is no town, minus two where the shelf does not know it.
        """
        named = [town(place, country) if place else "" for place, country in places]
        numbers = [self._towns.get(place, -2) if place else -1 for place in named]
        spoken = [self._vocabulary.get(place, -2) if place else -1 for place in named]
        return np.array(numbers, np.int32), np.array(spoken, np.int32)

    def numbers_of(self, words_: Sequence[str]) -> Ints:
        """Return the numbers of words, -2 where no name has them."""
        return np.array([self._vocabulary.get(word, -2) if word else -2 for word in words_], np.int32)

    def words_of_towns(self, organisations: Ints) -> Ints:
        """Return the numbers of the words that name the towns of organisations, -1 where there is none."""
        towns = self.towns[organisations]
        return np.where(towns >= 0, self._town_words[np.maximum(towns, 0)], -1) if len(self._town_words) else towns

    @property
    def home_of_names(self) -> Ints:
        """The number of the country of each name's organisation."""
        return self.home[self.organisation]


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
