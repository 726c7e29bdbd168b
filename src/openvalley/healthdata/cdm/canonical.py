"""One form for all ways to write a cohort: what means the same by its logic alone is written the same."""

import hashlib
import json
from datetime import date
from typing import Any

from openvalley.healthdata.cdm.cohorts import (
    Age,
    All,
    AnyOf,
    Criterion,
    Event,
    Not,
    Observed,
    OfSex,
    Period,
    Range,
)


def document(criterion: Criterion) -> dict[str, Any]:  # noqa: PLR0911 - one a form of criterion
    """Return a criterion as the JSON object that `asking.cohort_from` reads.

    Nested ands and ors are joined, parts sorted and named once, two nots cancel each other, bounds that say nothing
    are left out.
    """
    match criterion:
        case All(parts):
            return _joined("all", parts)
        case AnyOf(parts):
            return _joined("any", parts)
        case Not(Not(part)):
            return document(part)
        case Not(part):
            return {"not": document(part)}
        case Event():
            return _event(criterion)
        case Age(years, on):
            return {"age": {**_range(years, whole=True), **({"on": on.isoformat()} if on else {})}}
        case OfSex(sex):
            return {"sex": sex.value}
        case Observed(period):
            return {"observed": _period(period)}


def text(criterion: Criterion) -> str:
    """Return the canonical form as one line of JSON."""
    return json.dumps(document(criterion), sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def digest(criterion: Criterion) -> str:
    """Return the SHA-256 of the canonical form, as 64 hexadecimal digits."""
    return hashlib.sha256(text(criterion).encode()).hexdigest()


def _joined(word: str, parts: tuple[Criterion, ...]) -> dict[str, Any]:
    flat: dict[str, dict[str, Any]] = {}
    for part in parts:
        told = document(part)
        for one in told.get(word, [told]):
            flat[json.dumps(one, sort_keys=True, ensure_ascii=False)] = one
    ordered = [flat[key] for key in sorted(flat)]
    return ordered[0] if len(ordered) == 1 else {word: ordered}


def _event(event: Event) -> dict[str, Any]:
    told: dict[str, Any] = {event.kind.value: event.concept, **_period(event.period), **_range(event.value)}
    if not event.descendants:
        told["descendants"] = False
    if event.days > 1:
        told["days"] = event.days
    if event.age != Range():
        told["age"] = _range(event.age, whole=True)
    if event.unit:
        told["unit"] = event.unit
    return told


def _period(period: Period) -> dict[str, str]:
    bounds: dict[str, date | None] = {"from": period.since, "to": period.until}
    return {word: day.isoformat() for word, day in bounds.items() if day}


def _range(numbers: Range, *, whole: bool = False) -> dict[str, float]:
    bounds = {"min": numbers.least, "max": numbers.most}
    return {word: int(number) if whole or number.is_integer() else number
            for word, number in bounds.items() if number is not None}
