"""What the registers do not say of sites: who sponsored a trial where none is named, phase 1 units, who stands near."""

import pytest

import worlds
from estuary import files_of, study
from openvalley.insight.test import TestRequest
from openvalley.insight.test import test as sites_for
from worlds import curated_row, pack_row, ror

_UNNAMED = {"city": "Gent", "country": "Belgium"}
_DIKE = {"facility": "Dike Hospital", "city": "Gent", "country": "Belgium"}
_GENT = ("Gent", 51.05, 3.72)


def _gout(number, sites, who):
    return study(number, f"Study {number}", sites, conditions={"conditions": ["Gout"]},
                 design={"studyType": "INTERVENTIONAL", "phases": ["PHASE3"]},
                 status={"overallStatus": "COMPLETED", "startDateStruct": {"date": "2012-02-03"}},
                 sponsorCollaborators={"leadSponsor": {"name": who, "class": "OTHER"}})


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    settings = worlds.home_at(tmp_path_factory.mktemp("near") / "home")
    files = files_of([_gout(1, [_UNNAMED], "Kaai University Hospital"), _gout(2, [_UNNAMED], "Quay University"),
                      _gout(3, [_UNNAMED, _DIKE], "Kaai University Hospital")], [])
    worlds.build(settings, worlds.World(
        ror=[ror(1, "Kaai University Hospital", types=["healthcare"], place=_GENT),
             ror(2, "Dike Hospital", types=["healthcare"], place=_GENT),
             ror(3, "Quay University", types=["education"], place=_GENT)],
        pack=[pack_row("phase-one", "Phase One", kind="cro", city="Gent", nuts3="BE234"),
              pack_row("dike", "Dike Hospital", kind="general-hospital", city="Gent", nuts3="BE234",
                       ror=worlds.ror_id(2))],
        curated={"capabilities.csv": [
            curated_row(key=activity, organisation="phase-one", activity=activity, city="Gent", nuts3="BE234")
            for activity in ("clinical-operations", "phase-1-beds")]},
        files={name: content for name, content in files.items() if name.startswith("clinicaltrials")}))
    return settings


def test_what_a_hospital_sponsored_is_its_own_where_no_site_is_named_and_other_sponsors_are_named(atlas):
    answer = sites_for(atlas, TestRequest("gout"))
    named = {item.name: item for item in answer.items}
    assert set(named) == {"Kaai University Hospital", "Dike Hospital"}
    kaai, dike = named["Kaai University Hospital"], named["Dike Hospital"]
    assert (kaai.values["unseen"], kaai.values["same"]) == (1, 0), "where a site is named, that is where it ran"
    assert (dike.values["unseen"], dike.values["same"]) == (0, 1)
    assert {"test.unseen"} <= {said.code for said in kaai.evidence}
    assert "test.other" not in {said.code for said in kaai.evidence}
    told = [(said.values["name"], said.values["trials"]) for said in answer.summary if said.code == "test.sponsor"]
    assert told == [("Quay University", 1)]


@pytest.mark.parametrize(("phase", "told"), [("1", [["Phase One"]]), ("3", []), ("", [])])
def test_phase_1_units_of_the_pack_are_named_where_phase_1_is_asked_for(atlas, phase, told):
    answer = sites_for(atlas, TestRequest("gout", phase=phase))
    assert [said.values["names"] for said in answer.summary if said.code == "test.units"] == told


def test_who_stands_near_is_named_with_what_it_does(atlas):
    (dike,) = [item for item in sites_for(atlas, TestRequest("gout")).items if item.name == "Dike Hospital"]
    (near,) = [said for said in dike.evidence if said.code == "test.nearby"]
    assert (near.values["activity"], near.values["names"]) == ("clinical-operations", ["Phase One"])
    assert [cited.source_id for cited in near.citations] == ["clinical-operations"]
