"""Sites for a study: experience counted, conditions in four languages, what cannot be told, the backtest."""

import json
from datetime import date
from math import log1p

import numpy as np
import pytest

import worlds
from estuary import files_of, study
from openvalley.atlas.reader import open_atlas
from openvalley.cli.main import app
from openvalley.errors import BadInput
from openvalley.insight.answer import as_data
from openvalley.insight.test import TestRequest
from openvalley.insight.test import test as sites_for
from openvalley.insight.test.backtest import backtest, questions
from openvalley.insight.test.conditions import condition_meant
from openvalley.insight.test.held import held
from openvalley.insight.test.scoring import SPONSORED
from openvalley.vocabulary.terms import LANGUAGES
from worlds import curated_row, pack_row, ror

_KAAI = {"facility": "Kaai University Hospital", "city": "Leuven", "country": "Belgium"}
_DIKE = {"facility": "Dike Hospital", "city": "Gent", "country": "Belgium"}
_GONE = {"facility": "Gone Hospital", "city": "Gent", "country": "Belgium"}


def _study(number, sites, condition="Multiple Sclerosis", phase="PHASE3", state="COMPLETED", sponsor="OTHER"):
    return study(number, f"Study {number}", sites, conditions={"conditions": [condition]},
                 design={"studyType": "INTERVENTIONAL", "phases": [phase], "enrollmentInfo": {"count": 40}},
                 status={"overallStatus": state, "startDateStruct": {"date": f"20{number + 9:02}-02-03"}},
                 sponsorCollaborators={"leadSponsor": {"name": "Somebody", "class": sponsor}})


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    settings = worlds.home_at(tmp_path_factory.mktemp("sites") / "home")
    studies = [_study(1, [_KAAI, _GONE]), _study(2, [_KAAI, _DIKE], sponsor="INDUSTRY"),
               _study(3, [_DIKE], "Asthma", "PHASE1"), _study(4, [_DIKE], "Asthma"), _study(5, [_DIKE], "Asthma"),
               _study(6, [_KAAI], state="RECRUITING"), _study(7, [{"city": "Gent", "country": "Belgium"}])]
    files = files_of(studies, [])
    worlds.build(settings, worlds.World(
        ror=[ror(1, "Kaai University Hospital", types=["healthcare"], place=("Leuven", 50.88, 4.70)),
             ror(2, "Dike Hospital", types=["healthcare"], place=("Gent", 51.05, 3.72)),
             ror(3, "Gone Hospital", types=["healthcare"], place=("Gent", 51.05, 3.72), status="inactive")],
        pack=[pack_row("phase-one", "Phase One", kind="cro", city="Gent", nuts3="BE234"),
              pack_row("dike", "Dike Hospital", kind="general-hospital", city="Gent", nuts3="BE234",
                       ror=worlds.ror_id(2))],
        curated={"capabilities.csv": [curated_row(key="ops", organisation="phase-one", activity="clinical-operations",
                                                  city="Gent", nuts3="BE234")]},
        files={name: content for name, content in files.items() if name.startswith("clinicaltrials")}))
    return settings


def _named(answer):
    return {item.name: item for item in answer.items}


@pytest.mark.parametrize("text", ["multiple sclerosis", "Multiple sclerose", "sclérose en plaques", "Multiple Sklerose",
                                  "RRMS"])
def test_a_condition_in_any_language_finds_those_with_experience_first(atlas, text):
    answer = sites_for(atlas, TestRequest(text))
    assert answer.items[0].name == "Kaai University Hospital"
    assert answer.items[0].values["same"] == 3


def test_who_has_no_trial_of_the_condition_is_marked_and_the_summary_counts_who_has(atlas):
    answer = sites_for(atlas, TestRequest("asthma"))
    found = _named(answer)
    assert {name: (item.values["experienced"], item.mark and item.mark.code) for name, item in found.items()} == {
        "Dike Hospital": (True, None), "Kaai University Hospital": (False, "test.mark")}
    assert [(told.code, told.values) for told in answer.summary][1] == ("test.listed", {"sites": 1, "listed": 2})
    everybody = sites_for(atlas, TestRequest("multiple sclerosis"))
    assert not any(item.mark for item in everybody.items)
    assert "test.listed" not in {told.code for told in everybody.summary}


def test_the_counts_are_those_of_the_register(atlas):
    dike = _named(sites_for(atlas, TestRequest("multiple sclerosis", phase="III")))["Dike Hospital"].values
    assert {name: dike[name] for name in ("trials", "same", "same_phase", "early", "industry", "competing")} == {
        "trials": 4, "same": 1, "same_phase": 1, "early": 1, "industry": 1, "competing": 0}
    assert dike["enrolled"] == 40
    assert dike["nearby"] == {"clinical-operations": ["Phase One"]}
    kaai = _named(sites_for(atlas, TestRequest("multiple sclerosis")))["Kaai University Hospital"].values
    assert kaai["competing"] == 1


