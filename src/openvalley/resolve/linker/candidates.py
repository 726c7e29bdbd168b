"""Candidates: the names worth comparing with a text, by letters and words, by the same words, by the same acronym."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence

import numpy as np

from openvalley.resolve.linker.shelf import Shelf
from openvalley.resolve.linker.spaces import Bools, Ints
from openvalley.resolve.linker.texts import Row, Texts

#: Initials of fewer words are the acronym of too many names.
SHORTEST_ACRONYM = 3
#: Names of ROR's organisations, and of others, that are the nearest of each text.
_NEAREST = (7, 3)
#: Least product of text and name, 0 to 2 (spaces.py), at which a name becomes a candidate.
_LEAST = 0.3
#: Names with one acronym, or one spelling, that are looked at.
_SAME = 30
#: Countries that registers count with another, by the other's code: overseas parts and special regions.
TERRITORIES: Mapping[str, Sequence[str]] = {
    "CN": ("HK", "MO"), "HK": ("CN",), "FR": ("GF", "RE", "GP", "MQ", "NC", "PF", "YT"), "GB": ("IM", "JE", "GG", "GI"),
    "US": ("PR", "VI", "GU"), "UM": ("US",), "DK": ("GL", "FO"), "NL": ("CW", "AW", "SX"), "RS": ("XK",),
}


def looked_in(country: str) -> tuple[str, ...]:
    """Return the countries whose organisations a row of this country may mean; the empty one stands for all."""
    return (country, *TERRITORIES.get(country, ()))


def pairs(shelf: Shelf, texts: Texts, rows: Sequence[Row]) -> tuple[Ints, Ints]:
    """Return pairs (text, name) worth comparing, in order."""
    countries = [rows[row].country for row in texts.row.tolist()]
    found = [*_near(shelf, texts, countries), _same(shelf, texts, countries)]
    text, name = (np.concatenate([part[side] for part in found]).astype(np.int64) for side in (0, 1))
    once = np.sort(text * (len(shelf.organisation) + 1) + name)
    once = once[np.diff(once, prepend=-1) != 0]
    text, name = np.divmod(once, len(shelf.organisation) + 1)
    return text.astype(np.int32), name.astype(np.int32)


def _near(shelf: Shelf, texts: Texts, countries: Sequence[str]) -> Iterator[tuple[Ints, Ints]]:
    matrix = shelf.rows(texts.worded, texts.grams)
    places = np.full(matrix.shape[1], -1, np.int32)
    for country, numbers in _grouped(countries):
        chosen = matrix[numbers]
        for there in looked_in(country):
            for part, most in zip(shelf.parts(there), _NEAREST, strict=True):
                text, name = part.nearest(chosen, places, most, _LEAST)
                yield numbers[text], name


def _grouped(countries: Sequence[str]) -> Iterable[tuple[str, Ints]]:
    found: dict[str, list[int]] = defaultdict(list)
    for number, country in enumerate(countries):
        found[country].append(number)
    return [(country, np.array(numbers, np.int32)) for country, numbers in sorted(found.items())]


def _same(shelf: Shelf, texts: Texts, countries: Sequence[str]) -> tuple[Ints, Ints]:
    """Return pairs with the same words, and pairs with the same letters where these may be an acronym."""
    whole = np.flatnonzero(texts.part == 0).astype(np.int32)
    at, name = shelf.by_words.find(texts.worded.texts[whole].tolist())
    short, of = _shorts(shelf, texts)
    place, other = shelf.by_letters.find(short)
    text, name = np.concatenate([whole[at], of[place]]), np.concatenate([name, other])
    here = _here(shelf, countries)[text, shelf.home_of_names[name]]
    text, name = text[here], name[here]
    # Those with the same words come first, and no more than so many of a text.
    order = np.argsort(text, kind="stable")
    text, name = text[order], name[order]
    first = np.arange(len(text)) - np.searchsorted(text, text) < _SAME
    return text[first], name[first]


def _here(shelf: Shelf, countries: Sequence[str]) -> Bools:
    """Return for each text (line) and each country of the shelf (column) whether the text may mean it."""
    known = {country: line for line, country in enumerate(sorted(set(countries)))}
    meant = np.zeros((len(known), len(shelf.countries)), bool)
    for country, line in known.items():
        meant[line, [shelf.countries[one] for one in looked_in(country) if one in shelf.countries] if country
              else slice(None)] = True
    return meant[[known[country] for country in countries]]


def _shorts(shelf: Shelf, texts: Texts) -> tuple[list[str], Ints]:
    """Return what may be an acronym, and of which text: itself, its initials, words of a whole name in capitals."""
    known = shelf.by_letters.texts
    found: list[str] = []
    of: list[int] = []
    for number, (folded, initials, part, spelt) in enumerate(zip(
            texts.worded.folded.tolist(), texts.initials, texts.part.tolist(), texts.spelt.tolist(), strict=True)):
        words = folded.split()
        shorts = ["".join(words)]
        if len(initials) >= SHORTEST_ACRONYM:
            shorts.append(initials)
        if not part and len(words) > 1:
            shorts += [word for word in words if word in known and len(word) >= SHORTEST_ACRONYM
                       and word.upper() in spelt]
        if not known.isdisjoint(shorts):
            shorts = [short for short in dict.fromkeys(shorts) if short in known]
            found += shorts
            of += [number] * len(shorts)
    return found, np.array(of, np.int32)
