"""Train the linker's scorecards on labelled lists, and print how they do on organisations they have not seen.

    python tools/train_linker.py --home HOME --gold ../shared/mirror/gold

Names are those of the records of ROR and of the region pack in HOME (after ``openvalley sync``), without what building
an atlas joins to them: lists are harder than registers. All rows of one organisation are in one fold. Each scorecard is
a sum of one-feature steps: gradient boosting with trees of one split (Friedman 2001), written as text.
"""

import argparse
import csv
import zlib
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import duckdb
import numpy as np
from sklearn.ensemble import GradientBoostingClassifier

from openvalley.resolve.countries import country_code
from openvalley.resolve.linker.features import FEATURES
from openvalley.resolve.linker.kernel import SECOND, Kernel, Row, Scored, best_names
from openvalley.resolve.linker.scorecard import Scorecard, Steps, logistic
from openvalley.resolve.linker.shelf import Floats, Organisation

#: Lists that are learnt from, each with the weight of its rows: the Belgian list is short, and what the valley needs.
LISTS = {"organisations-belgium-dev.csv": 3.0, "organisations-cordis-dev.csv": 1.0, "organisations-pic-dev.csv": 1.0}
FOLDS = 5
#: Steps, learning rate and least rows of a step for the two scorecards. Chosen among a few by cross-validation; depth
#: 2 to 4 and random forests did no better.
FIRST, SECOND_CARD = (300, 0.15, 25), (150, 0.10, 20)
TARGET = Path(__file__).parent.parent / "src/openvalley/resolve/linker/scorecard.toml"


@dataclass(frozen=True)
class Labelled:
    """A row of a labelled list: what is asked, the ids that are right (with predecessors), its list and its fold."""

    row: Row
    right: frozenset[str]
    list: str
    fold: int


