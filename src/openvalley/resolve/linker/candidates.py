"""Candidates: the names worth comparing with a text, by letters and words, by the same words, by the same acronym."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence

import numpy as np

from openvalley.resolve.linker.shelf import Shelf
from openvalley.resolve.linker.spaces import Ints
from openvalley.resolve.linker.texts import Row, Texts
from openvalley.resolve.normalise import legal_forms

#: Initials of fewer words are the acronym of too many names.
SHORTEST_ACRONYM = 3
#: Names of ROR's organisations, and of others, that are the nearest of each text.
_NEAREST = (7, 3)
#: Least product of text and name, 0 to 2 (spaces.py), at which a name becomes a candidate.
_LEAST = 0.3
#: Names with one acronym, or one spelling, that are looked at.
_SAME = 30
#: A text of so many letters is looked up among acronyms.
_ACRONYM = range(2, 9)
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
    once = np.unique(text * (len(shelf.organisation) + 1) + name)
    return tuple((one.astype(np.int32)) for one in np.divmod(once, len(shelf.organisation) + 1))  # type: ignore[return-value]


def _near(shelf: Shelf, texts: Texts, countries: Sequence[str]) -> Iterator[tuple[Ints, Ints]]:
    matrix = shelf.rows(texts.worded)
    for country, numbers in _grouped(countries):
        chosen = matrix[numbers]
        for there in looked_in(country):
            for part, most in zip(shelf.parts(there), _NEAREST, strict=True):
                text, name = part.nearest(chosen, most, _LEAST)
                yield numbers[text], name


def _grouped(countries: Sequence[str]) -> Iterable[tuple[str, Ints]]:
    found: dict[str, list[int]] = defaultdict(list)
    for number, country in enumerate(countries):
        found[country].append(number)
    return [(country, np.array(numbers, np.int32)) for country, numbers in sorted(found.items())]


def _same(shelf: Shelf, texts: Texts, countries: Sequence[str]) -> tuple[Ints, Ints]:
    """Return pairs with the same words, and pairs with the same letters where these may be an acronym."""
    of: list[int] = []
    found: list[int] = []
    homes: dict[str, frozenset[int]] = {country: frozenset(
        shelf.countries[one] for one in looked_in(country) if one in shelf.countries) for country in set(countries)}
    home = shelf.home_of_names
    for number, (told, folded, part) in enumerate(
            zip(texts.worded.texts, texts.worded.folded, texts.part.tolist(), strict=True)):
        named = list(shelf.by_words.get(told, ())) if not part else []
        for short in _shorts(texts, number, folded, whole=not part):
            named += shelf.by_letters.get(short, ())
        if named:
            country = countries[number]
            if country:
                here = homes[country]
                named = [one for one in named if home[one] in here]
            named = named[:_SAME]
            of += [number] * len(named)
            found += named
    return np.array(of, np.int32), np.array(found, np.int32)


def _shorts(texts: Texts, number: int, folded: str, *, whole: bool) -> set[str]:
    """Return what may be an acronym: the text itself, its initials, and words of the name in capitals."""
    shorts = {folded.replace(" ", ""), texts.initials[number]} if len(texts.initials[number]) >= SHORTEST_ACRONYM \
        else {folded.replace(" ", "")}
    if whole and " " in folded:
        spelt = texts.spelt[number]
        shorts.update(word for word in folded.split() if len(word) >= SHORTEST_ACRONYM and word.upper() in spelt)
    return {short for short in shorts if len(short) in _ACRONYM and short not in legal_forms()}
