"""JSON-LD, as rdflib reads it, without a connection."""

import json
import socket

import pytest
from rdflib import RDF, Graph, Literal, Namespace, URIRef, namespace

from worlds import kbo, ror_id

pytestmark = pytest.mark.filterwarnings("ignore:ConjunctiveGraph is deprecated")

SDO = Namespace("https://schema.org/")
_BIOTECH, _UNIVERSITY = URIRef("urn:openvalley:pic:990000002"), URIRef(ror_id(1))
_TRIAL = URIRef("urn:openvalley:openbook:NCT90000001")
#: Of schema.org's release 13; rdflib's list is older.
_NEWER = {"funding"}


@pytest.fixture(scope="module")
def graph(written):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(socket, "socket", None)  # whoever asks the network fails
        return Graph().parse(written("jsonld")[0], format="json-ld")


def test_it_is_a_graph_of_some_size(graph, written):
    assert len(graph) > 200
    counts = written("jsonld")[1]
    assert {name: count > 0 for name, count in counts.items()} == dict.fromkeys(
        ("organisations", "projects", "trials", "calls", "regions"), True)
    assert len(set(graph.subjects(RDF.type, SDO.ResearchProject))) == counts["projects"]


def test_only_terms_that_schema_org_has(graph):
    used = {term for triple in graph for term in triple if isinstance(term, URIRef) and term.startswith(str(SDO))}
    names = {term.removeprefix(str(SDO)) for term in used} - _NEWER
    assert sorted(name for name in names if name not in namespace.SDO) == []
    predicates = {term for term in graph.predicates() if not term.startswith(str(SDO))}
    assert predicates == {RDF.type}


def test_one_organisation_by_sparql(graph):
    rows = graph.query("""
        PREFIX s: <https://schema.org/>
        SELECT ?name ?vat ?town ?latitude WHERE {
            ?who s:name "Schelde Biotech" ; s:name ?name ; s:vatID ?vat ; s:address/s:addressLocality ?town ;
                 s:location/s:geo/s:latitude ?latitude ; a s:Corporation .
        }
    """)
    assert [(str(row.name), str(row.vat), str(row.town)) for row in rows] == [
        ("Schelde Biotech", "BE" + kbo(2), "Gent")]
    told = {str(name) for source in graph.objects(_BIOTECH, SDO.subjectOf) for name in graph.objects(source, SDO.name)}
    assert told == {"CORDIS, EU research projects", "GeoNames", "Region pack"}  # the town's point is GeoNames'
    (mark,) = graph.objects(_BIOTECH, SDO.additionalProperty)
    assert (str(graph.value(mark, SDO.name)), graph.value(mark, SDO.value).toPython()) == ("verified", True)


def test_projects_have_their_members(graph):
    project = URIRef("urn:openvalley:cordis:700001")
    assert set(graph.objects(project, SDO.member)) == {_UNIVERSITY, _BIOTECH}
    assert graph.value(project, SDO.foundingDate) == Literal("2019-03-01")
    amount = graph.value(graph.value(graph.value(project, SDO.funding), SDO.amount), SDO.value)
    assert float(amount) == 2_000_000


def test_trials_say_what_where_and_who(graph):
    assert graph.value(_TRIAL, RDF.type) == SDO.MedicalTrial
    assert graph.value(_TRIAL, SDO.status) == SDO.Recruiting
    assert set(graph.objects(_TRIAL, SDO.additionalType)) == {Literal("Phase 1"), Literal("Phase 2")}
    assert {str(graph.value(condition, SDO.name)) for condition in graph.objects(_TRIAL, SDO.healthCondition)} == {
        "Gout", "Asthma"}
    sponsors = set(graph.objects(_TRIAL, SDO.sponsor))
    assert _BIOTECH in sponsors
    (role,) = sponsors - {_BIOTECH}
    assert (graph.value(role, SDO.roleName), graph.value(role, SDO.sponsor)) == (Literal("collaborator"), _UNIVERSITY)
    places = {str(graph.value(town, SDO.name)): set(graph.objects(town, SDO.containsPlace))
              for town in graph.objects(_TRIAL, SDO.studyLocation)}
    assert set(places) == {"Leuven", "Utrecht"}
    assert places["Leuven"] == {URIRef(ror_id(2))}
    entry = next(node for node in graph.objects(_TRIAL, SDO.subjectOf) if graph.value(node, SDO.temporalCoverage))
    assert graph.value(entry, SDO.temporalCoverage) == Literal("2023-02-01/..")
    assert URIRef("https://clinicaltrials.gov/study/NCT90000001") in set(graph.objects(_TRIAL, SDO.sameAs))


def test_a_linked_mention_adds_no_name_to_an_organisation(graph):
    assert set(graph.objects(URIRef(ror_id(2)), SDO.name)) == {Literal("UZ Kaai")}


def test_calls_say_how_much_and_until_when(graph):
    call = URIRef("urn:openvalley:openbook:CALL-1")
    assert graph.value(call, RDF.type) == SDO.MonetaryGrant
    assert float(graph.value(graph.value(call, SDO.amount), SDO.value)) == 5_000_000
    ends = {str(graph.value(action, SDO.endTime)) for action in graph.objects(call, SDO.potentialAction)}
    assert ends == {"2026-04-01", "2026-09-01"}
    # An address that is none is no address in RDF either.
    assert graph.value(URIRef("urn:openvalley:openbook:CALL-2"), SDO.url) is None


def test_regions_lie_in_one_another(graph):
    town = URIRef("urn:openvalley:nuts:BE234")
    assert graph.value(town, SDO.containedInPlace) == URIRef("urn:openvalley:nuts:BE23")
    assert graph.value(URIRef("urn:openvalley:nuts:BE"), RDF.type) == SDO.Country
    assert graph.value(graph.value(_UNIVERSITY, SDO.location), SDO.containedInPlace) == town


def test_it_says_what_it_is_based_on(graph, free):
    atlas = URIRef(f"urn:openvalley:atlas:{free.version}")
    assert graph.value(atlas, SDO.dateCreated) == Literal(free.manifest["built_at"][:10])
    sources = {str(graph.value(source, SDO.name)): source for source in graph.objects(atlas, SDO.isBasedOn)}
    assert set(sources) == {"CORDIS, EU research projects", "Research Organization Registry", "Region pack",
                            "The openbook", "GeoNames", "The regions"}
    licences = {name: str(graph.value(graph.value(source, SDO.license), SDO.name)) for name, source in sources.items()}
    assert licences["GeoNames"] == "CC BY 4.0"
    assert "1059/2003" in licences["The regions"]  # what its own terms forbid does not leave; the law's names do
    licence = graph.value(sources["Research Organization Registry"], SDO.license)
    assert graph.value(licence, SDO.name) == Literal("CC0-1.0")
    assert graph.value(sources["Region pack"], SDO.dateModified) == Literal("2026-01-02")


def test_each_thing_stands_on_a_line(written):
    lines = written("jsonld")[0].read_text(encoding="utf-8").splitlines()
    things = [json.loads(line.rstrip(",")) for line in lines[1:-1]]
    assert len({thing["@id"] for thing in things}) == len(things)
