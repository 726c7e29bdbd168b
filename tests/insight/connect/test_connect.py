"""New partners: who is ranked, what a ranking is measured by, and what cannot be read."""

import csv
import json
from datetime import date

import numpy as np
import pytest

import worlds
from openvalley.atlas.reader import open_atlas
from openvalley.cli.main import app
from openvalley.errors import BadInput
from openvalley.insight.connect import ConnectRequest, connect
from openvalley.insight.connect.backtest import evaluate_connect, new_partners, outcome
from openvalley.insight.connect.given import Given
from openvalley.insight.connect.past import end_of_data, past
from openvalley.insight.connect.placing import placed
from openvalley.insight.connect.ranking import rank_batch, ranked
from openvalley.insight.connect.signals import Signals
from openvalley.insight.connect.trees import plain_ranker, programme_ranker
from worlds import participant, project

_FIRST = 900_000_001
#: Projects in the order of their start: number, start, and which of the participants take part.
_PROJECTS = (
    (1, "2018-01-01", (0, 1, 2)), (2, "2018-02-01", (1, 3, 4)), (3, "2018-03-01", (2, 4, 5)),
    (4, "2018-04-01", (5, 6, 7)), (5, "2018-05-01", (8,)), (6, "2019-02-01", (0, 3, 4, 5)), (7, "2019-03-01", (0, 8)),
)


def _pic(number):
    return str(_FIRST + number)


def _participants():
    return [participant(number, _pic(who), f"Works {chr(65 + who)}", country="BE" if who % 2 else "NL")
            for number, _, people in _PROJECTS for who in people]


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    settings = worlds.home_at(tmp_path_factory.mktemp("connect") / "home")
    worlds.build(settings, worlds.World(
        projects=[project(number, f"P{number}", startDate=start, endDate="2020-12-31",
                          legalBasis="H2020-EU.3.1.")
                  for number, start, _ in _PROJECTS],
        participants=_participants()))
    return settings


@pytest.fixture
def later(tmp_path):
    """What came from 2019 on, as a file of `evaluate connect`."""
    path = tmp_path / "later.csv"
    with path.open("w", encoding="utf-8", newline="") as stream:
        csv.writer(stream).writerows([("project", "pic", "start"), *(
            (f"f{number}", _pic(who), start) for number, start, people in _PROJECTS for who in people
            if start >= "2019")])
    return path


def test_partners_of_before_and_the_asker_are_never_ranked(atlas):
    prepared = Signals(past(atlas, date(2019, 1, 1)))
    for asker in range(len(prepared.past.pics)):
        partners, scores = ranked(prepared, asker)
        assert not set(partners.tolist()) & {asker, *prepared.partners_of(asker).tolist()}
        assert (np.diff(scores) <= 0).all()
        assert ((scores > 0) & (scores < 1)).all()


def test_nothing_after_the_cut_is_known(atlas):
    prepared = Signals(past(atlas, date(2019, 1, 1)))
    assert {prepared.past.pics[other] for other in prepared.partners_of(prepared.number[_pic(0)])} == {
        _pic(1), _pic(2)}
    assert (prepared.past.age > 0).all()


def test_common_partners_are_counted_as_by_hand(atlas):
    prepared = Signals(past(atlas, date(2019, 1, 1)))
    columns = prepared.scores(prepared.number[_pic(0)]).columns
    common = {pic: columns["CN"][place] for pic, place in prepared.number.items()}
    # 4 shares the partners 1 and 2 with 0; 3 only 1; 5 only 2; 6 neither
    assert [common[_pic(who)] for who in (4, 3, 5, 6)] == [2, 1, 1, 0]
    # 1 and 2 have four partners each: 2 / ln 4
    assert columns["AA"][prepared.number[_pic(4)]] == pytest.approx(2 / np.log(4))


def test_new_partners_are_those_of_after_that_were_none_before(atlas):
    prepared = Signals(past(atlas, date(2019, 1, 1)))
    rows = [("a", _pic(who), date(2019, 2, 1)) for who in (0, 1, 3)] + [("a", "999", date(2019, 2, 1))]
    new = new_partners(prepared, rows)
    assert {prepared.past.pics[found] for found in new[prepared.number[_pic(0)]]} == {_pic(3)}
    assert new[prepared.number[_pic(1)]] == set()


def test_consortia_above_sixty_tell_of_no_partners(atlas):
    prepared = Signals(past(atlas, date(2019, 1, 1)))
    crowd = [("a", pic, date(2019, 2, 1)) for pic in (_pic(0), _pic(6), *(str(number) for number in range(59)))]
    assert new_partners(prepared, crowd) == {}
    assert set(new_partners(prepared, crowd[:60])) == {prepared.number[_pic(0)], prepared.number[_pic(6)]}


@pytest.mark.parametrize(("ranking", "right", "expected"), [
    ([4, 7, 9], {7, 9, 11}, (2 / 3, 2 / 3, 1 / 2)), ([], {1}, (0, 0, 0)),
    (list(range(20)), set(range(5, 25)), (5 / 10, 15 / 20, 1 / 6)),
])
def test_metrics_are_as_counted_by_hand(ranking, right, expected):
    assert outcome(np.array(ranking, int), right) == pytest.approx(expected)


