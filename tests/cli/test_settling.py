"""review --list: the rows that link left for review are settled in the file, and nothing else in it changes."""

import csv
import io
import sys

import pytest

from openvalley.resolve.judgements import JudgementStore
from worlds import ror_id

_LIST = """id,name,city,country,note
1,Dender Technical School,,BE,"two bearers, =odd"
2,Schelde University,Gent,BE,clear
3,Dender Technical School,Ninove,BE,another town
4,Nobody at All,,BE,none
5,Dender Technical School,,BE,the first again
"""
_TEXT = "mention/BE//Dender Technical School"


@pytest.fixture
def linked(say, own_home, tmp_path):
    """A list as link wrote it, with rows for review."""
    (tmp_path / "in.csv").write_text(_LIST, encoding="utf-8")
    path = tmp_path / "out.csv"
    assert say("link", tmp_path / "in.csv", "-o", path, "--home", own_home).status == 0
    assert [row["decision"] for row in _rows(path)] == ["review", "match", "review", "none", "review"]
    return path


def _rows(path):
    with path.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


@pytest.fixture
def typed(say, own_home, linked, monkeypatch):
    """Return a function that settles the list by lines."""
    def type_lines(lines, *options):
        monkeypatch.setattr(sys, "stdin", io.StringIO(lines))
        return say("review", "--list", linked, "--home", own_home, "--by", "An", *options)

    return type_lines


def test_settled_rows_are_written_and_all_else_stays(typed, linked, own_home):
    before = _rows(linked)
    said = typed("same asked them\nnone closed in 1990\nq\n")
    assert said.status == 0
    assert "3 rows settled; now 3 match, 0 for review, 2 none." in " ".join(said.out.split())
    after = _rows(linked)
    assert [row["decision"] for row in after] == ["match", "match", "none", "none", "match"]
    assert after[0]["match_id"] == before[0]["match_id"] == after[4]["match_id"]
    assert after[0]["match_name"] == "Dender Technical School"
    assert (after[2]["match_id"], after[2]["match_name"]) == ("", "")
    assert after[0]["why"].startswith("settled by An on 20")
    assert after[0]["why"].endswith(f": asked them; before: review {before[0]['match_id']} {before[0]['why']}")
    for column in ("id", "name", "city", "country", "note", "score"):
        assert [row[column] for row in after] == [row[column] for row in before]
    assert (after[1], after[3]) == (before[1], before[3])
    assert [judgement.left for judgement in JudgementStore(own_home / "judgements.sqlite").history()] == [
        _TEXT, "mention/BE/Ninove/Dender Technical School"]


def test_who_refuses_the_first_is_asked_about_the_next(typed, linked):
    first = _rows(linked)[0]["match_id"]
    typed("different\nsame\nq\n")
    found = _rows(linked)[0]
    assert found["decision"] == "match"
    assert found["match_id"] in {ror_id(8), ror_id(9)} - {first}


def test_who_refuses_the_first_alone_leaves_the_row_to_the_next(typed, linked):
    first = _rows(linked)[0]["match_id"]
    typed("different\nq\n")
    found = _rows(linked)[0]
    assert (found["decision"], found["match_id"] == first) == ("review", False)
    told = typed("q\n")
    assert "1 of" in told.out


def test_who_refuses_all_settles_the_row_as_none(typed, linked, say, own_home):
    listed = say("review", "--list", linked, "--json", "--home", own_home).json["pairs"]
    mine = [pair for pair in listed if _TEXT in {pair["left"]["record"], pair["right"]["record"]}]
    typed("different\n" * len(mine) + "q\n")
    assert [row["decision"] for row in _rows(linked)] == ["none", "match", "review", "none", "none"]


def test_the_settled_list_goes_where_one_says(typed, linked, tmp_path):
    before = linked.read_bytes()
    typed("same\nq\n", "-o", tmp_path / "new.csv")
    assert linked.read_bytes() == before
    assert _rows(tmp_path / "new.csv")[0]["decision"] == "match"


def test_what_was_settled_once_is_settled_in_every_list(typed, say, linked, own_home, tmp_path):
    typed("same\nnone\nq\n")
    assert say("link", tmp_path / "in.csv", "-o", linked, "--home", own_home).status == 0
    said = typed("")
    assert "No row waits for a person." in said.out
    assert [row["decision"] for row in _rows(linked)] == ["match", "match", "none", "none", "match"]
    settled = linked.read_bytes()
    typed("")
    assert linked.read_bytes() == settled


def test_the_rows_that_wait_are_listed(say, linked, own_home):
    said = say("review", "--list", linked, "--json", "--home", own_home).json
    records = [[pair["left"]["record"], pair["right"]["record"]] for pair in said["pairs"]]
    assert records[0][0] == _TEXT
    assert said["total"] == len(records) == len(set(map(tuple, records)))
    assert said["pairs"][0]["probability"] == float(_rows(linked)[0]["score"])
    assert said["pairs"][0]["no_match_is_about"] == _TEXT
    side = said["pairs"][0]["left"]
    assert (side["name"], side["country"], side["sources"][0]["record"]) == ("Dender Technical School", "BE", "line 2")


@pytest.mark.parametrize(("content", "says"), [
    ("name,country\nx,BE\n", "no file that link wrote"), ("", "no file that link wrote"),
    (None, "There is no file"),
])
def test_what_link_did_not_write_is_said_and_left(say, own_home, tmp_path, content, says):
    path = tmp_path / "list.csv"
    if content is not None:
        path.write_text(content, encoding="utf-8")
    said = say("review", "--list", path, "--home", own_home, "--json")
    assert (said.status, says in said.json["error"]["message"]) == (3, True)
    assert content is None or path.read_text(encoding="utf-8") == content


@pytest.mark.parametrize("options", [("--list", "{out}", "-o", "{out}/x/y.csv"), ("-o", "new.csv")])
def test_where_nothing_can_be_written_is_said(say, own_home, linked, options, monkeypatch):
    monkeypatch.setattr(sys, "stdin", io.StringIO("q\n"))
    before = linked.read_bytes()
    given = [option.replace("{out}", str(linked)) for option in options]
    said = say("review", *given, "--by", "An", "--home", own_home)
    assert (said.status, "pairs wait" in said.out) == (3, False)
    assert linked.read_bytes() == before


def test_two_columns_of_one_name_are_told_apart(say, own_home, tmp_path, monkeypatch):
    """A list that has a column called decision of its own keeps it: link's are the last."""
    (tmp_path / "in.csv").write_text("decision,name,country\nours,Dender Technical School,BE\n", encoding="utf-8")
    say("link", tmp_path / "in.csv", "-o", tmp_path / "out.csv", "--home", own_home)
    monkeypatch.setattr(sys, "stdin", io.StringIO("s\nq\n"))
    say("review", "--list", tmp_path / "out.csv", "--by", "An", "--home", own_home)
    with (tmp_path / "out.csv").open(encoding="utf-8", newline="") as stream:
        (row,) = list(csv.reader(stream))[1:]
    assert (row[0], row[6]) == ("ours", "match")
