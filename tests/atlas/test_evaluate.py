"""Evaluating search: the metrics are what they are called."""

import pytest

from openvalley.atlas.evaluate import evaluate_search
from openvalley.errors import BadInput
from worlds import quiet, ror_id


@pytest.fixture
def evaluated(atlas, tmp_path):
    def evaluate_text(text, encoding="utf-8"):
        path = tmp_path / "gold.csv"
        path.write_bytes(text.encode(encoding))
        return evaluate_search(atlas, path, quiet)

    return evaluate_text


def test_the_metrics_of_a_small_gold_list(evaluated):
    """Two right at the first place, one never: the second is found by exact name too."""
    found = evaluated(f"query,ror_ids\nShelde Univercity,{ror_id(1)}\nKaai University Hospital,{ror_id(2)}\n"
                      f"Qwrtzp,{ror_id(3)}\nNobody,\n")
    assert (found["task"], found["n"]) == ("search", 3)
    model = found["model"]
    assert model["hits_at_1"] == model["hits_at_5"] == model["mrr"] == pytest.approx(2 / 3)
    assert model["p95_ms"] > 0
    assert found["baselines"]["exact name"]["hits_at_1"] == pytest.approx(1 / 3)
    assert set(found["baselines"]) == {"exact name", "full text (BM25)"}
    assert all(set(row) == set(model) for row in found["baselines"].values())


def test_any_of_the_right_ids_counts_and_so_do_predecessors(evaluated):
    found = evaluated(f"name,ror_ids\nSchelde University,{ror_id(9)};{ror_id(1)}\nSchelde University,{ror_id(6)}\n")
    assert found["model"]["hits_at_1"] == 1


def test_one_query_is_enough(evaluated):
    assert evaluated(f"\ufeffquery,ror_ids\nSchelde University,{ror_id(1)}\n")["n"] == 1


@pytest.mark.parametrize(("text", "says"), [
    ("", "lacks the columns"), ("query\nx\n", "lacks the columns"), ("ror_ids\nx\n", "lacks the columns"),
    ("text,ror_ids\nx,y\n", "lacks the columns"), ("query,ror_ids\n", "No row"), ("query,ror_ids\nx,\n", "No row"),
    ("query,ror_ids\nx\n", "No row"), ("query,ror_ids\n,y\n", "No row"), ("query,ror_ids\nx, ; \n", "No row"),
])
def test_a_gold_list_without_answers_is_refused(evaluated, text, says):
    with pytest.raises(BadInput, match=says) as refused:
        evaluated(text)
    assert refused.value.hint


def test_a_gold_list_in_another_encoding_is_refused(evaluated):
    with pytest.raises(BadInput, match="UTF-8"):
        evaluated("query,ror_ids\nLiège,x\n", "cp1252")


def test_a_gold_list_that_is_not_there(atlas, tmp_path):
    with pytest.raises(BadInput, match="There is no file"):
        evaluate_search(atlas, tmp_path / "nothing.csv", quiet)
