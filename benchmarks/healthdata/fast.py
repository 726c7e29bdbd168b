"""A million persons: how long a count takes, and how near the estimate of different patients is."""

import tempfile
import time
from pathlib import Path

import numpy as np
from bars import Bar

from openvalley.healthdata.cdm.asking import cohort_from
from openvalley.healthdata.cdm.opening import open_cdm
from openvalley.healthdata.cdm.synthetic import Recipe, make_cdm
from openvalley.healthdata.demo import COHORTS
from openvalley.healthdata.sketching import distinct, salt, sketch

PERSONS = 1_000_000
_SECOND, _TWO_PERCENT = 1.0, 0.02
#: Hospitals, each with the part of a million persons that it knows; neighbours share a fifth.
_HOSPITALS = ((0, 450_000), (350_000, 800_000), (700_000, 1_000_000))
#: Questions, each under a key of its own.
_QUESTIONS = 5


def fast() -> list[Bar]:
    """Return the figures of a million persons."""
    return [*_counts(), _distinct()]


def _counts() -> list[Bar]:
    questions = [*COHORTS, {"age": {"min": 65}}, {"measurement": "LOINC:8480-6", "min": 140, "days": 2},
                 {"not": {"any": [{"condition": 320128}, {"drug": 1503297}]}},
                 {"all": [{"condition": 201820, "age": {"max": 50}}, {"observed": {"from": "2020-01-01"}}]}]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "cdm.duckdb"
        began = time.perf_counter()
        make_cdm(path, Recipe(PERSONS, 1, 0, 0))
        made = time.perf_counter() - began
        with open_cdm(str(path)) as cdm:
            began = time.perf_counter()
            for question in questions:
                cdm.count(cohort_from(question))
            first = (time.perf_counter() - began) / len(questions)
            seconds = []
            for _ in range(3):
                for question in questions:
                    began = time.perf_counter()
                    cdm.count(cohort_from(question))
                    seconds.append(time.perf_counter() - began)
    return [Bar(f"a count on {PERSONS:,} persons, DuckDB: slowest of {len(seconds)}", f"<= {_SECOND:g} s",
                f"{max(seconds):.2f} s", max(seconds) <= _SECOND),
            Bar("  median; first time each, mean", "-", f"{np.median(seconds):.2f} s; {first:.2f} s", None),
            Bar("  making the database", "-", f"{made:.0f} s", None)]


def _distinct() -> Bar:
    worst = 0.0
    for number in range(_QUESTIONS):
        key = salt(b"a key that the benchmark's hospitals share", f"question {number}")
        sketches = [sketch([f"person {person}" for person in range(first, last)], last - first, f"node {first}", key)
                    for first, last in _HOSPITALS]
        worst = max(worst, abs(distinct(sketches).estimate - PERSONS) / PERSONS)
    return Bar(f"different patients of {len(_HOSPITALS)} hospitals, {PERSONS:,}: worst of {_QUESTIONS}",
               f"within {_TWO_PERCENT:.0%}", f"{worst:.2%}", worst <= _TWO_PERCENT)
