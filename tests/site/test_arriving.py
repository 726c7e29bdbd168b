"""Whoever sends slowly, or nothing more, keeps nobody else waiting; what is sent in time is read as it was sent."""

import io
from concurrent.futures import ThreadPoolExecutor
from threading import Event, Semaphore

import pytest

from openvalley.site.arriving import AT_WORK, Arriving

_LONG = 60.0


class _Stalled:
    """A body whose sender has stopped sending, until it hangs up."""

    def __init__(self):
        self.hung_up = Event()

    def read(self, _length):
        assert self.hung_up.wait(_LONG)
        raise ConnectionResetError


def _echo(environ, start_response):
    start_response("200 OK", [])
    return [environ["wsgi.input"].read()]


def _ask(application, body=None, length=None):
    statuses = []
    environ = {"CONTENT_LENGTH": "" if length is None else str(length), "wsgi.input": body or io.BytesIO()}
    return b"".join(application(environ, lambda status, _headers: statuses.append(status))), statuses


@pytest.mark.parametrize(("body", "length"), [(b"", None), (b"a=1", 3), (b"x" * 1_000_000, 1_000_000), (b"cut", 9)])
def test_what_is_sent_is_read_as_it_was_sent(body, length):
    assert _ask(Arriving(_echo), io.BytesIO(body), length) == (body, ["200 OK"])


def test_a_body_that_does_not_arrive_is_given_up():
    stalled = _Stalled()
    answer, statuses = _ask(Arriving(_echo, patience=0.05), stalled, 1_000)
    stalled.hung_up.set()
    assert statuses == ["408 Request Timeout"]
    assert b"too long" in answer


def test_a_sender_who_hangs_up_is_no_mistake_of_ours():
    stalled = _Stalled()
    stalled.hung_up.set()
    assert _ask(Arriving(_echo), stalled, 1_000) == (b"", ["200 OK"])


def test_what_no_page_takes_is_not_read():
    stalled = _Stalled()
    answer, _ = _ask(Arriving(lambda _environ, start: start("413 Too Large", []) or [b"no"]), stalled, 100_000_000)
    assert answer == b"no"


def test_many_who_send_slowly_keep_nobody_waiting():
    application, stalled = Arriving(_echo), [_Stalled() for _ in range(5 * AT_WORK)]
    with ThreadPoolExecutor(len(stalled)) as slow:
        waiting = [slow.submit(_ask, application, body, 1_000) for body in stalled]
        for _ in range(3):
            assert _ask(application, io.BytesIO(b"a=1"), 3) == (b"a=1", ["200 OK"])
        assert not any(one.done() for one in waiting)
        for body in stalled:
            body.hung_up.set()


def test_only_so_many_work_at_the_same_time():
    working, go = Semaphore(0), Event()
    most = []

    def application(environ, start_response):
        working.release()
        most.append(working._value)
        assert go.wait(_LONG)
        working.acquire()
        return _echo(environ, start_response)

    arriving = Arriving(application)
    with ThreadPoolExecutor(3 * AT_WORK) as readers:
        asked = [readers.submit(_ask, arriving) for _ in range(3 * AT_WORK)]
        go.set()
        assert {one.result()[1][0] for one in asked} == {"200 OK"}
    assert max(most) <= AT_WORK


def test_a_mistake_of_the_site_is_passed_on():
    def broken(_environ, _start_response):
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        _ask(Arriving(broken))
