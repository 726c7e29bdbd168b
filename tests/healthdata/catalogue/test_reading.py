"""Descriptions are read in every format, freed of what reaches persons, and refused with the line that is wrong."""

import pytest

from descriptions import CATALOGUE, HEART, PREFIXES
from openvalley.errors import BadInput
from openvalley.healthdata.catalogue.datasets import datasets, preferred
from openvalley.healthdata.catalogue.persons import withhold
from openvalley.healthdata.catalogue.reading import format_of, read, read_file


@pytest.fixture
def graph():
    return read(CATALOGUE.encode(), "turtle", "catalogue.ttl")


def test_what_a_description_says(graph):
    heart, sclerosis = datasets(graph)
    assert (heart.id, heart.title, heart.titles["nl"]) == ("https://kaai.example/data/heart", "Heart failure cohort",
                                                           "Cohort hartfalen")
    assert (heart.holder.name, heart.holder.homepage, heart.holder.trusted) == (
        "Kaai University Hospital", "https://www.uzkaai.example", True)
    assert (heart.access, heart.categories, heart.countries) == ("NON_PUBLIC", ["RQSH"], ["BEL"])
    assert (heart.records, heart.people, heart.ages) == (1200, 300, (40, None))
    assert (heart.first_day, heart.last_day, heart.distributions) == ("2015-01-01", "2024-12-31", ["CSV"])
    assert (sclerosis.title, sclerosis.first_day, sclerosis.last_day) == ("MS-register", "2001-01-01", None)


def test_what_is_not_said_or_nonsense_is_empty(graph):
    assert datasets(graph)[1].records is None
    bare = datasets(read(f"{PREFIXES}<urn:x> a dcat:Dataset .".encode(), "turtle", "x"))
    assert {name: value for name, value in vars(bare[0]).items() if value} == {"id": "urn:x", "ages": (None, None)}
    assert (bare[0].title, preferred({})) == ("urn:x", "")


def test_a_data_set_without_an_address_cannot_be_cited():
    assert datasets(read(f"{PREFIXES}[] a dcat:Dataset .".encode(), "turtle", "x")) == []


@pytest.mark.parametrize("form", ["json-ld", "xml", "nt"])
def test_every_format_says_the_same(graph, form):
    again = read(graph.serialize(format=form).encode(), form, "again")
    assert datasets(again) == datasets(graph)


def test_nothing_that_reaches_or_names_a_person_is_left(graph):
    assert withhold(graph) == 3
    text = graph.serialize(format="turtle")
    assert not any(said in text for said in ("Vandamme", "jan@", "mailto:", "tel:"))
    assert "Kaai University Hospital" in text
    assert "hasURL <https://kaai.example/data/heart>" in text  # there still is a way to the holder


@pytest.mark.parametrize(("name", "content", "media_type", "form"), [
    ("a.ttl", b"", "", "turtle"), ("a.rdf", b"", "", "xml"), ("a", b"{}", "", "json-ld"),
    ("a", b"  <?xml ?>", "", "xml"), ("a", b"@prefix", "", "turtle"),
    ("a.xml", b"", "text/turtle; charset=utf-8", "turtle"),
])
def test_the_format_is_told_by_type_name_or_beginning(name, content, media_type, form):
    assert format_of(name, content, media_type) == form


@pytest.mark.parametrize(("content", "form", "says"), [
    (f"{PREFIXES}\n<urn:x> a dcat:Dataset ;; nonsense", "turtle", "line 12"), ('{"@id": ', "json-ld", "line 1"),
    ("<rdf:RDF>\n<a>", "xml", "line"), ('<?xml version="1.0"?>\n<!DOCTYPE r [<!ENTITY e SYSTEM "file:///etc/passwd">]>',
                                        "xml", "line 2: a document type"),
    ('{"@context": "https://www.w3.org/ns/dcat.jsonld"}', "json-ld", "not fetched"),
    ('[{"a": {"@context": [{}, "https://x.example"]}}]', "json-ld", "not fetched"),
    ("[" * 100_000, "json-ld", "no JSON"),
])
def test_what_is_no_description_is_said_with_its_place(content, form, says):
    with pytest.raises(BadInput) as raised:
        read(content.encode(), form, "file")
    assert says in raised.value.message
    assert raised.value.hint


def test_files_that_cannot_be_read(tmp_path):
    with pytest.raises(BadInput, match="cannot be read"):
        read_file(tmp_path / "none.ttl")
    (tmp_path / "a.docx").write_bytes(b"PK")
    with pytest.raises(BadInput, match="no format"):
        read_file(tmp_path / "a.docx")
    (tmp_path / "latin.ttl").write_bytes(f"{PREFIXES}{HEART}".replace("hartfalen", "hartfalén").encode("latin-1"))
    with pytest.raises(BadInput, match="no Turtle"):
        read_file(tmp_path / "latin.ttl")
