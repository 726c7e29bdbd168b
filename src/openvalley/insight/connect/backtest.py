"""The backtest of Connect: rankings from before a day against who worked together for the first time after it.

Askers and candidates are participants seen before the cut. A new partner of an asker is a candidate in a later project
of 2 to 60 participants with it that shared no such project with it before. Askers with fewer than three new partners
are left out. P@10 is hits / min(10, new partners); R@50 hits / new partners; MRR the mean of 1 / place of the first hit
among all that a way ranks, 0 where it ranks none. Equal scores stand in the order of the PICs.

With the programme given, an asker is measured once for each programme under which it found three new partners or more;
right are those of projects under it. The baselines are restricted to who took part in such projects before.
"""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import Enum
from itertools import permutations
from pathlib import Path
from time import perf_counter
from typing import Any

import numpy as np

from openvalley.atlas.reader import Atlas
from openvalley.errors import BadInput
from openvalley.insight.connect.baselines import baselines, baselines_under
from openvalley.insight.connect.given import given, known_before
from openvalley.insight.connect.later import Later, read_later
from openvalley.insight.connect.past import LEAST, MOST, Past, Whole, past
from openvalley.insight.connect.ranking import METHOD, ranked
from openvalley.insight.connect.signals import Signals, signals
from openvalley.progress import Report

#: New partners that an asker must have, projects before the cut up to which it is a newcomer, and places looked at.
LEAST_NEW, NEWCOMER, FIRST, FIRST_FIFTY = 3, 1, 10, 50
#: Seed of the sample, so that two runs ask the same.
_SEED = 0


@dataclass(frozen=True)
class Case:
    """An asker of the backtest with its new partners: for any project, or for one under a programme."""

    asker: int
    right: set[int]
    newcomer: bool
    parts: tuple[str, ...] = ()


_Way = Callable[[Case], Whole]


class Asked(Enum):
    """What a backtest asks: partners for projects of any programme, for those whose programme is given, or both."""

    ANY = "any programme"
    GIVEN = "programme given"
    BOTH = "both"


def evaluate_connect(atlas: Atlas, future: Path, report: Report, *, cut: date | None = None, askers: int = 0,
                     asked: Asked = Asked.BOTH) -> dict[str, Any]:
    """Measure Connect and its baselines on what came later.

    Args:
        atlas: the atlas; only participations before the cut are read.
        future: CSV with project, pic, start (YYYY-MM-DD) and perhaps programme_part (codes or legal bases, `;` between
            several); rows before the cut do not count.
        report: progress.
        cut: the day; the earliest start of ``future`` when None.
        askers: how many askers to sample; 0 takes all.
        asked: which of the two questions is measured.

    Returns:
        ``{"task", "n", "cut", "learnt_until", "in_sample", "model": metrics, "baselines": {name: metrics}}``; metrics
        are p_at_10, r_at_50, mrr, the same below ``newcomers`` with their number, and p95_ms. ``in_sample`` warns that
        the ranker learnt from what it is measured on. Where the file names programmes, ``with_programme`` holds n,
        model and baselines once more: each asker with each part under which it found new partners, the part given.

    Raises:
        BadInput: the file cannot be read, names an unknown programme, or nobody in it can be measured.

    """
    rows = read_later(future)
    day = cut or min(row.began for row in rows)
    before = past(atlas, day)
    prepared = signals(atlas, before)
    later = [row for row in rows if row.began >= day]
    cases = _sample(cases_of(prepared, [(row.project, row.pic, row.began) for row in later]), askers)
    if not cases:
        raise BadInput(f"Nobody in {future} has {LEAST_NEW} new partners after {day}.",
                       hint="Give later projects of organisations that the atlas has before the cut.")
    trees = prepared.ranker.trees
    result = {"task": "connect", "n": len(cases), "cut": day.isoformat(), "atlas_version": atlas.version,
              "method": METHOD, "learnt_until": trees.learnt_until.isoformat(), "in_sample": day <= trees.learnt_until}
    if asked is not Asked.GIVEN:
        model: dict[str, _Way] = {"model": lambda case: ranked(prepared, case.asker)[0]}
        measured = _measured({**model, **baselines(prepared)}, cases, report)
        result |= {"model": measured.pop("model"), "baselines": measured}
    under = [] if asked is Asked.ANY else _sample(cases_under(atlas, before, later), askers)
    if under:
        model = {"model": lambda case: ranked(given(atlas, before, case.parts), case.asker)[0]}
        measured = _measured({**model, **baselines_under(atlas, before)}, under, report)
        result["with_programme"] = {"n": len(under), "model": measured.pop("model"), "baselines": measured}
    return result


def cases_of(prepared: Signals, rows: Sequence[tuple[str, str, date]], parts: tuple[str, ...] = ()) -> list[Case]:
    """Return the askers of later rows (project, PIC, start) that found enough new partners."""
    projects = np.bincount(prepared.past.row_pic, minlength=len(prepared.past.pics))
    return [Case(asker, found, bool(projects[asker] <= NEWCOMER), parts)
            for asker, found in sorted(new_partners(prepared, rows).items()) if len(found) >= LEAST_NEW]


def cases_under(atlas: Atlas, before: Past, later: Sequence[Later]) -> list[Case]:
    """Return each asker with each programme under which it found enough new partners; programmes of before alone."""
    found: list[Case] = []
    for parts in sorted({parts for row in later for parts in row.programmes}):
        if known_before(before, parts):
            found += cases_of(signals(atlas, before), [(row.project, row.pic, row.began) for row in later
                                                     if parts in row.programmes], parts)
    return found


def _sample(cases: Sequence[Case], most: int) -> Sequence[Case]:
    if not 0 < most < len(cases):
        return cases
    chosen = np.random.default_rng(_SEED).choice(len(cases), most, replace=False)
    return [cases[at] for at in sorted(chosen.tolist())]


def _measured(ways: Mapping[str, _Way], cases: Sequence[Case], report: Report) -> dict[str, dict[str, Any]]:
    """Return the metrics of each way of ranking; what is made once for all askers is not in the times."""
    measured = {}
    for name, way in ways.items():
        outcomes, times = [], []
        for parts in dict.fromkeys(case.parts for case in cases):
            way(next(case for case in cases if case.parts == parts))
        for place, case in enumerate(cases):
            report(f"measuring {name}", place, len(cases))
            begun = perf_counter()
            ranking = way(case)
            times.append((perf_counter() - begun) * 1000)
            outcomes.append(outcome(ranking, case.right))
        newcomers = [found for found, case in zip(outcomes, cases, strict=True) if case.newcomer]
        measured[name] = {**_means(outcomes), "newcomers": {"n": len(newcomers), **_means(newcomers)},
                          "p95_ms": float(np.percentile(times, 95))}
    return measured


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
