"""Backtest: does the order of sites come true? Trials that started later are held out, and their sites looked for.

For each held-out trial and each country in which it has sites that were known before, the country's known sites are
ranked by what was known before the cut; recall at k is the share of the trial's known sites among the first k. The
baselines are what one would do without a method: the most active sites, and those with most trials of the condition.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from openvalley.atlas.reader import Atlas
from openvalley.insight.test.scoring import ANY, SAME
from openvalley.resolve.normalise import fold
from openvalley.vocabulary.terms import LANGUAGES, Vocabulary, terms

Floats = NDArray[np.float64]

#: Held-out trials below which figures are reported without being held against a bar.
ENOUGH_HELD_OUT = 100
COVID = "covid-19"
_FIRST = (5, 10)


@dataclass(frozen=True)
class Backtest:
    """What came of it: held-out questions (a trial in a country), and recall by ranking and by k."""

    questions: int
    trials: int
    recall: Mapping[str, Mapping[int, float]]


@dataclass(frozen=True)
class _Known:
    """Trials by sites and trials by conditions, with what is needed to ask: all in the order of ``trials``."""

    starts: NDArray[np.datetime64]
    sites: sparse.csr_matrix
    conditions: sparse.csr_matrix
    covid: NDArray[np.bool_]
    countries: NDArray[np.str_]


def backtest(atlas: Atlas, cut: date, *, covid: bool) -> Backtest:
    """Hold out the trials that started on a day or later, and rank sites by those before.

    Args:
        atlas: whose trials and linked sites are used.
        cut: the first day that is held out.
        covid: only trials about COVID-19, or only the others; the former would hide the latter.

    """
    known = _read(atlas)
    day = np.datetime64(cut)
    wanted = known.covid if covid else ~known.covid
    before, after = np.flatnonzero(known.starts < day), np.flatnonzero((known.starts >= day) & wanted)
    had, about = known.sites[before], known.conditions[before]
    active = np.asarray(had.sum(axis=0)).ravel()
    hits: dict[str, dict[int, list[float]]] = {name: {k: [] for k in _FIRST} for name in _RANKINGS}
    asked = set()
    for trial in after.tolist():
        alike = np.asarray((about @ known.conditions[trial].T).todense()).ravel() > 0
        same = np.asarray(had[alike].sum(axis=0)).ravel() if alike.any() else np.zeros_like(active)
        at = known.sites[trial].indices
        at = at[active[at] > 0]
        for country in np.unique(known.countries[at]):
            candidates = np.flatnonzero((known.countries == country) & (active > 0))
            right = set(at[known.countries[at] == country].tolist())
            asked.add(trial)
            for name, ranking in _RANKINGS.items():
                order = candidates[np.lexsort((candidates, -ranking(same[candidates], active[candidates])))].tolist()
                for k in _FIRST:
                    hits[name][k].append(len(right & set(order[:k])) / len(right))
    questions = len(hits["model"][_FIRST[0]])
    return Backtest(questions, len(asked), {
        name: {k: float(np.mean(found)) if found else float("nan") for k, found in by_k.items()}
        for name, by_k in hits.items()})


def _model(same: Floats, active: Floats) -> Floats:
    return SAME * np.log1p(same) + ANY * np.log1p(active)


def _most_active(_same: Floats, active: Floats) -> Floats:
    return active


def _same_condition(same: Floats, _active: Floats) -> Floats:
    return same


_RANKINGS: Mapping[str, Callable[[Floats, Floats], Floats]] = {
    "model": _model, "most active": _most_active, "same condition": _same_condition}


def _read(atlas: Atlas) -> _Known:
    """Read linked sites and conditions of trials with a known start."""
    rows = atlas.table("""
        SELECT t.id AS trial, t.start_date AS start, s.organisation_id AS site, o.country
        FROM trial_site AS s JOIN trial AS t ON t.id = s.trial_id JOIN organisation AS o ON o.id = s.organisation_id
        WHERE t.start_date IS NOT NULL AND o.country IS NOT NULL GROUP BY ALL ORDER BY trial, site""").to_pydict()
    trials, trial_at = np.unique(np.array(rows["trial"], dtype=object), return_inverse=True)
    sites, first, site_at = np.unique(np.array(rows["site"], dtype=object), return_index=True, return_inverse=True)
    starts = np.empty(len(trials), "datetime64[D]")
    starts[trial_at] = np.array(rows["start"], "datetime64[D]")
    held = sparse.csr_matrix((np.ones(len(trial_at)), (trial_at, site_at)), shape=(len(trials), len(sites)))
    keys = _conditions(atlas, trials.tolist())
    names = sorted({key for found in keys for key in found})
    column = {name: number for number, name in enumerate(names)}
    pairs = [(row, column[key]) for row, found in enumerate(keys) for key in found]
    conditions = sparse.csr_matrix(
        (np.ones(len(pairs)), ([row for row, _ in pairs], [at for _, at in pairs])), shape=(len(trials), len(names)))
    return _Known(starts, held, conditions, np.array([COVID in found for found in keys]),
                  np.array(rows["country"], dtype=object)[first].astype(str))


def _conditions(atlas: Atlas, trials: Sequence[str]) -> list[set[str]]:
    """Return what each trial is about: codes of the vocabulary, and terms that it does not have as they stand."""
    phrases = [(f" {phrase} ", code) for code, term in terms(Vocabulary.CONDITION).items()
               for phrase in {*(fold(term.labels[language]) for language in LANGUAGES), *term.attributes["also"]}]
    meant: dict[str, set[str]] = {}
    found: dict[str, set[str]] = {trial: set() for trial in trials}
    for row in atlas.rows("SELECT trial_id, term FROM trial_term WHERE kind = 'condition'"):
        if row["trial_id"] in found:
            text = fold(row["term"])
            if text not in meant:
                meant[text] = {code for phrase, code in phrases if phrase in f" {text} "} or {text}
            found[row["trial_id"]] |= meant[text]
    return [found[trial] for trial in trials]
