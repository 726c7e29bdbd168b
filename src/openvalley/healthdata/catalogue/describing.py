"""Describing: from what a data steward fills in to a valid description in HealthDCAT-AP.

Reads the fields of `FIELDS`, gives a graph; what the profile always wants the same (legislation of the European Health
Data Space, type, theme) is set here. No person is named: a contact is a page.
"""

import re
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import cache
from importlib import resources
from typing import Any
from urllib.parse import urlsplit

from rdflib import BNode, Graph, Literal, URIRef

from openvalley.errors import BadInput
from openvalley.healthdata.catalogue.namespaces import (
    ADMS,
    AUTHORITY,
    DCAT,
    DCATAP,
    DCTERMS,
    FOAF,
    HEALTH,
    RDF,
    RDFS,
    VCARD,
    XSD,
    empty,
)
from openvalley.vocabulary.terms import LANGUAGES
from openvalley.vocabulary.typography import typeset_all

#: Where the EU's health data catalogues keep the categories.
_CATEGORIES = "http://healthdataportal.eu/resource/authority/healthcategories/"
_LEGISLATION = URIRef("http://data.europa.eu/eli/reg/2025/327/oj")
_LONGEST = 5_000
_COUNTRY = re.compile("[A-Z]{3}")
_OLDEST = 130
#: Digits of a count of records.
_DIGITS = 12
ACCESS = ("NON_PUBLIC", "RESTRICTED", "PUBLIC")


class FieldFault(BadInput):
    """Fields of a description that cannot be taken; ``context["faults"]`` says what is wrong with each."""

    code = "bad_description"


class Fault(StrEnum):
    """What is wrong with a field, and how it is said in English."""

    NEEDED = "is needed"
    LONG = f"must have at most {_LONGEST:,} characters"
    ADDRESS = "must be an address that begins with https://"
    NUMBER = "must be a whole number"
    AGE = f"must be an age in years, 0 to {_OLDEST}"
    DAY = "must be a day like 2026-01-31"
    COUNTRIES = "must be codes of three letters, such as BEL; NLD"
    CHOICE = "must be among the values that the form lists"
    LESS = "must not be less than the field before it"
    UNKNOWN = "is no field of the form"


@dataclass(frozen=True)
class Field:
    """One field of the form: what tells a value's fault (None: none), an example, and whether it is needed."""

    fault: Callable[[str], Fault | None]
    example: str
    needed: bool = True


def _text(value: str) -> Fault | None:
    return Fault.LONG if len(value) > _LONGEST else None


def _address(value: str) -> Fault | None:
    try:
        parts = urlsplit(value)
    except ValueError:
        return Fault.ADDRESS
    plain = parts.scheme in {"http", "https"} and parts.netloc and not re.search(r"[\s<>\"{}|\\^`]", value)
    return None if plain and "@" not in parts.netloc and len(value) <= _LONGEST else Fault.ADDRESS


def _whole(value: str) -> Fault | None:
    return None if value.isdecimal() and len(value) <= _DIGITS else Fault.NUMBER


def _age(value: str) -> Fault | None:
    return None if value.isdecimal() and int(value[:4]) <= _OLDEST else Fault.AGE


def _day(value: str) -> Fault | None:
    try:
        date.fromisoformat(value)
    except ValueError:
        return Fault.DAY
    return None


def _countries(value: str) -> Fault | None:
    return None if all(map(_COUNTRY.fullmatch, _many(value))) else Fault.COUNTRIES


def _one_of(*known: str) -> Callable[[str], Fault | None]:
    return lambda value: None if set(_many(value)) <= set(known) else Fault.CHOICE


@cache
def categories() -> Mapping[str, Mapping[str, str]]:
    """Return the label of each category by code and language (source: categories.toml beside this module)."""
    return {code: entry["labels"] for code, entry in _read_categories().items()}


@cache
def category(code: str) -> str:
    """Return the code of the category that a code, also another catalogue's, stands for; others for themselves."""
    return next((known for known, entry in _read_categories().items() if code in entry.get("also", ())), code)


def _read_categories() -> Mapping[str, Any]:
    text = resources.files(__package__).joinpath("categories.toml").read_text(encoding="utf-8")
    read: Mapping[str, Any] = typeset_all(tomllib.loads(text))
    return read


#: Every field by its name, in the order of the form. Several values are separated by ``;``.
FIELDS: Mapping[str, Field] = {
    "address": Field(_address, "https://hospital.example/data/diabetes"),
    "title": Field(_text, "Diabetes registry"),
    "description": Field(_text, "Visits and laboratory values of adults with diabetes since 2010"),
    "language": Field(_one_of(*LANGUAGES), "en"),
    "holder": Field(_text, "Example University Hospital"),
    "holder_page": Field(_address, "https://hospital.example"),
    "contact_page": Field(_address, "https://hospital.example/data/contact"),
    "access": Field(_one_of(*ACCESS), "NON_PUBLIC"),
    "category": Field(_one_of(*categories()), "EHRS; PHDR"),
    "keywords": Field(_text, "diabetes; HbA1c"),
    "provenance": Field(_text, "Collected in routine care, coded by the hospital's registrars"),
    "access_body": Field(_text, "Health Data Agency"),
    "access_body_page": Field(_address, "https://agency.example"),
    "distribution": Field(_text, "Available in a secure processing environment after a permit"),
    "distribution_page": Field(_address, "https://hospital.example/data/diabetes/access"),
    "records": Field(_whole, "120000", needed=False),
    "people": Field(_whole, "4200", needed=False),
    "lowest_age": Field(_age, "18", needed=False),
    "highest_age": Field(_age, "95", needed=False),
    "population": Field(_text, "Adults with type 1 or type 2 diabetes", needed=False),
    "first_day": Field(_day, "2010-01-01", needed=False),
    "last_day": Field(_day, "2025-12-31", needed=False),
    "countries": Field(_countries, "BEL", needed=False),
}


