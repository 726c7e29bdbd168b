"""Rows of a list taken apart into the texts that are compared: the whole name, and what it falls into."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain
from typing import NamedTuple

import numpy as np
from scipy import sparse

from openvalley.resolve.linker.shelf import Shelf
from openvalley.resolve.linker.spaces import Bools, Floats, Ints, Strings, gram_rows
from openvalley.resolve.linker.worded import Worded, distinct, strings
from openvalley.resolve.linker.wording import folded_words, initials, nation, parts, town, without_noise
from openvalley.resolve.normalise import fold, legal_forms


class Row(NamedTuple):
    """What a list says of one organisation: all but the name may be empty.

    Attributes:
        name, city: as they were written.
        country: an ISO 3166-1 code.
        aliases: other names that a register has for an organisation of this name.

    """

    name: str
    city: str = ""
    country: str = ""
    aliases: tuple[str, ...] = ()


#: The place of a text that is no part of its row's name.
_ALIAS = -1


@dataclass(frozen=True)
class Texts:
    """What rows of a list say, one line a text (a row's name and its parts): all arrays have that many lines.

    Attributes:
        row: the row of the list.
        spelt: the text as it came.
        worded: the words of the text.
        grams: the grams of these, a line a text.
        said: each of its tokens as a word, as many a text as it has tokens; empty where there are fewer.
        initials: the first letters of its words.
        part: 0 for the whole name, then the place of the part.
        alias: whether it is an alias of the row; its part is 0.
        share: the part's weight over that of the whole, 0 to 1.
        company: whether it ends in a legal form.
        town: number of the row's town on the shelf (-1 none, -2 unknown), and of the word that names it.
        country: number of the row's country on the shelf, -1 none.
        places: which of its words name the row's country or town, as many a text as it has tokens.

    """

    row: Ints
    spelt: Strings
    worded: Worded
    grams: sparse.csr_matrix
    said: Strings
    initials: Sequence[str]
    part: Ints
    alias: Bools
    share: Floats
    company: Bools
    town: Ints
    town_word: Ints
    country: Ints
    places: Bools


def taken_apart(shelf: Shelf, rows: Sequence[Row]) -> Texts:
    """Take rows apart; the shelf has loaded their countries."""
    rows_: list[int] = []
    places: list[int] = []
    spelt: list[str] = []
    folded: list[str] = []
    told: list[tuple[str, ...]] = []
    for number, one in enumerate(rows):
        pieces = parts(one.name)
        for place, text in enumerate((*pieces, *one.aliases)):
            plain, of_text = _read(text, one.country)
            if of_text:
                rows_.append(number)
                places.append(place if place < len(pieces) else _ALIAS)
                spelt.append(text)
                folded.append(plain)
                told.append(of_text)
    row, place_ = np.array(rows_, np.int32), np.array(places, np.int32)
    aliases = place_ == _ALIAS
    part = np.where(aliases, 0, place_)
    worded = shelf.words.read(told, folded)
    weight = worded.weights.sum(axis=1, dtype=np.float64)
    whole = np.ones(len(rows))
    first = (part == 0) & ~aliases
    whole[row[first]] = weight[first]
    share = np.where(aliases, 1.0, np.minimum(1.0, weight / np.maximum(whole[row], 1e-9)))
    towns, town_words = shelf.town_numbers([(one.city, one.country) for one in rows])
    country = np.array([shelf.countries.get(one.country, -1) for one in rows], np.int32)
    said = np.full(worded.tokens.shape, "", object)
    said[worded.tokens != -1] = list(chain.from_iterable(map(distinct, told)))
    forms = legal_forms()
    ends = [text.rsplit(" ", 1)[-1] in forms for text in folded]
    letters = [initials(text, plain) for text, plain in zip(spelt, folded, strict=True)]
    return Texts(row, strings(spelt), worded, gram_rows(worded.texts), said, letters, part, aliases, share,
                 np.array(ends, bool), towns[row], town_words[row], country[row],
                 _places(shelf, rows, (worded, said, row)))


def _places(shelf: Shelf, rows: Sequence[Row], texts: tuple[Worded, Strings, Ints]) -> Bools:
    """Return which words of texts name the country of their row, or its town.

    Args:
        shelf: knows words by number.
        rows: the rows.
        texts: their texts, the words of these, and the row of each.

    """
    worded, said, row = texts
    nations = {country: nation(country) for country in {one.country for one in rows}}
    found = np.zeros(worded.tokens.shape, bool)
    # Words that no name has are compared as they are.
    unheard = np.flatnonzero((worded.tokens < -1).any(axis=1))
    for places in ([nations[one.country] for one in rows],
                   [town(one.city, one.country) if one.city else "" for one in rows]):
        numbers = shelf.words.numbers(places)[row]
        found |= (worded.tokens == numbers[:, None]) & (numbers >= 0)[:, None]
        named = strings(places)[row[unheard]]
        found[unheard] |= (said[unheard] == named[:, None]) & (named != "")[:, None]
    return found


@lru_cache(maxsize=1 << 14)
def _read(text: str, country: str) -> tuple[str, tuple[str, ...]]:
    """Return a text folded, and its words: the parts of names, and other names of registers, come again and again."""
    bare = without_noise(text)
    folded = fold(bare)
    return folded if bare == text else fold(text), folded_words(folded, country)
