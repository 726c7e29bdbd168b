"""Meanings: which activities a question is about that does not name them ("company that fills syringes")."""

import tomllib
from collections.abc import Mapping, Sequence
from functools import cache
from importlib import resources

from openvalley.vocabulary.terms import Vocabulary, terms

#: Letters of a beginning that is looked for in later parts of compounds, too, and of the least first part.
_PART, _FIRST_PART = 6, 3


def activities_meant(folded: str) -> Sequence[str]:
    """Return the activities (codes of the vocabulary) that a folded text means, in the order of their list.

    Args:
        folded: small letters without accents, words apart by spaces (`openvalley.resolve.normalise.fold`).

    """
    words = folded.split()
    return tuple(code for code in terms(Vocabulary.ACTIVITY) if any(
        all(any(_holds(word, beginning) for word in words) for beginning in phrase)
        for phrase in _phrases().get(code, ())))


def _holds(word: str, beginning: str) -> bool:
    """Say whether a word begins so, or is a compound of which a later part does (gammasterilisation: sterilis)."""
    return word.startswith(beginning) or (len(beginning) >= _PART and beginning in word[_FIRST_PART:])


@cache
def _phrases() -> Mapping[str, Sequence[Sequence[str]]]:
    text = resources.files(__package__).joinpath("meanings.toml").read_text(encoding="utf-8")
    return {code: tuple(tuple(phrase.split()) for phrase in phrases) for code, phrases in tomllib.loads(text).items()}
