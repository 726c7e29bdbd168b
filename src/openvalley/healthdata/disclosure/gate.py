"""The one door: a question of a known client goes in, what the policy lets out comes out, both are written down."""

import threading
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from openvalley.errors import OpenValleyError, Refused
from openvalley.healthdata.cdm import canonical
from openvalley.healthdata.cdm.asking import cohort_from
from openvalley.healthdata.cdm.cohorts import Criterion
from openvalley.healthdata.cdm.engines import Persons
from openvalley.healthdata.cdm.opening import Cdm
from openvalley.healthdata.disclosure.audit import AuditLog
from openvalley.healthdata.disclosure.differencing import History
from openvalley.healthdata.disclosure.policy import Client, Granularity, Policy
from openvalley.healthdata.disclosure.releasing import laplace, release

Clock = Callable[[], datetime]

_COUNTED, _REFUSED, _FAILED = "counted", "refused", "failed"


@dataclass(frozen=True)
class Reply:
    """What may leave.

    Attributes:
        count: made safe; None: fewer than the minimum, perhaps nobody.
        granularity: what the client gets to see of it.
        notes: what the answer must be read with.
        persons: returns who they are. Stays inside the node: only sketches are made of it.

    """

    count: int | None
    granularity: Granularity
    notes: tuple[str, ...]
    persons: Callable[[], Persons]


@dataclass(frozen=True)
class _Month:
    """A month that was looked at; without persons it was answered before, or may not be told."""

    settled: Criterion
    count: int | None
    persons: Persons | None


def _now() -> datetime:
    return datetime.now(UTC)


