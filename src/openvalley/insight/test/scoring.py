"""Scoring: how much the experience of a site speaks for it. Weights were chosen on trials that started before 2020-05.

A site's own trials of the condition count most, then those of the phase and the intervention, then its trials of any
condition, each by its logarithm: the tenth trial says less than the second. Recruiting trials of the same condition
compete for the same patients and count against it.
"""

from math import log1p

from openvalley.insight.test.experience import Site

#: Weights of the logarithms of the counts.
SAME, PHASE, TREATED, ANY, COMPETING = 1.0, 0.35, 0.5, 0.6, -0.1
#: A score of 1 is that of so much experience; more is no better.
_FULL = 6.0


def score(site: Site) -> float:
    """Return how much speaks for a site, 0 (nothing) to 1."""
    points = (SAME * log1p(site.same) + PHASE * log1p(site.same_phase) + TREATED * log1p(site.treated)
              + ANY * log1p(site.trials) + COMPETING * log1p(site.competing))
    return round(min(max(points, 0.0) / _FULL, 1.0), 4)
