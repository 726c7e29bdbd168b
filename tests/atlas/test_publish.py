"""Publishing: whole or not at all, the same input is the same atlas, and readers are never disturbed."""

import errno
import json
import os
import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import duckdb
import pytest
import tantivy

import worlds
from openvalley import pipeline, storage
from openvalley.atlas import build as building
from openvalley.atlas import publish as publishing
from openvalley.atlas import search as searching
from openvalley.atlas.index import code_fingerprint
from openvalley.atlas.publish import DATABASE, INDEX, MANIFEST, is_whole, open_database, versions
from openvalley.atlas.reader import open_atlas
from openvalley.errors import HomeBusy, NothingBuilt, StorageFailed
from openvalley.resolve.judgement import Decision, Judgement
from openvalley.resolve.judgements import JudgementStore
from openvalley.sources import archive
from openvalley.sources.pack.region import region_source
from openvalley.sources.sync import sync_source
from openvalley.storage import CURRENT, exclusive
from serving import ENDED
from worlds import World, pack_row, ror_id

_SMALL = World()
_OTHER = _SMALL.with_rows(pack=[pack_row("leie-cells", "Leie Cells")])


@pytest.fixture(scope="module")
def built_small(tmp_path_factory):
    settings = worlds.home_at(tmp_path_factory.mktemp("small") / "home")
    worlds.build(settings, _SMALL)
    return settings


@pytest.fixture
def small_home(own_home, built_small):
    """A home of this test in which the small world is published."""
    shutil.copytree(built_small.home, own_home.home, symlinks=True)
    return own_home


def _current(settings):
    return (settings.atlases / CURRENT).resolve().name


def _tables(settings, *, but=("source_version",)):
    """Return every table of the published atlas as a set of rows, without some columns."""
    with open_database((settings.atlases / CURRENT).resolve() / DATABASE) as connection:
        names = [name for (name,) in connection.execute("SHOW TABLES").fetchall()]
        tables = {}
        for name in names:
            cursor = connection.execute(f"SELECT * FROM {name}")
            kept = [at for at, column in enumerate(cursor.description) if column[0] not in but]
            tables[name] = sorted(repr([row[at] for at in kept]) for row in cursor.fetchall())
        return tables


def _shuffled(world):
    return World(**{
        **{table: list(reversed(getattr(world, table))) for table in ("ror", "projects", "participants", "pack")},
        "codes": {name: list(reversed(rows)) for name, rows in world.codes.items()},
    })


def test_the_same_input_is_the_same_atlas_whenever_it_was_fetched(own_home, river_home, monkeypatch):
    """Another home, another day, another number of processors."""
    monkeypatch.setattr(archive, "now", lambda: "2031-05-06T07:08:09+00:00")
    other = replace(own_home, threads=1)
    published = worlds.build(other, worlds.RIVER)
    first = json.loads((river_home.atlases / CURRENT / MANIFEST).read_text())
    assert published.version == _current(river_home)
    assert published.manifest["content_hash"] == first["content_hash"]
    assert published.manifest["sources"][0]["retrieved"] != first["sources"][0]["retrieved"]


def test_the_order_of_rows_in_the_registers_files_changes_no_fact(own_home, river_home):
    """Only the versions of the files differ, which are named by their bytes."""
    worlds.build(own_home, _shuffled(worlds.RIVER))
    assert _tables(own_home) == _tables(river_home)


def test_a_second_build_of_the_same_is_no_new_atlas_but_has_new_dates(small_home, monkeypatch):
    first = _current(small_home)
    reader = open_atlas(small_home.home)
    monkeypatch.setattr(archive, "now", lambda: "2031-05-06T07:08:09+00:00")
    again = worlds.build(small_home)
    assert (again.new, again.version) == (False, first)
    assert pipeline.current_manifest(small_home)["sources"][0]["retrieved"].startswith("2031")
    assert is_whole(again.path)
    assert reader.counts()["organisations"] == 1
    reader.close()
    assert not list(small_home.atlases.glob(".*"))
    assert not list((small_home.home / "work").iterdir())


