"""A download that broke off is continued, where that is safe."""

import gzip
from pathlib import Path

import pytest
from fetching import DATA, DATE, HALF, NEWER, Clock, fetcher_with, interrupted, names, sha256
from hostile_server import Answer, HostileServer, Script, ranged

from openvalley.errors import SourceUnreadable
from openvalley.sources.archive import ArchivedFile
from openvalley.sources.fetch import Fetcher, RemoteFile


@pytest.mark.parametrize(("etag", "date"), [('"v1"', ""), ("", DATE), ('W/"v1"', DATE)])
def test_a_broken_off_download_is_continued_by_the_next_attempt(
    server: HostileServer, fetcher: Fetcher, tmp_path: Path, etag: str, date: str
) -> None:
    url = server.script("/data.csv", ranged(DATA, etag, date, cut=HALF), ranged(DATA, etag, date))
    found = fetcher.download(RemoteFile("data.csv", url, f"sha256:{sha256(DATA)}"), tmp_path)
    assert found == ArchivedFile("data.csv", url, sha256(DATA), len(DATA), etag, date)
    assert server.requests[1].headers["range"] == f"bytes={HALF}-"
    assert names(tmp_path) == {"data.csv"}


def test_a_broken_off_download_is_continued_by_a_later_process(
    server: HostileServer, fetcher: Fetcher, tmp_path: Path
) -> None:
    url = interrupted(server, tmp_path, ranged(DATA, cut=HALF))
    assert names(tmp_path) == {"data.csv.part", "data.csv.part.json"}
    server.script("/data.csv", ranged(DATA))
    found = fetcher.download(RemoteFile("data.csv", url), tmp_path)
    assert found is not None
    assert found.sha256 == sha256(DATA)
    assert [request.headers.get("range") for request in server.requests] == [f"bytes={HALF}-"]


def test_a_download_is_continued_as_often_as_it_breaks_off(
    server: HostileServer, fetcher: Fetcher, tmp_path: Path
) -> None:
    third = len(DATA) // 3
    url = server.script("/data.csv", ranged(DATA, cut=third), ranged(DATA, cut=third), ranged(DATA))
    found = fetcher.download(RemoteFile("data.csv", url), tmp_path)
    assert found is not None
    assert found.sha256 == sha256(DATA)
    assert server.requests[2].headers["range"] == f"bytes={2 * third}-"


def a_range(body: bytes, first: int, etag: str = '"v1"', **changed: str) -> Answer:
    span = f"bytes {first}-{len(body) - 1}/{len(body)}"
    return Answer(body[first:], 206, {"ETag": etag, "Content-Range": span, **changed})


START_OVER = {
    "the range is ignored": (Answer(NEWER),),
    "the range is refused": (Answer(status=416), Answer(NEWER)),
    "the range is of a newer version": (a_range(NEWER, HALF, '"v2"'), Answer(NEWER)),
    "the range begins elsewhere": (a_range(NEWER, HALF + 10), Answer(NEWER)),
    "the range is not named": (Answer(NEWER[HALF:], 206, {"ETag": '"v1"'}), Answer(NEWER)),
    "the range is compressed": (a_range(NEWER, HALF, **{"Content-Encoding": "gzip"}), Answer(NEWER)),
    "the range is longer than it says": (
        Answer(NEWER[HALF:], 206, {"Content-Range": f"bytes {HALF}-{HALF}/{HALF + 1}"}), Answer(NEWER),
    ),
    "the version is new": (ranged(NEWER, '"v2"'),),
}


@pytest.mark.parametrize("answers", START_OVER.values(), ids=START_OVER)
def test_a_download_that_cannot_be_continued_starts_over_at_once(
    server: HostileServer, clock: Clock, tmp_path: Path, answers: tuple[Script, ...]
) -> None:
    url = interrupted(server, tmp_path, ranged(DATA, cut=HALF))
    server.script("/data.csv", *answers)
    with fetcher_with(clock, attempts=1) as fetcher:
        found = fetcher.download(RemoteFile("data.csv", url), tmp_path)
    assert found is not None
    assert found.sha256 == sha256(NEWER)
    assert len(server.requests) == len(answers)
    assert names(tmp_path) == {"data.csv"}


def test_a_range_may_come_in_pieces(server: HostileServer, fetcher: Fetcher, tmp_path: Path) -> None:
    url = interrupted(server, tmp_path, ranged(DATA, cut=HALF))
    span = {"ETag": '"v1"', "Content-Range": f"bytes {HALF}-{HALF + 999}/{len(DATA)}"}
    server.script("/data.csv", Answer(DATA[HALF:HALF + 1000], 206, span), ranged(DATA))
    found = fetcher.download(RemoteFile("data.csv", url), tmp_path)
    assert found is not None
    assert found.sha256 == sha256(DATA)
    assert [request.headers["range"] for request in server.requests] == [f"bytes={HALF}-", f"bytes={HALF + 1000}-"]


