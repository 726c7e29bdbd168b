"""Calls: whether one is open follows from its dates and the day, whatever its register's status says."""

from datetime import date

import pytest

from openvalley.atlas.funding import Standing, standing

_DAY = date(2026, 3, 10)


@pytest.mark.parametrize(("opens", "deadlines", "expected"), [
    (date(2026, 4, 1), [date(2026, 9, 1)], Standing.FORTHCOMING),
    (date(2026, 1, 1), [date(2026, 9, 1)], Standing.OPEN),
    (date(2026, 3, 10), [date(2026, 3, 10)], Standing.OPEN),
    (date(2026, 1, 1), [date(2026, 3, 9)], Standing.CLOSED),
    (date(2025, 1, 1), [date(2025, 2, 1), date(2026, 5, 1)], Standing.OPEN),
    (None, [date(2026, 5, 1)], Standing.OPEN),
    (date(2026, 1, 1), [], Standing.OPEN),
    (date(2026, 4, 1), [], Standing.FORTHCOMING),
    (None, [], Standing.UNKNOWN),
])
def test_dates_decide_where_a_call_stands(opens, deadlines, expected):
    assert standing(opens, deadlines, _DAY) == expected
