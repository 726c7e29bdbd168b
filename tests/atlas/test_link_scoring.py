"""Scoring of linking: what counts as right, and every metric against figures counted by hand."""

from pathlib import Path

import pytest

import worlds
from openvalley.atlas.evaluate import lineage
from openvalley.atlas.evaluate_link import evaluate_link
from openvalley.atlas.link_scoring import Answer, Question, best_threshold, decided, read_questions, reliability, scores
from openvalley.atlas.reader import open_atlas
from openvalley.errors import BadInput
from worlds import quiet, ror_id

_NOBODY = Answer(None, 0.0, "none")


def _question(*right, kin=()):
    return Question({"name": "x"}, frozenset(right), frozenset(right) | set(kin))


def _match(number, score):
    return Answer(ror_id(number), score, "match")


#: A labelled list with the answer to each row, and what a person says of it.
_JUDGED = [
    (_question(ror_id(1)), _match(1, 0.95)),                                # right
    (_question(ror_id(1)), _match(1, 0.95)),                                # the same row again: right again
    (_question(ror_id(2), ror_id(3)), _match(3, 0.85)),                     # the second of two right ids: right
    (_question(ror_id(4), kin=[ror_id(5)]), _match(5, 0.85)),               # its successor: right
    (_question(ror_id(6)), _match(7, 0.75)),                                # wrong, and 6 is not found
    (_question(ror_id(8)), Answer(ror_id(8), 0.45, "review")),              # for a person: no claim, 8 is not found
    (_question(ror_id(9)), _NOBODY),                                        # 9 is not found
    (_question(ror_id(10)), Answer("pic:990000002", 1.0, "match")),         # no claim about ROR, 10 is not found
    (_question(), _match(11, 0.65)),                                        # wrong: there is no ROR record
    (_question(), _NOBODY),                                                 # right to say nothing
    (_question(), Answer(ror_id(12), 0.35, "review")),                      # for a person: no claim
    (_question(), Answer("pic:990000003", 0.95, "match")),                  # known to another register: no claim
]
_QUESTIONS, _ANSWERS = zip(*_JUDGED, strict=True)


def test_every_metric_of_a_list_counted_by_hand():
    """Six claims, four of them right; eight rows with an id, four without; two of twelve rows in review."""
    found = scores(_QUESTIONS, _ANSWERS)
    assert found == pytest.approx({
        "precision": 4 / 6, "recall": 4 / 8, "f1": 2 * (4 / 6) * (4 / 8) / (4 / 6 + 4 / 8), "none_recall": 3 / 4,
        "review_share": 2 / 12,
        # Named are eight: 0.95 and 0.85 twice each, all right; 0.45 right; 0.75, 0.65 and 0.35 wrong.
        "ece": (2 * 0.05 + 2 * 0.15 + 0.55 + 0.75 + 0.65 + 0.35) / 8,
    })


def test_calibration_is_read_in_ten_ranges():
    """A score on an edge belongs to the range above, and 1 to the last."""
    judged = [(_question(ror_id(1)), _match(1, 1.0)), (_question(ror_id(1)), _match(1, 0.9)),
              (_question(ror_id(2)), _match(1, 0.92)), (_question(ror_id(2)), Answer(ror_id(2), 0.5, "review"))]
    found = reliability(*zip(*judged, strict=True))
    assert found == [{"score": 0.5, "right": 1.0, "n": 1},
                     {"score": pytest.approx((1.0 + 0.9 + 0.92) / 3), "right": pytest.approx(2 / 3), "n": 3}]


@pytest.mark.parametrize(("judged", "expected"), [
    ([(_question(ror_id(1)), _NOBODY)],
     {"precision": 0, "recall": 0, "f1": 0, "none_recall": 1, "review_share": 0, "ece": 0}),
    ([(_question(), _NOBODY)],
     {"precision": 0, "recall": 0, "f1": 0, "none_recall": 1, "review_share": 0, "ece": 0}),
    ([(_question(), _match(1, 0.6))],
     {"precision": 0, "recall": 0, "f1": 0, "none_recall": 0, "review_share": 0, "ece": 0.6}),
    ([(_question(ror_id(1)), Answer(ror_id(1), 0.4, "review"))],
     {"precision": 0, "recall": 0, "f1": 0, "none_recall": 1, "review_share": 1, "ece": 0.6}),
])
def test_lists_of_one_row(judged, expected):
    assert scores(*zip(*judged, strict=True)) == pytest.approx(expected)


def test_the_threshold_is_where_f1_is_best_on_the_list():
    """From 0.8 on two of three claims are right and two of three ids found; lower adds a wrong one."""
    judged = [(_question(ror_id(1)), _match(1, 0.9)), (_question(ror_id(2)), _match(3, 0.85)),
              (_question(ror_id(4)), _match(4, 0.8)), (_question(), _match(5, 0.7)), (_question(), _NOBODY)]
    questions, answers = zip(*judged, strict=True)
    assert best_threshold(questions, answers) == 0.8
    assert [one.said for one in decided(answers, 0.8)] == [ror_id(1), ror_id(3), ror_id(4), None, None]
    every = {at: scores(questions, decided(answers, at))["f1"] for at in (0.7, 0.8, 0.85, 0.9, 1.0)}
    assert max(every, key=every.get) == 0.8


def test_answers_of_one_score_are_claimed_together():
    judged = [(_question(ror_id(1)), _match(1, 0.8)), (_question(), _match(2, 0.8)), (_question(), _match(3, 0.8))]
    questions, answers = zip(*judged, strict=True)
    assert scores(questions, decided(answers, best_threshold(questions, answers)))["precision"] == pytest.approx(1 / 3)


