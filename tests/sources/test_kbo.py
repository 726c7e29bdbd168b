"""KBO: Belgian enterprises. Fixtures follow the open data zip; enterprises are invented."""

from datetime import date

import pytest
from enterprises import (
    BAKERY,
    BIOTECH,
    FOLDER,
    PERSON,
    a_name,
    a_table,
    all_tables,
    an_activity,
    an_address,
    an_enterprise,
)

from openvalley.errors import SourceChanged
from openvalley.sources.kbo import connector


@pytest.fixture
def read(reading):
    def read_tables(mentioned=(), files=None, **tables):
        given = {f"{FOLDER}/{name}": content for name, content in {**all_tables(**tables), **(files or {})}.items()}
        found = reading(given, name="kbo")
        found.intake.mentioned = frozenset(mentioned)
        connector.read(found.intake)
        return found

    return read_tables


def test_a_life_science_company(read):
    found = read(activity=[
        an_activity(), an_activity(code="46460", classification="SECO"),
        an_activity(code="10710", classification="SECO"),
        an_activity(code="72110", version="2008"), an_activity(code="73100", version="2003")])
    record = found.records("organisation")["1999999052"]
    assert record["identifiers"] == [{"scheme": "kbo", "value": "1999999052"},
                                     {"scheme": "vat", "value": "BE1999999052"}]
    assert (record["name"], record["state"], record["kinds"]) == ("Schelde Biotech", "active", ["company"])
    assert record["legal_form"] == "Naamloze vennootschap / Société anonyme"
    assert (record["country"], record["founded"]) == ("BE", 1960)
    assert record["activities"] == [{"code": "72.100", "title": "Onderzoek / Recherche"},
                                    {"code": "10.710", "title": None}, {"code": "46.460", "title": None}]
    assert record["locations"] == [{"city": "Gent", "postcode": "9000", "country": "BE", "region": None, "nuts": None,
                                    "latitude": None, "longitude": None}]
    assert found.intake.as_of == date(2025, 5, 30)
    assert (found.quarantined, found.intake.warnings) == ([], [])


def test_names_have_languages_and_kinds(read):
    record = read(denomination=[
        a_name("SBT", kind="002"), a_name("Escaut Biotech", language="1"), a_name("Schelde Biotech"),
        a_name("Schelde Biotech"), a_name("RiverDrug", language="4", kind="003"), a_name("Bijkantoor", kind="004"),
        a_name(" "), a_name("Elders", number="2.000.000.339"),
    ]).records("organisation")["1999999052"]
    assert [(name["value"], name["language"], name["kind"]) for name in record["names"]] == [
        ("Escaut Biotech", "fr", "label"), ("Schelde Biotech", "nl", "label"), ("SBT", "nl", "acronym"),
        ("RiverDrug", "en", "alias")]
    assert record["name"] == "Escaut Biotech"


def test_a_name_of_unknown_language_has_none(read):
    found = read(denomination=[a_name("X", language="0"), a_name("Y", language="3")])
    record = found.records("organisation")["1999999052"]
    assert [(name["value"], name["language"]) for name in record["names"]] == [("Y", "de"), ("X", None)]


@pytest.mark.parametrize(("version", "code", "taken"), [
    ("2008", "21100", True), ("2025", "21200", True), ("2008", "72190", True), ("2008", "72200", False),
    ("2008", "86101", True), ("2008", "86210", False), ("2008", "86901", True), ("2008", "86909", False),
    ("2025", "86910", True), ("2025", "86220", False), ("2003", "24420", False), ("2008", "20590", False),
    ("2025", "10710", False), ("2008", "2.1", False),
])
def test_which_activities_are_life_sciences(read, version, code, taken):
    assert bool(read(activity=[an_activity(code=code, version=version)]).records("organisation")) == taken


def test_an_establishment_brings_its_enterprise_in(read):
    found = read(activity=[an_activity(number="2.000.000.339", code="21200"), an_activity(code="64200")],
                 establishment=[("2.000.000.339", "01-11-1974", BIOTECH), ("2.000.000.438", "01-11-1974", BAKERY)],
                 enterprise=[an_enterprise(), an_enterprise(BAKERY)])
    assert list(found.records("organisation")) == ["1999999052"]


