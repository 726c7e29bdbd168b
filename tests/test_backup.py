"""Backup and restore: what cannot be fetched again survives, and a bad backup touches nothing."""

import errno
import io
import json
import os
import shutil
import sqlite3
import tarfile
from contextlib import closing
from pathlib import Path

import pytest

import worlds
from openvalley import backup as keeping
from openvalley import pipeline
from openvalley.atlas.reader import open_atlas
from openvalley.errors import BadInput, HomeBusy, NothingBuilt, StorageFailed
from openvalley.resolve.judgement import Decision, Judgement
from openvalley.resolve.judgements import JudgementStore
from openvalley.storage import exclusive

_JUDGED = Judgement("cordis/990000001", "pack-schelde/x", Decision.DIFFERENT, "an", "not the same")
_MANIFEST = "openvalley-backup.json"


def _contents(home):
    """Return what a home folder holds, by path: bytes of files, targets of links; databases by their tables.

    What is only remembered, so that it need not be computed again, is left out: any command may add to it.
    """
    found = {}
    for path in sorted(home.rglob("*")):
        name = path.relative_to(home).as_posix()
        if name.startswith("cache/"):
            continue
        if path.is_symlink():
            found[name] = str(path.readlink())
        elif path.suffix in {".sqlite", ".sqlite3"}:
            with closing(sqlite3.connect(path)) as connection:
                found[name] = list(connection.iterdump())
        elif path.is_file() and path.name != ".lock" and not name.endswith(("-wal", "-shm")):
            found[name] = path.read_bytes()
    return found


@pytest.fixture(scope="module")
def lived_in(tmp_path_factory):
    """A home folder with an atlas, a judgement, an own source, an own region and the site's data."""
    settings = worlds.home_at(tmp_path_factory.mktemp("lived") / "home")
    shutil.copytree(worlds.river(tmp_path_factory).home, settings.home, symlinks=True)
    JudgementStore(settings.judgements).add(_JUDGED)
    (settings.own_sources / "mine").mkdir(parents=True)
    (settings.own_sources / "mine" / "connector.py").write_text("# mine", encoding="utf-8")
    (settings.home / "site" / "static").mkdir(parents=True)
    (settings.home / "site" / "static" / "collected.css").write_text("made anew", encoding="utf-8")
    with closing(sqlite3.connect(settings.home / "site" / "people.sqlite3")) as connection:
        connection.execute("CREATE TABLE person (name)")
        connection.commit()
    return settings


@pytest.fixture(scope="module")
def packed(lived_in, tmp_path_factory):
    target = tmp_path_factory.mktemp("backups") / "backup.tar.gz"
    keeping.backup(lived_in, target)
    return target


@pytest.fixture
def used(tmp_path):
    """Another home folder, in which something else is."""
    settings = worlds.home_at(tmp_path / "home")
    settings.atlases.mkdir(parents=True)
    (settings.atlases / "old").write_text("the old atlas", encoding="utf-8")
    JudgementStore(settings.judgements).add(Judgement("a/1", "b/1", Decision.SAME, "bo", "why"))
    return settings


def test_everything_survives_in_a_new_home(lived_in, packed, tmp_path):
    settings = worlds.home_at(tmp_path / "new")
    files = keeping.restore(settings, packed)
    before = _contents(lived_in.home)
    after = _contents(settings.home)
    assert before.pop("site/static/collected.css")
    assert {name: content for name, content in after.items() if name in before} == before
    assert files == len([name for name in before if not (lived_in.home / name).is_symlink()])
    assert [judgement.why for judgement in JudgementStore(settings.judgements).in_force()] == ["not the same"]
    atlas = open_atlas(settings.home)
    assert atlas.search("Schelde University").items
    atlas.close()
    assert (settings.own_sources / "mine" / "connector.py").exists()


def test_a_restored_home_can_be_built_and_knows_its_judgements(packed, tmp_path):
    settings = worlds.home_at(tmp_path / "new")
    keeping.restore(settings, packed)
    before = pipeline.current_manifest(settings)["rows"]
    after = worlds.build(settings).manifest["rows"]
    assert after == {**before, "decision": before["decision"] + 1}


