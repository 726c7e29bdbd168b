"""Eurostat: figures by region and year. Fixtures follow JSON-stat 2.0 and the mirror's table; figures are invented."""

import json
from datetime import date

import duckdb
import pytest

from openvalley.errors import SourceChanged, SourceUnreadable
from openvalley.sources.eurostat import connector

_LONG = ("unit,geo,time,values,input_var_code,input_var_desc,indic_env,animals,month,na_item,ppp_cat,indic_bt,nace_r2,"
         "indic_il,sex,age,direct,training,wstatus,indic_de,icd10\n")
_ROW = "PC,BE10,2018,12.5,tgs00010,Unemployment rate,,,,,,,,,F,,,,,,"


def _cube(**changed):
    """Two sectors, three regions, two years; freq and unit have one code each."""
    return {
        "version": "2.0", "class": "dataset", "label": "R&D expenditure", "source": "ESTAT",
        "updated": "2025-03-04T23:00:00+0100",
        "id": ["freq", "sectperf", "unit", "geo", "time"], "size": [1, 2, 1, 3, 2],
        "dimension": {
            "freq": {"category": {"index": {"A": 0}, "label": {"A": "Annual"}}},
            "sectperf": {"category": {"index": {"BES": 0, "HES": 1}}},
            "unit": {"category": {"index": {"MIO_EUR": 0}}},
            "geo": {"category": {"index": {"BE10": 0, "BE21": 1, "EL30": 2}}},
            "time": {"category": {"index": {"2021": 0, "2022": 1}}},
        },
        "value": {"0": 10, "3": 21.5, "6": 100, "11": 0},
        "status": {"3": "p", "4": ":", "11": "e"},
        **changed,
    }


@pytest.fixture
def read(reading):
    def read_files(cube=None, rows=(), files=None):
        given = {"rd_e_gerdreg.json": json.dumps(cube).encode()} if cube is not None else {}
        if rows:
            given["nuts_indicators.csv"] = (_LONG + "\n".join(rows) + "\n").encode()
        found = reading({**given, **(files or {})}, name="eurostat")
        connector.read(found.intake)
        return found

    return read_files


def _cells(found):
    return {(record["dimensions"][0]["title"], record["region"], record["year"]): (record["value"], record["flag"])
            for record in found.records("indicator").values()}


def test_cells_find_their_places_and_empty_ones_are_no_figures(read):
    found = read(_cube())
    assert _cells(found) == {
        ("BES", "BE10", 2021): (10, None), ("BES", "BE21", 2022): (21.5, "p"), ("BES", "EL30", 2021): (None, ":"),
        ("HES", "BE10", 2021): (100, None), ("HES", "EL30", 2022): (0, "e"),
    }
    record = next(iter(found.records("indicator").values()))
    assert (record["indicator"], record["unit"]) == ("rd_e_gerdreg", "MIO_EUR")
    assert record["title"] == connector.datasets()["rd_e_gerdreg"]["title"]
    assert [dimension["code"] for dimension in record["dimensions"]] == ["sectperf"]
    assert found.intake.as_of == date(2025, 3, 4)
    assert found.intake.counted["cells without a value"] == 1
    assert (found.quarantined, found.intake.warnings) == ([], [])


def test_values_and_categories_may_be_lists(read):
    listed = _cube(value=[10, None, None, 21.5, None, None, 100, None, None, None, None, 0],
                   status=[None, None, None, "p", ":", None, None, None, None, None, None, "e"])
    listed["dimension"]["geo"]["category"]["index"] = ["BE10", "BE21", "EL30"]
    assert _cells(read(listed)) == _cells(read(_cube()))


def test_a_figure_keeps_its_id_when_its_value_is_revised(read):
    before, after = read(_cube()).records("indicator"), read(_cube(value={"0": 11})).records("indicator")
    revised = next(key for key, record in after.items() if record["value"] == 11)
    assert before[revised]["value"] == 10


@pytest.mark.parametrize(("changed", "reason"), [
    ({"value": {"0": 1, "99": 5}}, "its number is outside the cube"),
    ({"value": {"0": 1, "-1": 5}}, "its number is outside the cube"),
    ({"value": {"0": 1, "x": 5}}, "its number is outside the cube"),
    ({"value": {"0": 1, "3": "many"}}, "its value is no number"),
    ({"value": {"0": 1, "3": "NaN"}}, "its value is no number"),
], ids=str)
def test_a_wrong_cell_is_put_aside(read, changed, reason):
    found = read(_cube(status={}, **changed))
    assert _cells(found) == {("BES", "BE10", 2021): (1, None)}
    assert [row[2] for row in found.quarantined] == [reason]


