"""NUTS: regions with their boundaries. Fixtures follow GISCO's GeoJSON; the shapes are squares."""

import json

import duckdb
import pytest
import shapely

from openvalley.errors import SourceChanged, SourceUnreadable
from openvalley.sources.nuts import connector

_SQUARE = [[4.0, 50.0], [5.0, 50.0], [5.0, 51.0], [4.0, 51.0], [4.0, 50.0]]
_HOLE = [[4.4, 50.4], [4.4, 50.6], [4.6, 50.6], [4.6, 50.4], [4.4, 50.4]]
_ISLAND = [[6.0, 50.0], [6.1, 50.0], [6.1, 50.1], [6.0, 50.0]]
_BOW_TIE = [[4.0, 50.0], [5.0, 51.0], [5.0, 50.0], [4.0, 51.0], [4.0, 50.0]]


def _feature(code="BE1", geometry=None, **properties):
    return {"type": "Feature", "id": code,
            "geometry": geometry or {"type": "Polygon", "coordinates": [_SQUARE]},
            "properties": {"NUTS_ID": code, "LEVL_CODE": len(code) - 2, "CNTR_CODE": code[:2], "FID": code,
                           "NUTS_NAME": "Regio\u00a0", "NAME_LATN": "Regio", "MOUNT_TYPE": 0, "URBN_TYPE": None,
                           "COAST_TYPE": None, **properties}}


def _file(*features, year=2021, level=1):
    content = {"type": "FeatureCollection", "features": list(features)}
    return {f"NUTS_RG_03M_{year}_4326_LEVL_{level}.geojson": json.dumps(content).encode()}


@pytest.fixture
def read(reading):
    def read_features(*features, files=None):
        found = reading({**_file(*features), **(files or {})}, name="nuts")
        connector.read(found.intake)
        return found

    return read_features


def test_a_region_with_its_names_and_boundary(read):
    found = read(_feature("EL3", NUTS_NAME="Αττική", NAME_LATN="Attiki"))
    region = found.records("region")["EL3"]
    assert (region["level"], region["country"], region["classification"]) == (1, "GR", "NUTS 2021")
    assert (region["name"], region["latin_name"]) == ("Αττική", "Attiki")
    assert json.loads(region["boundary"]) == {"type": "Polygon", "coordinates": [_SQUARE]}
    assert (found.quarantined, found.intake.warnings, found.intake.counted) == ([], [], {"boundaries repaired": 0})


def test_holes_and_islands_stay(read):
    holed = {"type": "Polygon", "coordinates": [_SQUARE, _HOLE]}
    several = {"type": "MultiPolygon", "coordinates": [[_SQUARE, _HOLE], [_ISLAND]]}
    found = read(_feature("BE1", holed), _feature("BE2", several)).records("region")
    assert json.loads(found["BE1"]["boundary"]) == holed
    assert json.loads(found["BE2"]["boundary"]) == several
    assert not shapely.from_geojson(found["BE1"]["boundary"]).contains(shapely.Point(4.5, 50.5))


def test_a_boundary_that_crosses_itself_is_repaired_and_counted(read):
    found = read(_feature("BE1", {"type": "Polygon", "coordinates": [_BOW_TIE]}), _feature("BE2"))
    boundary = shapely.from_geojson(found.records("region")["BE1"]["boundary"])
    assert boundary.is_valid
    assert boundary.area == pytest.approx(0.5)
    assert found.intake.counted["boundaries repaired"] == 1
    assert found.quarantined == []


@pytest.mark.parametrize(("feature", "reason"), [
    (_feature("BE9", {"type": "Point", "coordinates": [4, 50]}), "its geometry is no area"),
    (_feature("BE9", {"type": "Polygon", "coordinates": [[["x", 1]]]}), "its geometry cannot be read"),
    (_feature("BE9", {"type": "Polygon", "coordinates": []}), "its geometry cannot be read"),
    (_feature("BE9", {"type": "Polygon", "coordinates": [[[4000, 50], [4001, 50], [4001, 51], [4000, 50]]]}),
     "its geometry cannot be read"),
    (_feature("BE9", {"type": "Polygon", "coordinates": [[[4, 50], [5, 50], [4, 50], [4, 50]]]}),
     "its geometry cannot be read"),
    ({**_feature("BE9"), "geometry": None}, "its geometry is no area"),
    (_feature("BE9", LEVL_CODE=2), "its level is not that of its code"),
    (_feature("BE9", NUTS_ID="Brussel"), "its NUTS_ID is no NUTS code"),
    (_feature("BE9", CNTR_CODE="Belgium"), "its country is no code"),
    (_feature("BE1"), "its id stands in an earlier line too"),
], ids=str)
def test_a_wrong_region_is_put_aside(read, feature, reason):
    found = read(_feature("BE1"), feature, _feature("BE2"))
    assert sorted(found.records("region")) == ["BE1", "BE2"]
    assert found.quarantined == [("NUTS_RG_03M_2021_4326_LEVL_1.geojson", 2, reason)]


def test_all_levels_are_read_and_must_be_of_one_year(read):
    assert sorted(read(_feature("BE1"), files=_file(_feature("BE"), level=0)).records("region")) == ["BE", "BE1"]
    with pytest.raises(SourceChanged, match="one year"):
        read(_feature("BE1"), files=_file(_feature("BE"), level=0, year=2024))


def test_a_vanished_property_stops_the_source(read):
    feature = _feature()
    del feature["properties"]["CNTR_CODE"]
    with pytest.raises(SourceChanged, match="CNTR_CODE"):
        read(feature)


@pytest.mark.parametrize("content", [
    b'{"type": "FeatureCollection", "features": []}', b"{}", b"[1]", b'{"features": 3}'])
def test_a_file_without_features_stops_the_source(read, content):
    with pytest.raises(SourceChanged, match="no features"):
        read(files={"NUTS_RG_03M_2021_4326_LEVL_1.geojson": content})


def test_half_a_file_stops_the_source(read):
    with pytest.raises(SourceUnreadable):
        read(files={"NUTS_RG_03M_2021_4326_LEVL_1.geojson": b'{"features": [{"type"'})


def test_a_new_property_is_a_warning(read):
    assert read(_feature(COLOUR="red")).intake.warnings == [
        "NUTS_RG_03M_2021_4326_LEVL_1.geojson: unknown properties COLOUR"]


@pytest.mark.mirror
def test_every_region_of_the_mirror_is_taken_in(mirrored):
    version = mirrored["nuts"]
    rows = duckdb.execute(f"SELECT level, count(*) FROM '{version.table('region')}' GROUP BY 1 ORDER BY 1").fetchall()
    assert rows == [(0, 37), (1, 125), (2, 334), (3, 1514)]
    assert (version.quarantined, version.warnings) == (0, ())
    boundaries = duckdb.execute(f"SELECT boundary FROM '{version.table('region')}'").fetchnumpy()["boundary"]
    assert shapely.is_valid(shapely.from_geojson(boundaries)).all()
