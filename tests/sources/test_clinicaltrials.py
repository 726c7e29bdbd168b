"""ClinicalTrials.gov: fetching page after page, and what becomes of studies and sites. Studies are invented."""

import gzip
import json
from datetime import date

import pyarrow.parquet as pq
import pytest
import stamina
from hostile_server import Answer, HostileServer

from openvalley.errors import SourceChanged, SourceUnavailable, SourceUnreadable
from openvalley.sources.catalogue import sources
from openvalley.sources.clinicaltrials import connector, pages
from openvalley.sources.fetch import Fetcher
from openvalley.sources.persons import WITHHELD
from openvalley.sources.specification import Fetching, Limits
from openvalley.sources.sync import sync_source
from openvalley.sources.throttle import Throttle

_SITE = {"facility": "Schelde University Hospital", "city": "Antwerp", "state": "Antwerpen", "zip": "2000",
         "country": "Belgium", "status": "RECRUITING", "geoPoint": {"lat": 51.2, "lon": 4.4}}


def _study(number=1, **changed):
    """Return a study in the register's tree; `changed` gives values by dotted path below protocolSection."""
    protocol = {
        "identificationModule": {"nctId": f"NCT9900{number:04}", "briefTitle": "A trial along the river"},
        "statusModule": {"overallStatus": "RECRUITING", "startDateStruct": {"date": "2024-03-01"},
                         "lastUpdatePostDateStruct": {"date": "2025-01-23"}},
        "sponsorCollaboratorsModule": {"leadSponsor": {"name": "Schelde Pharma NV", "class": "INDUSTRY"}},
        "conditionsModule": {"conditions": ["River fever"]},
        "designModule": {"studyType": "INTERVENTIONAL", "phases": ["PHASE2"],
                         "enrollmentInfo": {"count": 120, "type": "ESTIMATED"}},
        "contactsLocationsModule": {"locations": [dict(_SITE)]},
    }
    for path, value in changed.items():
        *modules, last = path.split("__")
        place = protocol
        for module in modules:
            place = place.setdefault(module, {})
        place[last] = value
    return {"protocolSection": protocol, "derivedSection": {}, "hasResults": False}


def _page(*studies, **more):
    return json.dumps({"studies": list(studies), **more}).encode()


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
    found = read(_page(*(_study(number, **{path: value}) for number, value in enumerate(values, 1))))
    trials = found.records("trial")
    return found, [trials[f"NCT9900{number:04}"] for number in range(1, len(values) + 1)]


def _sites(read, *sites):
    return read(_page(_study(contactsLocationsModule__locations=[{**_SITE, **site} for site in sites])))


