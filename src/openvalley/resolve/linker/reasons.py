"""Why something was linked: reasons as codes with what they speak of, made of what was compared.

A reason is kept with its link, so that it can be read in any language later; `WORDS` has it in English. Where pages
show them, the site has the words of its languages.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

import pyarrow as pa

from openvalley.resolve.linker.kernel import Best

#: From these shares on, words are told as shared; from that likeness on, letters as the same.
_MOST, _HALF, _ALIKE = 0.95, 0.5, 0.9

#: Reasons as a table keeps them.
REASONS = pa.list_(pa.struct([("code", pa.string()), ("detail", pa.string())]))
#: Every code in English words, with the place of what it speaks of: a name as the linker compares names (folded) where
#: it says so, else as it was written.
WORDS: Mapping[str, str] = MappingProxyType({
    "initials": "the acronym {} is the row's first letters",  # a folded name
    "same-acronym": "same acronym {}",  # a folded name
    "same-words": "the same words as {}",  # a folded name
    "all-words": "all telling words of {}",  # a folded name
    "nearly-letters": "nearly the letters of {}",  # a folded name
    "holds-name": "holds the name {}",  # a folded name
    "shares-words": "shares words with {}",  # a folded name
    "somewhat-like": "somewhat like {}",  # a folded name
    "part": "a part of the row: {}",
    "same-town": "same town",
    "other-town": "another town",
    "town-named": "the town stands in the name",
    "kinds-differ": "the names say different kinds of organisation",
    "number-differs": "a number differs",
    "same-name": "the same name {}",  # a key (normalise.py)
    "only-name": "the only organisation of the world called {}",  # a key
    "judged": "a person decided it: {}",  # their reason
    "successor": "{} was taken over by this one",
    "unit": "the row names a unit, which may only belong to it",
    "ended": "one of the two has ended by its register, which likeness says of nobody",
    "trials-there": "all its trials run in {}",  # a country's code
    "territory": "in a territory of the row's country",
})


@dataclass(frozen=True)
class Reason:
    """One reason: its code (of `WORDS`), and the name or text that it speaks of, if any."""

    code: str
    detail: str = ""


def reasons(best: Best) -> list[Reason]:
    """Return what speaks for the best organisation, and what against it."""
    said = best.said
    told = [_of_name(best)]
    if said["part"]:
        told.append(Reason("part", best.text))
    if said["town"] > 0:
        told.append(Reason("same-town"))
    elif said["town"] < 0:
        told.append(Reason("other-town"))
    elif said["town_named"]:
        told.append(Reason("town-named"))
    if said["kinds_differ"]:
        told.append(Reason("kinds-differ"))
    if said["numbers_differ"]:
        told.append(Reason("number-differs"))
    if said["abroad"]:
        told.append(Reason("territory"))
    return told


def in_words(told: Iterable[Reason]) -> str:
    """Return reasons as one line of English."""
    return "; ".join(WORDS[reason.code].format(reason.detail or "...") for reason in told)


def reason(best: Best) -> str:
    """Return what speaks for the best organisation, and what against it, as one line of English."""
    return in_words(reasons(best))


def _of_name(best: Best) -> Reason:
    """Return the first of these that holds."""
    said, name = best.said, best.name
    ways = (
        (said["initials"], "initials"),
        (said["acronym"] and said["order"] >= _ALIKE, "same-acronym"),
        (said["same_words"], "same-words"),
        (min(said["text_told"], said["name_told"]) >= _MOST, "all-words"),
        (said["letters"] >= _ALIKE, "nearly-letters"),
        (said["name_told"] >= _MOST, "holds-name"),
        (max(said["text_told"], said["name_told"]) >= _HALF, "shares-words"),
    )
    return Reason(next((code for holds, code in ways if holds), "somewhat-like"), name)
