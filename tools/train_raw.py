"""Train the scorecard of raw affiliations on labelled strings, and print how it does on strings it has not seen.

    python tools/train_raw.py --home HOME --gold ../shared/mirror/gold

HOME has an atlas of the whole mirror (``openvalley build``). Strings of one organisation are in one fold; those that
name several are in folds by their text. The scorecard is a sum of one-feature steps: gradient boosting with trees of
one split, Newton's step in each leaf (Friedman 2001; Chen and Guestrin 2016, "XGBoost", equation 5), written as text.
"""

import argparse
import zlib
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from openvalley.atlas.evaluate import lineage
from openvalley.atlas.evaluate_raw import RawQuestion, read_raw_questions, set_scores
from openvalley.atlas.raw_linking import raw_index
from openvalley.atlas.reader import Atlas, open_atlas
from openvalley.resolve.linker.scorecard import Scorecard, Steps, logistic
from openvalley.resolve.linker.shelf import Floats
from openvalley.resolve.raw.candidates import Asked
from openvalley.resolve.raw.choosing import MATCH, consistent
from openvalley.resolve.raw.linking import RawLinker
from openvalley.resolve.raw.weighing import FEATURES
from openvalley.vocabulary.identifiers import ROR_PREFIX

#: Weight of a string of each file: the largest has one id a string, also where it names two, so that all of it would
#: teach that a string names one; a part of it, by its text, is learnt from.
LISTS = {"affiliations-french-dev.csv": 1.0, "affiliations-mixed-dev.csv": 1.0, "affiliations-multi-dev.csv": 1.0,
         "affiliations-multilingual-dev.csv": 1.0, "affiliations-crossref-dev.csv": 0.4}
_PART = {"affiliations-crossref-dev.csv": 3}
FOLDS = 5
#: Steps, learning rate, least weight of a side, and what is added to curvature against steps from little evidence.
STEPS, RATE, LEAST, RIDGE = 400, 0.2, 15.0, 2.0
#: Ranges that a feature is cut into before steps are looked for.
_RANGES = 64
TARGET = Path(__file__).parent.parent / "src/openvalley/resolve/raw/scorecard.toml"


@dataclass(frozen=True)
class Labelled:
    """Labelled strings with their candidates: `lists` and `folds` a string, all else a candidate.

    Attributes:
        owner: the number of the candidate's string.
        ids: the candidate's id.
        right: whether the string means it; ``counts``: whether ROR can tell that.

    """

    questions: Sequence[RawQuestion]
    asked: Sequence[Asked]
    lists: Sequence[str]
    folds: NDArray[np.int64]
    owner: NDArray[np.int64]
    ids: Sequence[str]
    features: Floats
    right: NDArray[np.bool_]
    counts: NDArray[np.bool_]


def main() -> None:
    """Read, train, print, write."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--home", type=Path, required=True, help="a home folder with an atlas of the mirror")
    parser.add_argument("--gold", type=Path, required=True, help="the folder of labelled strings")
    given = parser.parse_args()
    atlas = open_atlas(given.home)
    told = labelled(atlas, RawLinker(raw_index(atlas)), [given.gold / name for name in LISTS])
    points = cross_validated(told)
    for threshold in (0.3, 0.4, MATCH, 0.6, 0.7):
        report(told, logistic(points), threshold)
    write(fitted(told, np.ones(len(told.owner), bool)))


def labelled(atlas: Atlas, linker: RawLinker, files: Sequence[Path]) -> Labelled:
    """Return the strings of labelled files with their candidates."""
    kin = lineage(atlas)
    questions: list[RawQuestion] = []
    lists: list[str] = []
    for file in files:
        found = read_raw_questions(file, kin)
        questions += found
        lists += [file.name] * len(found)
    asked = linker.finder.candidates([one.text for one in questions])
    owner = np.repeat(np.arange(len(asked)), [len(one.candidates) for one in asked])
    ids = [linker.known[candidate.organisation].organisation.id for one in asked for candidate in one.candidates]
    right = [id_ in questions[number].right for number, id_ in zip(owner.tolist(), ids, strict=True)]
    return Labelled(questions, asked, lists, np.array([_fold(one) for one in questions]), owner, ids,
                    np.concatenate([linker.weigher.features(one) for one in asked]), np.array(right),
                    np.array([id_.startswith(ROR_PREFIX) for id_ in ids]))


def _fold(question: RawQuestion) -> int:
    group = min(question.right) if len(question.given) == 1 else question.text.lower()
    return zlib.crc32(group.encode()) % FOLDS


def cross_validated(told: Labelled) -> Floats:
    """Return the points of all candidates, each by a scorecard that has not seen its string's fold."""
    points = np.zeros(len(told.owner))
    folds = told.folds[told.owner]
    for fold in range(FOLDS):
        points[folds == fold] = fitted(told, folds != fold).points(told.features[folds == fold])
    return points