def faults(values: Mapping[str, str]) -> dict[str, Fault]:
    """Return what is wrong, by field; nothing when the description can be written."""
    given = {name: values.get(name, "").strip() for name in FIELDS}
    found = {name: Fault.UNKNOWN for name in values if name not in FIELDS}
    for name, field in FIELDS.items():
        fault = field.fault(given[name]) if given[name] else Fault.NEEDED if field.needed else None
        if fault:
            found[name] = fault
    for low, high in (("lowest_age", "highest_age"), ("people", "records"), ("first_day", "last_day")):
        both = given[low] and given[high] and not {low, high} & set(found)
        if both and _ordered(given[low]) > _ordered(given[high]):
            found[high] = Fault.LESS
    return found


def _ordered(value: str) -> tuple[int, str]:
    return (int(value), "") if value.isdecimal() else (0, value)


def described(values: Mapping[str, str]) -> Graph:
    """Return the description that fields make.

    Raises:
        FieldFault: fields are missing or wrong.

    """
    wrong = faults(values)
    if wrong:
        raise FieldFault("The description cannot be written: " + "; ".join(
            f"{name} {fault.value}" for name, fault in wrong.items()) + ".", hint="Mend these fields.", faults=wrong)
    given = {name: text.strip() for name, text in values.items() if text.strip()}
    graph, one = empty(), URIRef(given["address"])
    language = given["language"]
    for name, value in (
        (RDF.type, DCAT.Dataset), (DCTERMS.title, Literal(given["title"], lang=language)),
        (DCTERMS.description, Literal(given["description"], lang=language)),
        (DCTERMS.identifier, Literal(given["address"], datatype=XSD.anyURI)),
        (DCTERMS.accessRights, URIRef(f"{AUTHORITY}access-right/{given['access']}")),
        (DCTERMS.type, URIRef(f"{AUTHORITY}dataset-type/PERSONAL_DATA")),
        (DCAT.theme, URIRef(f"{AUTHORITY}data-theme/HEAL")), (DCATAP.applicableLegislation, _LEGISLATION),
        (DCAT.landingPage, URIRef(given["address"])),
    ):
        graph.add((one, name, value))
    for code in _many(given["category"]):
        graph.add((one, HEALTH.healthCategory, URIRef(_CATEGORIES + code)))
    for word in _many(given["keywords"]):
        graph.add((one, DCAT.keyword, Literal(word, lang=language)))
    for code in _many(given.get("countries", "")):
        graph.add((one, DCTERMS.spatial, URIRef(f"{AUTHORITY}country/{code}")))
    _numbers(graph, one, given)
    _parts(graph, one, given, language)
    return graph


def _numbers(graph: Graph, one: URIRef, given: Mapping[str, str]) -> None:
    for field, name in (("records", HEALTH.numberOfRecords), ("people", HEALTH.numberOfUniqueIndividuals),
                        ("lowest_age", HEALTH.minTypicalAge), ("highest_age", HEALTH.maxTypicalAge)):
        if field in given:
            graph.add((one, name, Literal(given[field], datatype=XSD.nonNegativeInteger)))
    if "population" in given:
        graph.add((one, HEALTH.populationCoverage, Literal(given["population"], lang=given["language"])))
    if "first_day" in given or "last_day" in given:
        period = BNode()
        graph.add((one, DCTERMS.temporal, period))
        graph.add((period, RDF.type, DCTERMS.PeriodOfTime))
        for field, name in (("first_day", DCAT.startDate), ("last_day", DCAT.endDate)):
            if field in given:
                graph.add((period, name, Literal(given[field], datatype=XSD.date)))


def _parts(graph: Graph, one: URIRef, given: Mapping[str, str], language: str) -> None:
    contact = _contact(graph, given["contact_page"])
    graph.add((one, DCAT.contactPoint, contact))
    for name, called, page, way in (
        (DCTERMS.publisher, given["holder"], given["holder_page"], contact),
        (HEALTH.hdab, given["access_body"], given["access_body_page"], _contact(graph, given["access_body_page"])),
    ):
        agent = BNode()
        graph.add((one, name, agent))
        graph.add((agent, RDF.type, FOAF.Agent))
        graph.add((agent, FOAF.name, Literal(called, lang=language)))
        graph.add((agent, FOAF.homepage, URIRef(page)))
        graph.add((agent, DCAT.contactPoint, way))
    told = BNode()
    graph.add((one, DCTERMS.provenance, told))
    graph.add((told, RDF.type, DCTERMS.ProvenanceStatement))
    graph.add((told, RDFS.label, Literal(given["provenance"], lang=language)))
    way_in = URIRef(f"{given['address']}#access")
    graph.add((one, DCAT.distribution, way_in))
    for property_, value in (
        (RDF.type, DCAT.Distribution), (DCAT.accessURL, URIRef(given["distribution_page"])),
        (DCTERMS.description, Literal(given["distribution"], lang=language)),
        (DCATAP.applicableLegislation, _LEGISLATION),
        (ADMS.status, URIRef(f"{AUTHORITY}dataset-status/COMPLETED")),
    ):
        graph.add((way_in, property_, value))


def _contact(graph: Graph, page: str) -> BNode:
    contact = BNode()
    graph.add((contact, RDF.type, VCARD.Kind))
    graph.add((contact, VCARD.hasURL, URIRef(page)))
    return contact


def _many(value: str) -> list[str]:
    return [part.strip() for part in value.split(";") if part.strip()]
