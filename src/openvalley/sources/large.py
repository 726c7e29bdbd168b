"""Very large CSV files: a few rows of tens of millions, read by DuckDB itself, about six times as fast as by Python.

For registers that publish everything as whole, well-formed tables. `Intake.csv` finds the line of a broken row even
behind an unclosed quote; here ``line`` counts records, which is the line as long as no field holds a line break.
"""

from pathlib import Path

from openvalley.sources.intake import CsvTable, Intake

#: Bytes: the names of a table's columns are some hundred.
_LONGEST_HEADER = 1 << 16


def read_large(intake: Intake, name: str, file: str, shape: CsvTable, keep: str) -> None:
    """Read the rows of a CSV file for which an SQL condition holds into the table `name`: ``line``, needed columns.

    All columns are text, empty is null. Rows that are no rows go to quarantine, once, also where a file is read again
    for other rows, and without what stood in them, which may be about persons; what is not kept leaves no trace.

    Raises:
        SourceChanged: the file or a needed column is missing, or the columns cannot be told apart.

    """
    columns = intake.header(file, shape)
    types = ", ".join(f"'{column.replace(chr(39), chr(39) * 2)}': 'VARCHAR'" for column in columns)
    wanted = ", ".join(f'''nullif(replace("{column}", chr(0), ''), '') AS "{column}"''' for column in shape.needed)
    for table in ("rejected", "rejecting"):
        intake.connection.execute(f"DROP TABLE IF EXISTS {table}")
    intake.connection.execute(f"""
        CREATE OR REPLACE TABLE {name} AS SELECT line, {wanted}
        FROM (SELECT *, 1 + row_number() OVER () AS line
              FROM read_csv(?, auto_detect = false, header = true, delim = ?, quote = '"', escape = '"', new_line = ?,
                            columns = {{{types}}}, store_rejects = true, rejects_table = 'rejected',
                            rejects_scan = 'rejecting'))
        WHERE {keep}
    """, [str(intake.files[file]), shape.delimiter, _line_end(intake.files[file])])
    intake.connection.execute("""
        INSERT INTO quarantine
        SELECT ?, line, CASE any_value(error_type)::VARCHAR
            WHEN 'MISSING COLUMNS' THEN 'it has too few fields' WHEN 'TOO MANY COLUMNS' THEN 'it has too many fields'
            WHEN 'INVALID ENCODING' THEN 'its bytes are not UTF-8' WHEN 'UNQUOTED VALUE' THEN 'a quote is not closed'
            ELSE 'it is no row of a table' END, ''
        FROM rejected GROUP BY line
        EXCEPT FROM quarantine
    """, [file])


def _line_end(path: Path) -> str:
    """Return how the file's lines end, as DuckDB writes it."""
    with path.open("rb") as stream:
        return "\\r\\n" if stream.readline(_LONGEST_HEADER).endswith(b"\r\n") else "\\n"