def test_an_establishment_is_found_however_its_number_is_written(read):
    found = read(activity=[an_activity(number="2.000.000.339", code="21200")], enterprise=[an_enterprise()],
                 establishment=[("2000000339", "01-11-1974", "1999999052")])
    assert list(found.records("organisation")) == ["1999999052"]


@pytest.mark.parametrize("number", ["1999998953", "BE1999998953"])
def test_what_another_source_mentions_comes_in_whatever_it_does(read, number):
    found = read(mentioned=[number, "NL001234567B01", "BE0000"], enterprise=[an_enterprise(BAKERY)],
                 activity=[an_activity(BAKERY, "10710")])
    assert list(found.records("organisation")) == ["1999998953"]
    assert found.intake.counted["numbers mentioned by other sources"] == 1
    found = read(enterprise=[an_enterprise(BAKERY)], activity=[an_activity(BAKERY, "10710")])
    assert found.records("organisation") == {}


def test_natural_persons_are_never_taken_in(read):
    found = read(mentioned=["1999998854"], enterprise=[an_enterprise(), an_enterprise(PERSON, TypeOfEnterprise="1",
                 JuridicalForm="", StartDate="soon")], activity=[an_activity(), an_activity(PERSON, "86101")],
                 denomination=[a_name("Schelde Biotech"), a_name("Jan Peeters", PERSON)])
    assert list(found.records("organisation")) == ["1999999052"]
    assert found.intake.counted["natural persons left out"] == 1
    assert found.quarantined == []
    assert "Peeters" not in str(found.intake.connection.execute("SELECT * FROM denomination").fetchall())


@pytest.mark.parametrize("number", ["1999.999.052", "1999999052"])
def test_numbers_with_and_without_points(read, number):
    found = read(enterprise=[an_enterprise(number)], activity=[an_activity("1999.999.052")],
                 address=[an_address("1999999052")])
    record = found.records("organisation")["1999999052"]
    assert (record["name"], record["locations"][0]["city"]) == ("Schelde Biotech", "Gent")


def test_a_number_of_nine_digits_gets_its_zero(read):
    found = read(mentioned=["BE400378485"], enterprise=[an_enterprise("0400.378.485")], activity=[])
    assert list(found.records("organisation")) == ["0400378485"]


@pytest.mark.parametrize(("changed", "reason"), [
    ({"EnterpriseNumber": "1999.999.053"}, "its number is no enterprise number"),
    ({"EnterpriseNumber": "7999.999.052"}, "its number is no enterprise number"),
    ({"EnterpriseNumber": "SCHELDE"}, "its number is no enterprise number"),
    ({"StartDate": "1960-08-09"}, "StartDate is no date"), ({"StartDate": "31-02-1960"}, "StartDate is no date"),
    ({"EnterpriseNumber": "1999999052"}, "its id stands in an earlier line too"),
], ids=str)
def test_a_wrong_enterprise_is_put_aside_with_its_line(read, changed, reason):
    other = an_enterprise(**{"EnterpriseNumber": BAKERY, **changed})
    found = read(enterprise=[an_enterprise(), other], activity=[an_activity(), an_activity(other["EnterpriseNumber"])])
    assert list(found.records("organisation")) == ["1999999052"]
    assert found.quarantined == [(f"{FOLDER}/enterprise.csv", 3, reason)]


@pytest.mark.parametrize(("situation", "state"), [
    ("000", "active"), ("012", "dissolved"), ("021", "merged"), ("050", "insolvent"), ("051", "dissolved"),
    ("090", "active"),
])
def test_the_juridical_situation_is_a_life_state(read, situation, state):
    found = read(enterprise=[an_enterprise(JuridicalSituation=situation)])
    assert found.records("organisation")["1999999052"]["state"] == state
    assert found.intake.warnings == []


@pytest.mark.parametrize("situation", ["777", "888"])
def test_an_unknown_situation_gives_no_state_and_a_warning(read, situation):
    found = read(enterprise=[an_enterprise(JuridicalSituation=situation)])
    assert found.records("organisation")["1999999052"]["state"] is None
    assert situation in found.intake.warnings[0]


@pytest.mark.parametrize(("form", "kinds"), [("014", ["company"]), ("017", ["non-profit"]), ("124", ["government"]),
                                             ("225", []), ("999", []), ("", [])])
def test_the_legal_form_says_what_kind_it_is(read, form, kinds):
    assert read(enterprise=[an_enterprise(JuridicalForm=form)]).records("organisation")["1999999052"]["kinds"] == kinds


