"""The map of the cluster: filters, clusters of towns, the list beside it, files."""

import csv
import io
import re

import pytest

from openvalley.atlas.pages import Town


def test_the_map_and_its_list_say_the_same(page):
    text = page("/en/map")
    drawn = text[text.index("<svg xmlns"):text.index("</svg>", text.index("<svg xmlns"))]
    anchors = re.findall(r'href="/en/map#(place-[^"]+)"', drawn)
    assert anchors
    assert all(f'id="{anchor}"' in text for anchor in anchors)
    assert "style=" not in drawn
    assert re.search(r'The map shows <b>\d+</b> of <a href="[^"]+">\d+ organisations</a>', text)


def test_filters_narrow_the_map_its_list_and_its_files(client, page):
    text = page("/nl/map?kind=company")
    assert re.search(r'<option value="company" selected>', text)
    assert 'href="/nl/map.csv?kind=company"' in text
    whole, narrowed = (list(csv.reader(io.StringIO(client.get(f"/nl/map.csv{query}").content.decode())))
                       for query in ("", "?kind=company"))
    assert 1 < len(narrowed) < len(whole)
    assert client.get("/nl/map.json?kind=company").json()["counted"]["kind"] == ["company"]


def test_what_passes_no_filter_is_said(client, page):
    assert "No organisation passes these conditions yet" in page("/en/map?kind=nothing")
    assert client.get("/en/map.svg?kind=nothing").status_code == 404


def _town(key, latitude, longitude, organisations):
    return Town(key, key.title(), (key,), latitude, longitude, organisations)


@pytest.fixture
def clusters(site):
    assert site.home.exists()
    from openvalley.site.pages.picture import clusters

    return lambda *towns: [[town.key for town in cluster] for cluster in clusters(towns, None)]


def test_towns_that_would_cover_one_another_are_one_circle(clusters):
    assert clusters(_town("large", 50.85, 4.35, 90), _town("far", 51.2, 3.2, 9), _town("near", 50.86, 4.36, 5),
                    _town("nowhere", None, None, 3)) == [["large", "near"], ["far"], ["nowhere"]]


def test_every_town_is_in_one_cluster(clusters):
    towns = [_town(f"t{number}", 50 + number / 40, 4 + (number % 7) / 5, 40 - number) for number in range(40)]
    found = clusters(*towns)
    assert sorted(key for cluster in found for key in cluster) == sorted(town.key for town in towns)


def test_nothing_is_clustered_of_nothing(clusters):
    assert clusters() == []
