"""KBO: Belgian enterprises. Fixtures follow the open data zip; enterprises are invented."""

import csv
import io
from datetime import date

import pyarrow.parquet as pq
import pytest

from making import relaxed, zipped
from openvalley.errors import SourceChanged
from openvalley.sources.catalogue import sources
from openvalley.sources.kbo import connector
from openvalley.sources.sync import refreshed, sync_source

_FOLDER = "KboOpenData_0137_2025_07_Full"
_COLUMNS = {
    "meta": ("Variable", "Value"),
    "code": ("Category", "Code", "Language", "Description"),
    "enterprise": ("EnterpriseNumber", "Status", "JuridicalSituation", "TypeOfEnterprise", "JuridicalForm",
                   "JuridicalFormCAC", "StartDate"),
    "establishment": ("EstablishmentNumber", "StartDate", "EnterpriseNumber"),
    "denomination": ("EntityNumber", "Language", "TypeOfDenomination", "Denomination"),
    "address": ("EntityNumber", "TypeOfAddress", "CountryNL", "CountryFR", "Zipcode", "MunicipalityNL",
                "MunicipalityFR", "StreetNL", "StreetFR", "HouseNumber", "Box", "ExtraAddressInfo", "DateStrikingOff"),
    "activity": ("EntityNumber", "ActivityGroup", "NaceVersion", "NaceCode", "Classification"),
}
#: Invented enterprise numbers with fitting check digits: a life-science company, a bakery, a person.
_BIOTECH, _BAKERY, _PERSON = "1999.999.052", "1999.998.953", "1999.998.854"
_META = [("SnapshotDate", "30-05-2025"), ("ExtractTimestamp", "01-06-2025 07:07:49"), ("ExtractType", "full")]
_CODES = [
    ("JuridicalSituation", "000", "FR", "Situation normale"), ("JuridicalSituation", "000", "NL", "Normale toestand"),
    ("JuridicalSituation", "012", "FR", "Dissolution anticipée - Liquidation"),
    ("JuridicalSituation", "021", "FR", "Fusion par absorption"),
    ("JuridicalSituation", "050", "FR", "Ouverture de faillite"),
    ("JuridicalSituation", "051", "FR", "Clôture de faillite avec excusabilité"),
    ("JuridicalSituation", "090", "NL", "Gerechtelijke reorganisatie"),
    ("JuridicalSituation", "777", "FR", "Voyage dans la lune"),
    ("JuridicalForm", "014", "FR", "Société anonyme"), ("JuridicalForm", "014", "NL", "Naamloze vennootschap"),
    ("JuridicalForm", "017", "FR", "Association sans but lucratif"),
    ("JuridicalForm", "124", "NL", "Openbare instelling"), ("JuridicalForm", "225", "FR", "Congrégation"),
    ("Nace2025", "72100", "FR", "Recherche"), ("Nace2025", "72100", "NL", "Onderzoek"),
    ("Nace2008", "72110", "NL", "Biotechnologie"),
]


def _enterprise(number=_BIOTECH, **changed):
    return {"EnterpriseNumber": number, "Status": "AC", "JuridicalSituation": "000", "TypeOfEnterprise": "2",
            "JuridicalForm": "014", "StartDate": "09-08-1960", **changed}


def _activity(number=_BIOTECH, code="72100", version="2025", classification="MAIN"):
    return {"EntityNumber": number, "ActivityGroup": "001", "NaceVersion": version, "NaceCode": code,
            "Classification": classification}


def _name(value, number=_BIOTECH, language="2", kind="001"):
    return {"EntityNumber": number, "Language": language, "TypeOfDenomination": kind, "Denomination": value}


def _address(number=_BIOTECH, **changed):
    return {"EntityNumber": number, "TypeOfAddress": "REGO", "Zipcode": "9000", "MunicipalityNL": "Gent",
            "MunicipalityFR": "Gand", "StreetNL": "Kaai", "HouseNumber": "1", **changed}


