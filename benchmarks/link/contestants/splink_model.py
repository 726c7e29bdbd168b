"""Splink: probabilistic linkage after Fellegi and Sunter, set up as documented for records that have many names.

A row is compared with an organisation by the best of its names (five levels), town and country. Pairs are made of equal
names, and within a country of a word that both have and that is not common. All parameters are estimated on the two
tables: u by sampling, m by expectation maximisation: for names on pairs of one town and on pairs that share their
rarest word, for places on pairs that share a name. Of equally probable organisations the one spelt most alike counts.
"""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import splink.comparison_level_library as cll
import splink.comparison_library as cl
from competing import Name, Row, Said, compete, read_names
from splink import DuckDBAPI, Linker, SettingsCreator, block_on

#: Organisations with a word that is still looked for: "university" makes no pairs, "leuven" does.
_COMMON = 2000
#: Pairs that u is sampled from; Splink's documentation advises 1e6 to 1e9.
_SAMPLED = 1e6
#: Share of the true pairs that agree on name and country, about half on our lists: the others are scaled by it.
_AGREEING = 0.5
#: Pairs below this probability are not asked for.
_LEAST = 0.001
_SCHEMA = pa.schema([("unique_id", pa.int64()), ("names", pa.list_(pa.string())),
                     ("worded", pa.list_(pa.list_(pa.string()))), ("rare", pa.list_(pa.string())),
                     ("first_name", pa.string()), ("rarest", pa.string()), ("town", pa.string()),
                     ("country", pa.string())])
#: What Splink is told to compare by: the share of words that two names have in common (Jaccard), whether one holds all
#: words of the other, and Jaro and Winkler's likeness; of all pairs of names the best.
_MACROS = """
    CREATE MACRO share(one, other) AS
        len(list_intersect(one, other)) / len(list_distinct(list_concat(one, other)));
    CREATE MACRO best_share(ones, others) AS list_max(list_transform(ones, lambda one:
        list_max(list_transform(others, lambda other: share(one, other)))));
    CREATE MACRO best_spelling(ones, others) AS list_max(list_transform(ones, lambda one:
        list_max(list_transform(others, lambda other: jaro_winkler_similarity(one, other)))));
    CREATE MACRO holds(ones, others) AS list_max(list_transform(ones, lambda one: list_max(list_transform(others,
        lambda other: len(one) > 1 AND len(other) > 1 AND (list_has_all(one, other) OR list_has_all(other, one))))));
"""
_BEST = """
    WITH pairs AS (
        SELECT CASE WHEN source_dataset_l = 'asked' THEN unique_id_l ELSE unique_id_r END AS row,
            CASE WHEN source_dataset_l = 'asked' THEN unique_id_r ELSE unique_id_l END AS found,
            match_probability AS probability FROM {predicted}
    ), nearest AS (FROM pairs QUALIFY probability = max(probability) OVER (PARTITION BY row))
    SELECT row, arg_max(found, (best_spelling(asked.names, known.names), -found)), any_value(probability)
    FROM nearest JOIN asked ON asked.unique_id = row JOIN known ON known.unique_id = found GROUP BY row
"""


class SplinkModel:
    """Trains a model on the lists and the names, and predicts with it."""

    version = f"splink {version('splink')}"

    def __init__(self, material: Path) -> None:
        """Gather the names of each organisation, and count who has which word."""
        organisations: dict[str, list[Name]] = defaultdict(list)
        for one in read_names(material):
            organisations[one.id].append(one)
        self._ids = list(organisations)
        self._bearers = Counter(word for names in organisations.values()
                                for word in {word for one in names for word in one.folded_name.split()})
        self._connection = duckdb.connect()
        self._connection.execute(_MACROS)
        self._keep("known", [
            self._record(number, list(dict.fromkeys(one.folded_name for one in names)), names[0])
            for number, names in enumerate(organisations.values())])
        self._trained: dict[str, Any] = {}

    def get_ready(self, rows: Sequence[Row]) -> None:
        """Train the model on these rows and the names."""
        linker = self._linker(rows, _settings())
        training = linker.training
        same_name = block_on("country", "names", arrays_to_explode=["names"])
        training.estimate_probability_two_random_records_match([same_name], recall=_AGREEING)
        training.estimate_u_using_random_sampling(max_pairs=_SAMPLED, seed=7)
        for together in (block_on("country", "town"), block_on("country", "rarest"), block_on("first_name")):
            training.estimate_parameters_using_expectation_maximisation(together)
        self._trained = linker.misc.save_model_to_json()

    def answer(self, rows: Sequence[Row]) -> list[Said]:
        """Predict, and keep the most probable organisation of each row."""
        predicted = self._linker(rows, self._trained).inference.predict(threshold_match_probability=_LEAST)
        best = self._connection.execute(_BEST.format(predicted=predicted.physical_name)).fetchall()
        found = {row: Said(self._ids[number], probability) for row, number, probability in best}
        return [found.get(number, Said("", 0.0)) for number in range(len(rows))]

    def _linker(self, rows: Sequence[Row], settings: SettingsCreator | dict[str, Any]) -> Linker:
        self._keep("asked", [self._record(number, [row.folded_name] if row.folded_name else [], row)
                             for number, row in enumerate(rows)])
        database = DuckDBAPI(self._connection)
        tables = [database.register(table, dataset_display_name=table) for table in ("asked", "known")]
        return Linker(tables, settings, log_level="ERROR")

    def _record(self, number: int, names: Sequence[str], place: Name | Row) -> Mapping[str, object]:
        worded = [sorted(set(name.split())) for name in names]
        words = {word: self._bearers[word] for name in worded for word in name if self._bearers[word]}
        return {"unique_id": number, "names": names or None, "worded": worded,
                "rare": [word for word, bearers in words.items() if bearers <= _COMMON],
                "first_name": next(iter(names), None), "rarest": min(words, key=lambda word: words[word], default=None),
                "town": place.folded_city or None, "country": place.country or None}

    def _keep(self, table: str, records: Sequence[Mapping[str, object]]) -> None:
        self._connection.register("given", pa.Table.from_pylist(list(records), _SCHEMA))
        self._connection.execute(f"CREATE OR REPLACE TABLE {table} AS FROM given")
        self._connection.unregister("given")


def _settings() -> SettingsCreator:
    share, spelling = "best_share(worded_l, worded_r)", "best_spelling(names_l, names_r)"
    name = cl.CustomComparison(output_column_name="names", comparison_levels=[
        cll.NullLevel("names"),
        cll.CustomLevel("list_has_any(names_l, names_r)", "the same name"),
        cll.CustomLevel(f"{share} >= 0.75 OR {spelling} >= 0.95", "nearly the same"),
        cll.CustomLevel(f"{share} >= 0.5 OR {spelling} >= 0.9 OR holds(worded_l, worded_r)", "alike"),
        cll.CustomLevel(f"{share} >= 0.3", "something in common"),
        cll.ElseLevel(),
    ])
    return SettingsCreator(
        link_type="link_only", comparisons=[name, cl.JaroWinklerAtThresholds("town", [0.9]), cl.ExactMatch("country")],
        blocking_rules_to_generate_predictions=[
            block_on("names", arrays_to_explode=["names"]), block_on("country", "rare", arrays_to_explode=["rare"])],
        retain_matching_columns=False,
    )


if __name__ == "__main__":
    compete(lambda material, _home: SplinkModel(material))
