"""Tells a rise from chance: the three methods of the Early Aberration Reporting System (EARS), C1, C2 and C3.

Sources: L. Hutwagner, W. Thompson, G. Seeman, T. Treadwell: The bioterrorism preparedness and response Early Aberration
Reporting System (EARS), J Urban Health 80(2 Suppl 1), 2003, i89-i96; formulas as in R. Fricker, B. Hegler, D. Dunfee:
Comparing syndromic surveillance detection methods: EARS' versus a CUSUM-based methodology, Stat Med 27, 2008,
3407-3429. C1 compares with the seven periods before, C2 leaves the last two of nine out so that a slow rise does not
hide itself, C3 adds up what C2 found in three periods.

Counts that may leave are rounded, and some are only known to lie below a minimum. Both widen what counts as chance: a
rounded count has the variance step^2/12 of an even spread, one below the minimum counts as its middle with the
variance minimum^2/12. Known limits: no season is taken off; with seven periods as baseline a yearly wave can raise an
alarm each year.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

#: Periods of a baseline, and how many C2 and C3 leave out before the one that is looked at.
BASELINE, LAG = 7, 2
#: Standard deviations above the baseline's mean that C1 and C2 call a rise, and the sum that C3 does.
THRESHOLD, THRESHOLD_C3 = 3.0, 2.0


@dataclass(frozen=True)
class Told:
    """A period's count.

    Attributes:
        count: rounded; None: below the minimum.
        variance: how far the true count may be off it, squared.

    """

    count: float
    variance: float

    @classmethod
    def of(cls, count: int | None, minimum: int, step: int) -> "Told":
        """Return a count with what rounding and suppression leave open."""
        if count is None:
            return cls((minimum - 1) / 2, minimum**2 / 12)
        return cls(count, step**2 / 12)

    def plus(self, other: "Told") -> "Told":
        """Return the sum of two nodes' counts."""
        return Told(self.count + other.count, self.variance + other.variance)


@dataclass(frozen=True)
class Signal:
    """What the methods make of a period; None: too few periods before it.

    Attributes:
        c1: standard deviations above the seven periods before.
        c2: the same, the last two left out.
        c3: sum of what three periods' C2 have above one.

    """

    c1: float | None
    c2: float | None
    c3: float | None

    @property
    def alarms(self) -> tuple[str, ...]:
        """Names of the methods that call it a rise."""
        limits = (("C1", self.c1, THRESHOLD), ("C2", self.c2, THRESHOLD), ("C3", self.c3, THRESHOLD_C3))
        return tuple(name for name, value, limit in limits if value is not None and value > limit)


def signals(series: Sequence[Told]) -> list[Signal]:
    """Return what the methods make of each period of a series, oldest first."""
    c2 = [_above(series, place, LAG) for place in range(len(series))]
    return [Signal(_above(series, place, 0), c2[place], _c3(c2, place)) for place in range(len(series))]


def _above(series: Sequence[Told], place: int, lag: int) -> float | None:
    """Return how many standard deviations a count lies above its baseline."""
    first = place - lag - BASELINE
    if first < 0:
        return None
    baseline = series[first:first + BASELINE]
    mean = sum(one.count for one in baseline) / BASELINE
    spread = sum((one.count - mean) ** 2 for one in baseline) / (BASELINE - 1)
    # Even a baseline that stands still is known no better than it was told, and varies at least as counts do (Poisson).
    chance = max(spread, mean, 1.0) + series[place].variance
    return (series[place].count - mean) / math.sqrt(chance)


def _c3(c2: Sequence[float | None], place: int) -> float | None:
    last = c2[max(0, place - 2):place + 1]
    known = [value for value in last if value is not None]
    return sum(max(0.0, value - 1) for value in known) if len(known) == 3 else None  # noqa: PLR2004 - as C3 is defined
