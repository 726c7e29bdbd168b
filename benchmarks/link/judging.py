"""Judging: what contestants said, scored by the rules that `evaluate link` goes by, and held against the bars."""

import tomllib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from contestants.competing import Said, read_said
from numpy.typing import NDArray

from openvalley.atlas.link_scoring import BINS, Answer, Question, best_threshold, decided, reliability, scores

_BARS = Path(__file__).parent / "bars.toml"
#: The lists together.
ALL = "all"
_REGION = "BE"
#: Draws of right and wrong by chance, and any number, so that they are the same each time.
_DRAWS, _SEED = 2_000, 2026
Floats = NDArray[np.float64]


def judged(lists: Mapping[str, Sequence[Question]], folder: Path, *, decides: bool,
           chosen: Mapping[str, Sequence[int]] | None = None) -> dict[str, Any]:
    """Return what a contestant's answers are worth: on each list, on all, and on the Belgian rows of each.

    Unless it ``decides`` itself its threshold is the best on each very list, a favour that ours does not get; it
    stands beside the list's figures. ``chosen`` are the numbers of the rows that ``lists`` have, where the answers are
    for more.
    """
    answers: dict[str, list[Answer]] = {}
    thresholds: dict[str, float] = {}
    for name, questions in lists.items():
        answers[name] = [_answer(one) for one in read_said(folder / f"{name}.csv")]
        if chosen is not None:
            answers[name] = [answers[name][row] for row in chosen[name]]
        if not decides:
            thresholds[name] = best_threshold(questions, answers[name])
            answers[name] = decided(answers[name], thresholds[name])
    together = [(one, answer) for name, questions in lists.items()
                for one, answer in zip(questions, answers[name], strict=True)]
    found = {name: _scored(list(zip(questions, answers[name], strict=True))) for name, questions in lists.items()}
    for name, threshold in thresholds.items():
        found[name]["threshold"] = threshold
    return found | {ALL: _scored(together)}


def calibration(lists: Mapping[str, Sequence[Question]], folder: Path) -> dict[str, list[dict[str, float]]]:
    """Return for each list, and for all, how often answers of each range of scores are right."""
    told = {name: [_answer(one) for one in read_said(folder / f"{name}.csv")] for name in lists}
    found = {name: reliability(questions, told[name]) for name, questions in lists.items()}
    return found | {ALL: reliability([one for questions in lists.values() for one in questions],
                                     [one for answers in told.values() for one in answers])}


def by_chance(lists: Mapping[str, Sequence[Question]], folder: Path) -> dict[str, dict[str, float]]:
    """Return for each list, and for all, the calibration error that chance alone would make.

    Were every score the very probability of being right, answers would still be right a little more or less often than
    they say, and the error of few answers be far from zero.

    Returns:
        ``n`` answers that name a ROR record, their ``ece``, its ``mean`` and its 95th percentile (``most``) over as
        many draws as `_DRAWS` of right and wrong by these scores.

    """
    told = {name: [_answer(one) for one in read_said(folder / f"{name}.csv")] for name in lists}
    told[ALL] = [one for answers in told.values() for one in answers]
    asked = {**lists, ALL: [one for questions in lists.values() for one in questions]}
    return {name: {"ece": scores(asked[name], answers)["ece"],
                   **_chance(np.array([one.score for one in answers if one.named]))} for name, answers in told.items()}


def _chance(seen: Floats) -> dict[str, float]:
    if not len(seen):
        return {"n": 0, "mean": 0.0, "most": 0.0}
    bins = np.minimum((seen * BINS).astype(int), BINS - 1)
    draws = np.random.default_rng(_SEED).random((_DRAWS, len(seen))) < seen
    off = np.stack([np.abs((draws[:, bins == one] - seen[bins == one]).sum(axis=1)) for one in range(BINS)])
    errors = off.sum(axis=0) / len(seen)
    return {"n": len(seen), "mean": float(errors.mean()), "most": float(np.quantile(errors, 0.95))}


def _answer(said: Said) -> Answer:
    return Answer(said.id or None, said.score, said.decision)


def _scored(pairs: Sequence[tuple[Question, Answer]]) -> dict[str, Any]:
    here = [(one, answer) for one, answer in pairs if one.country == _REGION]
    return {"n": len(pairs), **_metrics(pairs), "belgian": {"n": len(here), **_metrics(here)} if here else None}


def _metrics(pairs: Sequence[tuple[Question, Answer]]) -> dict[str, float]:
    questions, answers = [one for one, _ in pairs], [answer for _, answer in pairs]
    rows = [answer.said in one.right if one.given else answer.said is None for one, answer in pairs]
    # Averaged over rows, where a row without an id is right when nothing is said: how the published figure is made.
    return scores(questions, answers) | {"f1_by_row": sum(rows) / max(1, len(rows))}


def bars(contest: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return each bar with our figures beside it: as delivered, and on unseen organisations, which it is held against.

    ``unseen`` is none where it was not measured apart, as for speed; ``ours`` is none where nothing was.
    """
    described = tomllib.loads(_BARS.read_text(encoding="utf-8"))
    ours = next(one for one in contest["contestants"] if one["name"] == "openvalley")["lists"]
    found = []
    for bar in described["bar"]:
        measured = contest["speed"].get(bar["speed"]) if "speed" in bar else ours.get(bar["list"])
        claimed = contest["unseen"].get(bar["list"]) if contest["unseen"] and "list" in bar else None
        figure, unseen = (one[bar["metric"]] if one else None for one in (measured, claimed))
        held = figure if unseen is None else unseen
        met = None if held is None else bar.get("least", held) <= held <= bar.get("most", held)
        found.append({"published": None, **bar, "ours": figure, "unseen": unseen, "met": met})
    return found


def sources() -> list[dict[str, Any]]:
    """Return the works that published figures are quoted from."""
    return list(tomllib.loads(_BARS.read_text(encoding="utf-8"))["source"])
