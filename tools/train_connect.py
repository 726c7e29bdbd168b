"""Train Connect's rankers on the past of an atlas, and write them as text.

    python tools/train_connect.py --home HOME

For each cut, askers are ranked from what came before it; the labels are their first-time partners in the year after it.
Two rankers are learnt: one for projects of any programme, one for those whose programme is given (each asker with each
programme under which it found new partners). Needs LightGBM, which nothing else does: ``pip install lightgbm``.

Trees may use a signal of nearness or activity in its own direction alone (monotone constraints): on the year 2018,
which was held out then, this beat free trees and learning to rank by lists (LambdaRank). The years after two cuts may
overlap. Scores are calibrated on the year after the last cut by trees that learnt from the cuts whose years end before
it; there all participants ask, not those alone who found partners.
"""

import argparse
import tempfile
from collections.abc import Iterable, Sequence
from concurrent.futures import Executor, ProcessPoolExecutor
from dataclasses import dataclass
from datetime import date
from itertools import chain
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import lightgbm
import numpy as np
from sklearn.isotonic import IsotonicRegression

from openvalley.atlas.reader import Atlas, open_atlas
from openvalley.insight.connect.backtest import LEAST_NEW, new_partners
from openvalley.insight.connect.given import Given, known_before
from openvalley.insight.connect.past import past
from openvalley.insight.connect.placing import PLACE, placed
from openvalley.insight.connect.ranking import Prepared
from openvalley.insight.connect.signals import Signals
from openvalley.insight.connect.trees import Trees
from openvalley.vocabulary.programmes import part_of

FOLDER = Path(__file__).parent.parent / "src/openvalley/insight/connect"
#: Columns that may lower a score, or that say nothing of nearness or activity.
FREE = ("a_", "b_coord_t3", "b_last", "b_first", "b_size", "b_moneymean", "b_rate", "b_alln", "pt_",
        "act_", "nm_")
#: Columns that tables hold and the ranker leaves out: what they say, others say.
LEFT_OUT = ("b_np_all",)
ROUNDS, KEPT, KNOTS = 100, 0.25, 40
#: Pairs that must have got more points than a knot of the calibration: what came of a handful is no share.
LEAST_PAIRS = 35
#: Forests by what they read: values and what is known of the asker, or places among the candidates. On the year 2018
#: the mean of the two did better with the programme given, and worse without it.
FORESTS = {False: ("values", "values"), True: ("values", "places")}
#: Steps that a column is seen in: on the year 2018 fine ones did better for values.
STEPS = {"values": 255, "places": 63}
#: Cuts that are learnt from. On the year 2018 one more between, and all askers, did better without a programme; with
#: one given, three times the askers did not.
CUTS = {False: (date(2016, 7, 1), date(2017, 1, 1), date(2017, 7, 1), date(2018, 1, 1)),
        True: (date(2016, 7, 1), date(2017, 1, 1), date(2018, 1, 1))}
#: Askers of each cut that are learnt from, at most, and participants who ask in the calibration; with a programme
#: given, each counts once for each programme.
ASKERS, CALIBRATED = {False: 10_000, True: 1000}, {False: 2000, True: 1000}
PARAMETERS = {
    "objective": "binary", "learning_rate": 0.06, "num_leaves": 31, "min_data_in_leaf": 300, "feature_fraction": 0.5,
    "bagging_fraction": 0.7, "bagging_freq": 1, "lambda_l2": 10, "num_threads": 1, "verbose": -1,
    "deterministic": True, "force_row_wise": True,
}
#: Of one asker: its number, the signals it is ranked by, and its new partners.
Asking = tuple[int, Prepared, set[int]]


@dataclass(frozen=True)
class Training:
    """One ranker that is trained: from which atlas, on which cuts, whether the programme is given, in which folder."""

    home: Path
    cuts: tuple[date, ...]
    programme: bool
    folder: Path

    def file(self, cut: date, what: str) -> Path:
        """Return where something of a cut's examples stands."""
        return self.folder / f"{self.programme}-{cut}-{what}.npy"

    def read(self, cuts: Sequence[date], what: str, columns: Sequence[int] | slice = slice(None)) -> np.ndarray:
        """Return something of the examples of some cuts; of a table, some columns."""
        parts = [np.load(self.file(cut, what), mmap_mode="r") for cut in cuts]
        return np.concatenate([part[..., columns] if part.ndim > 1 else part for part in parts])