def test_a_judgement_changes_only_the_organisations_it_is_about(own_home, river_home):
    shutil.copytree(river_home.home, own_home.home, symlinks=True)
    before = _tables(own_home)
    pair = ("cordis/990000002", "pack-schelde/schelde-biotech")
    store = JudgementStore(own_home.judgements)
    store.add(Judgement(*pair, Decision.DIFFERENT, "an", "another company"))
    worlds.build(own_home)
    after = _tables(own_home)
    with open_database((own_home.atlases / CURRENT).resolve() / DATABASE) as connection:
        ids = {row[0] for row in connection.execute("SELECT id FROM identity WHERE record IN (?, ?)", pair).fetchall()}
    assert len(ids) == 2
    told = {*ids, *pair, "cordis:700001", "cordis:700002", "cordis:700003"}
    for name, rows in after.items():
        changed = set(rows) ^ set(before[name])
        if name != "redirect":
            assert [row for row in changed if not any(f"'{known}'" in row for known in told)] == [], name
    assert set(before["organisation"]) ^ set(after["organisation"])

    store.add(Judgement(*pair, Decision.UNDECIDED, "an", "it was the same after all"))
    worlds.build(own_home)
    undone = _tables(own_home)
    assert undone.pop("redirect")
    assert undone == {name: rows for name, rows in before.items() if name != "redirect"}


def test_earlier_ids_lead_on_through_judging_and_undoing(own_home):
    """Three atlases, of which two are kept."""
    world = _SMALL.with_rows(ror=[worlds.ror(1, "Alpha Institute"), worlds.ror(2, "Beta Institute")])
    own_home = replace(own_home, keep_atlases=2)
    built = [worlds.build(own_home, world).version]
    store = JudgementStore(own_home.judgements)
    pair = (f"ror/{ror_id(1)}", f"ror/{ror_id(2)}")

    def asked():
        atlas = open_atlas(own_home.home)
        found = atlas.resolve_id(ror_id(2))
        atlas.close()
        return found

    assert asked() == ror_id(2)
    store.add(Judgement(*pair, Decision.SAME, "an", "one organisation"))
    built.append(worlds.build(own_home).version)
    assert asked() == ror_id(1)
    store.add(Judgement(*pair, Decision.DIFFERENT, "an", "a mistake"))
    built.append(worlds.build(own_home).version)
    assert asked() == ror_id(2)
    assert sorted(path.name for path in versions(own_home)) == sorted(built[1:])
    assert _current(own_home) == built[-1]


@pytest.mark.parametrize(("file", "damage"), [(DATABASE, "cut"), (f"{INDEX}/meta.json", "gone")])
def test_a_damaged_atlas_is_built_anew(small_home, file, damage):
    path = small_home.atlases / CURRENT / file
    path.unlink() if damage == "gone" else path.write_bytes(path.read_bytes()[:100])
    published = worlds.build(small_home)
    assert published.new
    atlas = open_atlas(small_home.home)
    assert [hit.name for hit in atlas.search("Kaai").items] == ["Kaai Incubator"]
    atlas.close()


@pytest.mark.parametrize("file", [DATABASE, MANIFEST, f"{INDEX}/meta.json"])
def test_a_damaged_atlas_is_said_so(small_home, file):
    path = small_home.atlases / CURRENT / file
    path.write_bytes(path.read_bytes()[:100])
    with pytest.raises(NothingBuilt, match="cannot be read") as refused:
        open_atlas(small_home.home)
    assert "openvalley build" in refused.value.hint


def test_an_atlas_of_another_version_of_the_program_is_said_so(small_home, monkeypatch):
    """Its index has other fields, which the search library itself does not survive."""
    fields = tantivy.SchemaBuilder()
    fields.add_text_field("id")
    monkeypatch.setattr(searching, "schema", fields.build)
    with pytest.raises(NothingBuilt, match="another version") as refused:
        open_atlas(small_home.home)
    assert "openvalley build" in refused.value.hint
    monkeypatch.undo()
    with worlds.made_small():
        assert not pipeline.ensure_built(small_home, worlds.quiet)


def test_two_builds_at_once(small_home):
    with exclusive(small_home.home, "build"), pytest.raises(HomeBusy, match="build") as refused:
        worlds.build(small_home)
    assert "Wait" in refused.value.hint
    assert is_whole(small_home.atlases / CURRENT)


