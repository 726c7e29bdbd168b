"""Reads Beacon v2 requests: POST bodies and GET queries, with filters and a cohort of ours.

Source: GA4GH Beacon v2, requests/beaconRequestBody.json and requests/filteringTerms.json. Filters are joined by and.
What filters cannot say (or, not, values with units) is said by `requestParameters.cohort`, a criterion as
`cdm.asking` reads it; both together are joined by and.
"""

import difflib
import json
import math
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from openvalley.errors import BadCohort
from openvalley.healthdata.cdm.asking import MOST_CRITERIA, cohort_from, concept, day
from openvalley.healthdata.cdm.cohorts import Criterion, Kind, Sex
from openvalley.healthdata.disclosure.policy import Granularity
from openvalley.healthdata.trends.months import months_of

#: Bytes of a request; a hundred criteria need a tenth of it.
LARGEST = 65_536
#: Sex as ontology terms. Source: NCI Thesaurus, https://ncithesaurus.nci.nih.gov
SEXES: Mapping[str, Sex] = {"NCIT:C16576": Sex.FEMALE, "NCIT:C20197": Sex.MALE}
_OPERATORS = ("=", "<", ">", "!", ">=", "<=")
_QUERY = ("filters", "requestParameters", "requestedGranularity", "includeResultsetResponses", "pagination", "testMode")
_GRANULARITIES = ("boolean", "count", "record")
_YEARS = re.compile(r"P?(\d{1,3})Y?", re.ASCII)
_FILTER = ("id", "operator", "value", "scope", "includeDescendantTerms", "similarity")

#: Returns as what kind of event a concept can be asked for.
KindOf = Callable[[str], Kind]


@dataclass(frozen=True)
class Received:
    """A request, as it was understood.

    Attributes:
        criterion: the document of the cohort, not looked into yet.
        granularity: what is asked for; records are never given, so they become counts.
        sketch: whether a sketch is asked for too.
        months: the first day of each month that is asked about; empty: the cohort is asked about once.
        summary: what `receivedRequestSummary` repeats.

    """

    criterion: Mapping[str, Any]
    granularity: Granularity
    sketch: bool = False
    months: tuple[date, ...] = ()
    summary: Mapping[str, Any] = field(default_factory=dict)

    def cohort(self) -> Criterion:
        """Return the cohort.

        Raises:
            BadCohort: it cannot be meant.

        """
        return cohort_from(self.criterion)


def from_body(body: bytes, kind_of: KindOf) -> Received:
    """Read the body of a POST.

    Raises:
        BadCohort: it is no request of Beacon v2, or a filter cannot be answered.

    """
    try:
        document = json.loads(body)
    except (ValueError, RecursionError) as problem:
        raise BadCohort("The body is no JSON.", hint="Send a Beacon v2 request.", term="body") from problem
    fields = _fields(document, ("$schema", "meta", "query"), "the request")
    meta = _fields(fields.get("meta"), ("$schema", "apiVersion", "requestedSchemas"), "meta")
    if not isinstance(meta.get("apiVersion"), str):
        raise BadCohort("meta.apiVersion is missing.", hint='Send {"meta": {"apiVersion": "v2.0"}, ...}.',
                        term="meta.apiVersion")
    query = _fields(fields.get("query", {}), _QUERY, "query")
    return _received(query, _short(meta["apiVersion"]), kind_of)


def from_query(pairs: Sequence[tuple[str, str]], kind_of: KindOf) -> Received:
    """Read the query of a GET: `filters` are ontology terms, divided by commas.

    Raises:
        BadCohort: a parameter is unknown, or a filter cannot be answered.

    """
    known = (*_QUERY, "skip", "limit", "requestedSchema", "apiVersion")
    told = dict(pairs)
    _fields(told, tuple(name for name in known if name not in {"requestParameters", "pagination"}), "the query")
    query: dict[str, Any] = {name: told[name] for name in ("requestedGranularity", "includeResultsetResponses")
                             if name in told}
    query["filters"] = [{"id": term.strip()} for term in told.get("filters", "").split(",") if term.strip()]
    query["testMode"] = told.get("testMode", "false").lower() == "true"
    query["pagination"] = {name: _whole(told[name], name) for name in ("skip", "limit") if name in told}
    return _received(query, _short(told.get("apiVersion", "v2.0")), kind_of)


