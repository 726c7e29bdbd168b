"""Curated tables: each row concerns the organisations it names, is found with them, and waits to be checked."""

import pytest

import worlds
from openvalley.atlas.pack_rows import curated_rows, rows_about
from openvalley.atlas.reader import open_atlas
from openvalley.atlas.unverified import unverified
from worlds import curated_row, pack_row, participant, project, ror, ror_id

_UNIVERSITY, _BIOTECH = ror_id(1), "pic:990000002"
_WORLD = worlds.World(
    ror=[ror(1, "Schelde University", place=("Gent", 51.05, 3.72)),
         ror(2, "Old Academy", status="withdrawn",
             relationships=[{"id": ror_id(1), "label": "x", "type": "successor"}])],
    projects=[project(700001, "RIVERVAX")],
    participants=[participant(700001, 990000002, "SCHELDE BIOTECH NV", activityType="PRC")],
    pack=[pack_row("schelde-university", "Schelde University", kind="university", ror=ror_id(1)),
          pack_row("schelde-biotech", "Schelde Biotech", pic="990000002", verification="unverified"),
          pack_row("kaai-fund", "Kaai Fund", kind="investor", headcount="12", headcount_year="2024"),
          pack_row("dike-park", "Dike Park", kind="research-park", verification="unverified"),
          pack_row("polder-lab", "Polder Lab", kind="research-institute", state="merged", successor="kaai-fund",
                   verification="unverified"),
          pack_row("sluice-cells", "Sluice Cells", kind="spin-off", verification="unverified")],
    curated={
        "sites.csv": [curated_row(key="biotech-plant", organisation="schelde-biotech", city="Gent", nuts3="BE234",
                                  roles="production;research", stages="manufacturing")],
        "capabilities.csv": [curated_row(key="biotech-filling", organisation="schelde-biotech", activity="fill-finish",
                                         scales="pilot;clinical", standards="GMP", phases="PHASE1;PHASE2",
                                         availability="service")],
        "investors.csv": [curated_row(organisation="kaai-fund", investment_stages="seed;early", min_ticket="250000",
                                      ownership="private", verification="register")],
        "instruments.csv": [curated_row(key="delta-grant", name_en="Delta Grant", name_nl="Deltasubsidie",
                                        provider="kaai-fund", level="flanders", dilutive="no", max_intensity="60",
                                        cut_offs="2027-03-01;2027-09-01", rhythm="calls")],
        "partnerships.csv": [curated_row(key="river-alliance", name_en="River Alliance", kind="alliance",
                                         coordinator="schelde-university",
                                         partners=f"schelde-biotech;{ror_id(2)};pic:999999999", start="2024")],
        "spin_offs.csv": [curated_row(company="schelde-biotech", parent="schelde-university", year="2004")],
        "figures.csv": [curated_row(key="companies", label_en="Companies", value="300", definition="more than",
                                    says="cluster organisations", verification="mission")],
    },
)


@pytest.fixture(scope="module")
def atlas(tmp_path_factory):
    settings = worlds.home_at(tmp_path_factory.mktemp("curated") / "home")
    worlds.build(settings, _WORLD)
    opened = open_atlas(settings.home)
    yield opened
    opened.close()


def test_an_organisation_has_the_rows_that_name_it_under_its_public_id(atlas):
    found = rows_about(atlas, _BIOTECH)
    assert {record_type: [row.id for row in rows] for record_type, rows in found.items()} == {
        "capability": ["capability:biotech-filling"], "partnership": ["partnership:river-alliance"],
        "site": ["site:biotech-plant"], "spin_off": ["spin_off:schelde-biotech/schelde-university"]}
    capability = found["capability"][0]
    assert (capability.values["activity"], capability.values["phases"]) == ("fill-finish", ["PHASE1", "PHASE2"])
    assert capability.values["scales"] == ["pilot", "clinical"]
    assert (capability.verification, capability.reference) == ("unverified", "public record: a leaflet")
    assert [other.name for other in found["spin_off"][0].others(_BIOTECH)] == ["Schelde University"]


def test_a_partner_may_be_a_public_id_and_an_earlier_id_leads_to_the_present_one(atlas):
    (row,) = (row for row in curated_rows(atlas, "partnership") if row.id == "partnership:river-alliance")
    assert {(entry.role, entry.id) for entry in row.concerned} == {
        ("coordinator", _UNIVERSITY), ("partners", _BIOTECH), ("partners", _UNIVERSITY)}
    assert row.values["partners"][-1] == "pic:999999999"  # nobody knows it: it stays as it was written


def test_cells_become_values(atlas):
    (row,) = curated_rows(atlas, "instrument")
    assert (row.values["dilutive"], row.values["max_intensity"]) == (False, 60.0)
    assert [day.isoformat() for day in row.values["cut_offs"]] == ["2027-03-01", "2027-09-01"]
    assert (row.name_in("nl"), row.name_in("de")) == ("Deltasubsidie", "Delta Grant")
    (investor,) = curated_rows(atlas, "investor")
    assert (investor.values["investment_stages"], investor.values["min_ticket"]) == (["seed", "early"], 250_000)
    (figure,) = curated_rows(atlas, "figure")
    assert (figure.values["value"], figure.name_in("fr")) == (300.0, "Companies")


def test_the_number_of_people_is_a_fact_with_its_year(atlas):
    fund = next(row["id"] for row in atlas.rows("SELECT id FROM organisation WHERE name = 'Kaai Fund'"))
    organisation = atlas.organisation(fund)
    assert (organisation.headcount, organisation.headcount_year) == (12, 2024)
    assert [claim.qualifier for claim in atlas.claims(fund, "headcount")] == ["2024"]


@pytest.mark.parametrize("words", ["fill-finish", "fill finish gent"])
def test_who_can_do_it_is_found_by_what_it_does(atlas, words):
    assert _BIOTECH in [hit.id for hit in atlas.search(words, types=["organisation"], limit=3).items]


def test_what_is_unverified_waits_the_most_useful_first(atlas):
    listed = unverified(atlas)
    # What is said not to be active, then companies (those first on which rows hang), then all else.
    assert [(row.key, row.says, row.hanging) for row in listed[:3]] == [
        ("polder-lab", "life state", 0), ("schelde-biotech", "company", 4), ("sluice-cells", "company", 0)]
    assert listed[0].state == "merged"
    assert {(row.table, row.key) for row in listed[3:]} == {
        ("organisations", "dike-park"), ("capabilities", "biotech-filling"), ("instruments", "delta-grant"),
        ("partnerships", "river-alliance"), ("sites", "biotech-plant"),
        ("spin_offs", "schelde-biotech/schelde-university")}


@pytest.mark.parametrize(("text", "first"), [
    ("who can fill under GMP", _BIOTECH), ("fill and finish Gent", _BIOTECH), ("filling Belgium", _BIOTECH),
    ("Delta Grant", "Kaai Fund"), ("deltasubsidie", "Kaai Fund"), ("seed investor", "Kaai Fund"),
])
def test_search_knows_what_organisations_do_and_give(atlas, text, first):
    hit = atlas.search(text).items[0]
    assert first in (hit.id, hit.name)


@pytest.mark.parametrize(("text", "whole"), [
    ("Delta Grant", True), ("Dellta grants", True), ("filling GMP Gent", True), ("Delta Grant zebrafish", False),
])
def test_search_says_when_nothing_holds_every_word(atlas, text, whole):
    assert atlas.search(text).whole is whole
