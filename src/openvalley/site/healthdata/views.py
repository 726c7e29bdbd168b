"""The views: the list with its facets, one data set, the catalogue as data, and the form."""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from openvalley.atlas.reader import Atlas
from openvalley.atlas.reconciling import Candidate, Cell, candidates
from openvalley.errors import BadInput
from openvalley.healthdata.catalogue import describing, feeds, finding, leaving
from openvalley.healthdata.catalogue.datasets import Holder, preferred
from openvalley.healthdata.catalogue.finding import FACETS, Entry
from openvalley.site.healthdata import words
from openvalley.site.pages import addresses, wording
from openvalley.site.pages.linked_pages import linked_page
from openvalley.site.pages.machine import csv_answer, json_answer
from openvalley.site.pages.reading import AtlasRequest, reading_feeds
from openvalley.site.shelf import home_settings, shelf
from openvalley.vocabulary.terms import LANGUAGES

#: Data sets of a page and of a file, and characters of a question and of a value that are read.
_ROWS, _ALL, _LONGEST, _LONGEST_VALUE = 50, 10_000, 200, 300
_MOST_VALUES = 12
#: Media types of the catalogue's formats, by the ending of its address.
_FORMS: Mapping[str, tuple[str, str]] = {"ttl": ("turtle", "text/turtle"), "jsonld": ("jsonld", "application/ld+json"),
                                         "rdf": ("rdfxml", "application/rdf+xml")}
_COLUMNS = ("id", "title", "description", "holder", "access", "categories", "countries", "records", "people",
            "first_day", "last_day", "landing_page", "feed")


@reading_feeds
def page(request: AtlasRequest, _atlas: Atlas) -> HttpResponse:
    """Show the data sets that are found, with facets."""
    text, filters = _asked(request)
    found = finding.find(finding.entries(home_settings()), text, filters, _ROWS)
    return render(request, "healthdata/list.html", {
        "text": text, "found": found, "rows": [_row(entry) for _, entry in found.items],
        "chips": [(words.FACETS[name], words.value(name, value), _url(text, filters, without=name))
                  for name, value in filters.items()],
        "facets": [(words.FACETS[name], [(words.value(name, value), count, _url(text, {**filters, name: value}))
                                         for value, count in found.facets[name][:_MOST_VALUES]])
                   for name in FACETS if name not in filters and found.facets[name]],
        "feeds": [(one, feeds.last(home_settings(), one.name)) for one in feeds.feeds(home_settings())],
        "json_url": _url(text, filters, "health-data-json"), "csv_url": _url(text, filters, "health-data-csv"),
        "noindex": bool(text or filters), "linked_data": linked_page(request, "DataCatalog", _("Health data"), {
            "JSON": _url(text, filters, "health-data-json"), "CSV": _url(text, filters, "health-data-csv")}),
    })


@reading_feeds
def machine(request: AtlasRequest, _atlas: Atlas) -> HttpResponse:
    """Give the data sets that are found as JSON."""
    text, filters = _asked(request)
    found = finding.find(finding.entries(home_settings()), text, filters, _ALL)
    items = [{"score": score, "feed": entry.feed, **asdict(entry.dataset)} for score, entry in found.items]
    return json_answer({"query": text, "filters": filters, "total": found.total, "facets": dict(found.facets),
                        "items": items, "feeds": gathered()})


def gathered() -> list[dict[str, Any]]:
    """Return the feeds of the catalogue: where from (null: a file), when gathered, how many data sets and faults."""
    told = []
    for one in feeds.feeds(home_settings()):
        harvest = feeds.last(home_settings(), one.name)
        state = {name: getattr(harvest, name, None) for name in ("datasets", "errors", "withheld")}
        told.append({"name": one.name, "origin": addresses.followable(one.origin), "profile": one.profile,
                     "gathered_at": harvest.at if harvest else None, **state})
    return told


@reading_feeds
def table(request: AtlasRequest, _atlas: Atlas) -> HttpResponse:
    """Give the data sets that are found as CSV."""
    found = finding.find(finding.entries(home_settings()), *_asked(request), _ALL)
    return csv_answer(_COLUMNS, [_cells(entry) for _, entry in found.items], "health-data")


@reading_feeds
def catalogue(request: AtlasRequest, _atlas: Atlas, form: str) -> HttpResponse:
    """Give the whole catalogue for other catalogues: HealthDCAT-AP, or DCAT-AP where that is asked for."""
    if form not in _FORMS:
        raise Http404
    name, media_type = _FORMS[form]
    profile = request.GET.get("profile", "healthdcat-ap")
    address = request.build_absolute_uri(reverse("health-data"))
    text = leaving.written(leaving.catalogue(home_settings(), profile, address), name)
    return HttpResponse(text, content_type=f"{media_type}; charset=utf-8")


@reading_feeds
def dataset(request: AtlasRequest, atlas: Atlas) -> HttpResponse:
    """Show one data set."""
    entry = _entry(request)
    one = entry.dataset
    title, description = (preferred(texts, wording.language()) for texts in (one.titles, one.descriptions))
    json_url = f"{reverse('health-data-set-json')}?{addresses.query_string({'id': one.id})}"
    return render(request, "healthdata/dataset.html", {
        "one": one, "title": title or one.id, "feed": entry.feed, "description": description,
        "canonical": request.build_absolute_uri(), "linked_data": linked_page(
            request, "Dataset", title or one.id, {"JSON": json_url}, description=description),
        "description_language": _language_of(one.descriptions),
        "holder": _named(one.holder), "held_by": _organisation(atlas, one.holder),
        "access": words.value("access", one.access or ""),
        "categories": [words.value("category", code) for code in one.categories],
        "countries": [words.value("country", code) for code in one.countries],
        "harvest": feeds.last(home_settings(), entry.feed), "origin": feeds.feed(home_settings(), entry.feed).origin,
        "page_url": addresses.followable(one.landing_page),
        "json_url": json_url,
    })