def _without(*path):
    cube = _cube()
    inner = cube
    for name in path[:-1]:
        inner = inner[name]
    del inner[path[-1]]
    return cube


@pytest.mark.parametrize(("cube", "says"), [
    ({"error": [{"status": 404, "label": "Dataset not found"}]}, "Dataset not found"),
    ({"warning": {"status": 413, "label": "ASYNCHRONOUS_RESPONSE"}}, "ASYNCHRONOUS_RESPONSE"),
    (_cube(size=[1, 2, 1, 3]), "do not fit"), (_without("id"), "do not fit"), (_without("value"), "do not fit"),
    (_without("dimension", "geo"), "geo"), (_without("dimension", "geo", "category"), "geo"),
    (_cube(size=[1, 2, 1, 4, 2]), "geo"), (_cube(size=[1, 2, 1, 2, 2]), "geo"),
    (_cube(size=[1, 2, 1, 2, 3]), "geo, time"), (_without("dimension", "sectperf"), "sectperf"),
    (_cube(id=["freq", "sectperf", "unit", "place", "time"]), "geo, place"), ([1], "no JSON-stat"),
    ({}, "no JSON-stat"),
], ids=str)
def test_an_answer_that_is_no_whole_cube_stops_the_source(read, cube, says):
    with pytest.raises(SourceChanged, match=says):
        read(cube)


def test_half_an_answer_stops_the_source(read):
    with pytest.raises(SourceUnreadable):
        read(files={"rd_e_gerdreg.json": b'{"class": "dataset", "id": ['})


def test_the_long_table_keeps_its_filled_dimensions(read):
    found = read(rows=[_ROW])
    (record,) = found.records("indicator").values()
    assert (record["indicator"], record["title"]) == ("tgs00010", "Unemployment rate")
    assert (record["region"], record["year"], record["value"], record["unit"]) == ("BE10", 2018, 12.5, "PC")
    assert record["dimensions"] == [{"code": "sex", "title": "F"}]


def test_months_are_figures_of_their_own(read):
    rows = [_ROW.replace("2018", month) for month in ("2019M11", "2019M12")]
    records = read(rows=rows).records("indicator")
    assert sorted(record["dimensions"][1]["title"] for record in records.values()) == ["2019M11", "2019M12"]
    assert {record["year"] for record in records.values()} == {2019}


@pytest.mark.parametrize(("row", "reason"), [
    (_ROW.replace("BE10", "Brussel"), "its geo is no code of a region"),
    (_ROW.replace("BE10", ""), "its geo is no code of a region"),
    (_ROW.replace("2018", "soon"), "its time begins with no year"),
    (_ROW.replace("2018", ""), "its time begins with no year"),
    (_ROW.replace("12.5", "a lot"), "its value is no number"), (_ROW.replace("12.5", "inf"), "its value is no number"),
    (_ROW.replace("12.5", "12,5"), "it has too many fields"), (_ROW.replace("tgs00010", ""), "indicator is missing"),
    (_ROW, "its id stands in an earlier line too"),
], ids=str)
def test_a_wrong_row_is_put_aside_with_its_line(read, row, reason):
    found = read(rows=[_ROW, row])
    assert len(found.records("indicator")) == 1
    assert found.quarantined == [("nuts_indicators.csv", 3, reason)]


def test_a_missing_value_is_kept_as_missing(read):
    (record,) = read(rows=[_ROW.replace("12.5", "")]).records("indicator").values()
    assert record["value"] is None


def test_live_asks_for_each_dataset_with_its_filters():
    found = {file.name: file.url for file in connector.locate(None)}
    assert found.keys() == {f"{code}.json" for code in connector.datasets()}
    assert found["rd_e_gerdreg.json"].startswith(f"{connector.API}rd_e_gerdreg?format=JSON&lang=EN&sinceTimePeriod=")
    assert "unit=MIO_EUR&unit=EUR_HAB" in found["rd_e_gerdreg.json"]


@pytest.mark.mirror
def test_every_row_of_the_mirror_is_taken_in(mirrored):
    version = mirrored["eurostat"]
    assert (dict(version.rows), version.quarantined, version.warnings) == ({"indicator": 55_209}, 0, ())
    ((indicators, first, last, nulls),) = duckdb.execute(f"""
        SELECT count(DISTINCT indicator), min(year), max(year), count(*) FILTER (value IS NULL)
        FROM '{version.table('indicator')}'""").fetchall()
    assert (indicators, first, last, nulls) == (22, 1990, 2020, 203)