def _csv(table, rows):
    text = io.StringIO()
    writer = csv.DictWriter(text, _COLUMNS[table], quoting=csv.QUOTE_ALL, lineterminator="\n", restval="")
    writer.writeheader()
    writer.writerows(row if isinstance(row, dict) else dict(zip(_COLUMNS[table], row, strict=True)) for row in rows)
    return text.getvalue().encode()


def _files(**tables):
    usual = {"meta": _META, "code": _CODES, "enterprise": [_enterprise()], "activity": [_activity()],
             "denomination": [_name("Schelde Biotech")], "address": [_address()]}
    files = {f"{table}.csv": _csv(table, {**usual, **tables}.get(table, [])) for table in _COLUMNS}
    return {**files, "contact.csv": b"EntityNumber,Value\n" + _BIOTECH.encode() + b',"jan@example.org"\n'}


@pytest.fixture
def read(reading):
    def read_tables(mentioned=(), files=None, **tables):
        given = {f"{_FOLDER}/{name}": content for name, content in {**_files(**tables), **(files or {})}.items()}
        found = reading(given, name="kbo")
        found.intake.mentioned = frozenset(mentioned)
        connector.read(found.intake)
        return found

    return read_tables


def test_a_life_science_company(read):
    found = read(activity=[
        _activity(), _activity(code="46460", classification="SECO"), _activity(code="10710", classification="SECO"),
        _activity(code="72110", version="2008"), _activity(code="73100", version="2003")])
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
        _name("SBT", kind="002"), _name("Escaut Biotech", language="1"), _name("Schelde Biotech"),
        _name("Schelde Biotech"), _name("RiverDrug", language="4", kind="003"), _name("Bijkantoor", kind="004"),
        _name(" "), _name("Elders", number="2.000.000.339"),
    ]).records("organisation")["1999999052"]
    assert [(name["value"], name["language"], name["kind"]) for name in record["names"]] == [
        ("Escaut Biotech", "fr", "label"), ("Schelde Biotech", "nl", "label"), ("SBT", "nl", "acronym"),
        ("RiverDrug", "en", "alias")]
    assert record["name"] == "Escaut Biotech"


def test_a_name_of_unknown_language_has_none(read):
    found = read(denomination=[_name("X", language="0"), _name("Y", language="3")])
    record = found.records("organisation")["1999999052"]
    assert [(name["value"], name["language"]) for name in record["names"]] == [("Y", "de"), ("X", None)]


@pytest.mark.parametrize(("version", "code", "taken"), [
    ("2008", "21100", True), ("2025", "21200", True), ("2008", "72190", True), ("2008", "72200", False),
    ("2008", "86101", True), ("2008", "86210", False), ("2008", "86901", True), ("2008", "86909", False),
    ("2025", "86910", True), ("2025", "86220", False), ("2003", "24420", False), ("2008", "20590", False),
    ("2025", "10710", False), ("2008", "2.1", False),
])
def test_which_activities_are_life_sciences(read, version, code, taken):
    assert bool(read(activity=[_activity(code=code, version=version)]).records("organisation")) == taken


def test_an_establishment_brings_its_enterprise_in(read):
    found = read(activity=[_activity(number="2.000.000.339", code="21200"), _activity(code="64200")],
                 establishment=[("2.000.000.339", "01-11-1974", _BIOTECH), ("2.000.000.438", "01-11-1974", _BAKERY)],
                 enterprise=[_enterprise(), _enterprise(_BAKERY)])
    assert list(found.records("organisation")) == ["1999999052"]


def test_an_establishment_is_found_however_its_number_is_written(read):
    found = read(activity=[_activity(number="2.000.000.339", code="21200")], enterprise=[_enterprise()],
                 establishment=[("2000000339", "01-11-1974", "1999999052")])
    assert list(found.records("organisation")) == ["1999999052"]


