"""The day of today, for what depends on it: what is looked at does not change its day under the test's hands."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import TypeVar

_Seen = TypeVar("_Seen")


def today() -> date:
    """Return the day, as the atlas counts it."""
    return datetime.now(UTC).date()


def on_one_day(look: Callable[[], _Seen]) -> tuple[_Seen, date]:
    """Return what a look shows, and its day; where midnight fell in between, what another look shows."""
    while True:
        day = today()
        seen = look()
        if today() == day:
            return seen, day
