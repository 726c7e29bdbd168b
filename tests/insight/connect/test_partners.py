"""Partners for an organisation: whom it gets, what is said of them, and when nothing can be said."""

import json
import re
from dataclasses import replace

import pytest

import worlds
from openvalley.atlas.reader import open_atlas
from openvalley.errors import BadInput, UnknownIdentity
from openvalley.insight.answer import as_data
from openvalley.insight.connect import ConnectRequest, connect
from openvalley.vocabulary.terms import LANGUAGES
from worlds import curated_row, pack_row, participant, project

_FIRST = 900_000_001
_PROJECTS = (
    (1, "2018-01-01", (0, 1, 2)), (2, "2018-02-01", (1, 3, 4)), (3, "2018-03-01", (2, 4, 5)),
    (4, "2018-04-01", (5, 6, 7)), (5, "2018-05-01", (8,)), (6, "2018-06-01", (2, 9, 10)), (7, "2018-07-01", (2, 11)),
)
_COUNTRIES = ("BE", "NL")


def _pic(number):
    return str(_FIRST + number)


def _world(**changed):
    people = [participant(number, _pic(who), "" if who == 9 else f"Works {chr(65 + who)}",
                          country=_COUNTRIES[who % 2], role="coordinator" if who == people[0] else "participant",
                          **({"SME": "true"} if who == 4 else {}))
              for number, _, people in _PROJECTS for who in people]
    return worlds.World(
        projects=[project(number, f"P{number}", startDate=start, endDate="2020-12-31",
                          legalBasis="H2020-EU.3.1." if number != 3 else "H2020-EU.2.1.")
                  for number, start, _ in _PROJECTS],
        participants=people,
        pack=[pack_row("works-k", "Works K", pic=_pic(10), state="dissolved", city="Gent"),
              pack_row("works-l", "Works L", pic=_pic(11), kind="european-association", city="Brussel"),
              pack_row("works-a", "Works A", pic=_pic(0), city="Gent", stages="discovery", platforms="mrna",
                       sectors="biopharma"),
              pack_row("works-e", "Works E", pic=_pic(4), city="Gent", nuts3="BE234", stages="manufacturing",
                       platforms="mrna", sectors="biopharma"),
              pack_row("works-g", "Works G", pic=_pic(6), city="Gent", nuts3="BE234", sectors="agro-food"),
              pack_row("newborn", "Newborn Therapeutics", city="Gent", stages="discovery", platforms="mrna",
                       sectors="biopharma"),
              pack_row("silent", "Silent Holding", city="Gent"), *changed.get("pack", ())])


@pytest.fixture(scope="module")
def atlas(tmp_path_factory):
    opened = open_atlas(worlds.once("partners", _world(), tmp_path_factory).home)
    yield opened
    opened.close()


def _named(answer):
    return [item.name for item in answer.items]


def test_nobody_it_worked_with_and_nobody_dead_nameless_or_speaking_for_others(atlas):
    answer = connect(atlas, ConnectRequest(_pic(0)))
    assert answer.cannot_tell is None
    assert set(_named(answer)) == {"Works D", "Works E", "Works F", "Works G", "Works H"}
    assert answer.total == len(answer.items) == 5, "Works I never worked with anybody"
    scores = [item.score for item in answer.items]
    assert scores == sorted(scores, reverse=True)
    assert all(0 <= score < 1 for score in scores)


def test_a_european_association_is_shown_to_those_who_ask_for_one(atlas):
    assert _named(connect(atlas, ConnectRequest(_pic(0), kind="european-association"))) == ["Works L"]


def test_a_programme_brings_those_who_work_under_it(atlas):
    answer = connect(atlas, ConnectRequest(_pic(0), programme="LEIT"))
    assert answer.items
    for item in answer.items:
        told = {statement.code: statement.values for statement in item.evidence}
        if item.name in {"Works E", "Works F"}:  # of project 3
            assert told["connect.in_programme"] == {"part": "H2020-EU.2.1.", "theirs": 1}
        else:
            assert "connect.in_programme" not in told
    assert answer.score_means.code == "connect.programme_score_means"
    unlike = connect(atlas, ConnectRequest("Newborn Therapeutics", programme="SC1"))
    assert "connect.programme_unused" in {caveat.code for caveat in unlike.caveats}


@pytest.mark.parametrize(("filters", "left"), [
    ({"country": "NL"}, {"Works D", "Works F", "Works H"}), ({"region": "BE2"}, {"Works E", "Works G"}),
    ({"sme": True}, {"Works E"}), ({"stage": "manufacturing"}, {"Works E"}), ({"platform": "mrna"}, {"Works E"}),
    ({"sector": "agro-food"}, {"Works G"}), ({"cross_sector": True}, {"Works G"}),
])
def test_filters_leave_who_fits(atlas, filters, left):
    assert set(_named(connect(atlas, ConnectRequest(_pic(0), **filters)))) <= left
    assert left & set(_named(connect(atlas, ConnectRequest(_pic(0), **filters))))


def test_every_number_is_as_counted_by_hand(atlas):
    found = {item.name: item for item in connect(atlas, ConnectRequest(_pic(0))).items}
    told = {statement.code: statement for statement in found["Works E"].evidence}
    assert told["connect.common"].values == {"partners": 2, "named": ["Works B", "Works C"]}
    assert (told["connect.path"].values["project"], told["connect.path"].values["other"]) == ("P1", "P2")
    assert [cited.subject for cited in told["connect.path"].citations] == ["cordis:1", "cordis:2"]
    assert told["connect.programme"].values == {"part": "H2020-EU.3.1.", "own": 1, "theirs": 1}
    assert told["connect.stage"].values == {"theirs": ["manufacturing"], "own": ["discovery"]}
    assert told["connect.same_town"].values == {"city": "Gent"}
    assert told["connect.coordinator_none"].values == {"coordinated": 0, "projects": 2}
    assert told["connect.recent"].values["projects"] == 2
    assert "connect.sme" in told
    assert "connect.common" not in {statement.code for statement in found["Works G"].evidence}


