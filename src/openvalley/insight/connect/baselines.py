"""Baselines: the ways of ranking partners that Connect is measured beside, in the same run."""

from collections.abc import Callable, Mapping
from typing import Protocol

import numpy as np

from openvalley.atlas.reader import Atlas
from openvalley.insight.connect.given import given
from openvalley.insight.connect.past import Floats, Past, Whole
from openvalley.insight.connect.signals import Signals


class Asking(Protocol):
    """A case of the backtest: who asks, and under which programme parts."""

    @property
    def asker(self) -> int:
        """Number of the asker."""

    @property
    def parts(self) -> tuple[str, ...]:
        """The programme parts; none where no programme is given."""


def baselines(prepared: Signals) -> Mapping[str, Callable[[Asking], Whole]]:
    """Return the baselines over projects of any programme."""
    popularity = prepared.nodes["np_all"]
    taken = prepared.programme_counts()
    even = np.ones_like(prepared.rare)
    return {
        "popularity": lambda case: _best(prepared, case.asker, popularity),
        "popularity within programme": lambda case: _best(prepared, case.asker, taken @ taken[case.asker]),
        "common neighbours": lambda case: _best(prepared, case.asker, prepared.common(case.asker, even)),
        "Adamic-Adar": lambda case: _best(prepared, case.asker, prepared.common(case.asker, prepared.rare)),
    }


def baselines_under(atlas: Atlas, before: Past) -> Mapping[str, Callable[[Asking], Whole]]:
    """Return the baselines among those who took part in projects under a given programme."""
    def common(case: Asking, *, rare: bool, inside: bool) -> Whole:
        known = given(atlas, before, case.parts)
        partners = known.partners_of(case.asker)
        weights = known.whole.rare[partners] if rare else np.ones(len(partners))
        column = (known.shared if inside else known.whole.shared)[partners].T @ weights
        return _best(known.whole, case.asker, column * (known.nodes["q_all"] > 0))

    def popular(case: Asking) -> Whole:
        known = given(atlas, before, case.parts)
        return _best(known.whole, case.asker, known.nodes["q_all"])

    return {
        "popularity within it": popular,
        "common neighbours within it": lambda case: common(case, rare=False, inside=False),
        "common neighbours over its projects": lambda case: common(case, rare=False, inside=True),
        "Adamic-Adar within it": lambda case: common(case, rare=True, inside=False),
    }


def _best(prepared: Signals, asker: int, column: Floats) -> Whole:
    values = column.copy()
    values[np.append(prepared.partners_of(asker), asker)] = -np.inf
    found = np.flatnonzero(values > 0)
    return found[np.argsort(-values[found], kind="stable")]
