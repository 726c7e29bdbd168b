"""A question: its form, the answer with its evidence and pictures, and the same as data."""

from math import ceil
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.safestring import SafeString

from openvalley.atlas.reader import Atlas
from openvalley.atlas.schema_org import document
from openvalley.errors import BadInput, OpenValleyError, UnknownIdentity
from openvalley.insight.answer import Answer, as_data, left_out, left_out_told
from openvalley.questions import QUESTIONS, Question
from openvalley.site.answered import answered
from openvalley.site.pages import addresses, drawing, wording
from openvalley.site.pages.machine import csv_answer, json_answer, linked_data
from openvalley.site.pages.questions import asked, words
from openvalley.site.pages.questions.asked import Asking
from openvalley.site.pages.questions.fields import fields, stray
from openvalley.site.pages.questions.pictures import pictures
from openvalley.site.pages.questions.told import Teller, cited_sources, table
from openvalley.site.pages.reading import AtlasRequest, reading
from openvalley.site.pages.shown import Shown, shown

#: Items of a page, and the most that "all of them" asks for.
_ITEMS, _ALL = 25, 500
#: The last page that is read of an address.
_LAST_PAGE = 100


@reading
def page(request: AtlasRequest, atlas: Atlas, name: str) -> HttpResponse:
    """Show a question, with its answer where enough was asked."""
    asking, answer, status = _answered(atlas, QUESTIONS[name], request)
    said = words.QUESTIONS[name]
    query = _query(asking)
    context: dict[str, Any] = {
        "name": name, "words": said, "asking": asking, "answer": answer, "form": fields(atlas, asking),
        "fault": _whole(asking), "examples": [(addresses.question_url(name, text), label)
                                              for text, label in said.examples],
        "method_url": reverse("method", args=[name]), "canonical": request.build_absolute_uri(
            addresses.question_url(name, query)),
        "noindex": bool(asking.values), "query": query, "here": addresses.question_url(name),
    }
    context["any"], context["more"] = words.ANY, any(field.folded for field in context["form"])
    context["open_more"] = any(
        field.folded and (field.error or [value for value in field.values if value != field.default])
        for field in context["form"])
    if answer is not None:
        context |= _shown(request, atlas, asking, answer)
    return render(request, "pages/question.html", context, status=status)


@reading
def machine(request: AtlasRequest, atlas: Atlas, name: str) -> HttpResponse:
    """Give the answer as JSON: the same as the API and the command line."""
    return json_answer(as_data(_needed(atlas, QUESTIONS[name], request), wording.language()))


@reading
def spreadsheet(request: AtlasRequest, atlas: Atlas, name: str) -> HttpResponse:
    """Give the answer's items as CSV."""
    columns, rows = table(_needed(atlas, QUESTIONS[name], request), wording.language())
    return csv_answer(columns, rows, name)


@reading
def picture_file(request: AtlasRequest, atlas: Atlas, name: str, key: str, form: str) -> HttpResponse:
    """Give a picture of the answer as SVG or PNG, or what it shows as CSV."""
    found = next((made for made in pictures(_needed(atlas, QUESTIONS[name], request)) if made.key == key), None)
    if found is None or form not in {*drawing.FORMS, "csv"}:
        raise Http404
    if form == "csv":
        return csv_answer(found.columns, found.rows, f"{name}-{key}")
    return drawing.answer(request, atlas, found, form)


def _answered(atlas: Atlas, question: Question, request: HttpRequest) -> tuple[Asking, Answer | None, int]:
    """Return what is asked, its answer (None: not enough was asked, or wrongly), and the status of the page."""
    asking = asked.read(question, request.GET)
    if asking.request is None:
        asking = asking if asking.given else Asking(question, {}, None, {})
        return asking, None, 400 if asking.given else 200
    try:
        return asking, answered(atlas, question, asking.request), 200
    except (BadInput, UnknownIdentity) as problem:
        if not asking.given:  # nobody has asked anything yet
            return asking, None, 200
        status = 404 if isinstance(problem, UnknownIdentity) else 400
        return asked.refused(asking, problem, stray(atlas, asking)), None, status


def _needed(atlas: Atlas, question: Question, request: HttpRequest) -> Answer:
    """Return the answer that data are asked of.

    Raises:
        OpenValleyError: not enough was asked, or wrongly.

    """
    asking = asked.read(question, request.GET)
    if asking.request is None:
        field, fault = next(iter(asking.faults.items()))
        raise BadInput(f"{field}: {words.fault(question.name, field, fault.why, fault.given)}",
                       hint="The parameters stand in /api/v1/openapi.json.", field=field)
    try:
        return answered(atlas, question, asking.request)
    except OpenValleyError as problem:
        problem.hint = problem.hint or "The parameters stand in /api/v1/openapi.json."
        raise


