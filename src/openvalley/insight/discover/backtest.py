"""Backtest: the index of a year against what came after - a first industrial project, a first company as partner.

Asked are those to whom it had not happened. In the life sciences the index counts as in the answer, and those are asked
whom the answer lists: who has a project in them. Over all fields every project counts whole: that says whether the
formula holds at all, of many more organisations.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.stats import rankdata

from openvalley.atlas.reader import Atlas
from openvalley.insight.discover.nearness import ELSEWHERE, Floats, Researcher, points, researchers

#: What may come after, and what an organisation must not have had before to be asked about.
EVENTS = {"first industrial project": "industrial", "first company as partner": "with_companies"}
#: Where it may come, and what projects outside the life sciences count then.
FIELDS = {"life sciences": ELSEWHERE, "all fields": 1.0}


@dataclass(frozen=True)
class Foreseen:
    """One event after one year: how many could have it, how many did, and the AUC of the index and of size alone.

    An AUC is the chance that one to whom it happened stands above one to whom it did not; 0.5 is a guess; NaN where it
    happened to nobody or everybody. Size is the number of all its projects.
    """

    field: str
    year: int
    event: str
    asked: int
    happened: int
    auc: float
    auc_of_size: float


def backtest(atlas: Atlas, years: Sequence[int]) -> list[Foreseen]:
    """Hold the index of each year against both events in all later years, in the life sciences and in all fields."""
    later = {one.id: one for one in researchers(atlas)}
    by_year = {year: researchers(atlas, year) for year in years}
    return [_foreseen(by_year[year], later, (field, year, event))
            for field in FIELDS for year in years for event in EVENTS]


def _foreseen(known: Sequence[Researcher], later: dict[str, Researcher], what: tuple[str, int, str]) -> Foreseen:
    field, year, event = what
    living = FIELDS[field] < 1
    asked = [one for one in known if not _had(one, event, living=living) and (one.living.projects or not living)]
    happened = np.array([_had(later[one.id], event, living=living) > 0 for one in asked], bool)
    size = np.array([float(one.projects) for one in asked])
    return Foreseen(field, year, event, len(asked), int(happened.sum()), auc(points(asked, FIELDS[field]), happened),
                    auc(size, happened))


def _had(one: Researcher, event: str, *, living: bool) -> int:
    """Return how many projects of an organisation are what may come after, of the life sciences or of all fields."""
    return sum(getattr(work, EVENTS[event]) for work in ([one.living] if living else [one.living, one.others]))


def auc(scores: Floats, happened: NDArray[np.bool_]) -> float:
    """Return the area under the ROC curve (Mann and Whitney 1947); equal scores count half."""
    positive, negative = int(happened.sum()), int((~happened).sum())
    if not positive or not negative:
        return float("nan")
    ranks = rankdata(scores)
    return float((ranks[happened].sum() - positive * (positive + 1) / 2) / (positive * negative))

