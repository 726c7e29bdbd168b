"""GeoJSON, as GDAL (what QGIS reads with) and shapely read it."""

import json

import pyogrio
import pytest
import shapely
from shapely.geometry import shape

from worlds import ror_id


def _content(path):
    return json.loads(path.read_text(encoding="utf-8"))


def test_organisations_are_points(written):
    path, counts = written("geojson")
    features = _content(path)["features"]
    assert len(features) == counts["features"] > 3
    assert {feature["properties"]["type"] for feature in features} == {"organisation"}
    university = next(feature for feature in features if feature["id"] == ror_id(1))
    point = shape(university["geometry"])
    assert (point.x, point.y) == (3.72, 51.05)  # longitude first
    assert {name: university["properties"][name] for name in ("name", "kind", "country", "placed_by", "verified")} == {
        "name": "Schelde University", "kind": "education", "country": "BE", "placed_by": "register", "verified": True}


def test_the_places_of_trials_where_asked_for(written):
    features = _content(written("geojson", sites=True)[0])["features"]
    (place,) = [feature for feature in features if feature["properties"]["type"] == "trial_site"]
    assert place["geometry"]["coordinates"] == [4.70, 50.88]
    assert {name: place["properties"][name] for name in (
        "name", "trial_id", "trial_state", "trial_phases", "organisation_id")} == {
        "name": "Kaai University Hospital", "trial_id": "openbook:NCT90000001", "trial_state": "recruiting",
        "trial_phases": "PHASE1;PHASE2", "organisation_id": ror_id(2)}
    everywhere = _content(written("geojson", sites=True, everything=True)[0])["features"]
    assert [feature["id"] for feature in everywhere if feature["properties"]["type"] == "trial_site"] == [
        "openbook:NCT90000001/1", "openbook:NCT90000001/2", "openbook:NCT90000002/1"]


@pytest.mark.parametrize("options", [{}, {"sites": True}])
def test_gdal_reads_it(written, options):
    path, counts = written("geojson", **options)
    about = pyogrio.read_info(path)
    assert (about["features"], about["geometry_type"], about["crs"]) == (counts["features"], "Point", "EPSG:4326")
    _, _, geometry, columns = pyogrio.raw.read(path)
    assert all(-180 <= point.x <= 180 and -90 <= point.y <= 90 for point in shapely.from_wkb(geometry))
    assert len(columns[list(about["fields"]).index("name")]) == counts["features"]


def test_whom_to_name_stands_in_the_file(written):
    content = _content(written("geojson")[0])
    assert "ROR, CC0" in content["attribution"]
    assert "GeoNames" in content["attribution"]
    assert "openbook" not in content["attribution"]
    assert "The makers of openbook" in _content(written("geojson", sites=True)[0])["attribution"]
