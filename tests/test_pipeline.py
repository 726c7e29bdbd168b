"""The pipeline: from nothing to an atlas, one region at a time, and what is known of it."""

import shutil
from dataclasses import replace

import pytest

import worlds
from openvalley import pipeline
from openvalley.atlas.reader import open_atlas
from openvalley.errors import BadInput, BadPack, HomeBusy, NothingBuilt, UnknownSource
from openvalley.sources.pack.connector import ORGANISATIONS
from openvalley.storage import exclusive
from worlds import World, participant, project, quiet, ror

_BORDER = World(
    ror=[ror(1, "Schelde University", place=("Gent", 51.05, 3.72), types=["healthcare"]),
         ror(2, "Alzette Hospital", "LU", place=("Luxembourg", 49.61, 6.13), types=["healthcare"])],
    projects=[project(700001, "RIVERVAX"), project(700002, "HILLVAX")],
    participants=[participant(700001, 990000001, "Schelde University", city="GENT"),
                  participant(700002, 990000002, "Alzette Hospital", "LU", city="LUXEMBOURG")],
)


@pytest.fixture(scope="module")
def regions_built(tmp_path_factory):
    """One home, built for Belgium and then for Luxembourg with the packs we ship; the figures and atlas of each."""
    settings = worlds.home_at(tmp_path_factory.mktemp("border") / "home")
    worlds.take_in(settings, _BORDER)
    built = {}
    for region in ("belgium", "luxembourg"):
        worlds.build(replace(settings, region=region))
        atlas = open_atlas(settings.home)
        built[region] = {
            "figures": atlas.figures(), "manifest": atlas.manifest,
            "ours": atlas.rows("SELECT id, name, country FROM organisation WHERE in_region"),
            "packed": atlas.rows("SELECT DISTINCT source FROM claim WHERE source LIKE 'pack-%'"),
            "found": [hit for hit in atlas.search("", filters={"region": ["in"]}, limit=1000).items
                      if hit.type == "organisation"],
        }
        atlas.close()
    return settings, built


@pytest.mark.parametrize(("region", "country"), [("belgium", "BE"), ("luxembourg", "LU")])
def test_a_regions_figures_hold_only_its_own(regions_built, region, country):
    _settings, built = regions_built
    atlas = built[region]
    assert {row["country"] for row in atlas["ours"]} == {country}
    assert {hit.shown["country"] for hit in atlas["found"]} == {country}
    assert atlas["packed"] == [{"source": f"pack-{region}"}]
    assert atlas["manifest"]["region"]["code"] == region
    assert atlas["figures"].projects == 1
    assert 0 < atlas["figures"].organisations < len(atlas["ours"]) + 1


def test_nothing_of_the_other_region_is_in_the_figures(regions_built):
    _settings, built = regions_built
    names = {region: {row["name"] for row in atlas["ours"]} for region, atlas in built.items()}
    assert "Schelde University" in names["belgium"]
    assert "Alzette Hospital" in names["luxembourg"]
    assert not names["belgium"] & names["luxembourg"]


def test_status_is_about_the_region_that_is_published(regions_built):
    settings, _built = regions_built
    packs = [entry for entry in pipeline.status(replace(settings, region="belgium")) if "pack" in entry.source.name]
    assert [(entry.source.name, entry.age_days, entry.stale) for entry in packs] == [("pack-luxembourg", 0, False)]


def test_with_nothing_synced_the_starter_atlas_is_built(home):
    """From the pack of the default region, as it is shipped."""
    told = []
    with worlds.made_small():
        assert pipeline.ensure_built(home, lambda *step: told.append(step))
        assert not pipeline.ensure_built(home, quiet)
    assert len({what for what, _done, _total in told}) > 5
    assert all(total is None or 0 <= done <= total for _what, done, total in told)
    atlas = open_atlas(home.home)
    assert atlas.manifest["region"]["code"] == "belgium"
    assert [source["name"] for source in atlas.manifest["sources"]] == ["pack-belgium"]
    assert atlas.figures().organisations > 20
    assert atlas.manifest["placed"]["region"] > 0.85  # rows of the pack without a town stay without a place
    assert atlas.search("KU Leuven").items[0].id == "https://ror.org/05f950310"
    assert atlas.counts()["projects"] == 0
    atlas.close()


def test_nothing_is_built_yet(home):
    with pytest.raises(NothingBuilt) as refused:
        pipeline.current_manifest(home)
    assert "openvalley build" in refused.value.hint
    with pytest.raises(NothingBuilt):
        open_atlas(home.home)
    assert all(entry.version is None and not entry.stale for entry in pipeline.status(home))


def test_a_wrong_pack_stops_the_build_and_leaves_the_atlas(tmp_path, tmp_path_factory):
    settings = worlds.home_at(tmp_path / "home")
    shutil.copytree(worlds.river(tmp_path_factory).home, settings.home, symlinks=True)
    version = (settings.atlases / "current").resolve().name
    path = settings.own_regions / settings.region / ORGANISATIONS
    path.write_text(path.read_text(encoding="utf-8").replace('"incubator"', '"magic"'), encoding="utf-8")
    with pytest.raises(BadPack, match="line 2, column kind"):
        worlds.build(settings)
    atlas = open_atlas(settings.home)
    assert atlas.version == version
    atlas.close()


def test_an_empty_pack_says_so(tmp_path):
    settings = worlds.home_at(tmp_path / "home")
    with pytest.raises(BadInput) as refused:
        worlds.build(settings, World(pack=[]))
    assert refused.value.hint


@pytest.mark.parametrize(("names", "mirror", "error"), [
    (["nothing"], None, UnknownSource), (["ror", "../x"], None, UnknownSource), ([], "no/such/folder", BadInput),
])
def test_a_sync_of_what_is_not_there(home, tmp_path, names, mirror, error):
    with pytest.raises(error) as refused:
        pipeline.sync(home, names, mirror and tmp_path / mirror, quiet)
    assert refused.value.hint


def test_a_sync_tells_of_each_source_what_became_of_it(tmp_path):
    """The small world has too few rows for a register: what was good before stays in use."""
    settings = worlds.home_at(tmp_path / "home")
    worlds.take_in(settings, worlds.RIVER)
    smaller = worlds.RIVER.with_rows(ror=[ror(77, "Too Few Academy")])
    smaller.write(tmp_path / "mirror", settings.own_regions / settings.region)
    results = {result.source: result for result in pipeline.sync(settings, [], tmp_path / "mirror", quiet)}
    assert results["ror"].outcome == "failed"
    assert "at least 90000 were expected" in results["ror"].problem.message
    assert results["ror"].version.rows == {"organisation": len(worlds.RIVER.ror)}
    assert {result.outcome for name, result in results.items() if name not in ("ror", "cordis")} == {"absent"}
    (entry,) = [entry for entry in pipeline.status(settings) if entry.source.name == "ror"]
    assert entry.problem["code"] == "source_changed"


def test_one_command_at_a_time(home):
    with exclusive(home.home, "sync"):
        with pytest.raises(HomeBusy, match="sync"):
            pipeline.sync(home, [], None, quiet)
        with pytest.raises(HomeBusy):
            pipeline.build(home, quiet)
