"""Fetching: what a good answer gives, questions, unchanged files and the pace."""

import email
import gzip
import json
from itertools import pairwise
from pathlib import Path

import pytest
from fetching import DATA, DATE, HALF, NEWER, Clock, fetcher_with, known_as, names, sha256
from hostile_server import Answer, HostileServer, Request, Script, ranged
from hypothesis import given
from hypothesis import strategies as st

from openvalley import __version__
from openvalley.errors import SourceUnreadable
from openvalley.sources.archive import ArchivedFile
from openvalley.sources.asking import Question
from openvalley.sources.fetch import Fetcher, RemoteFile
from openvalley.sources.throttle import Throttle


def test_a_download_is_described_by_what_came(server: HostileServer, fetcher: Fetcher, tmp_path: Path) -> None:
    url = server.script("/data.csv", ranged(DATA, '"v1"', DATE))
    found = fetcher.download(RemoteFile("data.csv", url), tmp_path / "new" / "folder")
    assert found == ArchivedFile("data.csv", url, sha256(DATA), len(DATA), '"v1"', DATE)
    assert (tmp_path / "new" / "folder" / "data.csv").read_bytes() == DATA
    assert names(tmp_path / "new" / "folder") == {"data.csv"}


def test_requests_say_who_asks(server: HostileServer, fetcher: Fetcher) -> None:
    fetcher.json(server.script("/a", Answer(b"{}")))
    assert server.requests[0].headers["user-agent"].startswith(f"openvalley/{__version__} ")


def test_bytes_are_asked_for_as_they_are(server: HostileServer, fetcher: Fetcher) -> None:
    fetcher.json(server.script("/a", Answer(b"{}")))
    assert server.requests[0].headers["accept-encoding"] == "identity"


def test_json_adds_its_parameters_to_those_in_the_address(server: HostileServer, fetcher: Fetcher) -> None:
    server.script("/api", Answer('\ufeff{"naam": "Universiteit Gent é"}'.encode()))
    assert fetcher.json(server.url("/api?q=gent"), {"page": 2}) == {"naam": "Universiteit Gent é"}
    assert server.requests[0].path == "/api?q=gent&page=2"


def test_progress_is_reported_up_to_the_whole(server: HostileServer, clock: Clock, tmp_path: Path) -> None:
    seen: list[tuple[str, int, int | None]] = []
    with fetcher_with(clock, report=lambda *step: seen.append(step)) as fetcher:
        fetcher.download(RemoteFile("data.csv", server.script("/data.csv", ranged(DATA))), tmp_path)
    assert seen[-1] == ("data.csv", len(DATA), len(DATA))
    assert [done for _, done, _ in seen] == sorted(done for _, done, _ in seen)


@pytest.mark.parametrize(("name", "expected"), [("data.csv", DATA), ("data.csv.gz", gzip.compress(DATA, mtime=0))])
def test_compression_that_was_not_asked_for_is_undone_except_in_gz_files(
    server: HostileServer, fetcher: Fetcher, tmp_path: Path, name: str, expected: bytes
) -> None:
    url = server.script("/data", Answer(gzip.compress(DATA, mtime=0), headers={"Content-Encoding": "gzip"}))
    fetcher.download(RemoteFile(name, url), tmp_path)
    assert (tmp_path / name).read_bytes() == expected


# -- Questions that are sent along


def test_a_document_is_posted(server: HostileServer, fetcher: Fetcher) -> None:
    url = server.script("/ask", Answer(b'{"found": 3}'))
    assert fetcher.json(url, {"page": 2}, Question(document={"name": "Universit\u00e9"})) == {"found": 3}
    (request,) = server.requests
    assert (request.method, request.path) == ("POST", "/ask?page=2")
    assert request.headers["content-type"] == "application/json"
    assert json.loads(request.body) == {"name": "Universit\u00e9"}


