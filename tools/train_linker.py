"""Train the linker's scorecards on labelled lists, and print how they do on organisations they have not seen.

    python tools/train_linker.py --home HOME --gold ../shared/mirror/gold

HOME holds a published atlas of the whole mirror (``openvalley sync`` and ``build``): names and towns are those that a
list is linked against. All rows of one organisation are in one fold. Each scorecard is a sum of small rules: gradient
boosting with trees of one or two levels (Friedman 2001; on histograms, Ke et al. 2017), written as text. Rows stand a
second time with typing errors, of which the lists have few and users many; these are learnt from with less weight and
measured apart.
"""

import argparse
import random
import zlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from sklearn.ensemble import HistGradientBoostingClassifier
from threadpoolctl import threadpool_limits

from openvalley.atlas.evaluate import lineage
from openvalley.atlas.joined import without_joined
from openvalley.atlas.link_scoring import Answer, Question, read_questions, scores
from openvalley.atlas.linking import link_index
from openvalley.atlas.reader import Atlas, open_atlas
from openvalley.resolve.certain import Asked, Certain, asked
from openvalley.resolve.certain import Found as Certainly
from openvalley.resolve.link import Linked, answer, asked_of, is_open
from openvalley.resolve.linker.features import FEATURES
from openvalley.resolve.linker.kernel import SECOND, Best, Kernel, Near, Scored, best_pairs
from openvalley.resolve.linker.registered import organisations
from openvalley.resolve.linker.scorecard import Branch, Rule, Scorecard, logistic, written
from openvalley.resolve.linker.spaces import Bools, Floats
from openvalley.resolve.linker.texts import Row

#: Lists that are learnt from, each with the weight of its rows: the Belgian list is short, and what the valley needs.
LISTS = {"organisations-belgium-dev": 3.0, "organisations-cordis-dev": 1.0, "organisations-pic-dev": 1.0}
#: Weight of a row with typing errors beside that of the row itself.
MISTYPED = 0.3
FOLDS = 5
TARGET = Path(__file__).parent.parent / "src/openvalley/resolve/linker/scorecard.toml"
#: Letters that are hit for others: the most frequent ones of European languages.
_HIT = "aeiourstnl"
#: Words of fewer letters are rarely misspelt.
_LONG = 5


@dataclass(frozen=True)
class Training:
    """How a scorecard is trained: its features, levels and number of trees, learning rate, least rows of a leaf."""

    features: tuple[str, ...]
    depth: int
    steps: int
    rate: float
    least: int


#: Chosen among a few by cross-validation.
FIRST, SECOND_CARD = Training(tuple(FEATURES), 2, 400, 0.10, 25), Training(SECOND, 1, 150, 0.10, 20)
#: Rows below which a fold has too little to learn from.
FEW = 200


@dataclass(frozen=True)
class Labelled:
    """A row of a labelled list: with its list and fold, whether it is mistyped, what is certain, and for the kernel."""

    question: Question
    asked: Asked
    list: str
    fold: int
    mistyped: bool
    certain: Certainly | None
    row: Row

    @property
    def weight(self) -> float:
        """How much is learnt from it."""
        return LISTS[self.list] * (MISTYPED if self.mistyped else 1.0)


@dataclass(frozen=True)
class Lesson:
    """All labelled rows, compared with the organisations of their countries.

    Attributes:
        rows: the rows.
        kernel: what compares them.
        pairs: what comes near them.
        right: which of the pairs are right.
        judged: which of the pairs the lists say something of: not organisations that only other registers know.

    """

    rows: Sequence[Labelled]
    kernel: Kernel
    pairs: Scored
    right: Bools
    judged: Bools

    def is_right(self, lines: Scored) -> Bools:
        """Tell which lines name who is right."""
        return np.array([self.kernel.shelf.ids[one] in self.rows[row].question.right for row, one
                         in zip(lines.row.tolist(), lines.organisation.tolist(), strict=True)], bool)


@dataclass(frozen=True)
class Unseen:
    """The best organisation of ROR of each row by scorecards that have not seen its fold.

    Attributes:
        named: the lines of the best.
        seen: what the second scorecard sees of them.
        probability: what it gives.

    """

    named: Scored
    seen: Floats
    probability: Floats