def _full(*_given, **_named):
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def _full_database(*_given, **_named):
    raise duckdb.IOException(f'IO Error: Could not write file "x": {os.strerror(errno.ENOSPC)}')


def _full_index(*_given, **_named):
    raise ValueError("An IO error occurred: 'No space left on device (os error 28)'")


@pytest.mark.parametrize(("owner", "name", "failing"), [
    (building, "_compute", _full_database), (building, "write_index", _full_index), (storage, "_flush", _full),
    (publishing, "point", _full),
], ids=lambda value: value if isinstance(value, str) else "")
def test_a_full_disk_leaves_the_published_atlas(small_home, monkeypatch, owner, name, failing):
    before = _current(small_home)
    _OTHER.write(small_home.home / "unused", small_home.own_regions / small_home.region)
    region, pack = region_source(small_home, small_home.region)
    synced = sync_source(small_home, pack, None, worlds.quiet)
    monkeypatch.setattr(owner, name, failing)
    with pytest.raises(StorageFailed, match="full"), worlds.made_small():
        building.build(small_home, building.Ingredients(region, [(pack.specification, synced.version)]), worlds.quiet)
    assert _current(small_home) == before
    assert is_whole(small_home.atlases / CURRENT)
    atlas = open_atlas(small_home.home)
    assert [hit.name for hit in atlas.search("").items] == ["Kaai Incubator"]
    atlas.close()
    assert not list(small_home.atlases.glob(f".{before}*"))


def test_an_open_reader_goes_on_while_others_are_published(small_home):
    """Even when its own atlas is no longer kept."""
    settings = replace(small_home, keep_atlases=1)
    reader = open_atlas(settings.home)
    worlds.build(settings, _OTHER)
    assert not reader.path.exists()
    assert [hit.name for hit in reader.search("Kaai").items] == ["Kaai Incubator"]
    assert reader.counts()["organisations"] == len(reader.rows("SELECT id FROM organisation")) == 1
    assert pipeline.current_manifest(settings)["rows"]["organisation"] == 2
    reader.close()


def test_what_a_killed_build_published_is_in_the_ledger_of_the_next(small_home):
    """The ledger lacks the ids of the published atlas, as after a kill just before they are entered."""
    for path in small_home.home.glob("judgements.sqlite*"):
        path.unlink()
    worlds.build(small_home, World(pack=[pack_row("leie-cells", "Leie Cells")]))
    atlas = open_atlas(small_home.home)
    assert [row["target"] for row in atlas.rows("SELECT id, target FROM redirect")] == [None]
    atlas.close()


def test_a_build_that_is_killed_at_any_step_leaves_an_atlas_that_opens(tmp_path):
    script = Path(__file__).with_name("killed_build.py")
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    run = subprocess.run([sys.executable, str(script), str(tmp_path)], capture_output=True, text=True, check=False,
                         env=environment, timeout=ENDED)
    assert run.returncode == 0, run.stderr[-2000:]
    told = json.loads(run.stdout)
    assert told["old"] != told["new"]
    assert len(told["killed"]) >= 6
    for left in told["killed"]:
        assert left["version"] in (told["old"], told["new"]), left
        assert left["organisations"] == left["counted"] == (1 if left["version"] == told["old"] else 2), left
        assert left["first"] == "Kaai Incubator", left
    last = [left for left in told["killed"] if left["version"] == told["old"]][-1]
    settings = worlds.home_at(Path(last["home"]))
    assert worlds.build(settings).version == told["new"]
    assert not list(settings.atlases.glob(".*"))
    assert not list((settings.home / "work").iterdir())


@pytest.mark.parametrize("name", ["stages.toml", "terms.py", "places.py", "normalise.py", "documents.py", "index.py"])
def test_an_atlas_is_another_when_what_its_index_holds_may_be(monkeypatch, name):
    before, read = code_fingerprint(), Path.read_bytes
    monkeypatch.setattr(Path, "read_bytes", lambda path: read(path) + (b"#" if path.name == name else b""))
    assert code_fingerprint() != before
