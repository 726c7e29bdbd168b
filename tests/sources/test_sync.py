"""Sync: what was good stays in use until something better is complete."""

import errno
import json
import os
import signal
import subprocess
import sys

import pyarrow.parquet as pq
import pytest

from making import zipped
from openvalley import storage
from openvalley.errors import BadInput, StorageFailed, UnknownSource
from openvalley.settings import Settings
from openvalley.sources import archive
from openvalley.sources.catalogue import chosen, sources
from openvalley.sources.sync import sync_source
from openvalley.sources.versions import in_use, problem_of

_CONNECTOR = """
from openvalley.sources.intake import CsvTable, Intake
from openvalley.vocabulary.records import PROJECT


def read(intake: Intake) -> None:
    intake.csv("rows", "projects.csv", CsvTable(needed=("id", "title")))
    intake.quarantine("rows", "projects.csv", {"it has no title": "title IS NULL"})
    intake.count("long titles", "SELECT count(*) FROM rows WHERE length(title) > 5")
    intake.records(PROJECT, "projects.csv", "SELECT line, id AS source_id, title FROM rows")
"""
_GOOD = b"id;title\n1;one\n2;\n3;three\n"


def _quiet(_what, _done, _total):
    """Report to nobody."""


@pytest.fixture
def sync(home, own_source):
    """Return a function that syncs the demonstration source with this content of its one file."""
    def sync_content(content, connector=_CONNECTOR, **fields):
        return sync_source(home, own_source(connector, {"projects.csv": content}, **fields), None, _quiet)

    return sync_content


def _titles(settings):
    version = in_use(settings, "demo")
    return None if version is None else pq.read_table(version.table("project"))["title"].to_pylist()


def test_a_first_sync_leaves_records_and_what_is_known_of_them(home, sync):
    result = sync(_GOOD)
    version = result.version
    assert (result.outcome, result.problem) == ("new", None)
    assert (version.rows, version.quarantined, version.origin) == ({"project": 2}, 1, "local")
    assert version.counted == {"long titles": 0}
    assert version.table("organisation") is None
    assert _titles(home) == ["one", "three"]
    aside = pq.read_table(version.folder / "quarantine.parquet").to_pylist()
    assert [(row["file"], row["line"], row["reason"]) for row in aside] == [("projects.csv", 3, "it has no title")]
    assert in_use(home, "demo") == version


def test_the_same_bytes_are_the_same_version(home, sync):
    first = sync(_GOOD)
    again = sync(_GOOD)
    assert again.outcome == "unchanged"
    assert again.version.folder == first.version.folder
    assert len(archive.receipts(home.archive, "demo")) == 1


def test_new_bytes_are_a_new_version(home, sync):
    sync(_GOOD)
    assert sync(b"id;title\n9;nine\n").outcome == "new"
    assert _titles(home) == ["nine"]


def test_another_connector_makes_new_records_from_the_same_bytes(home, sync):
    first = sync(_GOOD)
    second = sync(_GOOD, _CONNECTOR.replace("id AS source_id, title", "id AS source_id, upper(title) AS title"))
    assert second.version.version == first.version.version
    assert _titles(home) == ["ONE", "THREE"]


@pytest.mark.parametrize(("content", "code", "says"), [
    (b"id;name\n1;one\n", "source_changed", "title"), (b"", "source_changed", "are gone"),
    (b"<!DOCTYPE html><html>Maintenance</html>", "source_unreadable", "web page"),
    (b"id;title\n", "source_changed", "at least 1"), (b"id;title\n;x\n", "source_changed", "at least 1"),
], ids=["column gone", "empty", "web page", "no rows", "no good rows"])
def test_a_source_that_changed_leaves_its_last_good_version_in_use(home, sync, content, code, says):
    expect = {"project": {"min": 1}}
    sync(_GOOD, expect=expect)
    result = sync(content, expect=expect)
    assert (result.outcome, result.problem.code) == ("failed", code)
    assert says in result.problem.message
    assert _titles(home) == ["one", "three"]
    assert problem_of(home, "demo")["message"] == result.problem.message
    assert sorted(path.name for path in (home.records / "demo").iterdir()) == sorted(
        ["current", "problem.json", result.version.folder.name])


def test_a_source_that_is_well_again_has_no_problem(home, sync):
    sync(b"id\n1\n")
    assert problem_of(home, "demo") is not None
    assert _titles(home) is None
    sync(_GOOD)
    assert problem_of(home, "demo") is None


def test_more_rows_than_expected_are_a_warning(sync):
    version = sync(_GOOD, expect={"project": {"max": 1}}).version
    assert version.warnings == ("2 project records, at most 1 were expected",)


