"""Corrections of the region pack: from a reader's dispute to a patch of the pack's table."""

import csv
import io
import json
import sys
from contextlib import closing

import pytest

import sites
from openvalley.atlas.pack_corrections import corrected, fault_of
from openvalley.atlas.reader import open_atlas
from openvalley.atlas.row_corrections import Standing
from openvalley.resolve.curator_decisions import State
from openvalley.resolve.disputes import DisputeStore
from openvalley.resolve.sent import Sent
from openvalley.sources.pack.connector import read_pack
from worlds import ror_id

TABLE = "organisations.csv"
LINK = "https://register.example/zenne"


@pytest.fixture
def zenne(site):
    """The id of an organisation that only the pack knows."""
    with closing(open_atlas(site.home)) as atlas:
        return atlas.search("Zenne Labs", types=["organisation"]).items[0].id


@pytest.fixture
def send(site):
    """Take a dispute, as the page of an organisation does; all are forgotten afterwards."""
    store = DisputeStore(site.judgements)

    def sent(subject, disputed, shown, says, link=LINK, language="en"):
        return store.add(Sent(subject, disputed, shown, says, link, language), 100)

    yield sent
    sites.forget_disputes(site)


@pytest.fixture
def pack(site):
    path = site.own_regions / site.region / TABLE
    before = path.read_bytes()
    yield path
    path.write_bytes(before)


def _accept(desk, number, value, language="en"):
    return desk.post(f"/{language}/curate/disputes/{number}", {"say": "accepted", "why": "It says so.", "value": value})


def _rows(text):
    return {row["key"]: row for row in csv.DictReader(io.StringIO(text))}


def test_an_accepted_dispute_becomes_a_patch_and_then_stands_in_the_pack(desk, send, zenne, pack):
    before = pack.read_text(encoding="utf-8")
    number = send(zenne, "city", "Brussel", "We are in Gent.")
    assert _accept(desk, number, "Gent").status_code == 302
    page = desk.get("/nl/curate/pack").content.decode()
    assert "zenne-labs" in page
    assert "wacht op het regiopakket" in page
    after = desk.get("/en/curate/pack/organisations.csv").content.decode()
    changed = _rows(after)["zenne-labs"]
    assert (changed["city"], changed["source"]) == ("Gent", LINK)
    old, new = before.splitlines(), after.splitlines()
    assert len(old) == len(new)
    assert sum(one != other for one, other in zip(old, new, strict=True)) == 1
    patch = desk.get("/en/curate/pack.patch")
    assert "attachment" in patch["Content-Disposition"]
    lines = patch.content.decode().splitlines()
    assert lines[0] == "--- a/schelde/organisations.csv"
    assert [line[0] for line in lines[3:] if line[0] in "+-"] == ["-", "+"]
    pack.write_text(after, encoding="utf-8", newline="")
    assert read_pack({TABLE: pack})[1] == []
    assert "staat in het regiopakket" in desk.get("/nl/curate/pack").content.decode()
    assert desk.get("/en/curate/pack.patch").content == b""


def test_without_a_value_no_correction_comes_of_it(desk, send, zenne):
    assert _accept(desk, send(zenne, "city", "Brussel", "We are in Gent."), "").status_code == 302
    assert desk.get("/en/curate/pack.patch").content == b""


@pytest.mark.parametrize(("disputed", "shown", "value"), [
    ("kind", "company", "no-such-kind"), ("website", "", "zenne"), ("founded", "", "long ago"), ("nuts", "", "nowhere"),
    ("city", "Brussel", "x" * 700), ("city", "Brussel", "mail ann@example.org"), ("state", "active", "-"),
    ("stage", "", "discovery;clinical")])
def test_what_the_pack_cannot_say_is_said_beside_the_field_and_decides_nothing(  # noqa: PLR0917
        desk, send, site, zenne, disputed, shown, value):
    number = send(zenne, disputed, shown, "It is wrong.")
    answer = _accept(desk, number, value)
    text = answer.content.decode()
    assert answer.status_code == 400
    assert f'id="value-{number}-fault"' in text
    assert "It says so." in text
    (kept,) = DisputeStore(site.judgements).every()
    assert kept.state is State.OPEN


def test_what_has_no_column_is_offered_no_field(desk, send, zenne):
    number = send(zenne, "country", "BE", "NL")
    assert f'id="value-{number}"' not in desk.get("/en/curate/disputes").content.decode()
    assert _accept(desk, number, "NL").status_code == 400


def test_codes_are_chosen_by_their_labels(desk, send, zenne):
    number = send(zenne, "kind", "company", "We are an incubator.")
    text = desk.get("/fr/curate/disputes").content.decode()
    assert f'<select id="value-{number}"' in text
    assert '<option value="incubator">Incubateur' in text