def main() -> None:
    """Read, train, print, write."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--home", type=Path, required=True, help="a home folder into which ROR has been synced")
    parser.add_argument("--gold", type=Path, required=True, help="the folder of labelled lists")
    given = parser.parse_args()
    organisations, kin = registered(given.home)
    rows = list(labelled(given.gold, kin))
    blank = Scorecard(0.0, {name: Steps((), (0.0,)) for name in FEATURES})
    kernel = Kernel(lambda countries: [one for country in countries for one in organisations.get(country, ())],
                    blank, blank)
    pairs = joined(kernel.pairs([one.row for one in rows]))
    right = np.array([id_ in rows[row].right for row, id_ in zip(pairs.row, pairs.organisation, strict=True)])
    weights = np.array([LISTS[one.list] for one in rows])
    folds = np.array([one.fold for one in rows])
    points = np.zeros(len(right))
    for fold in range(FOLDS):
        held = folds[pairs.row] == fold
        card = fitted(pairs.features[~held], right[~held], weights[pairs.row][~held], (tuple(FEATURES), *FIRST))
        points[held] = card.points(pairs.features[held])
    best = best_names(Scored(pairs.row, pairs.organisation, pairs.features, points, pairs.name, pairs.text))
    lines, standing = Kernel.standing(best)
    of_row = np.array([best.row[line] for line, _ in lines])
    true = np.array([best.organisation[line] in rows[row].right for (line, _), row in zip(lines, of_row, strict=True)])
    probability = np.zeros(len(true))
    for fold in range(FOLDS):
        held = folds[of_row] == fold
        card = fitted(standing[~held], true[~held], weights[of_row][~held], (SECOND, *SECOND_CARD))
        probability[held] = logistic(card.points(standing[held]))
    report(rows, {row: (best.organisation[line], chance) for (line, _), row, chance
                  in zip(lines, of_row.tolist(), probability.tolist(), strict=True)})
    first = fitted(pairs.features, right, weights[pairs.row], (tuple(FEATURES), *FIRST))
    # The second scorecard learns from points of rows that the first has not seen, as it will meet them.
    second = fitted(standing, true, weights[of_row], (SECOND, *SECOND_CARD))
    write(first, second)


def registered(home: Path) -> tuple[Mapping[str, Sequence[Organisation]], Mapping[str, set[str]]]:
    """Return the organisations of ROR and pack by country, and for each ROR id those before and after it."""
    records = " UNION ALL BY NAME ".join(
        f"SELECT source, source_id, country, name, names, state, identifiers, locations, relations "
        f"FROM read_parquet('{path}')" for path in sorted(home.glob("records/*/current/organisation.parquet"))
        if path.parent.parent.name == "ror" or path.parent.parent.name.startswith("pack-"))
    kin: dict[str, set[str]] = defaultdict(set)
    names: dict[str, dict[str, bool]] = defaultdict(dict)
    towns: dict[str, set[str]] = defaultdict(set)
    countries: dict[str, str] = {}
    for source, key, country, name, more, state, identifiers, places, relations in duckdb.sql(records).fetchall():
        for relation in relations or ():
            if relation["kind"] in ("successor", "predecessor"):
                kin[key].add(relation["value"])
                kin[relation["value"]].add(key)
        if state == "withdrawn":
            continue
        ror = next((number["value"] for number in identifiers or () if number["scheme"] == "ror"), None)
        id_ = key if source == "ror" else ror or f"pack:{key}"
        countries.setdefault(id_, country)
        for value, kind in ((name, "label"), *((one["value"], one["kind"]) for one in more or ())):
            if value:
                names[id_].setdefault(value, kind == "acronym")
        towns[id_].update(place["city"] for place in places or () if place["city"])
    found: dict[str, list[Organisation]] = defaultdict(list)
    for id_ in sorted(countries):
        found[countries[id_]].append(Organisation(id_, countries[id_], sorted(towns[id_]), list(names[id_].items())))
    return found, kin


def labelled(folder: Path, kin: Mapping[str, set[str]]) -> Iterator[Labelled]:
    """Yield the rows of the labelled lists; all rows of one organisation have one fold."""
    for name in LISTS:
        with (folder / name).open(encoding="utf-8", newline="") as stream:
            for line in csv.DictReader(stream):
                right = set(filter(None, (line.get("ror_ids") or line.get("ror_id") or "").split(";")))
                group = min(right) if right else line["name"].lower()
                yield Labelled(Row(line["name"], line["city"] or "", country_code(line["country"]) or ""),
                               frozenset(right.union(*(kin[one] for one in right))), name,
                               zlib.crc32(group.encode()) % FOLDS)


def joined(parts: Sequence[Scored]) -> Scored:
    """Return the pairs of all countries as one table."""
    return Scored(np.concatenate([part.row for part in parts]), [one for part in parts for one in part.organisation],
                  np.concatenate([part.features for part in parts]),
                  np.concatenate([part.points for part in parts]), [one for part in parts for one in part.name],
                  [one for part in parts for one in part.text])


def fitted(seen: Floats, right: Floats, weights: Floats, how: tuple[Sequence[str], int, float, int]) -> Scorecard:
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


def report(rows: Sequence[Labelled], answers: Mapping[int, tuple[str, float]]) -> None:
    """Print precision, recall and F1 of organisations that no fold had seen, by list and threshold."""
    print(f"{'at':>4} {'list':28} {'P':>5} {'R':>5} {'F1':>5} {'none':>5}")
    for threshold in (0.4, 0.5, 0.6, 0.7):
        for name in LISTS:
            asked = [(one, answers.get(row, ("", 0.0))) for row, one in enumerate(rows) if one.list == name]
            said = [(one, id_) for one, (id_, chance) in asked if chance >= threshold and id_.startswith("https")]
            hits = sum(id_ in one.right for one, id_ in said)
            known = sum(bool(one.right) for one, _ in asked)
            nothing = [chance >= threshold and id_.startswith("https") for one, (id_, chance) in asked if not one.right]
            precision, recall = hits / max(1, len(said)), hits / max(1, known)
            print(f"{threshold:4} {name:28} {precision:.3f} {recall:.3f} "
                  f"{2 * precision * recall / max(1e-9, precision + recall):.3f} "
                  f"{1 - sum(nothing) / len(nothing) if nothing else 1:.3f}")


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
