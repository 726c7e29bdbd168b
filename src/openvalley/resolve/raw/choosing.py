"""Choosing: of the candidates of a string the set of organisations that it names, with probabilities and reasons.

The surest candidate is taken first; what stands in the very same words as one that is taken is not taken beside it.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from openvalley.resolve.raw.candidates import Asked, Candidate, Known
from openvalley.resolve.raw.weighing import best_alike, best_found, span_of

#: Probability from which an organisation is named, and from which a person should look: where the mean F1 of the
#: labelled files is best for strings that were not learnt from (tools/train_raw.py), and where one in five is right.
MATCH, REVIEW = 0.4, 0.2
#: Likeness that tells where the string's words, or the name's, are told as shared.
_MOST = 0.9


@dataclass(frozen=True)
class Chosen:
    """An organisation that a string names: its number, the probability that it does, and why, in words."""

    organisation: int
    probability: float
    why: str


def consistent(asked: Asked, probabilities: Sequence[float], least: float) -> list[int]:
    """Return the candidates that are at least so probable, the surest first, no two in the very same words."""
    order = sorted(range(len(probabilities)), key=lambda at: (-probabilities[at], asked.candidates[at].organisation))
    taken: set[tuple[int, int]] = set()
    chosen: list[int] = []
    for at in order:
        if probabilities[at] < least:
            break
        candidate = asked.candidates[at]
        span = span_of(asked.text, best_found(candidate), best_alike(candidate))
        if span not in taken:
            taken.add(span)
            chosen.append(at)
    return chosen


def choose(asked: Asked, probabilities: Sequence[float], known: Sequence[Known]) -> list[Chosen]:
    """Return what a string names, the surest first, given how probable its candidates are; what needs a look too."""
    return [Chosen(asked.candidates[at].organisation, round(probabilities[at], 4),
                   _why(asked, asked.candidates[at], known)) for at in consistent(asked, probabilities, REVIEW)]


def _why(asked: Asked, candidate: Candidate, known: Sequence[Known]) -> str:
    """Return what speaks for a candidate, in words."""
    best, like = best_found(candidate), best_alike(candidate)
    start, end = span_of(asked.text, best, like)
    written = " ".join(dict.fromkeys(word.written for word in asked.text.words[start:end]))[:200]
    if best is not None:
        told = f"its {'acronym' if best.acronym else 'name'} stands there ({written})"
    elif like is not None and like.name_told >= _MOST:
        told = f"all telling words of its name stand there ({written})"
    else:
        told = f"like its name ({written})"
    country = known[candidate.organisation].organisation.country
    if country in asked.text.countries:
        return told + (f"; the string names {country}" if asked.text.named else f"; its town may be in {country}")
    return told + ("; the string names another country" if asked.text.named else "")
