"""Parts of the linking benchmark, each alone: samples, rules, chance, disputed rows, classes of errors, peers."""

import pytest

from worlds import ror_id


@pytest.mark.usefixtures("folder")
def test_rows_are_drawn_from_all_of_a_list_the_same_each_time():
    from material import sampled

    drawn = sampled(1000, 50)
    assert drawn == sorted(set(drawn)) == sampled(1000, 50)
    assert len(drawn) == 50
    assert min(drawn) < 200
    assert 800 < max(drawn) < 1000
    assert sampled(3, 50) == [0, 1, 2]


@pytest.mark.usefixtures("folder")
def test_rules_give_the_points_of_the_trees_that_they_were_made_of():
    import numpy as np
    from sklearn.ensemble import HistGradientBoostingClassifier
    from unseen import train_linker

    drawn = np.random.default_rng(7)
    seen = drawn.random((400, 3)).round(2)
    right = (seen[:, 0] + 0.5 * (seen[:, 1] > 0.5) + 0.2 * drawn.random(400)) > 0.9
    how = train_linker.Training(("a", "b", "c"), 2, 60, 0.2, 10)
    start, rules = train_linker.fitted(seen, right, np.ones(400), how)
    model = HistGradientBoostingClassifier(max_depth=2, max_iter=60, learning_rate=0.2, min_samples_leaf=10,
                                           l2_regularization=1.0, early_stopping=False, random_state=7)
    points = model.fit(seen, right).decision_function(seen)
    assert len(rules) == 60
    # Points of a rule are rounded to thousandths.
    assert train_linker.Scorecard(how.features, start, rules).points(seen) == pytest.approx(points, abs=60 * 0.0005)
    assert points.max() - points.min() > 5


@pytest.mark.usefixtures("folder")
def test_few_answers_are_off_by_chance_alone(tmp_path):
    from contestants.competing import Said, write_table
    from judging import by_chance

    from openvalley.atlas.link_scoring import Question

    known = Question({"name": "x"}, frozenset({ror_id(1)}), frozenset({ror_id(1)}))
    lists = {}
    for count in (10, 1000):
        right = [Said(ror_id(1), 0.5, "review")] * (count // 2)
        write_table(tmp_path / f"{count}.csv", [*right, *[Said(ror_id(2), 0.5, "review")] * (count // 2)])
        lists[str(count)] = [known] * count
    found = by_chance(lists, tmp_path)
    assert [found[name]["ece"] for name in ("10", "1000", "all")] == [0, 0, 0]
    # The mean distance of a binomial share from one half: about the root of 2 / pi times its standard deviation.
    assert found["10"]["mean"] == pytest.approx(0.123, abs=0.01)
    assert found["1000"]["mean"] == pytest.approx(0.0126, abs=0.001)
    assert found["10"]["mean"] < found["10"]["most"] <= 0.5
    write_table(tmp_path / "10.csv", [Said("", 0.0, "none")] * 10)
    assert by_chance({"10": lists["10"]}, tmp_path)["10"] == {"n": 0, "ece": 0, "mean": 0, "most": 0}


@pytest.mark.usefixtures("folder")
def test_rows_whose_very_name_this_ror_has_are_disputed():
    from contestants.competing import Name
    from errors import by_id, undisputed

    from openvalley.atlas.link_scoring import Question

    names = by_id([Name("x", "Kaai", acronym=False, city="", country="BE", folded_name="kaai", folded_city="")])
    asked = [("KAAI NV", "BE", ""), ("Kaai", "NL", ""), ("Quay", "BE", ""), ("Kaai", "BE", ror_id(3))]
    questions = [Question({"name": name, "country": country}, frozenset(filter(None, [right])), frozenset())
                 for name, country, right in asked]
    assert undisputed({"list": questions}, names) == {"list": [1, 2, 3]}


@pytest.mark.usefixtures("folder")
@pytest.mark.parametrize(("name", "right", "said", "class_"), [
    ("Kaai Ltd", None, ["Kaai"], "ROR has the very name"), ("Kaai Ltd", None, ["Kaaimans"], "somebody near"),
    ("Kaai", [], ["Kaai"], "not in this ROR"), ("Kaai", ["Quay"], ["KAAI"], "bears the very name"),
    ("Kaai", ["Quay@NL"], [], "in another country"), ("KKI Biologie", ["KKI"], [], "the acronym"),
    ("Kaai Hospital, Dept of Care", ["Kaai Hospital"], [], "the row says more"),
    ("Kaai", ["Kaai Hospital"], [], "the row says less"),
    ("Ziekenhuis Kaa", ["Quay Hospital"], [], "no word in common"),
    ("Kaai Ziekenhuis", ["Kaai Hospital"], [], "some words in common"),
])
def test_errors_fall_into_the_first_class_whose_rule_holds(name, right, said, class_):
    from contestants.competing import Name
    from errors import Error, class_of

    def named(texts):
        pairs = [text.partition("@")[::2] for text in texts]
        return [Name("x", text, acronym=False, city="", country=country or "BE", folded_name=text.lower(),
                     folded_city="")
                for text, country in pairs]

    assert class_ in class_of(Error(name, "BE", right is not None, named(right or ()), named(said)))


@pytest.mark.usefixtures("folder")
def test_a_peer_that_does_not_install_is_left_out_and_says_why(tmp_path, monkeypatch):
    import peers
    from contest import Entry, Place, run

    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setattr(peers, "peers", lambda: ["no-such-matcher"])
    here = Place(tmp_path, tmp_path, tmp_path, tmp_path / "cache")
    assert "no-such-matcher" in run(Entry("x", "exact.py", "no-such-matcher"), [], here)["problem"]
    assert "not in the extra" in run(Entry("x", "exact.py", "no-such-other"), [], here)["problem"]


@pytest.mark.usefixtures("folder")
def test_peers_are_pinned(repository):
    import peers

    pins = {line.partition("==")[0] for line in (repository / "constraints.txt").read_text().splitlines()}
    assert set(peers.peers()) == {"nomenklatura", "splink"}
    assert set(peers.peers()) <= pins
