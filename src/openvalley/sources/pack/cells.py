"""Cells of a pack's tables: what each kind of cell may hold, and how its text becomes a value.

A check returns what is wrong, in words that follow the quoted cell, or nothing. An empty cell is always right unless
its column is needed.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

import pyarrow as pa

from openvalley.errors import BadIdentifier
from openvalley.sources.persons import reaches_a_person
from openvalley.vocabulary.identifiers import Scheme, parse
from openvalley.vocabulary.terms import LANGUAGES, Vocabulary, terms

#: Divides several values in one cell.
SEPARATOR = ";"
#: Longest text in a cell, in characters: a sentence or two.
_LONGEST = 600
_PARTIAL_DATE = re.compile(r"[12][0-9]{3}(-[0-9]{2}){0,2}")

#: Returns what is wrong with a cell's text, or an empty text.
Check = Callable[[str], str]


@dataclass(frozen=True)
class Column:
    """A column: its name, the check of each value, whether it is needed, and whether it may hold several values.

    ``key_of_organisations`` says that each value names a row of organisations.csv; with ``or_public_id`` it may also
    be a public id of the atlas.
    """

    name: str
    check: Check
    needed: bool = False
    several: bool = False
    key_of_organisations: bool = False
    or_public_id: bool = False

    def wrong(self, cell: str) -> list[str]:
        """Return what is wrong with a cell of this column."""
        if not cell:
            return ["may not be empty"] if self.needed else []
        values = listed(cell) if self.several else [cell]
        found = [f"{value!r} {self.check(value)}" for value in values if self.check(value)]
        return found or ([f"{cell!r} holds nothing between its semicolons"] if not values else [])


def listed(cell: str) -> list[str]:
    """Return the values of a cell that holds several."""
    return [part.strip() for part in cell.split(SEPARATOR) if part.strip()]


def text(value: str) -> str:
    """Check a text: short, and nothing that reaches a person, which has no place in a pack."""
    if len(value) > _LONGEST:
        return f"is longer than {_LONGEST} characters"
    return "holds an e-mail address or telephone number" if reaches_a_person(value) else ""


def matching(pattern: str, says: str) -> Check:
    """Return the check that a value matches a regular expression as a whole."""
    expression = re.compile(pattern)
    return lambda value: "" if expression.fullmatch(value) else says


@dataclass(frozen=True)
class CodeOf:
    """The check that a value is a code of a vocabulary, which says of itself which one that is."""

    vocabulary: Vocabulary

    def __call__(self, value: str) -> str:
        """Return what is wrong with a value."""
        return "" if value in terms(self.vocabulary) else f"is not a code of {self.vocabulary.value}.toml"


@dataclass(frozen=True)
class OneOf:
    """The check that a value is one of a few, which says of itself which ones those are."""

    choices: tuple[str, ...]

    def __call__(self, value: str) -> str:
        """Return what is wrong with a value."""
        return "" if value in self.choices else f"is not one of {', '.join(self.choices)}"


def code_of(vocabulary: Vocabulary) -> Check:
    """Return the check that a value is a code of a vocabulary."""
    return CodeOf(vocabulary)


def one_of(*choices: str) -> Check:
    """Return the check that a value is one of these."""
    return OneOf(choices)


def identifier(scheme: Scheme) -> Check:
    """Return the check that a value is an identifier of a scheme, with right check digits."""

    def check(value: str) -> str:
        try:
            parse(scheme, value)
        except BadIdentifier as problem:
            return f"is wrong: {problem.message}"
        return ""

    return check


def day(value: str) -> str:
    """Check a day; the parser alone takes other ISO forms too."""
    return "" if _is_day(value) else "is not a date YYYY-MM-DD"


def partial_date(value: str) -> str:
    """Check a year, a month or a day."""
    right = _PARTIAL_DATE.fullmatch(value) and _is_day(value + "-01-01"[len(value) - len("YYYY"):])
    return "" if right else "is not YYYY, YYYY-MM or YYYY-MM-DD"


def number(least: float = 0, most: float = 1e12) -> Check:
    """Return the check that a value is a number, with a point and without separators of thousands, in a range."""

    def check(value: str) -> str:
        if not re.fullmatch(r"[0-9]+(\.[0-9]+)?", value):
            return "is not a number; write 1500000, not 1.500.000 or 1,5 million"
        return "" if least <= float(value) <= most else f"is not between {least:g} and {most:g}"

    return check


def _is_day(value: str) -> bool:
    try:
        return date.fromisoformat(value).isoformat() == value
    except ValueError:
        return False


year = matching(r"[12][0-9]{3}", "is not a year")
key = matching(r"[a-z0-9][a-z0-9-]*", "may hold small letters, digits and hyphens only")
address = matching(r"https?://\S+", "does not start with http:// or https://")
nuts3 = matching(r"[A-Z]{2}[0-9A-Z]{3}", "is not a NUTS-3 code")
nuts = matching(r"[A-Z]{2}[0-9A-Z]{0,3}", "is not a NUTS code or a country")
whole = matching(r"[0-9]{1,7}", "is not a whole number")
month = matching(r"[1-9]|1[0-2]", "is not a month from 1 to 12")
language = one_of(*LANGUAGES)
yes_no = one_of("yes", "no")


def value_of(cell: str, kind: pa.DataType) -> Any:  # noqa: ANN401 - whatever the column holds
    """Return a checked cell as a value of an Arrow type; an empty one is null, or no values."""
    if pa.types.is_list(kind):
        return [value_of(part, kind.value_type) for part in listed(cell)]
    if not cell:
        return None
    if pa.types.is_boolean(kind):
        return cell == "yes"
    if pa.types.is_date(kind):
        return date.fromisoformat(cell)
    if pa.types.is_integer(kind):
        return int(cell)
    return float(cell) if pa.types.is_floating(kind) else cell