@pytest.mark.parametrize("mistake", [
    'intake.connection.execute("SELECT nothing FROM nowhere")',
    'intake.records(PROJECT, "projects.csv", "SELECT 1 AS line, \'1\' AS source_id, \'x\' AS start_date")',
])
def test_a_connector_that_cannot_read_the_data_fails_alone(home, sync, mistake):
    sync(_GOOD)
    result = sync(_GOOD, _CONNECTOR + f"    {mistake}\n")
    assert (result.outcome, result.problem.code) == ("failed", "source_unreadable")
    assert "demo" in result.problem.message
    assert _titles(home) == ["one", "three"]


@pytest.mark.parametrize(("connector", "says"), [
    ("def read(intake:\n", "SyntaxError"), ("import nothing_of_this_name\n", "nothing_of_this_name"),
    ("def reed(intake): ...\n", "no function read"),
])
def test_a_connector_that_is_no_code_is_named(sync, connector, says):
    result = sync(_GOOD, connector)
    assert result.outcome == "failed"
    assert says in result.problem.message
    assert "connector.py" in result.problem.message


def test_a_full_disk_stops_the_sync_and_changes_nothing(home, sync, monkeypatch):
    sync(_GOOD)

    def refuse(*_):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(storage.os, "fsync", refuse)
    with pytest.raises(StorageFailed):
        sync(b"id;title\n9;nine\n")
    monkeypatch.undo()
    assert _titles(home) == ["one", "three"]


def test_a_disk_that_fills_up_under_the_tables_is_no_fault_of_the_source(home, sync):
    full = os.strerror(errno.ENOSPC)
    mistake = f"    import duckdb\n    raise duckdb.IOException('Could not write file: {full}')\n"
    sync(_GOOD)
    with pytest.raises(StorageFailed, match="full"):
        sync(b"id;title\n9;nine\n", _CONNECTOR + mistake)
    assert _titles(home) == ["one", "three"]


_SYNC_AND_HANG = """
import sys
from pathlib import Path
from openvalley.settings import Settings
from openvalley.sources.catalogue import sources
from openvalley.sources.sync import sync_source
from openvalley.storage import exclusive
settings = Settings(home=Path(sys.argv[1]))
with exclusive(settings.home, "sync"):
    sync_source(settings, sources(settings)["demo"], None, lambda *_: None)
"""
_SPECIFICATION = """
name = "demo"
title = "Demonstration"
publisher = "Nobody"
homepage = ""
licence = "CC0-1.0"
attribution = "Nobody"
covers = "Nothing"
frequency_days = 30
precedence = 50
files = [{ name = "projects.csv", local = "projects.csv" }]
"""


def test_killed_in_the_middle_of_a_sync_the_old_records_stay_and_the_next_sync_works(home, own_source):
    own_source(_CONNECTOR, {"projects.csv": _GOOD})
    folder = home.own_sources / "demo"
    (folder / "source.toml").write_text(_SPECIFICATION, encoding="utf-8")
    sync_source(home, sources(home)["demo"], None, _quiet)
    (folder / "projects.csv").write_bytes(b"id;title\n9;nine\n")
    # The records are being written when the connector says so, and then never ends.
    (folder / "connector.py").write_text(
        _CONNECTOR + "    import sys\n    print('reading', flush=True)\n    sys.stdin.read()\n", encoding="utf-8")

    process = subprocess.Popen([sys.executable, "-c", _SYNC_AND_HANG, str(home.home)], stdin=subprocess.PIPE,
                               stdout=subprocess.PIPE)
    assert process.stdout.readline() == b"reading\n"
    process.send_signal(signal.SIGKILL)
    process.communicate()

    assert _titles(home) == ["one", "three"]
    (folder / "connector.py").write_text(_CONNECTOR, encoding="utf-8")
    with storage.exclusive(home.home, "sync"):
        assert list((home.home / "work").iterdir()) == []
        assert [path.name for path in (home.records / "demo").iterdir() if path.name.startswith(".")] == []
        assert sync_source(home, sources(home)["demo"], None, _quiet).outcome == "new"
    assert _titles(home) == ["nine"]


def test_old_versions_go_when_newer_ones_are_complete(home, sync):
    for number in range(5):
        sync(f"id;title\n1;{number}\n".encode())
    assert len(archive.receipts(home.archive, "demo")) == home.keep_versions
    kept = [path for path in (home.records / "demo").iterdir() if not path.is_symlink()]
    assert len(kept) == home.keep_versions
    assert _titles(home) == ["4"]


def test_broken_arrivals_never_drive_the_version_in_use_out_of_the_archive(home, sync):
    used = sync(_GOOD).version
    for number in range(4):
        assert sync(f"id;name\n1;{number}\n".encode()).outcome == "failed"
    kept = [receipt.version for receipt in archive.receipts(home.archive, "demo")]
    assert used.version in kept
    assert len(kept) == home.keep_versions
    assert _titles(home) == ["one", "three"]


