"""What is published appears whole or not at all, whoever fails, dies or runs out of space meanwhile."""

import errno
import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from openvalley import storage
from openvalley.errors import HomeBusy, StorageFailed

_WRITE_AND_HANG = """
import sys
from pathlib import Path
from openvalley.storage import atomic_folder, exclusive, point
home, home_atlas = Path(sys.argv[1]), Path(sys.argv[1]) / "atlas"
with exclusive(home, "build"), atomic_folder(home_atlas / "v2") as folder:
    (folder / "half.txt").write_text("half")
    print("writing", flush=True)
    sys.stdin.read()
"""


def _hanging(home: Path) -> subprocess.Popen[bytes]:
    """Start a process that is in the middle of publishing atlas/v2."""
    process = subprocess.Popen([sys.executable, "-c", _WRITE_AND_HANG, str(home)], stdin=subprocess.PIPE,
                               stdout=subprocess.PIPE)
    assert process.stdout is not None
    assert process.stdout.readline() == b"writing\n"
    return process


def _end(process: subprocess.Popen[bytes], how: signal.Signals) -> None:
    process.send_signal(how)
    process.communicate()


def test_a_folder_appears_with_everything_in_it(tmp_path):
    with storage.atomic_folder(tmp_path / "deep" / "v1") as folder:
        (folder / "a.txt").write_text("a")
        (folder / "sub").mkdir()
        (folder / "sub" / "b.txt").write_text("b")
        assert not (tmp_path / "deep" / "v1").exists()
    assert (tmp_path / "deep" / "v1" / "sub" / "b.txt").read_text() == "b"
    assert (tmp_path / "deep" / "v1").stat().st_mode & 0o777 == 0o755


@pytest.mark.parametrize("failure", [ValueError("x"), KeyboardInterrupt(), OSError(errno.EIO, "x")])
def test_a_failed_folder_leaves_nothing(tmp_path, failure):
    def publish():
        with storage.atomic_folder(tmp_path / "v1") as folder:
            (folder / "a.txt").write_text("a")
            raise failure

    with pytest.raises(type(failure)):
        publish()
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGTERM])
def test_a_killed_writer_leaves_the_published_as_it_was(tmp_path, how):
    with storage.atomic_folder(tmp_path / "atlas" / "v1") as folder:
        (folder / "whole.txt").write_text("whole")
    storage.point(tmp_path / "atlas" / "current", "v1")

    _end(_hanging(tmp_path), how)

    assert (tmp_path / "atlas" / "current" / "whole.txt").read_text() == "whole"
    assert not (tmp_path / "atlas" / "v2").exists()


def test_the_next_writer_gets_the_lock_and_sweeps_what_the_killed_one_left(tmp_path):
    _end(_hanging(tmp_path), signal.SIGKILL)
    assert [path.name for path in (tmp_path / "atlas").iterdir()] != []

    with storage.exclusive(tmp_path, "sync"):
        assert list((tmp_path / "atlas").iterdir()) == []


def test_the_second_of_two_writers_is_told_what_the_first_is_doing(tmp_path):
    first = _hanging(tmp_path)
    try:
        with pytest.raises(HomeBusy) as busy, storage.exclusive(tmp_path, "sync"):
            pytest.fail("two writers in one home")
    finally:
        _end(first, signal.SIGKILL)
    assert "build" in busy.value.message
    assert str(first.pid) in busy.value.message


def test_the_lock_is_free_again_after_a_failure(tmp_path):
    with pytest.raises(ValueError, match="x"), storage.exclusive(tmp_path, "sync"):
        raise ValueError("x")
    with storage.exclusive(tmp_path, "build"):
        pass


