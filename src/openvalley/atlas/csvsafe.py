"""Cells that are safe to open in a spreadsheet: what begins like a formula is marked as text."""

import pyarrow as pa
import pyarrow.compute as pc

#: First characters that spreadsheets take for a formula (OWASP, "CSV Injection").
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n")


def safe_cell(value: object) -> object:
    """Return the value with an apostrophe before it when it is text that a spreadsheet would run."""
    if isinstance(value, str) and value.startswith(_FORMULA_STARTS) and not _is_number(value):
        return f"'{value}"
    return value


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True


def safe_column(column: pa.Array) -> pa.Array:
    """Return a column with every text cell made safe; columns of other types stay as they are."""
    if not pa.types.is_string(column.type):
        return column
    risky = pc.match_substring_regex(column, r"^[=+\-@\t\r]")
    number = pc.match_substring_regex(column, r"^[+-]?[0-9]*\.?[0-9]+(?:[eE][+-]?[0-9]+)?$")
    return pc.if_else(pc.and_not(risky, number), pc.binary_join_element_wise("'", column, ""), column)
