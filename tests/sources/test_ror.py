"""ROR: the dump's records become organisations. The fixture follows schema v2; its organisations are invented."""

import json
from datetime import date

import pytest

from openvalley.errors import SourceChanged
from openvalley.sources.ror import connector

_FILE = "ror/v9.9-2026-01-01-ror-data.json"
#: Ids of the right form and with the right check digits, far from those in use.
_ID, _OTHER = "https://ror.org/0zzzzzz02", "https://ror.org/0zzzzzy05"


def _record(**changed):
    whole = {
        "admin": {"created": {"date": "2019-05-01", "schema_version": "1.0"},
                  "last_modified": {"date": "2025-11-30", "schema_version": "2.1"}},
        "domains": ["scheldelab.example"],
        "established": 1964,
        "external_ids": [
            {"all": ["grid.99999.9"], "preferred": "grid.99999.9", "type": "grid"},
            {"all": ["0000 0001 2281 955X"], "preferred": None, "type": "isni"},
            {"all": ["501100099999", "100099999"], "preferred": "501100099999", "type": "fundref"},
            {"all": ["Q99999999"], "preferred": None, "type": "wikidata"},
        ],
        "id": _ID,
        "links": [{"type": "wikipedia", "value": "http://en.wikipedia.org/wiki/Schelde_Lab"},
                  {"type": "website", "value": "https://www.Schelde-Lab.example/en/"}],
        "locations": [{"geonames_details": {
            "continent_code": "EU", "continent_name": "Europe", "country_code": "BE", "country_name": "Belgium",
            "country_subdivision_code": "VLG", "country_subdivision_name": "Flanders", "lat": 51.05, "lng": 3.72,
            "name": "Gent"}, "geonames_id": 2797656}],
        "names": [
            {"lang": None, "types": ["acronym"], "value": "SLI"},
            {"lang": "nl", "types": ["label"], "value": "Scheldelaboratorium "},
            {"lang": "en", "types": ["ror_display", "label"], "value": "Schelde Laboratory Institute"},
            {"lang": None, "types": ["alias"], "value": "Lab aan de Schelde"},
        ],
        "relationships": [{"id": _OTHER, "label": "Schelde Holding", "type": "parent"}],
        "status": "active",
        "types": ["funder", "education"],
    }
    return {**whole, **changed}


@pytest.fixture
def read(reading):
    def read_records(*records, files=None):
        found = reading(files or {_FILE: json.dumps(list(records)).encode()}, name="ror")
        connector.read(found.intake)
        return found

    return read_records


def test_a_record_becomes_an_organisation(read):
    found = read(_record())
    organisation = found.records("organisation")[_ID]
    assert organisation["name"] == "Schelde Laboratory Institute"
    assert organisation["names"] == [
        {"value": "SLI", "language": None, "kind": "acronym"},
        {"value": "Scheldelaboratorium", "language": "nl", "kind": "label"},
        {"value": "Schelde Laboratory Institute", "language": "en", "kind": "label"},
        {"value": "Lab aan de Schelde", "language": None, "kind": "alias"},
    ]
    assert organisation["kinds"] == ["education", "funder"]
    assert organisation["country"] == "BE"
    assert organisation["locations"] == [{"city": "Gent", "postcode": None, "country": "BE", "region": "VLG",
                                          "nuts": None, "latitude": 51.05, "longitude": 3.72}]
    assert organisation["website"] == "https://www.Schelde-Lab.example/en/"
    assert sorted(organisation["domains"]) == ["schelde-lab.example", "scheldelab.example"]
    assert organisation["founded"] == 1964
    assert {(known["scheme"], known["value"]) for known in organisation["identifiers"]} == {
        ("ror", _ID), ("grid", "grid.99999.9"), ("isni", "000000012281955X"), ("fundref", "501100099999"),
        ("fundref", "100099999"), ("wikidata", "Q99999999")}
    assert organisation["relations"] == [{"kind": "parent", "scheme": "ror", "value": _OTHER}]
    assert organisation["verification"] == "register"
    assert found.intake.as_of == date(2025, 11, 30)
    assert found.quarantined == []
    assert found.intake.warnings == []


@pytest.mark.parametrize(("status", "relation", "state"), [
    ("active", "successor", "active"), ("inactive", "parent", "dormant"), ("inactive", "successor", "merged"),
    ("withdrawn", "successor", "withdrawn"), ("withdrawn", "parent", "withdrawn"),
])
def test_the_state_follows_status_and_successor(read, status, relation, state):
    changed = _record(status=status, relationships=[{"id": _OTHER, "label": "x", "type": relation}])
    assert read(changed).records("organisation")[_ID]["state"] == state


def test_what_a_record_does_not_say_is_null(read):
    """Records that were made from the 2021 release lack place, domains, relations and dates."""
    bare = _record(
        admin={"created": {"date": None, "schema_version": None},
               "last_modified": {"date": None, "schema_version": None}},
        domains=[], established=None, external_ids=[], links=[], relationships=[], types=[],
        locations=[{"geonames_details": {"country_code": "BE", "country_name": "Belgium", "lat": None, "lng": None,
                                         "name": None}, "geonames_id": None}],
        names=[{"lang": None, "types": [], "value": "Schelde Laboratory Institute"}],
    )
    found = read(bare)
    organisation = found.records("organisation")[_ID]
    assert organisation["name"] == "Schelde Laboratory Institute"
    assert organisation["locations"][0]["city"] is None
    assert (organisation["website"], organisation["founded"]) == (None, None)
    assert organisation["domains"] == organisation["kinds"] == organisation["relations"] == []
    assert found.intake.as_of is None
    assert found.intake.counted["without a city"] == 1


