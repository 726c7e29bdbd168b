"""The service's addresses: each reads a request, asks, and answers in JSON; errors say what to do, as JSON too."""

from collections.abc import Callable
from functools import wraps

from csp.decorators import csp_replace
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.templatetags.static import static
from django.views.decorators.clickjacking import xframe_options_exempt
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

import openvalley
from openvalley.atlas.reader import Atlas
from openvalley.errors import BadInput, NothingBuilt, OpenValleyError, UnknownIdentity
from openvalley.site.pages import addresses
from openvalley.site.pages.machine import NO_ATLAS, exportable, json_answer
from openvalley.site.reconcile import answering, described
from openvalley.site.reconcile.asked import ORGANISATION, queries, wanted
from openvalley.site.shelf import shelf

#: HTTP status of an error by its class, the nearest class first.
_STATUS = {UnknownIdentity: 404, BadInput: 400, NothingBuilt: 503}
#: How far into a list of suggestions a client may go.
_DEEPEST = 500


def _telling(view: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Answer errors of ours as JSON with the status that fits: clients of the service read no pages."""

    @wraps(view)
    def answer(request: HttpRequest) -> HttpResponse:
        try:
            return view(request)
        except tuple(_STATUS) as problem:
            return _problem(problem)

    return answer


def _problem(problem: OpenValleyError) -> HttpResponse:
    status = next(code for family, code in _STATUS.items() if isinstance(problem, family))
    if isinstance(problem, NothingBuilt):   # its message names a folder of this machine
        return json_answer({"status": "error", "message": NO_ATLAS, "details": ""}, status)
    return json_answer({"status": "error", "message": problem.message, "details": problem.hint}, status)


@csrf_exempt  # nothing is written, whoever sends it
@require_http_methods(["GET", "HEAD", "POST"])
@_telling
def service(request: HttpRequest) -> HttpResponse:
    """Answer a batch of queries or a request for values; without either, the manifest."""
    asked = request.POST if request.method == "POST" else request.GET
    if "queries" not in asked and "extend" not in asked:
        return json_answer(described.manifest(_base(request), openvalley.__version__))
    with shelf().borrow() as atlas:
        if "queries" in asked:
            return json_answer(answering.results(exportable(atlas), queries(asked["queries"])))
        return json_answer(answering.values(exportable(atlas), wanted(asked["extend"])))


@require_safe
@_telling
def suggest_entity(request: HttpRequest) -> HttpResponse:
    """Suggest organisations while somebody types a name."""
    prefix, cursor = request.GET.get("prefix", "").strip(), request.GET.get("cursor", "0")
    if not prefix:
        raise BadInput("There is nothing to suggest for.", hint="Give the beginning of a name as 'prefix'.")
    if not cursor.isdecimal() or int(cursor[:9]) > _DEEPEST:
        raise BadInput(f"{cursor[:20]!r} is no place in the list.", hint=f"'cursor' is a number up to {_DEEPEST}.")
    with shelf().borrow() as atlas:
        return json_answer({"result": answering.suggested(exportable(atlas), prefix, int(cursor))})


@require_safe
def suggest_type(request: HttpRequest) -> HttpResponse:
    """Suggest types while somebody types one's name."""
    return json_answer({"result": described.types(request.GET.get("prefix", ""))})


@require_safe
def suggest_property(request: HttpRequest) -> HttpResponse:
    """Suggest properties that a query may name."""
    return json_answer({"result": described.properties(request.GET.get("prefix", ""))})


@require_safe
@_telling
def properties(request: HttpRequest) -> HttpResponse:
    """Propose the properties whose values can be fetched."""
    limit = request.GET.get("limit") or str(len(described.PROPERTIES))
    if not limit.isdecimal():
        raise BadInput(f"{limit[:20]!r} is no number of properties.", hint="'limit' is a whole number.")
    proposed = list(described.PROPERTIES)[:int(limit[:6])]
    return json_answer({"type": request.GET.get("type") or ORGANISATION,
                        "properties": [{"id": code, "name": described.named(code)} for code in proposed]})


@require_safe
@_telling
def view(request: HttpRequest) -> HttpResponse:
    """Lead from an id to its page in the reader's language."""
    with shelf().borrow() as atlas:
        return redirect(addresses.organisation_url(atlas.resolve_id(_id(request))))


@require_safe
@xframe_options_exempt
@csp_replace({"frame-ancestors": ["*"]})  # clients show it in a frame of theirs
@_telling
def preview(request: HttpRequest) -> HttpResponse:
    """Show an organisation in a few lines."""
    with shelf().borrow() as atlas:
        return _previewed(request, exportable(atlas))


def _previewed(request: HttpRequest, atlas: Atlas) -> HttpResponse:
    organisation = atlas.organisation(_id(request))
    return render(request, "pages/preview.html", {
        "organisation": organisation,
        "url": request.build_absolute_uri(addresses.organisation_url(organisation.id))})


@require_safe
def logo(_request: HttpRequest) -> HttpResponse:
    """Lead to the site's picture."""
    return HttpResponseRedirect(static("openvalley/icon.svg"))


def _id(request: HttpRequest) -> str:
    known = request.GET.get("id", "").strip()
    if not known:
        raise BadInput("Which organisation?", hint="Give its 'id'.")
    return known


def _base(request: HttpRequest) -> str:
    return request.build_absolute_uri("/").rstrip("/")
