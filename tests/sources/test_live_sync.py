"""Sync from the web: only what changed is fetched, and a register that is down or sends rubbish changes nothing."""

import pyarrow.parquet as pq
import pytest
import stamina
from hostile_server import Answer, HostileServer, ranged

from openvalley.errors import SourceUnavailable
from openvalley.sources import archive
from openvalley.sources.sync import sync_source
from openvalley.sources.versions import in_use

_CONNECTOR = '''
from openvalley.sources.intake import CsvTable, Intake
from openvalley.vocabulary.records import PROJECT


def read(intake: Intake) -> None:
    intake.csv("rows", "projects.csv", CsvTable(needed=("id", "title")))
    intake.csv("notes", "notes.csv", CsvTable(needed=("id", "note")))
    intake.records(PROJECT, "projects.csv", """
        SELECT rows.line, rows.id AS source_id, title, note AS objective FROM rows LEFT JOIN notes USING (id)
    """)
'''
_PROJECTS = b"id;title\n1;one\n"
_NOTES = b"id;note\n1;n\n"


@pytest.fixture
def server(monkeypatch):
    monkeypatch.setenv("NO_PROXY", "*")
    with stamina.set_testing(True, attempts=2, cap=True), HostileServer() as running:
        yield running


@pytest.fixture
def sync(home, own_source, server):
    """Return a function that syncs the demonstration source from the server."""
    def sync_live(connector=_CONNECTOR, **fields):
        files = [{"name": name, "url": server.url(f"/{name}")} for name in ("projects.csv", "notes.csv")]
        source = own_source(connector, {}, **{"files": files, "fetch": {"requests_per_second": 1000}, **fields})
        return sync_source(home, source, None, lambda *_: None)

    return sync_live


def _objectives(settings):
    version = in_use(settings, "demo")
    table = pq.read_table(version.table("project"))
    return list(zip(table["title"].to_pylist(), table["objective"].to_pylist(), strict=True))


def test_files_come_from_the_web_and_say_so(home, sync, server):
    server.script("/projects.csv", ranged(_PROJECTS))
    server.script("/notes.csv", ranged(_NOTES))
    result = sync()
    assert (result.outcome, result.version.origin) == ("new", "live")
    assert _objectives(home) == [("one", "n")]
    (receipt,) = archive.receipts(home.archive, "demo")
    assert [file.origin for file in receipt.files] == [server.url("/notes.csv"), server.url("/projects.csv")]


def test_nothing_is_fetched_twice_and_nothing_new_is_no_new_version(home, sync, server):
    server.script("/projects.csv", ranged(_PROJECTS))
    server.script("/notes.csv", ranged(_NOTES))
    first = sync()
    again = sync()
    assert (again.outcome, again.version.folder) == ("unchanged", first.version.folder)
    assert all(request.headers.get("if-none-match") for request in server.requests[2:])
    assert len(archive.receipts(home.archive, "demo")) == 1


def test_what_did_not_change_is_taken_over_beside_what_did(home, sync, server):
    server.script("/projects.csv", ranged(_PROJECTS))
    server.script("/notes.csv", ranged(_NOTES), ranged(b"id;note\n1;newer\n", etag='"v2"'))
    old = sync().version.version
    assert sync().outcome == "new"
    assert _objectives(home) == [("one", "newer")]
    assert (home.archive / "demo" / old / "notes.csv").read_bytes() == _NOTES


@pytest.mark.parametrize(("answer", "code"), [
    (Answer(status=503), "source_unavailable"), (Answer(status=404), "source_unavailable"),
    (Answer(dropped=True), "source_unavailable"), (Answer(_PROJECTS * 9, cut=20), "source_unavailable"),
    (Answer(b"<html>Maintenance</html>"), "source_unreadable"), (Answer(b"id;name\n1;x\n"), "source_changed"),
], ids=["down", "gone", "silent", "cut off", "web page", "column gone"])
def test_a_register_in_trouble_leaves_its_last_good_version_in_use(home, sync, server, answer, code):
    server.script("/projects.csv", ranged(_PROJECTS), answer)
    server.script("/notes.csv", ranged(_NOTES))
    sync()
    result = sync()
    assert (result.outcome, result.problem.code) == ("failed", code)
    assert _objectives(home) == [("one", "n")]


def test_a_connector_may_find_its_files_itself(home, sync, server):
    server.script("/newest", Answer(b'{"address": "/dump-7.csv"}'))
    server.script("/dump-7.csv", ranged(_PROJECTS))
    server.script("/notes.csv", ranged(_NOTES))
    locate = f"""

def locate(fetcher):
    from openvalley.sources.fetch import RemoteFile
    base = "{server.url('')}"
    return [RemoteFile("projects.csv", base + fetcher.json(base + "/newest")["address"]),
            RemoteFile("notes.csv", base + "/notes.csv")]
"""
    assert sync(_CONNECTOR + locate).outcome == "new"
    assert _objectives(home) == [("one", "n")]


def test_a_source_that_has_nothing_on_the_web_says_so(sync):
    result = sync(files=[{"name": "x", "mirror": "x/*.csv"}])
    assert result.outcome == "failed"
    assert isinstance(result.problem, SourceUnavailable)
    assert "nothing can be fetched" in result.problem.message
