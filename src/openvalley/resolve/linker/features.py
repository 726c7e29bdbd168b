"""Features: what speaks for and against a text of a list meaning a name of an organisation. Each has its own line.

All are computed for many pairs at once. `FEATURES` names them in the order of the columns; the scorecard beside this
module gives points to ranges of each.
"""

from collections.abc import Callable
from typing import Any

import numpy as np
from rapidfuzz import fuzz, process

from openvalley.resolve.linker.candidates import SHORTEST_ACRONYM
from openvalley.resolve.linker.overlap import Overlap, heaviest, lines, meet, overlap, total
from openvalley.resolve.linker.shelf import Shelf
from openvalley.resolve.linker.spaces import Bools, Floats, Ints, Reals, Strings
from openvalley.resolve.linker.texts import Texts

#: Pairs that are compared at a time: what is computed of so many stays in the processor's cache.
_AT_A_TIME = 8192
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
    seen = np.empty((len(FEATURES), len(pairs[0])))
    for start in range(0, len(pairs[0]), _AT_A_TIME):
        some = slice(start, start + _AT_A_TIME)
        text, name = (side[some] for side in pairs)
        words = overlap(texts.worded, shelf.worded, (text, name))
        columns: dict[str, Any] = {
            "letters": np.asarray(texts.grams[text].multiply(shelf.grams[name]).sum(axis=1)).ravel(),
            **_spelling(shelf, texts, words), **_words(shelf, texts, words), **_places(shelf, texts, words),
            **_of_either(shelf, texts, text, name)}
        for line, feature in enumerate(FEATURES):
            seen[line, some] = columns[feature]
    return seen.T


def _of_either(shelf: Shelf, texts: Texts, text: Ints, name: Ints) -> dict[str, Any]:
    """Return what is said of the text, or of the name."""
    acronym, country = shelf.acronym[name], texts.country[text]
    return {
        "acronym": acronym, "initials": _initials(shelf, texts, (text, name), acronym),
        "bearers": np.log(np.where(country < 0, shelf.bearers[1, name], shelf.bearers[0, name])),
        "company": texts.company[text], "part": np.minimum(texts.part[text], 2), "alias": texts.alias[text],
        "part_share": texts.share[text],
        "abroad": (country >= 0) & (shelf.home[shelf.organisation[name]] != country),
    }


def _initials(shelf: Shelf, texts: Texts, pairs: tuple[Ints, Ints], acronym: Bools) -> Bools:
    """Tell which names are acronyms, and the first letters of the text's words."""
    found = np.zeros(len(acronym), bool)
    asked = np.flatnonzero(acronym)
    found[asked] = [
        len(said := texts.initials[text]) >= SHORTEST_ACRONYM and said == shelf.worded.folded[name].replace(" ", "")
        for text, name in zip(*(side[asked].tolist() for side in pairs), strict=True)]
    return found


def _spelling(shelf: Shelf, texts: Texts, words: Overlap) -> dict[str, Any]:
    text, name = words.texts, words.names
    ours, theirs = texts.worded, shelf.worded
    by_letter = _alike(ours.sorted[text], theirs.sorted[name])
    # Where all words are in the arrays, and none twice, these say it already: nothing can be left out where no word is
    # shared, and nothing is left where one side has no other word.
    covered = np.minimum(words.alone, words.other_alone) == 0
    contained = np.where(covered, np.float32(1), by_letter)
    open_ = np.flatnonzero(~(ours.plain[text] & theirs.plain[name] & (covered | ~words.both.any(axis=0))))
    contained[open_] = _alike(ours.texts[text[open_]], theirs.texts[name[open_]], fuzz.token_set_ratio)
    return {"order": _alike(ours.texts[text], theirs.texts[name]), "sorted": by_letter, "contained": contained,
            "spelt": _alike(ours.folded[text], theirs.folded[name])}


def _alike(ours: Strings, theirs: Strings, scorer: Callable[..., float] = fuzz.ratio) -> Reals:
    """Compare texts letter by letter, 0 to 1."""
    return np.asarray(process.cpdist(ours.tolist(), theirs.tolist(), scorer=scorer) / 100, np.float32)


def _words(shelf: Shelf, texts: Texts, words: Overlap) -> dict[str, Any]:
    text, name = words.texts, words.names
    shared = total(words.weights * words.both)
    alone, other_alone = np.where(words.both, 0, words.weights), np.where(words.back, 0, words.others)
    besides = np.where(lines(texts.places, text), 0, alone)
    owner = shelf.organisation[name]
    there = meet(words.theirs, np.vstack([shelf.words_of_towns(owner).T, shelf.nations[shelf.home[owner]]]))
    other_besides = np.where(there, 0, other_alone)
    kinds, other_kinds = texts.worded.kinds[text], shelf.worded.kinds[name]
    told = (kinds != 0) & (other_kinds != 0)
    (text_alone, ours), (name_alone, theirs) = heaviest(alone), heaviest(other_alone)
    return {
        "text_told": shared / np.maximum(total(words.weights), 1e-9),
        "name_told": shared / np.maximum(total(words.others), 1e-9),
        "same_words": words.alone + words.other_alone == 0,
        "first_word": (words.ours[0] == words.theirs[0]) & (words.ours[0] >= 0),
        "kinds_differ": told & (kinds & other_kinds == 0), "kinds_agree": told & (kinds & other_kinds != 0),
        "text_alone": text_alone, "name_alone": name_alone,
        "text_besides": besides.max(axis=0), "name_besides": other_besides.max(axis=0),
        "text_but_place": shared / np.maximum(shared + total(besides), 1e-9),
        "name_but_place": shared / np.maximum(shared + total(other_besides), 1e-9),
        "nearly": _nearly(shelf, texts, (text, ours), (name, theirs)),
        "words_apart": words.alone + words.other_alone, "shared": shared,
        "numbers_differ": texts.worded.numbers[text] != shelf.worded.numbers[name],
        "text_length": (words.ours != -1).sum(axis=0),
    }


def _nearly(shelf: Shelf, texts: Texts, ours: tuple[Ints, Ints], theirs: tuple[Ints, Ints]) -> Reals:
    """Compare the most telling lonely word of each side, letter by letter."""
    tokens = shelf.worded.tokens[theirs]
    return _alike(texts.said[ours], np.where(tokens >= 0, shelf.words.spoken[tokens], ""))


def _places(shelf: Shelf, texts: Texts, words: Overlap) -> dict[str, Any]:
    owner = shelf.organisation[words.names]
    asked, towns = texts.town[words.texts], lines(shelf.towns, owner)
    here = (towns == asked).any(axis=0) & (asked >= 0)
    known = (towns[0] >= 0) & (asked != -1)
    spoken = texts.town_word[words.texts]
    theirs = (words.theirs == spoken).any(axis=0) & (spoken >= 0)
    ours = meet(words.ours, shelf.words_of_towns(owner).T).any(axis=0)
    return {"town": np.where(here, 1, np.where(known, -1, 0)), "town_named": theirs.astype(int) + ours}
