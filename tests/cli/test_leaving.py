"""export: what it says, in text and JSON, and with which exit status."""

import json

import pytest

import exports
import worlds
from estuary import files_of, study


@pytest.fixture(scope="session")
def open_home(tmp_path_factory):
    return exports.open_home(tmp_path_factory).home


@pytest.mark.parametrize(("form", "counted"), [
    ("csv", "organisation"), ("parquet", "trial"), ("geojson", "features"), ("jsonld", "calls"), ("graphml", "edges"),
])
def test_every_format(say, open_home, tmp_path, form, counted):
    said = say("export", form, "-o", tmp_path / "out", "--home", open_home, "--json")
    assert said.status == 0
    assert set(said.json) == {"format", "path", "rows", "atlas_version"}
    assert (said.json["format"], said.json["path"]) == (form, str(tmp_path / "out"))
    assert said.json["rows"][counted] > 0
    assert (tmp_path / "out").is_dir() is (form in ("csv", "parquet"))


def test_in_words(say, open_home, tmp_path):
    said = say("export", "csv", "-o", tmp_path / "[bold]", "--home", open_home)
    assert said.status == 0
    assert "[bold]" in said.out.replace("\n", "")
    assert "a folder, one file a table" in " ".join(said.out.split())
    assert "trial site" in said.out
    assert "shortage" not in said.out  # nothing of it left


def test_all_is_more(say, open_home, tmp_path):
    rows = {name: say("export", "graphml", *options, "-o", tmp_path / name, "--home", open_home, "--json").json["rows"]
            for name, options in (("region", ()), ("all", ("--all",)))}
    assert rows["all"]["nodes"] > rows["region"]["nodes"]


def test_the_places_of_trials(say, open_home, tmp_path):
    said = say("export", "geojson", "--trial-sites", "-o", tmp_path / "map", "--home", open_home, "--json")
    kinds = [feature["properties"]["type"] for feature in json.loads((tmp_path / "map").read_text())["features"]]
    assert said.json["rows"]["features"] == len(kinds)
    assert kinds.count("trial_site") == 1


def test_a_name_is_made_where_none_is_given(say, open_home, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    said = say("export", "geojson", "--home", open_home, "--json").json
    assert [path.name for path in tmp_path.iterdir()] == [said["path"]]
    assert said["path"] == f"openvalley-{said['atlas_version']}.geojson"


@pytest.mark.parametrize("arguments", [
    ["xlsx"], ["csv", "-o", "."], ["geojson", "-o", "nowhere/map"], ["csv", "--trial-sites", "-o", "out"],
])
def test_what_cannot_be_is_bad_input(say, open_home, tmp_path, monkeypatch, arguments):
    monkeypatch.chdir(tmp_path)
    said = say("export", *arguments, "--home", open_home, "--json")
    assert (said.status, said.json["error"]["code"]) == (3, "bad_input")
    assert said.json["error"]["hint"]
    assert list(tmp_path.iterdir()) == []


def test_nothing_built(say, tmp_path):
    assert say("export", "csv", "--home", tmp_path, "--json").status == 5


def test_what_changed_is_told_by_name(say, tmp_path):
    settings = worlds.home_at(tmp_path / "home")
    first = study(4, "Dosing of tides")
    later = study(5, "Dosing of rivers")
    later["protocolSection"]["identificationModule"]["acronym"] = "RIVERDOSE"
    for studies in ([first], [first, later]):
        worlds.build(settings, worlds.World(files=files_of(studies, [])))
    text = say("diff", "--home", settings.home).out
    assert "1 new trials" in text
    assert "RIVERDOSE: Dosing of rivers" in text
    assert "--json" not in text
    (row,) = say("diff", "--home", settings.home, "--json").json["changes"]["new_trials"]["rows"]
    assert (row["acronym"], row["title"]) == ("RIVERDOSE", "Dosing of rivers")


def test_who_was_joined_is_told_with_whom(say, tmp_path):
    settings = worlds.home_at(tmp_path / "home")
    mine = {"city": "Gent", "kbo": worlds.kbo(5)}
    worlds.build(settings, worlds.World(pack=[worlds.pack_row("delta-labs", "Delta Labs", **mine)]))
    worlds.build(settings, worlds.World(
        ror=[worlds.ror(3, "Delta Laboratories", place=("Gent", 51.05, 3.72))],
        pack=[worlds.pack_row("delta-labs", "Delta Labs", ror=worlds.ror_id(3), **mine)]))
    merged, = say("diff", "--home", settings.home, "--json").json["changes"]["merged_organisations"]["rows"]
    assert merged["target_name"] in {"Delta Labs", "Delta Laboratories"}
    assert f"Delta Labs, joined with {merged['target_name']}" in say("diff", "--home", settings.home).out


def test_what_changed_says_how_to_see_all(say, tmp_path):
    settings = worlds.home_at(tmp_path / "home")
    studies = [study(number, f"Dosing of tides {number}") for number in range(1, 14)]
    for given in (studies[:1], studies):
        worlds.build(settings, worlds.World(files=files_of(given, [])))
    text = say("diff", "--home", settings.home).out
    assert "12 new trials" in text
    assert "... and 2 more; --json lists all" in text
    assert len(say("diff", "--home", settings.home, "--json").json["changes"]["new_trials"]["rows"]) == 12
