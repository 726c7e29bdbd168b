"""No personal data: what reaches or names persons is taken out of a description before anything of it is kept."""

from rdflib import Graph, URIRef

from openvalley.healthdata.catalogue.namespaces import DCAT, FOAF, RDF, VCARD

#: Properties of contact points and agents that reach persons: they are never kept (`withhold`).
_REACHING = (VCARD.hasEmail, VCARD.hasTelephone, VCARD.email, VCARD.tel, FOAF.mbox, FOAF.phone, FOAF.mbox_sha1sum)
#: Types of things that are persons, and the properties that name or place them.
_PERSONS = (VCARD.Individual, FOAF.Person)
_NAMING = (VCARD.fn, VCARD["given-name"], VCARD["family-name"], VCARD.hasName, VCARD.nickname, VCARD.hasAddress,
           FOAF.name, FOAF.givenName, FOAF.familyName)


def withhold(graph: Graph) -> int:
    """Take what reaches or names persons out of a graph, and return how many statements that were.

    A contact point that is left without any address gets the landing page of what it belongs to, so that there still is
    a way to the holder.
    """
    reaching = [triple for name in _REACHING for triple in graph.triples((None, name, None))]
    naming = [triple for kind in _PERSONS for person in graph.subjects(RDF.type, kind, unique=True) for name in _NAMING
              for triple in graph.triples((person, name, None))]
    for triple in (*reaching, *naming):
        graph.remove(triple)
    for thing, contact in list(graph.subject_objects(DCAT.contactPoint)):
        page = graph.value(thing, DCAT.landingPage) or graph.value(thing, FOAF.homepage)
        if graph.value(contact, VCARD.hasURL) is None and isinstance(page, URIRef):
            graph.add((contact, VCARD.hasURL, page))
    return len(reaching) + len(naming)
