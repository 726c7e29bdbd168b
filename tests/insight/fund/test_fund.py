"""Money as an answer: open by the dates alone, what is asked wrongly, members and strangers, files."""

import csv
import json
from dataclasses import replace
from datetime import date

import pytest
from icalendar import Calendar
from typer.testing import CliRunner

import worlds
from estuary import files_of, topic
from openvalley.cli.main import app
from openvalley.errors import BadInput, UnknownIdentity
from openvalley.insight.answer import as_data
from openvalley.insight.fund import FundRequest, fund
from openvalley.insight.fund.asker import somebody
from openvalley.insight.fund.near import suits_need
from openvalley.insight.fund.rules import Checked, Outcome, instrument_rules
from openvalley.insight.needs import understood
from openvalley.insight.sentences import sentences
from openvalley.vocabulary.terms import LANGUAGES
from worlds import curated_row, pack_row

_CALLS_FILE = "funding/HE_calls_2024-07-11.csv"
_TOPIC = topic("HORIZON-H-1-01", "Gene therapy for rare diseases", status="Closed", openDate="2024-03-01",
               closeDate="2024-09-19", destination="Therapies", callTitle="Rare")


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    settings = worlds.home_at(tmp_path_factory.mktemp("fund") / "home")
    worlds.build(settings, worlds.World(pack=[
        pack_row("vectors", "Vector Works", city="Gent", nuts3="BE234", sectors="biopharma", platforms="gene-therapy",
                 founded="2022", pic="990000011"),
        pack_row("fields", "Field Works", city="Gent", nuts3="BE234", sectors="agro-food", pic="990000012"),
        pack_row("gone", "Gone Works", state="insolvent", sectors="biopharma", pic="990000013"),
        pack_row("purse", "Purse Fund", kind="investor", city="Gent", nuts3="BE234"),
    ], curated={
        "instruments.csv": [curated_row(key="grant", name_en="Gene therapy grant", provider="purse", level="flanders",
                                        dilutive="no", who_seats="BE2", max_amount="250000", max_intensity="60",
                                        cut_offs="2024-03-01;2026-11-02;2027-11-02")],
        "investors.csv": [curated_row(organisation="purse", fields="biopharma", invests_in="BE")],
    }, files={_CALLS_FILE: files_of([], [_TOPIC])[_CALLS_FILE]}))
    return settings


def _calls(answer):
    return [item.id for item in answer.items if item.type == "call"]


@pytest.mark.parametrize(("day", "standing"), [
    (date(2024, 2, 1), "forthcoming"), (date(2024, 3, 1), "open"), (date(2024, 9, 19), "open"),
    (date(2024, 9, 20), None)])
def test_the_dates_decide_what_is_open_never_the_status(atlas, day, standing):
    answer = fund(atlas, FundRequest("Vector Works", as_of=day))
    standings = [item.values["standing"] for item in answer.items if item.type == "call"]
    assert standings == ([standing] if standing else [])


def test_after_the_newest_deadline_it_says_since_when_nothing_is_known(atlas):
    told = as_data(fund(atlas, FundRequest("Vector Works", as_of=date(2026, 6, 1))), "en")
    assert "No open call is known since 19 September 2024" in " ".join(said["text"] for said in told["summary"])


def test_readers_hear_how_old_the_list_of_calls_is_and_the_terminal_how_to_renew_it(atlas, home):
    told = as_data(fund(atlas, FundRequest("Vector Works", as_of=date(2026, 6, 1))), "en")
    assert "The list of calls is of 11 July 2024; whoever runs this site can renew it." in [
        said["text"] for said in told["summary"]]
    asked = ["--home", str(home.home), "fund", "Vector Works", "--as-of", "2026-06-01"]
    assert "openvalley sync calls && openvalley build" in CliRunner().invoke(app, asked).stdout


def test_what_it_is_told_of_a_call(atlas):
    (call,) = [item for item in fund(atlas, FundRequest("Vector Works", as_of=date(2024, 4, 1))).items
               if item.type == "call"]
    assert call.values["consortium"] == {"entities": 3, "countries": 3}
    assert (call.values["deadline"], call.values["intensity"]) == (date(2024, 9, 19), 100)
    assert all(cited.source_id == "HORIZON-H-1-01" for said in call.evidence for cited in said.citations)


