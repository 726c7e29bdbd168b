"""Quoting for SQL: every value and name that is put into a statement passes here."""


def text(value: object) -> str:
    """Return a value as an SQL string."""
    return "'" + str(value).replace("'", "''") + "'"


def name(column: str) -> str:
    """Return a column's or table's name as an SQL identifier."""
    return '"' + column.replace('"', '""') + '"'
