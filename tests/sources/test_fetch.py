"""Fetching, against a server that misbehaves on purpose. No test waits for real, and none leaves this machine."""

import email
import errno
import gzip
import hashlib
import json
import socket
import sys
from collections.abc import Iterator, Mapping
from itertools import pairwise
from pathlib import Path
from types import SimpleNamespace

import httpx
import pytest
import stamina
from hypothesis import given
from hypothesis import strategies as st

from openvalley import __version__
from openvalley.errors import OpenValleyError, SourceUnavailable, SourceUnreadable, StorageFailed
from openvalley.sources.answers import Transient, steady
from openvalley.sources.archive import ArchivedFile
from openvalley.sources.asking import Question
from openvalley.sources.fetch import Fetcher, RemoteFile, Report
from openvalley.sources.specification import Fetching, Limits
from openvalley.sources.throttle import Throttle, asked_pause

sys.path.insert(0, str(Path(__file__).parent))
from hostile_server import Answer, HostileServer, Request, Script, ranged

#: Longer than any buffer on the way, so that a cut in the middle leaves bytes on both sides; no web page.
DATA = b"id,name\n" + b"".join(b"%06d,Universiteit\n" % row for row in range(30_000))
NEWER = DATA.replace(b"Universiteit", b"Hogeschool!!")
HALF = len(DATA) // 2
DATE = "Wed, 01 Jan 2025 00:00:00 GMT"


class Clock:
    """Time that passes only when somebody sleeps."""

    def __init__(self) -> None:
        self.now = 1000.0
        self.slept: list[float] = []

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds


@pytest.fixture(autouse=True)
def _no_waiting() -> Iterator[None]:
    with stamina.set_testing(True, attempts=100, cap=True):
        yield


@pytest.fixture(autouse=True)
def _no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_PROXY", "*")


@pytest.fixture
def server() -> Iterator[HostileServer]:
    with HostileServer() as running:
        yield running


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def fetcher(clock: Clock) -> Iterator[Fetcher]:
    with fetcher_with(clock) as made:
        yield made


def fetcher_with(clock: Clock, *, attempts: int = 3, limit: int = 10_000_000, report: Report | None = None) -> Fetcher:
    throttle = Throttle(10.0, clock=lambda: clock.now, sleep=clock.sleep)
    return Fetcher(Fetching(attempts=attempts), Limits(packed_bytes=limit), report=report, throttle=throttle)


def sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def names(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


def interrupted(server: HostileServer, into: Path, script: Script) -> str:
    """Bring half of /data.csv into the folder, as a process does that gives up; return the address."""
    url = server.script("/data.csv", script)
    with fetcher_with(Clock(), attempts=1) as first, pytest.raises(SourceUnavailable):
        first.download(RemoteFile("data.csv", url), into)
    server.requests.clear()
    return url


# -- What a good answer gives


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


def known_as(url: str, etag: str = "", last_modified: str = "") -> ArchivedFile:
    return ArchivedFile("data.csv", url, sha256(DATA), len(DATA), etag, last_modified)


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


# -- Failures that pass


PASSING = {
    **{f"status {status}": Answer(b"<html>", status) for status in (429, 500, 502, 503, 504)},
    "dropped": Answer(dropped=True),
    "cut in the middle": Answer(DATA, cut=HALF),
    "cut before the first byte": Answer(DATA, cut=0),
    "not HTTP": Answer(headers={"Content-Length": "many"}),
    "cut while chunked": Answer(b'5\r\n{"a":', headers={"Transfer-Encoding": "chunked"}, sized=False),
}


@pytest.mark.parametrize("bad", PASSING.values(), ids=PASSING)
def test_what_passes_is_tried_again(server: HostileServer, fetcher: Fetcher, tmp_path: Path, bad: Answer) -> None:
    found = fetcher.download(RemoteFile("data.csv", server.script("/f", bad, bad, ranged(DATA))), tmp_path)
    assert found is not None
    assert found.sha256 == sha256(DATA)
    assert fetcher.json(server.script("/j", bad, bad, Answer(b"[1]"))) == [1]


@pytest.mark.parametrize("bad", PASSING.values(), ids=PASSING)
def test_what_does_not_pass_ends_after_the_attempts_of_the_policy(
    server: HostileServer, fetcher: Fetcher, tmp_path: Path, bad: Answer
) -> None:
    with pytest.raises(SourceUnavailable, match=r"127\.0\.0\.1 cannot be used now: 3 attempts") as caught:
        fetcher.download(RemoteFile("data.csv", server.script("/f", bad)), tmp_path)
    assert "sync --mirror" in caught.value.hint
    assert len(server.requests) == 3
    assert names(tmp_path) == set()


@pytest.mark.parametrize(
    "kind",
    [httpx.ConnectTimeout, httpx.ReadTimeout, httpx.PoolTimeout, httpx.ConnectError, httpx.ReadError, httpx.ProxyError],
)
def test_a_connection_that_fails_once_is_tried_again(
    server: HostileServer, fetcher: Fetcher, monkeypatch: pytest.MonkeyPatch, kind: type[httpx.TransportError]
) -> None:
    real = httpx.HTTPTransport.handle_request
    failures = [kind("")]

    def fails_once(self: httpx.HTTPTransport, request: httpx.Request) -> httpx.Response:
        if failures:
            raise failures.pop()
        return real(self, request)

    monkeypatch.setattr(httpx.HTTPTransport, "handle_request", fails_once)
    assert fetcher.json(server.script("/j", Answer(b"[1]"))) == [1]


def test_waits_between_attempts_double_and_jitter(
    server: HostileServer, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    waits: list[float] = []
    monkeypatch.setattr("tenacity.nap.time", SimpleNamespace(sleep=waits.append))
    with stamina.set_testing(False), fetcher_with(clock, attempts=5) as fetcher, pytest.raises(SourceUnavailable):
        fetcher.json(server.script("/j", Answer(status=500)))
    assert len(waits) == 4
    assert all(base <= wait <= base + 1 for base, wait in zip([1, 2, 4, 8], waits, strict=True))
    assert any(wait != round(wait) for wait in waits)


PAUSES = {
    "none": ({}, 0),
    "seconds": ({"Retry-After": "7"}, 7),
    "date": ({"Retry-After": "Wed, 01 Jan 2025 00:00:30 GMT", "Date": DATE}, 30),
    "date without a zone": ({"Retry-After": "Wed, 01 Jan 2025 00:00:30 -0000", "Date": DATE}, 30),
    "date that is over": ({"Retry-After": DATE, "Date": "Wed, 01 Jan 2025 00:00:30 GMT"}, 0),
    "date without the server's own": ({"Retry-After": DATE}, 0),
    "too long": ({"Retry-After": "86400"}, 120),
    "absurd": ({"Retry-After": "9" * 5000}, 120),
    "negative": ({"Retry-After": "-5"}, 0),
    "words": ({"Retry-After": "soon"}, 0),
    "superscript": ({"Retry-After": "²"}, 0),
}


@pytest.mark.parametrize(("headers", "seconds"), PAUSES.values(), ids=PAUSES)
def test_the_pause_a_server_asks_for_is_read(headers: Mapping[str, str], seconds: float) -> None:
    assert asked_pause(httpx.Headers([(name.encode(), value.encode()) for name, value in headers.items()])) == seconds


def test_the_pause_a_server_asks_for_is_kept(server: HostileServer, fetcher: Fetcher, clock: Clock) -> None:
    busy = Answer(status=429, headers={"Retry-After": "7"})
    assert fetcher.json(server.script("/j", busy, Answer(b"[1]"))) == [1]
    assert clock.slept == pytest.approx([7])


def test_an_answer_that_breaks_off_without_a_word_is_asked_for_once_more(
    server: HostileServer, fetcher: Fetcher
) -> None:
    """A server that announces no length cannot be caught at the cut: only the JSON shows it."""
    cut = Answer(b'{"a": [1, 2', sized=False)
    assert fetcher.json(server.script("/j", cut, Answer(b'{"a": [1, 2]}'))) == {"a": [1, 2]}
    with pytest.raises(SourceUnreadable, match="twice"):
        fetcher.json(server.script("/k", cut))


def test_a_server_that_drips_is_given_up(server: HostileServer, tmp_path: Path) -> None:
    """Each byte comes in time, the whole never would: no time-out of the connection ends this."""
    drip = Answer(DATA, headers={"ETag": '"v1"'}, drip=0.05)
    calm = Throttle(1000, sleep=lambda _: None)
    with Fetcher(Fetching(attempts=1, timeout_seconds=1.0), Limits(), throttle=calm) as fetcher:
        for ask in (lambda: fetcher.json(server.script("/j", drip)),
                    lambda: fetcher.download(RemoteFile("data.csv", server.script("/f", drip)), tmp_path)):
            with pytest.raises(SourceUnavailable, match=r"sent \d+ bytes in"):
                ask()
    assert names(tmp_path) == set()


@given(sizes=st.lists(st.integers(0, 5_000), max_size=20), pauses=st.lists(st.floats(0, 50), max_size=20))
def test_blocks_that_come_fast_enough_all_pass(sizes: list[int], pauses: list[float]) -> None:
    clock = Clock()
    steps = list(zip(sizes, pauses, strict=False))

    def arriving() -> Iterator[bytes]:
        for size, pause in steps:
            clock.now += pause
            yield b"x" * size

    passed = 0
    try:
        passed = sum(len(block) for block in steady(arriving(), 60.0, lambda: clock.now))
    except Transient:
        assert sum(pause for _, pause in steps) >= 59.99  # before a whole time-out nobody is too slow
    else:
        assert passed == sum(size for size, _ in steps)


# -- Failures that stay


@pytest.mark.parametrize("status", [204, 206, 300, 304, 400, 401, 403, 404, 410, 416, 418, 451, 501, 999])
def test_a_refusal_is_not_repeated(server: HostileServer, fetcher: Fetcher, tmp_path: Path, status: int) -> None:
    with pytest.raises(SourceUnavailable, match=f"127.0.0.1 answered {status}") as caught:
        fetcher.download(RemoteFile("data.csv", server.script("/f", Answer(status=status))), tmp_path)
    assert caught.value.hint
    assert len(server.requests) == 1


def test_what_a_refusal_says_is_kept_for_the_connector(server: HostileServer, fetcher: Fetcher) -> None:
    with pytest.raises(SourceUnavailable) as caught:
        fetcher.json(server.script("/j", Answer(b'{"error": "unknown \xff code"}' + b" " * 9000, status=400)))
    said = caught.value.context["said"]
    assert said.startswith('{"error": "unknown \ufffd code"}')
    assert len(said) <= 2000
    assert "unknown" not in caught.value.message


def test_a_register_may_ask_for_patience(server: HostileServer, fetcher: Fetcher, clock: Clock) -> None:
    fetcher.pause(30)
    fetcher.json(server.script("/j", Answer(b"[1]")))
    assert clock.slept == [30]


def test_a_server_that_is_down_is_named_with_what_to_do(clock: Clock) -> None:
    with HostileServer() as gone:
        url = gone.url("/j")
    with fetcher_with(clock) as fetcher, pytest.raises(SourceUnavailable, match=r"127\.0\.0\.1") as caught:
        fetcher.json(url)
    assert "later" in caught.value.hint
    assert "sync --mirror" in caught.value.hint


def test_no_network_is_an_unavailable_source(fetcher: Fetcher, monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(*_: object, **__: object) -> None:
        raise socket.gaierror(-3, "Temporary failure in name resolution")

    monkeypatch.setattr(socket, "getaddrinfo", fails)
    with pytest.raises(SourceUnavailable, match=r"zenodo\.org .*name resolution"):
        fetcher.json("https://zenodo.org/api/records")


@pytest.mark.parametrize(
    "url",
    ["", "data.csv", "ftp://register.example/x", "file:///etc/passwd", "http://", "http://[::1", "http://a:b/", "http://x\0"],
)
def test_what_is_no_web_address_is_refused(fetcher: Fetcher, tmp_path: Path, url: str) -> None:
    with pytest.raises(SourceUnavailable, match="address"):
        fetcher.json(url)
    with pytest.raises(SourceUnavailable, match="address"):
        fetcher.download(RemoteFile("data.csv", url), tmp_path)


# -- Redirects


def test_redirects_are_followed_five_times_and_no_more(server: HostileServer, fetcher: Fetcher) -> None:
    for hop in range(6):
        server.script(f"/{hop}", Answer(status=302, headers={"Location": f"/{hop + 1}"}))
    server.script("/6", Answer(b"[1]"))
    assert fetcher.json(server.url("/1")) == [1]
    with pytest.raises(SourceUnavailable, match="redirects"):
        fetcher.json(server.url("/0"))


@pytest.mark.parametrize("target", ["file:///etc/passwd", "ftp://a.example/x", "javascript:alert(1)", "http://[::1"])
def test_a_redirect_that_leaves_the_web_is_refused(server: HostileServer, fetcher: Fetcher, target: str) -> None:
    with pytest.raises(SourceUnavailable, match=r"127\.0\.0\.1 redirects"):
        fetcher.json(server.script("/a", Answer(status=301, headers={"Location": target})))
    assert len(server.requests) == 1


@pytest.mark.parametrize("first", ["https://register.example/", "http://register.example/"])
def test_https_never_falls_back_to_http(fetcher: Fetcher, monkeypatch: pytest.MonkeyPatch, first: str) -> None:
    """The web is played here, because a local https server would need a certificate."""
    web = {
        "http://register.example/": "https://register.example/",
        "https://register.example/": "https://cdn.example/",
        "https://cdn.example/": "http://cdn.example/",
    }
    asked: list[str] = []

    def plays(_: httpx.HTTPTransport, request: httpx.Request) -> httpx.Response:
        asked.append(str(request.url))
        return httpx.Response(302, headers={"Location": web[str(request.url)]})

    monkeypatch.setattr(httpx.HTTPTransport, "handle_request", plays)
    with pytest.raises(SourceUnavailable, match="from https to http"):
        fetcher.json(first)
    assert asked[-1] == "https://cdn.example/"


# -- Resuming


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


# -- Content that must not get in


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