def fitted(told: Labelled, among: NDArray[np.bool_]) -> Scorecard:
    """Fit a scorecard to some of the candidates."""
    part = np.array([zlib.crc32(one.text.encode()) // FOLDS % _PART.get(name, 1) == 0
                     for one, name in zip(told.questions, told.lists, strict=True)])
    weights = np.array([LISTS[name] for name in told.lists])[told.owner]
    kept = among & told.counts & part[told.owner]
    return boosted(told.features[kept], told.right[kept].astype(float), weights[kept])


def boosted(seen: Floats, right: Floats, weights: Floats) -> Scorecard:
    """Boost steps of one feature each, by logistic loss; sum them up by feature."""
    edges = [np.unique(np.quantile(column, np.linspace(0, 1, _RANGES + 1)[1:-1], method="lower")) for column in seen.T]
    ranges = [np.searchsorted(edge, column, side="left") for edge, column in zip(edges, seen.T, strict=True)]
    share = float(np.average(right, weights=weights))
    start = float(np.log(share / (1 - share)))
    points = np.full(len(right), start)
    tables = [np.zeros(len(edge) + 1) for edge in edges]
    for _ in range(STEPS):
        chance = logistic(points)
        slope, curve = weights * (right - chance), weights * chance * (1 - chance)
        feature, steps = max(((*_best_step(ranges[at], len(edges[at]) + 1, slope, curve, weights), at)
                              for at in range(len(edges)) if len(edges[at])), key=lambda one: one[0])[:0:-1]
        tables[feature] += steps
        points += steps[ranges[feature]]
    features = {}
    for name, edge, table in zip(FEATURES, edges, tables, strict=True):
        jumps = np.flatnonzero(np.abs(np.diff(table)) > 1e-9)  # noqa: PLR2004 - what rounding leaves
        features[name] = Steps([round(float(edge[at]), 4) for at in jumps],
                               [round(float(table[at]), 3) for at in (*jumps, len(table) - 1)])
    return Scorecard(round(start, 3), features)


def _best_step(ranges: NDArray[np.int64], count: int, slope: Floats, curve: Floats,
               weights: Floats) -> tuple[float, Floats]:
    """Return the gain of a feature's best step, and what it adds to each of its ranges."""
    slopes, curves, heavy = (np.cumsum(np.bincount(ranges, one, count)) for one in (slope, curve, weights))
    left, above = slopes[:-1], slopes[-1] - slopes[:-1]
    gains = left**2 / (curves[:-1] + RIDGE) + above**2 / (curves[-1] - curves[:-1] + RIDGE)
    gains[(heavy[:-1] < LEAST) | (heavy[-1] - heavy[:-1] < LEAST)] = -1.0
    at = int(gains.argmax())
    steps = np.full(count, RATE * above[at] / (curves[-1] - curves[at] + RIDGE))
    steps[:at + 1] = RATE * left[at] / (curves[at] + RIDGE)
    return float(gains[at]), steps


def chosen(told: Labelled, probabilities: Floats, threshold: float) -> list[list[str]]:
    """Return the ids that are said of each string."""
    starts = np.searchsorted(told.owner, np.arange(len(told.asked) + 1))
    return [[told.ids[starts[number] + at] for at in consistent(
        one, probabilities[starts[number]:starts[number + 1]].tolist(), threshold)]
        for number, one in enumerate(told.asked)]


def by_list(told: Labelled, probabilities: Floats, threshold: float) -> Mapping[str, Mapping[str, float]]:
    """Return the scores of each file, with its number of strings."""
    said = chosen(told, probabilities, threshold)
    rows: dict[str, list[int]] = defaultdict(list)
    for number, name in enumerate(told.lists):
        rows[name].append(number)
    return {name: {"n": len(numbers), **set_scores([told.questions[one] for one in numbers],
                                                   [said[one] for one in numbers])} for name, numbers in rows.items()}


def report(told: Labelled, probabilities: Floats, threshold: float) -> None:
    """Print precision, recall and F1 by file."""
    found = by_list(told, probabilities, threshold)
    for name, one in found.items():
        print(f"{threshold} {name:36} P {one['precision']:.3f} R {one['recall']:.3f} F1 {one['f1']:.3f} "
              f"none {one['none_recall']:.3f}")
    print(f"{threshold} mean F1 {np.mean([one['f1'] for one in found.values()]):.4f}")


def write(card: Scorecard) -> None:
    """Write the scorecard as text."""
    lines = ["# What the features of raw affiliations count, in points (log-odds); made by tools/train_raw.py.",
             "# points[i] holds for values above above[i-1] and at most above[i].", "", f"start = {card.start}"]
    for feature, steps in card.features.items():
        lines += [f"[features.{feature}]", f"above = {list(steps.above)}", f"points = {list(steps.points)}"]
    TARGET.write_text("\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
