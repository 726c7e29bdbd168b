"""ClinicalTrials.gov: fetching page after page, and what becomes of studies and sites. Studies are invented."""

from datetime import date

import pyarrow.parquet as pq
import pytest
from studies import SITE, a_page, a_study

from openvalley.errors import SourceChanged, SourceUnreadable
from openvalley.sources.clinicaltrials import connector
from openvalley.sources.persons import WITHHELD


@pytest.fixture
def read(reading):
    def read_pages(*contents):
        named = {f"studies-{number:04}.json": content for number, content in enumerate(contents, 1)}
        found = reading(named, name="clinicaltrials")
        connector.read(found.intake)
        return found

    return read_pages


def _each(read, path, values):
    """Read one study for each value of a field, and return the intake and the trials in the same order."""
    found = read(a_page(*(a_study(number, **{path: value}) for number, value in enumerate(values, 1))))
    trials = found.records("trial")
    return found, [trials[f"NCT9900{number:04}"] for number in range(1, len(values) + 1)]


def _sites(read, *sites):
    return read(a_page(a_study(contactsLocationsModule__locations=[{**SITE, **site} for site in sites])))


def test_a_study_becomes_a_trial_and_its_sites(read):
    study = a_study(
        identificationModule__officialTitle="The official title", identificationModule__acronym="RIVER",
        identificationModule__nctIdAliases=["NCT98000001"],
        identificationModule__secondaryIdInfos=[
            {"id": "2004-000123-45", "type": "EUDRACT_NUMBER"}, {"id": "2022-501234-56-00", "type": "CTIS"},
            {"id": "ABC-1", "type": "OTHER"}],
        descriptionModule__briefSummary="We look at rivers.", conditionsModule__keywords=["water"],
        armsInterventionsModule__interventions=[{"type": "DIAGNOSTIC_TEST", "name": "A look"},
                                                {"type": "BEHAVIORAL", "name": "A walk"}],
        eligibilityModule__sex="ALL", eligibilityModule__minimumAge="18 Years",
        eligibilityModule__healthyVolunteers=True,
        statusModule__completionDateStruct={"date": "2026-05"},
        sponsorCollaboratorsModule__collaborators=[{"name": "Dender Devices", "class": "INDUSTRY"}])
    study["derivedSection"] = {"conditionBrowseModule": {"meshes": [{"id": "D000001", "term": "Fever"}]}}
    found = read(a_page(study))
    trial = found.records("trial")["NCT99000001"]
    assert (trial["title"], trial["official_title"], trial["acronym"], trial["summary"]) == (
        "A trial along the river", "The official title", "RIVER", "We look at rivers.")
    assert (trial["status"], trial["study_type"], trial["phases"]) == ("RECRUITING", "INTERVENTIONAL", ["PHASE2"])
    assert (trial["conditions"], trial["keywords"]) == (["River fever"], ["water"])
    assert trial["condition_codes"] == [{"code": "D000001", "title": "Fever"}]
    assert trial["interventions"] == [{"kind": "diagnostic-test", "name": "A look"},
                                      {"kind": "behavioural", "name": "A walk"}]
    assert (trial["enrolment"], trial["enrolment_kind"]) == (120, "ESTIMATED")
    assert (trial["start_date"], trial["end_date"], trial["last_updated"]) == (
        date(2024, 3, 1), date(2026, 5, 1), date(2025, 1, 23))
    assert (trial["sponsor"], trial["sponsor_class"], trial["sponsor_withheld"]) == ("Schelde Pharma NV", "INDUSTRY",
        False)
    assert trial["collaborators"] == [{"name": "Dender Devices", "class": "INDUSTRY"}]
    assert (trial["countries"], trial["sex"], trial["minimum_age"]) == (["BE"], "ALL", "18 Years")
    assert (trial["healthy_volunteers"], trial["has_results"]) == (True, False)
    assert trial["identifiers"] == [
        {"scheme": "nct", "value": "NCT99000001"}, {"scheme": "eudract", "value": "2004-000123-45"},
        {"scheme": "euct", "value": "2022-501234-56-00"}, {"scheme": "nct", "value": "NCT98000001"}]
    site = found.records("trial_site")["NCT99000001/1"]
    assert (site["trial_id"], site["position"], site["facility"]) == ("NCT99000001", 1, "Schelde University Hospital")
    assert (site["city"], site["region"], site["postcode"], site["country"]) == ("Antwerp", "Antwerpen", "2000", "BE")
    assert (site["status"], site["latitude"], site["longitude"]) == ("RECRUITING", 51.2, 4.4)
    assert found.intake.as_of == date(2025, 1, 23)
    assert (found.quarantined, found.intake.warnings) == ([], [])


#: What stands in a field, and how it is read. One read for each table: a read costs more than a study.
_PHASES = [
    (["PHASE1", "PHASE2"], ["PHASE1", "PHASE2"]), (["PHASE2|PHASE3"], ["PHASE2", "PHASE3"]),
    ("PHASE2|PHASE3", ["PHASE2", "PHASE3"]), ("Phase 2/Phase 3", ["PHASE2", "PHASE3"]),
    (["EARLY_PHASE1"], ["EARLY_PHASE1"]), ("Early Phase 1", ["EARLY_PHASE1"]), (["NA"], ["NA"]), ("N/A", ["NA"]),
    (None, None), ([], None),
]


