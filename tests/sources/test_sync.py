"""Sync: what was good stays in use until something better is complete."""

import errno
import json
import os
import signal
import subprocess
import sys

import pyarrow.parquet as pq
import pytest
from demonstration import CONNECTOR, GOOD, SPECIFICATION, quiet, titles

from openvalley import storage
from openvalley.errors import StorageFailed
from openvalley.sources import archive
from openvalley.sources.catalogue import sources
from openvalley.sources.sync import sync_source
from openvalley.sources.versions import in_use, problem_of


@pytest.fixture
def sync(home, own_source):
    """Return a function that syncs the demonstration source with this content of its one file."""
    def sync_content(content, connector=CONNECTOR, **fields):
        return sync_source(home, own_source(connector, {"projects.csv": content}, **fields), None, quiet)

    return sync_content


def test_a_first_sync_leaves_records_and_what_is_known_of_them(home, sync):
    result = sync(GOOD)
    version = result.version
    assert (result.outcome, result.problem) == ("new", None)
    assert (version.rows, version.quarantined, version.origin) == ({"project": 2}, 1, "local")
    assert version.counted == {"long titles": 0}
    assert version.table("organisation") is None
    assert titles(home) == ["one", "three"]
    aside = pq.read_table(version.folder / "quarantine.parquet").to_pylist()
    assert [(row["file"], row["line"], row["reason"]) for row in aside] == [("projects.csv", 3, "it has no title")]
    assert in_use(home, "demo") == version


def test_the_same_bytes_are_the_same_version(home, sync):
    first = sync(GOOD)
    again = sync(GOOD)
    assert again.outcome == "unchanged"
    assert again.version.folder == first.version.folder
    assert len(archive.receipts(home.archive, "demo")) == 1


def test_new_bytes_are_a_new_version(home, sync):
    sync(GOOD)
    assert sync(b"id;title\n9;nine\n").outcome == "new"
    assert titles(home) == ["nine"]


def test_another_connector_makes_new_records_from_the_same_bytes(home, sync):
    first = sync(GOOD)
    second = sync(GOOD, CONNECTOR.replace("id AS source_id, title", "id AS source_id, upper(title) AS title"))
    assert second.version.version == first.version.version
    assert titles(home) == ["ONE", "THREE"]


@pytest.mark.parametrize(("content", "code", "says"), [
    (b"id;name\n1;one\n", "source_changed", "title"), (b"", "source_changed", "are gone"),
    (b"<!DOCTYPE html><html>Maintenance</html>", "source_unreadable", "web page"),
    (b"id;title\n", "source_changed", "at least 1"), (b"id;title\n;x\n", "source_changed", "at least 1"),
], ids=["column gone", "empty", "web page", "no rows", "no good rows"])
def test_a_source_that_changed_leaves_its_last_good_version_in_use(home, sync, content, code, says):
    expect = {"project": {"min": 1}}
    sync(GOOD, expect=expect)
    result = sync(content, expect=expect)
    assert (result.outcome, result.problem.code) == ("failed", code)
    assert says in result.problem.message
    assert titles(home) == ["one", "three"]
    assert problem_of(home, "demo")["message"] == result.problem.message
    assert sorted(path.name for path in (home.records / "demo").iterdir()) == sorted(
        ["current", "problem.json", result.version.folder.name])


def test_a_source_that_is_well_again_has_no_problem(home, sync):
    sync(b"id\n1\n")
    assert problem_of(home, "demo") is not None
    assert titles(home) is None
    sync(GOOD)
    assert problem_of(home, "demo") is None


def test_more_rows_than_expected_are_a_warning(sync):
    version = sync(GOOD, expect={"project": {"max": 1}}).version
    assert version.warnings == ("2 project records, at most 1 were expected",)


@pytest.mark.parametrize("mistake", [
    'intake.connection.execute("SELECT nothing FROM nowhere")',
    'intake.records(PROJECT, "projects.csv", "SELECT 1 AS line, \'1\' AS source_id, \'x\' AS start_date")',
])
def test_a_connector_that_cannot_read_the_data_fails_alone(home, sync, mistake):
    sync(GOOD)
    result = sync(GOOD, CONNECTOR + f"    {mistake}\n")
    assert (result.outcome, result.problem.code) == ("failed", "source_unreadable")
    assert "demo" in result.problem.message
    assert titles(home) == ["one", "three"]


@pytest.mark.parametrize(("connector", "says"), [
    ("def read(intake:\n", "SyntaxError"), ("import nothing_of_this_name\n", "nothing_of_this_name"),
    ("def reed(intake): ...\n", "no function read"),
])
def test_a_connector_that_is_no_code_is_named(sync, connector, says):
    result = sync(GOOD, connector)
    assert result.outcome == "failed"
    assert says in result.problem.message
    assert "connector.py" in result.problem.message


