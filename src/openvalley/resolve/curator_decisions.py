"""What curators decide about what readers send: accepted or rejected, by whom, why and when.

Reads and writes nothing; disputes.py and proposals.py keep it. Next: those two.
"""

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from enum import StrEnum
from typing import Self

from openvalley.errors import BadInput
from openvalley.resolve.sent import LONGEST_TEXT, fault_of_text, tidy, without_contacts

#: Characters of a curator's name.
_LONGEST_NAME = 100


class State(StrEnum):
    """Where something that was sent stands. It begins open; the latest decision counts, ``OPEN`` takes one back."""

    OPEN = "open"
    ACCEPTED = "accepted"
    REJECTED = "rejected"


@dataclass(frozen=True)
class CuratorDecision:
    """What a curator decided: the new state, by whom, why, when (UTC, ISO 8601; empty: now)."""

    state: State
    by: str
    why: str
    at: str = ""

    def kept(self) -> Self:
        """Return it as it is kept: tidy, without e-mail addresses and telephone numbers, with its time.

        Raises:
            BadInput: the reason or the name is missing or unreadable.

        """
        by, why = tidy(self.by), tidy(self.why)
        fault = fault_of_text(why)
        if fault:
            raise BadInput(f"The reason cannot be taken: {fault}.",
                           hint=f"Say why in at most {LONGEST_TEXT} plain characters; readers see it on the page.")
        if fault_of_text(by) or len(by) > _LONGEST_NAME:
            raise BadInput("A decision needs somebody who made it.", hint="Name them with --by.")
        return replace(self, by=by, why=without_contacts(why), at=self.at or now())


@dataclass(frozen=True)
class Decided:
    """What every decision about one thing comes to; they are listed oldest first."""

    decisions: tuple[CuratorDecision, ...] = field(default=(), kw_only=True)

    @property
    def last(self) -> CuratorDecision | None:
        """The decision that counts."""
        return self.decisions[-1] if self.decisions else None

    @property
    def state(self) -> State:
        """Where it stands now."""
        return self.last.state if self.last else State.OPEN


def now() -> str:
    """Return the time as it is kept (UTC, ISO 8601)."""
    return datetime.now(UTC).isoformat(timespec="seconds")
