"""The backtest of Connect: rankings from before a day against who worked together for the first time after it.

Askers and candidates are participants seen before the cut. A new partner of an asker is a candidate in a later project
of 2 to 60 participants with it that shared no such project with it before. Askers with fewer than three new partners
are left out. P@10 is hits / min(10, new partners); R@50 hits / new partners; MRR the mean of 1 / place of the first hit
among all that a way ranks, 0 where it ranks none. Equal scores stand in the order of the PICs.
"""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from itertools import permutations
from pathlib import Path
from time import perf_counter
from typing import Any

import numpy as np

from openvalley.atlas.reader import Atlas
from openvalley.errors import BadInput
from openvalley.insight.connect.past import LEAST, MOST, Floats, Whole, past
from openvalley.insight.connect.ranking import METHOD, ranked, read_rows
from openvalley.insight.connect.signals import Signals, signals
from openvalley.insight.connect.trees import ranker

#: New partners that an asker must have, projects before the cut up to which it is a newcomer, and places looked at.
LEAST_NEW, NEWCOMER, FIRST, FIRST_FIFTY = 3, 1, 10, 50
#: Seed of the sample, so that two runs ask the same.
_SEED = 0
_Way = Callable[[int], Whole]


def evaluate_connect(atlas: Atlas, future: Path, report: Callable[[str, int, int | None], None], *,
                     cut: date | None = None, askers: int = 0) -> dict[str, Any]:
    """Measure Connect and its baselines on what came later.

    Args:
        atlas: the atlas; only participations before the cut are read.
        future: CSV with project, pic, start (YYYY-MM-DD); rows before the cut do not count.
        report: progress.
        cut: the day; the earliest start of ``future`` when None.
        askers: how many askers to sample; 0 takes all.

    Returns:
        ``{"task", "n", "cut", "learnt_until", "in_sample", "model": metrics, "baselines": {name: metrics}}``; metrics
        are p_at_10, r_at_50, mrr, the same below ``newcomers`` with their number, and p95_ms. ``in_sample`` warns that
        the ranker learnt from what it is measured on.

    Raises:
        BadInput: the file cannot be read, or nobody in it can be measured.

    """
    rows = _later(future)
    day = cut or min(began for _, _, began in rows)
    prepared = signals(atlas, past(atlas, day))
    new = new_partners(prepared, [row for row in rows if row[2] >= day])
    asked = sorted(asker for asker, found in new.items() if len(found) >= LEAST_NEW)
    if not asked:
        raise BadInput(f"Nobody in {future} has {LEAST_NEW} new partners after {day}.",
                       hint="Give later projects of organisations that the atlas has before the cut.")
    if 0 < askers < len(asked):
        asked = sorted(np.random.default_rng(_SEED).choice(asked, askers, replace=False).tolist())
    projects = np.bincount(prepared.past.row_pic, minlength=len(prepared.past.pics))
    newcomer = np.array([projects[asker] <= NEWCOMER for asker in asked])
    measured = {}
    for name, way in {"model": lambda asker: ranked(prepared, asker)[0], **_baselines(prepared)}.items():
        outcomes, times = [], []
        for place, asker in enumerate(asked):
            report(f"measuring {name}", place, len(asked))
            begun = perf_counter()
            ranking = way(asker)
            times.append((perf_counter() - begun) * 1000)
            outcomes.append(outcome(ranking, new[asker]))
        measured[name] = {**_means(outcomes), "newcomers": {
            "n": int(newcomer.sum()), **_means([found for found, is_new in zip(outcomes, newcomer, strict=True)
                                                if is_new])}, "p95_ms": float(np.percentile(times, 95))}
    return {"task": "connect", "n": len(asked), "cut": day.isoformat(), "atlas_version": atlas.version,
            "method": METHOD, "learnt_until": ranker().learnt_until.isoformat(),
            "in_sample": day <= ranker().learnt_until, "model": measured.pop("model"), "baselines": measured}


def new_partners(prepared: Signals, rows: Sequence[tuple[str, str, date]]) -> Mapping[int, set[int]]:
    """Return the first-time partners of each asker in later rows (project, PIC, start), by number."""
    projects: defaultdict[str, set[str]] = defaultdict(set)
    for project, pic, _ in rows:
        projects[project].add(pic)
    new: defaultdict[int, set[int]] = defaultdict(set)
    for members in projects.values():
        if LEAST <= len(members) <= MOST:
            seen = [prepared.number[pic] for pic in members if pic in prepared.number]
            for one, other in permutations(seen, 2):
                new[one].add(other)
    for asker, found in new.items():
        found -= set(prepared.partners_of(asker).tolist())
    return new


def outcome(ranking: Whole, right: set[int]) -> tuple[float, float, float]:
    """Return P@10, R@50 and the reciprocal rank of a ranking; ``right`` holds at least one number."""
    hits = np.isin(ranking, list(right))
    first = float(1 / (np.argmax(hits) + 1)) if hits.any() else 0.0
    return (float(hits[:FIRST].sum() / min(FIRST, len(right))), float(hits[:FIRST_FIFTY].sum() / len(right)), first)


def _means(outcomes: Sequence[tuple[float, float, float]]) -> dict[str, float]:
    means = np.array(outcomes).mean(axis=0) if outcomes else np.zeros(3)
    return dict(zip(("p_at_10", "r_at_50", "mrr"), means.tolist(), strict=True))


def _baselines(prepared: Signals) -> Mapping[str, _Way]:
    popularity = prepared.nodes["np_all"]
    taken = prepared.programme_counts()

    def best(asker: int, column: Floats) -> Whole:
        values = column.copy()
        values[np.append(prepared.partners_of(asker), asker)] = -np.inf
        order = np.argsort(-values, kind="stable")
        return order[values[order] > 0]

    return {
        "popularity": lambda asker: best(asker, popularity),
        "popularity within programme": lambda asker: best(asker, taken @ taken[asker]),
        "common neighbours": lambda asker: best(asker, prepared.common(asker, np.ones_like(prepared.rare))),
        "Adamic-Adar": lambda asker: best(asker, prepared.common(asker, prepared.rare)),
    }


def _later(future: Path) -> list[tuple[str, str, date]]:
    rows = []
    for line, row in enumerate(read_rows(future, ("project", "pic", "start")), start=2):
        try:
            rows.append((row["project"].strip(), row["pic"].strip(), date.fromisoformat(row["start"].strip()[:10])))
        except ValueError as problem:
            raise BadInput(f"{future}, line {line}: {row['start'][:40]!r} is no day.", hint="Write days as 2019-01-31.",
                           line=line) from problem
    return rows
