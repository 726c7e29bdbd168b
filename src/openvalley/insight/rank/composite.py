"""The composite: figures of regions become ranks, with what could have been chosen otherwise drawn anew each time.

After the Handbook on Constructing Composite Indicators (OECD and JRC, 2008), steps 3 to 7, and Saisana, Saltelli and
Tarantola (2005, J. R. Statist. Soc. A 168, 307-323) for the Monte Carlo over its choices. Pure functions over arrays:
the same seed gives the same ranks.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from openvalley.insight.rank.measures import Measured
from openvalley.vocabulary.terms import Vocabulary, terms

Floats = NDArray[np.float64]

#: How many times the choices are drawn; the ends of a 90 % interval then hold 100 draws each.
DRAWS = 2000
_SEED = 20_240_101
#: A weight is drawn between this share less and more than itself (Saisana et al. 2005 take a quarter).
_WEIGHT_SPREAD = 0.25
#: A region needs this share of the weights of the indicators to be ranked at all.
LEAST_KNOWN = 0.6
#: The interval that is given: 90 %.
_LOW, _HIGH = 5.0, 95.0
#: A region moves by an indicator when it reaches what a tenth of all regions reach.
_GOOD = 90.0
_TOP = 5


@dataclass(frozen=True)
class Ranks:
    """Ranks of the regions that are ranked; 1 is best.

    Attributes:
        ranked: row numbers of the measured regions, in the order of their nominal rank.
        score: the nominal composite of each, mean 0 and spread 1 of each indicator.
        rank, low, high: nominal rank, and the 90 % interval of the drawn ones.
        in_top_five: share of the draws in which it was among the first five, 0 to 1.
        scores: regions x indicators, the normalised values (NaN: not known).
        moves: regions x indicators, places gained if only that indicator were as good as that of the best tenth.

    """

    ranked: NDArray[np.int64]
    score: Floats
    rank: NDArray[np.int64]
    low: NDArray[np.int64]
    high: NDArray[np.int64]
    in_top_five: Floats
    scores: Floats
    moves: NDArray[np.int64]


def ranks(measured: Measured, weights: dict[str, float], draws: int = DRAWS) -> Ranks:
    """Rank the regions for which enough is known; fewer than two leave nothing to rank."""
    share = np.array([weights[name] for name in terms(Vocabulary.RANKING_INDICATOR)])
    known = ~np.isnan(measured.values)
    alive = known.any(axis=0) & (share > 0)
    weight = np.where(alive, share, 0.0)
    enough = (known * weight).sum(axis=1) >= LEAST_KNOWN * max(weight.sum(), 1e-12)
    rows = np.flatnonzero(enough)
    if len(rows) < 2 or not alive.any():  # noqa: PLR2004 - one region has no rank
        nothing = np.zeros(0, np.int64)
        return Ranks(nothing, np.zeros(0), nothing, nothing, nothing, np.zeros(0), np.zeros((0, len(share))),
                     np.zeros((0, len(share)), np.int64))
    used = np.flatnonzero(alive)
    values = _compared(measured.values[np.ix_(rows, used)], used)
    scores = _standardised(values)
    nominal = _mean(scores, weight[used])
    place = _places(nominal)
    drawn = np.stack([_drawn(measured, rows, used, weight[used], np.random.default_rng([_SEED, number]))
                      for number in range(draws)])
    order = np.argsort(place)
    every = np.full((len(rows), len(share)), np.nan)
    every[:, used] = scores
    moves = np.zeros((len(rows), len(share)), np.int64)
    moves[:, used] = _moves(scores, weight[used], place)
    low, high = (np.percentile(drawn, end, axis=0, method="closest_observation").astype(np.int64)
                 for end in (_LOW, _HIGH))
    return Ranks(rows[order], nominal[order], place[order], low[order], high[order],
                 (drawn <= _TOP).mean(axis=0)[order], every[order], moves[order])


def _compared(values: Floats, used: NDArray[np.int64]) -> Floats:
    """Bring each indicator to the scale on which it is compared: the logarithm where its table says so."""
    listed = list(terms(Vocabulary.RANKING_INDICATOR).values())
    logged = np.array([listed[at].attributes["logged"] for at in used.tolist()])
    least = np.nanmin(np.where(values > 0, values, np.nan), axis=0) / 2
    return np.where(logged, np.log(np.maximum(values, np.where(np.isnan(least), 1.0, least))), values)


def _standardised(values: Floats) -> Floats:
    spread = np.nanstd(values, axis=0)
    return np.asarray((values - np.nanmean(values, axis=0)) / np.where(spread > 0, spread, 1.0))


def _between(values: Floats) -> Floats:
    low, high = np.nanmin(values, axis=0), np.nanmax(values, axis=0)
    return np.asarray((values - low) / np.where(high > low, high - low, 1.0))


def _by_rank(values: Floats) -> Floats:
    """Return for each value the share of the known values that are no larger."""
    unknown = np.isnan(values)
    order = np.argsort(np.argsort(np.where(unknown, np.inf, values), axis=0), axis=0) + 1.0
    return np.where(unknown, np.nan, order / np.maximum((~unknown).sum(axis=0), 1))


_NORMALISATIONS = (_standardised, _between, _by_rank)


def _mean(scores: Floats, weight: Floats) -> Floats:
    """Return the weighted mean of what is known of each region."""
    known = ~np.isnan(scores)
    return np.asarray((np.where(known, scores, 0.0) * weight).sum(axis=1)
                      / np.maximum((known * weight).sum(axis=1), 1e-12))


def _places(composite: Floats) -> NDArray[np.int64]:
    """Return the place of each, 1 for the highest; equals in the order in which they stand."""
    return np.asarray(np.argsort(np.argsort(-composite, kind="stable"), kind="stable") + 1, np.int64)


def _drawn(measured: Measured, rows: NDArray[np.int64], used: NDArray[np.int64], weight: Floats,
           chance: np.random.Generator) -> NDArray[np.int64]:
    """Return the places of one draw: counts, missing values, normalisation and weights by chance."""
    values = _by_chance(measured.values[np.ix_(rows, used)], measured.events[np.ix_(rows, used)], chance)
    values = _filled(_compared(values, used), chance)
    scores = _NORMALISATIONS[int(chance.integers(len(_NORMALISATIONS)))](values)
    weights = weight * chance.uniform(1 - _WEIGHT_SPREAD, 1 + _WEIGHT_SPREAD, len(weight))
    return _places(_mean(scores, weights))


def _by_chance(values: Floats, events: Floats, chance: np.random.Generator) -> Floats:
    """Draw figures anew that rest on counted events: a gamma of mean 1, as narrow as the events are many (Jeffreys)."""
    counted = ~np.isnan(events)
    shape = np.where(counted, events, 0.0) + 0.5
    factor = chance.gamma(shape) / shape
    return np.where(counted, values * factor, values)


def _filled(values: Floats, chance: np.random.Generator) -> Floats:
    """Fill what is not known with the value of a region drawn by lot (hot deck)."""
    filled = values.copy()
    for column in range(values.shape[1]):
        unknown = np.isnan(values[:, column])
        if unknown.any():
            filled[unknown, column] = chance.choice(values[~unknown, column], int(unknown.sum()))
    return filled


def _moves(scores: Floats, weight: Floats, place: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return how many places each region would gain by each indicator alone, were it among the best tenth in it."""
    good = np.nanpercentile(scores, _GOOD, axis=0)
    composite = _mean(scores, weight)
    gained = np.zeros(scores.shape, np.int64)
    for column in range(scores.shape[1]):
        better = scores.copy()
        better[:, column] = np.fmax(scores[:, column], good[column])
        for row, reached in enumerate(_mean(better, weight).tolist()):
            others = np.delete(composite, row)
            gained[row, column] = max(0, int(place[row]) - 1 - int((others >= reached).sum()))
    return gained
