"""Contradiction: whether what a row is called is nothing like any name of the organisation that its number says.

A number is copied from the wrong line more easily than a name; yet many an organisation is registered under another
name than the one it goes by. So only names without anything in common contradict: where nearly no telling word, no
first letters and hardly a letter in its place are the same.
"""

from collections.abc import Sequence

import numpy as np

from openvalley.resolve.linker.features import FEATURES, features
from openvalley.resolve.linker.shelf import Organisation, Shelf
from openvalley.resolve.linker.texts import Row, taken_apart
from openvalley.resolve.normalise import fold

#: Weight of shared words, and likenesses, below which names have nothing in common: of names on labelled lists beside
#: the other names of the same organisation 0.9 % lie below all of them (most of them of a predecessor), beside those
#: of another of the same country 79 % (docs/explanation/who-is-meant.md).
_SHARED, _LETTERS, _SPELT = 0.3, 0.2, 0.6
#: Letters of the shortest name that tells anything.
_SHORTEST = 3


def contradicting(rows: Sequence[Row], said: Sequence[Organisation]) -> list[bool]:
    """Tell of each row whether its name is nothing like any name of the organisation that it is said to be.

    Args:
        rows: the rows; a name of fewer than three letters contradicts nothing.
        said: the organisation of each row; one without names is contradicted by none.

    """
    shelf = Shelf(lambda _: list({one.id: one for one in said}.values()))
    shelf.load([""])
    borne: dict[int, list[int]] = {}
    for number, owner in enumerate(shelf.organisation.tolist()):
        borne.setdefault(owner, []).append(number)
    numbers = dict(zip(shelf.ids, range(len(shelf.ids)), strict=True))
    texts = taken_apart(shelf, rows)
    pairs = [(place, number) for place, row in enumerate(texts.row.tolist())
             for number in borne.get(numbers[said[row].id], ())]
    text, name = np.array(pairs, np.int32).reshape(-1, 2).T
    most = np.zeros((len(rows), len(FEATURES)))
    compared = np.zeros(len(rows), bool)
    np.maximum.at(most, texts.row[text], features(shelf, texts, (text, name)))
    compared[texts.row[text]] = True
    seen = dict(zip(FEATURES, most.T, strict=True))
    nothing = (compared & (seen["shared"] <= _SHARED) & (seen["same_words"] == 0) & (seen["initials"] == 0)
               & (seen["letters"] < _LETTERS) & (np.maximum(seen["spelt"], seen["order"]) < _SPELT))
    return [alone and len(fold(row.name)) >= _SHORTEST for alone, row in zip(nothing.tolist(), rows, strict=True)]
