"""Passing on: the data sets of all feeds as one catalogue, in HealthDCAT-AP or, without its own terms, in DCAT-AP."""

from collections.abc import Sequence
from decimal import Decimal

from rdflib import Graph, Literal, URIRef

from openvalley.errors import BadInput
from openvalley.healthdata.catalogue import feeds
from openvalley.healthdata.catalogue.namespaces import DCAT, DCATAP, DCTERMS, DPV, FOAF, HEALTH, RDF, VCARD, XSD, empty
from openvalley.healthdata.catalogue.shapes import PROFILES
from openvalley.settings import Settings

#: Formats by the names under which they are asked for, as rdflib calls them.
FORMATS = {"turtle": "turtle", "jsonld": "json-ld", "rdfxml": "pretty-xml"}
#: Namespaces whose terms DCAT-AP does not have: what HealthDCAT-AP adds.
_HEALTH_ONLY = (str(HEALTH), str(DPV), "http://www.w3.org/ns/dqv#", "http://www.w3.org/ns/csvw#")
#: The regulation that makes health data sets be described: the European Health Data Space (EU) 2025/327.
_LEGISLATION = URIRef("http://data.europa.eu/eli/reg/2025/327/oj")


def catalogue(settings: Settings, profile: str, address: str, names: Sequence[str] = ()) -> Graph:
    """Return the data sets of feeds as one catalogue.

    Args:
        settings: of the home folder.
        profile: healthdcat-ap or dcat-ap.
        address: of the catalogue itself; where it stands on the web.
        names: feeds; all when none is named.

    Raises:
        BadInput: there is no such profile or feed, or nothing was gathered yet.

    """
    if profile not in PROFILES:
        raise BadInput(f"There is no profile {profile[:40]!r} here.", hint=f"Profiles: {', '.join(PROFILES)}.")
    chosen = [feeds.feed(settings, name) for name in names] or feeds.feeds(settings)
    graph = empty()
    for one in chosen:
        graph += feeds.description(settings, one.name)
    described = sorted(one for one in graph.subjects(RDF.type, DCAT.Dataset, unique=True) if isinstance(one, URIRef))
    if not described:
        raise BadInput("There is nothing to pass on yet.",
                       hint="Gather a description with: openvalley catalogue harvest NAME FILE-OR-ADDRESS")
    for other in list(graph.subjects(RDF.type, DCAT.Catalog, unique=True)):
        for triple in list(graph.triples((other, None, None))):
            graph.remove(triple)
    _head(graph, URIRef(address), described)
    if profile == "dcat-ap":
        for triple in [triple for triple in graph if str(triple[1]).startswith(_HEALTH_ONLY)
                       or str(triple[2]).startswith(_HEALTH_ONLY)]:
            graph.remove(triple)
    return _reached(_whole_sizes(graph), URIRef(address))


def _whole_sizes(graph: Graph) -> Graph:
    """Write sizes in bytes as DCAT-AP 3 has them: whole numbers, also where a catalogue gave decimals (DCAT 1)."""
    for place, size in list(graph.subject_objects(DCAT.byteSize)):
        read = size.toPython() if isinstance(size, Literal) else None
        if isinstance(read, Decimal | float | int) and read >= 0 and read == int(read):
            graph.remove((place, DCAT.byteSize, size))
            graph.add((place, DCAT.byteSize, Literal(str(int(read)), datatype=XSD.nonNegativeInteger)))
    return graph


def _head(graph: Graph, own: URIRef, described: Sequence[URIRef]) -> None:
    graph.add((own, RDF.type, DCAT.Catalog))
    graph.add((own, DCTERMS.title, Literal("Health data of the cluster", lang="en")))
    graph.add((own, DCTERMS.description, Literal(
        "Descriptions of health data sets, gathered from the catalogues of their holders.", lang="en")))
    publisher = URIRef(f"{own}#publisher")
    graph.add((own, DCTERMS.publisher, publisher))
    graph.add((publisher, RDF.type, FOAF.Agent))
    graph.add((publisher, FOAF.name, Literal("OpenValley")))
    contact = URIRef(f"{own}#contact")
    graph.add((own, DCAT.contactPoint, contact))
    graph.add((contact, RDF.type, VCARD.Kind))
    graph.add((contact, VCARD.hasURL, own))
    graph.add((own, DCATAP.applicableLegislation, _LEGISLATION))
    for one in described:
        graph.add((own, DCAT.dataset, one))


def _reached(graph: Graph, own: URIRef) -> Graph:
    """Return what the catalogue leads to: parts that hung on what was taken out are left behind."""
    kept = empty()
    waiting, seen = [own], {own}
    while waiting:
        here = waiting.pop()
        for triple in graph.triples((here, None, None)):
            kept.add(triple)
            if triple[2] not in seen and not isinstance(triple[2], Literal):
                seen.add(triple[2])  # type: ignore[arg-type]
                waiting.append(triple[2])  # type: ignore[arg-type]
    return kept


def written(graph: Graph, form: str) -> str:
    """Return a graph as text.

    Raises:
        BadInput: there is no such format.

    """
    if form not in FORMATS:
        raise BadInput(f"There is no format {form[:40]!r} here.", hint=f"Formats: {', '.join(FORMATS)}.")
    return graph.serialize(format=FORMATS[form], encoding=None)