def test_the_backtest_measures_model_and_baselines(atlas, later):
    found = evaluate_connect(atlas, later, worlds.quiet)
    assert (found["task"], found["n"], found["cut"]) == ("connect", 1, "2019-02-01")
    assert set(found["baselines"]) == {"popularity", "popularity within programme", "common neighbours", "Adamic-Adar"}
    # 0 is the one asker with three new partners or more (3, 4, 5, 8); all with a common partner are right, and first
    assert found["baselines"]["Adamic-Adar"]["mrr"] == 1
    assert found["baselines"]["Adamic-Adar"]["p_at_10"] == pytest.approx(3 / 4)
    assert found["baselines"]["popularity"]["p_at_10"] == pytest.approx(3 / 4)
    assert found["model"]["newcomers"]["n"] == 1
    assert found["in_sample"] == (date(2019, 2, 1) <= plain_ranker().trees.learnt_until)


def test_a_list_is_ranked_into_a_file(home, tmp_path, capsys):
    askers, output = tmp_path / "askers.csv", tmp_path / "out.csv"
    askers.write_text(f"pic\n{_pic(6)}\n123456789\n", encoding="utf-8")
    app(["--home", str(home.home), "connect", "--batch", str(askers), "-o", str(output), "-k", "2", "--json"],
        standalone_mode=False)
    assert {name: json.loads(capsys.readouterr().out)[name] for name in ("askers",)} == {"askers": 1}
    rows = list(csv.DictReader(output.read_text(encoding="utf-8").splitlines()))
    assert [(row["asker"], row["rank"]) for row in rows] == [(_pic(6), "1"), (_pic(6), "2")]
    assert not {row["partner"] for row in rows} & {_pic(5), _pic(6), _pic(7)}


@pytest.mark.parametrize(("words", "says"), [
    (["--batch", "askers.csv"], "Where do the rankings go"), (["Works A", "-o", "out.csv"], "only for a list"),
    (["Works A", "--batch", "askers.csv", "-o", "out.csv"], "takes no organisation and no filter"),
    ([], "Partners for whom"), (["--programme", "SC1"], "Partners for whom"),
])
def test_words_that_do_not_go_together_are_refused(home, words, says):
    with pytest.raises(BadInput, match=says):
        app(["--home", str(home.home), "connect", *words], standalone_mode=False)


def test_an_atlas_without_projects_says_so(tmp_path_factory):
    settings = worlds.once("no projects", worlds.World(), tmp_path_factory)
    opened = open_atlas(settings.home)
    with pytest.raises(BadInput, match="no projects to learn partners from"):
        end_of_data(opened)
    assert connect(opened, ConnectRequest("Kaai Incubator")).cannot_tell.code == "connect.filtered_out"
    opened.close()


def test_stray_later_rows_do_not_move_the_end_of_the_data(atlas):
    assert end_of_data(atlas) == date(2019, 4, 1)


@pytest.mark.parametrize(("text", "says"), [
    ("project,pic\n1,2\n", "lacks the column start"), ("project,pic,start\n", "has no rows"),
    ("project,pic,start\n1,2,soon\n", "'soon' is no day"), ("project,pic,start\n1,2,2019-02-01\n", "Nobody in"),
])
def test_a_future_that_cannot_be_used_is_refused(atlas, tmp_path, text, says):
    path = tmp_path / "future.csv"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(BadInput, match=says):
        evaluate_connect(atlas, path, worlds.quiet)


def test_a_list_that_cannot_be_used_is_refused(atlas, tmp_path):
    with pytest.raises(BadInput, match="There is no file"):
        rank_batch(atlas, tmp_path / "none.csv", tmp_path / "out.csv", 5, worlds.quiet)
    (tmp_path / "bytes.csv").write_bytes(b"pic\n\xff\n")
    with pytest.raises(BadInput, match="UTF-8"):
        rank_batch(atlas, tmp_path / "bytes.csv", tmp_path / "out.csv", 5, worlds.quiet)


def test_a_filter_changes_nobodys_score(atlas):
    prepared = Signals(past(atlas, date(2019, 1, 1)))
    asker = prepared.number[_pic(0)]
    everybody = dict(zip(*(found.tolist() for found in ranked(prepared, asker)), strict=True))
    among = np.zeros(len(prepared.past.pics), bool)
    among[[prepared.number[_pic(who)] for who in (3, 5)]] = True
    left = dict(zip(*(found.tolist() for found in ranked(prepared, asker, among)), strict=True))
    assert left == {other: everybody[other] for other in left}
    assert set(left) == {prepared.number[_pic(3)], prepared.number[_pic(5)]}


def test_the_delivered_ranker_reads_only_columns_that_there_are(atlas):
    prepared = Signals(past(atlas, date(2019, 1, 1)))
    for signals, ranker in ((prepared, plain_ranker()), (Given(prepared, ["H2020-EU.3.1."]), programme_ranker())):
        scores = signals.scores(0)
        columns = signals.table(0, scores, signals.candidates(0, scores))
        assert set(ranker.trees.features) <= {*columns, *placed(columns, columns)}


