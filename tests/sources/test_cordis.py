"""CORDIS: projects, participations and their organisations. Fixtures follow the CSV zips; names are invented."""

import csv
import io
from datetime import date

import pytest

from openvalley.errors import SourceChanged
from openvalley.sources.cordis import connector

_COLUMNS = {
    "project": ("id", "acronym", "status", "title", "startDate", "endDate", "totalCost", "ecMaxContribution",
                "legalBasis", "topics", "ecSignatureDate", "frameworkProgramme", "masterCall", "subCall",
                "fundingScheme", "nature", "objective", "contentUpdateDate", "rcn", "grantDoi", "keywords"),
    "organization": ("projectID", "projectAcronym", "organisationID", "vatNumber", "name", "shortName", "SME",
                     "activityType", "street", "postCode", "city", "country", "nutsCode", "geolocation",
                     "organizationURL", "contactForm", "contentUpdateDate", "rcn", "order", "role", "ecContribution",
                     "netEcContribution", "totalCost", "endOfParticipation", "active"),
    "topics": ("projectID", "topic", "title"),
    "legalBasis": ("projectID", "legalBasis", "title", "uniqueProgrammePart"),
    "euroSciVoc": ("projectID", "euroSciVocCode", "euroSciVocPath", "euroSciVocTitle", "euroSciVocDescription"),
}
_PROJECT = {
    "id": "990000001", "acronym": "SCHELDEVAX", "status": "CLOSED", "title": "Vaccines along the river",
    "startDate": "2019-03-01", "endDate": "2022-02-28", "totalCost": "2500000.50", "ecMaxContribution": "2000000",
    "legalBasis": "H2020-EU.3.1.", "topics": "SC1-BHC-99-2018", "ecSignatureDate": "2019-01-15",
    "frameworkProgramme": "H2020", "masterCall": "H2020-SC1-BHC-2018", "subCall": "H2020-SC1-2018-X",
    "fundingScheme": "RIA", "objective": 'We make "better"; and\nsafer vaccines.', "rcn": "999999",
    "contentUpdateDate": "2023-05-04 10:11:12", "grantDoi": "10.3030/990000001",
}
_ORGANISATION = {
    "projectID": "990000001", "projectAcronym": "SCHELDEVAX", "organisationID": "990000011",
    "vatNumber": "BE 1999.999.052", "name": "SCHELDE BIOTECH NV", "shortName": "SBT", "SME": "true",
    "activityType": "PRC", "street": "KAAI 1", "postCode": "9000", "city": "GENT", "country": "BE",
    "nutsCode": "BE234", "geolocation": "51.05,3.72", "organizationURL": "http://www.scheldebiotech.example",
    "contentUpdateDate": "2023-05-04 10:11:12", "rcn": "1", "order": "1", "role": "coordinator",
    "ecContribution": "500000.25", "netEcContribution": "450000", "totalCost": "600000", "endOfParticipation": "false",
}


def _csv(table, rows):
    text = io.StringIO()
    writer = csv.DictWriter(text, _COLUMNS[table], delimiter=";", quoting=csv.QUOTE_ALL, lineterminator="\n",
                            restval="")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue().encode()


@pytest.fixture
def read(reading):
    def read_tables(programme="cordis-h2020projects-csv", others=None, **tables):
        files = {f"{programme}/{table}.csv": _csv(table, tables.get(table, [])) for table in _COLUMNS}
        found = reading({**files, **(others or {})}, name="cordis")
        connector.read(found.intake)
        return found

    return read_tables


def _project(**changed):
    return {**_PROJECT, **changed}


def _participant(**changed):
    return {**_ORGANISATION, **changed}


