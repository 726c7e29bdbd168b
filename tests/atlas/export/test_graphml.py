"""GraphML, as networkx reads it."""

from xml.etree import ElementTree as ET

import networkx as nx
import pytest

from openvalley.atlas.export import export, graphml
from openvalley.atlas.reader import open_atlas
from worlds import World, build, pack_row, ror_id

_BIOTECH, _UNIVERSITY, _HOSPITAL = "pic:990000002", ror_id(1), ror_id(2)


def test_who_works_with_whom(written):
    path, counts = written("graphml")
    graph = nx.read_graphml(path)
    assert (graph.number_of_nodes(), graph.number_of_edges()) == (counts["nodes"], counts["edges"])
    assert graph.edges[_UNIVERSITY, _BIOTECH] == {"projects": 1, "trials": 1}
    assert graph.edges[_HOSPITAL, _BIOTECH] == {"projects": 1, "trials": 2}
    assert graph.nodes[_UNIVERSITY] == {
        "name": "Schelde University", "kind": "education", "country": "BE", "city": "Gent", "projects": 2, "trials": 1,
        "latitude": pytest.approx(51.05), "longitude": pytest.approx(3.72), "verified": True}


def test_numbers_are_numbers(written):
    graph = nx.read_graphml(written("graphml", everything=True)[0])
    for _, values in graph.nodes(data=True):
        assert (type(values["projects"]), type(values["trials"])) == (int, int)
        assert type(values.get("latitude", 0.5)) is float
    for _, _, values in graph.edges(data=True):
        assert {name: type(value) for name, value in values.items()} == {"projects": int, "trials": int}
    weights = nx.degree_centrality(graph)
    assert weights[_BIOTECH] > 0


def test_every_attribute_has_an_id_of_its_own(written):
    keys = [element.get("id") for element in ET.parse(written("graphml")[0]).iter() if
            element.tag.endswith("}key")]
    assert len(keys) == len(set(keys)) > 8


def test_who_stands_alone_is_there_too(written):
    graph = nx.read_graphml(written("graphml", everything=True)[0])
    assert graph.degree[ror_id(10)] == 0
    assert graph.nodes[ror_id(10)]["name"] == "Dünya Üniversitesi"


def test_the_strongest_pairs_stay_and_the_rest_is_counted(free, tmp_path, monkeypatch):
    whole = export(free, "graphml", tmp_path / "whole.graphml", everything=True)
    monkeypatch.setattr(graphml, "MOST_EDGES", 2)
    counts = export(free, "graphml", tmp_path / "few.graphml", everything=True)
    assert counts == {"nodes": whole["nodes"], "edges": 2, "left_out": whole["edges"] - 2}
    strongest = {frozenset(edge) for edge in nx.read_graphml(tmp_path / "few.graphml").edges}
    assert frozenset((_HOSPITAL, _BIOTECH)) in strongest


def test_what_xml_cannot_hold_is_left_out(own_home, tmp_path):
    build(own_home, World(pack=[pack_row("odd", 'A & <B> "C" \x0b\ufffe é')]))
    atlas = open_atlas(own_home.home)
    export(atlas, "graphml", tmp_path / "odd.graphml")
    atlas.close()
    ((_, values),) = nx.read_graphml(tmp_path / "odd.graphml").nodes(data=True)
    assert values["name"].replace(" ", "") == 'A&<B>"C"é'


def test_whom_to_name_stands_in_the_file(written):
    assert "The makers of openbook" in nx.read_graphml(written("graphml")[0]).graph["attribution"]
