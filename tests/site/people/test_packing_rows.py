"""Corrections of the pack's rows beside its organisations: from a reader's dispute to a patch of the right table."""

import csv
import io
import json
import shutil
import subprocess
import sys
from contextlib import closing

import pytest

from disputing import post_form, text_of, typed_fields
from openvalley.atlas.disputed import send
from openvalley.atlas.pack_rows import TABLE_OF, cells_of, curated_rows, row_of
from openvalley.atlas.pack_tables import TableText
from openvalley.atlas.reader import open_atlas
from openvalley.atlas.row_corrections import Standing, disputable, fault_of
from openvalley.errors import BadInput
from openvalley.insight.answer import Answer, Citation, Item, Statement
from openvalley.resolve.curator_decisions import State
from openvalley.resolve.disputes import DisputeStore
from openvalley.resolve.sent import OTHER, Sent
from openvalley.sources.pack.connector import read_pack
from openvalley.sources.pack.tables import ORGANISATIONS, TABLES

pytestmark = pytest.mark.usefixtures("forgotten_disputes")
ROW, GRANT = "capability:tide-filling", "instrument:tide-grant"
PAGE, GRANT_PAGE = "/en/pack/capability/tide-filling", "/en/pack/instrument/tide-grant"
LINK = "https://register.example/tide"


@pytest.fixture
def atlas(site):
    with closing(open_atlas(site.home)) as opened:
        yield opened


@pytest.fixture
def dispute(atlas, site):
    """Take a dispute about a row, as its page does; return its number."""

    def sent(row, column, says="It is otherwise.", link=LINK):
        shown = cells_of(row_of(atlas, row)).get(column, "")
        return send(atlas, site, Sent(row, column, shown, says, link, "en"))

    return sent


@pytest.fixture
def accept(desk):
    def accepted(number, *value):
        return desk.post(f"/en/curate/disputes/{number}", {"say": "accepted", "why": "It says so.", "value": value})

    return accepted


def _rows(desk, table):
    text = desk.get(f"/en/curate/pack/{table}.csv").content.decode()
    return {row["key"]: row for row in csv.DictReader(io.StringIO(text))}


def test_every_row_reads_as_its_table_has_it(atlas, site):
    folder = site.own_regions / site.region
    for table in TABLES:
        path = folder / table.file
        if path.exists():
            typed = TableText(table, path.read_text(encoding="utf-8")).rows
            rows = curated_rows(atlas, table.record_type.name)
            assert {row.id.partition(":")[2]: cells_of(row) for row in rows} == typed


@pytest.mark.parametrize("language", ["en", "nl", "fr", "de"])
def test_a_row_has_a_page_in_each_language_with_a_form(client, language):
    text = client.get(f"/{language}/pack/instrument/tide-grant").content.decode()
    assert f'<html lang="{language}"' in text
    assert ("Subside des marées" if language == "fr" else "Tide grant") in text
    assert 'href="/' + language + "/organisation/" in text
    assert '<select id="about"' in text
    assert 'content="noindex' in text
    told = client.get(f"/{language}/pack/instrument/tide-grant.json").json()
    assert told["cells"]["who_kinds"] == "university;company"


@pytest.mark.parametrize("address", ["capability/nobody", "nonsense/tide-filling", "capability/" + "x" * 3000,
                                     "organisation/pic/990000002", "figure/%00"])
def test_rows_that_are_not_there_have_no_page(client, address):
    assert client.get(f"/nl/pack/{address}").status_code == 404
    assert client.post(f"/nl/pack/{address}").status_code == 404


def test_the_organisations_page_leads_to_its_rows_and_says_which_are_disputed(atlas, client, dispute):
    from openvalley.site.pages.addresses import key_of

    (fund,) = row_of(atlas, ROW).concerned
    url = f"/en/organisation/{key_of(fund.id)}"
    before = client.get(url).content.decode()
    assert f'href="{PAGE}"' in before
    assert "· disputed" not in before
    dispute(ROW, "city")
    assert client.get(url).content.decode().count("· disputed") == 1


def test_answers_lead_to_the_rows_they_name_and_cite(atlas):
    from django.utils import translation

    from openvalley.site.pages.questions.told import Teller

    cited = Statement("chain.capability", {}, [Citation(ROW, "pack-schelde")])
    answer = Answer("fund", {}, "x", atlas.version, items=[Item(GRANT, "instrument", "Tide grant")], summary=[cited])
    with translation.override("nl"):
        teller = Teller(atlas, answer)
        assert teller.url(answer.items[0]) == "/nl/pack/instrument/tide-grant"
        assert teller._checked_at(cited.citations[0]) == "/nl/pack/capability/tide-filling"


