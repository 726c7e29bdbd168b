"""The inbox: what a person brings is taken in; where nobody brought anything, sync says how, and nothing failed."""

import json
from datetime import UTC, datetime, timedelta

import pyarrow.parquet as pq
import pytest

from openvalley.sources import archive
from openvalley.sources.sync import sync_source
from openvalley.sources.versions import in_use, problem_of

_CONNECTOR = """
from openvalley.sources.intake import CsvTable, Intake
from openvalley.vocabulary.records import PROJECT


def read(intake: Intake) -> None:
    file = intake.only(".csv")
    intake.csv("rows", file, CsvTable(needed=("id", "title")))
    intake.records(PROJECT, file, "SELECT line, id AS source_id, title FROM rows")
"""
_HOW = "Ask for it at the counter."
_FIELDS = {"by_hand": _HOW, "files": [{"name": "list.csv", "mirror": "demo/list_*.csv"}],
           "version_pattern": "list_([0-9]+)"}


@pytest.fixture
def sync(home, own_source):
    """Return a function that syncs the demonstration source, after these files were put into its inbox."""
    def sync_with(mirror=None, **files):
        place = home.inbox / "demo"
        for name, content in files.items():
            place.mkdir(parents=True, exist_ok=True)
            (place / f"{name}.csv").write_bytes(content)
        return sync_source(home, own_source(_CONNECTOR, {}, **_FIELDS), mirror, lambda *_: None)

    return sync_with


def _titles(settings):
    return pq.read_table(in_use(settings, "demo").table("project"))["title"].to_pylist()


def test_an_empty_inbox_is_no_failure_and_says_how_to_fill_it(home, sync):
    result = sync()
    assert (result.outcome, result.version, result.problem) == ("by hand", None, None)
    assert result.how_to == f"{_HOW} Put the files into {home.inbox / 'demo'} and run: openvalley sync demo"
    assert (home.inbox / "demo").is_dir()
    assert problem_of(home, "demo") is None


def test_what_lies_in_the_inbox_is_archived_and_read(home, sync):
    result = sync(list_7=b"id;title\n1;one\n")
    assert (result.outcome, result.version.origin) == ("new", "user")
    assert result.version.version.startswith("7.")
    assert _titles(home) == ["one"]
    (receipt,) = archive.receipts(home.archive, "demo")
    assert [file.origin for file in receipt.files] == ["user:list_7.csv"]


def test_the_newest_of_several_is_taken_and_the_users_files_stay(home, sync):
    sync(list_7=b"id;title\n1;old\n", list_8=b"id;title\n1;new\n")
    assert _titles(home) == ["new"]
    assert sync().outcome == "unchanged"
    assert _titles(home) == ["new"]
    assert sorted(path.name for path in (home.inbox / "demo").iterdir()) == ["list_7.csv", "list_8.csv"]
    assert sync(list_9=b"id;title\n1;newer\n").outcome == "new"
    assert _titles(home) == ["newer"]


def test_a_file_that_lies_there_for_long_does_not_look_fresh(home, sync):
    sync(list_7=b"id;title\n1;one\n")
    (receipt,) = archive.receipts(home.archive, "demo")
    path = receipt.path(home.archive) / "receipt.json"
    long_ago = (datetime.now(UTC) - timedelta(days=99)).isoformat()
    path.write_text(json.dumps({**json.loads(path.read_text()), "retrieved": long_ago}))
    result = sync()
    assert (result.outcome, result.version.retrieved) == ("unchanged", long_ago)


def test_once_taken_in_the_file_may_go(home, sync):
    version = sync(list_7=b"id;title\n1;one\n").version
    (home.inbox / "demo" / "list_7.csv").unlink()
    result = sync()
    assert (result.outcome, result.version.version) == ("by hand", version.version)
    assert _titles(home) == ["one"]


def test_a_file_that_cannot_be_read_fails_until_it_is_replaced(home, sync):
    sync(list_7=b"id;title\n1;one\n")
    for _ in range(2):
        result = sync(list_8=b"<html>Please log in</html>")
        assert (result.outcome, result.problem.code) == ("failed", "source_unreadable")
        assert _titles(home) == ["one"]
        assert problem_of(home, "demo")["code"] == "source_unreadable"
    (home.inbox / "demo" / "list_8.csv").unlink()
    assert sync().outcome == "unchanged"
    assert problem_of(home, "demo") is None


def test_a_bad_file_that_was_taken_away_again_is_forgotten(home, sync):
    assert sync(list_8=b"<html>Please log in</html>").outcome == "failed"
    (home.inbox / "demo" / "list_8.csv").unlink()
    assert (sync().outcome, problem_of(home, "demo")) == ("by hand", None)


def test_a_file_of_another_name_is_named(sync):
    result = sync(liste_7=b"id;title\n1;one\n", **{".hidden": b"x"})
    assert result.outcome == "by hand"
    assert "(What lies there, liste_7.csv, is none of list_*.csv.)" in result.how_to


def test_a_folder_in_the_place_of_a_file_is_no_file(home, sync):
    (home.inbox / "demo" / "list_9.csv").mkdir(parents=True)
    assert sync().outcome == "by hand"


def test_with_a_mirror_the_inbox_is_left_alone(sync, tmp_path):
    (tmp_path / "mirror" / "demo").mkdir(parents=True)
    assert sync(mirror=tmp_path / "mirror", list_7=b"id;title\n1;one\n").outcome == "absent"
    (tmp_path / "mirror" / "demo" / "list_3.csv").write_bytes(b"id;title\n1;mirrored\n")
    assert sync(mirror=tmp_path / "mirror").version.origin == "mirror"
