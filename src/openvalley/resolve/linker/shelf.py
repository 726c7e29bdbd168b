"""The shelf: the names of organisations as arrays that batches of texts are compared with.

Names stand on it country by country, within a country those of ROR first; a country comes onto the shelf when the first
row asks for it. What a word weighs does not depend on what stands there (commonness.py).
"""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from itertools import chain

import numpy as np
from scipy import sparse
from sparse_dot_topn import sp_matmul_topn

from openvalley.resolve.linker.namesakes import Namesakes
from openvalley.resolve.linker.spaces import Bools, Ints, gram_rows, telling_columns, word_rows
from openvalley.resolve.linker.worded import Vocabulary, Worded
from openvalley.resolve.linker.wording import folded_words, forms, nation, town, without_noise
from openvalley.resolve.normalise import fold, legal_forms
from openvalley.vocabulary.identifiers import ROR_PREFIX

#: Towns of an organisation; the rest are few and far back.
_MOST_TOWNS = 4
#: A name of one word with fewer letters than this may be an acronym.
_SHORT = 8
#: Letters of an acronym.
_ACRONYM = range(2, 9)


#: A form of a name: its words, the text folded, and whether it is an acronym.
Form = tuple[tuple[str, ...], str, bool]


@dataclass(frozen=True)
class Organisation:
    """What a shelf knows of an organisation: its id, country, towns, and names with "is an acronym".

    ``forms`` are those of the names, where they are known already (`forms_of`).
    """

    id: str
    country: str
    towns: Sequence[str]
    names: Sequence[tuple[str, bool]]
    forms: Sequence[Form] | None = None


#: Gives the organisations of some countries; of all, for none.
Organisations = Callable[[Collection[str]], Sequence[Organisation]]


