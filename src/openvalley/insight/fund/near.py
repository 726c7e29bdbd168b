"""Near: which instruments and investors are about a need of nobody in particular, and which of them more than others.

Of a need without an organisation hardly any condition is known, so that rules exclude little: of all the money in a
region only that is named which speaks of the need, by its words or by the fields that it is for.
"""

from collections.abc import Sequence

from openvalley.insight.fund.asker import Asker
from openvalley.insight.fund.rules import Checked, Outcome
from openvalley.vocabulary.terms import Vocabulary, terms

#: An offer speaks of a need when its words are this near (cosine, 0 to 1): below, they share but common ones.
SPEAKS = 0.1
#: Words of a need that a call must share, where the need has as many: one alone is often of another matter ...
LEAST_SHARED = 2
#: ... unless it is this near all the same.
NEAR_BY_ONE = 0.2
#: What words and fields count for in the score.
_WORDS, _FIELDS = 0.75, 0.25
_OF_FIELDS = ("sector", "stage")
_ALL_SECTORS = len(terms(Vocabulary.SECTOR))


def suits_need(checked: Sequence[Checked], who: Asker, fit: float, *, dilutive: bool = False) -> float | None:
    """Return how well an offer suits a need (0 to 1); None where it does not speak of it.

    Whoever asks for money for a share hears of that alone, of all of it that no rule excludes: who names no field gives
    for all. Whoever asks for a grant or a loan hears of nothing else. The score joins the cosine of words with the
    share of the fields it is for that are those of the need: what is for one field speaks of it more than what is for
    five.

    Args:
        checked: what came of the offer's rules.
        who: of whom the need is.
        fit: the cosine of its words with those of the need.
        dilutive: whether it is paid for a share.

    """
    if who.dilutive is not None and who.dilutive != dilutive:
        return None
    fields = max((_shared(check, who) for check in checked
                  if check.rule in _OF_FIELDS and check.outcome is Outcome.KEPT), default=0.0)
    if who.dilutive and not any(check.rule == "sector" for check in checked):
        fields = max(fields, len(who.sectors) / _ALL_SECTORS)
    return _WORDS * fit + _FIELDS * fields if fit >= SPEAKS or fields or who.dilutive else None


def call_speaks(who: Asker, near: float, said: int, meant: int) -> bool:
    """Say whether a call speaks of a need: two of its words, one of a term that it names, or nearly nothing else.

    Args:
        who: of whom the need is.
        near: how near the call is by all words, less for another field.
        said: how many of the need's own words it has.
        meant: how many of those that the need's terms mean.

    """
    return meant > 0 or said >= min(LEAST_SHARED, len(who.said)) or near >= NEAR_BY_ONE


def _shared(check: Checked, who: Asker) -> float:
    has = who.sectors if check.rule == "sector" else who.stages
    return len(set(check.wanted) & set(has)) / len(set(check.wanted))