def test_what_the_pack_does_not_say_stays_empty(atlas):
    for item in sites_for(atlas, TestRequest("asthma")).items:
        assert (item.values["gmo_authorised"], item.values["start_up_days"], item.values["phase_1_beds"]) == (
            None, None, None)


def test_a_hospital_that_is_gone_is_not_suggested(atlas):
    assert "Gone Hospital" not in _named(sites_for(atlas, TestRequest("multiple sclerosis")))


def test_it_says_when_there_are_too_few_trials_and_of_which_the_site_is_unknown(atlas):
    codes = {said.code: said.values for said in sites_for(atlas, TestRequest("multiple sclerosis")).summary}
    assert codes["test.not_enough"]["trials"] == 7
    assert codes["test.unnamed"]["trials"] == 1


@pytest.mark.parametrize(("asked", "says"), [
    ({"condition": "  "}, "Nothing was given"), ({"condition": "multipel sclerosys"}, "about"),
    ({"condition": "asthma", "phase": "9"}, "'9' is no phase"), ({"condition": "asthma", "limit": 0}, "At least one"),
    ({"condition": "x" * 3000}, "about"),
])
def test_what_cannot_be_asked(atlas, asked, says):
    with pytest.raises(BadInput, match=says) as raised:
        sites_for(atlas, TestRequest(**asked))
    assert raised.value.hint


def test_a_misspelt_condition_is_answered_with_the_nearest(atlas):
    with pytest.raises(BadInput) as raised:
        condition_meant(atlas, "multipel sclerosys")
    assert "Multiple sclerosis" in raised.value.hint


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("region", ["NL", "BE3"])
def test_nowhere_to_go_is_said(atlas, language, region):
    told = as_data(sites_for(atlas, TestRequest("asthma", region=region)), language)
    assert (told["items"], bool(told["cannot_tell"]["text"])) == ([], True)


@pytest.mark.parametrize("condition", ["influenza", "gout of the knee"])
def test_an_atlas_without_trials_cannot_tell(tmp_path_factory, condition):
    opened = open_atlas(worlds.river(tmp_path_factory).home)
    assert sites_for(opened, TestRequest(condition)).cannot_tell.code == "test.no_trials"
    opened.close()


def test_the_backtest_asks_for_the_sites_of_later_trials_among_those_known_before(atlas):
    found = backtest(atlas, date(2014, 1, 1), covid=False)
    assert (found.questions, found.trials) == (2, 2)
    assert set(found.recall) == {"model", "most active", "same condition", "condition first", "sponsor first",
                                 "perfect"}
    assert all(0 <= share <= 1 for figures in found.recall.values() for share in figures.values())
    assert found.recall["perfect"] == {5: 1, 10: 1}
    assert (found.own, found.untried) == (0, 0)


def test_a_backtest_knows_what_was_known_before(atlas):
    asthma, sclerosis = sorted(questions(held(atlas), date(2014, 1, 1), covid=False), key=lambda asked: asked.trial)
    for question, same, right in ((asthma, [0, 0, 2], "Dike"), (sclerosis, [1, 2, 1], "Kaai")):
        order = np.argsort(question.counts.trials)  # Gone has one, Kaai two, Dike three
        assert question.counts.trials[order].tolist() == [1, 2, 3]
        assert question.counts.alone[order].tolist() == [0, 0, 2]
        assert question.counts.same[order].tolist() == same
        assert question.right[order].tolist() == [right == name for name in ("Gone", "Kaai", "Dike")]


def test_who_runs_trials_of_its_own_comes_before_its_like(tmp_path_factory):
    kaai = {**_KAAI, "city": "Gent"}
    settings = worlds.home_at(tmp_path_factory.mktemp("own") / "home")
    lead = {"leadSponsor": {"name": "Dike Hospital", "class": "OTHER"}}
    studies = [_study(1, [kaai, _DIKE]), {**_study(2, [{"city": "Gent", "country": "Belgium"}], "Asthma")}]
    studies[1]["protocolSection"]["sponsorCollaboratorsModule"] = lead
    files = files_of(studies, [])
    worlds.build(settings, worlds.World(
        ror=[ror(1, "Kaai University Hospital", types=["healthcare"], place=("Gent", 51.05, 3.72)),
             ror(2, "Dike Hospital", types=["healthcare"], place=("Gent", 51.05, 3.72))],
        files={name: content for name, content in files.items() if name.startswith("clinicaltrials")}))
    opened = open_atlas(settings.home)
    first, second = sites_for(opened, TestRequest("multiple sclerosis")).items
    opened.close()
    assert (first.name, first.values["sponsored"]) == ("Dike Hospital", 1)
    assert first.score == pytest.approx(second.score + SPONSORED * log1p(1) / 16, abs=1e-4)
    assert "test.sponsored" in {statement.code for statement in first.evidence}


def test_the_terminal_asks_the_same(home, atlas, capsys):
    app(["--home", str(home.home), "test", "--condition", "astma", "--language", "nl", "--json"], standalone_mode=False)
    told = json.loads(capsys.readouterr().out)
    assert [item["id"] for item in told["items"]] == [item.id for item in sites_for(atlas, TestRequest("astma")).items]