def test_phases(read):
    _, trials = _each(read, "designModule__phases", [written for written, _ in _PHASES])
    assert [trial["phases"] for trial in trials] == [read_as for _, read_as in _PHASES]


def test_an_unknown_phase_is_a_warning(read):
    found = read(a_page(a_study(designModule__phases=["PHASE2", "PHASE9"])))
    assert found.records("trial")["NCT99000001"]["phases"] == ["PHASE2"]
    assert found.intake.warnings == ["phases that we do not know: PHASE9"]


_COUNTS = [
    (0, 0), (9_999, 9_999), (10_000_000, 10_000_000), (99_999, None), (999_999, None), (99_999_999, None),
    (400_000_000, None), (-1, None), ("many", None),
]


def test_numbers_that_no_study_has_are_none(read):
    found, trials = _each(read, "designModule__enrollmentInfo", [{"count": count} for count, _ in _COUNTS])
    assert [trial["enrolment"] for trial in trials] == [enrolment for _, enrolment in _COUNTS]
    assert found.intake.counted["numbers of participants that are placeholders"] == 6


_STARTS = [("2024-03-05", date(2024, 3, 5)), ("2024-03", date(2024, 3, 1)), ("2024", date(2024, 1, 1)), ("", None),
           (None, None)]


def test_dates_may_be_partial(read):
    _, trials = _each(read, "statusModule__startDateStruct", [{"date": written} for written, _ in _STARTS])
    assert [trial["start_date"] for trial in trials] == [start for _, start in _STARTS]


_WRONG = [
    ({"identificationModule__nctId": "NCT1"}, "its id is no NCT number"),
    ({"identificationModule__nctId": None}, "its id is no NCT number"),
    ({"statusModule__startDateStruct": {"date": "spring"}}, "startDateStruct.date is no date"),
    ({"statusModule__completionDateStruct": {"date": "2024-13"}}, "completionDateStruct.date is no date"),
    ({"conditionsModule__conditions": "River fever"}, "its fields are not of the schema"),
    ({"contactsLocationsModule__locations": {"facility": "x"}}, "its fields are not of the schema"),
]


def test_a_wrong_study_is_put_aside_with_its_place_and_its_sites(read):
    wrong = (a_study(number, **changed) for number, (changed, _) in enumerate(_WRONG, 11))
    found = read(a_page(a_study(2), *wrong, a_study(4)))
    assert sorted(found.records("trial")) == ["NCT99000002", "NCT99000004"]
    assert sorted(found.records("trial_site")) == ["NCT99000002/1", "NCT99000004/1"]
    assert found.quarantined == [("studies-0001.json", line, reason) for line, (_, reason) in enumerate(_WRONG, 2)]


_COUNTRIES = {
    "Belgium": "BE", "België": "BE", "Belgique": "BE", "Belgien": "BE", "Vereinigtes Königreich": "GB",
    "Royaume-Uni": "GB", "Verenigd Koninkrijk": "GB", "Duitsland": "DE", "ALLEMAGNE": "DE", "Korea, Republic of": "KR",
    "Namibia": "NA", "Turkey (Türkiye)": "TR", "Côte D'Ivoire": "CI", "Hong Kong": "HK", "Czech Republic": "CZ",
    "Czechia": "CZ", "Outside EU/EEA": None, None: None,
}


def test_countries_in_four_languages(read):
    found = _sites(read, *({"country": written} for written in _COUNTRIES))
    sites = sorted(found.records("trial_site").values(), key=lambda site: site["position"])
    assert [site["country"] for site in sites] == list(_COUNTRIES.values())
    assert found.intake.warnings == []


def test_an_unknown_country_is_a_warning(read):
    found = _sites(read, {"country": "Ruritania"}, {})
    assert found.records("trial")["NCT99000001"]["countries"] == ["BE"]
    assert found.intake.warnings == ["countries in no spelling that we know: Ruritania (1 sites)"]


_PLACEHOLDERS = (
    "Research Site", "Investigational site 0123", "Site 12345", "Local Institution - 0012", "Investigative Site",
    "0123", "GSK Investigational Site", "Investigational Site Number 029, Yokohama", "Study Center", "Many Locations",
    "N/A", "For additional information regarding investigative sites for this trial, contact 1-877-CTLILLY",
    "Remote",
)
_FACILITIES = (
    "University Hospitals Leuven, campus Gasthuisberg, dept. of Neurology",
    "Coronavirus Research Institute-Testing Site", "Cincinnati Clinical Research Site",
    "Cliniques universitaires Saint-Luc, UCLouvain", "Site Hospitalier Nord",
)


