"""Reads Eurostat's statistics API (JSON-stat 2.0, https://json-stat.org/full) and the mirror's long table.

JSON-stat lays a cube out in one row of cells, the last dimension running fastest: a cell's number, divided by the
sizes of the dimensions behind, gives its category in each.
"""

from openvalley.errors import SourceChanged
from openvalley.sources.eurostat.requests import datasets, fetch
from openvalley.sources.intake import CsvTable, Intake
from openvalley.sources.sql import filled
from openvalley.vocabulary.records import INDICATOR

__all__ = ["fetch", "read"]

_TABLE = "nuts_indicators.csv"
#: Dimensions that are columns of our records; ``freq`` is annual in all datasets that are asked for.
_COLUMNS = ("geo", "time", "unit", "freq")
_DIMENSIONS = ("indic_env", "animals", "month", "na_item", "ppp_cat", "indic_bt", "nace_r2", "indic_il", "sex", "age",
               "direct", "training", "wstatus", "indic_de", "icd10")
#: 2019, and within a year 2019-Q1, 2019M11, 2019-11, 2019-11-30.
_TIME = "(19|20)[0-9]{2}(-?[A-Z]?[0-9]{1,2}){0,2}"
_LONG = CsvTable(needed=("unit", "geo", "time", "values", "input_var_code", "input_var_desc"), known=_DIMENSIONS,
                 delimiter=",")


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
            if not intake.connection.execute("SELECT 1 FROM figure WHERE file = ? LIMIT 1", [file]).fetchone():
                intake.warn(f"{file}: it holds no figures")
        elif file == _TABLE:
            intake.csv("part", file, _LONG)
            intake.connection.execute(_LONG_FIGURES)
    intake.quarantine("figure", "Eurostat files", {
        "its geo is no code of a region": "NOT coalesce(regexp_full_match(region, '[A-Z]{2}[A-Z0-9_]{0,18}'), false)",
        "its time begins with no year": f"NOT coalesce(regexp_full_match(time, '{_TIME}'), false)",
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
    row = intake.connection.execute("""
        SELECT json->>'class', json_array_length(json->'id'), json_array_length(json->'size'), json_type(json->'value'),
            json->>'label', try_cast(left(json->>'updated', 10) AS DATE),
            coalesce(json->>'$.error[0].label', json->>'$.warning.label'),
            list_min(from_json(json->'size', '["BIGINT"]')) FROM cube
    """).fetchone() or (None,) * 8
    kind, names, sizes, value, label, updated, said, smallest = row
    if kind != "dataset" or not names or names != sizes or value not in {"OBJECT", "ARRAY"}:
        raise _changed(file, f"is no JSON-stat dataset: {said or 'its id, size and value do not fit'}")
    if smallest == 0:  # the API's answer where nothing fits what was asked
        return
    intake.connection.execute(_CATEGORIES)
    intake.connection.execute(_AXES)
    whole = {row[0] for row in intake.connection.execute("SELECT name FROM axis WHERE categories = size").fetchall()}
    named = {row[0] for row in intake.connection.execute(
        """SELECT unnest(from_json(json->'id', '["VARCHAR"]')) FROM cube""").fetchall()}
    if missing := sorted((named | {"geo", "time"}) - whole):
        raise _changed(file, f"does not describe its dimensions {', '.join(missing)}")
    intake.connection.execute(_CELLS.format(value=_entries("value"), status=_entries("status")))
    intake.quarantine("cell", file, {
        "its number is outside the cube":
            "NOT coalesce(line BETWEEN 0 AND (SELECT product(size) FROM axis) - 1, false)",
    })
    code = file.removesuffix(".json")
    title = datasets().get(code, {}).get("title") or label
    intake.connection.execute(_CUBE_FIGURES, {"file": file, "code": code, "title": title})
    intake.as_of = max(filter(None, (intake.as_of, updated)), default=None)


def _changed(file: str, what: str) -> SourceChanged:
    return SourceChanged(f"{file} {what}.", file=file,
                         hint="The last good version stays in use. Look whether Eurostat still has the dataset in this"
                         " form, and mend datasets.toml.")


#: The categories of each dimension with their places; JSON-stat gives them as a list or as code and place.
_CATEGORIES = """
CREATE OR REPLACE TABLE category AS
SELECT position, name, size, unnest(entries).key AS code, unnest(entries).value AS place
FROM (
    SELECT position, name, size, CASE json_type(index)
        WHEN 'OBJECT' THEN map_entries(index::MAP(VARCHAR, BIGINT))
        WHEN 'ARRAY' THEN list_transform(from_json(index, '["VARCHAR"]'),
                                         lambda code, nth: {'key': code, 'value': nth - 1}) END AS entries
    FROM (
        SELECT *, json_extract(whole, '$.dimension."' || name || '".category.index') AS index
        FROM (SELECT unnest(range(json_array_length(json->'id')::BIGINT)) AS position,
                     unnest(from_json(json->'id', '["VARCHAR"]')) AS name,
                     unnest(from_json(json->'size', '["BIGINT"]')) AS size, json AS whole FROM cube)
    )
)
"""
#: The dimensions in their order, with the number of cells that lie between two neighbours of each.
_AXES = """
CREATE OR REPLACE TABLE axis AS
SELECT *, coalesce(product(size) OVER (ORDER BY position ROWS BETWEEN 1 FOLLOWING AND UNBOUNDED FOLLOWING), 1)::BIGINT
    AS stride
FROM (SELECT position, name, size, CASE WHEN min(place) = 0 AND max(place) = size - 1 AND count(*) = size
                                        THEN count(DISTINCT place) END AS categories
      FROM category GROUP BY position, name, size)
"""
#: The cells that hold a value or say why they hold none.
_CELLS = """
CREATE OR REPLACE TABLE cell AS
SELECT try_cast(number AS BIGINT) AS line, number, max(value) AS value, max(flag) AS flag
FROM (
    SELECT unnest(entries).key AS number, unnest(entries).value AS value, NULL AS flag FROM (SELECT {value} FROM cube)
    UNION ALL
    SELECT unnest(entries).key, NULL, unnest(entries).value FROM (SELECT {status} FROM cube)
)
WHERE value IS NOT NULL OR flag IS NOT NULL
GROUP BY number
"""


def _entries(field: str) -> str:
    """Return the cells of a field by number: it is a list, or an object that leaves out the empty ones."""
    return f"""CASE json_type(json->'{field}')
        WHEN 'OBJECT' THEN map_entries((json->'{field}')::MAP(VARCHAR, VARCHAR))
        WHEN 'ARRAY' THEN list_transform(from_json(json->'{field}', '["VARCHAR"]'),
                                         lambda text, nth: {{'key': (nth - 1)::VARCHAR, 'value': text}})
        ELSE [] END AS entries"""


_CUBE_FIGURES = f"""
INSERT INTO figure
SELECT line, $file, $code, $title, max(category) FILTER (name = 'geo'), max(category) FILTER (name = 'time'),
    max(category) FILTER (name = 'unit'), any_value(value), any_value(flag),
    coalesce(list({{'code': name, 'title': category}} ORDER BY position) FILTER (name NOT IN {_COLUMNS}), [])
FROM (
    SELECT cell.line, value, flag, axis.position, axis.name, category.code AS category
    FROM cell CROSS JOIN axis
    JOIN category ON category.name = axis.name AND category.place = (cell.line // axis.stride) % axis.size
)
GROUP BY line
"""
