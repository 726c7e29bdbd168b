"""Backtest: the index of a year against what came after - a first industrial project, a first company as partner."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.stats import rankdata

from openvalley.atlas.reader import Atlas
from openvalley.insight.discover.nearness import Floats, index, researchers

#: What may come after, and what an organisation must not have had before to be asked about.
EVENTS = {"first industrial project": "industrial", "first company as partner": "with_companies"}


@dataclass(frozen=True)
class Foreseen:
    """One event after one year: how many could have it, how many did, and the AUC of the index and of size alone.

    An AUC is the chance that one to whom it happened stands above one to whom it did not; 0.5 is a guess; NaN where it
    happened to nobody or everybody.
    """

    year: int
    event: str
    asked: int
    happened: int
    auc: float
    auc_of_size: float


def backtest(atlas: Atlas, years: Sequence[int]) -> list[Foreseen]:
    """Hold the index of each year against both events in all later years."""
    later = {one.id: one for one in researchers(atlas)}
    found: list[Foreseen] = []
    for year in years:
        known = researchers(atlas, year)
        for event, had in EVENTS.items():
            asked = [one for one in known if getattr(one, had) == 0]
            happened = np.array([getattr(later[one.id], had) > 0 for one in asked], bool)
            size = np.array([float(one.projects) for one in asked])
            found.append(Foreseen(year, event, len(asked), int(happened.sum()), auc(index(asked), happened),
                                  auc(size, happened)))
    return found


def auc(scores: Floats, happened: NDArray[np.bool_]) -> float:
    """Return the area under the ROC curve (Mann and Whitney 1947); equal scores count half."""
    positive, negative = int(happened.sum()), int((~happened).sum())
    if not positive or not negative:
        return float("nan")
    ranks = rankdata(scores)
    return float((ranks[happened].sum() - positive * (positive + 1) / 2) / (positive * negative))

