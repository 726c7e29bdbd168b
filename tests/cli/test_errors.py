"""What goes wrong on the command line: one shape of error, one exit status each, and help that always comes."""

import json
import sqlite3

import pytest

from openvalley.cli import edge
from openvalley.cli.main import app
from worlds import ror_id


@pytest.mark.parametrize(("arguments", "status", "code"), [
    (["nonsense"], 2, "usage"), (["search"], 2, "usage"), (["search", "x", "--colour"], 2, "usage"),
    (["search", "x", "-n", "0"], 2, "usage"), (["search", "x", "-n", "many"], 2, "usage"),
    (["link", "in.csv"], 2, "usage"), (["evaluate", "nonsense"], 2, "usage"), (["serve", "--port", "0"], 2, "usage"),
    (["search", "x", "--type", "person"], 3, "bad_input"), (["show", "nobody"], 3, "unknown_id"),
    (["show", ror_id(1), "--language", "es"], 3, "bad_input"), (["show", ror_id(7)], 3, "unknown_id"),
    (["link", "nothing.csv", "-o", "out.csv"], 3, "bad_input"), (["restore", "nothing.tar.gz"], 3, "bad_input"),
    (["evaluate", "search", "--gold", "nothing.csv"], 3, "bad_input"), (["sync", "nothing"], 3, "unknown_source"),
    (["sync", "--mirror", "no/such/folder"], 3, "bad_input"), (["build", "--region", "atlantis"], 3, "bad_input"),
    (["build", "--region", "schelde", "--engine", "abacus"], 3, "engine_unavailable"),
    (["backup", "no/such/folder/b.tar.gz"], 3, "bad_input"),
])
def test_what_goes_wrong_has_one_shape_and_a_status(say, own_home, monkeypatch, arguments, status, code):
    monkeypatch.chdir(own_home.parent)
    home = [] if status == 2 and arguments[0] in ("nonsense", "evaluate") else ["--home", own_home]
    text = say(*arguments, *home)
    assert text.status == status
    assert text.err.startswith("openvalley: ")
    assert "Traceback" not in text.err
    if arguments[0] == "serve":
        return
    said = say(*arguments, *home, "--json")
    assert said.status == status
    assert set(said.json) == {"error"}
    assert set(said.json["error"]) == {"code", "message", "hint"}
    assert said.json["error"]["code"] == code
    assert said.json["error"]["message"]
    assert said.json["error"]["hint"]
    assert [path.name for path in own_home.parent.iterdir()] == ["home"]


@pytest.mark.parametrize(("arguments", "header"), [
    (["evaluate", "search", "--gold"], "query,ror_ids"), (["evaluate", "link", "--gold"], "name,ror_ids"),
    (["evaluate", "link", "--raw", "--gold"], "affiliation,ror_ids"), (["rank", "--weights"], "indicator,weight"),
    (["evaluate", "connect", "--future"], "project,pic,start"), (["link", "-o", "out.csv"], "name"),
    (["connect", "-o", "out.csv", "--batch"], "pic"), (["fund", "--call", "X", "--members"], "pic"),
])
def test_a_list_with_a_cell_without_end_is_refused(say, river_home, tmp_path, monkeypatch, arguments, header):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "in.csv").write_text(f"{header}\n{'x' * (1 << 21)}\n", encoding="utf-8")
    said = say(*arguments, "in.csv", "--home", river_home, "--json")
    assert (said.status, said.json["error"]["code"]) == (3, "bad_input")
    assert "in.csv is not a CSV file to its end" in said.json["error"]["message"]
    assert [path.name for path in tmp_path.iterdir()] == ["in.csv"]


@pytest.mark.parametrize("arguments", [
    ["search", "x"], ["show", "x"], ["link", "in.csv", "-o", "out.csv"], ["evaluate", "search", "--gold", "in.csv"],
    ["serve"],
])
def test_before_anything_is_built(say, tmp_path, monkeypatch, arguments):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "in.csv").write_text("name\nx\n", encoding="utf-8")
    said = say(*arguments, "--home", tmp_path / "none")
    assert said.status == 5
    assert "openvalley build" in said.err
    assert not (tmp_path / "none").exists()
    assert not (tmp_path / "out.csv").exists()


def test_nothing_to_back_up(say, tmp_path):
    said = say("backup", tmp_path / "b.tar.gz", "--home", tmp_path / "none", "--json")
    assert (said.status, said.json["error"]["code"]) == (5, "nothing_built")


@pytest.mark.parametrize("verb", [["status"], ["build"], ["doctor"], ["search", "x"]])
def test_a_home_that_is_a_file(say, tmp_path, verb):
    (tmp_path / "file").write_text("precious", encoding="utf-8")
    said = say(*verb, "--home", tmp_path / "file", "--json")
    assert (said.status, said.json["error"]["code"]) == (3, "bad_input")
    assert (tmp_path / "file").read_text(encoding="utf-8") == "precious"


def test_a_judgement_store_that_is_damaged_is_no_traceback(say, own_home):
    (own_home / "judgements.sqlite").write_bytes(b"x" * 5000)
    said = say("build", "--region", "schelde", "--home", own_home, "--json")
    assert (said.status, said.json["error"]["code"]) == (4, "storage_failed")
    with pytest.raises(sqlite3.DatabaseError):
        sqlite3.connect(own_home / "judgements.sqlite").execute("SELECT * FROM judgement")


@pytest.mark.parametrize("arguments", [[], ["--help"], ["evaluate"], ["evaluate", "--help"]])
def test_help_is_shown(say, arguments):
    said = say(*arguments)
    assert said.status == (0 if "--help" in arguments else 2)
    assert "search" in said.out + said.err


def _verbs():
    listed = [[command.name or command.callback.__name__] for command in app.registered_commands]
    return listed + [[group.name, command.name or command.callback.__name__] for group in app.registered_groups
                     for command in group.typer_instance.registered_commands]


@pytest.mark.parametrize("verb", _verbs(), ids=" ".join)
def test_every_verb_explains_itself(say, verb):
    said = say(*verb, "--help")
    assert said.status == 0
    assert ("--home" in said.out) == (verb != ["node", "serve"])  # a hospital's node has a policy file, no home
    if verb[-1] not in ("up", "serve", "mcp"):
        assert "--json" in said.out


@pytest.mark.parametrize("raised", [KeyboardInterrupt, RuntimeError])
def test_an_interruption_is_one_however_it_is_said(say, monkeypatch, river_home, raised):
    """DuckDB says Ctrl-C during a query with an error of another kind."""
    def interrupted(*_given):
        if raised is RuntimeError:
            raise RuntimeError("Query interrupted") from KeyboardInterrupt()
        raise raised

    monkeypatch.setattr("openvalley.cli.looking.search", interrupted)
    said = say("search", "x", "--home", river_home, "--json")
    assert said.status == 130
    assert said.json["error"]["code"] == "interrupted"


def test_a_mistake_of_ours_is_not_hidden(say, monkeypatch, river_home):
    def wrong(*_given):
        raise RuntimeError("a bug")

    monkeypatch.setattr("openvalley.cli.looking.search", wrong)
    with pytest.raises(RuntimeError, match="a bug"):
        say("search", "x", "--home", river_home)


def test_every_error_of_ours_has_an_exit_status():
    assert set(edge.EXIT.values()) <= {3, 4, 5}
    assert json.dumps(edge.EXIT)
