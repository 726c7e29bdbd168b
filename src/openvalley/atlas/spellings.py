"""Close spellings: how many letters a word that nothing holds may be off, and names that are written apart."""

from collections.abc import Sequence
from itertools import combinations

from rapidfuzz.distance import OSA

#: Letters from which a word may be one letter off, and two: shorter ones are like too many others.
_ONE_FROM, _TWO_FROM = 5, 9
#: Words that people write as one.
_PARTS = 3


def letters_off(word: str) -> int:
    """Return how many letters a spelling may be off: none below five letters, one below nine, else two."""
    return (len(word) >= _ONE_FROM) + (len(word) >= _TWO_FROM)


def written_apart(text: str, names: Sequence[str], places: Sequence[str]) -> bool:
    """Whether one to three words of a name that follow each other are, without spaces, a close spelling of a text.

    Args:
        text: folded; its spaces do not count.
        names: folded.
        places: words of towns, folded: a name may end with one.

    """
    sought = text.replace(" ", "")
    off = letters_off(sought)
    for name in (*names, *(f"{name} {place}" for name in names for place in places)):
        words = name.split()
        for first, last in combinations(range(len(words) + 1), 2):
            if last - first <= _PARTS and OSA.distance("".join(words[first:last]), sought, score_cutoff=off) <= off:
                return True
    return False
