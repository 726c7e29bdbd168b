"""Conditions that a text names, by the vocabulary's words for them in four languages.

Reads the vocabulary alone. Next: meaning.py (search), and the questions that hear conditions in a need.
"""

from collections.abc import Mapping, Sequence
from functools import cache

from openvalley.resolve.normalise import fold
from openvalley.vocabulary.terms import LANGUAGES, Vocabulary, terms

#: A longer text is cut: nobody reads further, and the words repeat.
_LONGEST = 5_000


def conditions_in(text: str) -> Sequence[str]:
    """Return the codes of the conditions that a text names, in any of the four languages.

    The nearest ones: lung cancer names cancer only by a word of its own name, and is not cancer of any kind.
    """
    folded = f" {fold(text[:_LONGEST])} "
    named = {code: found for code, phrases in condition_phrases().items()
             if (found := [phrase for phrase in phrases if f" {phrase} " in folded])}
    return [code for code, found in named.items() if not all(
        any(f" {phrase} " in f" {longer} " for other in named if other != code for longer in named[other]
            if longer != phrase) for phrase in found)]


@cache
def condition_phrases() -> Mapping[str, Sequence[str]]:
    """Return the folded words for each condition of the vocabulary, in all languages."""
    return {code: [*(fold(term.labels[language]) for language in LANGUAGES), *term.attributes["also"]]
            for code, term in terms(Vocabulary.CONDITION).items()}
