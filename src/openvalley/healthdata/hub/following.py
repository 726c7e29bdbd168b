"""Follows a cohort from month to month over all nodes, and says where it rises."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import reduce
from typing import Any

from openvalley.healthdata.cdm.cohorts import Criterion
from openvalley.healthdata.cdm.wording import described
from openvalley.healthdata.hub.asking import Clock, ask_all, now
from openvalley.healthdata.hub.judging import NodeSeries, judged_series
from openvalley.healthdata.hub.nodes import Hub
from openvalley.healthdata.trends.months import check_followed, months_of
from openvalley.healthdata.trends.surveillance import Signal, Told, signals


@dataclass(frozen=True)
class Month:
    """A month over all nodes.

    Attributes:
        month: such as 2024-12.
        total: sum of the counts that were told; None: none was.
        untold: nodes whose count is below their minimum.
        signal: what the methods make of it.

    """

    month: str
    total: int | None
    untold: int
    signal: Signal


@dataclass(frozen=True)
class TrendAnswer:
    """A cohort's months.

    Attributes:
        question: the cohort in words.
        nodes: names of all nodes with what must be known of them.
        months: oldest first; empty: no node could be used.

    """

    question: str
    nodes: tuple[tuple[str, str], ...]
    months: tuple[Month, ...]

    def as_data(self) -> dict[str, Any]:
        """Return the answer as `trend --json` prints it."""
        return {"question": self.question, "nodes": [{"node": name, "note": note} for name, note in self.nodes],
                "months": [{"month": one.month, "total": one.total, "below_minimum": one.untold,
                            **{name: None if value is None else round(value, 2) for name, value in
                               (("c1", one.signal.c1), ("c2", one.signal.c2), ("c3", one.signal.c3))},
                            "alarms": list(one.signal.alarms)} for one in self.months]}


def follow(hub: Hub, criterion: Criterion, series: Mapping[str, str], clock: Clock = now) -> TrendAnswer:
    """Ask all nodes for the months of a cohort.

    Args:
        hub: whom to ask.
        criterion: the cohort; events without a period of their own are followed.
        series: ``{"from": "2023-01", "to": "2025-06"}``.
        clock: what tells when an answer came.

    Raises:
        BadCohort: nothing in the cohort changes from month to month, or the months cannot be meant.
        BadInput: a certificate of the hub's list cannot be used.

    """
    check_followed(criterion)
    months = [f"{first:%Y-%m}" for first in months_of(series)]
    heard = ask_all(hub, criterion, clock, {"series": dict(series)})
    return summed(described(criterion), months, [judged_series(one, months) for one in heard])


def summed(question: str, months: Sequence[str], answers: Sequence[NodeSeries]) -> TrendAnswer:
    """Add up the nodes' months."""
    used = [answer for answer in answers if answer.counts]
    nodes = tuple((answer.node, answer.note) for answer in answers)
    if not used:
        return TrendAnswer(question, nodes, ())
    told = [reduce(Told.plus, (Told.of(one.counts[place], one.minimum, one.rounding) for one in used))
            for place in range(len(months))]
    found = []
    for place, (month, signal) in enumerate(zip(months, signals(told), strict=True)):
        counts = [count for one in used if (count := one.counts[place]) is not None]
        found.append(Month(month, sum(counts) if counts else None, len(used) - len(counts), signal))
    return TrendAnswer(question, nodes, tuple(found))