def test_opened_again_the_correction_is_gone_and_comes_back_only_when_made_anew(desk, send, zenne):
    number = send(zenne, "city", "Brussel", "We are in Gent.")
    _accept(desk, number, "Gent")
    desk.post(f"/en/curate/disputes/{number}", {"say": "open", "why": "Too early."})
    assert desk.get("/en/curate/pack.patch").content == b""
    _accept(desk, number, "")
    assert desk.get("/en/curate/pack.patch").content == b""


@pytest.mark.parametrize(("shown", "value", "then"), [
    ("", "manufacturing", "clinical;manufacturing"), ("clinical", "manufacturing", "manufacturing"),
    ("clinical", "-", "")])
def test_of_several_values_one_is_added_replaced_or_taken_away(desk, send, shown, value, then):
    with_stage = ror_id(2)
    _accept(desk, send(with_stage, "stage", shown, "It is otherwise."), value)
    assert _rows(desk.get("/en/curate/pack/organisations.csv").content.decode())["uz-kaai"]["stages"] == then


def test_who_has_no_row_gets_one(desk, send, pack):
    assert "Schelde University" not in pack.read_text(encoding="utf-8")
    _accept(desk, send(ror_id(1), "website", "", "Ours is new."), "https://schelde.example/")
    text = desk.get("/en/curate/pack/organisations.csv").content.decode()
    (row,) = [row for row in _rows(text).values() if row["name_en"] == "Schelde University"]
    assert (row["website"], row["ror"], row["verification"], row["kind"]) == (
        "https://schelde.example/", ror_id(1), "mission", "education")
    pack.write_text(text, encoding="utf-8", newline="")
    assert read_pack({TABLE: pack})[1] == []


def test_who_is_elsewhere_gets_none(desk, send, site):
    with closing(open_atlas(site.home)) as atlas:
        (abroad, *_more) = atlas.rows("SELECT id FROM organisation WHERE country <> 'BE' AND name IS NOT NULL "
                                        "ORDER BY id")
        _accept(desk, send(abroad["id"], "website", "", "Ours is new."), "https://elsewhere.example/")
        (placed,) = corrected(atlas, site).placed
    assert placed.place.standing is Standing.IMPOSSIBLE
    assert desk.get("/en/curate/pack.patch").content == b""
    assert "can get none" in desk.get("/en/curate/pack").content.decode()


def test_a_row_that_a_register_backs_is_ours_once_a_cell_comes_from_elsewhere(desk, send):
    _accept(desk, send(ror_id(2), "founded", "", "In 1970."), "1970")
    row = _rows(desk.get("/en/curate/pack/organisations.csv").content.decode())["uz-kaai"]
    assert (row["verification"], row["founded"]) == ("mission", "1970")


def test_markup_in_a_correction_runs_nowhere_and_formulas_stay_text(desk, send, zenne):
    _accept(desk, send(zenne, "other_name", "", "Another name."), "<script>alert(1)</script>")
    text = desk.get("/en/curate/pack").content.decode()
    assert "<script>alert(1)" not in text
    assert "&lt;script&gt;alert(1)" in text


def test_the_command_line_does_the_same(send, site, zenne, monkeypatch, capsys):
    from openvalley.cli import main
    from openvalley.cli.edge import run_guarded

    def run(*arguments):
        monkeypatch.setattr(sys, "argv", ["openvalley", "--home", str(site.home), "disputes", *arguments])
        status = run_guarded(main.app)
        return status, capsys.readouterr()

    number = str(send(zenne, "city", "Brussel", "We are in Gent."))
    status, told = run("accept", number, "--why", "It says so.", "--value", "a;b", "--json")
    assert (status, json.loads(told.out or told.err)["error"]["code"]) == (3, "bad_input")
    assert run("accept", number, "--why", "It says so.", "--value", "Gent")[0] == 0
    status, told = run("patch")
    assert status == 0
    assert "+zenne-labs" in told.out
    status, told = run("patch", "--json")
    (one,) = json.loads(told.out)["corrections"]
    assert (one["key"], one["column"], one["before"], one["after"], one["standing"]) == (
        "zenne-labs", "city", "Brussel", "Gent", "waits")


@pytest.mark.parametrize(("disputed", "value", "right"), [
    ("kind", "cdmo", True), ("state", "merged", True), ("website", "https://x.example/", True), ("nuts", "BE234", True),
    ("headcount", "12", True), ("website", "-", True), ("name", "-", False), ("kind", "-", False),
    ("identifier", "1", False), ("city", "a\x00b", False)])
def test_each_column_says_what_it_takes(disputed, value, right):
    assert (fault_of(disputed, value) == "") is right