@pytest.mark.parametrize("text", ["gene therapy", "gentherapie", "thérapie génique",
                                  "Gentherapie für seltene Krankheiten"])
def test_a_need_in_four_languages_finds_the_call(atlas, text):
    assert understood(text).terms["platforms"] == ["gene-therapy"]
    assert _calls(fund(atlas, FundRequest(need=text, as_of=date(2024, 4, 1)))) == ["calls:HORIZON-H-1-01"]


def test_a_need_gets_only_what_speaks_of_it_and_hears_of_the_rest(atlas):
    answer = fund(atlas, FundRequest(need="gentherapie", as_of=date(2026, 6, 1)))
    assert [item.name for item in answer.items] == ["Gene therapy grant", "Purse Fund"]
    assert all(item.score > 0 for item in answer.items)
    far = fund(atlas, FundRequest(need="sourdough bakery", as_of=date(2026, 6, 1)))
    assert (list(far.items), far.cannot_tell.code) == ([], "fund.nothing_near")
    assert ("fund.silent", {"offers": 2}) in [(said.code, dict(said.values)) for said in far.summary]
    assert all(as_data(far, language)["cannot_tell"]["text"] for language in LANGUAGES)


def test_what_is_for_one_field_stands_before_what_is_for_many():
    who = somebody(understood("gene therapy"), ["BE"])
    narrow, wide = (suits_need([Checked("sector", Outcome.KEPT, wanted)], who, 0.0)
                    for wanted in (["biopharma"], ["biopharma", "medtech", "care"]))
    assert narrow > wide > 0
    assert suits_need([Checked("sector", Outcome.OPEN, ["biopharma"])], who, 0.09) is None
    assert suits_need([], who, 0.2) > suits_need([], who, 0.1) > 0


@pytest.mark.parametrize(("need", "sectors"), [
    ("gentherapie", ["biopharma"]), ("digital health", ["digital-health"]), ("bread", []),
    ("application pour le diabète", ["biopharma", "medtech", "diagnostics", "digital-health", "care"])])
def test_the_sectors_of_a_need_are_those_of_its_terms(need, sectors):
    assert list(somebody(understood(need), ["BE"]).sectors) == sectors


def test_a_rule_that_lists_every_size_is_none(starter):
    every = [row for row in starter.rows("SELECT * FROM instrument") if len(row["who_sizes"] or ()) == 4]
    assert every
    who = somebody(understood("bread"), ["BE"])
    checked = [check.rule for row in every for check in instrument_rules(row, who, date(2026, 6, 1))]
    assert "size" not in checked


def test_money_for_another_field_is_not_offered_and_the_rule_is_named(atlas):
    answer = fund(atlas, FundRequest("Field Works", as_of=date(2024, 4, 1)))
    assert not [item for item in answer.items if item.type == "investor"]
    assert {row["id"]: row["rule"] for row in answer.figures["excluded"]} == {"investor:purse": "sector"}


@pytest.mark.parametrize(("language", "says"), [
    ("en", "It is only for this field: biopharma; who asks is in another (agriculture and food)"),
    ("nl", "Het is alleen voor dit veld: biofarma;"), ("fr", "C'est réservé à ce domaine"),
    ("de", "Es ist nur für dieses")])
def test_what_was_left_out_says_why_as_data_and_in_the_terminal(atlas, home, language, says):
    answer = fund(atlas, FundRequest("Field Works", as_of=date(2026, 6, 1)))
    (row,) = as_data(answer, language)["figures"]["excluded"]
    assert row["why"]["text"].startswith(says)
    asked = ["--home", str(home.home), "fund", "Field Works", "--as-of", "2026-06-01", "--language", language]
    shown = " ".join(CliRunner().invoke(app, asked).stdout.split())
    assert " ".join(f"Purse Fund investor:purse {row['why']['text']}".split()) in shown


def test_all_that_passed_and_failed_is_counted_also_what_is_not_listed(atlas):
    answer = fund(atlas, FundRequest("Vector Works", as_of=date(2026, 6, 1), limit=1))
    assert answer.figures["outcomes"] == [{"type": "instrument", "kept": 1, "open": 0, "excluded": 0},
                                          {"type": "investor", "kept": 1, "open": 0, "excluded": 0}]


