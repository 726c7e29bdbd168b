"""`openvalley disputes`: a curator lists what readers say is wrong, and decides."""

import pytest

import worlds
from openvalley.atlas.disputed import send
from openvalley.atlas.reader import open_atlas
from openvalley.resolve.disputes import DisputeStore
from openvalley.resolve.sent import Sent

_BIOTECH = "pic:990000002"


@pytest.fixture
def disputed_home(own_home):
    """A home in which two facts of one organisation are disputed."""
    settings = worlds.home_at(own_home)
    atlas = open_atlas(own_home)
    send(atlas, settings, Sent(_BIOTECH, "city", "Gent", "We are in [bold]Mechelen[/nothing].",
                               "https://www.example.org/contact", "nl"))
    send(atlas, settings, Sent(_BIOTECH, "other", "", "One project is missing."))
    atlas.close()
    return own_home


def _numbers(said):
    return [dispute["number"] for dispute in said.json["disputes"]]


def test_open_disputes_are_listed_with_whom_they_are_about(say, disputed_home):
    said = say("disputes", "--home", disputed_home, "--json").json
    assert (said["open"], said["total"]) == (2, 2)
    first = said["disputes"][0]
    assert first.pop("at").endswith("+00:00")
    assert first == {
        "number": 1, "state": "open", "subject": _BIOTECH, "id": _BIOTECH, "name": "Schelde Biotech",
        "property": "city", "shown": "Gent", "says": "We are in [bold]Mechelen[/nothing].",
        "link": "https://www.example.org/contact", "language": "nl", "decisions": []}
    text = say("disputes", "--home", disputed_home).out
    for part in ("Schelde Biotech", _BIOTECH, "We are in [bold]Mechelen[/nothing].", "https://www.example.org/contact",
                 "One project is missing.", "openvalley disputes accept NUMBER"):
        assert part in text


def test_what_is_decided_is_listed_on_demand(say, disputed_home):
    said = say("disputes", "accept", "1", "--why", "The gazette says so.", "--by", "An", "--home", disputed_home)
    assert (said.status, said.err) == (0, "")
    assert "Dispute 1 is accepted." in said.out
    assert "correct the region pack" in said.out
    assert _numbers(say("disputes", "--home", disputed_home, "--json")) == [2]
    assert _numbers(say("disputes", "--open", "--home", disputed_home, "--json")) == [2]
    everything = say("disputes", "--all", "--home", disputed_home, "--json")
    assert _numbers(everything) == [1, 2]
    (decision,) = everything.json["disputes"][0]["decisions"]
    assert decision.pop("at")
    assert decision == {"state": "accepted", "by": "An", "why": "The gazette says so."}
    assert "by An: The gazette says so." in say("disputes", "--all", "--home", disputed_home).out


def test_a_decision_is_taken_back_by_another(say, disputed_home):
    for verb, state in (("reject", "rejected"), ("reopen", "open"), ("accept", "accepted"), ("reject", "rejected")):
        said = say("disputes", verb, "2", "--why", f"to {verb}", "--home", disputed_home, "--json")
        assert said.json["dispute"]["state"] == state
    assert [decision["state"] for decision in said.json["dispute"]["decisions"]] == [
        "rejected", "open", "accepted", "rejected"]
    assert said.json["dispute"]["decisions"][0]["by"] == "curator"


def test_the_home_may_stand_before_the_verb_or_between(say, disputed_home, tmp_path):
    assert _numbers(say("--home", disputed_home, "disputes", "--json")) == [1, 2]
    assert say("disputes", "--home", disputed_home, "accept", "1", "--why", "yes").status == 0
    verb = ("disputes", "accept", "2", "--why", "yes", "--home", disputed_home)
    assert say("--home", tmp_path / "none", *verb).status == 0
    assert _numbers(say("disputes", "--home", disputed_home, "--json")) == []


def test_nothing_to_decide(say, disputed_home, tmp_path):
    assert say("disputes", "--home", tmp_path / "none").out.strip() == "Nobody has disputed anything."
    assert say("disputes", "--home", tmp_path / "none", "--json").json == {"open": 0, "total": 0, "disputes": []}
    assert not (tmp_path / "none").exists()
    for number in (1, 2):
        say("disputes", "reject", number, "--why", "no", "--home", disputed_home)
    assert say("disputes", "--home", disputed_home).out.strip() == "No dispute waits for a curator."


@pytest.mark.parametrize(("arguments", "status", "code"), [
    (["accept", "9", "--why", "x"], 3, "bad_input"), (["accept", "1", "--why", ""], 3, "bad_input"),
    (["accept", "1", "--why", "x" * 501], 3, "bad_input"), (["accept", "1", "--why", "<b>x</b>"], 3, "bad_input"),
    (["reject", "1", "--why", "x", "--by", ""], 3, "bad_input"), (["reopen", "1", "--why", "x"], 3, "bad_input"),
    (["accept", "1"], 2, "usage"), (["accept", "one", "--why", "x"], 2, "usage"), (["accept"], 2, "usage"),
    (["accept", "0", "--why", "x"], 2, "usage"), (["burn", "1"], 2, "usage"),
    (["accept", "99999999999999999999", "--why", "x"], 3, "bad_input"),
])
def test_what_goes_wrong_is_said_and_changes_nothing(say, disputed_home, arguments, status, code):
    said = say("disputes", *arguments, *(["--home", disputed_home] if arguments[0] != "burn" else []), "--json")
    assert (said.status, said.json["error"]["code"]) == (status, code)
    assert said.json["error"]["hint"]
    assert all(not dispute.decisions for dispute in DisputeStore(disputed_home / "judgements.sqlite").every())


def test_show_tells_of_disputes_and_lists_them_with_the_claims(say, disputed_home, river_home):
    assert "disputes: 2 open, 0 decided (listed with --claims)" in say("show", _BIOTECH, "--home", disputed_home).out
    text = say("show", _BIOTECH, "--claims", "--home", disputed_home).out
    assert "One project is missing." in text
    assert "[/nothing]" in text
    said = say("show", "990000002", "--home", disputed_home, "--json").json
    assert [dispute["property"] for dispute in said["disputes"]] == ["city", "other"]
    assert "disputes" not in say("show", _BIOTECH, "--home", river_home).out


def test_the_doctor_notes_what_waits(say, disputed_home):
    note = "note: Disputes that wait for a curator: 2.\n  Run: openvalley disputes"
    assert note in say("doctor", "--home", disputed_home).out
    for number in (1, 2):
        say("disputes", "reject", number, "--why", "no", "--home", disputed_home)
    assert "Disputes" not in say("doctor", "--home", disputed_home).out


def test_before_anything_is_built_disputes_are_listed_without_names(say, tmp_path):
    DisputeStore(tmp_path / "judgements.sqlite").add(Sent("pic:1", "city", "Gent", "Wrong"), 10)
    (dispute,) = say("disputes", "--home", tmp_path, "--json").json["disputes"]
    assert (dispute["id"], dispute["name"]) == ("pic:1", None)
    assert "pic:1" in say("disputes", "--home", tmp_path).out


def test_a_damaged_store_is_no_traceback(say, own_home):
    (own_home / "judgements.sqlite").write_bytes(b"x" * 5000)
    said = say("disputes", "--home", own_home, "--json")
    assert (said.status, said.json["error"]["code"]) == (4, "storage_failed")
    findings = say("doctor", "--home", own_home, "--json").json["findings"]
    assert [finding["severity"] for finding in findings if "judgements.sqlite" in finding["message"]] == ["error"]
