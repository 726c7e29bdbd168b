"""Train the linker's scorecards on labelled lists, and print how they do on organisations they have not seen.

    python tools/train_linker.py --home HOME --gold ../shared/mirror/gold

HOME holds a published atlas of the whole mirror (``openvalley sync`` and ``build``): names and towns are those that a
list is linked against. All rows of one organisation are in one fold. Each scorecard is a sum of small rules: gradient
boosting with trees of one or two levels (Friedman 2001), written as text. Rows stand a second time with typing errors,
of which the lists have few and users many; these are learnt from with less weight and measured apart.
"""

import argparse
import random
import zlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from sklearn.ensemble import GradientBoostingClassifier
from sklearn.tree._tree import Tree

from openvalley.atlas.evaluate import lineage
from openvalley.atlas.link_scoring import Answer, Question, read_questions, scores
from openvalley.atlas.linking import link_index
from openvalley.atlas.reader import open_atlas
from openvalley.resolve.certain import Asked, Certain, asked
from openvalley.resolve.certain import Found as Certainly
from openvalley.resolve.link import answer, asked_of, is_open
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
FIRST, SECOND_CARD = Training(tuple(FEATURES), 2, 300, 0.15, 25), Training(SECOND, 1, 150, 0.10, 20)


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


def main() -> None:
    """Read, train, print, write."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--home", type=Path, required=True, help="a home folder with an atlas of the whole mirror")
    parser.add_argument("--gold", type=Path, required=True, help="the folder of labelled lists")
    given = parser.parse_args()
    atlas = open_atlas(given.home)
    index = link_index(atlas)
    rows = list(labelled(given.gold, lineage(atlas), Certain(index)))
    kernel = Kernel(organisations(index.spellings, index.towns), Scorecard(tuple(FEATURES), 0.0, ()),
                    Scorecard(SECOND, 0.0, ()))
    pairs = kernel.pairs([one.row for one in rows])
    right = np.array([kernel.shelf.ids[one] in rows[row].question.right for row, one
                      in zip(pairs.row.tolist(), pairs.organisation.tolist(), strict=True)])
    # The lists say nothing of organisations that only other registers know.
    judged = kernel.shelf.ror[pairs.organisation]
    weights, folds = np.array([one.weight for one in rows]), np.array([one.fold for one in rows])
    points = np.zeros(len(right))
    for fold in range(FOLDS):
        held = folds[pairs.row] == fold
        taught = judged & ~held
        card = fitted(pairs.features[taught], right[taught], weights[pairs.row][taught], FIRST)
        points[held] = Scorecard(FIRST.features, *card).points(pairs.features[held])
    best = best_pairs(pairs.with_points(points))
    ours = kernel.shelf.ror[best.organisation]
    best, others = best.take(ours), best.take(~ours)
    standing = kernel.standing(best, others)
    named = best.take(standing.best)
    true = np.array([kernel.shelf.ids[one] in rows[row].question.right for row, one
                     in zip(named.row.tolist(), named.organisation.tolist(), strict=True)])
    # Only rows that nothing certain is said of get as far as here.
    taught = np.array([is_open(rows[row].asked, rows[row].certain) for row in named.row.tolist()])
    probability = np.zeros(len(true))
    for fold in range(FOLDS):
        held = folds[named.row] == fold
        seen = taught & ~held
        card = fitted(standing.seen[seen], true[seen], weights[named.row][seen], SECOND_CARD)
        probability[held] = logistic(Scorecard(SECOND, *card).points(standing.seen[held]))
    report(rows, found(kernel, named, probability))
    # The second scorecard learns from points of rows that the first has not seen, as it will meet them.
    write({"pair": fitted(pairs.features[judged], right[judged], weights[pairs.row][judged], FIRST),
           "decision": fitted(standing.seen[taught], true[taught], weights[named.row][taught], SECOND_CARD)})


def labelled(folder: Path, kin: Mapping[str, set[str]], certain: Certain) -> Iterator[Labelled]:
    """Yield the rows of the labelled lists, each with its mistyped twin; all rows of one organisation have one fold."""
    typist = random.Random(7)  # noqa: S311 - the same typing errors each time
    for name in LISTS:
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
    model = GradientBoostingClassifier(max_depth=how.depth, n_estimators=how.steps, learning_rate=how.rate,
                                       min_samples_leaf=how.least, subsample=0.8, random_state=7)
    model.fit(seen, right, sample_weight=weights)
    share = float(np.average(right, weights=weights))
    start = float(np.log(share / (1 - share)))
    rules = []
    for (grown,) in model.estimators_:
        tree = grown.tree_
        if tree.node_count == 1:
            start += how.rate * float(tree.value[0, 0, 0])
        else:
            branches = (_branch(tree, tree.children_left[0], how), _branch(tree, tree.children_right[0], how))
            rules.append(Rule(how.features[tree.feature[0]], round(float(tree.threshold[0]), 4), branches))
    return round(start, 3), rules


def _branch(tree: Tree, node: int, how: Training) -> Branch:
    """Return a tree's branch; one that ends at once gives the same points whatever the feature."""
    end = tree.children_left[node] == -1
    points = [round(how.rate * float(tree.value[leaf, 0, 0]), 3)
              for leaf in ((node, node) if end else (tree.children_left[node], tree.children_right[node]))]
    feature, most = (tree.feature[0], tree.threshold[0]) if end else (tree.feature[node], tree.threshold[node])
    return Branch(how.features[feature], round(float(most), 4), (points[0], points[1]))


def found(kernel: Kernel, named: Scored, probability: Floats) -> Mapping[int, Near]:
    """Return by row whom the kernel found, with the probability that folds which had not seen them gave."""
    return {row: Near(Best(kernel.shelf.ids[one], chance, None, 0.0, "", "", bytes(8 * len(FEATURES))), None)
            for row, one, chance in zip(named.row.tolist(), named.organisation.tolist(), probability.tolist(),
                                        strict=True)}


def report(rows: Sequence[Labelled], near: Mapping[int, Near]) -> None:
    """Print the metrics of `evaluate link` for organisations that no fold had seen, by list, typing errors apart."""
    metrics = ("precision", "recall", "f1", "none_recall", "review_share", "ece")
    print(f"{'':34}" + " ".join(f"{metric:>12}" for metric in metrics))
    for mistyped in (False, True):
        for name in (*LISTS, ""):
            chosen = [(number, one) for number, one in enumerate(rows) if one.list.startswith(name)
                      and one.mistyped == mistyped]
            answers = [answer(one.asked, one.certain, near.get(number)) for number, one in chosen]
            shares = scores([one.question for _, one in chosen],
                            [Answer(said.id, said.score, said.decision) for said in answers])
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