def test_what_a_reader_sends_is_shown_at_once_and_kept_as_typed_where_it_is_wrong(client, site):
    fields = typed_fields(client.get(PAGE).content.decode(), about="city=Gent", says="It is in Mechelen.")
    answer = post_form(client, PAGE, {**fields, "says": ""})
    assert (answer.status_code, "It was not sent" in text_of(answer)) == (400, True)
    for _twice in range(2):
        answer = post_form(client, PAGE, fields)
        assert (answer.status_code, answer["Location"]) == (303, f"{PAGE}?disputed=1")
    (kept,) = DisputeStore(site.judgements).every()
    assert (kept.sent.subject, kept.sent.property, kept.sent.shown) == (ROW, "city", "Gent")
    text = text_of(client.get(answer["Location"]))
    assert "number 1" in text
    assert '<q lang="en">It is in Mechelen.</q>' in text
    assert client.get(f"{PAGE}.json?sent").json()["disputes"][0]["says"] == "It is in Mechelen."


@pytest.mark.parametrize("about", ["city=Brussel", "verification=unverified", "key=tide-filling", "secret=",
                                   "", "other=x"])
def test_only_what_is_shown_can_be_disputed(client, site, about):
    fields = typed_fields(client.get(PAGE).content.decode(), about=about)
    assert post_form(client, PAGE, fields).status_code == 400
    assert DisputeStore(site.judgements).every() == []


def test_markup_in_a_dispute_runs_nowhere(client, desk, site):
    DisputeStore(site.judgements).add(Sent(ROW, "city", "Gent", "a < b & c > d \" '", "", "en"), 100)
    for text in (client.get(f"{PAGE}?x").content.decode(), desk.get("/en/curate/disputes").content.decode()):
        assert "a &lt; b &amp; c &gt; d" in text


def test_an_accepted_dispute_changes_one_line_of_the_right_table(desk, dispute, accept, site, tmp_path):
    number = dispute(ROW, "city")
    assert accept(number, "Mechelen").status_code == 302
    page = desk.get("/nl/curate/pack").content.decode()
    assert "capabilities.csv, tide-filling" in page
    assert 'href="/nl/curate/pack/capabilities.csv"' in page
    row = _rows(desk, "capabilities")["tide-filling"]
    assert (row["city"], row["source"]) == ("Mechelen", LINK)
    patch = desk.get("/en/curate/pack.patch").content.decode()
    assert patch.splitlines()[0] == f"--- a/{site.region}/capabilities.csv"
    assert [line[0] for line in patch.splitlines()[3:] if line[0] in "+-"] == ["-", "+"]
    pack = tmp_path / site.region
    shutil.copytree(site.own_regions / site.region, pack)
    (pack / "capabilities.csv").write_bytes(desk.get("/en/curate/pack/capabilities.csv").content)
    assert read_pack({path.name: path for path in pack.glob("*.csv")})[1] == []


@pytest.mark.skipif(not shutil.which("git"), reason="git is not installed")
def test_the_patch_of_several_tables_is_one_that_git_applies(desk, dispute, accept, site, tmp_path):
    accept(dispute(ROW, "city"), "Mechelen")
    accept(dispute(GRANT, "who_kinds"), "hospital", "company")
    (tmp_path / "pack.patch").write_bytes(desk.get("/en/curate/pack.patch").content)
    shutil.copytree(site.own_regions / site.region, tmp_path / site.region)
    done = subprocess.run(["git", "apply", "--verbose", "pack.patch"], cwd=tmp_path, capture_output=True, text=True,
                          check=False)
    if done.returncode:  # what kinds there are is not this test's matter
        raise AssertionError(done.stderr)
    for table in ("capabilities", "instruments"):
        applied = (tmp_path / site.region / f"{table}.csv").read_bytes()
        assert applied == desk.get(f"/en/curate/pack/{table}.csv").content


def test_a_patched_pack_counts_the_correction_as_done(desk, dispute, accept, site, atlas):
    from openvalley.atlas.pack_corrections import corrected

    accept(dispute(ROW, "city"), "Mechelen")
    path = site.own_regions / site.region / "capabilities.csv"
    before = path.read_bytes()
    try:
        path.write_bytes(desk.get("/en/curate/pack/capabilities.csv").content)
        found = corrected(atlas, site)
    finally:
        path.write_bytes(before)
    assert [one.place.standing for one in found.placed] == [Standing.IN_PACK]
    assert found.difference == ""


