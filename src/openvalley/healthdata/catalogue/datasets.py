"""Data sets as plain values: what a list, a page and the search need of each description.

Reads a graph, writes nothing. A description may lack anything: what it does not say is None or empty, never guessed.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from rdflib import BNode, Graph, Literal, URIRef
from rdflib.term import Node

from openvalley.healthdata.catalogue.namespaces import AUTHORITY, DCAT, DCTERMS, DPV, FOAF, HEALTH, RDF

#: Texts by language; the key is empty where a text has none.
Texts = Mapping[str, str]


@dataclass(frozen=True)
class Holder:
    """Who publishes a data set: names by language, the address of its site, what kind it says it is, its identifier."""

    names: Texts = field(default_factory=dict)
    homepage: str | None = None
    kind: str | None = None
    identifier: str | None = None
    trusted: bool | None = None

    @property
    def name(self) -> str:
        """The name that is shown where no language is preferred."""
        return preferred(self.names)


@dataclass(frozen=True)
class Dataset:
    """One data set.

    Attributes:
        id: its address (IRI).
        titles: what it is called, by language.
        descriptions: what it holds, by language.
        holder: who publishes it; None where nobody is named.
        access: how it may be reached: public, restricted or non-public; None where not said.
        categories: health categories of the EU (codes such as EHR, REGISTRY).
        themes: addresses of what it is about.
        keywords: in any language.
        countries: where the people are, ISO 3166-1 alpha-3 as the EU's table has them, or other places' addresses.
        records: rows; None where not said.
        people: distinct persons; None where not said.
        ages: lowest and highest age in years; each may be None.
        coding_systems: addresses of the terminologies that its values use.
        codes: codes that it says it holds (ICD-10:E11.9).
        population: whom it covers, in words.
        first_day, last_day: the time that it covers, ISO dates.
        frequency: how often it is renewed (code of the EU's table).
        legal_bases, purposes: addresses.
        landing_page: its page on the web.
        issued, modified: ISO dates.
        access_body: name of the health data access body.
        distributions: formats in which it is given, codes of the EU's table.

    """

    id: str
    titles: Texts = field(default_factory=dict)
    descriptions: Texts = field(default_factory=dict)
    holder: Holder | None = None
    access: str | None = None
    categories: Sequence[str] = ()
    themes: Sequence[str] = ()
    keywords: Sequence[str] = ()
    countries: Sequence[str] = ()
    records: int | None = None
    people: int | None = None
    ages: tuple[int | None, int | None] = (None, None)
    coding_systems: Sequence[str] = ()
    codes: Sequence[str] = ()
    population: str | None = None
    first_day: str | None = None
    last_day: str | None = None
    frequency: str | None = None
    legal_bases: Sequence[str] = ()
    purposes: Sequence[str] = ()
    landing_page: str | None = None
    issued: str | None = None
    modified: str | None = None
    access_body: str | None = None
    distributions: Sequence[str] = ()

    @property
    def title(self) -> str:
        """The title that is shown where no language is preferred."""
        return preferred(self.titles) or self.id


def preferred(texts: Texts, language: str = "en") -> str:
    """Return a text in a language, else in English, else without language, else in any."""
    return next((texts[code] for code in (language, "en", "", *sorted(texts)) if texts.get(code)), "")


def datasets(graph: Graph) -> list[Dataset]:
    """Return the data sets that a graph describes, by their addresses; those without one cannot be cited."""
    found = sorted(str(one) for one in graph.subjects(RDF.type, DCAT.Dataset, unique=True) if isinstance(one, URIRef))
    return [_dataset(graph, URIRef(address)) for address in found]


def _dataset(graph: Graph, one: URIRef) -> Dataset:
    period = graph.value(one, DCTERMS.temporal)
    return Dataset(
        id=str(one), titles=_texts(graph, one, DCTERMS.title), descriptions=_texts(graph, one, DCTERMS.description),
        holder=_holder(graph, one), access=_code(graph.value(one, DCTERMS.accessRights)),
        categories=_codes(graph.objects(one, HEALTH.healthCategory)),
        themes=_addresses(graph, one, HEALTH.healthTheme), keywords=_plain(graph.objects(one, DCAT.keyword)),
        countries=_codes(graph.objects(one, DCTERMS.spatial)),
        records=_number(graph, one, HEALTH.numberOfRecords),
        people=_number(graph, one, HEALTH.numberOfUniqueIndividuals),
        ages=(_number(graph, one, HEALTH.minTypicalAge), _number(graph, one, HEALTH.maxTypicalAge)),
        coding_systems=_addresses(graph, one, HEALTH.hasCodingSystem), codes=_held_codes(graph, one),
        population=preferred(_texts(graph, one, HEALTH.populationCoverage)) or None,
        first_day=_day(graph, period, (DCAT.startDate,), "hasBeginning"),
        last_day=_day(graph, period, (DCAT.endDate,), "hasEnd"),
        frequency=_code(graph.value(one, DCTERMS.accrualPeriodicity)),
        legal_bases=_addresses(graph, one, DPV.hasLegalBasis), purposes=_addresses(graph, one, DPV.hasPurpose),
        landing_page=_address(graph.value(one, DCAT.landingPage)),
        issued=_date(graph.value(one, DCTERMS.issued)), modified=_date(graph.value(one, DCTERMS.modified)),
        access_body=_name_of(graph, graph.value(one, HEALTH.hdab)),
        distributions=_codes(form for way in graph.objects(one, DCAT.distribution)
                             for form in graph.objects(way, DCTERMS["format"])),
    )


def _holder(graph: Graph, one: URIRef) -> Holder | None:
    agent = graph.value(one, DCTERMS.publisher)
    if agent is None:
        return None
    trusted = graph.value(agent, HEALTH.trustedDataHolder)
    kind = graph.value(one, HEALTH.publisherType) or graph.value(agent, DCTERMS.type)
    return Holder(
        names=_texts(graph, agent, FOAF.name), homepage=_address(graph.value(agent, FOAF.homepage)), kind=_code(kind),
        identifier=_text(graph.value(agent, DCTERMS.identifier)) or (str(agent) if isinstance(agent, URIRef) else None),
        trusted=trusted.toPython() is True if isinstance(trusted, Literal) else None)


def _held_codes(graph: Graph, one: URIRef) -> list[str]:
    held = (graph.value(entry, DCTERMS.identifier) or entry for entry in graph.objects(one, HEALTH.hasCodeValues))
    return sorted({str(code) for code in held if not isinstance(code, BNode)})


def _day(graph: Graph, period: Node | None, straight: Iterable[URIRef], by_instant: str) -> str | None:
    """Return a day of a period, said with dcat:startDate and dcat:endDate or with instants of OWL-Time."""
    if period is None:
        return None
    for name in straight:
        said = _date(graph.value(period, name))
        if said:
            return said
    time = "http://www.w3.org/2006/time#"
    instant = graph.value(period, URIRef(time + by_instant))
    return None if instant is None else next(
        (said for name in ("inXSDDate", "inXSDDateTimeStamp", "inXSDDateTime")
         if (said := _date(graph.value(instant, URIRef(time + name))))), None)


def _texts(graph: Graph, one: Node, name: URIRef) -> dict[str, str]:
    said = sorted((value.language or "", str(value)) for value in graph.objects(one, name)
                  if isinstance(value, Literal) and str(value).strip())
    return {language.partition("-")[0]: text for language, text in reversed(said)}


def _name_of(graph: Graph, agent: Node | None) -> str | None:
    return None if agent is None else preferred(_texts(graph, agent, FOAF.name)) or None


def _number(graph: Graph, one: URIRef, name: URIRef) -> int | None:
    value = graph.value(one, name)
    read = value.toPython() if isinstance(value, Literal) else None
    try:
        number = int(str(read))
    except ValueError:
        return None
    return number if number >= 0 else None


def _date(value: Node | None) -> str | None:
    text = _text(value)
    return text[:10] if text else None


def _text(value: Node | None) -> str | None:
    return str(value) if isinstance(value, Literal) and str(value).strip() else None


def _address(value: Node | None) -> str | None:
    text = str(value) if value is not None and not isinstance(value, BNode) else ""
    return text if text.startswith(("https://", "http://")) else None


def _addresses(graph: Graph, one: URIRef, name: URIRef) -> list[str]:
    return sorted({str(value) for value in graph.objects(one, name) if isinstance(value, URIRef)})


def _plain(values: Iterable[Node]) -> list[str]:
    return sorted({str(value).strip() for value in values if isinstance(value, Literal) and str(value).strip()})


def _code(value: Node | None) -> str | None:
    """Return the code at the end of an authority's address; other addresses stand for themselves."""
    if value is None or isinstance(value, BNode):
        return None
    text = str(value)
    if text.startswith(AUTHORITY) or "/authority/" in text or "publishertype/" in text:
        return text.rstrip("/").rpartition("/")[2]
    return text


def _codes(values: Iterable[Node]) -> list[str]:
    return sorted({code for value in values if (code := _code(value))})