@dataclass(frozen=True)
class Year:
    """One cut: the signals of before, and everybody's new partners in the year after; under each programme, too."""

    whole: Signals
    new: dict[int, set[int]]
    under: dict[tuple[str, ...], tuple[Given, dict[int, set[int]]]]

    def asking(self, *, programme: bool) -> list[Asking]:
        """Return who found enough new partners, to learn from."""
        ways = list(self.under.values()) if programme else [(self.whole, self.new)]
        return [(asker, prepared, found) for prepared, new in ways for asker, found in sorted(new.items())
                if len(found) >= LEAST_NEW]

    def anybody(self, random: np.random.Generator, *, programme: bool) -> list[Asking]:
        """Return participants whoever they are, to calibrate on."""
        chosen = random.choice(len(self.whole.past.pics), CALIBRATED[programme], replace=False).tolist()
        ways = list(self.under.values()) if programme else [(self.whole, self.new)]
        return [(asker, *_of(ways[place % len(ways)], asker)) for place, asker in enumerate(chosen)]


def _of(way: tuple[Prepared, dict[int, set[int]]], asker: int) -> tuple[Prepared, set[int]]:
    prepared, new = way
    return prepared, new.get(asker, set())


def year(atlas: Atlas, cut: date) -> Year:
    """Return one cut with the year after it."""
    rows = [(row["project"], row["pic"], row["began"], part_of(row["code"] or "")) for row in atlas.rows("""
        SELECT DISTINCT a.project_id AS project, a.organisation_record AS pic, p.start_date AS began, c.code
        FROM participation AS a JOIN project AS p ON p.id = a.project_id
        LEFT JOIN project_code AS c ON c.project_id = p.id AND c.scheme = 'legal_basis'
        WHERE a.source = 'cordis' AND p.start_date >= ? AND p.start_date < ? ORDER BY ALL
    """, [cut, cut.replace(year=cut.year + 1)])]
    whole = Signals(past(atlas, cut))
    under = {}
    for part in sorted({part for *_, part in rows if part}):
        if known_before(whole.past, [part]):
            under[part,] = (Given(whole, [part]), new_partners(whole, [row[:3] for row in rows if row[3] == part]))
    return Year(whole, new_partners(whole, [row[:3] for row in rows]), under)


def examples(asking: Sequence[Asking], most: int, random: np.random.Generator, *,
             places: bool) -> dict[str, np.ndarray]:
    """Return what is learnt from so many askers: names of columns, and a row of the table with label and weight each.

    Of the negatives a part is kept. An asker with many new partners counts less for each: weights fall with the root of
    their number.
    """
    tables, labels, weights, names = [], [], [], []
    for at in random.choice(len(asking), min(most, len(asking)), replace=False).tolist():
        asker, prepared, new = asking[at]
        scores = prepared.scores(asker)
        chosen = prepared.candidates(asker, scores)
        columns = prepared.table(asker, scores, chosen)
        columns |= placed(columns, columns) if places else {}
        names = [name for name in columns if name not in LEFT_OUT]
        right = np.isin(chosen, list(new))
        kept = right | (random.random(len(right)) < KEPT)
        tables.append(np.stack([columns[name][kept] for name in names], axis=1).astype(np.float32))
        labels.append(right[kept])
        weights.append(np.full(int(kept.sum()), len(new) ** -0.5))
    weight = np.concatenate(weights)
    return {"names": np.array(names), "table": np.concatenate(tables), "labels": np.concatenate(labels),
            "weights": weight / weight.mean()}


def read(training: Training, cut: date) -> None:
    """Write the examples of one cut into the folder, if they are not there; what is drawn depends on the cut alone."""
    if training.file(cut, "weights").exists():
        return
    atlas = open_atlas(training.home)
    asking, random = year(atlas, cut).asking(programme=training.programme), np.random.default_rng(cut.toordinal())
    places = "places" in FORESTS[training.programme]
    for what, found in examples(asking, ASKERS[training.programme], random, places=places).items():
        np.save(training.file(cut, what), found)
    atlas.close()


def written(tree: dict[str, Any], columns: Sequence[int], forests: int) -> str:
    """Return a tree of LightGBM's dump as the line that `openvalley.insight.connect.trees` reads.

    Args:
        tree: as dumped.
        columns: the number, among all columns, of each column that the forest read.
        forests: how many forests there are, whose mean is written.

    """
    nodes: list[str] = []

    def add(node: dict[str, Any]) -> int:
        place = len(nodes)
        nodes.append("")
        if "leaf_value" in node:
            nodes[place] = f"={node['leaf_value'] / forests:.5g}"
        else:
            low, high = add(node["left_child"]), add(node["right_child"])
            nodes[place] = f"{columns[node['split_feature']]}:{node['threshold']:.6g}:{low}:{high}"
        return place

    add(tree["tree_structure"])
    return " ".join(nodes)