def test_a_list_may_name_programmes(atlas, tmp_path):
    askers, output = tmp_path / "askers.csv", tmp_path / "out.csv"
    askers.write_text(f"pic,programme_part\n{_pic(6)},SC1\n{_pic(6)},\n", encoding="utf-8")
    counts = rank_batch(atlas, askers, output, 3, worlds.quiet)
    rows = list(csv.DictReader(output.read_text(encoding="utf-8").splitlines()))
    assert {row["programme_part"] for row in rows} == {"SC1", ""}
    assert counts == {"askers": 1, "unknown": 0, "without_past": 0, "rows": len(rows), "left_out": []}


def test_a_list_is_ranked_by_its_programmes_strangers_left_out(atlas, tmp_path):
    askers, output = tmp_path / "askers.csv", tmp_path / "out.csv"
    codes = ("", "SC1", "H2020-EU.3.1.;LEIT", "HORIZON.1.3")
    askers.write_text("\n".join(["pic,programme_part", "123456789,SC1", *(f"{_pic(6)},{code}" for code in codes)]),
                      encoding="utf-8")
    counts = rank_batch(atlas, askers, output, 3, worlds.quiet)
    assert {name: counts[name] for name in ("askers", "unknown", "without_past")} == {
        "askers": 1, "unknown": 1, "without_past": 1}
    rows = list(csv.DictReader(output.read_text(encoding="utf-8").splitlines()))
    listed = {code: [(row["partner"], row["score"]) for row in rows if row["programme_part"] == code] for code in codes}
    assert all(listed.values())
    assert listed["SC1"] == listed["H2020-EU.3.1.;LEIT"], "nothing is of LEIT here"
    assert listed["SC1"] != listed[""]
    assert listed["HORIZON.1.3"] == listed[""], "of which there is no project"


def test_what_came_later_may_name_strangers_and_programmes_without_a_past(atlas, tmp_path):
    path = tmp_path / "later.csv"
    rows = [(f"f{number}", pic, start, "SC1;HORIZON.1.3") for number, start, people in _PROJECTS if start >= "2019"
            for pic in (*map(_pic, people), "123456789")]
    with path.open("w", encoding="utf-8", newline="") as stream:
        csv.writer(stream).writerows([("project", "pic", "start", "programme_part"), *rows])
    found = evaluate_connect(atlas, path, worlds.quiet)
    assert (found["n"], found["with_programme"]["n"]) == (1, 1)


@pytest.mark.parametrize("column", ["programme", "programme_part"])
def test_a_list_of_unknown_programmes_alone_is_refused_with_the_nearest(atlas, tmp_path, column):
    askers = tmp_path / "askers.csv"
    askers.write_text(f"pic,{column}\n{_pic(6)},SC11\n", encoding="utf-8")
    with pytest.raises(BadInput, match="SC11") as caught:
        rank_batch(atlas, askers, tmp_path / "out.csv", 3, worlds.quiet)
    assert "SC1" in caught.value.hint


def test_rows_with_an_unknown_programme_are_left_out_and_named(atlas, tmp_path):
    askers, output = tmp_path / "askers.csv", tmp_path / "out.csv"
    listed = [(_pic(6), "SC1"), (_pic(6), "SC11"), (_pic(7), "SC11"), (_pic(6), "")]
    askers.write_text("\n".join(["pic,programme_part", *map(",".join, listed)]), encoding="utf-8")
    counts = rank_batch(atlas, askers, output, 3, worlds.quiet)
    assert [(row["line"], row["programme"]) for row in counts["left_out"]] == [(3, "SC11"), (4, "SC11")]
    assert "SC1" in counts["left_out"][0]["hint"]
    rows = list(csv.DictReader(output.read_text(encoding="utf-8").splitlines()))
    assert {(row["asker"], row["programme_part"]) for row in rows} == {(_pic(6), "SC1"), (_pic(6), "")}


def test_with_programmes_the_backtest_measures_beside_baselines_within_them(atlas, tmp_path):
    path = tmp_path / "later.csv"
    rows = [(f"f{number}", _pic(who), start, "SC1;LEIT") for number, start, people in _PROJECTS for who in people
            if start >= "2019"]
    with path.open("w", encoding="utf-8", newline="") as stream:
        csv.writer(stream).writerows([("project", "pic", "start", "programme_part"), *rows])
    found = evaluate_connect(atlas, path, worlds.quiet)["with_programme"]
    assert found["n"] == 1, "all projects before are of SC1: LEIT has no past here"
    assert set(found["baselines"]) == {"popularity within it", "common neighbours within it", "Adamic-Adar within it",
                                       "common neighbours over its projects"}
    assert found["baselines"]["Adamic-Adar within it"]["p_at_10"] == pytest.approx(3 / 4)
    assert 0 <= found["model"]["p_at_10"] <= 1