def _query(asking: Asking) -> str:
    return addresses.query_string({name: list(values) for name, values in asking.values.items()})


def _whole(asking: Asking) -> dict[str, str]:
    """Return what is wrong with the question as a whole, not with a field of the form."""
    fault = asking.faults.get("")
    if fault is None:
        return {}
    return {"text": words.fault(asking.question.name, "", fault.why, fault.given), "detail": fault.detail}


def _shown(request: AtlasRequest, atlas: Atlas, asking: Asking, answer: Answer) -> dict[str, Any]:
    """Return what the page shows of an answer."""
    teller, query = Teller(atlas, answer), _query(asking)
    name = asking.question.name
    last = max(1, ceil(len(answer.items) / _ITEMS))
    typed = request.GET.get("page", "")
    number = min(max(1, int(typed)), last) if typed.isdigit() and len(typed) <= len(str(_LAST_PAGE)) else 1
    first = (number - 1) * _ITEMS
    items = answer.items[first:first + _ITEMS]
    whole = {**{field: list(values) for field, values in asking.values.items()},
             "limit": str(min(answer.total, _ALL))}
    behind = f"?{query}" if query else ""
    failed = left_out(answer)
    files = {form: reverse(f"question-{form}", args=[name]) + behind for form in ("json", "csv")}
    return {
        "summary": teller.all(answer.summary), "caveats": teller.all(answer.caveats),
        "cannot_tell": teller.told(answer.cannot_tell) if answer.cannot_tell else None,
        "score_means": teller.told(answer.score_means) if answer.score_means else None,
        "entries": [teller.entry(item) for item in items], "first": first + 1, "last": first + len(items),
        "left_out": [teller.entry(item) for item in failed],
        "left_out_told": teller.told(left_out_told(answer)) if failed else None,
        "previous": _at(name, query, number - 1) if number > 1 else "",
        "next": _at(name, query, number + 1) if number < last else "",
        "all_url": addresses.question_url(name, addresses.query_string(whole)) if _cut(answer) else "",
        "pictures": [_picture(request, name, query, made) for made in pictures(answer)] if number == 1 else [],
        "files": files, "api_url": f"/api/v1/{name}?{addresses.query_string({'language': wording.language()})}"
                                   f"{'&' if query else ''}{query}",
        "linked_data": _linked(request, atlas, answer, teller),
        "dated": any(item.values.get("deadline") for item in answer.items),
    }


def _cut(answer: Answer) -> bool:
    """Tell whether an answer lists fewer than there are, and a greater limit would list more."""
    return "limit" in answer.asked and len(answer.items) < min(answer.total, _ALL)


def _at(name: str, query: str, number: int) -> str:
    page = f"page={number}" if number > 1 else ""
    return addresses.question_url(name, "&".join(filter(None, (query, page))))


def _picture(request: HttpRequest, name: str, query: str, made: drawing.Picture) -> Shown:
    files = [(form.upper(), reverse("question-picture", args=[name, made.key, form]))
             for form in (*drawing.FORMS, "csv")]
    return shown(request, made, files, query, addresses.question_url(name))


def _linked(request: HttpRequest, atlas: Atlas, answer: Answer, teller: Teller) -> SafeString:
    """Return the answer as the JSON-LD of its page: a data set with its files and the sources that it cites."""
    name, base = answer.question, request.build_absolute_uri
    cited = set(cited_sources(answer))
    sources = [source for source in atlas.manifest["sources"] if source["name"] in cited and source["exported"]]
    query = request.META.get("QUERY_STRING", "")
    return linked_data(document({
        "@type": "Dataset", "name": str(words.QUESTIONS[name].asks), "inLanguage": wording.language(),
        "description": " ".join(told.text for told in teller.all(answer.summary)) or str(words.QUESTIONS[name].lead),
        "version": answer.atlas_version, "measurementTechnique": answer.method,
        "distribution": [{
            "@type": "DataDownload", "encodingFormat": kind,
            "contentUrl": base(reverse(f"question-{form}", args=[name])) + (f"?{query}" if query else "")}
            for form, kind in (("json", "application/json"), ("csv", "text/csv"))],
    }, page=base(request.get_full_path()), sources=sources))