def test_a_row_that_should_not_be_there_is_taken_away(desk, dispute, accept):
    number = dispute(ROW, OTHER, "It never did this.")
    assert accept(number, "something").status_code == 400
    assert accept(number, "-").status_code == 302
    assert _rows(desk, "capabilities") == {}
    lines = desk.get("/en/curate/pack.patch").content.decode().splitlines()[3:]
    assert [line[0] for line in lines if line[0] in "+-"] == ["-"]


def test_opened_again_nothing_waits(desk, dispute, accept):
    number = dispute(ROW, "city")
    accept(number, "Mechelen")
    desk.post(f"/en/curate/disputes/{number}", {"say": "open", "why": "Too early."})
    assert desk.get("/en/curate/pack.patch").content == b""


@pytest.mark.parametrize(("row", "column", "value"), [
    (ROW, "activity", "juggling"), (ROW, "activity", "-"), (ROW, "organisation", "nobody-we-know"),
    (ROW, "scales", "huge"), (ROW, "note", "mail an@example.org"), (ROW, "note", "x" * 700), (ROW, "note", "=1+1"),
    (GRANT, "max_amount", "1.000.000"), (GRANT, "cut_offs", "tomorrow"), (GRANT, "page", "javascript:alert(1)")])
def test_what_a_column_cannot_hold_is_said_and_decides_nothing(dispute, accept, site, row, column, value):
    number = dispute(row, column)
    answer = accept(number, value)
    assert answer.status_code == 400
    assert f'id="value-{number}-fault"' in answer.content.decode()
    assert DisputeStore(site.judgements).every()[0].state is State.OPEN


def test_codes_are_chosen_and_several_at_once_where_the_cell_holds_several(desk, dispute):
    one, several, free = dispute(ROW, "activity"), dispute(ROW, "scales"), dispute(ROW, "city")
    text = desk.get("/nl/curate/disputes").content.decode()
    assert f'<select id="value-{one}"' in text
    assert f'<select id="value-{several}" name="value" aria-describedby="value-{several}-hint" multiple' in text
    assert f'<input id="value-{free}"' in text


def test_every_column_of_every_table_has_a_name_and_a_right_value(site):
    assert site.home.exists()
    from openvalley.site.pages.row_words import COLUMNS, KINDS, column_name

    assert set(KINDS) == {*TABLE_OF, ORGANISATIONS.record_type.name}
    for table in (ORGANISATIONS, *TABLES):
        for column in disputable(table):
            assert column.name in COLUMNS or column_name(column.name) != column.name
            assert fault_of(table, column.name, "-", ()) in {"", "may not be empty"}


def test_disputes_of_a_row_outlive_the_row(desk, site):
    DisputeStore(site.judgements).add(Sent("capability:long-gone", "city", "Gent", "Mechelen", "", "en"), 100)
    text = desk.get("/en/curate/disputes").content.decode()
    assert "capability:long-gone" in text
    assert desk.post("/en/curate/disputes/1", {"say": "accepted", "why": "It says so.", "value": "Mechelen"}
                     ).status_code == 302
    assert "can get none" in desk.get("/en/curate/pack").content.decode()


def test_the_api_and_the_command_line_say_the_same(client, site, dispute, monkeypatch, capsys):
    from openvalley.cli import main
    from openvalley.cli.edge import run_guarded

    def run(*arguments):
        monkeypatch.setattr(sys, "argv", ["openvalley", "--home", str(site.home), "disputes", *arguments, "--json"])
        return run_guarded(main.app), json.loads(capsys.readouterr().out)

    number = str(dispute(ROW, "organisation"))
    assert client.get(f"/api/v1/pack-rows/{ROW}").json()["disputes"][0]["number"] == int(number)
    assert run("accept", number, "--why", "It says so.", "--value", "nobody-we-know")[0] == 3
    assert run("accept", number, "--why", "It says so.", "--value", "zenne-labs")[0] == 0
    _status, told = run("patch")
    (one,) = told["corrections"]
    assert (one["table"], one["key"], one["column"], one["after"], one["standing"]) == (
        "capabilities.csv", "tide-filling", "organisation", "zenne-labs", "waits")


def test_a_row_of_which_nothing_is_known_takes_no_dispute(atlas, site):
    with pytest.raises(BadInput):
        send(atlas, site, Sent("capability:nobody", "city", "Gent", "Mechelen", "", "en"))


@pytest.mark.parametrize("text", ["key,city\r\na,Gent\r\nb,Leuven", '\ufeffkey,city\na,"Ge\nnt"\nb,Leu\u2028ven\n'])
def test_what_does_not_change_stays_byte_for_byte(text):
    table = TableText(TABLE_OF["site"], text)
    assert table.text() == text
    assert table.difference("x") == ""
    assert set(table.rows) == {"a", "b"}
