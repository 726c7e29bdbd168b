"""Research near the market: who and what comes first, the way to it, what cannot be told, and the backtest."""

import itertools
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import worlds
from openvalley.atlas.conditions import conditions_in
from openvalley.atlas.reader import open_atlas
from openvalley.errors import BadInput, UnknownIdentity
from openvalley.insight.answer import as_data
from openvalley.insight.discover import DiscoverRequest, answering, discover
from openvalley.insight.discover.backtest import EVENTS, auc, backtest
from openvalley.insight.discover.nearness import Researcher, Work, index, researchers
from openvalley.insight.discover.topics import Rarity, Topic, stems_of
from openvalley.insight.needs import understood
from openvalley.vocabulary.terms import LANGUAGES
from worlds import curated_row, pack_row, participant, project, ror


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    settings = worlds.home_at(tmp_path_factory.mktemp("discover") / "home")
    worlds.build(settings, worlds.World(
        ror=[ror(1, "Schelde University", place=("Gent", 51.05, 3.72)),
             ror(2, "Leie University", place=("Gent", 51.05, 3.72))],
        projects=[project(1, "NEARBY", title="Gene therapy close to patients", startDate="2018-01-01"),
                  project(2, "FRONTIER", title="Gene puzzles", startDate="2015-01-01", legalBasis="H2020-EU.3.1."),
                  project(3, "", title="", startDate="2016-01-01"),
                  project(4, "FACTORY", title="Factories", startDate="2019-01-01", legalBasis="H2020-EU.2.1.4."),
                  project(5, "CHIPS", title="Chips", startDate="2018-06-01", legalBasis="H2020-EU.1.3.")],
        participants=[participant(1, 990000001, "SCHELDE UNIVERSITY", city="GENT"),
                      participant(1, 990000009, "VECTOR WORKS", activityType="PRC", order="2"),
                      participant(2, 990000002, "LEIE UNIVERSITY", city="GENT"),
                      participant(3, 990000002, "LEIE UNIVERSITY", city="GENT"),
                      participant(5, 990000003, "SCHELDE PAYER", city="GENT"),
                      participant(4, 990000003, "SCHELDE PAYER", city="GENT", order="3"),
                      participant(4, 990000002, "LEIE UNIVERSITY", city="GENT"),
                      participant(4, 990000009, "VECTOR WORKS", activityType="PRC", order="2")],
        pack=[pack_row("schelde", "Schelde University", kind="university", ror=worlds.ror_id(1), city="Gent"),
              pack_row("leie", "Leie University", kind="university", ror=worlds.ror_id(2), city="Gent"),
              pack_row("office", "Schelde Transfer", kind="technology-transfer-office", parent="schelde"),
              pack_row("young", "Young Vectors", kind="spin-off", platforms="gene-therapy"),
              pack_row("gone", "Gone Vectors", kind="spin-off", platforms="gene-therapy", state="insolvent"),
              pack_row("old", "Old Vectors", kind="spin-off", platforms="gene-therapy", state="merged",
                       successor="buyer"),
              pack_row("buyer", "Vector Buyer", kind="company", platforms="gene-therapy"),
              pack_row("messenger", "Messenger Works", platforms="mrna"),
              pack_row("ended", "Messenger Past", platforms="mrna", state="dissolved"),
              pack_row("payer", "Schelde Payer", kind="funder", pic="990000003")],
        curated={"spin_offs.csv": [
            curated_row(company=company, parent="schelde", year="2021", field="gene therapy")
            for company in ("young", "gone", "old")]}))
    return settings


def test_organisations_by_nearness_with_the_way_to_them(atlas):
    answer = discover(atlas, DiscoverRequest())
    by_name = {item.name: item for item in answer.items}
    assert set(by_name) == {"Schelde University", "Leie University"}
    assert by_name["Schelde University"].values["contact"] is not None
    assert by_name["Leie University"].values["industrial"] == 1
    scores = [item.score for item in answer.items]
    assert scores == sorted(scores, reverse=True)


def test_who_works_with_the_technology_of_a_topic_is_named_though_no_result_is_known(atlas):
    answer = discover(atlas, DiscoverRequest(topic="mRNA"))
    assert answer.cannot_tell.code == "discover.nothing"
    (told,) = answer.summary
    assert (told.code, told.values["names"]) == ("discover.workers", ["Messenger Works"])
    assert [cited.source_id for cited in told.citations] == ["messenger"]


@pytest.mark.parametrize(("topic", "text", "about"), [
    ("gentherapie", "Nutritional therapy", False), ("gentherapie", "A gene therapy for the eye", True),
    ("CAR-T", "Care for carers", False), ("CAR-T", "A cell therapy of lymphoma", True),
    ("longkanker", "Trial in NSCLC", True), ("Lungenkrebs", "Non-small cell tumours", True),
    ("digital therapeutics for migraine", "A digital diary in migraine", True), ("vaccins", "Impfstoff", False)])
def test_what_a_text_is_about(topic, text, about):
    assert Topic(understood(topic)).fits(stems_of([text])) is about


def test_a_topic_with_a_technology_and_a_condition_is_found_where_both_are():
    topic = Topic(understood("early diagnostics of Alzheimer's disease"))
    assert not topic.fits(stems_of(["Diagnostics of infections"]))
    assert not topic.fits(stems_of(["Skin imaging"]), ["diagnostics"])
    assert topic.fits(stems_of(["Blood markers of Alzheimer's disease"]), ["diagnostics"])


def test_common_words_alone_are_no_topic():
    texts = [stems_of([text]) for text in ("Care of cardiac patients", "Patients at home", "Patients and pain")]
    topic = Topic(understood("wearables for cardiac patients"), Rarity(texts))
    assert not any(topic.fits(text) for text in texts)
    assert topic.fits(stems_of(["A wearable for cardiac arrest"]))


