"""Titles: which occupation group the title of a shortage list means, by a table that was judged by hand."""

import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib import resources

from openvalley.resolve.normalise import fold

#: The feminine beside the masculine form: "Infirmier / Infirmiere en chef".
_BOTH_FORMS = re.compile(r"^(\S+) / (\S+) (.+)$")
#: Titles whose group is kept: those of all lists, some hundreds, are asked for with every question.
_TITLES_KEPT = 4_000


@dataclass(frozen=True)
class Phrase:
    """Words of a title, and the group that they mean; an empty group keeps the title out."""

    words: str
    group: str


@lru_cache(_TITLES_KEPT)
def group_of(title: str, language: str) -> str | None:
    """Return the ISCO-08 unit group of a title (``2262``); None where it has no place in the value chain.

    Args:
        title: as the list writes it, both genders beside each other or one.
        language: nl or fr; titles in other languages mean nothing here.

    """
    forms = [f" {form} " for form in _forms(title)]
    fitting = [phrase for phrase in phrases().get(language, ())
               if any(f" {phrase.words} " in form for form in forms)]
    if not fitting:
        return None
    return max(fitting, key=lambda phrase: (phrase.words.count(" "), len(phrase.words))).group or None


def stages_of(group: str) -> Sequence[str]:
    """Return the stages of the value chain at which a group works."""
    return tuple(_table()["group"][group]["stages"])


@cache
def phrases() -> Mapping[str, Sequence[Phrase]]:
    """Return the phrases of each language."""
    table = _table()
    return {language: (*(Phrase(words, group) for group, entry in table["group"].items() for words in entry[language]),
                       *(Phrase(words, "") for words in table["none"][language])) for language in ("nl", "fr")}


@cache
def _table() -> Mapping[str, Mapping[str, Mapping[str, Sequence[str]]]]:
    text = resources.files(__package__).joinpath("occupations.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)


def _forms(title: str) -> list[str]:
    """Return the forms of a title: each side of its stroke, and the masculine one with what both sides share."""
    shared = _BOTH_FORMS.match(title)
    sides = [*title.split(" / "), *([f"{shared[1]} {shared[3]}", f"{shared[2]} {shared[3]}"] if shared else [])]
    return [fold(re.sub(r"[:\u2019']", " ", side)) for side in sides]
