"""Eurostat: figures by region and year. Fixtures follow JSON-stat 2.0 and the mirror's table; figures are invented."""

import json
from datetime import date

import duckdb
import pytest
import stamina
from hostile_server import Answer, HostileServer

from openvalley.errors import SourceChanged, SourceUnavailable, SourceUnreadable
from openvalley.sources.eurostat import connector, requests
from openvalley.sources.fetch import Fetcher
from openvalley.sources.specification import Fetching, Limits
from openvalley.sources.throttle import Throttle

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


@pytest.mark.parametrize("cube", [
    {"size": [1, 2, 1, 3, 0], "value": {}}, {"value": {}, "status": {}}, {"value": [], "status": {}},
    {"id": ["geo", "time"], "size": [0, 0], "dimension": {}, "value": {}},
], ids=["no years", "no cells", "an empty list", "no dimensions"])
def test_an_empty_dataset_is_a_warning_and_the_others_are_read(read, cube):
    empty = json.dumps(_cube(**cube)).encode()
    found = read(_cube(), files={"hlth_rs_bdsrg2.json": empty})
    assert len(found.records("indicator")) == 5
    assert found.intake.warnings == ["hlth_rs_bdsrg2.json: it holds no figures"]


# Fetching.


@pytest.fixture
def server(monkeypatch):
    monkeypatch.setenv("NO_PROXY", "*")
    monkeypatch.setattr(requests, "datasets", lambda: {
        "demo_r_d2jan": {"since": 2010, "keep": {"sex": ["T"], "unit": ["NR", "PC"]}}})
    with stamina.set_testing(True, attempts=2, cap=True), HostileServer() as running:
        monkeypatch.setattr(requests, "API", running.url("/data/"))
        yield running


@pytest.fixture
def fetch(tmp_path, server):
    """Return a function that fetches the dataset, and returns its file and the seconds that were waited."""
    def fetch_dataset(*answers):
        server.script("/data/demo_r_d2jan", *answers)
        waits = []
        # A clock that stands still: what is slept is what the throttle was asked to wait.
        calm = Throttle(1e9, clock=lambda: 0.0, sleep=waits.append)
        with Fetcher(Fetching(attempts=2), Limits(), throttle=calm) as fetcher:
            (file,) = requests.fetch(fetcher, tmp_path)
        return file, max(waits, default=0)

    return fetch_dataset


_LABEL = "ASYNCHRONOUS_RESPONSE. Your request will be treated asynchronously. Please try again later."
_QUEUED = {
    "as a warning": Answer(json.dumps({"warning": {"status": 413, "label": _LABEL}}).encode()),
    "as an error": Answer(json.dumps({"error": [{"status": 413, "id": 100, "label": _LABEL}]}).encode(), status=413),
}


def test_each_dataset_is_asked_for_with_its_filters(fetch, server, tmp_path):
    cube = json.dumps(_cube()).encode()
    file, waited = fetch(Answer(cube))
    assert (file.name, waited < 1) == ("demo_r_d2jan.json", True)
    assert (tmp_path / file.name).read_bytes() == cube
    assert server.requests[0].path == (
        "/data/demo_r_d2jan?format=JSON&lang=EN&sinceTimePeriod=2010&sex=T&unit=NR&unit=PC")


def test_our_datasets_have_what_is_asked_of_them():
    assert all({"title", "since", "keep"} == asked.keys() for asked in requests.datasets().values())


@pytest.mark.parametrize("queued", _QUEUED.values(), ids=_QUEUED)
def test_what_is_being_prepared_is_waited_for(fetch, server, queued):
    file, waited = fetch(queued, queued, Answer(json.dumps(_cube()).encode()))
    assert file.name == "demo_r_d2jan.json"
    assert waited >= 30
    assert len(server.requests) == 3


@pytest.mark.parametrize("queued", _QUEUED.values(), ids=_QUEUED)
def test_what_takes_too_long_to_prepare_is_left_for_later(fetch, server, queued):
    with pytest.raises(SourceUnavailable, match="still preparing demo_r_d2jan") as given_up:
        fetch(queued)
    assert "in an hour" in given_up.value.hint
    assert len(server.requests) == 10


_REFUSALS = {
    "too much": (413, {"error": [{"status": 413, "label": "EXTRACTION_TOO_BIG: The requested extraction is too big"}]},
                 "Keep fewer codes"),
    "unknown dataset": (404, {"error": [{"status": 404, "label": "ERR_NOT_FOUND_4: unknown dataset"}]}, "still exists"),
    "unknown code": (400, {"error": [{"status": 400, "label": "INVALID_QUERY_DIMENSION"}]}, "has the codes"),
    "nothing fits": (200, {"error": [{"status": 200, "id": 100, "label": "NO_RESULTS"}]}, "has the codes"),
    "refused without a word": (404, {}, "still exists"),
}


@pytest.mark.parametrize(("status", "said", "hint"), _REFUSALS.values(), ids=_REFUSALS)
def test_what_eurostat_does_not_give_stops_the_source(fetch, status, said, hint):
    with pytest.raises(SourceChanged, match="does not give demo_r_d2jan") as refused:
        fetch(Answer(json.dumps(said).encode(), status=status))
    assert hint in refused.value.hint
    assert "datasets.toml" in refused.value.hint
    label = said["error"][0]["label"] if said else "404"
    assert label in refused.value.message


def test_a_fault_in_xml_is_understood_too(fetch):
    fault = b"<S:Fault><faultcode>413</faultcode><faultstring>EXTRACTION_TOO_BIG: too big</faultstring></S:Fault>"
    with pytest.raises(SourceChanged, match="EXTRACTION_TOO_BIG"):
        fetch(Answer(fault, status=413))


@pytest.mark.mirror
def test_every_row_of_the_mirror_is_taken_in(mirrored):
    version = mirrored["eurostat"]
    assert (dict(version.rows), version.quarantined, version.warnings) == ({"indicator": 55_209}, 0, ())
    ((indicators, first, last, nulls),) = duckdb.execute(f"""
        SELECT count(DISTINCT indicator), min(year), max(year), count(*) FILTER (value IS NULL)
        FROM '{version.table('indicator')}'""").fetchall()
    assert (indicators, first, last, nulls) == (22, 1990, 2020, 203)