@pytest.mark.parametrize(("text", "conditions"), [
    ("lung cancer", ["lung-cancer"]), ("kanker", ["cancer"]), ("longkanker", ["lung-cancer"]),
    ("breast cancer and other cancers", ["cancer", "breast-cancer"]), ("bread", [])])
def test_the_nearest_condition_is_meant(text, conditions):
    assert conditions_in(text) == conditions


@pytest.mark.parametrize("topic", ["gene therapy", "gentherapie", "thérapie génique"])
def test_results_on_a_topic_in_any_language(atlas, topic):
    answer = discover(atlas, DiscoverRequest(topic=topic))
    assert answer.items[0].name == "Young Vectors"
    assert not {"Gone Vectors", "Old Vectors", "Vector Buyer"} & {item.name for item in answer.items}


def test_results_of_one_organisation_say_what_the_register_leaves_out(atlas):
    answer = discover(atlas, DiscoverRequest(organisation="Leie University"))
    silent = [item for item in answer.items if item.id.endswith("/3") or item.values.get("text") is False]
    assert silent
    assert "discover.no_text" in {said.code for said in silent[0].evidence}
    assert {said.code for said in answer.caveats} >= {"discover.silent"}


@pytest.mark.parametrize(("asked", "problem"), [
    ({"limit": 0}, BadInput), ({"topic": "?!"}, BadInput), ({"organisation": "qqxxyyzz"}, UnknownIdentity),
    ({"organisation": "University"}, BadInput)])
def test_what_cannot_be_asked(atlas, asked, problem):
    with pytest.raises(problem) as raised:
        discover(atlas, DiscoverRequest(**asked))
    assert raised.value.hint


def test_without_projects_what_the_pack_knows_is_answered(starter):
    assert discover(starter, DiscoverRequest()).cannot_tell.code == "discover.no_projects"
    answer = discover(starter, DiscoverRequest(topic="microbiome"))
    assert {item.type for item in answer.items} == {"organisation"}
    assert [said.code for said in answer.caveats] == ["discover.pack_alone", "discover.not_products"]
    nobody = discover(starter, DiscoverRequest(topic="quantum submarines"))
    assert (nobody.cannot_tell.code, len(nobody.items)) == ("discover.nothing", 0)


@pytest.mark.parametrize("language", LANGUAGES)
def test_nothing_that_fits_is_said(atlas, language):
    told = as_data(discover(atlas, DiscoverRequest(topic="quantum submarines")), language)
    assert (told["items"], bool(told["cannot_tell"]["text"])) == ([], True)


_WORK = Work(projects=3, recent=1, with_companies=1, company_share=0.2, applied=1, industrial=0, partners=8, money=5e5,
             newest=2018)
_COUNTED = st.sampled_from(["recent", "with_companies", "applied", "partners"])


@given(_COUNTED, st.integers(1, 20))
def test_more_of_what_speaks_for_it_is_never_farther(name, more):
    base, better = (Researcher("x", work, _WORK)
                    for work in (_WORK, replace(_WORK, **{name: getattr(_WORK, name) + more})))
    assert index([better])[0] >= index([base])[0]


@given(_COUNTED, st.integers(1, 20))
def test_what_is_done_in_the_life_sciences_counts_more_than_the_same_elsewhere(name, more):
    much = replace(_WORK, **{name: getattr(_WORK, name) + more})
    near, far = index([Researcher("x", much, _WORK), Researcher("y", _WORK, much)])
    assert near > far


def test_an_organisation_says_what_share_of_its_projects_is_in_the_life_sciences(atlas):
    leie = next(item for item in discover(atlas, DiscoverRequest()).items if item.name == "Leie University")
    first = leie.evidence[0]
    assert first.code == "discover.life_science"
    assert (first.values["projects"], first.values["of"]) == (leie.values["life_science"], leie.values["projects"])
    assert first.values["share"] == leie.values["life_science"] / leie.values["projects"]


def test_only_what_happened_up_to_a_year_counts(atlas):
    known = {one.projects for one in researchers(atlas, 2015)}
    assert known == {1}
    assert researchers(atlas, 2010) == []


@pytest.mark.parametrize(("scores", "happened", "area"), [
    ([1, 2, 3, 4], [0, 0, 1, 1], 1.0), ([4, 3, 2, 1], [0, 0, 1, 1], 0.0), ([1, 1, 1, 1], [0, 1, 0, 1], 0.5),
    ([1, 2, 3, 4], [0, 1, 0, 1], 0.75)])
def test_the_area_under_the_curve(scores, happened, area):
    assert auc(np.array(scores, float), np.array(happened, bool)) == area
    assert np.isnan(auc(np.array(scores, float), np.zeros(len(scores), bool)))


def test_the_backtest_asks_only_those_to_whom_it_had_not_happened(atlas):
    found = {(one.field, one.event): (one.asked, one.happened) for one in backtest(atlas, [2016])}
    assert found == dict.fromkeys(itertools.product(("life sciences", "all fields"), EVENTS), (1, 1))


def test_growing_parts_are_those_of_projects_in_the_life_sciences(home, monkeypatch):
    monkeypatch.setattr(answering, "_FEWEST", 1)
    opened = open_atlas(home.home)
    growing = {row["code"]: (row["lately"], row["of_lately"]) for row in answering._growing(opened)}
    opened.close()
    assert growing, "some of these projects are in the life sciences"
    assert not any(code.startswith("H2020-EU.1.3") for code in growing), "chips are not"
