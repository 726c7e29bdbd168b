"""Programmes: which parts of the EU's framework programmes a code stands for, and which part a legal basis is of."""

from collections.abc import Sequence
from difflib import get_close_matches
from functools import cache

from openvalley.errors import BadInput
from openvalley.vocabulary.terms import Vocabulary, terms

#: How many codes are suggested for one that is unknown.
_SUGGESTED = 4


def parts_of(code: str) -> tuple[str, ...]:
    """Return the parts (codes of `Vocabulary.PROGRAMME_PART`) that a code as typed stands for.

    It may be a code of a work programme or call (``SC1``, ``leit``, ``SC1-BHC-07-2019``), or a legal basis as CORDIS
    writes it, of any depth (``H2020-EU.3.1.4.``).

    Raises:
        BadInput: nothing is called so; the nearest codes are suggested.

    """
    typed = code.strip().upper()
    part = part_of(code.strip())
    if part is not None:
        return (part,)
    known = _by_code()
    words = typed.removeprefix("HORIZON-").removeprefix("H2020-").split("-")
    for length in range(len(words), 0, -1):
        found = known.get("-".join(words[:length]))
        if found:
            return found
    near = get_close_matches(typed, known, n=_SUGGESTED, cutoff=0.4) or ["SC1", "LEIT", "MSCA", "HEALTH"]
    raise BadInput(f"There is no programme {code[:40]!r}.",
                   hint=f"Did you mean {', '.join(near)}? Legal bases are codes too: H2020-EU.3.1.",
                   suggestions=near, field="programme", why="unknown")


def widest_code(topic: str) -> str:
    """Return the code of a call's programme that stands for most parts, so that the past of earlier ones counts.

    Args:
        topic: the code of a call's topic (``HORIZON-HLTH-2024-TOOL-11-02``).

    Raises:
        BadInput: it is of no programme of the table.

    """
    codes: Sequence[str] = terms(Vocabulary.PROGRAMME_PART)[parts_of(topic)[0]].attributes["codes"]
    return max(codes, key=lambda code: len(parts_of(code)))


def part_of(legal_basis: str) -> str | None:
    """Return the part that a legal basis belongs to; None where the table has none."""
    asked = legal_basis.strip().rstrip(".").upper()
    for part in terms(Vocabulary.PROGRAMME_PART):
        stem = part.rstrip(".").upper()
        if asked == stem or asked.startswith(f"{stem}."):
            return part
    return None


@cache
def _by_code() -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for part, term in terms(Vocabulary.PROGRAMME_PART).items():
        for code in term.attributes["codes"]:
            found[code] = (*found.get(code, ()), part)
    return found
