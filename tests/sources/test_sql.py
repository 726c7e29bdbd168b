"""SQL expressions that connectors share: what registers write, and what it means."""

import duckdb
import pytest

from openvalley.sources import sql


def _value(expression, text):
    ((value,),) = duckdb.execute(f"SELECT {expression} FROM (SELECT ?::VARCHAR AS x)", [text]).fetchall()
    return value


@pytest.mark.parametrize(("text", "expected"), [
    ("a", "a"), (" a b \n", "a b"), ("\u00a0", None), ("", None), (" \t\r\n", None), (None, None),
])
def test_filled(text, expected):
    assert _value(sql.filled("x"), text) == expected


@pytest.mark.parametrize(("text", "expected"), [
    ("https://www.schelde.example/en", "schelde.example"), ("HTTP://WWW2.Schelde.Example", "schelde.example"),
    ("schelde.example", "schelde.example"), ("https://lab.schelde.example:8080/x", "lab.schelde.example"),
    ("https://www.linkedin.com/company/x", None), ("http://x", None), ("none", None), ("", None), (None, None),
    ("info@schelde.example", None),
])
def test_domain(text, expected):
    assert _value(sql.domain("x"), text) == expected


@pytest.mark.parametrize(("text", "expected", "wrong"), [
    ("12.5", 12.5, False), ("12,5", 12.5, False), ("0", 0.0, False), ("", None, False), (None, None, False),
    ("-1", None, True), ("1.234,5", None, True), ("many", None, True), ("NaN", None, True), ("inf", None, True),
    ("1e400", None, True),
])
def test_money(text, expected, wrong):
    assert bool(_value(sql.wrong_money("x"), text)) is wrong
    if not wrong:
        assert _value(sql.money("x"), text) == expected


@pytest.mark.parametrize(("text", "expected", "wrong"), [
    ("2020-02-29", "2020-02-29", False), ("2020-02-29T10:00:00Z", "2020-02-29", False), ("", None, False),
    (None, None, False), ("2020-13-40", None, True), ("2021-02-29", None, True), ("29/02/2020", None, True),
    ("2020", None, True), ("infinity", None, True), ("epoch", None, True), ("today", None, True),
])
def test_day(text, expected, wrong):
    value = _value(sql.day("x"), text)
    assert (None if value is None else value.isoformat()) == expected
    assert bool(_value(sql.wrong_day("x"), text)) is wrong


@pytest.mark.parametrize(("text", "expected"), [
    ("BE", "BE"), ("be ", "BE"), ("EL", "GR"), ("UK", "GB"), ("BEL", None), ("B1", None), ("", None), (None, None),
])
def test_country(text, expected):
    assert _value(sql.country("x"), text) == expected