def test_a_backup_takes_the_place_of_what_is_there(lived_in, packed, used):
    keeping.restore(used, packed)
    assert not (used.atlases / "old").exists()
    assert [judgement.judge for judgement in JudgementStore(used.judgements).history()] == ["an"]
    assert not list(used.home.glob(".restore-*"))
    assert lived_in.home != used.home


def test_what_was_written_meanwhile_is_not_mixed_with_the_backup(packed, used):
    """A reader keeps SQLite's log of the old store open beside the new one."""
    with closing(sqlite3.connect(used.judgements)) as reader:
        reader.execute("BEGIN")
        reader.execute("SELECT * FROM judgement").fetchall()
        JudgementStore(used.judgements).add(Judgement("a/2", "b/2", Decision.SAME, "bo", "why"))
        assert used.judgements.with_name("judgements.sqlite-wal").stat().st_size
        keeping.restore(used, packed)
        assert [judgement.judge for judgement in JudgementStore(used.judgements).history()] == ["an"]


def test_a_store_in_use_is_backed_up_whole(used, tmp_path):
    with closing(sqlite3.connect(used.judgements)) as reader:
        reader.execute("BEGIN")
        reader.execute("SELECT * FROM judgement").fetchall()
        JudgementStore(used.judgements).add(_JUDGED)
        keeping.backup(used, tmp_path / "backup.tar.gz")
    with tarfile.open(tmp_path / "backup.tar.gz") as tar:
        assert not [name for name in tar.getnames() if name.endswith(("-wal", "-shm"))]
    other = worlds.home_at(tmp_path / "other")
    keeping.restore(other, tmp_path / "backup.tar.gz")
    assert [judgement.judge for judgement in JudgementStore(other.judgements).history()] == ["bo", "an"]


def test_an_earlier_backup_stays_when_a_new_one_fails(used, tmp_path, monkeypatch):
    target = tmp_path / "backup.tar.gz"
    target.write_bytes(b"earlier")

    def full(*_given, **_named):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(tarfile.TarFile, "add", full)
    with pytest.raises(StorageFailed):
        keeping.backup(used, target)
    assert target.read_bytes() == b"earlier"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["backup.tar.gz", "home"]


@pytest.mark.parametrize("target", [".", "no/such/folder.tar.gz"])
def test_a_backup_that_cannot_be_written_is_said_so(used, tmp_path, target):
    with pytest.raises(BadInput) as refused:
        keeping.backup(used, tmp_path / target)
    assert refused.value.hint


def test_nothing_to_back_up(tmp_path):
    with pytest.raises(NothingBuilt):
        keeping.backup(worlds.home_at(tmp_path / "nowhere"), tmp_path / "backup.tar.gz")
    assert not list(tmp_path.iterdir())


def test_while_another_command_writes(used, packed, tmp_path):
    with exclusive(used.home, "build"):
        with pytest.raises(HomeBusy):
            keeping.backup(used, tmp_path / "backup.tar.gz")
        with pytest.raises(HomeBusy):
            keeping.restore(used, packed)


def _tar(path, members, manifest=None):
    """Write a tar.gz of these members (name: bytes, or the target of a link as text), with a manifest of checksums."""
    with tarfile.open(path, "w:gz") as tar:
        for name, content in members.items():
            entry = tarfile.TarInfo(name)
            if isinstance(content, str):
                entry.type, entry.linkname = tarfile.SYMTYPE, content
                tar.addfile(entry)
            else:
                entry.size = len(content)
                tar.addfile(entry, io.BytesIO(content))
        if manifest is not None:
            content = manifest if isinstance(manifest, bytes) else json.dumps(manifest).encode()
            entry = tarfile.TarInfo(_MANIFEST)
            entry.size = len(content)
            tar.addfile(entry, io.BytesIO(content))
    return path


_HASH = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"  # SHA-256 of nothing


