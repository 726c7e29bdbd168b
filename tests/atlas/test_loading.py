"""Loading: tables come into the database while others are computed, and what goes wrong there is not lost."""

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from openvalley.atlas.loading import loading

_TABLES = {
    "redirect": pa.table({"id": ["b", "a"], "target": ["c", None]}),
    "life_science_project": pa.table({"project_id": ["2", "1"]}),
}


def _loaded(home, folder, names):
    folder.mkdir()
    with loading(folder, folder / "x.duckdb", home) as loader:
        for name in names:
            pq.write_table(_TABLES[name], folder / f"{name}.parquet")
            loader.load(name)
        return loader.finish()


def test_tables_are_there_in_their_order_with_their_number_of_rows(home, tmp_path):
    counts, _content = _loaded(home, tmp_path / "x", list(_TABLES))
    assert counts == {"redirect": 2, "life_science_project": 2}
    with duckdb.connect(str(tmp_path / "x" / "x.duckdb"), read_only=True) as connection:
        assert connection.execute("FROM redirect").fetchall() == [("a", None), ("b", "c")]
        assert connection.execute("FROM life_science_project").fetchall() == [("1",), ("2",)]
        indexed = connection.execute("SELECT table_name FROM duckdb_indexes()").fetchall()
        assert {name for (name,) in indexed} == set(_TABLES)
    assert not list(tmp_path.glob("x/*.parquet"))


def test_the_content_hash_does_not_depend_on_the_order_of_loading(home, tmp_path):
    assert _loaded(home, tmp_path / "x", list(_TABLES)) == _loaded(home, tmp_path / "y", list(_TABLES)[::-1])
    assert _loaded(home, tmp_path / "z", ["redirect"])[1] != _loaded(home, tmp_path / "w", list(_TABLES))[1]


def test_what_goes_wrong_with_a_table_is_raised_at_the_end(home, tmp_path):
    with loading(tmp_path, tmp_path / "x.duckdb", home) as loader:
        loader.load("town")
        with pytest.raises(duckdb.IOException, match=r"town\.parquet"):
            loader.finish()


def test_what_went_wrong_with_a_table_is_raised_with_a_later_one(home, tmp_path):
    """At once, not after hours of computing."""
    with loading(tmp_path, tmp_path / "x.duckdb", home) as loader:
        loader.load("town")
        with pytest.raises(duckdb.IOException, match=r"town\.parquet"):
            loader.finish()
        with pytest.raises(duckdb.IOException, match=r"town\.parquet"):
            loader.load("redirect")


def test_a_failure_elsewhere_stands_before_what_the_loader_would_say(home, tmp_path):
    many = pa.table({"id": [str(number) for number in range(200_000)], "target": [None] * 200_000})
    pq.write_table(many, tmp_path / "redirect.parquet")

    def interrupted():
        with loading(tmp_path, tmp_path / "x.duckdb", home) as loader:
            loader.load("redirect")
            loader.load("town")  # is not there
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        interrupted()
    duckdb.connect(str(tmp_path / "x.duckdb")).close()  # nobody holds it any more