def _received(query: Mapping[str, Any], version: str, kind_of: KindOf) -> Received:
    granularity = query.get("requestedGranularity", "boolean")
    if granularity not in _GRANULARITIES:
        raise BadCohort(f"query.requestedGranularity: {granularity!r:.40} is none of {', '.join(_GRANULARITIES)}.",
                        term="requestedGranularity")
    pagination = _fields(query.get("pagination", {}), ("skip", "limit", "currentPage", "nextPage", "previousPage"),
                         "query.pagination")
    parameters = _fields(query.get("requestParameters", {}), ("$schema", "cohort", "sketch", "series"),
                         "requestParameters")
    filters = query.get("filters", [])
    if not isinstance(filters, list):
        raise BadCohort("query.filters is no list.", term="filters")
    if len(filters) > MOST_CRITERIA:
        raise BadCohort(f"The request has {len(filters):,} filters; at most {MOST_CRITERIA} are answered.",
                        hint="Ask for a concept that stands above several of them.", term=str(len(filters)))
    parts = _criteria(filters, kind_of)
    if "cohort" in parameters:
        parts.append(parameters["cohort"])
    if not parts:
        raise BadCohort("The request asks for nobody in particular.",
                        hint="Send filters, or requestParameters.cohort.", term="filters")
    summary = {
        "apiVersion": version, "requestedSchemas": [], "requestedGranularity": granularity,
        "filters": [str(one["id"]) for one in filters], "testMode": query.get("testMode") is True,
        "pagination": {"skip": _whole(pagination.get("skip", 0), "skip"),
                       "limit": _whole(pagination.get("limit", 10), "limit")},
        "requestParameters": {"cohort": parameters["cohort"]} if isinstance(parameters.get("cohort"), dict) else {}}
    return Received({"all": parts} if len(parts) > 1 else parts[0],
                    "boolean" if granularity == "boolean" else "count", "sketch" in parameters,
                    months_of(parameters["series"]) if "series" in parameters else (), summary)


def _criteria(filters: Sequence[Any], kind_of: KindOf) -> list[Any]:
    """Return the criterion of each filter; a period bounds every event beside it."""
    parts: list[Any] = []
    period: dict[str, str] = {}
    for number, told in enumerate(filters):
        where = f"filters[{number}]"
        fields = _fields(told, _FILTER, where)
        if not isinstance(fields.get("id"), str):
            raise BadCohort(f"{where}.id is missing.", hint="Send a term such as SNOMED:44054006, or age.", term=where)
        if fields.get("scope", "individual") not in {"individual", "individuals"}:
            raise BadCohort(f"{where}.scope: filters apply to individuals here.", term=_short(fields["scope"]))
        if fields.get("similarity", "exact") != "exact":
            raise BadCohort(f"{where}.similarity: only exact is answered.", term=_short(fields["similarity"]))
        if "operator" not in fields and "value" not in fields:
            parts.append(_term(fields, where, kind_of))
            continue
        operator = fields.get("operator", "=")
        if operator not in _OPERATORS:
            raise BadCohort(f"{where}.operator: {operator!r:.40} is none of {' '.join(_OPERATORS)}.",
                            term=_short(operator))
        if fields["id"] == "period":
            period |= _period(operator, fields.get("value"), where)
        else:
            parts.append(_compared(fields, operator, where, kind_of))
    if period and not parts:
        return [{"observed": period}]
    return [_bounded(part, period) for part in parts]


def _bounded(part: dict[str, Any], period: Mapping[str, str]) -> dict[str, Any]:
    if "not" in part:
        return {"not": _bounded(part["not"], period)}
    return {**period, **part} if any(kind.value in part for kind in Kind) else part


