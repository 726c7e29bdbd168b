"""search and show for trials, calls and regions, as text and as JSON."""

import gzip
import json

import pytest

import sites
import worlds
from days import on_one_day
from estuary import LONG_HENCE, study
from worlds import ror_id


@pytest.fixture(scope="session")
def estuary_home(tmp_path_factory):
    """Folder of the home in which the site's world is published; read only."""
    return sites.built(tmp_path_factory).home


def test_search_tells_what_kind_of_thing_it_found(say, estuary_home):
    text = say("search", "river fever vaccine", "--home", estuary_home).out
    assert "RIVERVAC: River fever vaccine in adults trial, Phase 2, Phase 3, Recruiting, 4 sites" in " ".join(
        text.split())
    text = say("search", "healthy rivers", "--type", "call", "--home", estuary_home).out
    assert f"call, open, last deadline {LONG_HENCE}" in " ".join(text.split())


def test_search_as_json_gives_each_type_its_own(say, estuary_home):
    trial = say("search", "river fever vaccine", "--type", "trial", "--home", estuary_home, "--json").json["items"][0]
    assert trial["id"] == "clinicaltrials:NCT99000001"
    assert (trial["state"], trial["phases"], trial["sites"], trial["kind"]) == (
        "recruiting", ["PHASE2", "PHASE3"], 4, None)
    assert "status" not in trial  # it is the register's own word, which `show` gives
    shown = say("show", trial["id"], "--home", estuary_home, "--json").json["trial"]
    assert (shown["state"], shown["status"]) == ("recruiting", "RECRUITING")
    call = say("search", "healthy rivers", "--type", "call", "--home", estuary_home, "--json").json["items"][0]
    assert (call["standing"], call["deadlines"], call["programme"]) == ("open", [LONG_HENCE], "HORIZON")
    assert (call["source_id"], call["cluster"]) == ("HORIZON-HLTH-2024-RIVER-01-01", "1. Health")


#: What a program gets of one thing: the command's identifier, and the site's address of the same.
_SAME = {
    "organisation": (ror_id(2), f"organisation/ror/{ror_id(2).rpartition('/')[2]}"),
    "project": ("700001", "project/cordis/700001"), "trial": ("NCT99000001", "trial/clinicaltrials/NCT99000001"),
    "call": ("HORIZON-HLTH-2024-RIVER-01-01", "call/calls/HORIZON-HLTH-2024-RIVER-01-01"),
    "region": ("BE23", "region/BE23"),
}


@pytest.fixture
def fetched(tmp_path_factory):
    """Return a function that gives the JSON at an address of the site."""
    assert sites.site(tmp_path_factory).home.exists()
    from django.test import Client

    client = Client(headers={"host": "localhost"})
    return lambda path: client.get(f"/en/{path}").json()


@pytest.mark.parametrize("kind", _SAME)
def test_show_gives_what_the_site_gives(say, fetched, estuary_home, kind):
    identifier, path = _SAME[kind]
    said = say("show", identifier, "--claims", "--home", estuary_home, "--json").json
    given = fetched(f"{path}.json")
    assert given.pop("needs", []) == []  # what organisations publish is in the site's database, not in the atlas
    assert said == given


def test_search_gives_the_items_that_the_site_gives(say, fetched, estuary_home):
    for kind, words in (("organisation", "schelde university"), ("project", "rivervax"), ("trial", "river fever"),
                        ("call", "healthy rivers")):
        said = say("search", words, "--type", kind, "--home", estuary_home, "--json").json["items"][0]
        given = fetched(f"search.json?type={kind}&region=any&q={words.replace(' ', '+')}")["items"][0]
        assert said.pop("score") > 0
        assert given.pop("address").startswith("http://localhost/en/")
        assert said == given


@pytest.mark.parametrize("identifier", ["NCT99000001", "nct99000001", "clinicaltrials:NCT99000001"])
def test_show_a_trial(say, estuary_home, identifier):
    said = say("show", identifier, "--home", estuary_home, "--json").json
    assert (said["trial"]["id"], said["claims"]) == ("clinicaltrials:NCT99000001", None)
    assert set(said) == {"trial", "source", "claims", "atlas_version"}
    assert said["source"]["title"] == "ClinicalTrials.gov"
    text = say("show", identifier, "--language", "nl", "--home", estuary_home).out
    assert "RIVERVAC: River fever vaccine in adults" in text
    assert "Fase 2, Fase 3" in text
    assert "Werft deelnemers (the register says RECRUITING)" in text
    assert "4, 2 in the region" in text
    assert "Dike Clinic, Gent - not linked to an organisation" in " ".join(text.split())
    assert ror_id(2) in text
    assert "in other registers: euctr:2004-000123-45" in text
    assert "licence" not in text


def test_claims_of_a_trial_are_its_one_row(say, estuary_home):
    (row,) = say("show", "NCT99000001", "--claims", "--home", estuary_home, "--json").json["claims"]
    assert (row["source"], row["source_id"], row["as_of"]) == ("clinicaltrials", "NCT99000001", "2025-01-23")
    assert row["licence"].startswith("ClinicalTrials.gov")
    text = say("show", "NCT99000001", "--claims", "--home", estuary_home).out
    assert "all of this: ClinicalTrials.gov, row NCT99000001" in text
    assert "data until 2025-01-23" in text
    assert "licence: ClinicalTrials.gov" in text