def test_a_project_with_its_topics_and_programme_parts(read):
    found = read(
        project=[_project()], organization=[_participant()],
        topics=[{"projectID": "990000001", "topic": "SC1-BHC-99-2018", "title": "Rivers and health"}],
        legalBasis=[{"projectID": "990000001", "legalBasis": "H2020-EU.3.1.", "title": "Health"},
                    {"projectID": "990000001", "legalBasis": "H2020-EU.2.1.", "title": "Industry"}],
        euroSciVoc=[{"projectID": "990000001", "euroSciVocCode": "/23/47", "euroSciVocTitle": "vaccines"}],
    )
    project = found.records("project")["990000001"]
    assert (project["acronym"], project["title"]) == ("SCHELDEVAX", "Vaccines along the river")
    assert project["objective"] == 'We make "better"; and\nsafer vaccines.'
    assert (project["start_date"], project["end_date"]) == (date(2019, 3, 1), date(2022, 2, 28))
    assert (project["total_cost"], project["eu_contribution"]) == (2500000.5, 2000000.0)
    assert project["topics"] == [{"code": "SC1-BHC-99-2018", "title": "Rivers and health"}]
    assert [part["code"] for part in project["legal_bases"]] == ["H2020-EU.3.1.", "H2020-EU.2.1."]
    assert project["fields"] == [{"code": "/23/47", "title": "vaccines"}]
    assert (project["call"], project["programme"], project["doi"]) == ("H2020-SC1-2018-X", "H2020", "10.3030/990000001")
    assert found.intake.as_of == date(2023, 5, 4)
    assert found.quarantined == []
    assert found.intake.warnings == []


def test_a_participation_and_its_organisation(read):
    found = read(project=[_project()], organization=[_participant()])
    participation = found.records("participation")["990000001/990000011"]
    assert (participation["role"], participation["position"], participation["sme"]) == ("coordinator", 1, True)
    assert (participation["eu_contribution"], participation["net_eu_contribution"]) == (500000.25, 450000.0)
    organisation = found.records("organisation")["990000011"]
    assert organisation["name"] == "SCHELDE BIOTECH NV"
    assert organisation["kinds"] == ["company"]
    assert organisation["identifiers"] == [{"scheme": "pic", "value": "990000011"},
                                           {"scheme": "vat", "value": "BE1999999052"}]
    assert organisation["locations"] == [{"city": "GENT", "postcode": "9000", "country": "BE", "region": None,
                                          "nuts": "BE234", "latitude": 51.05, "longitude": 3.72}]
    assert organisation["domains"] == ["scheldebiotech.example"]


@pytest.mark.parametrize(("changed", "reason"), [
    ({"id": "SCHELDE-1"}, "its id is no project number"), ({"id": ""}, "its id is no project number"),
    ({"startDate": "2020-13-40"}, "startDate is no date"), ({"startDate": "01/03/2019"}, "startDate is no date"),
    ({"startDate": "infinity"}, "startDate is no date"), ({"endDate": "soon"}, "endDate is no date"),
    ({"endDate": "2019-02-29"}, "endDate is no date"), ({"endDate": "2018-01-01"}, "it ends before it starts"),
    ({"totalCost": "-1"}, "totalCost is no amount"), ({"totalCost": "1.234,50"}, "totalCost is no amount"),
    ({"totalCost": "inf"}, "totalCost is no amount"), ({"ecMaxContribution": "NaN"}, "ecMaxContribution is no amount"),
    ({"ecMaxContribution": "a lot"}, "ecMaxContribution is no amount"),
], ids=str)
def test_a_wrong_project_is_put_aside_with_its_line(read, changed, reason):
    good = _project(id="990000002")
    found = read(project=[good, _project(**changed), _project(id="990000003")])
    assert sorted(found.records("project")) == ["990000002", "990000003"]
    assert found.quarantined == [("cordis-h2020projects-csv/project.csv", 4, reason)]