@reading_feeds
def dataset_machine(request: AtlasRequest, _atlas: Atlas) -> HttpResponse:
    """Give one data set as JSON."""
    entry = _entry(request)
    return json_answer({"feed": entry.feed, **asdict(entry.dataset)})


@csrf_exempt  # nothing is written: the description goes to whoever sends the form
@require_http_methods(["GET", "HEAD", "POST"])
def describe(request: AtlasRequest) -> HttpResponse:
    """Show the form; of what is filled in make a description to take along."""
    typed = {name: request.POST.get(name, "") for name in describing.FIELDS} if request.method == "POST" else {}
    typed["category"] = "; ".join(request.POST.getlist("category")) if typed else ""
    faults = describing.faults(typed) if request.method == "POST" else {}
    if request.method == "POST" and not faults:
        text = leaving.written(describing.described(typed), "turtle")
        answer = HttpResponse(text, content_type="text/turtle; charset=utf-8")
        answer.headers["Content-Disposition"] = 'attachment; filename="description.ttl"'
        answer.headers["Cache-Control"] = "no-store"
        return answer
    with shelf().borrow() as atlas:
        request.atlas = atlas
        answer = render(request, "healthdata/describe.html", {
            "fields": [_field(name, field, typed.get(name, ""), faults.get(name))
                       for name, field in describing.FIELDS.items()],
            "faults": [(name, words.FIELDS[name], words.FAULTS[fault]) for name, fault in faults.items()],
            "noindex": bool(faults), "linked_data": linked_page(request, "WebPage", _("Describe a data set")),
        }, status=400 if faults else 200)
    answer.headers["Cache-Control"] = "private, no-cache"
    return answer


def _field(name: str, field: describing.Field, value: str, fault: describing.Fault | None) -> dict[str, Any]:
    choices: dict[str, list[tuple[str, str]]] = {
        "access": [(code, str(text)) for code, text in words.ACCESS.items()],
        "category": [(code, words.value("category", code)) for code in describing.categories()],
        "language": [(code, wording.language_name(code)) for code in LANGUAGES],
    }
    return {"name": name, "label": words.FIELDS[name], "example": "" if name in choices else field.example,
            "needed": field.needed, "value": value, "values": [part.strip() for part in value.split(";")],
            "fault": words.FAULTS[fault] if fault else "", "choices": choices.get(name, []),
            "long": name in {"description", "provenance", "distribution", "population"}, "many": name == "category"}


def _asked(request: HttpRequest) -> tuple[str, dict[str, str]]:
    text = "".join(character if character.isprintable() else " " for character in request.GET.get("q", "")[:_LONGEST])
    return text.strip(), {name: value for name in FACETS if (value := request.GET.get(name, "")[:_LONGEST_VALUE])}


def _entry(request: HttpRequest) -> Entry:
    """Return the data set that an address asks for.

    Raises:
        Http404: there is none, or none was asked for.

    """
    asked = request.GET.get("id", "")
    try:
        return finding.one([entry for entry in finding.entries(home_settings()) if entry.dataset.id == asked], asked)
    except BadInput as problem:
        raise Http404 from problem


def _organisation(atlas: Atlas, holder: Holder | None) -> Candidate | None:
    """Return the organisation of the atlas that a holder is without doubt; None where there is doubt."""
    if holder is None or not holder.name:
        return None
    beside = {"website": [holder.homepage]} if holder.homepage else {}
    found = [one for name in dict.fromkeys(holder.names.values()) for one in candidates(atlas, Cell(name, beside), 2)
             if one.match]
    return found[0] if len({one.id for one in found}) == 1 else None


def _named(holder: Holder | None) -> str:
    return preferred(holder.names, wording.language()) if holder else ""


def _language_of(texts: Mapping[str, str]) -> str:
    shown = preferred(texts, wording.language())
    return next((code for code, text in texts.items() if text == shown and code), "")


def _row(entry: Entry) -> dict[str, Any]:
    one = entry.dataset
    return {"title": preferred(one.titles, wording.language()) or one.id, "holder": _named(one.holder),
            "url": f"{reverse('health-data-set')}?{addresses.query_string({'id': one.id})}", "one": one,
            "access": words.value("access", one.access or ""),
            "countries": [words.value("country", code) for code in one.countries]}


def _cells(entry: Entry) -> list[object]:
    one = entry.dataset
    return [one.id, one.title, preferred(one.descriptions), one.holder.name if one.holder else None, one.access,
            "; ".join(one.categories), "; ".join(one.countries), one.records, one.people, one.first_day, one.last_day,
            one.landing_page, entry.feed]


def _url(text: str, filters: Mapping[str, str], name: str = "health-data", *, without: str = "") -> str:
    left = {key: value for key, value in filters.items() if key != without}
    query = addresses.query_string({"q": text, **left})
    return reverse(name) + (f"?{query}" if query else "")
