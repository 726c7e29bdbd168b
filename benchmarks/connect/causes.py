"""Why not more new partners are foreseen, counted over a sample of askers."""

from collections.abc import Sequence
from datetime import date
from pathlib import Path

import numpy as np

from openvalley.atlas.reader import Atlas, open_atlas
from openvalley.insight.connect.backtest import FIRST, Case, cases_of, cases_under
from openvalley.insight.connect.given import given
from openvalley.insight.connect.later import read_later
from openvalley.insight.connect.past import past
from openvalley.insight.connect.ranking import Prepared
from openvalley.insight.connect.signals import Signals, signals

CAUSES = ("new partners", "any programme", "programme given")
#: Askers of the sample, and its seed, so that two runs ask the same.
SAMPLE, _SEED = 600, 0


def causes(home: Path, future: Path, cut: date) -> list[list[str]]:
    """Return what a perfect order could reach and what is known of new partners, a row for each."""
    atlas = open_atlas(home)
    before = past(atlas, cut)
    later = [row for row in read_later(future) if row.began >= cut]
    whole = signals(atlas, before)
    every = [cases_of(whole, [(row.project, row.pic, row.began) for row in later]), cases_under(atlas, before, later)]
    columns = [_column(atlas, whole, cases) for cases in every]
    atlas.close()
    return [[name, *(column[name] for column in columns)] for name in columns[0]]


def _column(atlas: Atlas, whole: Signals, cases: Sequence[Case]) -> dict[str, str]:
    chosen = np.random.default_rng(_SEED).choice(len(cases), min(SAMPLE, len(cases)), replace=False)
    candidates, share, best, common, met, seldom = [], [], [], [], [], []
    for case in (cases[at] for at in sorted(chosen.tolist())):
        prepared: Prepared = given(atlas, whole.past, case.parts) if case.parts else whole
        scores = prepared.scores(case.asker)
        ranked = prepared.candidates(case.asker, scores)
        hits, right = int(np.isin(ranked, list(case.right)).sum()), list(case.right)
        candidates.append(len(ranked))
        share.append(hits / len(right))
        best.append(min(FIRST, hits) / min(FIRST, len(right)))
        common.append(float((scores.columns["CN"][right] > 0).mean()))
        met.append(int((scores.columns["CN"] > 0).sum()))
        seldom.append(float((whole.nodes["np_all"][right] <= 1).mean()))
    return {
        "asked (a sample)": f"{len(candidates):,}",
        "candidates that are ranked, in the middle": f"{np.median(candidates):,.0f}",
        "among the candidates": f"{np.mean(share):.0%}",
        "P@10 of a perfect order of the candidates": f"{np.mean(best):.2f}",
        "with a partner in common": f"{np.mean(common):.0%}",
        "participants with a partner in common, in the middle": f"{np.median(met):,.0f}",
        "with one joint project at most": f"{np.mean(seldom):.0%}",
    }
