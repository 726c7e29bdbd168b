"""One way out: what is refused, and that a file or folder appears whole or not at all."""

import errno
import json
import os

import networkx as nx
import pandas as pd
import pyogrio
import pytest
from rdflib import Graph

import worlds
from openvalley.atlas.export import FORMATS, export
from openvalley.atlas.exportable import ExportableAtlas
from openvalley.atlas.reader import open_atlas
from openvalley.errors import BadInput, StorageFailed

pytestmark = pytest.mark.filterwarnings("ignore:ConjunctiveGraph is deprecated")

_FOLDERS = ("csv", "parquet")


@pytest.mark.parametrize(("form", "options", "says"), [
    ("xlsx", {}, "no export format 'xlsx'"), ("csv", {"sites": True}, "go with geojson"),
])
def test_what_is_not_there_is_refused(free, tmp_path, form, options, says):
    with pytest.raises(BadInput, match=says) as refused:
        export(free, form, tmp_path / "out", **options)
    assert refused.value.hint
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("form", _FOLDERS)
def test_a_folder_that_is_there_is_not_touched(free, tmp_path, form):
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "mine").touch()
    with pytest.raises(BadInput, match="exists already"):
        export(free, form, tmp_path / "out")
    assert [path.name for path in tmp_path.rglob("*")] == ["out", "mine"]


@pytest.mark.parametrize("form", sorted(set(FORMATS) - set(_FOLDERS)))
def test_a_file_that_is_there_is_replaced(free, tmp_path, form):
    target = tmp_path / "out"
    target.write_text("old")
    export(free, form, target)
    assert "old" not in target.read_text(encoding="utf-8")[:10]
    assert list(tmp_path.iterdir()) == [target]


@pytest.mark.parametrize("form", sorted(set(FORMATS) - set(_FOLDERS)))
@pytest.mark.parametrize("target", ["", "nowhere/out"])
def test_a_file_needs_a_folder(free, tmp_path, form, target):
    with pytest.raises(BadInput, match="cannot be written"):
        export(free, form, tmp_path / target)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("form", sorted(FORMATS))
@pytest.mark.parametrize(("number", "says"), [(errno.ENOSPC, "full"), (errno.EACCES, "cannot be written")])
def test_a_full_disk_leaves_nothing(free, tmp_path, monkeypatch, form, number, says):
    def full(_descriptor):
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(StorageFailed, match=says):
        export(free, form, tmp_path / "out")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("form", sorted(FORMATS))
@pytest.mark.parametrize("problem", [KeyboardInterrupt(), RuntimeError("No space left on device")])
def test_a_broken_off_export_leaves_what_was_there(free, tmp_path, monkeypatch, form, problem):
    kept = tmp_path / "out"
    if form not in _FOLDERS:
        kept.write_text("old")
    asked = []
    stream = ExportableAtlas.stream

    def broken(self, query, rows):
        asked.append(query)
        if len(asked) > 1 or form == "geojson":
            raise problem
        return stream(self, query, rows)

    monkeypatch.setattr(ExportableAtlas, "stream", broken)
    with pytest.raises(KeyboardInterrupt if isinstance(problem, KeyboardInterrupt) else StorageFailed):
        export(free, form, kept)
    assert [path.read_text() for path in tmp_path.iterdir()] == ([] if form in _FOLDERS else ["old"])


def test_a_region_without_anybody_gives_files_that_open(own_home, tmp_path):
    worlds.build(own_home, worlds.World(ror=[worlds.ror(5, "Stranger", "NL")], pack=()))
    atlas = open_atlas(own_home.home)
    counts = {form: export(atlas, form, tmp_path / f"out.{form}") for form in FORMATS}
    atlas.close()
    assert {count for found in counts.values() for count in found.values()} == {0}
    assert len(pd.read_csv(tmp_path / "out.csv" / "organisation.csv")) == 0
    assert len(pd.read_parquet(tmp_path / "out.parquet" / "trial.parquet")) == 0
    assert pyogrio.read_info(tmp_path / "out.geojson")["features"] == 0
    assert json.loads((tmp_path / "out.geojson").read_text())["features"] == []
    assert nx.read_graphml(tmp_path / "out.graphml").number_of_nodes() == 0
    assert len(Graph().parse(tmp_path / "out.jsonld", format="json-ld")) > 0


def test_two_exports_at_once_do_not_meet(free, tmp_path):
    from concurrent.futures import ThreadPoolExecutor

    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(lambda number: export(free, "csv", tmp_path / str(number)), range(4)))
    assert all(answer == answers[0] for answer in answers)
