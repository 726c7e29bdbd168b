"""Fetching where a server fails for a while, refuses for good, or sends elsewhere."""

import socket
from collections.abc import Iterator, Mapping
from pathlib import Path
from types import SimpleNamespace

import httpx
import pytest
import stamina
from fetching import DATA, DATE, HALF, Clock, fetcher_with, names, sha256
from hostile_server import Answer, HostileServer, ranged
from hypothesis import given
from hypothesis import strategies as st

from openvalley.errors import SourceUnavailable, SourceUnreadable
from openvalley.sources.answers import Transient, steady
from openvalley.sources.fetch import Fetcher, RemoteFile
from openvalley.sources.specification import Fetching, Limits
from openvalley.sources.throttle import Throttle, asked_pause

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
    drip = Answer(DATA, headers={"ETag": '"v1"'}, drip=20)
    with Fetcher(Fetching(attempts=1), Limits(), throttle=Throttle(1000, clock=lambda: server.seconds)) as fetcher:
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