@pytest.mark.parametrize("number", ["1999998953", "BE1999998953"])
def test_what_another_source_mentions_comes_in_whatever_it_does(read, number):
    found = read(mentioned=[number, "NL001234567B01", "BE0000"], enterprise=[_enterprise(_BAKERY)],
                 activity=[_activity(_BAKERY, "10710")])
    assert list(found.records("organisation")) == ["1999998953"]
    assert found.intake.counted["numbers mentioned by other sources"] == 1
    assert read(enterprise=[_enterprise(_BAKERY)], activity=[_activity(_BAKERY, "10710")]).records("organisation") == {}


def test_natural_persons_are_never_taken_in(read):
    found = read(mentioned=["1999998854"], enterprise=[_enterprise(), _enterprise(_PERSON, TypeOfEnterprise="1",
                 JuridicalForm="", StartDate="soon")], activity=[_activity(), _activity(_PERSON, "86101")],
                 denomination=[_name("Schelde Biotech"), _name("Jan Peeters", _PERSON)])
    assert list(found.records("organisation")) == ["1999999052"]
    assert found.intake.counted["natural persons left out"] == 1
    assert found.quarantined == []
    assert "Peeters" not in str(found.intake.connection.execute("SELECT * FROM denomination").fetchall())


@pytest.mark.parametrize("number", ["1999.999.052", "1999999052"])
def test_numbers_with_and_without_points(read, number):
    found = read(enterprise=[_enterprise(number)], activity=[_activity("1999.999.052")],
                 address=[_address("1999999052")])
    record = found.records("organisation")["1999999052"]
    assert (record["name"], record["locations"][0]["city"]) == ("Schelde Biotech", "Gent")


def test_a_number_of_nine_digits_gets_its_zero(read):
    found = read(mentioned=["BE400378485"], enterprise=[_enterprise("0400.378.485")], activity=[])
    assert list(found.records("organisation")) == ["0400378485"]


@pytest.mark.parametrize(("changed", "reason"), [
    ({"EnterpriseNumber": "1999.999.053"}, "its number is no enterprise number"),
    ({"EnterpriseNumber": "7999.999.052"}, "its number is no enterprise number"),
    ({"EnterpriseNumber": "SCHELDE"}, "its number is no enterprise number"),
    ({"StartDate": "1960-08-09"}, "StartDate is no date"), ({"StartDate": "31-02-1960"}, "StartDate is no date"),
    ({"EnterpriseNumber": "1999999052"}, "its id stands in an earlier line too"),
], ids=str)
def test_a_wrong_enterprise_is_put_aside_with_its_line(read, changed, reason):
    other = _enterprise(**{"EnterpriseNumber": _BAKERY, **changed})
    found = read(enterprise=[_enterprise(), other], activity=[_activity(), _activity(other["EnterpriseNumber"])])
    assert list(found.records("organisation")) == ["1999999052"]
    assert found.quarantined == [(f"{_FOLDER}/enterprise.csv", 3, reason)]


@pytest.mark.parametrize(("situation", "state"), [
    ("000", "active"), ("012", "dissolved"), ("021", "merged"), ("050", "insolvent"), ("051", "dissolved"),
    ("090", "active"),
])
def test_the_juridical_situation_is_a_life_state(read, situation, state):
    found = read(enterprise=[_enterprise(JuridicalSituation=situation)])
    assert found.records("organisation")["1999999052"]["state"] == state
    assert found.intake.warnings == []


@pytest.mark.parametrize("situation", ["777", "888"])
def test_an_unknown_situation_gives_no_state_and_a_warning(read, situation):
    found = read(enterprise=[_enterprise(JuridicalSituation=situation)])
    assert found.records("organisation")["1999999052"]["state"] is None
    assert situation in found.intake.warnings[0]


@pytest.mark.parametrize(("form", "kinds"), [("014", ["company"]), ("017", ["non-profit"]), ("124", ["government"]),
                                             ("225", []), ("999", []), ("", [])])
def test_the_legal_form_says_what_kind_it_is(read, form, kinds):
    assert read(enterprise=[_enterprise(JuridicalForm=form)]).records("organisation")["1999999052"]["kinds"] == kinds


