"""Sync from a mirror, and which sources there are."""

import json

import pytest
from demonstration import CONNECTOR, GOOD, SPECIFICATION, quiet, titles

from making import zipped
from openvalley.errors import BadInput, UnknownSource
from openvalley.settings import Settings
from openvalley.sources.catalogue import chosen, sources
from openvalley.sources.sync import sync_source
from openvalley.sources.versions import problem_of

_MIRRORED = [{"name": "projects.zip", "mirror": "demo/*-projects.zip"},
             {"name": "notes.csv", "mirror": "demo/notes.csv", "required": False}]
_FROM_ZIP = CONNECTOR.replace('"projects.csv"', 'intake.only("projects.csv")')


@pytest.fixture
def mirrored(home, own_source, tmp_path):
    """Return a function that syncs from a mirror with these files."""
    def sync_files(files, **fields):
        for name, content in files.items():
            (tmp_path / "mirror" / name).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / "mirror" / name).write_bytes(content)
        source = own_source(_FROM_ZIP, {}, **{"files": _MIRRORED, **fields})
        return sync_source(home, source, tmp_path / "mirror", quiet)

    return sync_files


def test_the_newest_of_a_mirrors_files_is_taken_and_named_by_its_release(home, mirrored):
    older, newer = (zipped({"projects.csv": f"id;title\n1;{title}\n".encode()}) for title in ("old", "new"))
    result = mirrored({"demo/v1.0-projects.zip": older, "demo/v1.1-projects.zip": newer},
                      version_pattern=r"(v[0-9.]+)-projects")
    assert result.version.version.startswith("v1.1.")
    assert result.version.origin == "mirror"
    assert titles(home) == ["new"]


def test_a_mirror_without_the_source_is_no_failure(home, mirrored, tmp_path):
    (tmp_path / "mirror").mkdir()
    result = mirrored({})
    assert (result.outcome, result.version, result.problem) == ("absent", None, None)
    assert problem_of(home, "demo") is None


def test_a_mirror_that_lacks_a_needed_file_is_a_failure(mirrored):
    result = mirrored({"demo/notes.csv": b"x"})
    assert result.outcome == "failed"
    assert "projects.zip" in result.problem.message


@pytest.mark.parametrize("content", [b"PK\x03\x04 cut", b"<html>gone</html>"])
def test_a_broken_file_of_a_mirror_leaves_the_last_good_version_in_use(home, mirrored, content):
    mirrored({"demo/v1-projects.zip": zipped({"projects.csv": GOOD})})
    result = mirrored({"demo/v2-projects.zip": content})
    assert (result.outcome, result.problem.code) == ("failed", "source_unreadable")
    assert titles(home) == ["one", "three"]
    assert json.loads((home.records / "demo" / "problem.json").read_text())["code"] == "source_unreadable"


def test_an_installation_adds_sources_to_ours(home, own_source):
    own_source(CONNECTOR, {})
    (home.own_sources / "demo" / "source.toml").write_text(SPECIFICATION, encoding="utf-8")
    assert list(sources(home))[-1] == "demo"
    assert [source.name for source in chosen(home, ["demo", "ror", "demo"])] == ["demo", "ror"]
    assert [source.name for source in chosen(home, [])] == list(sources(home))


def test_two_sources_of_one_name_are_refused(home, own_source):
    own_source(CONNECTOR, {})
    (home.own_sources / "demo" / "source.toml").write_text(SPECIFICATION.replace('"demo"', '"ror"'), encoding="utf-8")
    with pytest.raises(BadInput, match="Two sources are called ror"):
        sources(home)


def test_an_unknown_source_is_refused_with_those_there_are():
    with pytest.raises(UnknownSource, match="nothing") as refused:
        chosen(Settings(), ["nothing"])
    assert "ror" in refused.value.hint


def test_a_source_without_a_connector_is_refused(home, own_source):
    source = own_source(CONNECTOR, {"projects.csv": GOOD})
    (source.folder / "connector.py").unlink()
    assert "does not exist" in sync_source(home, source, None, quiet).problem.message
