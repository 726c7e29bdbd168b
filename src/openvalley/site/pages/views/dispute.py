"""Wrong about us? The form by which anyone says what is wrong about an organisation, or a row of the region pack.

No account is needed.

Reads one borrowed atlas, appends to the home's disputes. Against programs stand guards (guards.py) and limits on how
much is taken; who sent something is not kept, not even a network address. Whatever goes wrong, what was typed is shown
again.
"""

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import RequestDataTooBig
from django.http import Http404, HttpResponse, HttpResponsePermanentRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.decorators import decorator_from_middleware
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from openvalley.atlas.disputed import send
from openvalley.atlas.model import Organisation
from openvalley.atlas.reader import Atlas
from openvalley.atlas.sourced import sources_of
from openvalley.errors import BadInput, StorageFailed, TooMany, UnknownIdentity
from openvalley.resolve.sent import LONGEST_TEXT, Fault, Sent, readable
from openvalley.site.pages import addresses, disputing, wording
from openvalley.site.pages.facts import facts
from openvalley.site.pages.guards import FORGED, REFUSALS, TRAP, NotingForgery
from openvalley.site.pages.linked_pages import linked_page
from openvalley.site.pages.names import own_name
from openvalley.site.pages.reading import AtlasRequest
from openvalley.site.shelf import home_settings, shelf

_logger = logging.getLogger(__name__)

_TEXTS: Mapping[str, str | Promise] = {
    "organisation": _("Many disputes about this organisation wait for a curator already. Please come back when they "
                      "have been looked at."),
    "day": _("No more disputes are taken today. Please send it tomorrow."),
}


@dataclass(frozen=True)
class About:
    """What a form is about: a public id, its name, what may be wrong, the page to go back to, and the form's own."""

    id: str
    name: str
    groups: Sequence[disputing.Group]
    back: str
    here: str
    template: str = "pages/dispute.html"
    more: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class _Typed:
    """What stands in the form's fields."""

    about: str = ""
    says: str = ""
    link: str = ""


@dataclass(frozen=True)
class _Outcome:
    """Why the form comes again: its HTTP status, what is wrong as a whole, and by field."""

    status: int = 400
    whole: str | Promise = ""
    fields: Mapping[str, str | Promise] = field(default_factory=dict)


@csrf_exempt  # from the check of the whole site: this one checks by itself
@require_http_methods(["GET", "HEAD", "POST"])
@decorator_from_middleware(NotingForgery)
def page(request: AtlasRequest, key: str) -> HttpResponse:
    """Show the form, or take what was sent and lead back to the organisation."""
    if not home_settings().disputes_a_day:
        raise Http404
    with shelf().borrow() as atlas:
        request.atlas = atlas
        organisation = _organisation(atlas, key)
        canonical = addresses.key_of(organisation.id)
        if request.method != "POST" and canonical != key:
            query = request.META.get("QUERY_STRING")
            return HttpResponsePermanentRedirect(reverse("dispute", args=[canonical]) + (f"?{query}" if query else ""))
        claims, sources = atlas.claims(organisation.id), sources_of(atlas)
        return answer(request, About(
            organisation.id, own_name(organisation, claims, sources, wording.language()),
            disputing.groups(facts(organisation, claims, sources, {})), addresses.organisation_url(organisation.id),
            reverse("dispute", args=[canonical])))


def answer(request: AtlasRequest, about: About) -> HttpResponse:
    """Show the form, or take what was sent and lead back to what it is about."""
    if request.method == "POST":
        return _take(request, about)
    return _form(request, about, _Typed(about=request.GET.get("about", "")), _Outcome(200))


def _organisation(atlas: Atlas, key: str) -> Organisation:
    known = atlas.resolve_id(addresses.id_of(key))
    if atlas.type_of(known) != "organisation":
        raise UnknownIdentity(f"{known} is not an organisation.", hint="Disputes are about organisations.", id=known)
    return atlas.organisation(known)


def _take(request: AtlasRequest, about: About) -> HttpResponse:
    """Take what was sent; where it cannot be taken, the form comes again."""
    typed, outcome = _read(request)
    taken = outcome or _keep(request, about, typed)
    if isinstance(taken, _Outcome):
        return _form(request, about, typed, taken)
    # 303: whoever reloads the page that follows does not send the form again.
    return HttpResponse(status=303, headers={"Location": f"{about.back}?disputed={taken}", "Cache-Control": "no-store"})


def _read(request: AtlasRequest) -> tuple[_Typed, _Outcome | None]:
    """Return what was sent, and why it is not looked at further."""
    try:
        sent = request.POST
    except RequestDataTooBig:
        return _Typed(), _Outcome(413, fields={"says": REFUSALS["large"]})
    typed = _Typed(*(sent.get(name, "") for name in ("about", "says", "link")))
    if FORGED in request.META:
        return typed, _Outcome(403, REFUSALS["forged"])
    return typed, _Outcome(whole=REFUSALS["trap"]) if sent.get(TRAP) else None


def _keep(request: AtlasRequest, about: About, typed: _Typed) -> int | _Outcome:
    """Keep a dispute and return its number, or why it cannot be kept."""
    name, _separator, shown = typed.about.partition("=")
    try:
        return send(request.atlas, home_settings(),
                    Sent(about.id, name, shown, typed.says, typed.link, wording.language()))
    except BadInput as problem:
        found: Mapping[str, Fault] = problem.context["faults"]  # type: ignore[assignment]
        return _Outcome(fields={name: disputing.FAULTS[name, fault] for name, fault in found.items()})
    except TooMany as problem:
        return _Outcome(429, _TEXTS[str(problem.context["limit"])])
    except StorageFailed:
        _logger.exception("A dispute could not be kept")
        return _Outcome(503, REFUSALS["failed"])


def _form(request: AtlasRequest, about: About, typed: _Typed, outcome: _Outcome) -> HttpResponse:
    answer = render(request, about.template, {
        **about.more, "name": about.name, "groups": about.groups, "typed": typed, "says": readable(typed.says),
        "link": readable(typed.link), "outcome": outcome, "longest": LONGEST_TEXT, "trap": TRAP, "noindex": True,
        "here": about.here, "back": about.back,
        "linked_data": linked_page(request, "WebPage", str(_("What is wrong about %(name)s?") % {"name": about.name})),
    }, status=outcome.status)
    answer.headers["Cache-Control"] = "private, no-cache"
    return answer
