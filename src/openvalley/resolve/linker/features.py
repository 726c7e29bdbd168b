"""Features: what speaks for and against a text of a list meaning a name of an organisation. Each has its own line.

All are computed for a whole batch of pairs at once. `FEATURES` names them in the order of the columns; the scorecard
beside this module gives points to ranges of each.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
from rapidfuzz import fuzz, process

from openvalley.resolve.linker.candidates import SHORTEST_ACRONYM
from openvalley.resolve.linker.shelf import Bools, Floats, Shelf
from openvalley.resolve.linker.spaces import Ints, gram_rows
from openvalley.resolve.linker.texts import Texts

#: Feature by name, with what it says; the documentation prints this.
FEATURES = {
    "letters": "likeness by letters: cosine of three-letter grams of the words, 0 to 1",
    "text_told": "share of the text's words, by weight, that the name has, 0 to 1",
    "name_told": "share of the name's words, by weight, that the text has, 0 to 1",
    "order": "likeness of the words in their order (Indel distance, normalised), 0 to 1",
    "sorted": "likeness of the words in alphabetical order, 0 to 1",
    "contained": "likeness when all words that only one side has are left out, 0 to 1",
    "spelt": "likeness of the texts as they came, only folded, 0 to 1",
    "same_words": "1 when both have the same words",
    "town": "1 same town, -1 another town, 0 not known",
    "town_named": "how often the town of one side is a word of the other, 0 to 2",
    "acronym": "1 when the name is an acronym",
    "initials": "1 when the first letters of the text's words are the acronym",
    "first_word": "1 when both begin with the same word",
    "kinds_differ": "1 when their words say different things of what it is (university, hospital, ministry ...)",
    "kinds_agree": "1 when their words say that it is the same kind of thing",
    "text_alone": "weight of the most telling word that only the text has, 0 to 1",
    "name_alone": "weight of the most telling word that only the name has, 0 to 1",
    "text_besides": "the same, leaving out the word for the row's country, and its town",
    "name_besides": "the same, leaving out the words for the organisation's country and towns",
    "text_but_place": "share of the text's words, by weight, that the name has, these words left out, 0 to 1",
    "name_but_place": "share of the name's words, by weight, that the text has, these words left out, 0 to 1",
    "nearly": "likeness by letters of the most telling words that only one side has, 0 to 1",
    "words_apart": "number of words that only one side has",
    "shared": "sum of the weights of the words that both have",
    "bearers": "organisations of the shelf with the same name, its logarithm",
    "numbers_differ": "1 when one side has a number that the other has not",
    "company": "1 when the text ends in a legal form",
    "part": "0 the whole text, 1 what stands before a separator, 2 further back",
    "alias": "1 when the text is another name that a register has for an organisation called like the row",
    "part_share": "weight of the part's words over that of the whole text, 0 to 1",
    "text_length": "number of the text's words",
    "abroad": "1 when the name is of a country that goes with the row's (Hong Kong with China)",
}


def features(shelf: Shelf, texts: Texts, pairs: tuple[Ints, Ints]) -> Floats:
    """Return the features of pairs (text, name of the shelf): one row a pair, columns as in `FEATURES`."""
    text, name = pairs
    columns: dict[str, Any] = {}
    columns |= _spelling(shelf, texts, text, name)
    columns |= _words(shelf, texts, text, name)
    columns |= _places(shelf, texts, text, name)
    owner = shelf.organisation[name]
    acronym = shelf.acronym[name]
    columns["acronym"] = acronym
    columns["initials"] = _initials(shelf, texts, text, name) & acronym
    columns["bearers"] = np.log(np.where(texts.country[text] < 0, shelf.bearers[1, name], shelf.bearers[0, name]))
    columns["company"] = texts.company[text]
    columns["part"] = np.minimum(texts.part[text], 2)
    columns["alias"] = texts.alias[text]
    columns["part_share"] = texts.share[text]
    columns["abroad"] = (texts.country[text] >= 0) & (shelf.home[owner] != texts.country[text])
    return np.array([columns[feature] for feature in FEATURES], np.float64).T


def _initials(shelf: Shelf, texts: Texts, text: Ints, name: Ints) -> Bools:
    said = [one if len(one) >= SHORTEST_ACRONYM else "-" for one in texts.initials]
    folded = shelf.worded.folded
    return np.fromiter((said[one] == folded[other].replace(" ", "")
                        for one, other in zip(text.tolist(), name.tolist(), strict=True)), bool, count=len(text))


def _spelling(shelf: Shelf, texts: Texts, text: Ints, name: Ints) -> dict[str, Any]:
    ours, theirs = _listed(texts.worded.texts, text), _listed(shelf.worded.texts, name)
    grams = gram_rows(texts.worded.texts)
    return {
        "letters": np.asarray(grams[text].multiply(shelf.grams[name]).sum(axis=1)).ravel(),
        "order": process.cpdist(ours, theirs, scorer=fuzz.ratio) / 100,
        "sorted": process.cpdist(ours, theirs, scorer=fuzz.token_sort_ratio) / 100,
        "contained": process.cpdist(ours, theirs, scorer=fuzz.token_set_ratio) / 100,
        "spelt": process.cpdist(_listed(texts.worded.folded, text), _listed(shelf.worded.folded, name),
                                scorer=fuzz.ratio) / 100,
    }


def _listed(texts: Sequence[str], numbers: Ints) -> list[str]:
    return [texts[one] for one in numbers.tolist()]


def _words(shelf: Shelf, texts: Texts, text: Ints, name: Ints) -> dict[str, Any]:
    ours, theirs = texts.worded.tokens[text], shelf.worded.tokens[name]
    weights, others = texts.worded.weights[text], shelf.worded.weights[name]
    same = (ours[:, :, None] == theirs[:, None, :]) & (ours[:, :, None] >= 0)
    both, back = same.any(axis=2), same.any(axis=1)
    shared = (weights * both).sum(axis=1)
    alone, other_alone = np.where(both, 0.0, weights), np.where(back, 0.0, others)
    lonely = ((ours != -1) & ~both).sum(axis=1) + ((theirs != -1) & ~back).sum(axis=1)
    besides = np.where(texts.places[text], 0.0, alone)
    owner = shelf.organisation[name]
    towns = shelf.words_of_towns(owner)
    homes = shelf.nations[shelf.home[owner]]
    there = (theirs[:, :, None] == towns[:, None, :]).any(axis=2) | (theirs == homes[:, None])
    other_besides = np.where(there & (theirs >= 0), 0.0, other_alone)
    kinds, other_kinds = texts.worded.kinds[text], shelf.worded.kinds[name]
    told = (kinds != 0) & (other_kinds != 0)
    return {
        "text_told": shared / np.maximum(weights.sum(axis=1), 1e-9),
        "name_told": shared / np.maximum(others.sum(axis=1), 1e-9),
        "same_words": lonely == 0,
        "first_word": same[:, 0, 0],
        "kinds_differ": told & (kinds & other_kinds == 0), "kinds_agree": told & (kinds & other_kinds != 0),
        "text_alone": alone.max(axis=1), "name_alone": other_alone.max(axis=1),
        "text_besides": besides.max(axis=1), "name_besides": other_besides.max(axis=1),
        "text_but_place": shared / np.maximum(shared + besides.sum(axis=1), 1e-9),
        "name_but_place": shared / np.maximum(shared + other_besides.sum(axis=1), 1e-9),
        "nearly": _nearly(shelf, texts, (text, alone.argmax(axis=1)), (name, other_alone.argmax(axis=1))),
        "words_apart": lonely, "shared": shared,
        "numbers_differ": texts.worded.numbers[text] != shelf.worded.numbers[name],
        "text_length": (ours != -1).sum(axis=1),
    }


def _nearly(shelf: Shelf, texts: Texts, ours: tuple[Ints, Any], theirs: tuple[Ints, Any]) -> Floats:
    """Compare the most telling lonely word of each side, letter by letter."""
    split = [list(dict.fromkeys(line.split())) for line in texts.worded.texts]
    left = [split[text][at] if at < len(split[text]) else ""
            for text, at in zip(ours[0].tolist(), ours[1].tolist(), strict=True)]
    spoken = shelf.spoken
    right = [spoken[token] if token >= 0 else "" for token in shelf.worded.tokens[theirs].tolist()]
    return np.asarray(process.cpdist(left, right, scorer=fuzz.ratio) / 100, np.float64)


def _places(shelf: Shelf, texts: Texts, text: Ints, name: Ints) -> dict[str, Any]:
    owner = shelf.organisation[name]
    asked, towns = texts.town[text], shelf.towns[owner]
    here = (towns == asked[:, None]).any(axis=1) & (asked >= 0)
    known = (towns[:, 0] >= 0) & (asked != -1)
    theirs = (shelf.worded.tokens[name] == texts.town_word[text][:, None]).any(axis=1) & (texts.town_word[text] >= 0)
    spoken = shelf.words_of_towns(owner)
    ours = ((texts.worded.tokens[text][:, :, None] == spoken[:, None, :]) & (spoken[:, None, :] >= 0)).any(axis=(1, 2))
    return {"town": np.where(here, 1, np.where(known, -1, 0)), "town_named": theirs.astype(int) + ours}
