"""Checking says what is wrong in words; what the form writes is valid by every profile."""

import pytest
from rdflib import Graph

from descriptions import CATALOGUE, PREFIXES, SHAPES
from openvalley.errors import BadInput, NothingBuilt
from openvalley.healthdata.catalogue import checking, describing, shapes
from openvalley.healthdata.catalogue.datasets import datasets
from openvalley.healthdata.catalogue.describing import FIELDS, FieldFault
from openvalley.healthdata.catalogue.reading import read, read_file
from openvalley.vocabulary.terms import LANGUAGES

_FILLED = {name: field.example for name, field in FIELDS.items()}


@pytest.fixture
def ours():
    return read(SHAPES.encode(), "turtle", "shapes")


def test_what_is_wrong_is_said_at_its_data_set(ours):
    found = checking.findings(read(CATALOGUE.encode(), "turtle", "catalogue"), ours)
    told = {(one.severity, one.title, one.term): one.says for one in found}
    assert told == {
        ("error", "MS-register", "dcat:keyword"): "The keyword is missing: add dcat:keyword.",
        ("error", "MS-register", "healthdcatap:numberOfRecords"):
            "The number of records “many” is no xsd:nonNegativeInteger: write it as one.",
        ("error", told_title(found), "dcat:accessURL"):
            "The access address of its Distribution “Extract” is missing: add dcat:accessURL.",
        ("warning", "MS-register", "dcat:landingPage"): "The dcat:landingPage is missing: add dcat:landingPage.",
    }
    assert [one.severity for one in found] == ["error", "error", "error", "warning"]


def told_title(found):
    """Return the title, in whichever of its languages, of the data set with the distribution."""
    return next(one.title for one in found if one.about.endswith("/heart"))


def test_a_valid_description_has_no_findings(ours):
    assert checking.findings(Graph(), ours) == []


def test_shapes_that_cannot_be_used_are_said():
    broken = read(f"{PREFIXES}<urn:s> a sh:NodeShape ; sh:targetClass dcat:Dataset ; sh:property <urn:none> ."
                  '<urn:none> sh:path "title" ; sh:minCount 1 .'.encode(), "turtle", "shapes")
    with pytest.raises(BadInput, match="cannot be used"):
        checking.findings(read(CATALOGUE.encode(), "turtle", "catalogue"), broken)


def test_shapes_are_kept_by_profile_and_replaced_as_a_whole(home, tmp_path):
    with pytest.raises(NothingBuilt):
        shapes.shapes(home, "dcat-ap")
    first, second = tmp_path / "a.ttl", tmp_path / "b.ttl"
    first.write_text(SHAPES, encoding="utf-8")
    second.write_text(f"{PREFIXES}<urn:s> a sh:NodeShape .", encoding="utf-8")
    assert (shapes.keep(home, "dcat-ap", [first]), shapes.known(home)) == (2, ["dcat-ap"])
    assert (shapes.keep(home, "dcat-ap", [second]), len(shapes.shapes(home, "dcat-ap"))) == (1, 1)
    with pytest.raises(BadInput, match="no SHACL shapes"):
        shapes.keep(home, "dcat-ap", [_written(tmp_path / "c.ttl", CATALOGUE)])
    with pytest.raises(BadInput, match="no profile"):
        shapes.keep(home, "../dcat-ap", [first])
    assert len(shapes.shapes(home, "dcat-ap")) == 1


def _written(path, text):
    path.write_text(text, encoding="utf-8")
    return path


def test_the_form_makes_what_was_filled_in():
    (made,) = datasets(describing.described(_FILLED))
    assert (made.id, made.title, made.holder.name) == (_FILLED["address"], "Diabetes registry",
                                                       "Example University Hospital")
    assert (made.access, made.categories, made.countries) == ("NON_PUBLIC", ["EHRS", "PHDR"], ["BEL"])
    assert (made.records, made.people, made.ages) == (120_000, 4_200, (18, 95))
    needed = {name: value for name, value in _FILLED.items() if FIELDS[name].needed}
    assert datasets(describing.described(needed))[0].records is None


@pytest.mark.parametrize(("changed", "field"), [
    ({"title": ""}, "title"), ({"address": "hospital"}, "address"), ({"address": "https://me@x.example"}, "address"),
    ({"address": "https://x.example/<a>"}, "address"), ({"access": "SECRET"}, "access"),
    ({"category": "EHRS;XX"}, "category"), ({"description": "x" * 6_000}, "description"),
    ({"records": "-1"}, "records"), ({"lowest_age": "300"}, "lowest_age"), ({"highest_age": "3"}, "highest_age"),
    ({"people": "130000"}, "records"), ({"last_day": "31/12/2025"}, "last_day"),
    ({"last_day": "1999-01-01"}, "last_day"), ({"countries": "Belgium"}, "countries"), ({"colour": "red"}, "colour"),
])
def test_what_is_filled_in_wrongly_is_said_at_its_field(changed, field):
    with pytest.raises(FieldFault) as raised:
        describing.described(_FILLED | changed)
    assert list(raised.value.context["faults"]) == [field]


def test_categories_are_named_in_four_languages():
    assert all(set(labels) == set(LANGUAGES) and all(labels.values()) for labels in describing.categories().values())


@pytest.mark.mirror
@pytest.mark.parametrize("file", ["healthdcatap-shacl.ttl", "hdap-validator-sensitivity-shape.ttl",
                                  "dcat-ap/releases_3.0.1_html_shacl_shapes.ttl"])
def test_the_published_shapes_find_what_they_found_before(mirror, file):
    published = read_file(mirror / "dcat" / file)
    demo = checking.findings(read_file(mirror / "dcat" / "health-catalog.ttl"), published)
    assert (sum(one.times for one in demo) == 0) == (file == "healthdcatap-shacl.ttl")
    assert all(one.says and one.title for one in demo)
    if "sensitivity" not in file:  # that one also asks for what only a national form holds
        assert checking.findings(describing.described(_FILLED), published) == []