@pytest.mark.parametrize(("changed", "city", "postcode", "country"), [
    ({}, "Gent", "9000", "BE"),
    ({"Zipcode": "4000", "MunicipalityNL": "Luik", "MunicipalityFR": "Liège"}, "Liège", "4000", "BE"),
    ({"Zipcode": "1348", "MunicipalityNL": "", "MunicipalityFR": "Ottignies"}, "Ottignies", "1348", "BE"),
    ({"Zipcode": "W1A 2AA", "CountryNL": "Verenigd Koninkrijk", "MunicipalityNL": "Londen"}, "Londen", "W1A 2AA", "GB"),
    ({"Zipcode": "L-1611", "CountryFR": "Luxembourg", "MunicipalityNL": "Luxemburg"}, "Luxemburg", "L-1611", "LU"),
    ({"Zipcode": "", "CountryNL": "Duitsland (Bondsrep.)"}, "Gent", None, "DE"),
], ids=str)
def test_seats(read, changed, city, postcode, country):
    found = read(address=[_address(**changed)])
    record = found.records("organisation")["1999999052"]
    place = record["locations"][0]
    assert (place["city"], place["postcode"], place["country"], record["country"]) == (city, postcode, country, country)
    assert found.quarantined == []


def test_struck_off_and_other_addresses_are_no_seats(read):
    found = read(address=[_address(DateStrikingOff="13-11-2023"), _address(TypeOfAddress="ABBR")])
    record = found.records("organisation")["1999999052"]
    assert (record["locations"], record["country"]) == ([], "BE")


def test_a_seat_in_an_unknown_country_is_put_aside_with_a_warning(read):
    found = read(address=[_address(CountryNL="Atlantis", CountryFR="Atlantide")])
    assert found.quarantined == [(f"{_FOLDER}/enterprise.csv", 2, "country is missing")]
    assert found.intake.warnings == ["countries of seats that are not known: Atlantis"]


def test_an_update_file_is_refused(read):
    with pytest.raises(SourceChanged, match="update"):
        read(meta=[("ExtractType", "update")])


@pytest.mark.parametrize(("table", "column"), [("enterprise", "TypeOfEnterprise"), ("activity", "NaceCode"),
                                               ("denomination", "Denomination"), ("address", "Zipcode")])
def test_a_vanished_column_stops_the_source(read, table, column):
    content = _files()[f"{table}.csv"].replace(column.encode(), b"Else")
    with pytest.raises(SourceChanged, match=column):
        read(files={f"{table}.csv": content})


def test_a_new_column_is_a_warning(read):
    content = _files()["establishment.csv"].replace(b'"StartDate"', b'"Colour"')
    assert read(files={"establishment.csv": content}).intake.warnings == [
        f"{_FOLDER}/establishment.csv: unknown columns Colour"]


@pytest.mark.parametrize(("line", "reason"), [
    (b'"1999.998.953","AC","000"\n', "it has too few fields"),
    (b'"1999.998.953","AC","000","2","014","","09-08-1960","more"\n', "it has too many fields"),
    (b'"1999.998.953","AC","000","2","\xff\xfe","","09-08-1960"\n', "its bytes are not UTF-8"),
], ids=str)
def test_a_broken_line_is_put_aside_and_the_rest_is_read(read, line, reason):
    good = _csv("enterprise", [_enterprise()])
    header, row = good.splitlines(keepends=True)
    found = read(files={"enterprise.csv": header + line + row})
    assert list(found.records("organisation")) == ["1999999052"]
    assert found.quarantined == [(f"{_FOLDER}/enterprise.csv", 2, reason)]


def test_lines_may_end_as_on_windows_and_nuls_vanish(read):
    files = {name: content.replace(b"\n", b"\r\n") for name, content in _files(
        denomination=[_name("Schelde\0 Biotech")]).items()}
    found = read(files=files)
    assert found.records("organisation")["1999999052"]["name"] == "Schelde Biotech"
    assert found.quarantined == []


def test_a_broken_line_of_a_file_that_is_read_twice_counts_once(read):
    content = _csv("activity", [_activity()]) + b'"1999.998.953","001"\n'
    assert read(files={"activity.csv": content}).quarantined == [
        (f"{_FOLDER}/activity.csv", 3, "it has too few fields")]