def test_a_form_is_posted_with_a_json_document_in_each_part(server: HostileServer, fetcher: Fetcher) -> None:
    url = server.script("/ask", Answer(b"[]"))
    fetcher.json(url, question=Question(parts={"query": {"term": "\u00e9"}, "languages": ["en"]}))
    (request,) = server.requests
    form = email.message_from_bytes(b"Content-Type: " + request.headers["content-type"].encode() + b"\r\n\r\n"
                                    + request.body)
    assert form.get_content_type() == "multipart/form-data"
    found = {part.get_param("name", header="content-disposition"): part for part in form.get_payload()}
    assert {name: json.loads(part.get_payload(decode=True)) for name, part in found.items()} == {
        "query": {"term": "\u00e9"}, "languages": ["en"]}
    assert {part.get_content_type() for part in found.values()} == {"application/json"}


@pytest.mark.parametrize("bad", [Answer(status=429, headers={"Retry-After": "7"}), Answer(status=503),
                                 Answer(b'{"found": 3}', cut=4)], ids=["busy", "down", "cut"])
def test_a_question_is_asked_again_as_it_was(
    server: HostileServer, fetcher: Fetcher, clock: Clock, bad: Answer
) -> None:
    url = server.script("/ask", bad, Answer(b'{"found": 3}'))
    assert fetcher.json(url, question=Question(parts={"query": [1]})) == {"found": 3}
    first, second = server.requests
    assert (first.method, second.method) == ("POST", "POST")
    assert [b"[1]" in request.body for request in server.requests] == [True, True]
    assert clock.slept == pytest.approx([7 if bad.headers else 0.1])


def test_the_limits_hold_for_questions(server: HostileServer, clock: Clock) -> None:
    url = server.script("/ask", Answer(DATA))
    with fetcher_with(clock, limit=HALF) as fetcher, pytest.raises(SourceUnreadable, match="may send"):
        fetcher.json(url, question=Question(document={}))


# -- Unchanged files


def by_date(request: Request) -> Answer:
    return Answer(status=304) if request.headers.get("if-modified-since") == DATE else Answer(NEWER)


@pytest.mark.parametrize(
    ("script", "etag", "date"),
    [(ranged(DATA), '"v1"', ""), (by_date, "", DATE), (ranged(DATA, 'W/"v1"'), 'W/"v1"', "")],
)
def test_an_unchanged_file_is_not_sent_again(
    server: HostileServer, fetcher: Fetcher, tmp_path: Path, script: Script, etag: str, date: str
) -> None:
    url = server.script("/data.csv", script)
    assert fetcher.download(RemoteFile("data.csv", url), tmp_path, known_as(url, etag, date)) is None
    assert names(tmp_path) == set()


@pytest.mark.parametrize("origin", ["same address", "https://elsewhere.example/data.csv"])
def test_a_changed_or_moved_file_is_sent_whole(
    server: HostileServer, fetcher: Fetcher, tmp_path: Path, origin: str
) -> None:
    moved = origin != "same address"
    url = server.script("/data.csv", ranged(NEWER, '"v1"' if moved else '"v2"'))
    found = fetcher.download(RemoteFile("data.csv", url), tmp_path, known_as(origin if moved else url, '"v1"'))
    assert found is not None
    assert found.sha256 == sha256(NEWER)


# -- Pace


def test_requests_keep_the_pace_also_along_redirects(server: HostileServer, fetcher: Fetcher, clock: Clock) -> None:
    server.script("/b", Answer(b"{}"))
    fetcher.json(server.script("/a", Answer(status=302, headers={"Location": "/b"})))
    fetcher.json(server.url("/b"))
    assert clock.slept == pytest.approx([0.1, 0.1])


def test_another_attempt_keeps_the_pace(server: HostileServer, fetcher: Fetcher, clock: Clock) -> None:
    fetcher.json(server.script("/j", Answer(status=500), Answer(b"[1]")))
    assert clock.slept == pytest.approx([0.1])


@given(rate=st.floats(0.01, 1000), pauses=st.lists(st.floats(0, 100), max_size=30))
def test_no_two_requests_leave_closer_than_the_pace(rate: float, pauses: list[float]) -> None:
    clock = Clock()
    throttle = Throttle(rate, clock=lambda: clock.now, sleep=clock.sleep)
    left = []
    for pause in [0.0, *pauses]:
        clock.now += pause
        throttle.wait()
        left.append(clock.now)
    assert all(later - earlier >= (1 - 1e-9) / rate - 1e-9 for earlier, later in pairwise(left))
