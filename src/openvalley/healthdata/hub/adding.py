"""Adds up what nodes answered, and estimates how many different patients that are."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from openvalley.healthdata.cdm.asking import cohort_from
from openvalley.healthdata.cdm.cohorts import Criterion
from openvalley.healthdata.cdm.wording import described
from openvalley.healthdata.hub.asking import Clock, ask_all, now
from openvalley.healthdata.hub.judging import NodeAnswer, judged
from openvalley.healthdata.hub.nodes import Hub, load_hub
from openvalley.healthdata.sketching import distinct

#: Different patients are told in tens: two hospitals' exact overlap may be a small cell.
_STEP = 10


@dataclass(frozen=True)
class CohortAnswer:
    """What all nodes say of a cohort together.

    Attributes:
        question: the cohort in words.
        nodes: every node's part, in the hub's order.
        total: sum of the counts that can be used; a patient of two hospitals counts twice. None: there is none.
        distinct: how many different patients that are, about. None: not all counts came with a sketch.
        error: relative half-width of its 95 % interval; what rounding at the nodes adds is not in it.

    """

    question: str
    nodes: tuple[NodeAnswer, ...]
    total: int | None
    distinct: int | None
    error: float | None

    def as_data(self) -> dict[str, Any]:
        """Return the answer as `cohort --json` and `node demo --json` print it."""
        return {"question": self.question,
                "nodes": [{"node": one.node, "count": one.count, "note": one.note} for one in self.nodes],
                "total": self.total, "distinct": self.distinct, "error": self.error}


def ask(hub: Hub, criterion: Criterion, clock: Clock = now) -> CohortAnswer:
    """Ask all nodes and add up; nodes that cannot be used are named, and the rest is the answer.

    Raises:
        BadInput: a certificate of the hub's list cannot be used.

    """
    return added(described(criterion), [judged(heard) for heard in ask_all(hub, criterion, clock)])


def ask_cohort(hub: Path | str, cohort: Mapping[str, Any]) -> CohortAnswer:
    """Ask the nodes of a list for a cohort: `openvalley cohort` as a function.

    Args:
        hub: the list of nodes, a TOML file.
        cohort: the cohort as JSON has it, such as ``{"condition": "SNOMED:44054006"}``.

    Raises:
        BadCohort: the cohort cannot be meant; the context has the term.
        BadInput: the list, a key or a certificate of it cannot be used.

    """
    return ask(load_hub(Path(hub)), cohort_from(cohort))


def added(question: str, answers: Sequence[NodeAnswer]) -> CohortAnswer:
    """Add up what was answered."""
    counted = [answer for answer in answers if answer.count is not None]
    counts = [answer.count for answer in counted if answer.count is not None]
    total = sum(counts) if counts else None
    sketches = [answer.sketch for answer in counted if answer.sketch is not None]
    if total is None or len(sketches) < len(counted):
        return CohortAnswer(question, tuple(answers), total, None, None)
    found = distinct(sketches)
    # As many as the largest hospital has there are, and no more than all counts together.
    bounded = min(max(found.estimate, *counts), total) if len(counts) > 1 else total
    error = 0.0 if len(counts) == 1 else round(found.error, 4)
    return CohortAnswer(question, tuple(answers), total, round(bounded / _STEP) * _STEP, error)
