"""Needs of nobody in particular: what speaks of them is among the first, and where nothing does, nothing is named."""

import tomllib
from datetime import date
from pathlib import Path

import pytest

from openvalley.insight.fund import FundRequest, fund
from openvalley.insight.fund.asker import somebody
from openvalley.insight.fund.money import dilutive_asked, money_stems, sectors_asked
from openvalley.insight.fund.near import call_speaks
from openvalley.insight.fund.rules import Outcome, investor_rules
from openvalley.insight.needs import understood

_NEEDS = tomllib.loads(Path(__file__).with_name("needs.toml").read_text(encoding="utf-8"))
_FIRST = 3


@pytest.mark.parametrize("need", _NEEDS)
def test_what_speaks_of_a_need_is_among_the_first(starter, need):
    answer = fund(starter, FundRequest(need=need))
    first = [item.id.partition(":")[2] for kind in ("instrument", "investor")
             for item in [item for item in answer.items if item.type == kind][:_FIRST]]
    if _NEEDS[need]:
        assert set(_NEEDS[need]) & set(first), f"first are {first}"
    else:
        assert (first, answer.cannot_tell.code) == ([], "fund.nothing_near")


def test_what_the_needs_name_is_in_the_pack(starter):
    rows = starter.rows("SELECT source_id FROM instrument UNION ALL SELECT source_id FROM investor")
    assert {name for names in _NEEDS.values() for name in names} <= {row["source_id"] for row in rows}


@pytest.mark.parametrize(("need", "dilutive"), [
    ("venture capital for a vaccine", True), ("levée de fonds pour un vaccin", True),
    ("subsidie voor een vaccin", False),
    ("Darlehen für eine Impfstoffanlage", False), ("money for a vaccine", None),
    ("grant or equity for a vaccine", None)])
def test_who_asks_for_one_way_of_paying_hears_of_that_alone(starter, need, dilutive):
    assert dilutive_asked(need) is dilutive
    ways = {item.values["dilutive"] for item in fund(starter, FundRequest(need=need)).items}
    assert ways == ({True, False} if dilutive is None else {dilutive})


@pytest.mark.parametrize("need", [
    "time series analysis of heart rhythms", "a series of antibodies", "health equity in cancer care",
    "a subsidiary abroad"])
def test_no_way_of_paying_is_heard_in_words_that_only_begin_so(need):
    assert dilutive_asked(need) is None


@pytest.mark.parametrize("need", ["blood smears", "taxane for a tumour", "biofilm formation on catheters"])
def test_no_money_is_heard_in_words_that_only_begin_so(need):
    assert not money_stems(need)


@pytest.mark.parametrize(("need", "sectors"), [
    ("a disease of plants", ["agro-food"]), ("landbouw zonder pesticiden", ["agro-food"]),
    ("betteraves plus saines", ["agro-food"]), ("a second production plant", [])])
def test_the_sector_is_heard_in_words_of_a_need(need, sectors):
    assert sectors_asked(need) == sectors


def test_what_comes_back_every_year_is_not_over(starter):
    answer = fund(starter, FundRequest(need="doctoral network", as_of=date(2030, 1, 1)))
    named = {item.id: item for item in answer.items}
    told = {said.code for said in named["instrument:msca-doctoral-networks"].evidence}
    assert "fund.open_cut_off_past" in told
    assert named["instrument:msca-doctoral-networks"].values["deadline"] is None


def test_a_sector_that_is_but_guessed_excludes_nothing():
    who = somebody(understood("new drugs"), ["BE"])
    assert (list(who.sectors), who.guessed) == (["biopharma"], True)
    assert [check.outcome for check in investor_rules({"invests_in": None, "fields": ["care"]}, who)
            if check.rule == "sector"] == [Outcome.OPEN]


def test_a_call_that_shares_one_word_of_three_does_not_speak_of_a_need():
    who = somebody(understood("hiring a postdoc from abroad"), ["BE"])
    assert not call_speaks(who, near=0.1, said=1, meant=0)
    assert call_speaks(who, near=0.1, said=2, meant=0)
    assert call_speaks(who, near=0.1, said=0, meant=1)
    assert call_speaks(who, near=0.25, said=1, meant=0)
    assert call_speaks(somebody(understood("sepsis"), ["BE"]), near=0.1, said=1, meant=0)