def test_a_study_becomes_a_trial_and_its_sites(read):
    study = _study(
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
    found = read(_page(study))
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
    found = read(_page(_study(designModule__phases=["PHASE2", "PHASE9"])))
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
    wrong = (_study(number, **changed) for number, (changed, _) in enumerate(_WRONG, 11))
    found = read(_page(_study(2), *wrong, _study(4)))
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
    newer = _study(statusModule__lastUpdatePostDateStruct={"date": "2025-06-01"},
        statusModule__overallStatus="COMPLETED")
    found = read(_page(_study(), _study(2)), _page(newer), _page())
    assert {key: trial["status"] for key, trial in found.records("trial").items()} == {
        "NCT99000001": "COMPLETED", "NCT99000002": "RECRUITING"}
    assert len(found.records("trial_site")) == 2
    assert found.intake.counted["studies on more than one page"] == 1
    assert found.quarantined == []


@pytest.mark.parametrize(("content", "error"), [
    (_page(_study())[:-40], SourceUnreadable), (b"{}", SourceChanged), (b'{"studies": {}}', SourceChanged),
    (_page(), SourceChanged), (_page(_study(identificationModule__briefTitle=None)), SourceChanged),
    (_page(_study(sponsorCollaboratorsModule__leadSponsor={})), SourceChanged), (b"", SourceChanged),
], ids=["cut", "no studies", "studies no list", "none at all", "no title", "no sponsor", "empty"])
def test_pages_of_another_shape_stop_the_source(read, content, error):
    with pytest.raises(error):
        read(content)


def test_unknown_fields_are_a_warning(read):
    study = _study(novelModule__x=1)
    found = read(_page({**study, "novelSection": {}}))
    assert found.intake.warnings == ["studies: unknown fields novelSection in $",
                                     "studies: unknown fields novelModule in $.protocolSection"]


def test_no_personal_data_comes_through(read):
    planted = ("Voorbeeld", "voorbeeld.example", "555 12 34", "Sample")
    study = _study(
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
            {**_SITE, "contacts": [{"name": "Anna Voorbeeld", "phone": "03 555 12 34"}]},
            {**_SITE, "facility": "Praxis Dr. med. Sample"}, {**_SITE, "facility": "UZA, a@voorbeeld.example"},
            {**_SITE, "facility": "UZA", "city": "Antwerp, tel. 03 555 12 34", "zip": "03 555 12 34"}])
    wrong = _study(2, statusModule__startDateStruct={"date": "soon"}, sponsorCollaboratorsModule__leadSponsor={
        "name": "Dr. Bert Sample"}, descriptionModule__briefSummary="Call 03 555 12 34")
    found = read(_page(study, wrong))
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


# Fetching.


@pytest.fixture
def server(monkeypatch):
    monkeypatch.setenv("NO_PROXY", "*")
    with stamina.set_testing(True, attempts=2, cap=True), HostileServer() as running:
        monkeypatch.setattr(pages, "STUDIES", running.url("/studies"))
        yield running


@pytest.fixture
def fetch(tmp_path, server):
    """Return a function that fetches the pages a script of answers gives, and returns the numbers on each."""
    def fetch_pages(*answers):
        server.script("/studies", *answers)
        calm = Throttle(1000, sleep=lambda _: None)
        with Fetcher(Fetching(requests_per_second=1000), Limits(), throttle=calm) as fetcher:
            files = pages.fetch(fetcher, tmp_path)
        found = {}
        for file in files:
            studies = json.loads(gzip.decompress((tmp_path / file.name).read_bytes()))["studies"]
            found[file.name] = [study["protocolSection"]["identificationModule"]["nctId"][-1] for study in studies]
        return found

    return fetch_pages


def _answer(*numbers, token=None, total=None):
    more = {key: value for key, value in (("nextPageToken", token), ("totalCount", total)) if value is not None}
    return Answer(_page(*(_study(number) for number in numbers), **more))


_EXPIRED = Answer(b"Invalid page token", status=400)


def test_pages_are_followed_to_the_last(fetch, server):
    assert fetch(_answer(1, 2, token="a", total=3), _answer(token="b"), _answer(3)) == {
        "studies-0001.json.gz": ["1", "2"], "studies-0002.json.gz": ["3"]}
    first, second, _third = (request.path for request in server.requests)
    assert "pageToken" not in first
    assert "pageToken=a" in second
    assert second.startswith(first)
    assert "Belgium" in first
    assert not any(word in first for word in ("Contact", "OverallOfficial", "Investigator", "ResponsibleParty"))


def test_pages_that_repeat_give_each_study_once(fetch):
    assert fetch(_answer(1, 2, token="a", total=3), _answer(2, 1, token="b"), _answer(2, 3)) == {
        "studies-0001.json.gz": ["1", "2"], "studies-0002.json.gz": ["3"]}


def test_the_same_studies_are_the_same_bytes(fetch, tmp_path):
    fetch(_answer(1, token="a", total=2), _answer(2))
    before = [path.read_bytes() for path in sorted(tmp_path.glob("*.gz"))]
    fetch(_answer(1, token="other", total=2), _answer(2))
    assert [path.read_bytes() for path in sorted(tmp_path.glob("*.gz"))] == before


