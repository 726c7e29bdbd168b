"""Attackers who difference, the stated epsilon, and requests that nobody thought of."""

import math
import tempfile
from collections import Counter
from pathlib import Path

import fuzzing
import numpy as np
from attacks import attempt, policy
from bars import Bar

from openvalley.healthdata.disclosure.policy import Disclosure
from openvalley.healthdata.disclosure.releasing import laplace, release

_ATTEMPTS, _DRAWS = 10_000, 200_000
#: Standard deviations that a frequency may lie above what epsilon allows: one in a million by chance.
_SIGMAS = 4.8


def safe(beacon: Path) -> list[Bar]:
    """Return what attackers learnt."""
    return [*differencing(), *[epsilon(stated) for stated in (0.1, 0.5, 1.0)], *fuzzing.fuzz(beacon)]


def differencing() -> list[Bar]:
    """Try to disclose a small cell by two questions that differ by one person, or a few, ten thousand times."""
    rng = np.random.default_rng(2026)
    with tempfile.TemporaryDirectory() as folder:
        rules = policy(Path(folder))
        found = [attempt(rng, Path(folder), rules) for _ in range(_ATTEMPTS)]
    disclosed = sum(outcome.disclosed or outcome.small for outcome in found)
    refused = sum(outcome.refused for outcome in found)
    return [Bar(f"small cells disclosed in {_ATTEMPTS:,} differencing attempts", "0", str(disclosed), disclosed == 0),
            Bar("  of them refused as too near", "-", f"{refused:,}", None)]


def epsilon(stated: float) -> Bar:
    """Compare answers to two cohorts that differ by one person: no answer may be e^epsilon times as frequent."""
    rules, noise = Disclosure(minimum_count=10, rounding=1), laplace(stated)
    one, other = (Counter(release(noise(number), rules) for _ in range(_DRAWS)) for number in (12, 11))
    worst = 0.0
    for told in set(one) | set(other):
        for more, less in ((one[told], other[told]), (other[told], one[told])):
            spread = math.sqrt(more + math.exp(2 * stated) * less + 1)
            worst = max(worst, (more - math.exp(stated) * less) / spread)
    return Bar(f"epsilon {stated:g} in {_DRAWS:,} draws: worst excess in standard deviations", f"<= {_SIGMAS}",
               f"{worst:.2f}", worst <= _SIGMAS)
