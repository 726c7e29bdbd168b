"""Scorecards: points for ranges of features, in a text file that a person can read and argue with.

A scorecard is an additive model: for each feature a list of thresholds in ascending order and one more number of
points than thresholds; the points of all features and the start are summed. Their logistic function is a probability.
"""

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources

import numpy as np

from openvalley.resolve.linker.shelf import Floats


@dataclass(frozen=True)
class Steps:
    """Points of one feature: ``points[i]`` where the value is above ``above[i - 1]`` and at most ``above[i]``."""

    above: Sequence[float]
    points: Sequence[float]


@dataclass(frozen=True)
class Scorecard:
    """Points for features, in the order of the columns of what is scored."""

    start: float
    features: Mapping[str, Steps]

    def points(self, seen: Floats) -> Floats:
        """Return the sum of points of each row of features."""
        total = np.full(len(seen), self.start)
        for column, steps in enumerate(self.features.values()):
            if len(steps.above):
                at = np.searchsorted(np.asarray(steps.above), seen[:, column], side="left")
                total += np.asarray(steps.points)[at]
        return total


def logistic(points: Floats) -> Floats:
    """Return probabilities, 0 to 1, of points (log-odds)."""
    return 1 / (1 + np.exp(-np.clip(points, -30, 30)))


@cache
def scorecard(name: str, features: tuple[str, ...]) -> Scorecard:
    """Return a scorecard of ``scorecard.toml`` beside this module, its features in the order asked for.

    Raises:
        ValueError: it does not speak of just these features.

    """
    text = resources.files(__package__).joinpath("scorecard.toml").read_text(encoding="utf-8")
    table = tomllib.loads(text)[name]
    if set(table["features"]) != set(features):
        raise ValueError(f"The scorecard {name} speaks of other features: train it again.")
    return Scorecard(table["start"], {feature: Steps(**table["features"][feature]) for feature in features})