def _term(fields: Mapping[str, Any], where: str, kind_of: KindOf) -> dict[str, Any]:
    """Return the criterion of an ontology filter."""
    name = fields["id"]
    if name in SEXES:
        return {"sex": SEXES[name].value}
    told = concept(name, f"{where}.id")
    return {kind_of(told).value: told, "descendants": fields.get("includeDescendantTerms", True)}


def _compared(fields: Mapping[str, Any], operator: str, where: str, kind_of: KindOf) -> dict[str, Any]:
    """Return the criterion of an alphanumeric filter: sex, age, or a measurement's value."""
    name, value = fields["id"], fields.get("value")
    if operator == "!":
        return {"not": _compared(fields, "=", where, kind_of)}
    if name == "sex":
        if operator != "=":
            raise BadCohort(f"{where}: sex is compared with = or !.", term=operator)
        return {"sex": SEXES.get(str(value), value)}
    if name == "age":
        found = _YEARS.fullmatch(str(value))
        if not found:
            raise BadCohort(f"{where}.value: {_short(value)} is no age in years.", hint="Write 18 or P18Y.",
                            term=_short(value))
        years = int(found[1])
        bounds = {"=": (years, years), ">=": (years, None), ">": (years + 1, None), "<=": (None, years),
                  "<": (None, years - 1)}[operator]
        return {"age": {word: bound for word, bound in zip(("min", "max"), bounds, strict=True) if bound is not None}}
    told = concept(name, f"{where}.id")
    if kind_of(told) is not Kind.MEASUREMENT:
        raise BadCohort(f"{where}: {name} has no value to compare.", hint="Leave operator and value out.", term=name)
    return {"measurement": told, "descendants": fields.get("includeDescendantTerms", True),
            **_bounds(operator, _number(value, f"{where}.value"))}


def _bounds(operator: str, number: float) -> dict[str, float]:
    match operator:
        case "=":
            return {"min": number, "max": number}
        case ">=" | ">":
            return {"min": number if operator == ">=" else math.nextafter(number, math.inf)}
        case _:
            return {"max": number if operator == "<=" else math.nextafter(number, -math.inf)}


def _period(operator: str, value: object, where: str) -> dict[str, str]:
    told: date = day(value, f"{where}.value")
    match operator:
        case ">=" | ">":
            return {"from": (told if operator == ">=" else told + timedelta(days=1)).isoformat()}
        case "<=" | "<":
            return {"to": (told if operator == "<=" else told - timedelta(days=1)).isoformat()}
        case _:
            raise BadCohort(f"{where}: a period is compared with <, <=, > or >=.", term=operator)


def _number(value: object, where: str) -> float:
    try:
        if isinstance(value, bool):
            raise ValueError  # noqa: TRY004, TRY301 - one sentence for all that is no number
        return float(str(value))
    except ValueError:
        raise BadCohort(f"{where}: {_short(value)} is no number.", term=_short(value)) from None


def _whole(value: object, name: str) -> int:
    if isinstance(value, bool) or not re.fullmatch(r"\d{1,9}", str(value), re.ASCII):
        raise BadCohort(f"{name}: {_short(value)} is no whole number.", term=_short(value))
    return int(str(value))


def _fields(value: object, known: Sequence[str], where: str) -> Mapping[str, Any]:
    if not isinstance(value, dict):
        raise BadCohort(f"{where} is missing, or no object.", hint="Send a Beacon v2 request.", term=where)
    for name in value:
        if name not in known:
            near = difflib.get_close_matches(name, known, n=1)
            raise BadCohort(f"{where}: {_short(name)} is not known.", term=_short(name),
                            hint=f"Did you mean {near[0]}?" if near else f"Known are {', '.join(known)}.")
    return value


def _short(value: object) -> str:
    return str(value)[:60].encode("unicode_escape").decode()
