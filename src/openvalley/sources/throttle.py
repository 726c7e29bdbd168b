"""How fast a register is asked: a steady pace, and the pauses it asks for itself."""

import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

#: Seconds. A register may ask for hours (RFC 9110, section 10.2.3); a person waits at the terminal, so a later `sync`
#: is the better answer to a longer pause.
LONGEST_PAUSE = 120.0


class Throttle:
    """Lets requests leave at an even pace, and none before a pause that the register asked for is over.

    It belongs to one fetcher and one thread. Clock and sleep can be replaced, so that tests need no real time.
    """

    def __init__(
        self,
        requests_per_second: float,
        *,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        """Take the pace; the clock must be monotonic, because a set-back wall clock would stall all requests."""
        self._interval = 1.0 / requests_per_second
        self._clock = clock
        self._sleep = sleep
        self._next = clock()

    def now(self) -> float:
        """Return the time, in seconds since some moment."""
        return self._clock()

    def wait(self) -> None:
        """Wait for this request's turn."""
        now = self._clock()
        if self._next > now:
            self._sleep(self._next - now)
        self._next = max(now, self._next) + self._interval

    def hold(self, seconds: float) -> None:
        """Let no request leave for this long: the pause holds for everything asked of the register, not one URL."""
        self._next = max(self._next, self._clock() + seconds)


def asked_pause(headers: Mapping[str, str]) -> float:
    """Return the seconds that a Retry-After header asks for, 0 to `LONGEST_PAUSE`; 0 when there is none to be read.

    A date is compared with the answer's own Date header where it has one: two clocks seldom agree.
    """
    asked = headers.get("retry-after", "").strip()
    if asked.isascii() and asked.isdigit():
        return min(float(asked), LONGEST_PAUSE)
    until = _http_date(asked)
    if until is None:
        return 0.0
    since = _http_date(headers.get("date", "")) or datetime.now(UTC)
    return min(max((until - since).total_seconds(), 0.0), LONGEST_PAUSE)


def _http_date(text: str) -> datetime | None:
    try:
        read = parsedate_to_datetime(text)
    except ValueError:
        return None
    return read if read.tzinfo else read.replace(tzinfo=UTC)
