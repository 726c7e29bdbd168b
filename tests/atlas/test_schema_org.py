"""Things in schema.org's words: what is known is said once, what is not known is not said."""

from datetime import date

import pytest

from openvalley.atlas import schema_org
from openvalley.vocabulary.terms import Vocabulary, terms
from worlds import ror_id

_SOURCE = {"name": "ror", "title": "ROR", "version": "v1 2", "licence": "CC0-1.0", "attribution": "ROR, CC0",
           "publisher": "", "homepage": "", "licence_url": "", "as_of": None, "covers": ""}


@pytest.mark.parametrize(("public_id", "iri"), [
    (ror_id(1), ror_id(1)), ("pic:999986096", "urn:openvalley:pic:999986096"),
    ("calls:A B<C>", "urn:openvalley:calls:A%20B%3CC%3E"), ("calls:é", "urn:openvalley:calls:%C3%A9"),
])
def test_an_id_is_an_iri(public_id, iri):
    assert schema_org.iri(public_id) == iri
    assert schema_org.as_organisation({"id": public_id})["@id"] == iri


@pytest.mark.parametrize(("as_thing", "kind"), [
    (schema_org.as_organisation, "Organization"), (schema_org.as_project, "ResearchProject"),
    (schema_org.as_trial, "MedicalStudy"), (schema_org.as_call, "MonetaryGrant"),
])
def test_whatever_is_not_known_is_not_said(as_thing, kind):
    thing = as_thing({"id": "x:1"})
    assert thing["@type"] == kind
    assert not [value for value in thing.values() if value in (None, [], {}, "")]
    assert set(thing) <= {"@id", "@type", "name", "address"}


def test_every_kind_that_is_mapped_exists():
    assert set(schema_org._KINDS) <= set(terms(Vocabulary.KIND))
    assert set(schema_org._STATES) <= set(terms(Vocabulary.TRIAL_STATE))


@pytest.mark.parametrize(("kind", "says"), [
    ("university", "CollegeOrUniversity"), ("general-hospital", "Hospital"), ("cdmo", "Corporation"),
    ("regulator", "GovernmentOrganization"), ("incubator", "Organization"), ("other", "Organization"),
])
def test_an_organisation_is_what_it_is(kind, says):
    assert schema_org.as_organisation({"id": "pic:1", "kind": kind})["@type"] == says


def test_numbers_and_addresses_of_an_organisation():
    thing = schema_org.as_organisation({
        "id": ror_id(1), "name": "A", "names": ["A", "B"], "website": "https://a.example/x y", "parent": "pic:2",
        "identifiers": [("ror", ror_id(1)), ("vat", "BE1"), ("wikidata", "Q1"), ("lei", "L"), ("grid", "grid.1.2")]})
    assert thing["sameAs"] == ["https://www.wikidata.org/wiki/Q1"]
    assert (thing["vatID"], thing["leiCode"], thing["alternateName"]) == ("BE1", "L", ["B"])
    assert {number["propertyID"] for number in thing["identifier"]} == {"ror", "vat", "wikidata", "lei", "grid"}
    assert thing["parentOrganization"] == {"@id": "urn:openvalley:pic:2"}
    assert "url" not in thing  # white space: no address


@pytest.mark.parametrize(("state", "says"), [("dissolved", {"dissolutionDate": "2015"}), ("active", {})])
def test_an_organisation_that_is_no_more(state, says):
    thing = schema_org.as_organisation({"id": "pic:1", "state": state, "state_date": "2015"})
    assert {name: thing[name] for name in ("dissolutionDate",) if name in thing} == says


@pytest.mark.parametrize(("phases", "says"), [
    (["PHASE1", "PHASE2"], ["Phase 1", "Phase 2"]), (["EARLY_PHASE1"], ["Early phase 1"]),
    (["NA"], ["No phase (not a medicine)"]), (["PHASE0"], ["Phase 0"]),
])
def test_phases(phases, says):
    assert schema_org.as_trial({"id": "x:1", "phases": phases})["additionalType"] == says


