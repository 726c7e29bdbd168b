"""Meanings: which activities a question is about that does not name them ("company that fills syringes")."""

import tomllib
from collections.abc import Mapping, Sequence
from functools import cache
from importlib import resources

from openvalley.vocabulary.terms import Vocabulary, terms

#: Stands in the table where a word ends.
_END = "_"
#: Letters of a beginning that is looked for in later parts of compounds, too, and of the least first part.
_PART, _FIRST_PART = 6, 3
#: Letters of a beginning that hints at an activity by itself, and of the longest ending that it may have.
_HINT, _ENDING = 4, 4


def activities_meant(folded: str) -> Sequence[str]:
    """Return the activities (codes of the vocabulary) that a folded text means, in the order of their list.

    A word is meant if it begins so, or is a compound of which a later part does (gammasterilisation: sterilis).
    Beginnings that the table ends with "_" are whole words.

    Args:
        folded: small letters without accents, words apart by spaces (`openvalley.resolve.normalise.fold`).

    """
    begun = f" {folded} "
    inside = " ".join(word[_FIRST_PART:] for word in folded.split())
    return tuple(code for code in terms(Vocabulary.ACTIVITY) if any(
        all(f" {beginning}" in begun or (len(beginning) >= _PART and beginning in inside) for beginning in phrase)
        for phrase in _phrases().get(code, ())))


def activities_hinted(word: str) -> Sequence[str]:
    """Return the activities that a folded word alone hints at: those of which a phrase has a word that it begins with.

    Syringes alone ask for who fills them. Of a text of more words that would say too much.
    """
    return tuple(code for code in terms(Vocabulary.ACTIVITY) if any(
        f"{word} ".startswith(beginning) for phrase in _phrases().get(code, ()) for beginning in phrase
        if len(beginning.strip()) >= _HINT and len(word) - len(beginning.strip()) <= _ENDING))


@cache
def _phrases() -> Mapping[str, Sequence[Sequence[str]]]:
    text = resources.files(__package__).joinpath("meanings.toml").read_text(encoding="utf-8")
    return {code: tuple(tuple(word.replace(_END, " ") for word in phrase.split()) for phrase in phrases)
            for code, phrases in tomllib.loads(text).items()}
