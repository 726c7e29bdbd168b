"""Scoring: how much the experience of a site speaks for it, in the verb and in its backtest alike.

A site's trials with an intervention like the one asked for count most, then those of the condition, its trials of any
condition and those of the phase, each by its logarithm: the tenth trial says less than the second. Who runs trials of
its own - as sponsor, as collaborator, or as their one site - runs more of them, and so do university hospitals, and who
cares for patients. Recruiting trials of the same condition compete for the same patients and count against it.

Weights are those of a conditional logit (McFadden 1974, Frontiers in Econometrics, 105-142) of the sites of trials that
started before 2020-05 among the known sites of their country, asked of what was known at the start of their half-month
(before 2019: of their year), drawn towards weights declared before it (1 for the condition, 0.35 for the phase, 0.5
for the intervention, 0.6 for any trial, 0 for the others): `tools/train_test.py`. The past cannot tell of trials that
recruit now: that weight is declared.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]

#: Weights of the logarithms of the counts.
SAME, PHASE, ALIKE, ANY, SPONSORED, JOINED, ALONE, COMPETING = 0.719, 0.394, 2.766, 0.624, 0.175, 0.214, 0.208, -0.1
#: What is added for who cares for patients, and for a university hospital.
CARE, UNIVERSITY = 0.093, 0.513
#: Points that count as full experience: more than any site of a register's extract has, so that no two tie at the top.
_FULL = 16.0


@dataclass(frozen=True)
class Counts:
    """What sites have behind them: one number a site and field, as arrays of one length.

    Attributes:
        same: trials of the condition.
        same_phase: of the condition and a phase that is asked for.
        alike: with an intervention like the one asked for, each by how much of its words it holds.
        trials: all trials.
        sponsored: trials that it leads as sponsor, wherever they run.
        joined: trials that it collaborates in.
        alone: trials of which it is the only known site.
        care: 1 for who cares for patients, else 0.
        university: 1 for a university hospital, else 0.
        competing: of the condition, recruiting now.

    """

    same: Floats
    same_phase: Floats
    alike: Floats
    trials: Floats
    sponsored: Floats
    joined: Floats
    alone: Floats
    care: Floats
    university: Floats
    competing: Floats


def scores(counts: Counts) -> Floats:
    """Return how much speaks for each site, 0 (nothing) to 1."""
    points = (SAME * np.log1p(counts.same) + PHASE * np.log1p(counts.same_phase) + ALIKE * np.log1p(counts.alike)
              + ANY * np.log1p(counts.trials) + SPONSORED * np.log1p(counts.sponsored)
              + JOINED * np.log1p(counts.joined) + ALONE * np.log1p(counts.alone) + CARE * counts.care
              + UNIVERSITY * counts.university + COMPETING * np.log1p(counts.competing))
    found: Floats = np.clip(points / _FULL, 0.0, 1.0)
    return found
