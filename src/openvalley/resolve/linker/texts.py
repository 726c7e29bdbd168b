"""Rows of a list taken apart into the texts that are compared: the whole name, and what it falls into."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from openvalley.resolve.linker.shelf import Bools, Floats, Shelf, Worded
from openvalley.resolve.linker.spaces import Ints
from openvalley.resolve.linker.wording import initials, parts, words
from openvalley.resolve.normalise import fold, legal_forms


@dataclass(frozen=True)
class Row:
    """What a list says of one organisation: all but the name may be empty; ``country`` is an ISO 3166-1 code."""

    name: str
    city: str = ""
    country: str = ""


@dataclass(frozen=True)
class Texts:
    """What rows of a list say, one line a text (a row's name and its parts): all arrays have that many lines.

    Attributes:
        row: the row of the list.
        spelt: the text as it came.
        worded: the words of the text.
        initials: the first letters of its words.
        part: 0 for the whole name, then the place of the part.
        share: the part's weight over that of the whole, 0 to 1.
        company: whether it ends in a legal form.
        town: number of the row's town on the shelf (-1 none, -2 unknown), and of the word that names it.
        country: number of the row's country on the shelf, -1 none.

    """

    row: Ints
    spelt: Sequence[str]
    worded: Worded
    initials: Sequence[str]
    part: Ints
    share: Floats
    company: Bools
    town: Ints
    town_word: Ints
    country: Ints


def taken_apart(shelf: Shelf, rows: Sequence[Row]) -> Texts:
    """Take rows apart; the shelf has loaded their countries."""
    row: list[int] = []
    part: list[int] = []
    spelt: list[str] = []
    told: list[tuple[str, ...]] = []
    for number, one in enumerate(rows):
        for place, text in enumerate(parts(one.name)):
            if of_text := words(text, one.country):
                row.append(number)
                part.append(place)
                spelt.append(text)
                told.append(of_text)
    worded = shelf.read(told, [fold(text) for text in spelt])
    of, place_ = np.array(row, np.int32), np.array(part, np.int32)
    weight = worded.weights.sum(axis=1, dtype=np.float64)
    whole = np.ones(len(rows))
    whole[of[place_ == 0]] = weight[place_ == 0]
    town, town_word = shelf.town_numbers([(one.city, one.country) for one in rows])
    country = np.array([shelf.countries.get(one.country, -1) for one in rows], np.int32)
    ends = [text.rsplit(" ", 1)[-1] in legal_forms() for text in worded.folded]
    return Texts(of, spelt, worded, [initials(text) for text in spelt], place_,
                 np.minimum(1.0, weight / np.maximum(whole[of], 1e-9)), np.array(ends, bool), town[of], town_word[of],
                 country[of])
