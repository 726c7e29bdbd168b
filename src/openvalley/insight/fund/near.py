"""Near: which instruments and investors are about a need of nobody in particular, and which of them more than others.

Of a need without an organisation hardly any condition is known, so that rules exclude little: of all the money in a
region only that is named which speaks of the need, by its words or by the fields that it is for.
"""

from collections.abc import Sequence

from openvalley.insight.fund.asker import Asker
from openvalley.insight.fund.rules import Checked, Outcome

#: An offer speaks of a need when its words are this near (cosine, 0 to 1): below, they share but common ones.
SPEAKS = 0.1
#: What words and fields count for in the score.
_WORDS, _FIELDS = 0.75, 0.25
_OF_FIELDS = ("sector", "stage")


def suits_need(checked: Sequence[Checked], who: Asker, fit: float) -> float | None:
    """Return how well an offer suits a need (0 to 1); None where it does not speak of it.

    The score joins the cosine of words with the share of the fields it is for that are those of the need: what is for
    one field speaks of it more than what is for five.
    """
    fields = max((_shared(check, who) for check in checked
                  if check.rule in _OF_FIELDS and check.outcome is Outcome.KEPT), default=0.0)
    return _WORDS * fit + _FIELDS * fields if fit >= SPEAKS or fields else None


def _shared(check: Checked, who: Asker) -> float:
    has = who.sectors if check.rule == "sector" else who.stages
    return len(set(check.wanted) & set(has)) / len(set(check.wanted))
