"""Candidates: the organisations that a string may name, and where in it, by their names or by likeness.

What stands in a string letter for letter (but for language and order) the lexicon finds. Segments of which it explains
nothing, or not all, are compared by the linker's kernel with the organisations of their country.
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import groupby, islice

from openvalley.resolve.linker.candidates import looked_in
from openvalley.resolve.linker.features import FEATURES
from openvalley.resolve.linker.kernel import Kernel, Scored
from openvalley.resolve.linker.shelf import Organisation
from openvalley.resolve.linker.texts import Row
from openvalley.resolve.raw.geography import country_of
from openvalley.resolve.raw.lexicon import Found, Lexicon
from openvalley.resolve.raw.splitting import Split, split

#: Bearers of one name that are kept, those that fit the string's place and are most active first; fewer of one word.
_BEARERS, _BEARERS_OF_A_WORD = 6, 3
#: Organisations that a segment is most like, and the fewest points (log-odds) at which they are kept.
_ALIKE, _LEAST = 3, -4.0
#: Letters of the shortest segment that is compared by likeness.
_SHORTEST = 4
#: Letters of the shortest acronym that is read within a longer name.
_SHORTEST_ACRONYM = 3
#: Columns of the linker's features that are told.
_TEXT_TOLD, _NAME_TOLD = list(FEATURES).index("text_told"), list(FEATURES).index("name_told")


@dataclass(frozen=True)
class Known:
    """An organisation with what choosing looks at: its kind, projects, and the numbers of its parents."""

    organisation: Organisation
    kind: str
    projects: int
    parents: frozenset[int] = frozenset()


@dataclass(frozen=True)
class Alike:
    """What a segment is like: the organisation's number, the points of the pair, and shares of words that are told."""

    organisation: int
    segment: int
    points: float
    text_told: float
    name_told: float
    name: str


@dataclass
class Candidate:
    """An organisation that a string may name, with everything that speaks for it."""

    organisation: int
    found: list[Found] = field(default_factory=list)
    alike: list[Alike] = field(default_factory=list)


@dataclass(frozen=True)
class Asked:
    """A string with its names and candidates."""

    text: Split
    found: Sequence[Found]
    candidates: Sequence[Candidate]


class Finder:
    """Finds candidates of batches of strings."""

    def __init__(self, known: Sequence[Known], kernel: Kernel) -> None:
        """Take the organisations, in the order of their numbers, and what compares by likeness."""
        self.known = known
        self.lexicon = Lexicon([one.organisation for one in known])
        self._kernel = kernel
        self._children = Counter(parent for one in known for parent in one.parents)
        self._numbers = {one.organisation.id: number for number, one in enumerate(known)}

    def candidates(self, strings: Sequence[str]) -> list[Asked]:
        """Return the candidates of each string."""
        texts = [split(string) for string in strings]
        found = [list(self.lexicon.find(text)) for text in texts]
        alike = self._alike(texts, found)
        return [Asked(text, names, self._of(text, names, like))
                for text, names, like in zip(texts, found, alike, strict=True)]

    def _of(self, text: Split, found: Sequence[Found], alike: Iterable[Alike]) -> list[Candidate]:
        candidates: dict[int, Candidate] = {}
        here = countries_of(text)
        words = {word.folded for word in text.words}
        long = [(one.start, one.end) for one in found if one.words > 1]
        for one in found:
            if one.words > 1 or _stands_alone(text, one, long):
                for number in self._nearest(one, here, words, named=text.named):
                    candidates.setdefault(number, Candidate(number)).found.append(one)
        for like in alike:
            candidates.setdefault(like.organisation, Candidate(like.organisation)).alike.append(like)
        return [candidates[number] for number in sorted(candidates)]

    def _nearest(self, one: Found, here: Collection[str], words: Collection[str], *, named: bool) -> Sequence[int]:
        """Return the bearers of a name that are nearest to a string; of one word, none of a country not named."""
        most = _BEARERS if one.words > 1 else _BEARERS_OF_A_WORD
        bearers = [number for number in one.organisations
                   if one.words > 1 or not named or self.known[number].organisation.country in here]
        if len(bearers) <= most:
            return bearers
        return sorted(bearers, key=lambda number: (
            self.known[number].organisation.country not in here,
            not any(town.lower() in words for town in self.known[number].organisation.towns),
            -self.known[number].projects - self._children[number], number))[:most]

    def _alike(self, texts: Sequence[Split], found: Sequence[Sequence[Found]]) -> list[list[Alike]]:
        """Compare what the lexicon does not explain, each segment of a batch once."""
        asked: dict[tuple[str, str], list[tuple[int, int]]] = defaultdict(list)
        for number, (text, names) in enumerate(zip(texts, found, strict=True)):
            for segment in _unexplained(text, names):
                asked[text.segments[segment], text.countries_of[segment]].append((number, segment))
        rows = [Row(segment, "", country) for segment, country in asked]
        like: list[list[Alike]] = [[] for _ in texts]
        places = list(asked.values())
        first = 0
        for scored, count in self._kernel.scored(rows):
            for row, one in self._best(scored):
                for number, segment in places[first + row]:
                    like[number].append(replace(one, segment=segment))
            first += count
        return like

    def _best(self, scored: Scored) -> Iterator[tuple[int, Alike]]:
        """Yield for each row the organisations that it is most like, with the number of the row."""
        shelf = self._kernel.shelf
        ids = [shelf.ids[one] for one in scored.organisation.tolist()]
        order = sorted(range(len(ids)), key=lambda line: (scored.row[line], -scored.points[line], ids[line]))
        for row, lines in groupby(order, key=lambda line: int(scored.row[line])):
            for line in islice(lines, _ALIKE):
                if scored.points[line] >= _LEAST:
                    yield row, Alike(self._numbers[ids[line]], -1, float(scored.points[line]),
                                     float(scored.features[line, _TEXT_TOLD]),
                                     float(scored.features[line, _NAME_TOLD]),
                                     shelf.worded.folded[scored.name[line]])


def _stands_alone(text: Split, one: Found, long: Iterable[tuple[int, int]]) -> bool:
    """Whether a name of one word stands by itself, or is an acronym in capitals within a longer name."""
    written = text.words[one.start].written.strip("()[].,;:'\"")
    return (one.acronym and written.isupper() and len(written) >= _SHORTEST_ACRONYM) or not any(
        start <= one.start and one.end <= end for start, end in long)


def countries_of(text: Split) -> set[str]:
    """Return the countries of a string, with those that registers count with them."""
    return {code for country in text.countries for code in looked_in(country)}


def _unexplained(text: Split, found: Iterable[Found]) -> list[int]:
    """Return the segments that are no name as a whole, nor a country, a code or a number."""
    whole = {(one.start, one.end) for one in found}
    words: Mapping[int, list[int]] = defaultdict(list)
    for at, word in enumerate(text.words):
        if not word.small:
            words[word.segment].append(at)
    return [segment for segment, inside in words.items()
            if (inside[0], inside[-1] + 1) not in whole and not country_of(text.segments[segment])
            and sum(len(text.words[at].folded) for at in inside if not text.words[at].folded.isdigit()) >= _SHORTEST]
