"""Reads Eurostat's statistics API (JSON-stat 2.0, https://json-stat.org/full) and the mirror's long table.

JSON-stat lays a cube out in one row of cells, the last dimension running fastest: a cell's number, divided by the
sizes of the dimensions behind, gives its category in each.
"""

import tomllib
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any

import httpx

from openvalley.errors import SourceChanged
from openvalley.sources.fetch import Fetcher, RemoteFile
from openvalley.sources.intake import CsvTable, Intake
from openvalley.sources.sql import filled
from openvalley.vocabulary.records import INDICATOR

#: https://ec.europa.eu/eurostat/web/user-guides/data-browser/api-data-access/api-detailed-guidelines/api-statistics
API = "https://ec.europa.eu/eurostat/api/dissemination/statistics/1.0/data/"
_DATASETS = Path(__file__).parent / "datasets.toml"
_TABLE = "nuts_indicators.csv"
#: Dimensions that are columns of our records; ``freq`` is annual in all datasets that are asked for.
_COLUMNS = ("geo", "time", "unit", "freq")
_DIMENSIONS = ("indic_env", "animals", "month", "na_item", "ppp_cat", "indic_bt", "nace_r2", "indic_il", "sex", "age",
               "direct", "training", "wstatus", "indic_de", "icd10")
_LONG = CsvTable(needed=("unit", "geo", "time", "values", "input_var_code", "input_var_desc"), known=_DIMENSIONS,
                 delimiter=",")


@cache
def datasets() -> dict[str, dict[str, Any]]:
    """Return the indicators that are asked for, by Eurostat's code of the dataset."""
    return tomllib.loads(_DATASETS.read_text(encoding="utf-8"))


def locate(_fetcher: Fetcher) -> Sequence[RemoteFile]:
    """Return one JSON-stat address a dataset."""
    return [RemoteFile(f"{code}.json", _address(code, asked)) for code, asked in datasets().items()]


def _address(code: str, asked: dict[str, Any]) -> str:
    kept = [(dimension, value) for dimension, values in asked["keep"].items() for value in values]
    params = httpx.QueryParams([("format", "JSON"), ("lang", "EN"), ("sinceTimePeriod", str(asked["since"])), *kept])
    return f"{API}{code}?{params}"


def read(intake: Intake) -> None:
    """Turn the cubes and the long table into indicator records."""
    intake.connection.execute("""
        CREATE TABLE figure (line BIGINT, file VARCHAR, indicator VARCHAR, title VARCHAR, region VARCHAR, time VARCHAR,
                             unit VARCHAR, value VARCHAR, flag VARCHAR,
                             dimensions STRUCT(code VARCHAR, title VARCHAR)[])
    """)
    for file in sorted(intake.files):
        if file.endswith(".json"):
            _read_cube(intake, file)
        elif file == _TABLE:
            intake.csv("part", file, _LONG)
            intake.connection.execute(_LONG_FIGURES)
    intake.quarantine("figure", "Eurostat files", {
        "its geo is no code of a region": "NOT coalesce(regexp_full_match(region, '[A-Z]{2}[A-Z0-9_]{0,18}'), false)",
        "its time begins with no year": "NOT coalesce(regexp_full_match(time, '(19|20)[0-9]{2}(-?[A-Z]?[0-9]{0,2}){0,2}'), "
                                        "false)",
        "its value is no number": "value IS NOT NULL AND NOT coalesce(isfinite(try_cast(value AS DOUBLE)), false)",
    })
    intake.count("cells without a value", "SELECT count(*) FROM figure WHERE value IS NULL")
    intake.records(INDICATOR, "Eurostat files", _RECORDS)


_LISTED = ", ".join(f"{{'code': '{name}', 'title': {filled(name)}}}" for name in _DIMENSIONS)
_LONG_FIGURES = f"""
INSERT INTO figure
SELECT line, '{_TABLE}', {filled('input_var_code')}, {filled('input_var_desc')}, {filled('geo')}, {filled('time')},
    {filled('unit')}, {filled('"values"')}, NULL, list_filter([{_LISTED}], lambda d: d.title IS NOT NULL)
FROM part
"""

