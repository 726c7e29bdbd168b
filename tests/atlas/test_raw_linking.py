"""Raw affiliations: several organisations in a string, a set for each line, whatever stands in it."""

import csv
import io

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from openvalley.atlas.evaluate_raw import RawQuestion, evaluate_raw, is_raw, set_scores
from openvalley.atlas.raw_linking import link_raw_file, raw_index
from openvalley.errors import BadInput
from openvalley.resolve.raw.linking import RAW_LINKED, RawLinker
from worlds import quiet, ror_id

_UNIVERSITY, _HOSPITAL, _BIOLOGY = ror_id(1), ror_id(2), ror_id(5)


@pytest.fixture(scope="module")
def linker(atlas):
    return RawLinker(raw_index(atlas))


def _one(linker, string):
    (row,) = linker.link([string]).to_pylist()
    return row


@pytest.mark.parametrize(("string", "ids"), [
    ("Schelde University, Gent, Belgium", {_UNIVERSITY}),
    ("Faculty of Medicine, Universiteit Schelde, 9000 Gent, België", {_UNIVERSITY}),
    ("1 Dept. of Botany, Schelde University; 2 Kaai University Hospital, Leuven, Belgium", {_UNIVERSITY, _HOSPITAL}),
    ("Kaai University Hospital and Schelde University, Belgium", {_UNIVERSITY, _HOSPITAL}),
    ("Kaai University Hospital#TAB#Schelde University#N#Belgique", {_UNIVERSITY, _HOSPITAL}),
    ("Institute of River Biology, Utrecht, The Netherlands; Schelde University, Belgium", {_BIOLOGY, _UNIVERSITY}),
    ("(a) Schelde University, Ghent, BELGIUM. E-mail: someone@uschelde.example", {_UNIVERSITY}),
])
def test_a_string_is_linked_to_all_that_it_names(linker, string, ids):
    row = _one(linker, string)
    assert (row["decision"], set(row["match_ids"].split(";"))) == ("match", ids), row
    assert len(row["scores"].split(";")) == len(row["match_names"].split(" | ")) == len(ids)
    assert all(0 < float(score) <= 1 for score in row["scores"].split(";"))
    assert "@" not in row["why"]


@pytest.mark.parametrize("string", [
    "", " ", "\n", ",;,", "someone@uschelde.example", "E-mail: a.b@c.example.", "Belgium", "België", "9000 Gent",
    "🧬🧬", "x" * 5_000, ", " * 2_500, "x, " * 1_700, "=1+1", "@SUM(A1)", "\0", "&", "()", "(((", "of the",
    "University", "1 2 3", "Отделение", "大学病院内科", "قسم", "ΕΛΛΑΣ", "Department of Chemistry", "a\tb",
    "#TAB#", "'" * 40,
])
def test_a_string_that_names_nobody_is_told_so(linker, string):
    row = _one(linker, string)
    assert row["match_ids"] == row["match_names"] == row["scores"] == ""
    assert row["decision"] == "none"
    assert row["why"]


_PIECE = st.text(max_size=15) | st.sampled_from(
    ["Schelde University", "Kaai University Hospital", ", ", "; ", " and ", "Belgium", "Gent", "a@b.example", "\n"])


@settings(max_examples=40, deadline=None)
@given(st.lists(st.lists(_PIECE, max_size=8).map("".join), min_size=1, max_size=6), st.randoms(use_true_random=False))
def test_what_a_string_is_linked_to_does_not_depend_on_the_others(linker, strings, random):
    answers = linker.link(strings).to_pylist()
    assert len(answers) == len(strings)
    order = random.sample(range(len(strings)), len(strings))
    assert linker.link([strings[at] for at in order]).to_pylist() == [answers[at] for at in order]


@pytest.mark.parametrize("column", ["affiliation", "raw", "name"])
def test_a_file_keeps_its_lines_and_gets_sets(atlas, tmp_path, column):
    rows = [("7", "Schelde University; Kaai University Hospital, Belgium"), ("8", ""), ("9", "=Nobody")]
    text = io.StringIO()
    csv.writer(text).writerows([("id", column), *rows])
    (tmp_path / "in.csv").write_text(text.getvalue(), encoding="utf-8")
    counts = link_raw_file(tmp_path / "in.csv", tmp_path / "out.csv", atlas)
    with (tmp_path / "out.csv").open(encoding="utf-8", newline="") as stream:
        found = list(csv.DictReader(stream))
    assert list(found[0]) == ["id", column, *RAW_LINKED.names]
    assert [row["id"] for row in found] == ["7", "8", "9"]
    assert set(found[0]["match_ids"].split(";")) == {_UNIVERSITY, _HOSPITAL}
    assert found[2][column] == "'=Nobody"
    assert dict(counts) == {"match": 1, "none": 2}


@pytest.mark.parametrize("content", [b"", b"text\nx\n", b"\0\0", b'affiliation\n"' + b"x" * (1 << 21) + b'"\n'])
def test_a_file_without_strings_is_refused_and_nothing_is_written(atlas, tmp_path, content):
    (tmp_path / "in.csv").write_bytes(content)
    with pytest.raises(BadInput) as refused:
        link_raw_file(tmp_path / "in.csv", tmp_path / "out.csv", atlas)
    assert refused.value.hint
    assert [path.name for path in tmp_path.iterdir()] == ["in.csv"]


def test_sets_are_scored_id_by_id():
    """Three ids are given, of which one is reached by its successor; one id said is wrong."""
    both = RawQuestion("x", [frozenset({ror_id(1), ror_id(6)}), frozenset({ror_id(2)})])
    one, nobody = RawQuestion("y", [frozenset({ror_id(3)})]), RawQuestion("z", [])
    found = set_scores([both, one, nobody], [[ror_id(6), ror_id(4)], [ror_id(3), "pic:1"], ["pic:2"]])
    assert found == {"precision": pytest.approx(2 / 3), "recall": pytest.approx(2 / 3), "f1": pytest.approx(2 / 3),
                     "f1_by_row": pytest.approx((1 / 2 + 1 + 1) / 3), "none_recall": 1.0, "whole": pytest.approx(2 / 3)}


def test_evaluate_tells_lists_of_strings_and_measures_them_beside_exact_names(atlas, tmp_path):
    gold = tmp_path / "gold.csv"
    gold.write_text(f'raw,ror_ids\n"Botany, Schelde University, Belgium",{ror_id(6)}\n'
                    f'"Botany Kaai University Hospital Leuven, Belgium",{_HOSPITAL}\nNobody,\n', encoding="utf-8")
    assert is_raw(gold)
    found = evaluate_raw(atlas, gold, quiet)
    assert (found["task"], found["n"]) == ("link-raw", 3)
    assert found["model"]["f1"] == 1
    assert found["baselines"]["exact name"]["recall"] == pytest.approx(1 / 2)
    assert found["model"]["rows_per_second"] > 0


@pytest.mark.parametrize("text", ["", "raw\nx\n", "ror_ids\nx\n", "raw,ror_ids\n"])
def test_a_gold_list_that_is_none_is_refused(atlas, tmp_path, text):
    (tmp_path / "gold.csv").write_text(text, encoding="utf-8")
    with pytest.raises(BadInput) as refused:
        evaluate_raw(atlas, tmp_path / "gold.csv", quiet)
    assert refused.value.hint