class Gate:
    """Keeps what a policy says. One process has one gate, and asks it one question at a time."""

    def __init__(self, cdm: Cdm, policy: Policy, clock: Clock = _now) -> None:
        """Read the log again: limits, budgets and answers outlive a restart.

        Raises:
            BadInput: the log's chain is broken.

        """
        self.cdm, self.policy, self.clock = cdm, policy, clock
        self.log = AuditLog(policy.audit_log)
        self._lock = threading.Lock()
        self._history = History(cdm.everybody, policy.disclosure.minimum_count)
        self._answers: dict[str, int | None] = {}
        self._asked: Counter[tuple[str, str]] = Counter()
        self._paid: Counter[str] = Counter()
        for entry in self.log.entries():
            self._replay(entry)

    @property
    def population(self) -> int:
        """How many persons the database has, rounded up: what a count can never be above."""
        step = self.policy.disclosure.rounding
        return -(-self.cdm.population // step) * step

    def admit(self, client: Client) -> None:
        """Let a client in before its question is read.

        Raises:
            Refused: the node is switched off, or the client has asked enough today.

        """
        with self._lock:
            self._open_to(client, self.clock().isoformat()[:10])

    def write_down(self, client: Client, problem: OpenValleyError) -> None:
        """Write down a request that is no question that can be answered; it counts as one of the day's."""
        with self._lock:
            self._write({**self._begun(client), "outcome": _REFUSED, "why": problem.message})

    def ask(self, client: Client, criterion: Criterion, wanted: Granularity) -> Reply:
        """Answer a question, or refuse it.

        Args:
            client: who asks.
            criterion: as it was asked.
            wanted: what the client would like to see.

        Raises:
            BadCohort: the question does not fit this database's vocabulary.
            Refused: the policy forbids it; the context has the HTTP status.

        """
        least = "boolean" in {wanted, client.granularity, self.policy.disclosure.granularity}
        with self._lock:
            entry = {**self._begun(client), "question": canonical.document(criterion)}
            with self._failures_written(entry):
                self._open_to(client, str(entry["at"])[:10])
                settled = self.cdm.settle(criterion)
                entry["settled"] = canonical.document(settled)
                key = canonical.text(settled)
                persons = None if key in self._answers else self.cdm.persons(settled)
                cost = 0.0 if persons is None else self._check(client, persons)
            count = self._answers[key] if persons is None else self._released(len(persons))
            self._write({**entry, "outcome": _COUNTED, "count": count, "epsilon": cost})
            if persons is not None:
                self._keep(settled, count, persons)
        return Reply(count, "boolean" if least else "count", self.cdm.notes(criterion),
                     lambda: self.cdm.persons(settled) if persons is None else persons)

    def ask_series(self, client: Client, family: Criterion, months: Sequence[Criterion]) -> list[int | None]:
        """Answer the months of a series as one question of the day; a month that may not be told is None.

        Args:
            client: who asks.
            family: the cohort that is followed, without months.
            months: the cohort in each month.

        Raises:
            BadCohort: the question does not fit this database's vocabulary.
            Refused: the policy forbids it; the context has the HTTP status.

        """
        with self._lock:
            entry = {**self._begun(client), "question": canonical.document(family), "months": len(months)}
            with self._failures_written(entry):
                self._open_to(client, str(entry["at"])[:10])
                if "boolean" in {client.granularity, self.policy.disclosure.granularity}:
                    raise Refused("Months are counted, and this node tells no counts.", status=403)
                name = canonical.text(self.cdm.settle(family))
                told = [self._month(client, self.cdm.settle(month), name, cost=number)
                        for number, month in enumerate(months, 1)]
            epsilon = self.policy.privacy.epsilon if self.policy.privacy else 0.0
            new = [month for month in told if month.persons is not None]
            self._write({**entry, "outcome": _COUNTED, "family": name, "epsilon": epsilon * len(new),
                         "series": [[canonical.document(month.settled), month.count] for month in new]})
            for month in new:
                self._keep(month.settled, month.count, month.persons, name)
        return [month.count for month in told]

    def _month(self, client: Client, settled: Criterion, family: str, cost: int) -> "_Month":
        """Return one month; `cost` of them have to be paid by then."""
        key = canonical.text(settled)
        if key in self._answers:
            return _Month(settled, self._answers[key], None)
        persons = self.cdm.persons(settled)
        privacy = self.policy.privacy
        if privacy is not None and self._paid[client.id] + privacy.epsilon * cost > privacy.budget:
            raise Refused(f"The privacy budget of {client.id} is spent.", hint="Ask for fewer months.", status=429)
        if len(self._history) + cost > self.policy.limits.questions:
            raise Refused("So many months are more than this node still answers.", hint="Ask for fewer.", status=429)
        if privacy is None and self._history.too_near(persons, family):
            return _Month(settled, None, None)
        return _Month(settled, self._released(len(persons)), persons)

    def _keep(self, settled: Criterion, count: int | None, persons: Persons | None, family: str = "") -> None:
        self._answers[canonical.text(settled)] = count
        if persons is not None and self.policy.privacy is None:
            self._history.remember(persons, family)

    def _open_to(self, client: Client, day: str) -> None:
        if self.policy.switch.exists():
            raise Refused("This node is switched off.", hint="Ask the hospital.", status=503)
        if self._asked[client.id, day] >= self.policy.limits.questions_a_day:
            raise Refused(f"{client.id} has asked its {self.policy.limits.questions_a_day} questions of today.",
                          hint="Ask again tomorrow (UTC).", status=429)

    def _check(self, client: Client, persons: Persons) -> float:
        """Return what a new question costs; refuse what may not be answered."""
        privacy = self.policy.privacy
        if privacy is not None:
            # Noise protects against differencing; a refusal that depends on the data would not be private.
            if self._paid[client.id] + privacy.epsilon > privacy.budget:
                raise Refused(f"The privacy budget of {client.id} is spent.",
                              hint="Only earlier questions are answered.", status=429)
            return privacy.epsilon
        if len(self._history) >= self.policy.limits.questions:
            raise Refused(f"This node has answered {len(self._history):,} different questions, as many as it may.",
                          hint="Only earlier questions are answered until the data are renewed.", status=429)
        if self._history.too_near(persons):
            raise Refused("The cohort is too near to one that was asked for before, or to everybody.",
                          hint="Together the two answers could tell of few persons. Ask for something more different.",
                          status=403)
        return 0.0

    def _released(self, number: int) -> int | None:
        if self.policy.privacy is not None:
            number = laplace(self.policy.privacy.epsilon)(number)
        count = release(number, self.policy.disclosure)
        return None if count is None else min(count, self.population)

    def _begun(self, client: Client) -> dict[str, Any]:
        """Return how every line of the log begins: when, who, and over which data."""
        return {"at": self.clock().isoformat(timespec="seconds"), "client": client.id, "stamp": self.cdm.stamp}

    @contextmanager
    def _failures_written(self, entry: Mapping[str, Any]) -> Iterator[None]:
        """Write down what the block refuses, and that it failed, with what the line says by then."""
        try:
            yield
        except OpenValleyError as problem:
            self._write({**entry, "outcome": _REFUSED, "why": problem.message})
            raise
        except Exception as problem:
            self._write({**entry, "outcome": _FAILED, "why": type(problem).__name__})
            raise

    def _write(self, entry: Mapping[str, Any]) -> None:
        self.log.append(entry)
        self._count(entry)

    def _count(self, entry: Mapping[str, Any]) -> None:
        self._asked[entry["client"], entry["at"][:10]] += 1
        self._paid[entry["client"]] += entry.get("epsilon", 0.0)

    def _replay(self, entry: Mapping[str, Any]) -> None:
        """Take over what a line of the log means for what is asked next."""
        self._count(entry)
        if entry["outcome"] != _COUNTED or entry["stamp"] != self.cdm.stamp:
            return
        answered = entry["series"] if "series" in entry else [[entry["settled"], entry["count"]]]
        for document, count in answered:
            settled = cohort_from(document)
            if canonical.text(settled) not in self._answers:
                persons = self.cdm.persons(settled) if self.policy.privacy is None else None
                self._keep(settled, count, persons, entry.get("family", ""))