@pytest.mark.parametrize(("row", "status"), [
    ({"state": "running", "status": "ACTIVE_NOT_RECRUITING"}, {"@id": "https://schema.org/ActiveNotRecruiting"}),
    ({"state": "ended", "status": "Ended"}, "Ended"), ({"state": None, "status": "Odd"}, "Odd"),
])
def test_where_a_trial_stands(row, status):
    assert schema_org.as_trial({"id": "x:1", **row})["status"] == status


@pytest.mark.parametrize(("given", "says"), [
    ({"start_date": date(2020, 1, 2), "end_date": date(2021, 3, 4)}, "2020-01-02/2021-03-04"),
    ({"start_date": date(2020, 1, 2)}, "2020-01-02/.."), ({"end_date": "2021-03-04"}, "../2021-03-04"),
])
def test_when_a_trial_ran_stands_with_its_entry(given, says):
    assert schema_org.as_trial({"id": "x:1", **given})["subjectOf"]["temporalCoverage"] == says


@pytest.mark.parametrize(("number", "address"), [
    ("NCT01234567", "https://clinicaltrials.gov/study/NCT01234567"),
    ("2022-501234-56-00", "https://euclinicaltrials.eu/ctis-public/view/2022-501234-56-00"),
    ("2004-000123-45",
     "https://www.clinicaltrialsregister.eu/ctr-search/search?query=eudract_number:2004-000123-45"),
])
def test_a_trial_leads_to_its_register(number, address):
    assert schema_org.as_trial({"id": f"x:{number}", "source_id": number})["sameAs"] == [address]


def test_a_town_is_said_once_with_its_facilities():
    sites = [{"city": "Gent", "country": "BE", "facility": "A"}, {"city": "Gent", "country": "BE", "facility": "B"},
             {"city": "Gent", "country": "BE", "facility": "A"}, {"city": None, "country": "NL", "facility": None},
             {"city": None, "country": None, "facility": "nowhere"}]
    found = schema_org.as_trial({"id": "x:1", "sites": sites})["studyLocation"]
    assert [(area["@type"], [place["name"] for place in area.get("containsPlace", ())]) for area in found] == [
        ("City", ["A", "B"]), ("Country", [])]


def test_each_deadline_is_something_to_be_done():
    row = {"id": "calls:1", "opens": date(2026, 1, 1), "deadlines": [date(2026, 2, 1), date(2026, 3, 1)]}
    actions = schema_org.as_call(row)["potentialAction"]
    assert [(action["startTime"], action["endTime"]) for action in actions] == [
        ("2026-01-01", "2026-02-01"), ("2026-01-01", "2026-03-01")]
    assert "potentialAction" not in schema_org.as_call({"id": "calls:1"})


@pytest.mark.parametrize("given", ["BE23", "nuts:BE23"])
def test_a_region_with_or_without_its_prefix(given):
    thing = schema_org.as_region({"id": given, "name": "Oost-Vlaanderen", "latin_name": "Oost-Vlaanderen",
                                  "boundary": "{}"})
    assert thing == {
        "@id": "urn:openvalley:nuts:BE23", "@type": "AdministrativeArea", "name": "Oost-Vlaanderen",
        "identifier": {"@type": "PropertyValue", "propertyID": "nuts", "value": "BE23"},
        "containedInPlace": {"@id": "urn:openvalley:nuts:BE2"}}


def test_a_document_needs_nothing_from_elsewhere():
    thing = schema_org.as_trial({"id": "x:1", "start_date": date(2020, 1, 2)})
    found = schema_org.document(thing, page="https://site.example/en/trial/x/1", sources=[_SOURCE])
    assert found["@context"]["@vocab"] == "https://schema.org/"
    assert found["mainEntityOfPage"] == "https://site.example/en/trial/x/1"
    assert [told["@type"] for told in found["subjectOf"]] == ["WebPage", "Dataset"]
    assert found["subjectOf"][1]["@id"] == "urn:openvalley:source:ror:v1%202"
    assert found["subjectOf"][1]["license"] == {"@type": "CreativeWork", "name": "CC0-1.0"}