def test_a_labelled_list_is_read_as_it_stands(tmp_path):
    """Ids stand in ror_ids or ror_id; spaces, empty parts and missing cells do no harm."""
    path = tmp_path / "gold.csv"
    path.write_text(f"\ufeffname,country,ror_ids\nA,UK,{ror_id(1)} ; {ror_id(2)};\nA,UK,\nB\n", encoding="utf-8")
    first, second, third = read_questions(path, {ror_id(1): {ror_id(1), ror_id(9)}})
    assert (first.country, first.given) == ("GB", {ror_id(1), ror_id(2)})
    assert first.right == {ror_id(1), ror_id(2), ror_id(9)}
    assert (second.given, third.given, third.country) == (set(), set(), "")
    path.write_text(f"ror_id,name\n{ror_id(1)},A\n", encoding="utf-8")
    assert [one.given for one in read_questions(path, {})] == [{ror_id(1)}]


@pytest.mark.parametrize(("content", "says"), [
    (b"", "lacks the columns"), (b"name\nx\n", "lacks the columns"), (b"ror_ids\nx\n", "lacks the columns"),
    (b"name,ror_ids\n", "no rows"), ("name,ror_ids\nLi\u00e8ge,x\n".encode("cp1252"), "UTF-8"),
])
def test_a_list_that_cannot_be_read_is_refused(tmp_path, content, says):
    path = tmp_path / "gold.csv"
    path.write_bytes(content)
    with pytest.raises(BadInput, match=says) as refused:
        read_questions(path, {})
    assert refused.value.hint


def test_a_cell_without_end_is_refused(tmp_path):
    path = tmp_path / "gold.csv"
    path.write_text("name,ror_ids\n" + "x" * (1 << 21) + ",\n", encoding="utf-8")
    with pytest.raises(BadInput, match="not a CSV file to its end"):
        read_questions(path, {})


def test_a_list_that_is_not_there():
    with pytest.raises(BadInput, match="There is no file"):
        read_questions(Path("nothing.csv"), {})


def test_an_atlas_measured_on_a_list_counted_by_hand(atlas, tmp_path):
    """Six rows with an id, of which four are claimed rightly; one row in review; two rows without an id."""
    path = tmp_path / "gold.csv"
    path.write_text("name,city,country,ror_ids\n" + "\n".join([
        f"Schelde University,Gent,BE,{ror_id(1)}",                      # the same name: right
        f"Universiteit Schelde,Gent,BE,{ror_id(6)}",                    # gold is its predecessor: right
        f"UZ Kaai,Leuven,BE,{ror_id(9)};{ror_id(2)}",                   # one of two: right
        f"Institute of River Biology,,NL,{ror_id(5)}",                  # the same name: right
        f"Dender Technical School,,BE,{ror_id(8)}",                     # two of this name: for a person
        f"Dünya Üniversitesi,,DE,{ror_id(10)}",                         # said to be elsewhere: not found
        "Schelde Biotech,Gent,BE,",                                     # known, but not to ROR: no claim
        "Qwrtzp,Gent,BE,",                                              # nobody
    ]) + "\n", encoding="utf-8")
    found = evaluate_link(atlas, path, quiet)
    assert (found["task"], found["n"]) == ("link", 8)
    shown = {name: found["model"][name] for name in ("precision", "recall", "f1", "none_recall", "review_share")}
    assert shown == pytest.approx({"precision": 1, "recall": 4 / 6, "f1": 0.8, "none_recall": 1, "review_share": 1 / 8})
    assert found["model"]["rows_per_second"] > 0
    assert sum(part["n"] for part in found["reliability"]) == 5
    apart = [part["n"] * abs(part["score"] - part["right"]) for part in found["reliability"]]
    assert found["model"]["ece"] == pytest.approx(sum(apart) / 5)
    assert found["by_country"]["BE"] == pytest.approx({"n": 6, "precision": 1, "recall": 3 / 4, "f1": 6 / 7})
    assert set(found["baselines"]) == {"exact name", "nearest name (rapidfuzz)"}
    assert all(set(row) == set(found["model"]) for row in found["baselines"].values())
    assert found["baselines"]["exact name"]["recall"] == pytest.approx(4 / 6)


def test_baselines_look_everywhere_where_the_list_names_no_country(atlas, tmp_path):
    path = tmp_path / "gold.csv"
    path.write_text(f"name,ror_ids\nDünya Üniversitesi,{ror_id(10)}\n", encoding="utf-8")
    baselines = evaluate_link(atlas, path, quiet)["baselines"]
    assert {name: row["f1"] for name, row in baselines.items()} == {
        "exact name": 1, "nearest name (rapidfuzz)": 1}


@pytest.mark.parametrize(("old", "new"), [
    ([], [{"id": ror_id(1), "label": "x", "type": "predecessor"}]),
    ([{"id": ror_id(2), "label": "x", "type": "successor"}], []),
    ([{"id": ror_id(2), "label": "x", "type": "successor"}], [{"id": ror_id(1), "label": "x", "type": "predecessor"}]),
])
def test_a_predecessor_is_as_right_whichever_record_says_so(tmp_path, old, new):
    settings = worlds.home_at(tmp_path / "home")
    worlds.build(settings, worlds.World(ror=[
        worlds.ror(1, "Old Academy", relationships=old, status="inactive"),
        worlds.ror(2, "New Academy", relationships=new)]))
    atlas = open_atlas(settings.home)
    kin = lineage(atlas)
    assert kin[ror_id(1)] == kin[ror_id(2)] == {ror_id(1), ror_id(2)}
    assert [claim.value for claim in atlas.claims(ror_id(1), "successor")] == [ror_id(2)]
    atlas.close()