def test_sites_that_are_none_are_dropped_and_counted_and_others_stay_whole(read):
    found = _sites(read, *({"facility": facility} for facility in (*_PLACEHOLDERS, *_FACILITIES)))
    sites = sorted(found.records("trial_site").values(), key=lambda site: site["position"])
    assert [site["facility"] for site in sites] == list(_FACILITIES)
    assert found.intake.counted["placeholder sites dropped"] == len(_PLACEHOLDERS)


def test_sites_without_a_name_keep_their_place(read):
    found = _sites(read, {"facility": None}, {"facility": " "})
    assert [site["facility"] for site in found.records("trial_site").values()] == [None, None]
    assert found.intake.counted["sites without a name"] == 2


def test_studies_on_two_pages_count_once_and_the_newer_stands(read):
    newer = a_study(statusModule__lastUpdatePostDateStruct={"date": "2025-06-01"},
        statusModule__overallStatus="COMPLETED")
    found = read(a_page(a_study(), a_study(2)), a_page(newer), a_page())
    assert {key: trial["status"] for key, trial in found.records("trial").items()} == {
        "NCT99000001": "COMPLETED", "NCT99000002": "RECRUITING"}
    assert len(found.records("trial_site")) == 2
    assert found.intake.counted["studies on more than one page"] == 1
    assert found.quarantined == []


@pytest.mark.parametrize(("content", "error"), [
    (a_page(a_study())[:-40], SourceUnreadable), (b"{}", SourceChanged), (b'{"studies": {}}', SourceChanged),
    (a_page(), SourceChanged), (a_page(a_study(identificationModule__briefTitle=None)), SourceChanged),
    (a_page(a_study(sponsorCollaboratorsModule__leadSponsor={})), SourceChanged), (b"", SourceChanged),
], ids=["cut", "no studies", "studies no list", "none at all", "no title", "no sponsor", "empty"])
def test_pages_of_another_shape_stop_the_source(read, content, error):
    with pytest.raises(error):
        read(content)


def test_unknown_fields_are_a_warning(read):
    study = a_study(novelModule__x=1)
    found = read(a_page({**study, "novelSection": {}}))
    assert found.intake.warnings == ["studies: unknown fields novelSection in $",
                                     "studies: unknown fields novelModule in $.protocolSection"]


def test_no_personal_data_comes_through(read):
    planted = ("Voorbeeld", "voorbeeld.example", "555 12 34", "Sample")
    study = a_study(
        identificationModule__briefTitle="Rivers (contact a.voorbeeld@voorbeeld.example)",
        identificationModule__officialTitle="Rivers, led by Prof. Anna Voorbeeld",
        descriptionModule__briefSummary="Call +32 3 555 12 34 or write to a@voorbeeld.example. Dr. Sample answers.",
        conditionsModule__keywords=["a@voorbeeld.example", "Dr. Anna Voorbeeld"],
        armsInterventionsModule__interventions=[{"type": "DRUG", "name": "Water (a@voorbeeld.example)"}],
        sponsorCollaboratorsModule__responsibleParty={"investigatorFullName": "Anna Voorbeeld"},
        sponsorCollaboratorsModule__leadSponsor={"name": "Anna Voorbeeld", "class": "OTHER"},
        sponsorCollaboratorsModule__collaborators=[{"name": "Dr. Bert Sample"}, {"name": "B Sample", "class": "INDIV"},
                                                   {"name": "Dender Devices"}],
        contactsLocationsModule__centralContacts=[{"name": "Anna Voorbeeld", "email": "a@voorbeeld.example"}],
        contactsLocationsModule__overallOfficials=[{"name": "Anna Voorbeeld"}],
        contactsLocationsModule__locations=[
            {**SITE, "contacts": [{"name": "Anna Voorbeeld", "phone": "03 555 12 34"}]},
            {**SITE, "facility": "Praxis Dr. med. Sample"}, {**SITE, "facility": "UZA, a@voorbeeld.example"},
            {**SITE, "facility": "UZA", "city": "Antwerp, tel. 03 555 12 34", "zip": "03 555 12 34"}])
    wrong = a_study(2, statusModule__startDateStruct={"date": "soon"}, sponsorCollaboratorsModule__leadSponsor={
        "name": "Dr. Bert Sample"}, descriptionModule__briefSummary="Call 03 555 12 34")
    found = read(a_page(study, wrong))
    found.intake.write_quarantine()
    everything = "".join(str(pq.read_table(path).to_pylist()) for path in found.intake.target.glob("*.parquet"))
    assert [word for word in planted if word in everything] == []
    trial = found.records("trial")["NCT99000001"]
    assert (trial["sponsor"], trial["sponsor_withheld"]) == (None, True)
    assert trial["collaborators"] == [{"name": "Dender Devices", "class": None}]
    sites = found.records("trial_site")
    assert [sites[f"NCT99000001/{position}"]["facility"] for position in range(1, 5)] == [
        "Schelde University Hospital", None, "UZA", "UZA"]
    assert (sites["NCT99000001/4"]["city"], sites["NCT99000001/4"]["postcode"]) == ("Antwerp", None)
    assert found.intake.counted[WITHHELD] == 4