def test_a_full_disk_stops_the_sync_and_changes_nothing(home, sync, monkeypatch):
    sync(GOOD)

    def refuse(*_):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(storage.os, "fsync", refuse)
    with pytest.raises(StorageFailed):
        sync(b"id;title\n9;nine\n")
    monkeypatch.undo()
    assert titles(home) == ["one", "three"]


def test_a_disk_that_fills_up_under_the_tables_is_no_fault_of_the_source(home, sync):
    full = os.strerror(errno.ENOSPC)
    mistake = f"    import duckdb\n    raise duckdb.IOException('Could not write file: {full}')\n"
    sync(GOOD)
    with pytest.raises(StorageFailed, match="full"):
        sync(b"id;title\n9;nine\n", CONNECTOR + mistake)
    assert titles(home) == ["one", "three"]


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


def test_killed_in_the_middle_of_a_sync_the_old_records_stay_and_the_next_sync_works(home, own_source):
    own_source(CONNECTOR, {"projects.csv": GOOD})
    folder = home.own_sources / "demo"
    (folder / "source.toml").write_text(SPECIFICATION, encoding="utf-8")
    sync_source(home, sources(home)["demo"], None, quiet)
    (folder / "projects.csv").write_bytes(b"id;title\n9;nine\n")
    # The records are being written when the connector says so, and then never ends.
    (folder / "connector.py").write_text(
        CONNECTOR + "    import sys\n    print('reading', flush=True)\n    sys.stdin.read()\n", encoding="utf-8")

    process = subprocess.Popen([sys.executable, "-c", _SYNC_AND_HANG, str(home.home)], stdin=subprocess.PIPE,
                               stdout=subprocess.PIPE)
    assert process.stdout.readline() == b"reading\n"
    process.send_signal(signal.SIGKILL)
    process.communicate()

    assert titles(home) == ["one", "three"]
    (folder / "connector.py").write_text(CONNECTOR, encoding="utf-8")
    with storage.exclusive(home.home, "sync"):
        assert list((home.home / "work").iterdir()) == []
        assert [path.name for path in (home.records / "demo").iterdir() if path.name.startswith(".")] == []
        assert sync_source(home, sources(home)["demo"], None, quiet).outcome == "new"
    assert titles(home) == ["nine"]


def test_old_versions_go_when_newer_ones_are_complete(home, sync):
    for number in range(5):
        sync(f"id;title\n1;{number}\n".encode())
    assert len(archive.receipts(home.archive, "demo")) == home.keep_versions
    kept = [path for path in (home.records / "demo").iterdir() if not path.is_symlink()]
    assert len(kept) == home.keep_versions
    assert titles(home) == ["4"]


def test_broken_arrivals_never_drive_the_version_in_use_out_of_the_archive(home, sync):
    used = sync(GOOD).version
    for number in range(4):
        assert sync(f"id;name\n1;{number}\n".encode()).outcome == "failed"
    kept = [receipt.version for receipt in archive.receipts(home.archive, "demo")]
    assert used.version in kept
    assert len(kept) == home.keep_versions
    assert titles(home) == ["one", "three"]


def test_a_problem_keeps_the_time_when_it_began(home, sync):
    sync(b"id\n1\n")
    path = home.records / "demo" / "problem.json"
    first = json.loads(path.read_text())
    assert first["since"] == first["at"]
    path.write_text(json.dumps({**first, "since": "2026-01-02T03:04:05+00:00", "at": "2026-01-03T03:04:05+00:00"}))
    sync(b"id\n2\n")
    problem = problem_of(home, "demo")
    assert (problem["since"], problem["at"] > "2026-01-03") == ("2026-01-02T03:04:05+00:00", True)
    sync(GOOD)
    sync(b"id\n3\n")
    assert problem_of(home, "demo")["since"] > "2026-01-03"


def test_an_archived_file_that_was_changed_is_noticed_before_it_is_read_again(home, sync):
    version = sync(GOOD).version
    (home.archive / "demo" / version.version / "projects.csv").write_bytes(b"id;title\n6;six\n")
    result = sync(GOOD, CONNECTOR + "    intake.warn('read anew')\n")
    assert (result.outcome, result.problem.code) == ("failed", "source_unreadable")
    assert "not what was fetched" in result.problem.message
    assert titles(home) == ["one", "three"]


def test_what_a_killed_sync_left_arriving_never_reaches_an_archived_file(home, sync):
    """A live sync links unchanged files; killed there, the link must not be written through by the next sync."""
    version = sync(GOOD).version
    archived = home.archive / "demo" / version.version / "projects.csv"
    arriving = home.archive / "demo" / ".arriving"
    arriving.mkdir()
    os.link(archived, arriving / "projects.csv")
    sync(b"id;title\n9;nine\n")
    assert archived.read_bytes() == GOOD