def main() -> None:
    """Read, train, print, write."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--home", type=Path, required=True, help="a home folder with an atlas of the whole mirror")
    parser.add_argument("--gold", type=Path, required=True, help="the folder of labelled lists")
    given = parser.parse_args()
    lesson = read_lesson(open_atlas(given.home), given.gold)
    unseen = cross_validated(lesson)
    report(lesson.rows, answers(lesson, unseen))
    weights = _weights(lesson)
    taught = _open(lesson, unseen.named)
    # The second scorecard learns from points of rows that the first has not seen, as it will meet them.
    write({"pair": fitted(lesson.pairs.features[lesson.judged], lesson.right[lesson.judged],
                          weights[lesson.pairs.row][lesson.judged], FIRST),
           "decision": fitted(unseen.seen[taught], lesson.is_right(unseen.named)[taught],
                              weights[unseen.named.row][taught], SECOND_CARD)})


def read_lesson(atlas: Atlas, gold: Path) -> Lesson:
    """Read the labelled lists of a folder and compare their rows."""
    index = without_joined(link_index(atlas), atlas)
    rows = list(labelled(gold, lineage(atlas), Certain(index)))
    kernel = Kernel(organisations(index.spellings, index.towns), Scorecard(tuple(FEATURES), 0.0, ()),
                    Scorecard(SECOND, 0.0, ()))
    lesson = Lesson(rows, kernel, kernel.pairs([one.row for one in rows]), np.zeros(0, bool), np.zeros(0, bool))
    return replace(lesson, right=lesson.is_right(lesson.pairs), judged=kernel.shelf.ror[lesson.pairs.organisation])


def cross_validated(lesson: Lesson) -> Unseen:
    """Answer each fold by scorecards that have learnt from the other ones."""
    pairs, shelf = lesson.pairs, lesson.kernel.shelf
    weights, folds = _weights(lesson), np.array([one.fold for one in lesson.rows])
    points = np.zeros(len(lesson.right))
    for fold in range(FOLDS):
        held = folds[pairs.row] == fold
        taught = lesson.judged & ~held
        card = fitted(pairs.features[taught], lesson.right[taught], weights[pairs.row][taught], FIRST)
        points[held] = Scorecard(FIRST.features, *card).points(pairs.features[held])
    best = best_pairs(pairs.with_points(points))
    ours = shelf.ror[best.organisation]
    best, others = best.take(ours), best.take(~ours)
    standing = lesson.kernel.standing(best, others)
    named = best.take(standing.best)
    true, open_ = lesson.is_right(named), _open(lesson, named)
    probability = np.zeros(len(true))
    for fold in range(FOLDS):
        held = folds[named.row] == fold
        seen = open_ & ~held
        card = fitted(standing.seen[seen], true[seen], weights[named.row][seen], SECOND_CARD)
        probability[held] = logistic(Scorecard(SECOND, *card).points(standing.seen[held]))
    return Unseen(named, standing.seen, probability)


def answers(lesson: Lesson, unseen: Unseen) -> list[Linked]:
    """Return what linking says of each row where likeness goes by folds that had not seen it."""
    near = found(lesson.kernel, unseen.named, unseen.probability)
    # As in linking, likeness has no say where something is certain.
    return [answer(one.asked, one.certain, near.get(number) if is_open(one.asked, one.certain) else None)
            for number, one in enumerate(lesson.rows)]


def _weights(lesson: Lesson) -> Floats:
    return np.array([one.weight for one in lesson.rows])


def _open(lesson: Lesson, named: Scored) -> Bools:
    """Tell which lines are of rows that nothing certain is said of: only they get as far as the second scorecard."""
    return np.array([is_open(lesson.rows[row].asked, lesson.rows[row].certain) for row in named.row.tolist()], bool)


def labelled(folder: Path, kin: Mapping[str, set[str]], certain: Certain) -> Iterator[Labelled]:
    """Yield the rows of the labelled lists, each with its mistyped twin; all rows of one organisation have one fold."""
    typist = random.Random(7)  # noqa: S311 - the same typing errors each time
    for name in (one for one in LISTS if (folder / f"{one}.csv").is_file()):
        for question in read_questions(folder / f"{name}.csv", kin):
            cells = question.cells
            group = min(question.given) if question.given else cells["name"].lower()
            fold = zlib.crc32(group.encode()) % FOLDS
            for mistyped in (False, True):
                written = misspelt(cells["name"], typist) if mistyped else cells["name"]
                if not (mistyped and written == cells["name"]):
                    row = asked(written, cells.get("city", ""), cells.get("country", ""), "", "", "")
                    said = certain.find(row)
                    yield Labelled(question, row, name, fold, mistyped, said, asked_of(row, certain.aliases(said)))


def misspelt(name: str, typist: random.Random) -> str:
    """Return a name with one or two typing errors: a letter dropped, doubled, exchanged with the next, or another."""
    words = name.split()
    long = [place for place, word in enumerate(words) if len(word) >= _LONG and word.isalpha()]
    for _ in range(typist.choice((1, 1, 2)) if long else 0):
        place = typist.choice(long)
        word = words[place]
        at = typist.randrange(1, len(word) - 1)
        words[place] = typist.choice((
            word[:at] + word[at + 1:], word[:at + 1] + word[at:], word[:at] + word[at + 1] + word[at] + word[at + 2:],
            word[:at] + typist.choice(_HIT) + word[at + 1:]))
    return " ".join(words) if long else name


def fitted(seen: Floats, right: Bools, weights: Floats, how: Training) -> tuple[float, list[Rule]]:
    """Fit the start and the rules of a scorecard: boosted trees of two levels at most."""
    model = HistGradientBoostingClassifier(
        max_depth=how.depth, max_iter=how.steps, learning_rate=how.rate, min_samples_leaf=how.least,
        l2_regularization=1.0, early_stopping=False, random_state=7)
    # One thread: on a busy machine several wait for one another at each of many small steps.
    with threadpool_limits(1):
        model.fit(seen, right, sample_weight=weights)
    # What scikit-learn keeps of its trees stands in attributes that it does not document; a test holds the rules
    # against its own predictions.
    start = float(model._baseline_prediction.ravel()[0])  # noqa: SLF001
    rules = []
    for (tree,) in model._predictors:  # noqa: SLF001
        nodes = tree.nodes
        if nodes[0]["is_leaf"]:
            start += float(nodes[0]["value"])
        else:
            branches = (_branch(nodes, int(nodes[0]["left"]), how), _branch(nodes, int(nodes[0]["right"]), how))
            rules.append(Rule(*_asked(nodes[0], how), branches))
    return round(start, 3), rules


def _asked(node: NDArray[np.void], how: Training) -> tuple[str, float]:
    return how.features[int(node["feature_idx"])], round(float(node["num_threshold"]), 4)


def _branch(nodes: NDArray[np.void], number: int, how: Training) -> Branch:
    """Return a tree's branch; one that ends at once gives the same points whatever the feature."""
    node = nodes[number]
    end = bool(node["is_leaf"])
    least, most = (round(float(leaf["value"]), 3) for leaf in (
        (node, node) if end else (nodes[int(node["left"])], nodes[int(node["right"])])))
    return Branch(*_asked(nodes[0] if end else node, how), (least, most))


