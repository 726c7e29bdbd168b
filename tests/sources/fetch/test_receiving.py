"""Fetching: content that must not get in, names that must not get out, the disk, and errors of our own only."""

import errno
import gzip
import hashlib
import json
from collections.abc import Mapping
from pathlib import Path

import httpx
import pytest
from fetching import DATA, HALF, NEWER, Clock, fetcher_with, interrupted, known_as, names, sha256
from hostile_server import Answer, HostileServer, ranged
from hypothesis import given
from hypothesis import strategies as st

from openvalley.errors import OpenValleyError, SourceUnavailable, SourceUnreadable, StorageFailed
from openvalley.sources.fetch import Fetcher, RemoteFile


@pytest.mark.parametrize("kind", ["md5", "sha256"])
def test_a_damaged_file_is_fetched_once_more(
    server: HostileServer, fetcher: Fetcher, tmp_path: Path, kind: str
) -> None:
    url = server.script("/data.csv", ranged(NEWER), ranged(DATA))
    published = f"{kind}:{hashlib.new(kind, DATA).hexdigest().upper()}"
    found = fetcher.download(RemoteFile("data.csv", url, published), tmp_path, known_as(url, '"v0"'))
    assert found is not None
    assert found.sha256 == sha256(DATA)
    assert not {"range", "if-none-match"} & set(server.requests[1].headers)


@pytest.mark.parametrize(
    ("checksum", "size"), [(f"sha256:{sha256(NEWER)}", None), ("", len(DATA) + 1), ("", len(DATA) - 1)]
)
def test_a_file_that_is_damaged_twice_is_refused(
    server: HostileServer, fetcher: Fetcher, tmp_path: Path, checksum: str, size: int | None
) -> None:
    url = server.script("/data.csv", ranged(DATA))
    with pytest.raises(SourceUnreadable, match="came twice"):
        fetcher.download(RemoteFile("data.csv", url, checksum, size), tmp_path)
    assert len(server.requests) == 2
    assert names(tmp_path) == set()


def test_a_part_spoilt_on_disk_is_found_out(server: HostileServer, fetcher: Fetcher, tmp_path: Path) -> None:
    url = interrupted(server, tmp_path, ranged(DATA, cut=HALF))
    server.script("/data.csv", ranged(DATA))
    (tmp_path / "data.csv.part").write_bytes(b"\0" * HALF)
    found = fetcher.download(RemoteFile("data.csv", url, f"sha256:{sha256(DATA)}"), tmp_path)
    assert found is not None
    assert (tmp_path / "data.csv").read_bytes() == DATA


BOMB = gzip.compress(b"0" * 2_000_000)
TOO_LARGE = {
    "declared": Answer(DATA, headers={"ETag": '"v1"'}),
    "declared, and not even sent": Answer(b"id,name", headers={"Content-Length": "99999999999"}),
    "not declared": Answer(DATA, headers={"ETag": '"v1"'}, sized=False),
    "compressed for the way": Answer(BOMB, headers={"Content-Encoding": "gzip"}),
}


@pytest.mark.parametrize("answer", TOO_LARGE.values(), ids=TOO_LARGE)
def test_more_than_the_limit_is_refused_and_removed(
    server: HostileServer, clock: Clock, tmp_path: Path, answer: Answer
) -> None:
    url = server.script("/data.csv", answer)
    with fetcher_with(clock, limit=HALF) as fetcher:
        with pytest.raises(SourceUnreadable, match="may send") as caught:
            fetcher.download(RemoteFile("data.csv", url), tmp_path)
        with pytest.raises(SourceUnreadable, match="may send"):
            fetcher.json(url)
    assert "limits.packed_bytes" in caught.value.hint
    assert len(server.requests) == 2
    assert names(tmp_path) == set()


def test_a_file_published_as_too_large_is_not_even_asked_for(
    server: HostileServer, clock: Clock, tmp_path: Path
) -> None:
    with fetcher_with(clock, limit=HALF) as fetcher, pytest.raises(SourceUnreadable, match="may send"):
        fetcher.download(RemoteFile("data.csv", server.url("/data.csv"), size=len(DATA)), tmp_path)
    assert server.requests == []


PAGES = [
    b"<html>", b"<!doctype html><p>", b"<!DOCTYPE HTML PUBLIC>", b"\xef\xbb\xbf\r\n\t <HTML lang=nl>",
    b'<?xml version="1.0"?>\n<!DOCTYPE html>', b"<!-- cookie wall -->\n<html>",
]