@pytest.mark.parametrize(("changed", "column", "value"), [
    ({"totalCost": "1234,5"}, "total_cost", 1234.5), ({"totalCost": ""}, "total_cost", None),
    ({"totalCost": " "}, "total_cost", None), ({"ecMaxContribution": "0"}, "eu_contribution", 0.0),
    ({"startDate": ""}, "start_date", None), ({"startDate": "2019-03-01 00:00:00"}, "start_date", date(2019, 3, 1)),
    ({"startDate": " 2019-03-01"}, "start_date", date(2019, 3, 1)),
    ({"endDate": ""}, "end_date", None), ({"title": ""}, "title", None),
    ({"ecSignatureDate": "x"}, "signature_date", None),
    ({"subCall": ""}, "call", "H2020-SC1-BHC-2018"), ({"legalBasis": ""}, "legal_bases", None),
    ({"topics": ""}, "topics", None),
], ids=str)
def test_what_cordis_leaves_out_or_writes_its_own_way(read, changed, column, value):
    found = read(project=[_project(**changed)])
    assert found.records("project")["990000001"][column] == value
    assert found.quarantined == []


@pytest.mark.parametrize(("changed", "reason"), [
    ({"organisationID": "99"}, "organisationID is no PIC"), ({"organisationID": ""}, "organisationID is no PIC"),
    ({"country": "Belgium"}, "country is no code"), ({"country": ""}, "country is no code"),
    ({"ecContribution": "-5"}, "ecContribution is no amount"),
    ({"projectID": "990000077"}, "its project is not among the projects"),
], ids=str)
def test_a_wrong_participation_is_put_aside_with_its_line(read, changed, reason):
    others = [_participant(organisationID="990000012"), _participant(organisationID="990000013")]
    found = read(project=[_project()], organization=[others[0], _participant(**changed), others[1]])
    assert sorted(found.records("participation")) == ["990000001/990000012", "990000001/990000013"]
    assert sorted(found.records("organisation")) == ["990000012", "990000013"]
    assert found.quarantined == [("cordis-h2020projects-csv/organization.csv", 3, reason)]


@pytest.mark.parametrize(("code", "country"), [("EL", "GR"), ("UK", "GB"), ("be", "BE"), ("NA", "NA"), ("XK", "XK")])
def test_countries_are_written_as_iso_does(read, code, country):
    found = read(project=[_project()], organization=[_participant(country=code)])
    assert found.records("organisation")["990000011"]["country"] == country


def test_participants_without_a_name_stay_in_their_projects(read):
    nameless = _participant(name="", shortName="", vatNumber="", SME="", activityType="", organizationURL="",
                            nutsCode="", geolocation="", order="", contentUpdateDate="")
    found = read(project=[_project()], organization=[nameless])
    organisation = found.records("organisation")["990000011"]
    assert (organisation["name"], organisation["names"], organisation["domains"]) == (None, [], [])
    assert organisation["identifiers"] == [{"scheme": "pic", "value": "990000011"}]
    assert (organisation["sme"], organisation["website"]) == (None, None)
    assert found.records("participation")["990000001/990000011"]["position"] is None
    assert found.intake.counted["participations without a name"] == 1


@pytest.mark.parametrize("notice", [
    "In line with Article 21(4) of Regulation 1268/2012 the name of the beneficiary will be published later.",
    "PURSUANT TO ART. 9 OF REGULATION 966/2012 THE BENEFICIARY IS NOT NAMED\nYET",
    "The name of the participant will not be published before 2024",
])
def test_a_legal_notice_is_no_name(read, notice):
    found = read(project=[_project()], organization=[_participant(name=notice, shortName=notice)])
    organisation = found.records("organisation")["990000011"]
    assert (organisation["name"], organisation["names"]) == (None, [])
    assert found.intake.counted["participations without a name"] == 1
    assert found.quarantined == []


@pytest.mark.parametrize("name", [
    "Article 27 Bruxelles", "Institute for Law in Line with Article 9", "Under Article Studios NV",
    "Names and Identity Research Foundation", "THE BOARD OF THE COLLEGE, WHICH WILL BE NAMED AFTER ITS FOUNDER",
])
def test_names_that_speak_of_articles_and_names_stay(read, name):
    found = read(project=[_project()], organization=[_participant(name=name)])
    assert found.records("organisation")["990000011"]["name"] == name


