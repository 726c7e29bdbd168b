"""Habits: how much oftener than by chance two countries, or two types of participant, work together."""

import numpy as np
from scipy import sparse

from openvalley.insight.connect.past import Floats, Past, Whole

#: Pairs that two countries would have to have met more often for a habit to be half as strong.
_PRIOR = 5.0


class Habits:
    """Habits of those who share projects."""

    def __init__(self, past: Past, shared: sparse.csr_matrix) -> None:
        """Prepare what is the same for every asker; ``shared`` is 1 for each two who worked together."""
        self._past = past
        types = _members(past.activity)
        self._countries, self._types = (_lift(shared, group, prior) for group, prior in (
            (_members(past.country), _PRIOR), (types, 0.0)))
        degree = np.diff(shared.indptr).astype(float)
        self._partner_types = (shared @ types).toarray() / np.maximum(degree, 1)[:, None]

    def lifts(self, asker: int, chosen: Whole) -> dict[str, Floats]:
        """Return the habits (logarithm of times chance) of an asker's country and type with those of others."""
        country, activity = self._past.country, self._past.activity
        return {"clift": self._countries[country[asker], country[chosen]],
                "tlift": self._types[activity[asker], activity[chosen]]}

    def columns(self, asker: int, chosen: Whole) -> dict[str, Floats]:
        """Return the lifts, the share of each one's partners that are of the other's type, and the two types."""
        activity = self._past.activity
        return {**self.lifts(asker, chosen), "pt_ab": self._partner_types[asker, activity[chosen]],
                "pt_ba": self._partner_types[chosen, activity[asker]],
                "act_a": np.full(len(chosen), float(activity[asker])), "act_b": activity[chosen].astype(float)}


def _members(group: Whole) -> sparse.csr_matrix:
    return sparse.csr_matrix((np.ones(len(group)), (np.arange(len(group)), group)), (len(group), int(group.max()) + 1))


def _lift(shared: sparse.csr_matrix, members: sparse.csr_matrix, prior: float) -> Floats:
    pairs = (members.T @ shared @ members).toarray() + 1.0
    chance = pairs.sum(axis=1, keepdims=True) @ pairs.sum(axis=0, keepdims=True) / pairs.sum()
    ratio: Floats = np.log((pairs + prior) / (chance + prior))
    return ratio