@pytest.mark.parametrize("page", PAGES)
def test_a_web_page_instead_of_data_is_refused(
    server: HostileServer, fetcher: Fetcher, tmp_path: Path, page: bytes
) -> None:
    url = server.script("/data.csv", Answer(page, headers={"Content-Type": "text/csv"}))
    with pytest.raises(SourceUnreadable, match="web page"):
        fetcher.download(RemoteFile("data.csv", url), tmp_path)
    with pytest.raises(SourceUnreadable, match="web page"):
        fetcher.json(url)
    assert names(tmp_path) == set()


@pytest.mark.parametrize(
    ("name", "content"),
    [("page.html", b"<html>"), ("data.xml", b"<?xml version='1.0'?><rows/>"), ("data.csv", b"tag\n<html>\n"),
     ("empty.csv", b""), ("data.json", b'"<html>"'), ("data.xml", b"<htmlish/>")],
)
def test_what_only_resembles_a_web_page_is_taken(
    server: HostileServer, fetcher: Fetcher, tmp_path: Path, name: str, content: bytes
) -> None:
    assert fetcher.download(RemoteFile(name, server.script("/f", Answer(content))), tmp_path) is not None
    assert (tmp_path / name).read_bytes() == content


@pytest.mark.parametrize("content", [b"", b"id,name\n", b'{"a": ', b"\xff\xfe\xfa", b"[" * 100_000])
def test_what_is_not_json_is_refused(server: HostileServer, fetcher: Fetcher, content: bytes) -> None:
    with pytest.raises(SourceUnreadable, match="did not answer JSON"):
        fetcher.json(server.script("/j", Answer(content)))


def test_broken_compression_is_an_unavailable_source(server: HostileServer, fetcher: Fetcher) -> None:
    with pytest.raises(SourceUnavailable, match=r"127\.0\.0\.1 cannot be read"):
        fetcher.json(server.script("/j", Answer(b"no gzip at all", headers={"Content-Encoding": "gzip"})))


NOT_PLAIN = ["", ".", "..", ".lock", "../up.csv", "a/b", "a\\b", "/etc/passwd", "a\0b", "a\nb", "x" * 250, "é" * 120,
             "\ud800"]


@pytest.mark.parametrize("name", NOT_PLAIN)
def test_a_name_that_could_leave_its_folder_is_refused(name: str) -> None:
    with pytest.raises(SourceUnreadable, match="file name"):
        RemoteFile(name, "https://register.example/")


@pytest.mark.parametrize("checksum", ["sha1:00", "md5", "md5:xyz", "0" * 32, "sha256:" + "0" * 32])
def test_a_checksum_of_an_unknown_kind_is_refused(checksum: str) -> None:
    with pytest.raises(SourceUnreadable, match="neither md5 nor sha256"):
        RemoteFile("data.csv", "https://register.example/", checksum)


# -- The disk


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="only Linux has a device that is always full")
def test_a_full_disk_is_told_as_such(server: HostileServer, fetcher: Fetcher, tmp_path: Path) -> None:
    (tmp_path / "data.csv.part").symlink_to("/dev/full")
    with pytest.raises(StorageFailed, match="full") as caught:
        fetcher.download(RemoteFile("data.csv", server.script("/data.csv", ranged(DATA))), tmp_path)
    assert caught.value.__cause__ is not None
    assert getattr(caught.value.__cause__, "errno", None) == errno.ENOSPC
    assert not (tmp_path / "data.csv").exists()


def test_a_folder_that_cannot_be_made_is_told_as_such(server: HostileServer, fetcher: Fetcher, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(StorageFailed, match="cannot be written"):
        fetcher.download(RemoteFile("data.csv", server.script("/data.csv", ranged(DATA))), tmp_path / "file" / "folder")
    assert server.requests == []


# -- Every error is one of ours


@given(
    status=st.integers(200, 599), body=st.binary(max_size=50),
    headers=st.dictionaries(
        st.sampled_from(["Location", "Content-Range", "Content-Encoding", "ETag", "Retry-After", "Content-Length"]),
        st.text(st.characters(min_codepoint=32, max_codepoint=255, exclude_characters="\x7f"), max_size=20), max_size=3,
    ),
)
def test_whatever_a_server_answers_no_foreign_error_comes_out(
    status: int, body: bytes, headers: Mapping[str, str]
) -> None:
    """The web is played here, because hundreds of connections would take long."""
    raw = [(name.encode(), value.encode("latin-1")) for name, value in headers.items()]

    def plays(_: httpx.HTTPTransport, __: httpx.Request) -> httpx.Response:
        return httpx.Response(status, headers=raw, stream=httpx.ByteStream(body))

    with pytest.MonkeyPatch.context() as patch, fetcher_with(Clock(), attempts=2) as fetcher:
        patch.setattr(httpx.HTTPTransport, "handle_request", plays)
        try:
            json.dumps(fetcher.json("https://register.example/"))
        except OpenValleyError as ours:
            assert ours.hint  # noqa: PT017 - either outcome is right, a third is not