def test_a_token_that_comes_again_stops_the_source(fetch):
    with pytest.raises(SourceChanged, match="circle"):
        fetch(_answer(1, token="a", total=9), _answer(2, token="a"))


def test_pages_without_end_stop_the_source(fetch):
    def endless(request):
        return _answer(1, token=f"{len(request.path)}-{id(request)}", total=1)

    with pytest.raises(SourceChanged, match="circle"):
        fetch(endless)


def test_an_expired_token_starts_anew_once(fetch):
    assert fetch(_answer(1, token="a", total=2), _EXPIRED, _answer(1, token="b", total=2), _answer(2)) == {
        "studies-0001.json.gz": ["1"], "studies-0002.json.gz": ["2"]}


def test_a_token_that_expires_twice_is_given_up(fetch):
    with pytest.raises(SourceUnavailable, match="twice"):
        fetch(_answer(1, token="a", total=2), _EXPIRED, _answer(1, token="b", total=2), _EXPIRED)


def test_a_first_page_that_is_refused_is_not_asked_again(fetch, server):
    with pytest.raises(SourceUnavailable, match="400"):
        fetch(_EXPIRED)
    assert len(server.requests) == 1


def test_studies_that_are_skipped_are_asked_for_again(fetch):
    assert fetch(_answer(1, token="a", total=3), _answer(2), _answer(1, token="a", total=3), _answer(2, 3)) == {
        "studies-0001.json.gz": ["1"], "studies-0002.json.gz": ["2", "3"]}
    with pytest.raises(SourceUnavailable, match="1 of 3 studies stood on no page, twice"):
        fetch(_answer(1, token="a", total=3), _answer(2), _answer(1, token="a", total=3), _answer(2))


@pytest.mark.parametrize("status", [429, 503])
def test_a_busy_register_is_asked_again(fetch, status):
    assert fetch(Answer(status=status, headers={"Retry-After": "1"}), _answer(1, total=1)) == {
        "studies-0001.json.gz": ["1"]}


@pytest.mark.parametrize(("answer", "error"), [
    (Answer(_page(_study())[:-9]), SourceUnreadable), (Answer(b"[]"), SourceChanged), (Answer(b"{}"), SourceChanged),
    (Answer(_page(_study()), cut=40), SourceUnavailable), (Answer(status=503), SourceUnavailable),
], ids=["cut", "a list", "no studies", "broken off", "down"])
def test_answers_that_are_no_pages(fetch, answer, error):
    with pytest.raises(error):
        fetch(answer)


def test_a_live_sync_reads_what_it_fetched(home, server):
    source = sources(home)["clinicaltrials"]
    relaxed = source.specification.model_copy(update={"expect": {}, "fetch": Fetching(requests_per_second=1000)})
    source = type(source)(relaxed, source.folder, source.module)
    server.script("/studies", _answer(1, token="a", total=2), _answer(2), _answer(1, token="c", total=2), _answer(2))
    first = sync_source(home, source, None, lambda *_: None)
    assert (first.outcome, dict(first.version.rows), first.version.origin) == ("new", {"trial": 2, "trial_site": 2},
        "live")
    assert sync_source(home, source, None, lambda *_: None).outcome == "unchanged"


def test_the_mirror_is_read_whole(mirrored):
    version = mirrored["clinicaltrials"]
    assert (version.rows["trial"], version.quarantined, version.warnings) == (7_003, 0, ())
    assert version.rows["trial_site"] + version.counted["placeholder sites dropped"] == 16_875
    assert 400 <= version.counted[WITHHELD] <= 700
    sites = pq.read_table(version.table("trial_site")).to_pylist()
    assert sum(site["country"] is None for site in sites) == 0
    assert sum(site["country"] == "BE" for site in sites) > 250
