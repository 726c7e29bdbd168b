"""Cells that are safe to open in a spreadsheet: text that begins like a formula is marked as text."""

import re

import pyarrow as pa
import pyarrow.compute as pc

#: What spreadsheets take for a formula: these first characters, in full width too, also behind white space (OWASP, "CSV
#: Injection"). White space is listed: the two engines that read this pattern do not mean the same by ``\s``.
_FORMULA = "^[ \t\n\v\f\r]*[=+\\-@\t\n\r\uff1d\uff0b\uff0d\uff20]"
#: A plain number is no formula, whatever its sign.
_NUMBER = "^[+-]?[0-9]*\\.?[0-9]+(?:[eE][+-]?[0-9]+)?$"
_MARK = "'"


def safe_column(column: pa.Array) -> pa.Array:
    """Return a column with every risky text cell behind an apostrophe; columns of other types stay as they are."""
    if not (pa.types.is_string(column.type) or pa.types.is_large_string(column.type)):
        return column
    risky = pc.match_substring_regex(column, _FORMULA)
    number = pc.match_substring_regex(column, _NUMBER)
    mark, nothing = (pa.scalar(value, column.type) for value in (_MARK, ""))
    return pc.if_else(pc.and_not(risky, number), pc.binary_join_element_wise(mark, column, nothing), column)


def safe_cell(value: object) -> object:
    """Return one cell made safe by the same rule."""
    # fullmatch: a dollar sign also stands before a last line break here, and does not there.
    if isinstance(value, str) and re.match(_FORMULA, value) and not re.fullmatch(_NUMBER, value):
        return f"{_MARK}{value}"
    return value


def guarded(text: str) -> str:
    """Return a cell made safe so that `unguarded` gives the same text back: a mark that stood there is marked too."""
    return f"{_MARK}{text}" if _risky(text.lstrip(_MARK)) else text


def unguarded(text: str) -> str:
    """Return the text of a cell that `guarded` made."""
    return text.removeprefix(_MARK) if _risky(text.lstrip(_MARK)) else text


def _risky(text: str) -> bool:
    return safe_cell(text) != text
