"""Logs are lines of JSON that say what went wrong and nothing of who was there."""

import json
import logging
import sys

import pytest

from openvalley.site.logs import JsonLines, is_told, without_readers


def _record(message, **more):
    record = logging.LogRecord("django.request", logging.WARNING, __file__, 1, message, (), more.pop("exc_info", None))
    vars(record).update(more)
    return json.loads(JsonLines().format(record))


def test_a_line_is_an_object_with_what_happened():
    told = _record("Not Found: /en/organisation/nobody", status_code=404)
    assert (told["level"], told["logger"], told["status"]) == ("warning", "django.request", 404)
    assert told["message"] == "Not Found: /en/organisation/nobody"
    assert told["at"].endswith("+00:00")


def test_an_exception_stays_on_one_line():
    try:
        int("an@kaai.example")
    except ValueError:
        told = _record("failed", exc_info=sys.exc_info())
    assert "[e-mail]" in told["exception"]
    assert "kaai" not in told["exception"]


def test_what_is_refused_at_the_door_fills_no_logs():
    try:
        int("the door")
    except ValueError:
        record = logging.LogRecord("django.security.DisallowedHost", logging.ERROR, __file__, 1,
                                   f"Invalid HTTP_HOST header: {'x' * 9_000!r}", (), sys.exc_info())
    line = JsonLines().format(record)
    assert "DisallowedHost" in line
    assert "Traceback" not in line
    assert len(line) < 1_000


@pytest.mark.parametrize(("text", "left"), [
    ("GET /en/search?q=my+disease failed", "GET /en/search?[query] failed"), ("from 192.0.2.17", "from [address]"),
    ("from 2001:db8:0:1::17 again", "from [address] again"), ("to an@kaai.example", "to [e-mail]"),
    ("atlas ec5377fd4621 built 2026-11-29T02:39:00", "atlas ec5377fd4621 built 2026-11-29T02:39:00"),
])
def test_nothing_of_a_reader_is_left(text, left):
    assert without_readers(text) == left


def test_the_site_logs_so(site):
    from django.conf import settings

    assert site.home.exists()
    assert settings.LOGGING["formatters"]["json"]["()"] == "openvalley.site.logs.JsonLines"
    assert settings.LOGGING["handlers"]["stderr"]["formatter"] == "json"


@pytest.mark.parametrize(("status", "terminal", "told"), [
    (404, True, False), (400, True, False), (404, False, True), (500, True, True)])
def test_a_terminal_is_not_filled_with_what_readers_asked_wrongly(monkeypatch, status, terminal, told):
    monkeypatch.setattr(sys.stderr, "isatty", lambda: terminal)
    record = logging.LogRecord("django.request", logging.WARNING, __file__, 1, "Not Found: /en/nobody", (), None)
    record.status_code = status
    assert is_told(record) is told


@pytest.mark.parametrize(("message", "told"), [
    ("Service Unavailable: /readyz", False), ("Service Unavailable: /en/", True), ("Not Found: /en/readyz-not", True)])
def test_not_being_ready_is_an_answer_and_no_mistake(message, told):
    record = logging.LogRecord("django.request", logging.ERROR, __file__, 1, message, (), None)
    assert is_told(record) is told