def test_a_problem_keeps_the_time_when_it_began(home, sync):
    sync(b"id\n1\n")
    path = home.records / "demo" / "problem.json"
    first = json.loads(path.read_text())
    assert first["since"] == first["at"]
    path.write_text(json.dumps({**first, "since": "2026-01-02T03:04:05+00:00", "at": "2026-01-03T03:04:05+00:00"}))
    sync(b"id\n2\n")
    problem = problem_of(home, "demo")
    assert (problem["since"], problem["at"] > "2026-01-03") == ("2026-01-02T03:04:05+00:00", True)
    sync(_GOOD)
    sync(b"id\n3\n")
    assert problem_of(home, "demo")["since"] > "2026-01-03"


def test_an_archived_file_that_was_changed_is_noticed_before_it_is_read_again(home, sync):
    version = sync(_GOOD).version
    (home.archive / "demo" / version.version / "projects.csv").write_bytes(b"id;title\n6;six\n")
    result = sync(_GOOD, _CONNECTOR + "    intake.warn('read anew')\n")
    assert (result.outcome, result.problem.code) == ("failed", "source_unreadable")
    assert "not what was fetched" in result.problem.message
    assert _titles(home) == ["one", "three"]


def test_what_a_killed_sync_left_arriving_never_reaches_an_archived_file(home, sync):
    """A live sync links unchanged files; killed there, the link must not be written through by the next sync."""
    version = sync(_GOOD).version
    archived = home.archive / "demo" / version.version / "projects.csv"
    arriving = home.archive / "demo" / ".arriving"
    arriving.mkdir()
    os.link(archived, arriving / "projects.csv")
    sync(b"id;title\n9;nine\n")
    assert archived.read_bytes() == _GOOD


# From a mirror.

_MIRRORED = [{"name": "projects.zip", "mirror": "demo/*-projects.zip"},
             {"name": "notes.csv", "mirror": "demo/notes.csv", "required": False}]
_FROM_ZIP = _CONNECTOR.replace('"projects.csv"', 'intake.only("projects.csv")')


@pytest.fixture
def mirrored(home, own_source, tmp_path):
    """Return a function that syncs from a mirror with these files."""
    def sync_files(files, **fields):
        for name, content in files.items():
            (tmp_path / "mirror" / name).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / "mirror" / name).write_bytes(content)
        source = own_source(_FROM_ZIP, {}, **{"files": _MIRRORED, **fields})
        return sync_source(home, source, tmp_path / "mirror", _quiet)

    return sync_files


def test_the_newest_of_a_mirrors_files_is_taken_and_named_by_its_release(home, mirrored):
    older, newer = (zipped({"projects.csv": f"id;title\n1;{title}\n".encode()}) for title in ("old", "new"))
    result = mirrored({"demo/v1.0-projects.zip": older, "demo/v1.1-projects.zip": newer},
                      version_pattern=r"(v[0-9.]+)-projects")
    assert result.version.version.startswith("v1.1.")
    assert result.version.origin == "mirror"
    assert _titles(home) == ["new"]


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
    mirrored({"demo/v1-projects.zip": zipped({"projects.csv": _GOOD})})
    result = mirrored({"demo/v2-projects.zip": content})
    assert (result.outcome, result.problem.code) == ("failed", "source_unreadable")
    assert _titles(home) == ["one", "three"]
    assert json.loads((home.records / "demo" / "problem.json").read_text())["code"] == "source_unreadable"


# The catalogue.

def test_an_installation_adds_sources_to_ours(home, own_source):
    own_source(_CONNECTOR, {})
    (home.own_sources / "demo" / "source.toml").write_text(_SPECIFICATION, encoding="utf-8")
    assert list(sources(home))[-1] == "demo"
    assert [source.name for source in chosen(home, ["demo", "ror", "demo"])] == ["demo", "ror"]
    assert [source.name for source in chosen(home, [])] == list(sources(home))


def test_two_sources_of_one_name_are_refused(home, own_source):
    own_source(_CONNECTOR, {})
    (home.own_sources / "demo" / "source.toml").write_text(_SPECIFICATION.replace('"demo"', '"ror"'), encoding="utf-8")
    with pytest.raises(BadInput, match="Two sources are called ror"):
        sources(home)


def test_an_unknown_source_is_refused_with_those_there_are():
    with pytest.raises(UnknownSource, match="nothing") as refused:
        chosen(Settings(), ["nothing"])
    assert "ror" in refused.value.hint


def test_a_source_without_a_connector_is_refused(home, own_source):
    source = own_source(_CONNECTOR, {"projects.csv": _GOOD})
    (source.folder / "connector.py").unlink()
    assert "does not exist" in sync_source(home, source, None, _quiet).problem.message
