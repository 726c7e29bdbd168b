"""Engines: the same expressions give the same tables, whichever engine computes them."""

from dataclasses import replace
from importlib.util import find_spec

import ibis
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest

from openvalley.engine import open_engine
from openvalley.errors import EngineUnavailable
from openvalley.resolve.normalise import KEYED, key_names
from openvalley.settings import ENGINES

_SPARK = find_spec("pyspark") is not None and find_spec("openvalley.engine.spark") is not None
_PLACES = pa.table({"city": ["Gent", "Leuven", "Liège", None], "people": [265, 103, 195, 0]})


@pytest.fixture(params=[
    "duckdb", pytest.param("spark", marks=pytest.mark.skipif(not _SPARK, reason="the extra [spark] is not installed")),
])
def engine(request, home, tmp_path):
    work = tmp_path / "engine"
    work.mkdir()
    with open_engine(replace(home, engine=request.param), work) as opened:
        yield opened


def test_tables_are_handed_over_computed_and_written(engine, tmp_path):
    places = engine.table("places", _PLACES)
    large = places.filter(places.people > 150).mutate(people=places.people * 1000).order_by("city")
    expected = [{"city": "Gent", "people": 265_000}, {"city": "Liège", "people": 195_000}]
    assert engine.arrow(large).to_pylist() == expected
    engine.write(large, tmp_path / "large.parquet")
    assert pq.read_table(tmp_path / "large.parquet").to_pylist() == expected


def test_files_of_one_schema_are_one_table(engine, tmp_path):
    paths = []
    for number in range(3):
        paths.append(tmp_path / f"it's {number}.parquet")
        pq.write_table(_PLACES.append_column("file", pa.array([number] * 4)), paths[-1])
    rows = engine.read(paths)
    counted = rows.group_by("file").agg(rows=rows.count()).order_by("file")
    assert engine.arrow(counted).to_pylist() == [{"file": number, "rows": 4} for number in range(3)]


def test_what_is_kept_is_computed_once_and_can_be_replaced(engine):
    places = engine.table("places", _PLACES)
    kept = engine.keep("kept", places.filter(places.city.notnull()))
    assert engine.arrow(kept.join(kept.view(), "city").count().as_table()).num_rows == 1
    again = engine.keep("kept", places.filter(places.city == "Gent"))
    assert engine.arrow(again)["city"].to_pylist() == ["Gent"]


def test_numbers_with_a_point_are_floats_when_they_are_kept(engine):
    places = engine.table("places", _PLACES)
    scored = places.select(score=ibis.ifelse(places.people > 150, 0.98, 0.5), sure=ibis.literal(1.0))
    kept = engine.keep("scored", scored)
    assert [kind.is_floating() for kind in kept.schema().values()] == [True, True]
    assert sorted(engine.arrow(kept)["score"].to_pylist()) == [0.5, 0.5, 0.98, 0.98]


def _shout(batch):
    cities = pc.utf8_upper(batch["city"])
    return pa.RecordBatch.from_arrays([batch["people"], cities], names=["people", "shouted"])


_SHOUTED = pa.schema([("people", pa.int64()), ("shouted", pa.string())])


def test_a_kernel_sees_every_row_once(engine):
    many = pa.table({"city": [f"city {number}" for number in range(50_000)], "people": list(range(50_000))})
    mapped = engine.map_batches(engine.table("many", many), _shout, _SHOUTED, "mapped")
    result = engine.arrow(mapped.order_by("people"))
    assert result["people"].to_pylist() == list(range(50_000))
    assert result["shouted"][49_999].as_py() == "CITY 49999"


@pytest.mark.parametrize("rows", [30, 3_000])
def test_a_kernel_gets_the_rows_of_one_value_together(engine, rows):
    """Many rows of many values are mapped by several processes, and few by one; nobody sees the difference."""
    names = pa.table({"name": [f"Kaai {number % 7} NV" for number in range(rows)]})
    mapped = engine.map_batches(engine.table("names", names), key_names, KEYED, "keyed", "name")
    counted = mapped.group_by("name", "key").aggregate(rows=mapped.count()).order_by("name")
    assert engine.arrow(counted).to_pylist() == [
        {"name": f"Kaai {number} NV", "key": f"kaai {number}", "rows": len(range(number, rows, 7))}
        for number in range(7)]


@pytest.mark.parametrize("by", [None, "city"])
def test_a_kernel_over_no_rows_gives_an_empty_table_of_its_schema(engine, by):
    places = engine.table("places", _PLACES)
    mapped = engine.map_batches(places.filter(ibis.literal(value=False)), _shout, _SHOUTED, "mapped", by)
    result = engine.arrow(mapped)
    assert (result.num_rows, result.schema.names) == (0, ["people", "shouted"])


def test_closing_gives_back_what_the_engine_held(home, tmp_path):
    with open_engine(home, tmp_path) as engine:
        kept = engine.keep("kept", engine.table("places", _PLACES))
    with pytest.raises(Exception, match=r"(?i)clos"):
        engine.arrow(kept)


def test_an_engine_is_closed_after_a_failure_too(home, tmp_path):
    def fail():
        with open_engine(home, tmp_path):
            raise ValueError("x")

    with pytest.raises(ValueError, match="x"):
        fail()
    with open_engine(home, tmp_path) as engine:  # the same scratch file, which the first no longer holds
        assert engine.arrow(engine.table("places", _PLACES)).num_rows == 4


def test_an_unknown_engine_is_refused_with_those_there_are(home, tmp_path):
    with pytest.raises(EngineUnavailable, match="abacus") as refused, open_engine(
            replace(home, engine="abacus"), tmp_path):
        pytest.fail("opened")
    assert all(name in refused.value.hint for name in ENGINES)


@pytest.mark.skipif(find_spec("pyspark") is not None, reason="pyspark is installed")
def test_an_engine_whose_extra_is_not_installed_says_how_to_get_it(home, tmp_path):
    with pytest.raises(EngineUnavailable) as refused, open_engine(replace(home, engine="spark"), tmp_path):
        pytest.fail("opened")
    assert "openvalley[spark]" in refused.value.hint