#: A time within a year (2019-Q1, 2019M11) stays as a dimension, so that no two figures become one.
_ALL = ("CASE WHEN length(time) > 4 THEN list_append(dimensions, {'code': 'time', 'title': time}) "
        "ELSE dimensions END")
_RECORDS = f"""
SELECT line, file, md5(concat_ws('|', indicator, region, time, coalesce(unit, ''),
        list_aggregate(list_transform(dimensions, lambda d: concat(d.code, '=', d.title)), 'string_agg', '|')))
        AS source_id,
    indicator, title, region, left(time, 4)::INTEGER AS year, value::DOUBLE AS value, unit, {_ALL} AS dimensions, flag
FROM figure
"""


def _read_cube(intake: Intake, file: str) -> None:
    """Add the cells of a JSON-stat dataset to the figures.

    Raises:
        SourceChanged: it is no dataset, or its sizes, dimensions and cells do not fit one another.

    """
    intake.json("cube", file)
    code = file.removesuffix(".json")
    known = datasets().get(code, {})
    row = intake.connection.execute("""
        SELECT json->>'class', json_array_length(json->'id'), json_array_length(json->'size'),
            json_type(json->'value'), json->>'label', json->>'updated', json->>'$.error[0].label',
            json->>'$.warning.label' FROM cube
    """).fetchone() or (None,) * 8
    kind, names, sizes, value, label, _, error, warning = row
    if kind != "dataset" or not names or names != sizes or value not in {"OBJECT", "ARRAY"}:
        said = error or warning or "its id, size and value do not fit"
        raise SourceChanged(f"{file} is no JSON-stat dataset: {said}.", file=file,
                            hint="The last good version stays in use. Look whether Eurostat still has the dataset, and"
                            " mend datasets.toml.")
    intake.connection.execute(_AXES)
    gaps = intake.connection.execute("SELECT name FROM axis WHERE size <> categories").fetchall()
    present = {row[0] for row in intake.connection.execute("SELECT name FROM axis").fetchall()}
    if gaps or not {"geo", "time"} <= present:
        raise SourceChanged(f"{file}: its dimensions are not whole ({', '.join(row[0] for row in gaps) or 'geo, time'}).",
                            hint="The last good version stays in use. Eurostat changed the dataset; mend datasets.toml.",
                            file=file)
    intake.connection.execute(_CELLS)
    intake.quarantine("cell", file, {"its number is outside the cube": "NOT coalesce(line BETWEEN 0 AND "
                                     "(SELECT product(size) FROM axis) - 1, false)"})
    intake.connection.execute(_CUBE_FIGURES, [file, code, known.get("title") or label])


#: The dimensions in their order, with the number of cells that one step in each is apart.
_AXES = """
CREATE OR REPLACE TABLE axis AS
SELECT position, name, size, coalesce(product(size) OVER (ORDER BY position ROWS BETWEEN 1 FOLLOWING AND
                                                          UNBOUNDED FOLLOWING), 1)::BIGINT AS stride,
    CASE json_type(categories) WHEN 'ARRAY' THEN json_array_length(categories)
         ELSE len(json_keys(categories)) END AS categories
FROM (
    SELECT position, name, size, json_extract(whole, ['$.dimension."' || name || '".category.index'])[1] AS categories
    FROM (SELECT unnest(range(json_array_length(json->'id'))) AS position,
                 unnest(from_json(json->'id', '["VARCHAR"]')) AS name,
                 unnest(from_json(json->'size', '["BIGINT"]')) AS size, json AS whole FROM cube)
);
CREATE OR REPLACE TABLE category AS
SELECT axis.name, unnest(codes) AS code, unnest(places) AS place
FROM (
    SELECT name, CASE json_type(index) WHEN 'ARRAY' THEN from_json(index, '["VARCHAR"]') ELSE json_keys(index) END AS codes,
        CASE json_type(index) WHEN 'ARRAY' THEN range(json_array_length(index)::BIGINT)
             ELSE list_transform(json_keys(index), lambda key: (index->>('$."' || key || '"'))::BIGINT) END AS places
    FROM (SELECT name, json_extract(json, ['$.dimension."' || name || '".category.index'])[1] AS index FROM axis, cube)
) AS axis
"""
