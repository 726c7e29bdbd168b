"""Fit the weights of Test on the trials of an atlas that started before a day, and print them.

    python tools/train_test.py --home HOME

A conditional logit (McFadden 1974): of the known sites of a country, those that a later trial has, by the logarithms of
what each had behind it when the trial's half-month began (its year, for trials before 2019 that are not about
COVID-19, since those are few). Weights are drawn towards those declared before (`DECLARED`) by a ridge on what a
standard deviation of a column weighs: strength 100 did best of 30, 100 and 300 where each period was left out in turn.
The weights stand in `openvalley.insight.test.scoring`.
"""

import argparse
from collections.abc import Iterable, Sequence
from dataclasses import fields
from datetime import date
from itertools import pairwise
from pathlib import Path

import numpy as np
import numpy.typing as npt
from scipy.optimize import minimize

from openvalley.atlas.reader import open_atlas
from openvalley.insight.test.backtest import Question, questions
from openvalley.insight.test.held import Held, held
from openvalley.insight.test.scoring import Counts

Floats = npt.NDArray[np.float64]
#: What is fitted, with the weight that it is drawn towards: all counts but that of trials recruiting now.
DECLARED = {field.name: 0.0 for field in fields(Counts) if field.name != "competing"} | {
    "same": 1.0, "same_phase": 0.35, "alike": 0.5, "trials": 0.6}
#: Columns that are not counted, so that no logarithm is taken.
KINDS = ("care", "university")
STRENGTH = 100.0
#: Half-months of COVID-19 trials that are asked of, and years of other trials.
HALVES = [date(2020, 3, 1), date(2020, 3, 15), date(2020, 4, 1), date(2020, 4, 15), date(2020, 5, 1)]
YEARS = [date(year, 1, 1) for year in range(2013, 2020)]


def columns(question: Question) -> Floats:
    """Return what is fitted of a question, as sites x columns."""
    counts = question.counts
    return np.stack([getattr(counts, name) if name in KINDS else np.log1p(getattr(counts, name))
                     for name in DECLARED], axis=1)


def fitted(asked: Iterable[Question]) -> Floats:
    """Return the weights that make the sites of later trials likeliest, drawn towards the declared ones."""
    tables = [(columns(question), question.right / question.right.sum()) for question in asked]
    spread = np.concatenate([table for table, _ in tables]).std(axis=0)
    declared = np.array(list(DECLARED.values()))

    def loss(weights: Floats) -> tuple[float, Floats]:
        drawn = (weights - declared) * spread
        total, slope = STRENGTH * float(drawn @ drawn), 2 * STRENGTH * drawn * spread
        for table, right in tables:
            points = table @ weights
            shares = np.exp(points - points.max())
            shares /= shares.sum()
            total -= float(right @ np.log(shares))
            slope -= table.T @ (right - shares)
        return total, slope

    return minimize(loss, declared, jac=True, method="L-BFGS-B").x


def between(known: Held, days: Sequence[date], *, covid: bool) -> list[Question]:
    """Return the questions of each period between two days, asked of what was known at its start."""
    return [question for start, end in pairwise(days)
            for question in questions(known, start, covid=covid, until=end)]


def main() -> None:
    """Read, fit, print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--home", type=Path, required=True, help="a home folder with an atlas that has trials")
    atlas = open_atlas(parser.parse_args().home)
    known = held(atlas)
    asked = between(known, HALVES, covid=True) + between(known, YEARS, covid=False)
    for name, weight in zip(DECLARED, fitted(asked), strict=True):
        print(f"{name}: {weight:.3f}")
    atlas.close()


if __name__ == "__main__":
    main()