def test_what_one_took_part_in_is_checked_in_the_register_of_projects(atlas):
    (told, *_) = connect(atlas, ConnectRequest("Works E")).summary
    assert told.code == "connect.history"
    assert {(cited.source, cited.prop) for cited in told.citations} == {("cordis", None)}


def test_every_fact_of_evidence_can_be_checked(atlas):
    for item in connect(atlas, ConnectRequest(_pic(0))).items:
        for statement in item.evidence:
            assert statement.citations, statement.code


def test_without_a_project_relatives_that_have_some_are_named(tmp_path_factory):
    unit = pack_row("unit", "Works E Unit", parent="works-e", sectors="agro-food", city="Gent")
    opened = open_atlas(worlds.once("relatives", _world(pack=[unit]), tmp_path_factory).home)
    told = [statement for statement in connect(opened, ConnectRequest("Works E Unit")).summary
            if statement.code == "connect.relative"]
    opened.close()
    assert [(statement.values["relative"], statement.values["projects"]) for statement in told] == [("Works E", 2)]


def test_without_a_project_it_goes_by_roles_and_says_so(atlas):
    answer = connect(atlas, ConnectRequest("Newborn Therapeutics"))
    assert answer.method == "connect-roles-1"
    assert answer.summary[0].code == "connect.by_roles"
    # stage, platform, sector, country and place fit; nothing is offered
    assert [(item.name, item.score) for item in answer.items] == [("Works E", pytest.approx(5 / 6, abs=1e-4)),
                                                                  ("Works A", pytest.approx(4 / 6, abs=1e-4))]


@pytest.mark.parametrize(("asked", "code"), [
    ({"organisation": "Silent Holding"}, "nothing_known"), ({"organisation": "Works K"}, "not_alive"),
    ({"organisation": _pic(0), "country": "PT"}, "filtered_out"),
    ({"organisation": "Silent Holding", "cross_sector": True}, "sectors_unknown"),
])
@pytest.mark.parametrize("language", LANGUAGES)
def test_what_cannot_be_told_is_said(atlas, asked, code, language):
    answer = connect(atlas, ConnectRequest(**asked))
    assert answer.cannot_tell.code == f"connect.{code}"
    assert not answer.items
    assert as_data(answer, language)["cannot_tell"]["text"]


@pytest.mark.parametrize(("asked", "says"), [
    ({}, "Partners for whom"), ({"need": "x", "cross_sector": True}, "Outside whose sectors"),
    ({"organisation": "x", "kind": "shop"}, "no kind 'shop'"),
    ({"organisation": "x", "country": "Belgium"}, "'Belgium' is no country"),
    ({"organisation": "x", "region": "be2"}, "'be2' is no region"), ({"organisation": "x", "limit": 0}, "At least one"),
    ({"organisation": _pic(0), "programme": "SC11"}, "no programme 'SC11'"),
    ({"organisation": _pic(0), "programme": "MSCA"}, "No project under H2020-EU.1.3., HORIZON.1.2"),
    ({"organisation": _pic(0), "programme": "SC1", "need": "mRNA"}, "whatever the programme"),
    ({"organisation": "Works"}, "may be more than one organisation"),
])
def test_what_is_asked_wrongly_is_refused(atlas, asked, says):
    with pytest.raises(BadInput, match=re.escape(says)):
        connect(atlas, ConnectRequest(**asked))


def test_an_unknown_organisation_is_refused(atlas):
    with pytest.raises(UnknownIdentity):
        connect(atlas, ConnectRequest("999999999"))


@pytest.mark.parametrize("language", LANGUAGES)
def test_it_can_be_said_in_every_language(atlas, language):
    data = as_data(connect(atlas, ConnectRequest(_pic(0))), language)
    assert all(statement["text"] for item in data["items"] for statement in item["evidence"])
    assert json.dumps(data, default=str)
    assert data["score_means"]["text"]


def test_membership_and_sponsorship_change_no_ranking(atlas, tmp_path):
    asked = [ConnectRequest(_pic(0)), ConnectRequest(_pic(0), programme="SC1"), ConnectRequest("Newborn Therapeutics"),
             ConnectRequest(need="mRNA vaccines")]
    before = [[(item.name, item.score) for item in connect(atlas, request).items] for request in asked]
    flipped = _world(pack=[pack_row("cluster", "The Cluster", kind="cluster-organisation", city="Gent")])
    flipped = replace(flipped, curated={**flipped.curated, "partnerships.csv": [
        curated_row(key="members", name_en="Members", kind="network", coordinator="cluster",
                    partners="works-g;works-a"),
        curated_row(key="sponsors", name_en="Sponsors", kind="alliance", theme="sponsorship", coordinator="cluster",
                    partners="works-g;newborn")]})
    settings = worlds.home_at(tmp_path / "home")
    worlds.build(settings, flipped)
    opened = open_atlas(settings.home)
    after = [[(item.name, item.score) for item in connect(opened, request).items] for request in asked]
    opened.close()
    assert after == before
    assert all(before)
