"""Rows of a list taken apart into the texts that are compared: the whole name, and what it falls into."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from openvalley.resolve.linker.shelf import MOST_WORDS, Bools, Floats, Shelf, Worded
from openvalley.resolve.linker.spaces import Ints
from openvalley.resolve.linker.wording import initials, nation, parts, town, words
from openvalley.resolve.normalise import fold, legal_forms


@dataclass(frozen=True)
class Row:
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


@dataclass(frozen=True)
class Texts:
    """What rows of a list say, one line a text (a row's name and its parts): all arrays have that many lines.

    Attributes:
        row: the row of the list.
        spelt: the text as it came.
        worded: the words of the text.
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
    spelt: Sequence[str]
    worded: Worded
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
    lines: list[tuple[int, int, bool, str]] = []
    told: list[tuple[str, ...]] = []
    for number, one in enumerate(rows):
        pieces = [(place, False, text) for place, text in enumerate(parts(one.name))]
        for place, alias, text in (*pieces, *((0, True, text) for text in one.aliases)):
            if of_text := words(text, one.country):
                lines.append((number, place, alias, text))
                told.append(of_text)
    row = np.array([line[0] for line in lines], np.int32)
    part = np.array([line[1] for line in lines], np.int32)
    aliases = np.array([line[2] for line in lines], bool)
    spelt = [line[3] for line in lines]
    worded = shelf.read(told, [fold(text) for text in spelt])
    weight = worded.weights.sum(axis=1, dtype=np.float64)
    whole = np.ones(len(rows))
    first = (part == 0) & ~aliases
    whole[row[first]] = weight[first]
    share = np.where(aliases, 1.0, np.minimum(1.0, weight / np.maximum(whole[row], 1e-9)))
    towns, town_words = shelf.town_numbers([(one.city, one.country) for one in rows])
    country = np.array([shelf.countries.get(one.country, -1) for one in rows], np.int32)
    here = [{nation(one.country), town(one.city, one.country) if one.city else ""} - {""} for one in rows]
    places = np.zeros(worded.tokens.shape, bool)
    for line, (of_text, number) in enumerate(zip(told, row.tolist(), strict=True)):
        if not here[number].isdisjoint(of_text):
            for column, word in enumerate(list(dict.fromkeys(of_text))[:MOST_WORDS]):
                places[line, column] = word in here[number]
    ends = [text.rsplit(" ", 1)[-1] in legal_forms() for text in worded.folded]
    return Texts(row, spelt, worded, [initials(text) for text in spelt], part, aliases, share, np.array(ends, bool),
                 towns[row], town_words[row], country[row], places)
