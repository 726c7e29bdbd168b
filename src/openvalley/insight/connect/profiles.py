"""Profiles: under which programme parts each participant took part, and how near two of them are in that.

All matrices are participant x programme part and sparse: most participants know two parts or three. A taste is one
drawn towards what is usual, so that one project makes nobody a specialist.
"""

import numpy as np
from scipy import sparse

from openvalley.insight.connect.past import Floats, Past

#: How much what is usual counts in a taste, in projects; years after which a project counts 1/e, lately and as a rule.
_USUAL, _LATELY, _AS_A_RULE = 0.5, 0.75, 2.0
_TINY = 1e-9


class Profiles:
    """Profiles of joint projects, lately and over the years, and of all experience: newcomers often worked alone."""

    def __init__(self, past: Past) -> None:
        """Prepare what is the same for every asker."""
        age = past.project_age()
        ruled = sparse.diags(np.exp(-age / _AS_A_RULE)) @ past.programme
        every = sparse.csr_matrix((np.ones(len(past.row_pic)), (past.row_pic, past.row_project)), past.together.shape)
        self._lately = (past.together @ sparse.diags(np.exp(-age / _LATELY)) @ past.programme).tocsr()
        self._years, self._seen = (past.together @ ruled).tocsr(), (every @ ruled).tocsr()
        self._usual, self._common = _shares(self._years), _shares(self._seen)
        self._years_sum, self._seen_sum = _sums(self._years), _sums(self._seen)
        length = np.sqrt(_sums(self._years.multiply(self._years).tocsr()))
        self._direction = (sparse.diags(1 / np.maximum(length, _TINY)) @ self._years).tocsr()
        mean = (np.asarray((sparse.diags(1 / (self._seen_sum + _USUAL)) @ self._seen).mean(axis=0)).ravel()
                + _USUAL * self._common * (1 / (self._seen_sum + _USUAL)).mean())
        self._particular = 1 / np.maximum(mean, _TINY)
        self._rows = np.flatnonzero(np.diff(self._years.indptr))

    def columns(self, asker: int) -> dict[str, Floats]:
        """Return the likeness of profiles of one asker and all participants, by several measures."""
        taste, experience = self._taste(asker), self.experience(asker)
        by_taste, by_experience = self._years @ taste, self._seen @ experience
        most = np.zeros(len(by_taste))
        weighed = self._years.data * taste[self._years.indices]
        if len(weighed):
            most[self._rows] = np.maximum.reduceat(weighed, self._years.indptr[self._rows])
        own = np.asarray(self._direction[asker].toarray()).ravel()
        return {
            "pp": self._lately @ taste, "ppl": by_taste, "pcos": self._direction @ own, "ppmax": most,
            "ppo": (by_taste + _USUAL * float(self._usual @ taste)) / (self._years_sum + _USUAL),
            "ppa": self._lately @ experience, "ppla": self._years @ experience,
            "ppoa": (by_experience + _USUAL * float(self._common @ experience)) / (self._seen_sum + _USUAL)}

    def experience(self, asker: int) -> Floats:
        """Return the taste of a participant by all that it took part in, alone or not; adds up to 1."""
        own = np.asarray(self._seen[asker].toarray()).ravel()
        found: Floats = (own + _USUAL * self._common) / (self._seen_sum[asker] + _USUAL)
        return found

    def particular(self, asker: int) -> Floats:
        """Return how much more than others a participant cares for each programme part."""
        found: Floats = self.experience(asker) * self._particular
        return found

    def _taste(self, asker: int) -> Floats:
        own = np.asarray(self._years[asker].toarray()).ravel()
        found: Floats = (own + _USUAL * self._usual) / (self._years_sum[asker] + _USUAL)
        return found


def _sums(matrix: sparse.csr_matrix) -> Floats:
    found: Floats = np.asarray(matrix.sum(axis=1)).ravel()
    return found


def _shares(matrix: sparse.csr_matrix) -> Floats:
    total: Floats = np.asarray(matrix.sum(axis=0)).ravel()
    return total / max(float(total.sum()), _TINY)


def yardstick(whole: Floats, chosen: Floats, place: int) -> float:
    """Return the value at a place of a column, the largest first; quickly, as it is no less than that of some values.

    Args:
        whole: the column.
        chosen: some of its values.
        place: 1 is the largest; the smallest is taken where there are fewer.

    """
    if len(chosen) >= place:
        least = np.partition(chosen, -place)[-place]
        whole = whole[whole >= least]
    place = min(place, len(whole))
    return float(np.partition(whole, -place)[-place])
