"""Treatments: how much of the words of an intervention those of each trial hold, rare words counting more.

Registers have no list of interventions: "Hydroxychloroquine Sulfate 200 MG" and "hydroxychloroquine tablets" share the
word that tells, and neither holds the other's phrase. Words of the design of a trial (placebo, group) name no
treatment.
"""

from collections.abc import Collection, Iterable, Sequence

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from openvalley.insight.needs import stems

Floats = NDArray[np.float64]

_OF_DESIGN = frozenset(stems(
    "patient drug placebo standard care treatment group arm control blood sample data collection test"))


def telling(texts: Iterable[str]) -> frozenset[str]:
    """Return the stems of interventions that name a treatment."""
    return frozenset(stem for text in texts for stem in stems(text)) - _OF_DESIGN


class Treatments:
    """The stems of the interventions of trials, by the number of the trial."""

    def __init__(self, trials: Sequence[Collection[str]]) -> None:
        """Take the stems of each trial, as `telling` gives them."""
        self._known = {stem: at for at, stem in enumerate(sorted({stem for held in trials for stem in held}))}
        pairs = [(row, self._known[stem]) for row, held in enumerate(trials) for stem in sorted(held)]
        self._held = sparse.csr_matrix(
            (np.ones(len(pairs)), ([row for row, _ in pairs], [at for _, at in pairs])),
            shape=(len(trials), max(1, len(self._known))))

    def likeness(self, asked: Collection[str], among: NDArray[np.int64] | None = None) -> Floats:
        """Return how much of an intervention each trial used, 0 to 1.

        Args:
            asked: its stems, as `telling` gives them; of none, all trials have 0.
            among: numbers of the trials that are known; all when None.

        """
        held = self._held if among is None else self._held[among]
        known = [self._known[stem] for stem in sorted(asked) if stem in self._known]
        here = held[:, known]
        holders = np.asarray(here.sum(axis=0)).ravel()
        weights = np.log((1 + held.shape[0]) / (1 + holders))
        whole = float(weights.sum()) + (len(asked) - len(known)) * float(np.log(1 + held.shape[0]))
        return np.asarray(here @ weights / whole, np.float64) if whole > 0 else np.zeros(held.shape[0])
