"""What is missing? The forms by which anyone proposes a row of the region pack, with its source. No account is needed.

Reads one borrowed atlas, appends to the home's proposals. Against programs stand guards (guards.py); who sent something
is not kept. Whatever goes wrong, what was typed is shown again.
"""

import logging
from collections.abc import Mapping
from dataclasses import dataclass, field

from django.core.exceptions import RequestDataTooBig
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils.decorators import decorator_from_middleware
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from openvalley.atlas.reader import Atlas
from openvalley.atlas.row_proposals import table_for
from openvalley.errors import StorageFailed, TooMany
from openvalley.resolve.proposals import ProposalStore, Proposed
from openvalley.resolve.sent import LONGEST_TEXT, Fault, readable
from openvalley.site.pages import new_row, row_words, wording
from openvalley.site.pages.addresses import id_of, query_string
from openvalley.site.pages.disputing import FAULTS
from openvalley.site.pages.guards import FORGED, REFUSALS, TRAP, NotingForgery
from openvalley.site.pages.reading import AtlasRequest
from openvalley.site.shelf import home_settings, shelf
from openvalley.sources.pack.tables import PackTable

_logger = logging.getLogger(__name__)

_WAITING = _("Many proposals wait for a curator already. Please come back when they have been looked at.")
_DAY = _("No more rows are taken today. Please send it tomorrow.")
_NO_SOURCE = _("Give the address of a public web page that says so, such as https://www.example.org/about.")
#: What a table takes, in a sentence, by record type.
_LEADS: Mapping[str, str | Promise] = {
    "organisation": _("A company, institute, hospital, fund or association of the cluster that the atlas lacks."),
    "site": _("A place where an organisation works, and what is done there."),
    "investor": _("How an organisation invests: stages, amounts, fields."),
    "capability": _("What an organisation can do for others: activity, technology, scale."),
    "instrument": _("A grant, loan or other support, who may apply and for how much."),
    "programme": _("A training or STEM programme, who gives it and for whom."),
    "partnership": _("Organisations that work together under a name."),
    "spin_off": _("A company that came out of the research of an organisation."),
    "event": _("A conference, fair or other yearly event of the cluster."),
    "figure": _("A figure that is quoted about the cluster, with who says so."),
}
#: Columns of organisations that few rows have.
_LATER = ("parent", "successor")


@dataclass(frozen=True)
class _Typed:
    """What stands in the fields beside the row's own."""

    link: str = ""
    says: str = ""


@dataclass(frozen=True)
class _Outcome:
    """Why the form comes again: its HTTP status, what is wrong as a whole, and with source and remark."""

    status: int = 400
    whole: str | Promise = ""
    fields: Mapping[str, str | Promise] = field(default_factory=dict)


@require_safe
def kinds(request: AtlasRequest) -> HttpResponse:
    """Show what may be missing: each table of the region pack."""
    _taking()
    about = query_string({"organisation": request.GET.get("organisation", "")[:200]})
    with shelf().borrow() as atlas:
        request.atlas = atlas
        return render(request, "pages/new_rows.html", {
            "noindex": True, "kinds": [(row_words.KINDS[name], lead, reverse("pack-new", args=[name])
                                        + (f"?{about}" if about else "")) for name, lead in _LEADS.items()]})


@csrf_exempt  # from the check of the whole site: this one checks by itself
@require_http_methods(["GET", "HEAD", "POST"])
@decorator_from_middleware(NotingForgery)
def page(request: AtlasRequest, record_type: str) -> HttpResponse:
    """Show the form of a table, or take what was sent."""
    _taking()
    table = table_for(record_type)
    if table is None:
        raise Http404
    with shelf().borrow() as atlas:
        request.atlas = atlas
        if request.method == "POST":
            return _take(request, atlas, table)
        begun = id_of(request.GET.get("organisation", "")[:200])
        return _form(request, table, new_row.empty(table, begun), _Typed(), _Outcome(200))


def _taking() -> None:
    if not home_settings().disputes_a_day:
        raise Http404


def _take(request: AtlasRequest, atlas: Atlas, table: PackTable) -> HttpResponse:
    """Take what was sent; where it cannot be taken, the form comes again."""
    try:
        sent: QueryDict = request.POST
    except RequestDataTooBig:
        return _form(request, table, new_row.empty(table), _Typed(), _Outcome(413, REFUSALS["large"]))
    row, typed = new_row.filled(atlas, table, sent), _Typed(sent.get("link", ""), sent.get("says", ""))
    taken = _refused(request) or _keep(table, row, typed)
    if isinstance(taken, _Outcome):
        return _form(request, table, row, typed, taken)
    # 303: whoever reloads the page that follows does not send the form again.
    here = reverse("pack-new", args=[table.record_type.name])
    return HttpResponse(status=303, headers={"Location": f"{here}?kept={taken}", "Cache-Control": "no-store"})


def _refused(request: AtlasRequest) -> _Outcome | None:
    """Return why what was sent is not looked at further."""
    if FORGED in request.META:
        return _Outcome(403, REFUSALS["forged"])
    return _Outcome(whole=REFUSALS["trap"]) if request.POST.get(TRAP) else None


def _keep(table: PackTable, row: new_row.Filled, typed: _Typed) -> int | _Outcome:
    """Keep a proposal and return its number, or why it cannot be kept."""
    proposed = Proposed(table.record_type.name, row.cells, typed.link, typed.says, wording.language())
    faults = {name: _said(name, fault) for name, fault in proposed.faults().items()}
    if row.wrong or faults:
        return _Outcome(fields=faults)
    try:
        return ProposalStore(home_settings().judgements).add(proposed, home_settings().disputes_a_day)
    except TooMany as problem:
        return _Outcome(429, _WAITING if problem.context["limit"] == "waiting" else _DAY)
    except StorageFailed:
        _logger.exception("A proposal could not be kept")
        return _Outcome(503, REFUSALS["failed"])


def _said(name: str, fault: Fault) -> str | Promise:
    return _NO_SOURCE if (name, fault) == ("link", Fault.EMPTY) else FAULTS[name, fault]


def _form(request: AtlasRequest, table: PackTable, row: new_row.Filled, typed: _Typed,
          outcome: _Outcome) -> HttpResponse:
    name, kept = table.record_type.name, request.GET.get("kept", "") if request.method != "POST" else ""
    rest = [one for one in row.fields if not _first(table, one)]
    answer = render(request, "pages/new_row.html", {
        "kind": row_words.KINDS[name], "lead": _LEADS[name], "here": reverse("pack-new", args=[name]),
        "needed": [one for one in row.fields if _first(table, one)], "rest": rest,
        "filled": any(one.typed for one in rest), "wrong": row.wrong, "link": readable(typed.link),
        "says": readable(typed.says), "outcome": outcome, "kept": kept if kept.isdecimal() else "",
        "longest": LONGEST_TEXT, "trap": TRAP, "noindex": True}, status=outcome.status)
    answer.headers["Cache-Control"] = "private, no-cache"
    return answer


def _first(table: PackTable, one: new_row.Field) -> bool:
    """Tell whether a field is asked at once: what a row needs, whom it is about, its name in the page's language."""
    column = table.column(one.name)
    whom = column is not None and column.key_of_organisations and one.name not in _LATER
    own = one.name in {f"{table.texts_by_language}_{wording.language()}", "city", "website", "page"}
    return one.needed or bool(one.fault) or own or whom