@pytest.mark.parametrize(("changed", "city", "postcode", "country"), [
    ({}, "Gent", "9000", "BE"),
    ({"Zipcode": "4000", "MunicipalityNL": "Luik", "MunicipalityFR": "Liège"}, "Liège", "4000", "BE"),
    ({"Zipcode": "1348", "MunicipalityNL": "", "MunicipalityFR": "Ottignies"}, "Ottignies", "1348", "BE"),
    ({"Zipcode": "W1A 2AA", "CountryNL": "Verenigd Koninkrijk", "MunicipalityNL": "Londen"}, "Londen", "W1A 2AA", "GB"),
    ({"Zipcode": "L-1611", "CountryFR": "Luxembourg", "MunicipalityNL": "Luxemburg"}, "Luxemburg", "L-1611", "LU"),
    ({"Zipcode": "", "CountryNL": "Duitsland (Bondsrep.)"}, "Gent", None, "DE"),
], ids=str)
def test_seats(read, changed, city, postcode, country):
    found = read(address=[an_address(**changed)])
    record = found.records("organisation")["1999999052"]
    place = record["locations"][0]
    assert (place["city"], place["postcode"], place["country"], record["country"]) == (city, postcode, country, country)
    assert found.quarantined == []


def test_struck_off_and_other_addresses_are_no_seats(read):
    found = read(address=[an_address(DateStrikingOff="13-11-2023"), an_address(TypeOfAddress="ABBR")])
    record = found.records("organisation")["1999999052"]
    assert (record["locations"], record["country"]) == ([], "BE")


def test_a_seat_in_an_unknown_country_is_put_aside_with_a_warning(read):
    found = read(address=[an_address(CountryNL="Atlantis", CountryFR="Atlantide")])
    assert found.quarantined == [(f"{FOLDER}/enterprise.csv", 2, "country is missing")]
    assert found.intake.warnings == ["countries of seats that are not known: Atlantis"]


def test_an_update_file_is_refused(read):
    with pytest.raises(SourceChanged, match="update"):
        read(meta=[("ExtractType", "update")])


@pytest.mark.parametrize(("table", "column"), [("enterprise", "TypeOfEnterprise"), ("activity", "NaceCode"),
                                               ("denomination", "Denomination"), ("address", "Zipcode")])
def test_a_vanished_column_stops_the_source(read, table, column):
    content = all_tables()[f"{table}.csv"].replace(column.encode(), b"Else")
    with pytest.raises(SourceChanged, match=column):
        read(files={f"{table}.csv": content})


def test_a_new_column_is_a_warning(read):
    content = all_tables()["establishment.csv"].replace(b'"StartDate"', b'"Colour"')
    assert read(files={"establishment.csv": content}).intake.warnings == [
        f"{FOLDER}/establishment.csv: unknown columns Colour"]


@pytest.mark.parametrize(("line", "reason"), [
    (b'"1999.998.953","AC","000"\n', "it has too few fields"),
    (b'"1999.998.953","AC","000","2","014","","09-08-1960","more"\n', "it has too many fields"),
    (b'"1999.998.953","AC","000","2","\xff\xfe","","09-08-1960"\n', "its bytes are not UTF-8"),
], ids=str)
def test_a_broken_line_is_put_aside_and_the_rest_is_read(read, line, reason):
    good = a_table("enterprise", [an_enterprise()])
    header, row = good.splitlines(keepends=True)
    found = read(files={"enterprise.csv": header + line + row})
    assert list(found.records("organisation")) == ["1999999052"]
    assert found.quarantined == [(f"{FOLDER}/enterprise.csv", 2, reason)]


def test_lines_may_end_as_on_windows_and_nuls_vanish(read):
    files = {name: content.replace(b"\n", b"\r\n") for name, content in all_tables(
        denomination=[a_name("Schelde\0 Biotech")]).items()}
    found = read(files=files)
    assert found.records("organisation")["1999999052"]["name"] == "Schelde Biotech"
    assert found.quarantined == []


def test_a_broken_line_of_a_file_that_is_read_twice_counts_once(read):
    content = a_table("activity", [an_activity()]) + b'"1999.998.953","001"\n'
    assert read(files={"activity.csv": content}).quarantined == [
        (f"{FOLDER}/activity.csv", 3, "it has too few fields")]
