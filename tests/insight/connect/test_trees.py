"""The ranker's parts: trees that add up their leaves, places among candidates, points that become shares."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from openvalley.insight.connect.placing import placed
from openvalley.insight.connect.trees import Trees, plain_ranker, programme_ranker


def test_trees_add_up_their_leaves():
    trees = Trees.read("learnt_until 2018-12-31\nfeatures a b\n0:0.5:1:2 =1 1:2:3:4 =10 =20\n=0.5\n")
    assert trees.score(np.array([[0.5, 9], [0.6, 2], [0.6, 2.1]])).tolist() == [1.5, 10.5, 20.5]


def test_a_place_is_the_share_of_candidates_below():
    found = placed({"AA": np.array([0.0, 5.0]), "r_AA": np.zeros(2), "a_np_all": np.zeros(2)},
                   {"AA": np.array([0.0, 0, 5, 9]), "r_AA": np.zeros(4), "a_np_all": np.zeros(4)})
    assert {name: column.tolist() for name, column in found.items()} == {"%AA": [1 / 4, 5 / 8]}


@settings(max_examples=50)
@given(st.integers(2, 32), st.randoms(use_true_random=False))
def test_trees_lead_each_row_to_one_leaf(leaves, random):
    nodes = [f"={random.randint(-9, 9)}"]
    while sum(node.startswith("=") for node in nodes) < leaves:
        place = random.choice([at for at, node in enumerate(nodes) if node.startswith("=")])
        nodes[place] = f"{random.randint(0, 2)}:{random.randint(0, 4)}:{len(nodes)}:{len(nodes) + 1}"
        nodes += [f"={random.randint(-9, 9)}", f"={random.randint(-9, 9)}"]
    table = [[float(random.randint(-1, 5)) for _ in range(3)] for _ in range(300)]

    def walked(row, at=0):
        if nodes[at].startswith("="):
            return float(nodes[at][1:])
        column, threshold, low, high = nodes[at].split(":")
        return walked(row, int(low) if row[int(column)] <= float(threshold) else int(high))

    text = f"learnt_until 2018-12-31\nfeatures a b c\n{' '.join(nodes)}\n{' '.join(nodes)}\n"
    assert Trees.read(text).score(np.array(table)).tolist() == [2 * walked(row) for row in table]


def test_a_tree_of_more_leaves_than_can_be_told_apart_is_refused():
    chain = " ".join(f"0:{at}:{2 * at + 1}:{2 * at + 2} =0" for at in range(32)) + " =0"
    with pytest.raises(ValueError, match="more than 32 leaves"):
        Trees.read(f"learnt_until 2018-12-31\nfeatures a\n{chain}\n")


@pytest.mark.parametrize("ranker", [plain_ranker, programme_ranker])
def test_more_points_are_never_less_likely(ranker):
    calibration = ranker().calibration
    shares = calibration.share(np.linspace(-9, 9, 50))
    assert (np.diff(shares) >= 0).all()
    assert ((shares > 0) & (shares < 1)).all()
