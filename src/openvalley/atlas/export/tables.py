"""Tables as CSV and Parquet: a folder with one file a table, and the notice beside them."""

import json
from collections.abc import Callable
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pa_csv
import pyarrow.parquet as pq

from openvalley.atlas.csvsafe import safe_column
from openvalley.atlas.export.files import new_folder
from openvalley.atlas.export.notice import NOTICE, notice
from openvalley.atlas.export.selection import ROWS_AT_A_TIME, TABLES, Selection

#: Divides the values of a list in one cell.
_DIVIDER = ";"


def write_csv(selection: Selection, target: Path) -> dict[str, int]:
    """Write a folder of CSV files (UTF-8, header line, comma); no spreadsheet runs a cell of them."""
    return _write(selection, target, _csv, "csv")


def write_parquet(selection: Selection, target: Path) -> dict[str, int]:
    """Write a folder of Parquet files; lists and dates keep their types."""
    return _write(selection, target, _parquet, "parquet")


def _write(selection: Selection, target: Path, write: Callable[[pa.RecordBatchReader, Path], int],
           suffix: str) -> dict[str, int]:
    counts = {}
    with new_folder(target) as folder:
        for table in TABLES:
            rows = selection.atlas.stream(selection.query(table), ROWS_AT_A_TIME)
            counts[table] = write(rows, folder / f"{table}.{suffix}")
        (folder / NOTICE).write_text(notice(selection, TABLES), encoding="utf-8")
    return counts


def _csv(reader: pa.RecordBatchReader, path: Path) -> int:
    rows = 0
    schema = pa.schema([(field.name, pa.string() if pa.types.is_list(field.type) else field.type)
                        for field in reader.schema])
    with pa_csv.CSVWriter(path, schema) as writer:
        for batch in reader:
            columns = [safe_column(_flat(column)) for column in batch.columns]
            writer.write_batch(pa.RecordBatch.from_arrays(columns, schema=schema))
            rows += batch.num_rows
    return rows


def _flat(column: pa.Array) -> pa.Array:
    """Return lists as one text each: values divided by semicolons, or JSON where the values have parts themselves."""
    if not pa.types.is_list(column.type):
        return column
    if pa.types.is_nested(column.type.value_type):
        texts = [None if value is None else json.dumps(value, ensure_ascii=False, default=str)
                 for value in column.to_pylist()]
        return pa.array(texts, pa.string())
    return pc.binary_join(column.cast(pa.list_(pa.string())), _DIVIDER)


def _parquet(reader: pa.RecordBatchReader, path: Path) -> int:
    rows = 0
    with pq.ParquetWriter(path, reader.schema, compression="zstd") as writer:
        for batch in reader:
            writer.write_batch(batch)
            rows += batch.num_rows
    return rows
