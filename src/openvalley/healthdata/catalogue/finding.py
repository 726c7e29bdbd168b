"""Finding: the data sets of all feeds, by words in four languages and by facets with counts.

Reads what the feeds keep, writes nothing. Words are compared folded; names of conditions stand for each other across
languages. The score is the share of the asked words that a data set holds, those in its title counting double.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from openvalley.errors import BadInput
from openvalley.healthdata.catalogue import feeds
from openvalley.healthdata.catalogue.datasets import Dataset
from openvalley.resolve.normalise import fold
from openvalley.settings import Settings
from openvalley.vocabulary.terms import LANGUAGES, Vocabulary, terms

#: By what data sets can be narrowed, and counted.
FACETS = ("feed", "access", "category", "country", "holder", "format")
#: What a word counts that stands in the title.
_IN_TITLE = 2.0
#: From how many letters on a word also stands for longer ones that it begins.
_BEGINS_FROM = 4


@dataclass(frozen=True)
class Entry:
    """A data set and the feed that told of it."""

    feed: str
    dataset: Dataset

    def facet(self, name: str) -> Sequence[str]:
        """Return its values of a facet."""
        one = self.dataset
        known: Mapping[str, Sequence[str | None]] = {
            "feed": [self.feed], "access": [one.access], "category": one.categories, "country": one.countries,
            "holder": [one.holder.name if one.holder else None], "format": one.distributions}
        return [value for value in known[name] if value]


@dataclass(frozen=True)
class Found:
    """What a search found, best first: entries with their scores, how many in all, values of facets with counts."""

    items: Sequence[tuple[float, Entry]]
    total: int
    facets: Mapping[str, Sequence[tuple[str, int]]]


def entries(settings: Settings) -> list[Entry]:
    """Return every data set of every feed, by title."""
    return sorted((Entry(feed.name, one) for feed in feeds.feeds(settings) for one in feeds.held(settings, feed.name)),
                  key=lambda entry: (fold(entry.dataset.title), entry.dataset.id))


def find(there: Sequence[Entry], text: str = "", filters: Mapping[str, str] | None = None, limit: int = 20) -> Found:
    """Return the data sets that hold words of a text, narrowed by facets.

    Args:
        there: what is searched.
        text: words in any of the four languages; empty: all, by title.
        filters: a wanted value by facet.
        limit: how many are returned.

    Raises:
        BadInput: there is no such facet.

    """
    wanted = dict(filters or {})
    unknown = next((name for name in wanted if name not in FACETS), None)
    if unknown:
        raise BadInput(f"Data sets cannot be narrowed by {unknown[:40]!r}.", hint=f"Facets: {', '.join(FACETS)}.")
    scored = [(score, entry) for entry in there if (score := _score(entry.dataset, _meanings(text))) > 0
              and all(value in entry.facet(name) for name, value in wanted.items())]
    scored.sort(key=lambda one: -one[0])
    counts = {name: Counter(value for _, entry in scored for value in entry.facet(name)) for name in FACETS}
    return Found(scored[:limit], len(scored),
                 {name: sorted(counted.items(), key=lambda one: (-one[1], one[0])) for name, counted in counts.items()})


def one(there: Sequence[Entry], address: str) -> Entry:
    """Return a data set by its address, or by how its address ends.

    Raises:
        BadInput: there is none, or several end so.

    """
    found = [entry for entry in there if entry.dataset.id == address] or [
        entry for entry in there if entry.dataset.id.endswith(("/" + address, "#" + address))]
    if len({entry.dataset.id for entry in found}) != 1:
        near = ", ".join(entry.dataset.id for entry in found[:3])
        raise BadInput(f"There is no data set {address[:100]!r}." if not found else
                       f"{address[:100]!r} may be one of several data sets.",
                       hint=f"Give its whole address, one of: {near}" if found else
                       "Find its address with: openvalley catalogue search WORDS")
    return found[0]


def _score(dataset: Dataset, meanings: Sequence[Sequence[str]]) -> float:
    """Return the share of the meanings that a data set holds: 1 where it holds all, twice as much in its title."""
    if not meanings:
        return 1.0
    title = f" {fold(' '.join(dataset.titles.values()))}"
    rest = f" {fold(' '.join(_texts(dataset)))}"
    held = sum(_IN_TITLE if _holds(title, words) else 1.0 if _holds(rest, words) else 0.0 for words in meanings)
    return round(held / (_IN_TITLE * len(meanings)), 4)


def _texts(dataset: Dataset) -> list[str]:
    holder = dataset.holder
    return [*dataset.descriptions.values(), *dataset.keywords, *dataset.codes, *dataset.categories,
            dataset.population or "", *(holder.names.values() if holder else ())]


def _holds(text: str, words: Sequence[str]) -> bool:
    """Tell whether a text holds one of several words or phrases: whole, or as the beginning of a longer word."""
    return any(f" {word}" in text if len(word) >= _BEGINS_FROM else f" {word} " in f"{text} " for word in words)


def _meanings(text: str) -> list[list[str]]:
    """Return what is asked for: each word or known condition with the words that mean the same."""
    folded = f" {fold(text)} "
    found: list[list[str]] = []
    for names in _conditions():
        held = next((name for name in names if f" {name} " in folded), None)
        if held:
            folded = folded.replace(f" {held} ", " ")
            found.append(list(names))
    return found + [[word] for word in folded.split()]


@cache
def _conditions() -> Sequence[Sequence[str]]:
    """Return the names of each condition in all languages, folded, the longest first."""
    return [sorted({fold(term.labels[language]) for language in LANGUAGES} | set(term.attributes["also"]),
                   key=len, reverse=True) for term in terms(Vocabulary.CONDITION).values()]
