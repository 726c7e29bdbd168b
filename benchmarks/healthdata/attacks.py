"""Simulated attackers: they ask about cohorts that differ by few persons, and conclude what the answers leave open."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import numpy as np

from openvalley.errors import Refused
from openvalley.healthdata.cdm.asking import cohort_from
from openvalley.healthdata.cdm.cohorts import Criterion, settled
from openvalley.healthdata.disclosure.gate import Gate
from openvalley.healthdata.disclosure.policy import Client, Policy
from openvalley.healthdata.disclosure.releasing import interval

CLIENTS = tuple(Client(id=name, key_sha256="0" * 64) for name in ("one", "two"))
#: Shares of the attempts: that differ by one person; in which the node restarts; in which two clients work together.
BY_ONE, RESTARTED, TOGETHER = 0.8, 0.2, 0.5
NOON = datetime(2026, 1, 5, 12, tzinfo=UTC)


class Listed:
    """A database whose cohorts are listed: concept n is held by the persons of set n."""

    as_of = date(2026, 1, 1)

    def __init__(self, population: int, sets: Sequence[set[int]]) -> None:
        """Number the persons, and keep who holds what."""
        self.everybody = np.arange(population, dtype=np.int64)
        self.population = population
        self.stamp = f"2026-01-01/{population}"
        self.sets = sets

    def settle(self, criterion: Criterion) -> Criterion:
        """Return the cohort with numbers for concepts."""
        return settled(criterion, self.as_of, {f"OMOP:{n}": n for n in range(1, len(self.sets) + 1)})

    def persons(self, criterion: Criterion) -> np.ndarray:
        """Return who holds the concept."""
        return np.array(sorted(self.sets[int(criterion.concept.partition(":")[2]) - 1]), dtype=np.int64)

    def notes(self, _criterion: Criterion) -> tuple[str, ...]:
        """Return nothing to be read with an answer."""
        return ()


def policy(folder: Path, **tables: Any) -> Policy:  # noqa: ANN401 - tables of the policy file
    """Return a policy for an attacker who may ask as often as he likes."""
    return Policy.model_validate({
        "node": {"id": "example.node", "name": "Node", "organisation": "Hospital", "environment": "test"},
        "limits": {"questions_a_day": 100_000, "questions": 100_000}, "clients": CLIENTS,
        "path": folder / "policy.toml", **tables})


@dataclass(frozen=True)
class Outcome:
    """What an attempt came to."""

    refused: bool
    disclosed: bool
    small: bool     # a count below the minimum was told as it stands


def attempt(rng: np.random.Generator, folder: Path, rules: Policy) -> Outcome:
    """Ask about two cohorts that differ by few persons, in any order, perhaps by two clients and over a restart.

    The attacker knows that the one holds the other. He wins when what he is told leaves only counts of the difference
    that are positive and below the minimum: a small cell that is there.
    """
    population = int(rng.integers(200, 2000))
    few = 1 if rng.random() < BY_ONE else int(rng.integers(2, rules.disclosure.minimum_count))
    # Small cohorts, any cohorts, and nearly everybody.
    size = int(rng.choice([rng.integers(0, 40), rng.integers(0, population - few),
                           population - few - rng.integers(0, 3)]))
    order = rng.permutation(population)
    base, more = set(order[:size].tolist()), set(order[:size + few].tolist())
    database = Listed(population, [base, more])
    log = folder / "audit.jsonl"
    log.unlink(missing_ok=True)
    gate = Gate(database, rules, lambda: NOON)
    told = {}
    for turn, number in enumerate(rng.permutation([1, 2]).tolist()):
        if turn and rng.random() < RESTARTED:
            gate = Gate(database, rules, lambda: NOON)
        client = CLIENTS[turn if rng.random() < TOGETHER else 0]
        try:
            told[number] = gate.ask(client, cohort_from({"condition": number}), "count").count
        except Refused:
            return Outcome(refused=True, disclosed=False, small=_small(told, rules))
    (low, high), (least, most) = (interval(told[number], rules.disclosure) for number in (1, 2))
    # Everybody's number is known, and no cohort is larger.
    most = min(most, gate.population)
    return Outcome(refused=False, disclosed=least - high >= 1 and most - low < rules.disclosure.minimum_count,
                   small=_small(told, rules))


def _small(told: Mapping[int, int | None], rules: Policy) -> bool:
    return any(count is not None and count < rules.disclosure.minimum_count for count in told.values())