def test_every_rule_that_can_fail_says_so_in_four_languages():
    known = sentences("fund")
    rules = {name.removeprefix("open_") for name in known if name.startswith("open_")} - {"cut_off_past"}
    assert {f"broken_{rule}" for rule in rules | {"cut_off"}} <= set(known)
    assert all(set(LANGUAGES) <= set(known[name]) for name in known if name.startswith("broken_"))


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_dead_are_offered_nothing(atlas, language):
    told = as_data(fund(atlas, FundRequest("Gone Works")), language)
    assert (told["items"], bool(told["cannot_tell"]["text"])) == ([], True)


@pytest.mark.parametrize(("asked", "says"), [
    ({}, "Nothing was given"), ({"organisation": "  "}, "Nothing was given"), ({"need": "?!"}, "No word"),
    ({"call": "HORIZON-H-1-01"}, "without any"), ({"members": ("x",)}, "Which call"),
    ({"organisation": "Works", "as_of": date(2024, 4, 1)}, "more than one"), ({"need": "x y", "limit": 0}, "At least"),
])
def test_what_cannot_be_asked(atlas, asked, says):
    with pytest.raises(BadInput, match=says) as raised:
        fund(atlas, FundRequest(**asked))
    assert raised.value.hint


def test_an_unknown_organisation_or_call(atlas):
    with pytest.raises(UnknownIdentity):
        fund(atlas, FundRequest("qqxxyyzz"))
    with pytest.raises(UnknownIdentity):
        fund(atlas, FundRequest(call="HORIZON-NOTHING", members=("990000011",)))


def test_which_members_fit_a_call_and_why_the_others_do_not(atlas):
    given = ("990000011", "990000012", "990000013", "Stranger Inc.", "990000011", "")
    answer = fund(atlas, FundRequest(call="HORIZON-H-1-01", members=given, as_of=date(2024, 4, 1)))
    assert answer.items[0].values["fits"]
    assert [(item.values["given"], item.values["rule"]) for item in sorted(
        answer.items, key=lambda item: str(item.values["given"]))] == [
        ("", "stranger"), ("990000011", ""), ("990000012", "other_field"), ("990000013", "not_alive"),
        ("Stranger Inc.", "stranger")]


def test_being_a_member_changes_no_score(atlas):
    alone = fund(atlas, FundRequest(call="HORIZON-H-1-01", members=("990000011",)))
    among = fund(atlas, FundRequest(call="HORIZON-H-1-01", members=("990000012", "990000011", "990000013")))
    assert replace(alone.items[0]) == next(item for item in among.items if item.id == alone.items[0].id)


def test_the_terminal_reads_members_and_writes_csv_and_calendar(home, tmp_path, capsys):
    members, listed, calendar = (tmp_path / name for name in ("in.csv", "out.csv", "out.ics"))
    members.write_text("name,match_id\nVector Works,pic:990000011\n=cmd(),\n", encoding="utf-8")
    app(["--home", str(home.home), "fund", "--call", "HORIZON-H-1-01", "--members", str(members), "-o", str(listed),
         "--json"], standalone_mode=False)
    assert json.loads(capsys.readouterr().out)["asked"]["members"] == 2
    rows = list(csv.DictReader(listed.read_text(encoding="utf-8").splitlines()))
    assert [row["fits"] for row in rows] == ["True", "False"]
    assert not any(cell.startswith("=") for row in rows for cell in row.values())
    app(["--home", str(home.home), "fund", "Vector Works", "--as-of", "2024-04-01", "--calendar", str(calendar)],
        standalone_mode=False)
    events = Calendar.from_ical(calendar.read_bytes()).walk("VEVENT")
    assert sorted(event.decoded("dtstart") for event in events) == [date(2024, 9, 19), date(2026, 11, 2)]


@pytest.mark.parametrize("text", ["", "organisation\nx\n"])
def test_a_members_file_without_ids(home, tmp_path, text):
    (tmp_path / "in.csv").write_text(text, encoding="utf-8")
    with pytest.raises(BadInput, match="none of the columns"):
        app(["--home", str(home.home), "fund", "--call", "X", "--members", str(tmp_path / "in.csv")],
            standalone_mode=False)
