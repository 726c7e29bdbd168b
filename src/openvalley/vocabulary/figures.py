"""The words of Eurostat's codes beside a figure: its unit, and what it is broken down by.

Codes that are not known stay as the register writes them.
"""

import re

from openvalley.vocabulary.terms import Vocabulary, label, terms

#: A plain number, which needs no unit.
_NUMBER = "NR"
#: Codes of the whole, which nothing is said of.
_WHOLE = frozenset({"", "TOTAL", "T", "BAL"})
_AGE_BETWEEN = re.compile("Y([0-9]+)-([0-9]+)")
_AGE_FROM = re.compile("Y_GE([0-9]+)")


def unit(code: str | None, language: str) -> str:
    """Return a unit in words; nothing for a plain number."""
    return "" if code in {None, _NUMBER} else label(Vocabulary.UNIT, code or "", language)


def breakdown(dimensions: str | None, language: str) -> str:
    """Return what a figure is broken down by (``sex=F;age=Y_GE15``) in words; what covers everybody is left out."""
    pairs = [pair.partition("=") for pair in (dimensions or "").split(";") if "=" in pair]
    parts = [_part(name, value, language) for name, _, value in pairs]
    return ", ".join(part for part in parts if part)


def _part(name: str, value: str, language: str) -> str:
    if value in _WHOLE:
        return ""
    if name == "age":
        return _age(value, language)
    if value in terms(Vocabulary.BREAKDOWN):
        return label(Vocabulary.BREAKDOWN, value, language)
    # What is written in words needs no name of its dimension; a code alone would say nothing.
    return value if " " in value or name == "sex" else f"{name} {value}"


def _age(value: str, language: str) -> str:
    if found := _AGE_BETWEEN.fullmatch(value):
        return label(Vocabulary.BREAKDOWN, "AGE_BETWEEN", language).format(low=found[1], high=found[2])
    if found := _AGE_FROM.fullmatch(value):
        return label(Vocabulary.BREAKDOWN, "AGE_FROM", language).format(low=found[1])
    return label(Vocabulary.BREAKDOWN, value, language)