def test_sweeping_spares_published_and_half_downloaded_files(tmp_path):
    for kept in ("archive/ror/v1/a.zip", "archive/ror/.arriving/a.zip.part", "records/ror/v1/x.parquet", "atlas/v1/m"):
        (tmp_path / kept).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / kept).write_text("kept")
    for left in ("archive/ror/.v2-x1/a", "records/ror/.v2-x2/a", "atlas/.v2-x3/a", "work/tmp1/a"):
        (tmp_path / left).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / left).write_text("left")
    with storage.exclusive(tmp_path, "sync"):
        found = sorted(path.relative_to(tmp_path).as_posix() for path in tmp_path.rglob("*") if path.is_file())
    assert found == [".lock", "archive/ror/.arriving/a.zip.part", "archive/ror/v1/a.zip", "atlas/v1/m",
                     "records/ror/v1/x.parquet"]


@pytest.mark.parametrize(("number", "says"), [
    (errno.ENOSPC, "full"), (errno.EDQUOT, "full"), (errno.EACCES, "cannot be written"),
    (errno.EROFS, "cannot be written"),
])
@pytest.mark.parametrize("write", [
    lambda path: storage.write_json(path / "a.json", {}),
    lambda path: storage.point(path / "link", "a"),
    lambda path: storage.atomic_folder(path / "folder").__enter__().joinpath("a").write_text("a"),
], ids=["file", "link", "folder"])
def test_a_disk_that_takes_nothing_is_an_error_one_can_act_on(tmp_path, monkeypatch, number, says, write):
    def refuse(*_args, **_keywords):
        raise OSError(number, os.strerror(number))

    for module, name in ((storage.tempfile, "mkdtemp"), (storage.Path, "open"), (storage.Path, "symlink_to")):
        monkeypatch.setattr(module, name, refuse)
    with pytest.raises(StorageFailed) as failed:
        write(tmp_path)
    assert says in failed.value.message
    assert str(tmp_path) in failed.value.message
    assert failed.value.hint


def test_a_disk_that_fills_up_while_a_folder_is_written_leaves_nothing(tmp_path, monkeypatch):
    def refuse(_descriptor):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(storage.os, "fsync", refuse)
    with pytest.raises(StorageFailed), storage.atomic_folder(tmp_path / "v1") as folder:
        (folder / "a.txt").write_text("a")
    with pytest.raises(StorageFailed):
        storage.write_json(tmp_path / "a.json", {"a": 1})
    assert list(tmp_path.iterdir()) == []


def test_a_json_file_is_replaced_whole_and_readable_by_others(tmp_path):
    path = tmp_path / "a.json"
    storage.write_json(path, {"b": "Liège", "a": 1})
    storage.write_json(path, {"b": "Gent", "a": 2})
    assert json.loads(path.read_text(encoding="utf-8")) == {"a": 2, "b": "Gent"}
    assert path.stat().st_mode & 0o044 == 0o044
    assert [other.name for other in tmp_path.iterdir()] == ["a.json"]


def test_content_that_is_no_json_leaves_the_file_as_it_was(tmp_path):
    path = tmp_path / "a.json"
    storage.write_json(path, {"a": 1})
    with pytest.raises(TypeError):
        storage.write_json(path, {"a": object()})
    assert json.loads(path.read_text(encoding="utf-8")) == {"a": 1}


@pytest.mark.parametrize(("keep", "left"), [(1, ["c"]), (2, ["b", "c"]), (5, ["a", "b", "c"])])
def test_the_newest_folders_are_kept(tmp_path, keep, left):
    folders = [tmp_path / name for name in "abc"]
    for folder in folders:
        folder.mkdir()
    storage.keep_newest(folders, keep)
    assert sorted(path.name for path in tmp_path.iterdir()) == left


def test_a_link_is_repointed_in_one_step(tmp_path):
    for name in ("v1", "v2"):
        (tmp_path / name).mkdir()
        storage.point(tmp_path / "current", name)
        assert (tmp_path / "current").resolve().name == name
    assert sorted(path.name for path in tmp_path.iterdir()) == ["current", "v1", "v2"]


def test_a_home_that_was_copied_with_its_links_followed_says_how_to_copy_it(tmp_path):
    (tmp_path / "current").mkdir()
    with pytest.raises(StorageFailed, match="followed its links") as refused:
        storage.point(tmp_path / "current", "v2")
    assert "cp -a" in refused.value.hint
    assert [path.name for path in tmp_path.iterdir()] == ["current"]
