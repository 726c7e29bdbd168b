"""The doctor: says what is wrong, worst first, and how to mend it with commands that exist."""

import json
import re
import shutil
from collections import namedtuple
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

import worlds
from openvalley import doctor
from openvalley.atlas.publish import DATABASE, INDEX, MANIFEST
from openvalley.doctor import findings
from openvalley.sources import archive
from openvalley.sources.catalogue import sources
from openvalley.storage import CURRENT

_COMMANDS = ("build", "doctor", "sync", "restore")


@pytest.fixture
def settings(tmp_path, tmp_path_factory):
    """A home of this test's own in which the river world is published."""
    shutil.copytree(worlds.river(tmp_path_factory).home, tmp_path / "home", symlinks=True)
    return worlds.home_at(tmp_path / "home")


@pytest.fixture(autouse=True)
def _roomy(monkeypatch):
    """Let no test hang on how full this machine's disk is."""
    usage = namedtuple("usage", "total used free")  # noqa: PYI024 - the form that shutil gives
    monkeypatch.setattr(doctor.shutil, "disk_usage", lambda _path: usage(10**12, 0, 10**12))


def _about(found, text):
    return [finding for finding in found if text in finding.message]


def _fetched(settings, source, days):
    """Write into the archive's receipt that a source was fetched so many days ago; return when that was."""
    (receipt,) = archive.receipts(settings.archive, source)
    path = receipt.path(settings.archive) / "receipt.json"
    content = json.loads(path.read_text())
    at = datetime.now(UTC) - timedelta(days=days)
    path.write_text(json.dumps({**content, "retrieved": at.isoformat()}))
    return at


def test_every_finding_can_be_mended(settings):
    _fetched(settings, "ror", 999)
    (settings.atlases / CURRENT / DATABASE).write_bytes(b"")
    found = findings(settings)
    assert len({finding.severity for finding in found}) > 1
    order = ["error", "warning", "note"]
    assert [finding.severity for finding in found] == sorted((finding.severity for finding in found), key=order.index)
    assert all(finding.message and finding.mend for finding in found)


def test_a_home_in_order_has_only_notes(settings):
    found = findings(settings)
    assert {finding.severity for finding in found} == {"note"}
    absent = re.compile("was never synced|comes by hand, and nobody has brought it yet")
    assert [finding.message for finding in found if not absent.search(finding.message)] == [
        "1 organisations rest on unverified pack rows."]


def test_an_empty_home(home):
    found = findings(home)
    assert (found[0].severity, found[0].mend) == ("error", "Run: openvalley build")
    assert "No atlas" in found[0].message
    assert {finding.message.split()[0] for finding in found[1:]} == {*sources(home), "pack-belgium"}


def test_a_home_that_does_not_exist(tmp_path):
    assert findings(worlds.home_at(tmp_path / "none", region="belgium"))[0].severity == "error"
    assert not (tmp_path / "none").exists()


def test_what_never_came_says_what_is_missed(home):
    (finding,) = _about(findings(home), "ror was never synced")
    assert "Research organisations" in finding.message
    assert finding.mend == "Run: openvalley sync ror && openvalley build"


def test_what_comes_by_hand_says_how_and_where_to_put_it(home):
    (finding,) = _about(findings(home), "kbo comes by hand")
    assert "Belgian companies" in finding.message
    place = home.inbox / "kbo"
    assert finding.mend.startswith("Register at https://kbopub.economie.fgov.be/kbo-open-data (free)")
    assert finding.mend.endswith(f"Put the files into {place} and run: openvalley sync kbo && openvalley build")
    place.mkdir(parents=True)
    (place / "KboOpenData_0123_2025_06_Update.zip").write_bytes(b"")
    (finding,) = _about(findings(home), "kbo comes by hand")
    assert "KboOpenData_0123_2025_06_Update.zip, is none of KboOpenData_*Full*.zip" in finding.mend


def test_a_pack_is_renewed_by_a_build(home):
    (finding,) = _about(findings(home), "pack-belgium")
    assert finding.mend == "Run: openvalley build"


@pytest.mark.parametrize(("source", "days", "stale"), [
    ("ror", 30, False), ("ror", 33, True), ("cordis", 400, True), ("pack-schelde", 89, False),
    ("pack-schelde", 92, True),
])
def test_what_is_older_than_its_rhythm(settings, source, days, stale):
    _fetched(settings, source, days)
    found = _about(findings(settings), "days ago")
    assert bool(found) == stale
    if stale:
        assert (found[0].severity, found[0].message.split()[0]) == ("warning", source)
        assert str(days) in found[0].message
        assert found[0].mend == f"Run: openvalley {'build' if source.startswith('pack') else f'sync {source}'}"


