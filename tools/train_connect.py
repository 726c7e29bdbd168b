"""Train Connect's ranker on the past of an atlas, and write it as text.

    python tools/train_connect.py --home HOME [--cuts 2016-07-01 2017-01-01 2018-01-01]

For each cut, askers are ranked from what came before it; the labels are their first-time partners in the year after it.
Needs LightGBM, which nothing else does: ``pip install lightgbm``. Trees may use a signal of nearness or activity in its
own direction alone (monotone constraints): on the year 2018, which was held out then, this beat free trees and learning
to rank by lists (LambdaRank).
"""

import argparse
from datetime import date
from pathlib import Path
from typing import Any

import lightgbm
import numpy as np

from openvalley.atlas.reader import Atlas, open_atlas
from openvalley.insight.connect.backtest import LEAST_NEW, new_partners
from openvalley.insight.connect.past import past
from openvalley.insight.connect.signals import Signals

TARGET = Path(__file__).parent.parent / "src/openvalley/insight/connect/ranker.txt"
#: Columns that may lower a score, or that say nothing of nearness or activity.
FREE = ("a_", "b_coord_t3", "b_last", "b_first", "b_size", "b_moneymean", "b_rate", "pt_", "act_")
#: Columns that tables hold and the ranker leaves out: what they say, others say.
LEFT_OUT = ("b_np_all",)
ASKERS, ROUNDS, KEPT = 2000, 60, 0.25
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


def main() -> None:
    """Read, train, write."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--home", type=Path, required=True, help="a home folder with an atlas that has CORDIS")
    parser.add_argument("--cuts", type=date.fromisoformat, nargs="+",
                        default=[date(2016, 7, 1), date(2017, 1, 1), date(2018, 1, 1)])
    given = parser.parse_args()
    atlas, random = open_atlas(given.home), np.random.default_rng(0)
    parts = [examples(atlas, cut, random) for cut in given.cuts]
    names = parts[0][0]
    upward = [0 if name.startswith(FREE) else 1 for name in names]
    data = lightgbm.Dataset(np.concatenate([table for _, table, _ in parts]),
                            np.concatenate([labels for _, _, labels in parts]).astype(int))
    model = lightgbm.train(PARAMETERS | {"monotone_constraints": upward}, data, ROUNDS)
    last = max(given.cuts)
    until = date.fromordinal(last.replace(year=last.year + 1).toordinal() - 1)
    TARGET.write_text(written(model.dump_model(), names, until), encoding="utf-8")
    print(f"{len(names)} columns, {ROUNDS} trees, learnt until {until}: {TARGET}")


if __name__ == "__main__":
    main()
