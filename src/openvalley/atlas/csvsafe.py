"""Cells that are safe to open in a spreadsheet: text that begins like a formula is marked as text."""

import re

import pyarrow as pa
import pyarrow.compute as pc

#: What spreadsheets take for a formula: these first characters, also behind white space (OWASP, "CSV Injection").
_FORMULA = r"^\s*[=+\-@\t\r]"
#: A plain number is no formula, whatever its sign.
_NUMBER = r"^[+-]?[0-9]*\.?[0-9]+(?:[eE][+-]?[0-9]+)?$"
_MARK = "'"


def safe_column(column: pa.Array) -> pa.Array:
    """Return a column with every risky text cell behind an apostrophe; columns of other types stay as they are."""
    if not pa.types.is_string(column.type):
        return column
    risky = pc.match_substring_regex(column, _FORMULA)
    number = pc.match_substring_regex(column, _NUMBER)
    return pc.if_else(pc.and_not(risky, number), pc.binary_join_element_wise(_MARK, column, ""), column)


def safe_cell(value: object) -> object:
    """Return one cell made safe by the same rule."""
    if isinstance(value, str) and re.search(_FORMULA, value) and not re.search(_NUMBER, value):
        return f"{_MARK}{value}"
    return value
