"""Looks into what a node answered: what can be used is used, what cannot is named with its reason."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any, TypeGuard

from openvalley.errors import BadInput
from openvalley.healthdata.hub.asking import Heard
from openvalley.healthdata.sketching import opened

#: How far a node's clock may be from the hub's. An answer that is older may be an old one, kept by somebody between;
#: limits of a day and last days of keys hold by the node's clock too.
SKEW = timedelta(minutes=5)
_OK = 200
#: A sketch holds as many as the count says, give or take its own error (0.7 % standard, here five of them).
_SKETCH_ERROR = 0.035
#: Characters of a node's own words that are repeated.
_WORDS = 200


@dataclass(frozen=True)
class NodeAnswer:
    """A node's part of an answer.

    Attributes:
        node: its name.
        count: what is added; None: nothing.
        note: what must be known of it; empty: nothing.
        sketch: of its patients, where it sent one.
        used: whether the answer can be used; a count below the node's minimum can, it just is not told.

    """

    node: str
    count: int | None
    note: str = ""
    sketch: str | None = None
    used: bool = True


class _Unusable(Exception):  # noqa: N818 - a fact about an answer, never raised past this module
    pass


@dataclass(frozen=True)
class NodeSeries:
    """A node's months.

    Attributes:
        node: its name.
        counts: of each month that was asked about; None: below the node's minimum, or not told.
        minimum: the node's minimum count.
        rounding: what its counts are multiples of.
        note: why there are no counts; empty: there are.

    """

    node: str
    counts: tuple[int | None, ...] = ()
    minimum: int = 0
    rounding: int = 1
    note: str = ""


def judged(heard: Heard) -> NodeAnswer:
    """Return what a node's answer comes to; never an error: a node may send whatever it likes."""
    name = heard.node.name
    try:
        return _answered(name, _opened(heard), heard)
    except _Unusable as problem:
        return NodeAnswer(name, None, str(problem), used=False)


def judged_series(heard: Heard, months: Sequence[str]) -> NodeSeries:
    """Return what a node's months come to; never an error.

    Args:
        heard: what came back.
        months: the months that were asked about, such as 2024-12.

    """
    name = heard.node.name
    try:
        info = _object(_opened(heard).get("info"))
        _check_clock(info, heard)
        series, minimum, step = info.get("series"), info.get("minimumCount"), info.get("rounding")
        if not isinstance(series, list) or [_object(one).get("month") for one in series] != list(months):
            raise _Unusable("tells no months: does it run another version?")  # noqa: TRY301
        counts = tuple(one.get("count") for one in series)
        if not all(count is None or _is_number(count) for count in counts) or not (
                _is_number(minimum) and _is_number(step)):
            raise _Unusable("its counts are no numbers of persons")  # noqa: TRY301
        population = info.get("population")
        highest = max((count for count in counts if count is not None), default=0)
        if _is_number(population) and highest > population:
            raise _Unusable(f"not used: it counts {highest:,} of its {population:,} persons")  # noqa: TRY301
        return NodeSeries(name, counts, minimum, step)
    except _Unusable as problem:
        return NodeSeries(name, note=str(problem))


def _opened(heard: Heard) -> Mapping[str, Any]:
    """Return the document of an answer that says yes."""
    if heard.problem:
        raise _Unusable(heard.problem)
    try:
        document = json.loads(heard.body)
    except (ValueError, RecursionError):
        raise _Unusable(f"its answer is no Beacon document (HTTP {heard.status})") from None
    told = _object(document)
    if heard.status != _OK:
        raise _Unusable(f"refused ({heard.status}): {_words(told)}")
    return told


def _is_number(value: object) -> TypeGuard[int]:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0


def _answered(name: str, document: Mapping[str, Any], heard: Heard) -> NodeAnswer:
    summary, info = _object(document.get("responseSummary")), _object(document.get("info", {}))
    _check_clock(info, heard)
    notes = [str(note)[:_WORDS] for note in info.get("notes", []) if isinstance(note, str)][:5]
    count = summary.get("numTotalResults")
    if count is None:
        if summary.get("exists") is not False:
            return NodeAnswer(name, None, "tells only that there are some", used=False)
        least = info.get("minimumCount")
        told = f"fewer than {least}, perhaps nobody" if isinstance(least, int) else "too few to tell, perhaps nobody"
        return NodeAnswer(name, None, "; ".join([told, *notes]))
    if not _is_number(count):
        raise _Unusable("its count is no number of persons")
    population = info.get("population")
    if isinstance(population, int) and count > population:
        raise _Unusable(f"not used: it counts {count:,} of its {population:,} persons")
    return NodeAnswer(name, count, "; ".join(notes), _sketch(info.get("sketch"), count))


def _sketch(told: object, count: int) -> str | None:
    """Return a sketch that fits its count."""
    if told is None:
        return None
    try:
        estimate = opened(str(told)).get_estimate()
    except BadInput as problem:
        raise _Unusable(f"not used: {problem.message}") from problem
    if abs(estimate - count) > _SKETCH_ERROR * count + 1:
        raise _Unusable(f"not used: its sketch holds about {estimate:,.0f} persons, its count says {count:,}")
    return str(told)


def _check_clock(info: Mapping[str, Any], heard: Heard) -> None:
    for moment in (_moment(info.get("answeredAt")), _header(heard.date)):
        if moment is not None and abs(moment - heard.at) > SKEW:
            behind = heard.at - moment
            side = "behind" if behind > timedelta() else "ahead"
            raise _Unusable(f"not used: its clock is {_length(abs(behind))} {side}, the answer may be an old one")


def _moment(told: object) -> datetime | None:
    try:
        found = datetime.fromisoformat(str(told))
    except ValueError:
        return None
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def _header(told: str) -> datetime | None:
    try:
        found = parsedate_to_datetime(told)
    except (ValueError, TypeError):
        return None
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def _length(span: timedelta) -> str:
    hours = span / timedelta(hours=1)
    if span.days > 1:
        return f"{span.days:,} days"
    return f"{hours:.0f} hours" if hours > 1 else f"{span / timedelta(minutes=1):.0f} minutes"


def _object(value: object) -> Mapping[str, Any]:
    if not isinstance(value, dict):
        raise _Unusable("its answer is no Beacon document")
    return value


def _words(document: Mapping[str, Any]) -> str:
    error = document.get("error")
    told = error.get("errorMessage", "") if isinstance(error, dict) else ""
    return "".join(letter if letter.isprintable() else " " for letter in str(told))[:_WORDS]
