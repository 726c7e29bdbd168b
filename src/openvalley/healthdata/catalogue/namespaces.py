"""The namespaces of the profile, under the prefixes that its specification uses."""

from collections.abc import Mapping

from rdflib import Graph, Namespace
from rdflib.namespace import DCAT, DCTERMS, FOAF, PROV, RDF, RDFS, SKOS, XSD

DCATAP = Namespace("http://data.europa.eu/r5r/")
HEALTH = Namespace("http://healthdataportal.eu/ns/health#")
VCARD = Namespace("http://www.w3.org/2006/vcard/ns#")
ADMS = Namespace("http://www.w3.org/ns/adms#")
DPV = Namespace("https://w3id.org/dpv#")
#: The EU's authority tables (Publications Office), and the health ones of HealthData@EU.
AUTHORITY = "http://publications.europa.eu/resource/authority/"
HEALTH_AUTHORITY = "http://healthdata.ec.europa.eu/authority/"

PREFIXES: Mapping[str, Namespace] = {"dcatap": DCATAP, "healthdcatap": HEALTH, "vcard": VCARD, "adms": ADMS, "dpv": DPV}

__all__ = ["ADMS", "AUTHORITY", "DCAT", "DCATAP", "DCTERMS", "DPV", "FOAF", "HEALTH", "HEALTH_AUTHORITY", "PREFIXES",
           "PROV", "RDF", "RDFS", "SKOS", "VCARD", "XSD", "empty"]


def empty() -> Graph:
    """Return an empty graph that knows the prefixes."""
    graph = Graph(bind_namespaces="core")
    for prefix, namespace in (*PREFIXES.items(), ("dcat", DCAT), ("dct", DCTERMS), ("foaf", FOAF), ("prov", PROV),
                              ("skos", SKOS)):
        graph.bind(prefix, namespace)
    return graph
