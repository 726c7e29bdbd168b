"""The composite: what holds for every ranking, whatever the figures."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from openvalley.insight.rank.composite import LEAST_KNOWN, ranks
from openvalley.insight.rank.measures import Measured
from openvalley.vocabulary.terms import Vocabulary, terms

_NAMES = list(terms(Vocabulary.RANKING_INDICATOR))
_EQUAL = dict.fromkeys(_NAMES, 1 / len(_NAMES))
_DRAWS = 60


def _measured(values, events=1000.0):
    values = np.array(values, np.float64)
    codes = [f"R{number}" for number in range(len(values))]
    return Measured(codes, codes, codes, np.full(len(codes), 1e6), values, np.where(np.isnan(values), np.nan, events),
                    dict.fromkeys(_NAMES, 2020))


def _ladder(regions):
    return [[float(10 * (regions - row) + column) for column in range(len(_NAMES))] for row in range(regions)]


def test_a_region_that_is_better_in_everything_is_first():
    found = ranks(_measured(_ladder(8)), _EQUAL, _DRAWS)
    assert found.ranked.tolist() == list(range(8))
    assert found.rank.tolist() == list(range(1, 9))
    assert (found.low[0], found.high[0], found.in_top_five[0]) == (1, 1, 1.0)


@given(st.permutations(range(7)))
def test_the_order_of_the_regions_does_not_matter(order):
    values = np.array(_ladder(7))
    values[3, 2] = np.nan
    straight = ranks(_measured(values), _EQUAL, 5)
    shuffled = ranks(_measured(values[list(order)]), _EQUAL, 5)
    assert [order[row] for row in shuffled.ranked.tolist()] == straight.ranked.tolist()
    assert shuffled.score.tolist() == pytest.approx(straight.score.tolist())


def test_the_nominal_rank_lies_in_its_interval_and_few_events_make_it_wide():
    rng = np.random.default_rng(7)
    values = rng.gamma(2.0, size=(30, len(_NAMES))) + 0.5
    many, few = (ranks(_measured(values, events), _EQUAL, _DRAWS) for events in (1e6, 2.0))
    assert (many.low <= many.high).all()
    assert (few.high - few.low).mean() > (many.high - many.low).mean()


def test_a_weight_of_nought_takes_an_indicator_out():
    values = _ladder(6)
    values[5][0] = 1e6
    first = _NAMES[0]
    with_it = ranks(_measured(values), {**dict.fromkeys(_NAMES, 0.0), first: 1.0}, _DRAWS)
    without = ranks(_measured(values), {**_EQUAL, first: 0.0}, _DRAWS)
    assert with_it.ranked[0] == 5
    assert without.ranked[0] == 0


def test_a_region_of_which_little_is_known_is_not_ranked():
    values = np.array(_ladder(5))
    values[2, : int(len(_NAMES) * (1 - LEAST_KNOWN)) + 1] = np.nan
    assert 2 not in ranks(_measured(values), _EQUAL, _DRAWS).ranked.tolist()


@pytest.mark.parametrize("values", [np.zeros((0, len(_NAMES))), np.full((3, len(_NAMES)), np.nan), _ladder(1)])
def test_nothing_to_rank(values):
    assert not len(ranks(_measured(values), _EQUAL, _DRAWS).ranked)


def test_what_would_move_a_region_most():
    values = _ladder(10)
    values[9] = [value + 0.5 for value in values[8]]
    values[9][1] = 1.0
    found = ranks(_measured(values), _EQUAL, _DRAWS)
    last = found.ranked.tolist().index(9)
    assert found.moves[last][1] == found.moves[last].max() > 0
    assert (found.moves[0] == 0).all()