def grow(training: Training, cuts: Sequence[date], seed: int) -> list[str]:
    """Return one forest, by its number, as lines of text, learnt from some cuts."""
    forests = FORESTS[training.programme]
    names = np.load(training.file(cuts[0], "names")).tolist()
    columns = [at for at, name in enumerate(names) if name.startswith(PLACE) == (forests[seed] == "places")]
    upward = [0 if names[at].removeprefix(PLACE).startswith(FREE) else 1 for at in columns]
    data = lightgbm.Dataset(training.read(cuts, "table", columns), training.read(cuts, "labels").astype(int),
                            weight=training.read(cuts, "weights"))
    steps = {"max_bin": STEPS[forests[seed]]}
    model = lightgbm.train(PARAMETERS | steps | {"monotone_constraints": upward, "seed": seed}, data, ROUNDS)
    return [written(tree, columns, len(forests)) for tree in model.dump_model()["tree_info"]]


def ranker(training: Training, cuts: Sequence[date], forests: Iterable[list[str]]) -> str:
    """Return the mean of some forests as the text of a ranker."""
    names = np.load(training.file(cuts[0], "names")).tolist()
    lines = [f"learnt_until {end(cuts[-1])}", f"features {' '.join(names)}", *chain.from_iterable(forests)]
    return "\n".join(lines) + "\n"


def scored(training: Training, text: str) -> tuple[np.ndarray, np.ndarray]:
    """Return the points of the pairs of the last cut, and which worked together in the year after it."""
    atlas, trees = open_atlas(training.home), Trees.read(text)
    points, right = [], []
    anybody = year(atlas, training.cuts[-1]).anybody(np.random.default_rng(0), programme=training.programme)
    for asker, prepared, new in anybody:
        scores = prepared.scores(asker)
        chosen = prepared.candidates(asker, scores)
        if len(chosen):
            columns = prepared.table(asker, scores, chosen)
            columns |= placed(columns, columns, trees.features)
            points.append(trees.score(np.stack([columns[name] for name in trees.features], axis=1)))
            right.append(np.isin(chosen, list(new)))
    atlas.close()
    return np.concatenate(points), np.concatenate(right).astype(float)


def calibration(points: np.ndarray, came: np.ndarray, cut: date) -> str:
    """Return as text how often pairs of so many points worked together for the first time in the year after a cut."""
    fitted = IsotonicRegression(y_min=1e-5, out_of_bounds="clip").fit(points, came)
    above = np.geomspace(1, 1 / len(points), KNOTS)
    knots = np.unique(np.quantile(points, 1 - above[above * len(points) >= LEAST_PAIRS]))
    lines = [f"{knot:.4f} {share:.5f}" for knot, share in zip(knots, fitted.predict(knots), strict=True)]
    return "\n".join([f"measured_from {cut}", *lines]) + "\n"


def end(cut: date) -> date:
    """Return the last day of the year after a cut."""
    return date.fromordinal(cut.replace(year=cut.year + 1).toordinal() - 1)


def learn(training: Training, pool: Executor) -> None:
    """Train one ranker on all cuts, calibrate on the last by trees that know nothing of its year, and write both."""
    prefix, cuts = "programme_" if training.programme else "", training.cuts
    before = tuple(cut for cut in cuts if end(cut) < cuts[-1])
    for reading in [pool.submit(read, training, cut) for cut in cuts]:
        reading.result()
    seeds = range(len(FORESTS[training.programme]))
    grown = [[pool.submit(grow, training, some, seed) for seed in seeds] for some in (cuts, before)]
    delivered, earlier = (ranker(training, some, [forest.result() for forest in forests])
                          for some, forests in zip((cuts, before), grown, strict=True))
    FOLDER.joinpath(f"{prefix}ranker.txt").write_text(delivered, encoding="utf-8")
    points, came = scored(training, earlier)
    FOLDER.joinpath(f"{prefix}calibration.txt").write_text(calibration(points, came, cuts[-1]), encoding="utf-8")
    print(f"{prefix}ranker.txt: {ROUNDS * len(seeds)} trees, learnt until {end(cuts[-1])}")


def main() -> None:
    """Read, train, calibrate, write."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--home", type=Path, required=True, help="a home folder with an atlas that has CORDIS")
    parser.add_argument("--cuts", type=date.fromisoformat, nargs="+",
                        help="days, the first and the last a year apart or more; the delivered files have their own")
    parser.add_argument("--only", choices=["plain", "programme"], help="train one of the two alone")
    parser.add_argument("--workers", type=int, default=2, help="processes side by side; the result is the same")
    parser.add_argument("--examples", type=Path, help="a folder that keeps the examples of this atlas for another run")
    given = parser.parse_args()
    if given.cuts and end(min(given.cuts)) >= max(given.cuts):
        parser.error("--cuts: the first and the last are less than a year apart: nothing is left to calibrate on")
    with (tempfile.TemporaryDirectory() as folder,
          ProcessPoolExecutor(given.workers, mp_context=get_context("spawn")) as pool):
        for name in ("plain", "programme"):
            if given.only in {None, name}:
                programme = name == "programme"
                learn(Training(given.home, tuple(sorted(given.cuts or CUTS[programme])), programme,
                               given.examples or Path(folder)), pool)


if __name__ == "__main__":
    main()