def test_projects_without_participants_stay_and_are_counted(read):
    found = read(project=[_project(), _project(id="990000002")], organization=[_participant()])
    assert sorted(found.records("project")) == ["990000001", "990000002"]
    assert found.intake.counted["projects without participants"] == 1


def test_the_newest_dated_row_of_an_organisation_stands_field_by_field(read):
    found = read(project=[_project(), _project(id="990000002"), _project(id="990000003")], organization=[
        _participant(name="OLD NAME", city="AALST", contentUpdateDate="2020-01-01 00:00:00"),
        _participant(projectID="990000002", name="NEW NAME", city="", contentUpdateDate="2024-01-01 00:00:00"),
        _participant(projectID="990000003", name="UNDATED", city="UNDATED", contentUpdateDate=""),
    ])
    organisation = found.records("organisation")["990000011"]
    assert organisation["name"] == "NEW NAME"
    assert organisation["locations"][0]["city"] == "AALST"


def test_two_roles_of_one_organisation_in_a_project_are_two_participations(read):
    found = read(project=[_project()], organization=[_participant(), _participant(role="thirdParty")])
    assert {key: row["role"] for key, row in found.records("participation").items()} == {
        "990000001/990000011": "coordinator", "990000001/990000011/2": "thirdParty"}


@pytest.mark.parametrize(("written", "vat"), [
    ("BE1999999052", "BE1999999052"), ("be 1999.999.052", "BE1999999052"), ("NL004495445B01", "NL004495445B01"),
    ("1999999052", None), ("MISSING", None), ("not applicable", None), ("-", None), ("", None),
])
def test_vat_numbers_are_taken_as_far_as_they_look_like_one(read, written, vat):
    found = read(project=[_project()], organization=[_participant(vatNumber=written)])
    schemes = {known["scheme"]: known["value"] for known in found.records("organisation")["990000011"]["identifiers"]}
    assert schemes.get("vat") == vat


def test_several_programmes_are_read_together(read):
    horizon = "cordis-HORIZONprojects-csv"
    columns = {table: [name for name in names if name not in {"nature", "active"}]
               for table, names in _COLUMNS.items()}
    others = {f"{horizon}/{table}.csv": (";".join(names) + "\n").encode() for table, names in columns.items()}
    row = _project(id="990000005", frameworkProgramme="HORIZON", objective="x")
    others[f"{horizon}/project.csv"] += ";".join(row.get(name, "") for name in columns["project"]).encode()
    found = read(project=[_project()], organization=[_participant()], others=others)
    assert {key: row["programme"] for key, row in found.records("project").items()} == {
        "990000001": "H2020", "990000005": "HORIZON"}


def test_a_project_in_two_programmes_is_told_with_its_file(read):
    others = {f"cordis-x/{table}.csv": _csv(table, [_project()] if table == "project" else []) for table in _COLUMNS}
    found = read(project=[_project()], others=others)
    assert list(found.records("project")) == ["990000001"]
    ((file, line, reason),) = found.quarantined
    assert (file, line, reason) == ("cordis-x/project.csv", 2, "its id stands in an earlier line too")


def test_a_vanished_column_stops_the_source(reading):
    files = {f"cordis-h2020projects-csv/{table}.csv": _csv(table, []) for table in _COLUMNS}
    name = "cordis-h2020projects-csv/organization.csv"
    files[name] = files[name].replace(b"organisationID", b"orgID")
    with pytest.raises(SourceChanged, match="organisationID"):
        connector.read(reading(files, name="cordis").intake)


def test_a_zip_without_one_of_its_tables_stops_the_source(reading):
    files = {f"cordis-h2020projects-csv/{table}.csv": _csv(table, []) for table in _COLUMNS if table != "organization"}
    with pytest.raises(SourceChanged, match=r"organization\.csv"):
        connector.read(reading(files, name="cordis").intake)


def test_zips_without_any_project_stop_the_source(reading):
    with pytest.raises(SourceChanged, match=r"project\.csv"):
        connector.read(reading({"cordis-h2020projects-csv/readme.txt": b"x"}, name="cordis").intake)