def test_a_sync_that_failed(settings):
    problem = {"code": "source_changed", "message": "The columns id are gone.", "hint": "Adapt it.", "at": "2026-01-01"}
    (settings.records / "cordis" / "problem.json").write_text(json.dumps(problem))
    (finding,) = _about(findings(settings), "cordis: the last sync failed")
    assert (finding.severity, finding.mend) == ("warning", "Adapt it.")
    assert "The columns id are gone." in finding.message


def test_a_sync_that_fails_since_long_says_so_and_what_is_used(settings):
    problem = {"code": "source_unavailable", "message": "It is down.", "hint": "", "at": "2026-02-09T00:00:00+00:00",
               "since": "2026-02-01T00:00:00+00:00"}
    (settings.records / "cordis" / "problem.json").write_text(json.dumps(problem))
    day = _fetched(settings, "cordis", 40).date().isoformat()
    (finding,) = _about(findings(settings), "cordis: the last sync failed (and every one since 2026-02-01)")
    assert "It is down." in finding.message
    assert finding.message.endswith(f"The version of {day} stays in use.")
    assert finding.mend == "Run: openvalley sync cordis"


def test_rows_in_quarantine(settings):
    world = worlds.RIVER.with_rows(participants=[worlds.participant(700001, "12", "Nobody")])
    worlds.take_in(settings, world)
    (finding,) = _about(findings(settings), "in quarantine")
    assert finding.message.startswith("cordis: 1 rows")
    assert "quarantine.parquet" in finding.mend


def test_an_atlas_that_lacks_what_was_synced_since(settings):
    worlds.take_in(settings, worlds.RIVER.with_rows(projects=[worlds.project(700009, "NEWER")]))
    (finding,) = _about(findings(settings), "does not hold cordis")
    assert (finding.severity, finding.mend) == ("warning", "Run: openvalley build")


@pytest.mark.parametrize("how", ["changed", "gone"])
@pytest.mark.parametrize("source", ["ror", "pack-schelde"])
def test_archived_files_that_are_not_what_was_fetched(settings, source, how):
    receipt = archive.newest(settings.archive, source)
    path = receipt.path(settings.archive) / receipt.files[0].name
    path.unlink() if how == "gone" else path.write_bytes(b"x")
    (finding,) = _about(findings(settings), "not what was fetched")
    assert finding.severity == "error"
    assert str(path.parent) in finding.mend
    assert finding.mend.endswith("build" if source.startswith("pack") else "sync ror")


def test_an_archive_that_is_gone(settings):
    shutil.rmtree(settings.archive / "ror")
    (finding,) = _about(findings(settings), "raw files")
    assert (finding.severity, finding.mend) == ("note", "Run: openvalley sync ror")


@pytest.mark.parametrize("file", [DATABASE, MANIFEST, f"{INDEX}/meta.json", "a segment"])
@pytest.mark.parametrize("how", ["cut", "flipped"])
def test_a_damaged_atlas(settings, file, how):
    folder = settings.atlases / CURRENT
    path = max((folder / INDEX).glob("*.store")) if file == "a segment" else folder / file
    content = path.read_bytes()
    half = len(content) // 2
    flipped = content[:half] + bytes([content[half] ^ 0xFF]) + content[half + 1:]
    path.write_bytes(content[:half] if how == "cut" else flipped)
    found = findings(settings)
    assert (found[0].severity, found[0].mend) == ("error", "Run: openvalley build")
    assert "atlas" in found[0].message


def test_a_disk_that_is_nearly_full(settings, monkeypatch):
    usage = type(doctor.shutil.disk_usage(settings.home))
    monkeypatch.setattr(doctor.shutil, "disk_usage", lambda _path: usage(10**12, 10**12, 10**9))
    (finding,) = _about(findings(settings), "are free")
    assert (finding.severity, finding.message[:11]) == ("warning", "Only 1.0 GB")


def test_more_atlases_than_wanted(settings):
    shutil.copytree((settings.atlases / CURRENT).resolve(), settings.atlases / "0123456789ab")
    assert _about(findings(replace(settings, keep_atlases=1)), "More atlases are kept")
    assert not _about(findings(settings), "More atlases are kept")


def test_an_atlas_of_a_region_that_is_gone(settings):
    shutil.rmtree(settings.own_regions)
    assert findings(replace(settings, region="belgium"))


def test_commands_that_are_named_exist(settings, tmp_path):
    _fetched(settings, "ror", 999)
    mends = " ".join(finding.mend for finding in [*findings(worlds.home_at(tmp_path / "none", region="belgium")),
                                                  *findings(settings)])
    assert set(re.findall(r"openvalley ([a-z]+)", mends)) <= set(_COMMANDS)
