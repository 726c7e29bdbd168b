"""Cuts a cohort into months: every event without a period of its own must begin in the month."""

import calendar
import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta

from openvalley.errors import BadCohort
from openvalley.healthdata.cdm.cohorts import ALWAYS, All, AnyOf, Criterion, Event, Not, Period, leaves

#: Months of one series: ten years.
MOST_MONTHS = 120
_MONTH = re.compile(r"(\d{4})-(\d{2})", re.ASCII)


def months_of(told: object) -> tuple[date, ...]:
    """Return the first day of every month from one to another, both included.

    Args:
        told: ``{"from": "2023-01", "to": "2025-06"}``.

    Raises:
        BadCohort: it has not this form, ends before it begins, or is too long.

    """
    if not isinstance(told, Mapping) or set(told) != {"from", "to"}:
        raise BadCohort("series: from and to are needed, and nothing else.", term="series",
                        hint='Write {"from": "2023-01", "to": "2025-06"}.')
    first, last = _month(told["from"], "series.from"), _month(told["to"], "series.to")
    number = (last.year - first.year) * 12 + last.month - first.month + 1
    if not 1 <= number <= MOST_MONTHS:
        raise BadCohort(f"series: {number} months from {first:%Y-%m} to {last:%Y-%m}; 1 to {MOST_MONTHS} are answered.",
                        term=f"{first:%Y-%m}..{last:%Y-%m}")
    return tuple(date(first.year + (first.month - 1 + step) // 12, (first.month - 1 + step) % 12 + 1, 1)
                 for step in range(number))


def in_month(criterion: Criterion, first: date) -> Criterion:
    """Return the cohort of one month.

    Args:
        criterion: the cohort that is followed.
        first: the month's first day.

    """
    last = first + timedelta(days=calendar.monthrange(first.year, first.month)[1] - 1)
    match criterion:
        case All(parts):
            return All(tuple(in_month(part, first) for part in parts))
        case AnyOf(parts):
            return AnyOf(tuple(in_month(part, first) for part in parts))
        case Not(part):
            return Not(in_month(part, first))
        case Event(period=period) if period == ALWAYS:
            return replace(criterion, period=Period(first, last))
        case _:
            return criterion


def check_followed(criterion: Criterion) -> None:
    """Make sure that something in a cohort can change from month to month.

    Raises:
        BadCohort: every event has a period of its own, or there is none.

    """
    if not any(isinstance(leaf, Event) and leaf.period == ALWAYS for leaf in leaves(criterion)):
        raise BadCohort("Nothing in this cohort changes from month to month.", term="series",
                        hint="Ask for an event without from and to.")


def _month(told: object, where: str) -> date:
    found = _MONTH.fullmatch(told) if isinstance(told, str) else None
    if not found or not 1900 <= int(found[1]) <= 2199 or not 1 <= int(found[2]) <= 12:  # noqa: PLR2004 - of a calendar
        raise BadCohort(f"{where}: {str(told)[:40]!r} is no month.", hint="Write it as 2024-12.", term=where)
    return date(int(found[1]), int(found[2]), 1)
