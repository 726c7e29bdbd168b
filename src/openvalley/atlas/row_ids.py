"""Public ids of register rows: the source's name, a colon, and the row's number there (``cordis:101116741``)."""

from ibis.expr.types import StringValue, Table

SEPARATOR = ":"


def row_id(rows: Table, number: str = "source_id") -> StringValue:
    """Return the public ids of the rows, or of the rows of the same source that a column names by their numbers."""
    return rows.source.concat(SEPARATOR, rows[number])