def test_a_sponsor_that_may_be_a_person_is_not_shown(say, estuary_home):
    text = say("show", "NCT99000002", "--home", estuary_home).out
    assert "sponsor: not named because it may be a person" in text
    assert "Janssens" not in text


@pytest.mark.parametrize(("identifier", "standing"), [
    ("HORIZON-HLTH-2024-RIVER-01-01", "open"), ("horizon-hlth-2024-river-01-02-two-stage", "open"),
    ("calls:HORIZON-HLTH-2021-RIVER-01-03", "closed"), ("HORIZON-HLTH-2098-RIVER-01-04", "forthcoming"),
    ("HORIZON-HLTH-2024-RIVER-01-05", "unknown"),
])
def test_show_a_call_as_it_stands_today(say, estuary_home, identifier, standing):
    said, day = on_one_day(lambda: say("show", identifier, "--home", estuary_home, "--json").json)
    assert set(said) == {"call", "standing", "source", "claims", "atlas_version"}
    assert (said["standing"]["standing"], said["standing"]["on"]) == (standing, day.isoformat())
    assert f"today: {standing}" in say("show", identifier, "--home", estuary_home).out


def test_claims_of_a_call(say, estuary_home):
    text = say("show", "HORIZON-HLTH-2024-RIVER-01-01", "--claims", "--home", estuary_home).out
    assert "the register said: Closed" in text
    assert "data until 2024-07-11" in text
    assert f"next deadline: {LONG_HENCE}" in text


@pytest.mark.parametrize("identifier", ["BE23", "nuts:BE23", "be23"])
def test_show_a_region(say, estuary_home, identifier):
    said = say("show", identifier, "--claims", "--home", estuary_home, "--json").json
    assert (said["region"]["code"], set(said["region"]["part_counts"])) == ("BE23", {"BE234"})
    assert "boundary" not in said["region"]
    assert [row["what"] for row in said["claims"]] == ["name and place", "figures"]
    text = say("show", identifier, "--claims", "--home", estuary_home).out
    assert "in: Belgique/België BE > Vlaams Gewest BE2" in text
    assert "2019  Unemployment rate by NUTS 2 regions: 2.9 %" in text
    assert "figures: Eurostat regional indicators" in text


def test_an_organisation_shows_its_trials(say, estuary_home):
    said = say("show", ror_id(2), "--home", estuary_home, "--json").json
    assert said["trials"]["total"] == 13
    assert said["trials"]["newest"][0]["roles"] == ["site"]
    text = say("show", ror_id(2), "--home", estuary_home).out
    assert "RIVERVAC: River fever vaccine in adults clinicaltrials:NCT99000001" in " ".join(text.split())
    assert "region: BE242" in text


def test_an_organisation_shows_what_the_pack_tells_of_it(say, estuary_home):
    known = f"kbo:{worlds.kbo(78)}"
    curated = say("show", known, "--home", estuary_home, "--json").json["curated"]
    assert curated["instrument"][0]["values"]["max_amount"] == 250_000
    text = " ".join(say("show", known, "--home", estuary_home).out.split())
    assert "money it gives: Tide grant, Flanders, for University, Company, with 10 to 49 people" in text
    assert "from euro 10,000, up to euro 250,000" in text
    assert "what it can do: Filling and finishing" in text
    assert "Gent (unverified)" in text
    assert "Subside des marées, Flandre" in " ".join(
        say("show", known, "--language", "fr", "--home", estuary_home).out.split())


def test_search_marks_what_nobody_has_verified(say, river_home):
    found = say("search", "rumoured biologics", "--type", "organisation", "--home", river_home, "--json").json["items"]
    assert found[0]["verified"] is False
    assert "(unverified)" in say("search", "rumoured biologics", "-n", "1", "--home", river_home).out
    assert "(unverified)" not in say("search", "schelde university", "-n", "1", "--home", river_home).out


def test_claims_of_a_project(say, estuary_home):
    (row,) = say("show", "700001", "--claims", "--home", estuary_home, "--json").json["claims"]
    assert (row["source"], row["source_id"]) == ("cordis", "700001")


def test_what_there_is_not_is_said(say, estuary_home):
    said = say("show", "NCT00000000", "--home", estuary_home)
    assert (said.status, said.out) == (3, "")
    assert "The atlas knows nothing with the id 'NCT00000000'." in said.err


def test_no_text_of_a_register_is_taken_for_markup(say, tmp_path):
    """Rich would take brackets for styles, and stop at an unknown closing one."""
    settings = worlds.home_at(tmp_path / "home")
    content = json.dumps({"studies": [study(1, "[/nothing] in [red]brackets[/]")]}).encode()
    worlds.build(settings, worlds.World(files={"clinicaltrials/studies-0001.json.gz": gzip.compress(content)}))
    for command in (["show", "NCT99000001", "--claims"], ["search", "brackets"]):
        said = say(*command, "--home", settings.home)
        assert said.status == 0
        assert "[/nothing] in [red]brackets[/]" in said.out