@pytest.mark.parametrize(("changed", "reason"), [
    ({"id": "https://ror.org/0zzz"}, "its id is no ROR id"), ({"id": None}, "its id is no ROR id"),
    ({"id": 5}, "its id is no ROR id"), ({"names": []}, "it has no name"), ({"names": None}, "it has no name"),
    ({"names": [{"value": None, "types": ["label"], "lang": None}]}, "it has no name"),
    ({"names": [{"value": " ", "types": ["label"], "lang": None}]}, "it has no name"),
    ({"names": ["x"]}, "it has no name"), ({"names": "x"}, "its fields are not of the schema"),
    ({"locations": []}, "it has no country"), ({"locations": None}, "it has no country"),
    ({"locations": [{"geonames_details": None}]}, "it has no country"),
    ({"links": "x"}, "its fields are not of the schema"), ({"types": {"a": 1}}, "its fields are not of the schema"),
    ({"domains": "x"}, "its fields are not of the schema"),
], ids=str)
def test_a_broken_record_is_put_aside_and_the_others_stay(read, changed, reason):
    found = read(_record(id=_OTHER), _record(**changed))
    assert list(found.records("organisation")) == [_OTHER]
    assert found.quarantined == [(_FILE, 2, reason)]


@pytest.mark.parametrize("changed", [
    {"relationships": ["x", {"id": None, "type": "parent"}]}, {"links": ["x", {"type": "website", "value": None}]},
    {"external_ids": [{"type": "grid", "all": "grid.1.1"}, {"type": "isni", "all": None}, 5]}, {"types": [None, "x"]},
    {"domains": None, "external_ids": None, "links": None, "relationships": None, "types": None},
    {"locations": [{"geonames_details": {"country_code": "BE", "lat": "north", "lng": None, "name": 5}}]},
    {"names": [{"value": "Schelde Laboratory Institute", "types": None, "lang": None}, "x"]},
], ids=str)
def test_oddities_within_fields_cost_no_organisation(read, changed):
    found = read(_record(**changed))
    organisation = found.records("organisation")[_ID]
    assert organisation["name"] == "Schelde Laboratory Institute"
    assert {"scheme": "ror", "value": _ID} in organisation["identifiers"]
    assert all(known["value"] for known in organisation["identifiers"])
    assert all(name["value"] for name in organisation["names"])
    assert all(relation["value"] for relation in organisation["relations"] or [])


def test_the_same_id_twice_is_one_organisation(read):
    found = read(_record(), _record(established=2000))
    assert found.records("organisation")[_ID]["founded"] == 1964
    assert found.quarantined == [(_FILE, 2, "its id stands in an earlier line too")]


@pytest.mark.parametrize("established", ["1964", 1964.0, "old", -5, 10**12])
def test_an_odd_year_does_no_harm(read, established):
    assert _ID in read(_record(established=established)).records("organisation")


def test_a_field_that_is_gone_from_all_records_stops_the_source(read):
    record = _record()
    del record["relationships"]
    with pytest.raises(SourceChanged, match="relationships"):
        read(record)


@pytest.mark.parametrize("content", [b"[]", b"{}", b"[1, 2]", b"[null]"])
def test_a_file_without_records_stops_the_source(read, content):
    with pytest.raises(SourceChanged, match="are gone"):
        read(files={_FILE: content})


def test_a_new_field_is_a_warning(read):
    assert read(_record(colour="red")).intake.warnings == [f"{_FILE}: unknown fields colour"]


def test_of_two_schemas_in_one_release_the_second_is_read(read):
    second = _FILE.replace(".json", "_schema_v2.json")
    found = read(files={_FILE: b'[{"id": "old"}]', second: json.dumps([_record()]).encode()})
    assert list(found.records("organisation")) == [_ID]


class _Zenodo:
    """Answers like Zenodo's list of a community's records."""

    def __init__(self, files):
        self._files = files

    def json(self, url, _params):
        assert "communities/ror-data" in url
        return {"hits": {"hits": [{"files": self._files}] if self._files is not None else [], "total": 1}}


def test_the_newest_release_is_found():
    files = [{"key": "notes.md", "links": {"self": "https://zenodo.example/notes"}},
             {"key": "v9.9-2026-01-01-ror-data.zip", "links": {"self": "https://zenodo.example/zip"},
              "checksum": "md5:" + "0" * 32, "size": 7}]
    (found,) = connector.locate(_Zenodo(files))
    assert (found.name, found.url, found.size) == ("v9.9-2026-01-01-ror-data.zip", "https://zenodo.example/zip", 7)
    assert found.checksum == "md5:" + "0" * 32


@pytest.mark.parametrize("files", [None, [], [{"key": "notes.md", "links": {"self": "https://zenodo.example/n"}}]])
def test_a_release_without_a_zip_stops_the_source(files):
    with pytest.raises(SourceChanged, match="no release"):
        connector.locate(_Zenodo(files))
