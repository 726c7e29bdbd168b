"""Checking: a description against the shapes of a profile, and what is wrong in words a data steward understands."""

from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass

from pyshacl import validate
from pyshacl.errors import ReportableRuntimeError, ShapeLoadError
from rdflib import BNode, Graph, Literal, URIRef
from rdflib.namespace import SH
from rdflib.term import Node

from openvalley.errors import BadInput
from openvalley.healthdata.catalogue.namespaces import AUTHORITY, DCAT, DCTERMS, FOAF, RDF, empty

#: What properties are called in the forms and guides of the profile; others are called by their term.
_CALLED: Mapping[str, str] = {
    "dct:title": "title", "dct:description": "description", "dct:publisher": "publisher (who holds the data)",
    "dct:accessRights": "access rights", "dct:identifier": "identifier", "dct:provenance": "provenance",
    "dct:type": "type", "dct:format": "file format", "dct:rights": "rights", "dct:license": "licence",
    "dcat:contactPoint": "contact point", "dcat:distribution": "distribution (how the data are given)",
    "dcat:theme": "theme", "dcat:keyword": "keyword", "dcat:byteSize": "size in bytes",
    "dcat:accessURL": "access address", "dcatap:applicableLegislation": "applicable legislation",
    "healthdcatap:hdab": "health data access body", "healthdcatap:healthCategory": "health category",
    "healthdcatap:numberOfRecords": "number of records", "vcard:hasURL": "contact page", "vcard:hasEmail": "e-mail",
    "healthdcatap:numberOfUniqueIndividuals": "number of persons", "healthdcatap:minTypicalAge": "lowest age",
    "healthdcatap:maxTypicalAge": "highest age", "healthdcatap:publisherType": "type of publisher",
    "healthdcatap:publisherNote": "note on the publisher",
}
_SEVERITIES = {SH.Violation: "error", SH.Warning: "warning", SH.Info: "note"}
#: Findings of one kind at one data set are counted together beyond this many.
_LONGEST_VALUE = 80


@dataclass(frozen=True)
class Finding:
    """One thing that is wrong.

    Attributes:
        severity: error (the description is not valid), warning or note.
        about: address of the data set, catalogue or service that it is about.
        title: what that is called; its address where it has no title.
        term: the property, as the profile writes it (``dct:publisher``); empty where it is about the whole.
        says: what is wrong and what to do, in a sentence.
        times: how often at this place.

    """

    severity: str
    about: str
    title: str
    term: str
    says: str
    times: int = 1


def findings(graph: Graph, shapes: Graph) -> list[Finding]:
    """Return what is wrong with a description, errors first; nothing when it is valid.

    Raises:
        BadInput: the shapes themselves cannot be used.

    """
    try:
        _, report, _ = validate(graph, shacl_graph=shapes, inference="none", do_owl_imports=False, allow_warnings=True)
    except (ReportableRuntimeError, ShapeLoadError, RecursionError) as problem:
        raise BadInput(f"These shapes cannot be used: {' '.join(str(problem).split())[:300]}",
                       hint="Bring the profile's published SHACL file again: openvalley catalogue shapes") from problem
    if not isinstance(report, Graph):
        raise BadInput("These shapes gave no report.", hint="Bring the profile's published SHACL file again.")
    counted: dict[Finding, int] = {}
    for result in report.subjects(RDF.type, SH.ValidationResult, unique=True):
        found = _finding(graph, report, result)
        counted[found] = counted.get(found, 0) + 1
    order = tuple(_SEVERITIES.values())
    return sorted((Finding(one.severity, one.about, one.title, one.term, one.says, times)
                   for one, times in counted.items()),
                  key=lambda one: (order.index(one.severity), one.title, one.term, one.says))


