"""The lexicon: all names of all organisations by their words, and where they stand in a string.

A name is found by its words in one form for all languages, in any order ("University of Ghent" in "Ghent University"),
without small words and legal forms. Names in Chinese and Japanese, written without blanks, are found by their letters.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from openvalley.resolve.linker.shelf import Organisation
from openvalley.resolve.linker.wording import equivalent_words, forms
from openvalley.resolve.normalise import fold, legal_forms, without_fillers, without_legal_form
from openvalley.resolve.raw.splitting import Split
from openvalley.resolve.raw.translating import spoken, unspaced

#: Words of the longest names that are looked for, and how many segments a name may run over.
_MOST_WORDS, _MOST_SEGMENTS = 10, 3
#: Organisations of one name that are looked at; of those, the ones in the string's countries first.
_MOST_BEARERS = 40
#: Letters of the shortest and longest names without blanks.
_UNSPACED = range(3, 30)
#: A name of one word that is no acronym has at least this many letters.
_SHORTEST_WORD = 3


@dataclass(frozen=True)
class Found:
    """A name that stands in a string.

    Attributes:
        start: its first word in the string, and ``end`` the word after its last; of writing without blanks all words
            of its run.
        organisations: numbers of the organisations that bear the name.
        acronym: whether it is an acronym of all of them.
        ordered: whether the words stand in the name's own order.
        turned: whether they stand in another order than in a name of just these words, as written.
        words: how many words it has, small ones left out.
        weight: how telling its words are: the sum of their inverse document frequencies, each at most 1.
        name: the name as it was found, folded.

    """

    start: int
    end: int
    organisations: Sequence[int]
    acronym: bool
    ordered: bool
    turned: bool
    words: int
    weight: float
    name: str


class Lexicon:
    """All names of some organisations by their words."""

    def __init__(self, organisations: Sequence[Organisation]) -> None:
        """Take the names apart; takes some seconds for a hundred thousand organisations."""
        names: dict[tuple[str, ...], dict[int, bool]] = defaultdict(dict)
        self._orders: set[tuple[str, ...]] = set()
        self._written: set[int] = set()
        self._unspaced: dict[str, list[int]] = defaultdict(list)
        counts: dict[str, int] = defaultdict(int)
        for number, organisation in enumerate(organisations):
            for name, short in organisation.names:
                for run in unspaced(name):
                    if len(run) == len(name.strip()) and len(run) in _UNSPACED:
                        self._unspaced[run].append(number)
                for form, bracketed in forms(name):
                    told, written = _spoken(form)
                    if told and len(told) <= _MOST_WORDS:
                        self._written.add(hash(tuple(sorted(written))))
                        key = tuple(sorted(told))
                        is_acronym = short or bracketed
                        names[key][number] = names[key].get(number, True) and is_acronym
                        self._orders.add(told)
        for key in names:
            for word in set(key):
                counts[word] += 1
        most = np.log1p(max(1, len(names)))
        self._weights: Mapping[str, float] = {
            word: float(np.log1p(len(names) / count) / most) for word, count in counts.items()}
        self._names: Mapping[tuple[str, ...], Mapping[int, bool]] = names

    def weight(self, word: str) -> float:
        """Return how telling a word is, 0 to 1; a word that no name has tells most."""
        return self._weights.get(word, 1.0)

    def find(self, text: Split) -> Iterator[Found]:
        """Yield every name that stands in a string, also those within others."""
        words = [(at, word) for at, word in enumerate(text.words) if not word.small]
        for first, (start, beginning) in enumerate(words):
            if beginning.form not in self._weights:
                continue
            told: list[str] = []
            written: list[str] = []
            for at, word in words[first:first + _MOST_WORDS]:
                if word.form not in self._weights or word.segment - beginning.segment >= _MOST_SEGMENTS:
                    break
                told.append(word.form)
                written.append(word.folded)
                bearers = self._names.get(tuple(sorted(told)))
                if bearers and (len(told) > 1 or _may_name(word.written, word.folded)):
                    yield self._found((start, at + 1), tuple(told), tuple(sorted(written)), bearers)
        yield from self._without_blanks(text)

    def _found(self, span: tuple[int, int], told: tuple[str, ...], written: tuple[str, ...],
               bearers: Mapping[int, bool]) -> Found:
        ordered = told in self._orders
        return Found(*span, list(bearers)[:_MOST_BEARERS * 5], all(bearers.values()), ordered,
                     not ordered and hash(written) in self._written, len(told), sum(map(self.weight, told)),
                     " ".join(told))

    def _without_blanks(self, text: Split) -> Iterator[Found]:
        if not self._unspaced:
            return
        for number, segment in enumerate(text.segments):
            inside = [at for at, word in enumerate(text.words) if word.segment == number]
            for run in unspaced(segment) if inside else ():
                for name in self._names_in(run):
                    yield Found(inside[0], inside[-1] + 1, self._unspaced[name][:_MOST_BEARERS], acronym=False,
                                ordered=True, turned=False, words=len(name) // 2, weight=len(name) / 2, name=name)

    def _names_in(self, run: str) -> list[str]:
        """Return the names that stand in writing without blanks, none of them within a longer one."""
        taken: list[tuple[int, int]] = []
        for length in range(min(len(run), _UNSPACED.stop - 1), _UNSPACED.start - 1, -1):
            taken += [(start, start + length) for start in range(len(run) - length + 1)
                      if run[start:start + length] in self._unspaced
                      and not any(first <= start and start + length <= end for first, end in taken)]
        return list(dict.fromkeys(run[start:end] for start, end in taken))


def _may_name(written: str, folded: str) -> bool:
    """Whether a word alone may be a name: not a number, nor a short word in small letters."""
    return not folded.isdigit() and (len(folded) > _SHORTEST_WORD or written.isupper()
                                     or not written.islower()) and len(folded) > 1


def _spoken(name: str) -> tuple[tuple[str, ...], Sequence[str]]:
    """Return a name's words in their forms, and as written, without small words and legal forms."""
    folded = (fold(name).split() if name.isascii() else [word for written in name.split() for word in spoken(written)])
    bare = without_legal_form(without_fillers(folded)) if folded else []
    if not bare or set(bare) <= legal_forms():
        return (), ()
    same = equivalent_words()
    return tuple(same.get(word, word) for word in bare), bare
