"""Scoring: how much the experience of a site speaks for it, in the verb and in its backtest alike.

A site's own trials of the condition count most, then those of the phase and the intervention, then its trials of any
condition, each by its logarithm: the tenth trial says less than the second. Who runs trials of its own - as sponsor, as
collaborator, or as their one site - runs more of them, and who cares for patients more than who does not. Recruiting
trials of the same condition compete for the same patients and count against it.

Weights are those of a conditional logit (McFadden 1974, Frontiers in Econometrics, 105-142) of the sites of trials that
started before 2020-05 among the known sites of their country, asked of what was known at the start of their half-month
(before 2019: of their year), drawn towards weights declared before it (1, 0.35, 0.5, 0.6 for the first four, 0 for the
others) and rounded: `tools/train_test.py`. The past cannot tell of trials that recruit now: that weight is declared.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]

#: Weights of the logarithms of the counts.
SAME, PHASE, TREATED, ANY, SPONSORED, JOINED, ALONE, COMPETING = 0.75, 0.5, 0.7, 0.6, 0.2, 0.2, 0.25, -0.1
#: What is added for who cares for patients.
CARE = 0.15
#: Points that count as full experience: more than any site of a register's extract has, so that no two tie at the top.
_FULL = 12.0


@dataclass(frozen=True)
class Counts:
    """What sites have behind them: one number a site and field, as arrays of one length.

    Attributes:
        same: trials of the condition.
        same_phase: of the condition and a phase that is asked for.
        treated: of the condition, with an intervention like the one asked for.
        trials: all trials.
        sponsored: trials that it leads as sponsor, wherever they run.
        joined: trials that it collaborates in.
        alone: trials of which it is the only known site.
        care: 1 for who cares for patients, else 0.
        competing: of the condition, recruiting now.

    """

    same: Floats
    same_phase: Floats
    treated: Floats
    trials: Floats
    sponsored: Floats
    joined: Floats
    alone: Floats
    care: Floats
    competing: Floats


def scores(counts: Counts) -> Floats:
    """Return how much speaks for each site, 0 (nothing) to 1."""
    points = (SAME * np.log1p(counts.same) + PHASE * np.log1p(counts.same_phase) + TREATED * np.log1p(counts.treated)
              + ANY * np.log1p(counts.trials) + SPONSORED * np.log1p(counts.sponsored)
              + JOINED * np.log1p(counts.joined) + ALONE * np.log1p(counts.alone) + CARE * counts.care
              + COMPETING * np.log1p(counts.competing))
    found: Floats = np.clip(points / _FULL, 0.0, 1.0)
    return found
