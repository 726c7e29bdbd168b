"""Train Connect's ranker on the past of an atlas, and write it as text.

    python tools/train_connect.py --home HOME [--cuts 2016-07-01 2017-01-01 2018-01-01]

For each cut, askers are ranked from what came before it; the labels are their first-time partners in the year after it.
Needs LightGBM, which nothing else does: ``pip install lightgbm``. Trees may use a signal of nearness or activity in its
own direction alone (monotone constraints): on the year 2018, which was held out then, this beat free trees and learning
to rank by lists (LambdaRank). Scores are calibrated on the year after the last cut by trees that have not seen it;
there all participants ask, not those alone who found new partners.
"""

import argparse
from datetime import date
from pathlib import Path
from typing import Any

import lightgbm
import numpy as np
from sklearn.isotonic import IsotonicRegression

from openvalley.atlas.reader import Atlas, open_atlas
from openvalley.insight.connect.backtest import LEAST_NEW, new_partners
from openvalley.insight.connect.past import past
from openvalley.insight.connect.signals import Signals
from openvalley.insight.connect.trees import Trees

TARGET = Path(__file__).parent.parent / "src/openvalley/insight/connect/ranker.txt"
CALIBRATION = TARGET.with_name("calibration.txt")
#: Columns that may lower a score, or that say nothing of nearness or activity.
FREE = ("a_", "b_coord_t3", "b_last", "b_first", "b_size", "b_moneymean", "b_rate", "pt_", "act_")
#: Columns that tables hold and the ranker leaves out: what they say, others say.
LEFT_OUT = ("b_np_all",)
ASKERS, ROUNDS, KEPT = 2000, 60, 0.25
#: Participants who ask in the calibration, and points at which it is written.
CALIBRATED, KNOTS = 3000, 40
PARAMETERS = {
    "objective": "binary", "learning_rate": 0.08, "num_leaves": 31, "min_data_in_leaf": 300, "feature_fraction": 0.5,
    "bagging_fraction": 0.7, "bagging_freq": 1, "lambda_l2": 10, "max_bin": 63, "num_threads": 1,
    "verbose": -1, "seed": 0,
}


def year_after(atlas: Atlas, cut: date) -> list[tuple[str, str, date]]:
    """Return the rows (project, PIC, start) of the year after a cut."""
    return [(row["project"], row["pic"], row["began"]) for row in atlas.rows("""
        SELECT DISTINCT a.project_id AS project, a.organisation_record AS pic, p.start_date AS began
        FROM participation AS a JOIN project AS p ON p.id = a.project_id
        WHERE a.source = 'cordis' AND p.start_date >= ? AND p.start_date < ?
    """, [cut, cut.replace(year=cut.year + 1)])]


def examples(atlas: Atlas, cut: date, random: np.random.Generator) -> tuple[list[str], np.ndarray, np.ndarray]:
    """Return the columns' names, the table and the labels of one cut; of the negatives a part is kept."""
    prepared = Signals(past(atlas, cut))
    new = new_partners(prepared, year_after(atlas, cut))
    askers = [asker for asker, found in sorted(new.items()) if len(found) >= LEAST_NEW]
    tables, labels, names = [], [], []
    for asker in random.choice(askers, min(ASKERS, len(askers)), replace=False).tolist():
        scores = prepared.scores(asker)
        chosen = prepared.candidates(asker, scores)
        columns = prepared.table(asker, scores, chosen)
        names = [name for name in columns if name not in LEFT_OUT]
        right = np.isin(chosen, list(new[asker]))
        kept = right | (random.random(len(right)) < KEPT)
        tables.append(np.stack([columns[name][kept] for name in names], axis=1).astype(np.float32))
        labels.append(right[kept])
    return names, np.concatenate(tables), np.concatenate(labels)


def written(model: dict[str, Any], names: list[str], until: date) -> str:
    """Return LightGBM's dump of a model as the text that `openvalley.insight.connect.trees` reads."""
    lines = [f"learnt_until {until}", f"features {' '.join(names)}"]
    for tree in model["tree_info"]:
        nodes: list[str] = []

        def add(node: dict[str, Any], nodes: list[str] = nodes) -> int:
            place = len(nodes)
            nodes.append("")
            if "leaf_value" in node:
                nodes[place] = f"={node['leaf_value']:.5g}"
            else:
                low, high = add(node["left_child"]), add(node["right_child"])
                nodes[place] = f"{node['split_feature']}:{node['threshold']:.6g}:{low}:{high}"
            return place

        add(tree["tree_structure"])
        lines.append(" ".join(nodes))
    return "\n".join(lines) + "\n"


def trained(parts: list[tuple[list[str], np.ndarray, np.ndarray]], until: date) -> str:
    """Return trees as text, learnt from the tables of some cuts."""
    names = parts[0][0]
    upward = [0 if name.startswith(FREE) else 1 for name in names]
    data = lightgbm.Dataset(np.concatenate([table for _, table, _ in parts]),
                            np.concatenate([labels for _, _, labels in parts]).astype(int))
    model = lightgbm.train(PARAMETERS | {"monotone_constraints": upward}, data, ROUNDS)
    return written(model.dump_model(), names, until)


def calibrated(atlas: Atlas, trees: Trees, cut: date, random: np.random.Generator) -> str:
    """Return as text how often pairs of so many points worked together for the first time in the year after a cut."""
    prepared = Signals(past(atlas, cut))
    new = new_partners(prepared, year_after(atlas, cut))
    points, right = [], []
    for asker in random.choice(len(prepared.past.pics), CALIBRATED, replace=False).tolist():
        scores = prepared.scores(asker)
        chosen = prepared.candidates(asker, scores)
        if len(chosen):
            columns = prepared.table(asker, scores, chosen)
            points.append(trees.score(np.stack([columns[name] for name in trees.features], axis=1)))
            right.append(np.isin(chosen, list(new.get(asker, ()))))
    every, came = np.concatenate(points), np.concatenate(right).astype(float)
    fitted = IsotonicRegression(y_min=1e-5, out_of_bounds="clip").fit(every, came)
    knots = np.unique(np.quantile(every, 1 - np.geomspace(1, 1 / len(every), KNOTS)))
    lines = [f"{knot:.4f} {share:.5f}" for knot, share in zip(knots, fitted.predict(knots), strict=True)]
    return "\n".join([f"measured_from {cut}", *lines]) + "\n"


def end(cut: date) -> date:
    """Return the last day of the year after a cut."""
    return date.fromordinal(cut.replace(year=cut.year + 1).toordinal() - 1)


def main() -> None:
    """Read, train, calibrate, write."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--home", type=Path, required=True, help="a home folder with an atlas that has CORDIS")
    parser.add_argument("--cuts", type=date.fromisoformat, nargs="+",
                        default=[date(2016, 7, 1), date(2017, 1, 1), date(2018, 1, 1)])
    given = parser.parse_args()
    atlas, random, cuts = open_atlas(given.home), np.random.default_rng(0), sorted(given.cuts)
    parts = [examples(atlas, cut, random) for cut in cuts]
    text = trained(parts, end(cuts[-1]))
    TARGET.write_text(text, encoding="utf-8")
    earlier = Trees.read(trained(parts[:-1], end(cuts[-2])))
    CALIBRATION.write_text(calibrated(atlas, earlier, cuts[-1], random), encoding="utf-8")
    print(f"{len(parts[0][0])} columns, {ROUNDS} trees, learnt until {end(cuts[-1])}: {TARGET}")


if __name__ == "__main__":
    main()