def _finding(graph: Graph, report: Graph, result: Node) -> Finding:
    focus = report.value(result, SH.focusNode)
    path = report.value(result, SH.resultPath)
    term = _short(path) if isinstance(path, URIRef) else ""
    place = _place(graph, focus)
    inside = "" if focus is None or place == focus else f" of its {_thing(graph, focus)}"
    says = _sentence(report, result, term, inside)
    return Finding(_SEVERITIES.get(_uri(report.value(result, SH.resultSeverity)), "error"), str(place or ""),
                   str(graph.value(place, DCTERMS.title) or place or "the description") if place else "the description",
                   term, says)


def _sentence(report: Graph, result: Node, term: str, inside: str) -> str:
    called = f"{_CALLED.get(term, term or 'the whole')}{inside}"
    value = report.value(result, SH.value)
    shown = "" if value is None or isinstance(value, BNode) else f" “{str(value)[:_LONGEST_VALUE]}”"
    component = str(report.value(result, SH.sourceConstraintComponent)).rpartition("#")[2]
    shape = report.value(result, SH.sourceShape)
    wanted = {name: report.value(shape, SH[name]) for name in ("datatype", "class", "hasValue")} if shape else {}
    said = {
        "MinCountConstraintComponent": f"The {called} is missing: add {term or 'it'}.",
        "MaxCountConstraintComponent": f"The {called} is given more than once: keep one.",
        "DatatypeConstraintComponent": f"The {called}{shown} is no {_short(wanted.get('datatype'))}: write it as one.",
        "NodeKindConstraintComponent": f"The {called}{shown} must be {_kind(report, shape)}.",
        "ClassConstraintComponent": f"The {called}{shown} must be described as a {_short(wanted.get('class'))}.",
        "HasValueConstraintComponent": f"The {called} must be {_short(wanted.get('hasValue'))}.",
        "InConstraintComponent": f"The {called}{shown} is none of the values that the profile knows.",
        "PatternConstraintComponent": f"The {called}{shown} is not written as the profile asks.",
        "NodeConstraintComponent": f"The {called} is not described as the profile asks; see the findings about it.",
        "UniqueLangConstraintComponent": f"The {called} is given twice in one language: keep one.",
    }.get(component)
    message = report.value(result, SH.resultMessage)
    return said or f"The {called}{shown} breaks a rule of the profile: {' '.join(str(message).split())[:200]}"


def _kind(report: Graph, shape: Node | None) -> str:
    kind = str(report.value(shape, SH.nodeKind) if shape is not None else "").rpartition("#")[2]
    return {"IRI": "an address (IRI)", "Literal": "a plain value"}.get(kind, "an address (IRI) or described by itself")


def _place(graph: Graph, focus: Node | None) -> Node | None:
    """Return the data set, catalogue or service that a thing belongs to: the nearest that leads to it."""
    waiting, seen = deque([focus] if focus is not None else []), {focus}
    while waiting:
        one = waiting.popleft()
        if isinstance(one, URIRef) and (one, RDF.type, DCAT.Dataset) in graph:
            return one
        for above in graph.subjects(None, one):
            if above not in seen:
                seen.add(above)
                waiting.append(above)
    return focus


def _thing(graph: Graph, focus: Node) -> str:
    """Return what a thing inside a description is: ``distribution “Trend report”``."""
    kinds = sorted(str(kind).rpartition("#")[2].rpartition("/")[2] for kind in graph.objects(focus, RDF.type))
    named = graph.value(focus, DCTERMS.title) or graph.value(focus, FOAF.name)
    kind = kinds[0] if kinds else "part"
    return f"{kind} “{str(named)[:_LONGEST_VALUE]}”" if isinstance(named, Literal) else kind


def _short(node: Node | None) -> str:
    """Return a term with its prefix, an authority's code, or the address itself."""
    if node is None:
        return ""
    text = str(node)
    if text.startswith(AUTHORITY):
        return text.rpartition("/")[2]
    try:
        return _NAMES.compute_qname(text, generate=False)[0] + ":" + _NAMES.compute_qname(text, generate=False)[2]
    except (KeyError, ValueError):
        return text


def _uri(node: Node | None) -> URIRef:
    return node if isinstance(node, URIRef) else SH.Violation


_NAMES = empty().namespace_manager
