"""Splitting: a raw affiliation as words in segments, with the countries that it names, and without personal data.

Segments are what separators leave: commas, semicolons, line breaks, brackets, dashes between blanks, and slashes.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from openvalley.resolve.linker.wording import equivalent_words
from openvalley.resolve.normalise import without_fillers
from openvalley.resolve.raw.geography import countries_of_towns, following, named_countries
from openvalley.resolve.raw.translating import spoken

#: An affiliation is a line; what is longer than this many characters is a text, and its beginning is read.
LONGEST = 2_000
#: E-mail and web addresses, and numbers of researchers: nothing of them is kept.
_PERSONAL = re.compile(r"\S*@\S*|\S*\(at\)\S*|(?:https?://|www\.)\S+|\b\d{4}-\d{4}-\d{4}-\d{3}[\dX]\b", re.IGNORECASE)
_CONTACT = re.compile(r"\b(?:e-?mails?|electronic address|tel|telephone|fax|orcid(?: id)?|correspond\w*)\s*[:.;]",
                      re.IGNORECASE)
#: Line breaks and tabs as some publishers' exports write them, in all their spellings.
_BREAKS = re.compile(r"#(?:TAB|N|R|R##N)#|[\r\n\t]+|\\n", re.IGNORECASE)
#: Where a string falls into segments; an "and" goes with the comma before it, where a name may begin behind it.
_SEPARATORS = re.compile(r",\s+(?:and|et|en|und)\s+(?=[A-Z\u00c0-\u00de])|"
                         r"\s[-\u2010-\u2015\u2212|]+\s|[,;|/()\[\]{}:\u3001\u3002\uff0c\uff1b\uff08\uff09\u060c"
                         r"\u2022\u00b7]|\.\s|\s@\s|[\u2013\u2014]")
#: Marks of footnotes before a name: 1, 12), a., *, and the small raised figures.
_MARKER = re.compile(r"^[\s*\u2020\u2021\u00a7#.\u00b9\u00b2\u00b3\u2070-\u2079]*"
                     r"(?:\d{1,2}[.)]?(?=\s*[^\W\d])|[a-z][.)]\s|[a-z](?=[A-Z][a-z]))?")
#: A point after one of these short words ends no segment.
_LONGEST_ABBREVIATION = 6
_ABBREVIATED = re.compile(r"\b(\w{1,9})\.\s")
_WORD = re.compile(r"[^\s\u3000]+")
_LETTERS = re.compile(r"[^\W\d_]")

@dataclass(frozen=True)
class Word:
    """One word: as written, folded, in its form for all languages, and the number of its segment.

    ``small`` is true of articles and prepositions, which names add and drop.
    """

    written: str
    folded: str
    form: str
    segment: int
    small: bool


@dataclass(frozen=True)
class Split:
    """A string taken apart.

    Attributes:
        text: what was read: without personal data.
        segments: its segments, as written.
        words: its words in order.
        countries: the countries that it names, in order; and those that its towns lie in where it names none.
        named: whether the countries are named, not guessed from towns.
        countries_of: for each segment the country that goes with it: the next that is named, or the last.

    """

    text: str
    segments: Sequence[str]
    words: Sequence[Word]
    countries: Sequence[str]
    named: bool
    countries_of: Sequence[str]


def cleaned(raw: str) -> str:
    """Return a string without e-mail and web addresses and numbers of persons, its breaks as separators."""
    text = _BREAKS.sub(" ; ", raw[:LONGEST].replace("\0", " "))
    return _CONTACT.sub(" ", _PERSONAL.sub(" ", text)).strip()


def split(raw: str) -> Split:
    """Take a string apart."""
    text = cleaned(raw)
    segments = [segment for piece in _SEPARATORS.split(_with_points(text)) if _LETTERS.search(
        segment := _MARKER.sub("", piece.replace("\1", ". ").strip(" .'\u2019\"*")).strip())]
    words = [word for number, segment in enumerate(segments) for word in _words(segment, number)]
    at = named_countries(segments)
    if at:
        return Split(text, segments, words, list(dict.fromkeys(at.values())), named=True,
                     countries_of=following(at, len(segments)))
    guessed = countries_of_towns(segments)
    return Split(text, segments, words, guessed, named=False,
                 countries_of=[guessed[0] if len(guessed) == 1 else ""] * len(segments))


def _with_points(text: str) -> str:
    """Hide the points of abbreviations, so that only those that end a sentence separate."""
    return _ABBREVIATED.sub(lambda found: f"{found[1]}\1" if len(found[1]) <= _LONGEST_ABBREVIATION
                            or found[1].isupper() else found[0], text)


def _words(segment: str, number: int) -> list[Word]:
    return [Word(written.group(), folded, equivalent_words().get(folded, folded), number, not _telling(folded))
            for written in _WORD.finditer(segment) for folded in spoken(written.group())]


@lru_cache(maxsize=1 << 16)
def _telling(word: str) -> bool:
    """Return whether a folded word is more than an article or a preposition."""
    return without_fillers([word, "x"])[0] == word
