"""What is taken along from the site: data that may be passed on, and linked data that a reader understands."""

import csv
import io
import json
import shutil

import pytest
from rdflib import RDF, Graph, Literal, Namespace, URIRef

import exports
from exports import HUSH
from worlds import kbo, ror_id

pytestmark = pytest.mark.filterwarnings("ignore:ConjunctiveGraph is deprecated")
_SDO = Namespace("https://schema.org/")
_UNIVERSITY = "/en/organisation/ror/" + ror_id(1).rpartition("/")[2]
_BIOTECH = "/en/organisation/pic/990000002"


@pytest.fixture
def guarded(site, tmp_path_factory):
    """Serve the world of which a source may not be passed on, for this test."""
    from django.test import override_settings

    assert site.home.exists()
    with override_settings(OPENVALLEY=exports.guarded_home(tmp_path_factory)):
        yield


@pytest.fixture
def linked(page):
    """Return the linked data of a page, as data and as a graph."""

    def read(url):
        text = page(url)
        start = text.index(">", text.index("ld+json")) + 1
        content = json.loads(text[start:text.index("</script>", start)])
        return content, Graph().parse(data=json.dumps(content), format="json-ld")

    return read


def test_an_organisations_linked_data(linked):
    content, graph = linked(_BIOTECH)
    who = URIRef("urn:openvalley:pic:990000002")
    assert content["@id"] == str(who)
    assert graph.value(who, RDF.type) == _SDO.Corporation
    assert graph.value(who, _SDO.vatID) == Literal("BE" + kbo(2))
    assert graph.value(who, _SDO.mainEntityOfPage) == URIRef("http://localhost" + _BIOTECH)
    told = {str(graph.value(source, _SDO.name)): source for source in graph.objects(who, _SDO.subjectOf)}
    assert set(told) == {"CORDIS, EU research projects", "Region pack"}
    licence = graph.value(told["Region pack"], _SDO.license)
    assert graph.value(licence, _SDO.name) == Literal("CC0-1.0")


def test_its_name_is_the_pages(linked):
    assert linked(_UNIVERSITY)[0]["name"] == "Schelde University"
    content, _ = linked(_UNIVERSITY.replace("/en/", "/nl/"))
    assert content["name"] == "Universiteit Schelde"
    assert "Schelde University" in content["alternateName"]


def test_a_projects_linked_data(linked):
    _, graph = linked("/en/project/cordis/700001")
    project = URIRef("urn:openvalley:cordis:700001")
    assert set(graph.objects(project, _SDO.member)) == {URIRef(ror_id(1)), URIRef("urn:openvalley:pic:990000002")}
    assert graph.value(project, _SDO.foundingDate) == Literal("2019-03-01")


def test_a_page_and_an_export_speak_of_one_thing(linked, site, tmp_path):
    from openvalley.atlas.export import export
    from openvalley.atlas.reader import open_atlas

    atlas = open_atlas(site.home)
    export(atlas, "jsonld", tmp_path / "all.jsonld", everything=True)
    atlas.close()
    exported = {thing["@id"]: thing for thing in json.loads((tmp_path / "all.jsonld").read_text())["@graph"]}
    for url in (_BIOTECH, _UNIVERSITY, "/en/project/cordis/700001"):
        content, _ = linked(url)
        there = exported[content["@id"]]
        same = set(there) - {"subjectOf", "member"}
        assert {name: content[name] for name in same} == {name: there[name] for name in same}


@pytest.mark.usefixtures("guarded")
def test_the_pages_show_what_is_not_exported(page):
    assert f"{HUSH} University" in page(_UNIVERSITY)
    assert f"{HUSH} Biologics" in page(f"/en/search?q={HUSH}")


@pytest.mark.usefixtures("guarded")
@pytest.mark.parametrize("url", [
    _UNIVERSITY + ".json", "/en/search.json?q=hush+university", "/en/search.csv?q=hush", "/en/search.json",
    "/en/search.csv?region=any&scope=any", "/en/search.csv?type=project", "/en/search.csv?type=trial&q=trial",
    "/en/search.csv?type=call", "/en/home.json", "/en/map.csv", "/en/map.svg", "/en/project/cordis/700001.json",
])
def test_no_download_holds_it(page, url):
    text = page(url)
    assert HUSH not in text
    assert "hush.example" not in text


@pytest.mark.usefixtures("guarded")
def test_what_stands_behind_it_takes_its_place(page):
    content = json.loads(page(_UNIVERSITY + ".json"))
    assert content["organisation"]["name"] == "Schelde University"
    assert {claim["source"] for claim in content["claims"]} == {"ror", "cordis"}
    listed = csv.DictReader(io.StringIO(page("/en/search.csv?q=Schelde+University").removeprefix("\ufeff")))
    rows = {row["id"]: row for row in listed}
    assert (rows[ror_id(1)]["name"], rows[ror_id(1)]["kind"]) == ("Schelde University", "education")


def test_a_dispute_does_not_repeat_what_is_not_exported(site, page, tmp_path, tmp_path_factory):
    from dataclasses import replace

    from django.test import override_settings

    from openvalley.resolve.disputes import DisputeStore
    from openvalley.resolve.sent import Sent

    assert site.home.exists()
    settings = exports.guarded_home(tmp_path_factory)
    own = replace(settings, home=tmp_path / "home")
    shutil.copytree(settings.home, own.home, symlinks=True)
    DisputeStore(own.judgements).add(Sent(ror_id(1), "name", f"{HUSH} University", "It is called otherwise."), 10)
    with override_settings(OPENVALLEY=own):
        (dispute,) = json.loads(page(_UNIVERSITY + ".json"))["disputes"]
        assert (dispute["says"], dispute["shown"]) == ("It is called otherwise.", None)


@pytest.mark.usefixtures("guarded")
@pytest.mark.parametrize("url", ["/en/project/secrets/950001", "/en/trial/secrets/H1", "/en/call/secrets/HUSH-CALL"])
def test_what_it_alone_tells_of_has_a_page_and_no_data(page, linked, url):
    assert HUSH in page(url)
    assert linked(url)[0] == {}
    refused = json.loads(page(url + ".json", status=404))
    assert "is not exported" in refused["error"]["message"]


@pytest.mark.usefixtures("guarded")
def test_linked_data_say_what_may_be_passed_on(page, linked):
    content, graph = linked(_UNIVERSITY)
    assert content["name"] == "Schelde University"
    assert HUSH not in json.dumps(content)
    assert len(graph) > 10
    assert json.loads(page("/en/search.json?q=Schelde"))["items"]