@pytest.mark.parametrize(("members", "manifest"), [
    ({"../escaped": b""}, {"format": 1, "files": {"../escaped": _HASH}}),
    ({"/tmp/escaped": b""}, {"format": 1, "files": {"tmp/escaped": _HASH}}),
    ({"atlas/../../escaped": b""}, {"format": 1, "files": {}}),
    ({"atlas/current": "../../../etc"}, {"format": 1, "files": {}}),
    ({"atlas/current": "/etc"}, {"format": 1, "files": {}}),
    ({"atlas/a": b""}, None), ({"atlas/a": b""}, b"not json"), ({"atlas/a": b""}, []),
    ({"atlas/a": b""}, {"format": 1}),
    ({"atlas/a": b""}, {"format": 1, "files": []}), ({"atlas/a": b""}, {"format": 2, "files": {"atlas/a": _HASH}}),
    ({"atlas/a": b"x"}, {"format": 1, "files": {"atlas/a": _HASH}}),
    ({}, {"format": 1, "files": {"atlas/a": _HASH}}), ({"atlas/a": b""}, {"format": 1, "files": {}}),
    ({"strange.txt": b""}, {"format": 1, "files": {"strange.txt": _HASH}}),
    ({".lock": b""}, {"format": 1, "files": {".lock": _HASH}}),
], ids=["above", "absolute", "above by detour", "link above", "link absolute", "no manifest", "broken manifest",
        "manifest is a list", "no files", "files are a list", "other format", "changed", "missing", "unlisted",
        "strange", "lock"])
def test_what_is_no_backup_of_ours_touches_nothing(used, tmp_path, members, manifest):
    before = _contents(used.home)
    outside = sorted(path.name for path in tmp_path.iterdir())
    path = _tar(tmp_path / "bad.tar.gz", members, manifest)
    with pytest.raises(BadInput) as refused:
        keeping.restore(used, path)
    assert refused.value.hint
    assert _contents(used.home) == before
    assert sorted(entry.name for entry in tmp_path.iterdir()) == sorted([*outside, "bad.tar.gz"])


@pytest.mark.parametrize("content", [b"", b"not a tar", b"\x1f\x8b" + b"\0" * 50], ids=["empty", "text", "gzip head"])
def test_a_file_that_is_no_archive_touches_nothing(used, tmp_path, content):
    before = _contents(used.home)
    (tmp_path / "bad.tar.gz").write_bytes(content)
    with pytest.raises(BadInput):
        keeping.restore(used, tmp_path / "bad.tar.gz")
    assert _contents(used.home) == before


@pytest.mark.parametrize("source", ["nothing.tar.gz", "."])
def test_a_backup_that_is_not_there(used, tmp_path, source):
    with pytest.raises(BadInput, match="no file"):
        keeping.restore(used, tmp_path / source)


@pytest.mark.parametrize("share", [0.02, 0.3, 0.6, 0.95])
@pytest.mark.parametrize("damage", ["cut", "flipped"])
def test_a_damaged_backup_touches_nothing(packed, used, tmp_path, share, damage):
    before = _contents(used.home)
    content = bytearray(packed.read_bytes())
    at = int(len(content) * share)
    if damage == "cut":
        content = content[:at]
    else:
        content[at:at + 64] = bytes(byte ^ 0xFF for byte in content[at:at + 64])
    (tmp_path / "bad.tar.gz").write_bytes(content)
    with pytest.raises(BadInput):
        keeping.restore(used, tmp_path / "bad.tar.gz")
    assert _contents(used.home) == before


@pytest.mark.parametrize("steps", [0, 1, 2, 3])
def test_a_restore_that_fails_half_way_puts_everything_back(packed, used, monkeypatch, steps):
    before = _contents(used.home)
    rename = Path.rename
    done = []

    def failing(self, target):
        if len(done) == steps and used.home in Path(target).parents:
            done.append(None)
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        done.append(None)
        return rename(self, target)

    monkeypatch.setattr(Path, "rename", failing)
    with pytest.raises(StorageFailed):
        keeping.restore(used, packed)
    monkeypatch.undo()
    assert _contents(used.home) == before
    assert not list(used.home.glob(".restore-*"))
