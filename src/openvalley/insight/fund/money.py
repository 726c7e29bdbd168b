"""Money words: which way of paying a need asks for, of which sector it is, and what it says in words of the pack.

Reads money.toml; writes nothing. Next: asker.py.
"""

import tomllib
from collections.abc import Mapping, Sequence
from functools import cache
from importlib import resources
from typing import Any

from openvalley.insight.needs import stems
from openvalley.resolve.normalise import fold


def dilutive_asked(text: str) -> bool | None:
    """Say whether a need asks for money for a share (venture capital) or without (a grant); None for either."""
    ways = _table()["ways"]
    asked = [name for name in ("dilutive", "non_dilutive") if _told(text, ways[name])]
    return asked == ["dilutive"] if len(asked) == 1 else None


def sectors_asked(text: str) -> Sequence[str]:
    """Return the sectors (codes of the vocabulary) that words of a need are of."""
    return [sector for sector, phrases in _table()["sectors"].items() if _told(text, phrases)]


def money_stems(text: str) -> Sequence[str]:
    """Return the stems of the English words for what a need says of money, in any of the four languages."""
    said = [english for english, phrases in _table()["words"].items() if _told(text, phrases)]
    return stems(" ".join(said).replace("-", " "))


def _told(text: str, phrases: Sequence[str]) -> bool:
    """Tell whether a text says one of some phrases; a word of it may go on behind a phrase that no blank ends."""
    folded = f" {fold(text)} "
    return any(f" {phrase}" in folded for phrase in phrases)


@cache
def _table() -> Mapping[str, Mapping[str, Any]]:
    return tomllib.loads(resources.files(__package__).joinpath("money.toml").read_text(encoding="utf-8"))
