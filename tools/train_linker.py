"""Train the linker's scorecards on labelled lists, and print how they do on organisations they have not seen.

    python tools/train_linker.py --home HOME --gold ../shared/mirror/gold

HOME holds a published atlas of the whole mirror (``openvalley sync`` and ``build``): names and towns are those that a
list is linked against. All rows of one organisation are in one fold. Each scorecard is a sum of one-feature steps:
gradient boosting with trees of one split (Friedman 2001), written as text. Rows stand a second time with typing errors,
of which the lists have few and users many; these are learnt from with less weight and measured apart.
"""

import argparse
import random
import zlib
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from sklearn.ensemble import GradientBoostingClassifier

from openvalley.atlas.evaluate import lineage
from openvalley.atlas.link_scoring import Answer, Question, read_questions, scores
from openvalley.atlas.linking import link_index
from openvalley.atlas.reader import open_atlas
from openvalley.resolve.certain import Asked, Certain, asked
from openvalley.resolve.certain import Found as Certainly
from openvalley.resolve.link import answer, is_open
from openvalley.resolve.linker.features import FEATURES
from openvalley.resolve.linker.kernel import SECOND, Best, Kernel, Near, Scored, best_pairs
from openvalley.resolve.linker.registered import organisations
from openvalley.resolve.linker.scorecard import Scorecard, Steps, logistic
from openvalley.resolve.linker.shelf import Bools, Floats
from openvalley.resolve.linker.texts import Row

#: Lists that are learnt from, each with the weight of its rows: the Belgian list is short, and what the valley needs.
LISTS = {"organisations-belgium-dev": 3.0, "organisations-cordis-dev": 1.0, "organisations-pic-dev": 1.0}
#: Weight of a row with typing errors beside that of the row itself.
MISTYPED = 0.3
FOLDS = 5
#: Steps, learning rate and least rows of a step for the two scorecards. Chosen among a few by cross-validation; depth
#: 2 to 4 and random forests did no better.
FIRST, SECOND_CARD = (300, 0.15, 25), (150, 0.10, 20)
TARGET = Path(__file__).parent.parent / "src/openvalley/resolve/linker/scorecard.toml"
#: Letters that are hit for others: the most frequent ones of European languages.
_HIT = "aeiourstnl"
#: Words of fewer letters are rarely misspelt.
_LONG = 5


@dataclass(frozen=True)
class Labelled:
    """A row of a labelled list: what is asked, its list and fold, whether it is mistyped, and what is certain."""

    question: Question
    asked: Asked
    list: str
    fold: int
    mistyped: bool
    certain: Certainly | None

    @property
    def row(self) -> Row:
        """The row as the kernel sees it."""
        return Row(self.asked.name, self.asked.city, self.asked.country or "")

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
    kernel = Kernel(organisations(index.spellings, index.towns), _blank(FEATURES), _blank(SECOND))
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
        card = fitted(pairs.features[taught], right[taught], weights[pairs.row][taught], (tuple(FEATURES), *FIRST))
        points[held] = card.points(pairs.features[held])
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
        card = second_card(standing.seen, true, weights[named.row], taught & ~held)
        probability[held] = logistic(card.points(standing.seen[held]))
    report(rows, found(kernel, named, probability))
    first = fitted(pairs.features[judged], right[judged], weights[pairs.row][judged], (tuple(FEATURES), *FIRST))
    # The second scorecard learns from points of rows that the first has not seen, as it will meet them.
    write(first, second_card(standing.seen, true, weights[named.row], taught))


def _blank(names: Mapping[str, str] | Sequence[str]) -> Scorecard:
    return Scorecard(0.0, {name: Steps((), (0.0,)) for name in names})


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
                    yield Labelled(question, row, name, fold, mistyped, certain.find(row))


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


def second_card(seen: Floats, true: Bools, weights: Floats, taught: Bools) -> Scorecard:
    """Fit the second scorecard on some rows."""
    return fitted(seen[taught], true[taught], weights[taught], (SECOND, *SECOND_CARD))


def fitted(seen: Floats, right: Bools, weights: Floats, how: tuple[Sequence[str], int, float, int]) -> Scorecard:
    """Fit a scorecard: boosted one-split trees, summed up by feature."""
    names, steps, rate, least = how
    model = GradientBoostingClassifier(max_depth=1, n_estimators=steps, learning_rate=rate, min_samples_leaf=least,
                                       subsample=0.8, random_state=7).fit(seen, right, sample_weight=weights)
    share = float(np.average(right, weights=weights))
    start = float(np.log(share / (1 - share)))
    jumps: dict[str, dict[float, float]] = {name: defaultdict(float) for name in names}
    low = dict.fromkeys(names, 0.0)
    for (grown,) in model.estimators_:
        tree = grown.tree_
        if tree.node_count == 1:
            start += rate * float(tree.value[0, 0, 0])
            continue
        name = names[tree.feature[0]]
        below, above = (rate * float(tree.value[leaf, 0, 0]) for leaf in (1, 2))
        low[name] += below
        jumps[name][round(float(tree.threshold[0]), 4)] += above - below
    features = {}
    for name in names:
        ordered = sorted(jumps[name])
        points = np.cumsum([low[name], *(jumps[name][threshold] for threshold in ordered)])
        features[name] = Steps(ordered, [round(float(point), 3) for point in points])
    return Scorecard(round(start, 3), features)


def found(kernel: Kernel, named: Scored, probability: Floats) -> Mapping[int, Near]:
    """Return by row whom the kernel found, with the probability that folds which had not seen them gave."""
    return {row: Near(Best(kernel.shelf.ids[one], chance, None, 0.0, "", "", dict.fromkeys(FEATURES, 0.0)), None)
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


def write(first: Scorecard, second: Scorecard) -> None:
    """Write both scorecards as text."""
    lines = ["# What the linker's features count, in points (log-odds); made by tools/train_linker.py, not by hand.",
             "# points[i] holds for values above above[i-1] and at most above[i].", ""]
    for name, card in (("pair", first), ("decision", second)):
        lines += [f"[{name}]", f"start = {card.start}"]
        for feature, steps in card.features.items():
            lines += [f"[{name}.features.{feature}]", f"above = {[float(one) for one in steps.above]}",
                      f"points = {list(steps.points)}"]
        lines.append("")
    TARGET.write_text("\n".join(lines), encoding="utf-8")


if __name__ == "__main__":
    main()
