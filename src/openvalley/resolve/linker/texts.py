"""Rows of a list taken apart into the texts that are compared: the whole name, and what it falls into."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain

import numpy as np

from openvalley.resolve.linker.shelf import Shelf
from openvalley.resolve.linker.spaces import Bools, Floats, Ints, Strings
from openvalley.resolve.linker.worded import MOST_WORDS, Worded, strings
from openvalley.resolve.linker.wording import folded_words, initials, nation, parts, town, without_noise
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
    lines: list[tuple[int, int, bool]] = []
    spelt: list[str] = []
    folded: list[str] = []
    told: list[tuple[str, ...]] = []
    for number, one in enumerate(rows):
        pieces = parts(one.name)
        for place, text in enumerate((*pieces, *one.aliases)):
            bare = without_noise(text)
            plain = fold(bare)
            if of_text := folded_words(plain, one.country):
                alias = place >= len(pieces)
                lines.append((number, 0 if alias else place, alias))
                spelt.append(text)
                folded.append(plain if bare == text else fold(text))
                told.append(of_text)
    row, part, aliased = np.array(lines, np.int32).reshape(-1, 3).T
    aliases = aliased.astype(bool)
    worded = shelf.words.read(told, folded)
    weight = worded.weights.sum(axis=1, dtype=np.float64)
    whole = np.ones(len(rows))
    first = (part == 0) & ~aliases
    whole[row[first]] = weight[first]
    share = np.where(aliases, 1.0, np.minimum(1.0, weight / np.maximum(whole[row], 1e-9)))
    towns, town_words = shelf.town_numbers([(one.city, one.country) for one in rows])
    country = np.array([shelf.countries.get(one.country, -1) for one in rows], np.int32)
    said = np.full(worded.tokens.shape, "", object)
    said[worded.tokens != -1] = list(chain.from_iterable([*dict.fromkeys(one)][:MOST_WORDS] for one in told))
    here = [{nation(one.country), town(one.city, one.country) if one.city else ""} - {""} for one in rows]
    places = np.zeros(said.shape, bool)
    for line, (of_text, number) in enumerate(zip(told, row.tolist(), strict=True)):
        if not here[number].isdisjoint(of_text):
            places[line] = [word in here[number] for word in said[line]]
    forms = legal_forms()
    ends = [text.rsplit(" ", 1)[-1] in forms for text in folded]
    letters = [initials(text, plain) for text, plain in zip(spelt, folded, strict=True)]
    return Texts(row, strings(spelt), worded, said, letters, part, aliases, share, np.array(ends, bool), towns[row],
                 town_words[row], country[row], places)
