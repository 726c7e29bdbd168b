"""Train the trees of raw affiliations on labelled strings, and print how it does on strings it has not seen.

    python tools/train_raw.py --home HOME --gold ../shared/mirror/gold

HOME has an atlas of the whole mirror (``openvalley build``). Strings of one organisation are in one fold; those that
name several are in folds by their text. Gradient boosting with small trees (scikit-learn's histogram method, after Ke
et al. 2017, "LightGBM"), written as text. One split a tree, a scorecard, had a mean F1 of two points less.
"""

import argparse
import zlib
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from sklearn.ensemble import HistGradientBoostingClassifier

from openvalley.atlas.evaluate import lineage
from openvalley.atlas.evaluate_raw import RawQuestion, read_raw_questions, set_scores
from openvalley.atlas.raw_linking import raw_index
from openvalley.atlas.reader import Atlas, open_atlas
from openvalley.resolve.linker.scorecard import logistic
from openvalley.resolve.linker.spaces import Floats
from openvalley.resolve.raw.candidates import Asked
from openvalley.resolve.raw.choosing import MATCH, consistent
from openvalley.resolve.raw.linking import RawLinker
from openvalley.resolve.raw.trees import read
from openvalley.resolve.raw.weighing import FEATURES
from openvalley.vocabulary.identifiers import ROR_PREFIX

#: Weight of a string of each file: the largest has one id a string, also where it names two, and would drown the rest.
LISTS = {"affiliations-french-dev.csv": 1.0, "affiliations-mixed-dev.csv": 1.0, "affiliations-multi-dev.csv": 1.0,
         "affiliations-multilingual-dev.csv": 1.0, "affiliations-crossref-dev.csv": 0.3}
FOLDS = 5
#: Chosen among a few by cross-validation.
SETTINGS = {"max_leaf_nodes": 8, "max_iter": 250, "learning_rate": 0.06, "min_samples_leaf": 20,
            "l2_regularization": 1.0, "max_features": 0.5, "early_stopping": False, "random_state": 7}
TARGET = Path(__file__).parent.parent / "src/openvalley/resolve/raw/trees.txt"


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
    write(written(fitted(told, np.ones(len(told.owner), bool))))


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
    """Return the points of all candidates, each by trees that has not seen its string's fold."""
    points = np.zeros(len(told.owner))
    folds = told.folds[told.owner]
    for fold in range(FOLDS):
        trees = read(written(fitted(told, folds != fold)))
        points[folds == fold] = trees.points(told.features[folds == fold])
    return points


def fitted(told: Labelled, among: NDArray[np.bool_]) -> HistGradientBoostingClassifier:
    """Fit trees to some of the candidates."""
    weights = np.array([LISTS[name] for name in told.lists])[told.owner]
    kept = among & told.counts
    return HistGradientBoostingClassifier(**SETTINGS).fit(told.features[kept], told.right[kept],
                                                          sample_weight=weights[kept])


def written(model: HistGradientBoostingClassifier) -> list[str]:
    """Return trees as lines of text."""
    lines = [f"{float(model._baseline_prediction.ravel()[0]):.5f}"]  # noqa: SLF001 - nothing public gives the trees
    for (tree,) in model._predictors:  # noqa: SLF001 - same
        lines.append(" ".join(
            f"={node['value']:.5f}" if node["is_leaf"] else
            f"{list(FEATURES)[node['feature_idx']]}:{node['num_threshold']:.6g}:{node['left']}:{node['right']}"
            for node in tree.nodes))
    return lines


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


def write(lines: Sequence[str]) -> None:
    """Write trees as text."""
    TARGET.write_text("\n".join((
        "# What the features of raw affiliations count, in points (log-odds); made by tools/train_raw.py, not by hand.",
        "# First the start, then a tree a line: feature:threshold:low:high (at most: node low, else high), =points.",
        *lines)) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