def found(kernel: Kernel, named: Scored, probability: Floats) -> Mapping[int, Near]:
    """Return by row whom the kernel found, with the probability that folds which had not seen them gave."""
    return {row: Near(Best(kernel.shelf.ids[one], chance, None, 0.0, "", "", bytes(8 * len(FEATURES))), None)
            for row, one, chance in zip(named.row.tolist(), named.organisation.tolist(), probability.tolist(),
                                        strict=True)}


def report(rows: Sequence[Labelled], said: Sequence[Linked]) -> None:
    """Print the metrics of `evaluate link` for organisations that no fold had seen, by list, typing errors apart."""
    metrics = ("precision", "recall", "f1", "none_recall", "review_share", "ece")
    print(f"{'':34}" + " ".join(f"{metric:>12}" for metric in metrics))
    for mistyped in (False, True):
        for name in (*LISTS, ""):
            chosen = [(row, one) for row, one in zip(rows, said, strict=True) if row.list.startswith(name)
                      and row.mistyped == mistyped]
            shares = scores([row.question for row, _ in chosen],
                            [Answer(one.id, one.score, one.decision) for _, one in chosen])
            title = (name or "all lists") + (", mistyped" if mistyped else "")
            print(f"{title:34}" + " ".join(f"{shares[metric]:12.3f}" for metric in metrics))


def write(cards: Mapping[str, tuple[float, Sequence[Rule]]]) -> None:
    """Write scorecards as text."""
    lines = ["# What the linker's features count, in points (log-odds); made by tools/train_linker.py, not by hand.",
             "# How to read a rule stands in scorecard.py.", ""]
    for name, (start, rules) in cards.items():
        lines += [f"[{name}]", f"start = {start}", 'rules = """', *map(written, rules), '"""', ""]
    TARGET.write_text("\n".join(lines), encoding="utf-8")


if __name__ == "__main__":
    main()
