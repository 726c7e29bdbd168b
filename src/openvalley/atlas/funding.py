"""Funding calls as an atlas holds them; whether one is open follows from its dates and a day, never from a status."""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import date
from enum import StrEnum

from openvalley.atlas.reader import Atlas


class Standing(StrEnum):
    """Where a call stands on a day."""

    FORTHCOMING = "forthcoming"
    OPEN = "open"
    CLOSED = "closed"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class Call:
    """A call topic. ``stated_status`` is the register's word when it was fetched; ``budget`` in euro."""

    id: str
    source: str
    source_id: str
    source_version: str
    title: str | None
    description: str | None
    call_id: str | None
    call_title: str | None
    programme: str | None
    cluster: str | None
    destination: str | None
    action_type: str | None
    procedure: str | None
    stated_status: str | None
    published: date | None
    opens: date | None
    budget: float | None
    url: str | None
    deadlines: Sequence[date]

    def standing(self, day: date) -> Standing:
        """Return where the call stands on a day."""
        return standing(self.opens, self.deadlines, day)

    def next_deadline(self, day: date) -> date | None:
        """Return the first deadline that is not past on a day."""
        return min((deadline for deadline in self.deadlines if deadline >= day), default=None)


def standing(opens: date | None, deadlines: Sequence[date], day: date) -> Standing:
    """Return where a call stands on a day: open from its opening to its last deadline, both days included.

    A call without a deadline is open once it has opened; without any date nothing can be told.
    """
    if opens and day < opens:
        return Standing.FORTHCOMING
    if deadlines:
        return Standing.OPEN if day <= max(deadlines) else Standing.CLOSED
    return Standing.OPEN if opens else Standing.UNKNOWN


def call(atlas: Atlas, text: str) -> Call:
    """Return everything about one call topic; `text` is its id or the register's topic code.

    Raises:
        UnknownIdentity: this atlas knows no such call.

    """
    found = atlas.row_of("call", text)
    rows = atlas.rows("SELECT deadline FROM call_deadline WHERE call_id = ? ORDER BY deadline", [found["id"]])
    own = {field.name for field in fields(Call)} & set(found)
    return Call(**{name: found[name] for name in own}, deadlines=[row["deadline"] for row in rows])