def test_what_came_compressed_for_the_way_is_not_continued(
    server: HostileServer, fetcher: Fetcher, tmp_path: Path
) -> None:
    packed = gzip.compress(DATA, compresslevel=0)
    way = Answer(packed, headers={"ETag": '"v1"', "Content-Encoding": "gzip"}, cut=len(packed) // 2)
    url = server.script("/data.csv", way, ranged(DATA))
    found = fetcher.download(RemoteFile("data.csv", url), tmp_path)
    assert found is not None
    assert found.sha256 == sha256(DATA)
    assert "range" not in server.requests[1].headers


NO_PROOF = {
    "no note": None,
    "not JSON": "{",
    "not an object": "[]",
    "other fields": '{"url": "URL", "size": 3}',
    "no text": '{"url": "URL", "etag": 3, "last_modified": ""}',
    "nothing to compare": '{"url": "URL", "etag": "", "last_modified": ""}',
    "a weak etag": '{"url": "URL", "etag": "W/\\"v1\\"", "last_modified": ""}',
    "another address": '{"url": "http://127.0.0.1/other", "etag": "\\"v1\\"", "last_modified": ""}',
    "a header inside": '{"url": "URL", "etag": "\\"v1\\"\\r\\nX: y", "last_modified": ""}',
    "not ASCII": '{"url": "URL", "etag": "\\"é\\"", "last_modified": ""}',
}


@pytest.mark.parametrize("note", NO_PROOF.values(), ids=NO_PROOF)
def test_a_part_without_proof_of_its_version_is_not_continued(
    server: HostileServer, fetcher: Fetcher, tmp_path: Path, note: str | None
) -> None:
    url = server.script("/data.csv", ranged(DATA))
    (tmp_path / "data.csv.part").write_bytes(NEWER[:HALF])
    if note is not None:
        (tmp_path / "data.csv.part.json").write_text(note.replace("URL", url))
    found = fetcher.download(RemoteFile("data.csv", url), tmp_path)
    assert found is not None
    assert found.sha256 == sha256(DATA)
    assert "range" not in server.requests[0].headers


def test_a_server_without_versions_leaves_no_part_behind(server: HostileServer, tmp_path: Path) -> None:
    interrupted(server, tmp_path, ranged(DATA, etag="", cut=HALF))
    assert names(tmp_path) == set()


def test_an_etag_that_is_not_ascii_does_no_harm(server: HostileServer, fetcher: Fetcher, tmp_path: Path) -> None:
    odd = Answer(DATA, headers={"ETag": '"é"'}, cut=HALF)
    url = server.script("/data.csv", odd, ranged(DATA))
    found = fetcher.download(RemoteFile("data.csv", url), tmp_path)
    assert found is not None
    assert found.sha256 == sha256(DATA)


@pytest.mark.parametrize("etag", ['"v1"', ""])
def test_ctrl_c_leaves_what_can_be_continued_and_nothing_else(
    server: HostileServer, fetcher: Fetcher, tmp_path: Path, etag: str
) -> None:
    def pressed(_name: str, done: int, _total: int | None) -> None:
        if done > HALF:
            raise KeyboardInterrupt

    url = server.script("/data.csv", ranged(DATA, etag))
    with fetcher_with(Clock(), report=pressed) as first, pytest.raises(KeyboardInterrupt):
        first.download(RemoteFile("data.csv", url), tmp_path)
    assert names(tmp_path) == ({"data.csv.part", "data.csv.part.json"} if etag else set())
    found = fetcher.download(RemoteFile("data.csv", url), tmp_path)
    assert found is not None
    assert found.sha256 == sha256(DATA)
    assert ("range" in server.requests[-1].headers) == bool(etag)


def test_a_maintenance_page_does_not_cost_the_part(server: HostileServer, fetcher: Fetcher, tmp_path: Path) -> None:
    url = interrupted(server, tmp_path, ranged(DATA, cut=HALF))
    server.script("/data.csv", Answer(b"<html>Back soon"), ranged(DATA))
    with pytest.raises(SourceUnreadable, match="web page"):
        fetcher.download(RemoteFile("data.csv", url), tmp_path)
    assert fetcher.download(RemoteFile("data.csv", url), tmp_path) is not None
    assert server.requests[-1].headers["range"] == f"bytes={HALF}-"
