"""Needs: what a text in Dutch, French, German or English asks for, in terms of the field and in comparable words.

A need is compared with texts that are mostly English. Terms of the vocabulary are recognised in all four languages, and
their English labels are added to the words: so "gentherapie" and "therapie genique" find "gene therapy".
"""

import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib import resources

from openvalley.errors import BadInput
from openvalley.resolve.normalise import fold
from openvalley.vocabulary.meanings import activities_meant
from openvalley.vocabulary.terms import LANGUAGES, Vocabulary, terms

#: Term lists in which a need is looked up.
RECOGNISED = (Vocabulary.PLATFORM, Vocabulary.ACTIVITY, Vocabulary.STAGE, Vocabulary.SECTOR)
#: A longer need is cut: nobody reads further, and the words repeat.
_LONGEST = 5_000
#: Words of fewer letters say nothing of a field.
_SHORTEST_WORD = 3
_BRACKETED = re.compile(r"\(.*?\)")
#: Endings that English and the other languages put behind one stem, the longest first.
_ENDINGS = ("ations", "ation", "ements", "ement", "ings", "ing", "ies", "ied", "ical", "ics", "ers", "er", "ed", "es",
            "en", "ic", "al", "s", "e", "y")
#: Letters that an ending must leave: of shorter rests too many words would be one.
_SHORTEST_STEM = 4
#: Words whose stems are kept: texts have most of their words in common.
_STEMS_KEPT = 50_000


@dataclass(frozen=True)
class Need:
    """A need as it was understood: its own text, its terms by list, and the stems of its words and of those terms."""

    text: str
    terms: Mapping[str, Sequence[str]]
    stems: Sequence[str]

    def of(self, vocabulary: Vocabulary) -> Sequence[str]:
        """Return the codes of one list that were recognised."""
        return self.terms.get(vocabulary.value, ())


def understood(text: str, field: str = "need") -> Need:
    """Return a need as understood.

    Args:
        text: the need.
        field: what the request calls it, for the error.

    Raises:
        BadInput: the text is empty, or has no word in it.

    """
    folded = f" {fold(text[:_LONGEST])} "
    own = stems(text[:_LONGEST])
    if not own:
        raise BadInput("What is needed? No word was given.",
                       hint='Say it in a few words: --need "AAV vector manufacturing for a phase 1 trial"',
                       field=field, why="wordless")
    found: dict[str, list[str]] = {}
    added: list[str] = []
    for vocabulary in RECOGNISED:
        for code, phrases in _phrases(vocabulary).items():
            if any(f" {phrase} " in folded for phrase in phrases):
                found.setdefault(vocabulary.value, []).append(code)
                added += stems(terms(vocabulary)[code].labels["en"])
    for code in activities_meant(folded.strip()):
        if code not in found.setdefault(Vocabulary.ACTIVITY.value, []):
            found[Vocabulary.ACTIVITY.value].append(code)
            added += stems(terms(Vocabulary.ACTIVITY)[code].labels["en"])
    found = {name: codes for name, codes in found.items() if codes}
    return Need(text.strip(), found, tuple(dict.fromkeys([*own, *added])))


def stems(text: str) -> tuple[str, ...]:
    """Return the stems of a text's words in their order: folded, without common endings and small words."""
    return tuple(_stem(word) for word in fold(text).split() if len(word) >= _SHORTEST_WORD and word not in _small())


@lru_cache(_STEMS_KEPT)
def _stem(word: str) -> str:
    for ending in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= _SHORTEST_STEM:
            return word.removesuffix(ending)
    return word


@cache
def _phrases(vocabulary: Vocabulary) -> Mapping[str, Sequence[str]]:
    """Return by which folded words each term of a list is recognised: its labels, its code, and other words for it."""
    found: dict[str, Sequence[str]] = {}
    for code, term in terms(vocabulary).items():
        labels = [_BRACKETED.sub(" ", term.labels[language]) for language in LANGUAGES]
        forms = [fold(label) for label in (*labels, code.replace("-", " "))] + list(term.attributes.get("also", ()))
        found[code] = tuple(dict.fromkeys(form for form in (*forms, *(form.rstrip("s") for form in forms))
                                          if len(form) >= _SHORTEST_WORD))
    return found


@cache
def _small() -> frozenset[str]:
    """Return small words of the four languages, and words of asking, that say nothing of a field."""
    text = resources.files(__package__).joinpath("small_words.toml").read_text(encoding="utf-8")
    return frozenset(word for listed in tomllib.loads(text).values() for word in listed)
