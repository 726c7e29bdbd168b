"""Backtest: does the order of sites come true? Trials that started later are held out, and their sites looked for.

For each held-out trial and each country in which it has sites that were known before, the country's known sites are
ranked by what was known before the cut; recall at k is the share of the trial's known sites among the first k. What is
asked is the trial's conditions, phases and interventions, as in the verb. The baselines are what one would do without a
method: the most active sites, and those with most trials of the condition.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from openvalley.atlas.reader import Atlas
from openvalley.insight.test.held import Held, held, started_before
from openvalley.insight.test.scoring import Counts, Floats, scores

#: Held-out trials below which figures are reported without being held against a bar.
ENOUGH_HELD_OUT = 100
#: Of how many sites that stand first recall is taken.
_FIRST = (5, 10)


@dataclass(frozen=True)
class Question:
    """A held-out trial in a country: what was known of each known site there, and which of them the trial has.

    Attributes:
        trial: number of the trial.
        counts: what each site had behind it.
        right: whether the trial has it.
        own: whether it is the trial's sponsor.

    """

    trial: int
    counts: Counts
    right: NDArray[np.bool_]
    own: NDArray[np.bool_]


@dataclass(frozen=True)
class Backtest:
    """What came of it.

    Attributes:
        questions, trials: held-out trials, once for each country and once each.
        own: share of the questions (0 to 1) of which the sponsor is a site itself.
        untried: share of the right sites that had no trial of the condition before.
        recall: by ranking and by k; ``sponsor first`` puts the sponsor's own site before the model's, for those who
            know the sponsor, ``condition first`` the sites with a trial of the condition, and ``perfect`` is the most
            that any order can reach.

    """

    questions: int
    trials: int
    own: float
    untried: float
    recall: Mapping[str, Mapping[int, float]]


def backtest(atlas: Atlas, cut: date, *, covid: bool) -> Backtest:
    """Hold out the trials that started on a day or later, and rank sites by those before.

    Args:
        atlas: whose trials and linked sites are used.
        cut: the first day that is held out.
        covid: only trials about COVID-19, or only the others; the former would hide the latter.

    """
    asked = list(questions(held(atlas), cut, covid=covid))
    share = np.array([(question.right & question.own).any() for question in asked])
    untried = [question.counts.same[question.right] == 0 for question in asked]
    return Backtest(
        len(asked), len({question.trial for question in asked}), float(share.mean()) if asked else float("nan"),
        float(np.concatenate(untried).mean()) if asked else float("nan"),
        {name: {k: _recall(asked, ranking, k) for k in _FIRST} for name, ranking in _RANKINGS.items()})


def questions(known: Held, cut: date, *, covid: bool, until: date | None = None) -> Iterator[Question]:
    """Give each question about the trials that started from a day on, answered by what was known before that day.

    Args:
        known: trials, sites and conditions.
        cut: the first day that is held out.
        covid: only trials about COVID-19, or only the others.
        until: the first day that is no longer asked of; all later trials when None.

    """
    before = started_before(known, cut)
    had = known.sites[before]
    active = np.asarray(had.sum(axis=0)).ravel()
    alone = np.asarray(had[np.asarray(had.sum(axis=1)).ravel() == 1].sum(axis=0)).ravel()
    earlier = known.party.start < np.datetime64(cut)
    sponsored, joined = (np.bincount(known.party.site[earlier & role], minlength=len(active)).astype(float)
                         for role in (known.party.leads, ~known.party.leads))
    later = (known.starts >= np.datetime64(cut)) & (known.covid == covid)
    if until is not None:
        later &= known.starts < np.datetime64(until)
    for trial in np.flatnonzero(later).tolist():
        alike = before[np.asarray((known.about[before] @ known.asked[trial].T).todense()).ravel() > 0]
        same, same_phase = (np.asarray(known.sites[found].sum(axis=0)).ravel() for found in (
            alike, [at for at in alike.tolist() if known.phases[trial] & known.phases[at]]))
        treated = had.T @ known.treatments.likeness(known.treated[trial], before)
        same = same + np.asarray(known.unseen[alike].sum(axis=0)).ravel()
        at = known.sites[trial].indices
        at = at[active[at] > 0]
        for country in np.unique(known.countries[at]):
            here = np.flatnonzero((known.countries == country) & (active > 0))
            yield Question(trial, Counts(
                same[here], same_phase[here], treated[here], active[here], sponsored[here], joined[here], alone[here],
                known.care[here], known.university[here], np.zeros(len(here))), np.isin(here, at),
                np.isin(here, list(known.sponsors[trial])))


def _recall(asked: Sequence[Question], ranking: Callable[[Question], Floats], k: int) -> float:
    """Return the mean share of the right sites among the first k; equal scores stand in the order of the ids."""
    found = [question.right[np.argsort(-ranking(question), kind="stable")[:k]].sum() / question.right.sum()
             for question in asked]
    return float(np.mean(found)) if found else float("nan")


_RANKINGS: Mapping[str, Callable[[Question], Floats]] = {
    "model": lambda question: scores(question.counts),
    "most active": lambda question: question.counts.trials,
    "same condition": lambda question: question.counts.same,
    "condition first": lambda question: scores(question.counts) + (question.counts.same > 0),
    "sponsor first": lambda question: scores(question.counts) + question.own,
    "perfect": lambda question: question.right.astype(float),
}
