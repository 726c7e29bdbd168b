"""The kernel is a pure function over Arrow batches: under Spark's ``mapInArrow`` it says what it says here."""

import sys
from importlib.util import find_spec

import pyarrow as pa
import pytest

from openvalley.resolve.likeness import ASKED, FOUND, Likeness

pytestmark = pytest.mark.skipif(find_spec("pyspark") is None, reason="the extra [spark] is not installed")

_NAMES = (
    ("h", "BE", "Kaai University Hospital", False), ("h", "BE", "UZ Kaai", False), ("h", "BE", "UZK", True),
    ("u", "BE", "Schelde University", False), ("q", "BE", "Quay Hospital", False),
    ("r", "DE", "Rhine Cells GmbH", False), ("d", "DE", "Dune Institute of Botany", False))
_TOWNS = (("h", "Gent"), ("u", "Gent"), ("q", "Leuven"), ("r", "Bonn"), ("d", "Bonn"))
_ASKED = (
    ("1", "Universitair Ziekenhuis Kaai, Dept. of Nephrology", "Gand", "BE", None),
    ("2", "Sheldde Universty", "", "BE", []),
    ("3", "UZ Kaai", "Gent", "BE", ["h"]), ("4", "RhineCells", "Bonn", "DE", None), ("5", "\U0001f9ec", "", "BE", None),
    ("6", "Institut fur Botanik Dune", "", "DE", None), ("7", "", "", "BE", None), ("8", "UZ Kaai", "", "XX", None))


def _table(rows, *columns):
    return pa.table([list(column) for column in zip(*rows, strict=True)], list(columns))


def _told(batches):
    return sorted((row for batch in batches for row in batch.to_pylist()), key=lambda row: row["row"])


def test_spark_says_what_the_kernel_says(monkeypatch):
    from pyspark.sql import SparkSession
    from pyspark.sql.pandas.types import from_arrow_schema

    monkeypatch.setenv("PYSPARK_PYTHON", sys.executable)
    kernel = Likeness(_table(_NAMES, "id", "country", "name", "acronym"), _table(_TOWNS, "id", "city"))
    asked = pa.Table.from_pylist([dict(zip(ASKED.names, row, strict=True)) for row in _ASKED], ASKED)
    here = _told(kernel(batch) for batch in asked.to_batches())
    builder = SparkSession.builder.master("local[2]").appName("linker")
    session = builder.config("spark.ui.enabled", "false").getOrCreate()
    try:
        rows = session.createDataFrame(list(_ASKED), "row string, name string, town string, country string, "
                                                     "never array<string>").repartition(2)
        found = rows.mapInArrow(lambda batches: map(kernel, batches), from_arrow_schema(FOUND))
        there = _told([pa.Table.from_pylist([row.asDict(recursive=True) for row in found.collect()], FOUND)])
    finally:
        session.stop()
    assert here
    assert there == here
