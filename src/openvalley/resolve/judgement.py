"""One judgement: what somebody decided about two records, and the one form in which it is kept.

Reads what people and files say, writes nothing. Next: holding.py, which of many judgements hold.
"""

import unicodedata
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from enum import StrEnum

from openvalley.errors import BadInput

#: What stands between two pieces of evidence in one text.
SEPARATOR = " | "
#: How far ahead of our clock a time may lie: the world's days begin up to 14 hours before UTC's.
_AHEAD = timedelta(days=1)


class Decision(StrEnum):
    """What was decided about a pair of records. For no match the right record is empty: nothing matches the left."""

    SAME = "same"
    DIFFERENT = "different"
    NO_MATCH = "no match"
    UNDECIDED = "undecided"


@dataclass(frozen=True)
class Judgement:
    """A decision about two records (each ``source/source_id``): by whom, when (UTC, ISO 8601), why.

    Attributes:
        left: the first of the two in name order; for no match the only one.
        right: the other; empty for no match, and where a no match is taken back.
        decision: what was decided. ``UNDECIDED`` takes back what was judged of the same pair.
        judge: who decided.
        why: the reason.
        at: when; empty: now.
        seen: what spoke for the two when it was judged (`openvalley.resolve.evidence.item`). Registers that say more
            since are reported; what was known to the judge is not.
        undoes: for ``UNDECIDED`` the time of the one judgement that it takes back; empty: of all before it.

    """

    left: str
    right: str
    decision: Decision
    judge: str
    why: str
    at: str = ""
    seen: tuple[str, ...] = ()
    undoes: str = ""

    @property
    def pair(self) -> tuple[str, str]:
        """What it is about."""
        return self.left, self.right


def sound(judgement: Judgement) -> Judgement:
    """Return a judgement in the form in which it is kept: its pair in name order, its times in UTC.

    Raises:
        BadInput: it is no judgement.

    """
    alone = judgement.decision is Decision.NO_MATCH or (
        judgement.decision is Decision.UNDECIDED and not judgement.right)
    left, right = judgement.pair if alone else sorted(judgement.pair)
    if not judgement.left or alone == bool(judgement.right) or left == right:
        raise BadInput("A judgement is about two different records (for 'no match': about one).",
                       hint="Name each record as source/source_id.")
    if not judgement.judge.strip() or not judgement.why.strip():
        raise BadInput("A judgement needs a judge and a reason.", hint="Say who decided and why.")
    if any(_unkeepable(text) for text in (*judgement.pair, judgement.judge, judgement.why, *judgement.seen)):
        raise BadInput("A judgement holds characters that cannot be kept.", hint="Write it in UTF-8.")
    if judgement.undoes and judgement.decision is not Decision.UNDECIDED:
        raise BadInput("Only the decision 'undecided' takes another judgement back.", hint="Leave 'undoes' empty.")
    return replace(judgement, left=left, right=right, at=_instant(judgement.at), undoes=_instant(judgement.undoes),
                   seen=tuple(sorted({part for text in judgement.seen for part in text.split(SEPARATOR) if part})))


def _unkeepable(text: str) -> bool:
    """Tell whether a text holds half a character, which no encoding writes."""
    return any(unicodedata.category(character) == "Cs" for character in text)


def _instant(text: str) -> str:
    """Return a time in UTC, ISO 8601; empty stays empty. A day is its first moment; without a zone it is UTC's."""
    if not text:
        return ""
    try:
        moment = datetime.fromisoformat(text)
        moment = (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError) as problem:
        raise BadInput(f"{text[:60]!r} is no time.", hint="Write it like 2026-01-31 or 2026-01-31T09:30:00Z."
                       ) from problem
    if moment > datetime.now(UTC) + _AHEAD:
        raise BadInput(f"{text[:60]!r} lies in the future.", hint="Give the time of the decision, or leave it out.")
    return moment.isoformat()