@dataclass(frozen=True)
class Part:
    """Names that stand together: their numbers, and as columns of a matrix of which only ``used`` rows are kept."""

    names: Ints
    used: Ints
    matrix: sparse.csr_matrix

    def nearest(self, rows: sparse.csr_matrix, places: Ints, most: int, least: float) -> tuple[Ints, Ints]:
        """Return pairs (row, name): of each row the names with the largest products, from ``least`` on.

        Args:
            rows: texts.
            places: minus one for each column of the rows; left as it was.
            most: names of each row.
            least: the least product, 0 to 2.

        """
        if not len(self.names) or not rows.nnz:
            return np.zeros(0, np.int32), np.zeros(0, np.int32)
        places[self.used] = np.arange(len(self.used), dtype=np.int32)
        at = places[rows.indices]
        places[self.used] = -1
        kept = at >= 0
        ends = np.concatenate([[0], np.cumsum(kept)])[rows.indptr]
        bare = sparse.csr_matrix((rows.data[kept], at[kept], ends.astype(np.int32)),
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
        rank: its place in the order of ids: the same whatever came onto the shelf first.
        home: the number of each organisation's country.
        nations: the number of the word that names each country, -2 where none does.
        words: the words of the names.
        by_words, by_letters: the names with the same words; the acronyms, and what may be one, with the same letters.

    """

    def __init__(self, organisations: Organisations) -> None:
        """Take what gives organisations; nothing stands on the shelf yet."""
        self._give = organisations
        self.words = Vocabulary()
        self.countries: dict[str, int] = {}
        self._everywhere = False
        self.ids: list[str] = []
        self.rank: Ints = np.zeros(0, np.int32)
        self.home: Ints = np.zeros(0, np.int32)
        self.ror: Bools = np.zeros(0, bool)
        self.nations: Ints = np.zeros(0, np.int32)
        self._towns: dict[str, int] = {}
        self._town_words: Ints = np.zeros(0, np.int32)
        self.towns: Ints = np.zeros((0, _MOST_TOWNS), np.int32)
        self.organisation: Ints = np.zeros(0, np.int32)
        self.acronym: Bools = np.zeros(0, bool)
        self.worded = self.words.read((), ())
        self.grams = gram_rows(())
        self.bearers: Ints = np.zeros((2, 0), np.int32)
        self.by_words, self.by_letters = Namesakes(), Namesakes()
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
        kept = [(number, *form) for number, one in enumerate(new)
                for form in (forms_of(one) if one.forms is None else one.forms)]
        self.ids += [one.id for one in new]
        self.rank = np.empty(len(self.ids), np.int32)
        self.rank[sorted(range(len(self.ids)), key=self.ids.__getitem__)] = np.arange(len(self.ids))
        self.home = np.concatenate([self.home, np.array([self.countries[one.country] for one in new], np.int32)])
        self.ror = np.concatenate([self.ror, np.array([one.id.startswith(ROR_PREFIX) for one in new], bool)])
        self.organisation = np.concatenate([self.organisation, np.array([one[0] + first for one in kept], np.int32)])
        self.acronym = np.concatenate([self.acronym, np.array([one[3] for one in kept], bool)])
        self.words.add(chain.from_iterable(one[1] for one in kept))
        worded = self.words.read([one[1] for one in kept], [one[2] for one in kept])
        self.worded = self.worded.and_(worded)
        self.grams = sparse.vstack([self.grams, gram_rows(worded.texts)], "csr")
        self.by_words.put(worded.texts.tolist(), np.arange(before, len(self.organisation), dtype=np.int32))
        short = [at for at, (one, acronym) in enumerate(zip(worded.folded.tolist(), self.acronym[before:].tolist(),
                                                            strict=True))
                 if (acronym or (" " not in one and len(one) < _SHORT)) and is_acronym(one.replace(" ", ""))]
        self.by_letters.put([worded.folded[at].replace(" ", "") for at in short],
                            np.array(short, np.int32) + np.int32(before))
        self._count_bearers()
        self._settle(new)

    def _count_bearers(self) -> None:
        """Count how many organisations bear the words of each name, in its country and in all."""
        text = self.by_words.group.astype(np.int64)
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
        self.nations = self.words.numbers([nation(country) for country in self.countries])
        self._town_words = np.maximum(self.words.numbers(self._towns), -1)

    def rows(self, worded: Worded, grams: sparse.csr_matrix) -> sparse.csr_matrix:
        """Return texts, of which these are the grams, as rows that parts of the shelf are multiplied with."""
        return sparse.hstack([grams, word_rows(worded.tokens, worded.weights, len(self.words))], "csr")

    def parts(self, country: str) -> tuple[Part, Part]:
        """Return the names of a country (all for the empty one): those of ROR's organisations, and the others."""
        if country not in self._parts:
            owner = self.organisation
            here = np.ones(len(owner), bool) if not country else self.home[owner] == self.countries[country]
            self._parts[country] = (self._part(here & self.ror[owner]), self._part(here & ~self.ror[owner]))
        return self._parts[country]

    def _part(self, chosen: Bools) -> Part:
        names = np.flatnonzero(chosen).astype(np.int32)
        # Of names that are equally near the first are kept.
        names = names[np.argsort(self.rank[self.organisation[names]], kind="stable")]
        if not len(names):
            return Part(names, names, sparse.csr_matrix((0, 0), dtype=np.float32))
        words = word_rows(self.worded.tokens[names], self.worded.weights[names], len(self.words))
        matrix = sparse.hstack([self.grams[names], words], "csc")
        used = np.flatnonzero(np.diff(matrix.indptr) * telling_columns(self.words.weights)).astype(np.int32)
        return Part(names, used, matrix[:, used].T.tocsr())

    def town_numbers(self, places: Sequence[tuple[str, str]]) -> tuple[Ints, Ints]:
        """Return the numbers of towns (name, country) as the shelf has them, and of the words that name them.

        Minus one where there is no town, minus two where the shelf does not know it.
        """
        named = [town(place, country) if place else "" for place, country in places]
        numbers = np.array([self._towns.get(place, -2) if place else -1 for place in named], np.int32)
        return numbers, np.where(numbers == -1, np.int32(-1), self.words.numbers(named))

    def words_of_towns(self, organisations: Ints) -> Ints:
        """Return the numbers of the words that name the towns of organisations, -1 where there is none."""
        towns = self.towns[organisations]
        return np.where(towns >= 0, self._town_words[np.maximum(towns, 0)], -1) if len(self._town_words) else towns

    @property
    def home_of_names(self) -> Ints:
        """The number of the country of each name's organisation."""
        return self.home[self.organisation]


def is_acronym(letters: str) -> bool:
    """Tell whether a text without blanks may be an acronym: of few letters, and no legal form."""
    return len(letters) in _ACRONYM and letters not in legal_forms()


def forms_of(organisation: Organisation) -> list[Form]:
    """Return the distinct forms of an organisation's names."""
    found: dict[tuple[tuple[str, ...], bool], Form] = {}
    for name, named in organisation.names:
        for form, bracketed in forms(name):
            folded = fold(without_noise(form))
            if folded:
                told, acronym = folded_words(folded, organisation.country), named or bracketed
                found.setdefault((told, acronym), (told, folded, acronym))
    return list(found.values())