def _whole_zip(**tables):
    """The zip as it is downloaded, with the tables that are left alone: contact data in bytes that are no text."""
    contact = (b'"EntityNumber","EntityContact","ContactType","Value"\n'
               b'"1999.999.052","ENT","EMAIL","jan\xff@example.org"\n')
    branch = b'"Id","StartDate","EnterpriseNumber"\n"9.000.000.001","01-01-2001","1999.999.052"\n'
    return zipped({**_files(**tables), "contact.csv": contact, "branch.csv": branch})


@pytest.mark.parametrize("points", [True, False], ids=["with points", "without points"])
def test_the_zip_that_a_person_downloaded_is_taken_from_the_inbox(home, points):
    def number(written):
        return written if points else written.replace(".", "")

    kbo = relaxed(sources(home)["kbo"])
    (home.inbox / "kbo").mkdir(parents=True)
    (home.inbox / "kbo" / "KboOpenData_0123_2025_06_Full.zip").write_bytes(_whole_zip(
        enterprise=[_enterprise(number(_BIOTECH)), _enterprise(number(_BAKERY)),
                    _enterprise(number(_PERSON), TypeOfEnterprise="1", JuridicalForm="")],
        establishment=[(number("2.000.000.339"), "01-11-1974", number(_BAKERY))],
        # An establishment may be written otherwise than where it is declared.
        activity=[_activity(number(_BIOTECH)), _activity("2.000.000.339", "21200"),
                  _activity(number(_PERSON), "86101")],
        denomination=[_name("Schelde Biotech", number(_BIOTECH)), _name("Bakkerij Serum", number(_BAKERY)),
                      _name("Jan Peeters", number(_PERSON))],
        address=[_address(number(_BIOTECH))]))
    result = sync_source(home, kbo, None, lambda *_: None)
    assert (result.outcome, result.problem, result.version.quarantined) == ("new", None, 0)
    assert result.version.version.startswith("0123_2025_06.")
    assert (result.version.origin, result.version.as_of) == ("user", "2025-05-30")
    rows = pq.read_table(result.version.table("organisation")).to_pylist()
    assert [(row["source_id"], row["name"]) for row in rows] == [
        ("1999998953", "Bakkerij Serum"), ("1999999052", "Schelde Biotech")]
    kept = b"".join(path.read_bytes() for path in result.version.folder.iterdir())
    assert not any(word in kept for word in (b"Peeters", b"example.org"))


_MEMBERS = '''
from openvalley.vocabulary.records import ORGANISATION


def read(intake):
    intake.json("members", "members.json")
    intake.records(ORGANISATION, "members.json", """
        SELECT line, json->>'id' AS source_id, 'BE' AS country,
            [{'scheme': 'vat', 'value': json->>'vat'}, {'scheme': 'pic', 'value': '999999999'}] AS identifiers
        FROM members
    """)
'''


def test_sync_tells_what_the_other_sources_mention(home, tmp_path, own_source):
    """A company comes in when a member list names it, in the next sync or build, whichever source came first."""
    (tmp_path / "kbo").mkdir()
    (tmp_path / "kbo" / f"{_FOLDER}.zip").write_bytes(zipped(_files(
        enterprise=[_enterprise(), _enterprise(_BAKERY)], activity=[_activity(), _activity(_BAKERY, "10710")])))
    kbo = relaxed(sources(home)["kbo"])
    alone = sync_source(home, kbo, tmp_path, lambda *_: None).version
    assert (alone.rows, alone.version) == ({"organisation": 1}, alone.version)
    assert alone.version.startswith("0137_2025_07.")
    members = own_source(_MEMBERS, {"members.json": b'[{"id": "1", "vat": "BE1999998953"}]'})
    assert sync_source(home, members, None, lambda *_: None).problem is None
    together = refreshed(home, kbo, lambda *_: None)
    assert (together.rows, together.version) == ({"organisation": 2}, alone.version)
    assert refreshed(home, kbo, lambda *_: None).folder == together.folder
