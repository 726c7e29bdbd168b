"""What is not exported leaves in no format, and what stands behind it takes its place."""

import csv
import json

import networkx as nx
import pandas as pd
import pytest
from rdflib import Graph

import exports
from openvalley.atlas.export.selection import TABLES
from worlds import ror_id

pytestmark = pytest.mark.filterwarnings("ignore:ConjunctiveGraph is deprecated")

_FORMS = ("csv", "parquet", "geojson", "jsonld", "graphml")


def _rows(path, form):
    """Return what a format holds, as comparable values, by the reader of that format."""
    if form == "csv":
        found = []
        for table in TABLES:
            with (path / f"{table}.csv").open(encoding="utf-8", newline="") as stream:
                found += [(table, *row) for row in csv.reader(stream)]
        return found
    if form == "parquet":
        return [(table, *map(str, row)) for table in TABLES
                for row in pd.read_parquet(path / f"{table}.parquet").itertuples(index=False)]
    if form == "geojson":
        return [json.dumps(feature, sort_keys=True) for feature in json.loads(path.read_text())["features"]]
    if form == "graphml":
        graph = nx.read_graphml(path)
        return [*map(str, graph.nodes(data=True)), *map(str, graph.edges(data=True))]
    content = json.loads(path.read_text(encoding="utf-8"))
    assert len(Graph().parse(data=json.dumps(content), format="json-ld")) > 100
    return [json.dumps(thing, sort_keys=True) for thing in content["@graph"]
            if not thing["@id"].startswith("urn:openvalley:atlas:")]


@pytest.mark.parametrize("everything", [False, True])
@pytest.mark.parametrize("form", _FORMS)
def test_an_export_is_as_if_the_source_had_never_been(written, form, everything):
    options = {"everything": everything} | ({"sites": True} if form == "geojson" else {})
    there, counts = written(form, **options)
    left, counts_left = written(form, "guarded", **options)
    assert sorted(_rows(left, form)) == sorted(_rows(there, form))
    assert counts_left == counts


@pytest.mark.parametrize("form", _FORMS)
def test_no_byte_of_it_leaves(written, form):
    path, _ = written(form, "guarded", everything=True)
    for file in path.rglob("*") if path.is_dir() else [path]:
        text = file.read_bytes().decode("utf-8", "replace")
        if file.name == "SOURCES.md":
            text = text.split("## Not exported")[0]
        for word in (exports.HUSH, "hush.example", "Q424242", "7777", "secrets"):
            assert word not in text, (file.name, word)


def test_the_atlas_itself_still_shows_it(guarded):
    assert guarded.organisation(ror_id(1)).name == f"{exports.HUSH} University"
    assert guarded.organisation(ror_id(1)).projects == 3
    assert guarded.organisation(ror_id(4)).in_scope


def test_boundaries_stay_even_where_their_source_may_leave(own_home, tmp_path):
    import worlds
    from openvalley.atlas.export import export
    from openvalley.atlas.reader import open_atlas

    exports.own_source(own_home, "regions", exports.REGIONS, exported=True)
    worlds.build(own_home, worlds.World())
    atlas = open_atlas(own_home.home)
    for form in _FORMS:
        export(atlas, form, tmp_path / form, everything=True)
        for file in (tmp_path / form).rglob("*") if (tmp_path / form).is_dir() else [tmp_path / form]:
            assert b"Polygon" not in file.read_bytes()
    atlas.close()
