"""What people have judged, and what readers dispute: lists, and decisions about disputes."""

from dataclasses import dataclass

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from openvalley.atlas.disputed import every_dispute
from openvalley.atlas.judgement_file import export_judgements
from openvalley.atlas.pack_corrections import accept
from openvalley.errors import BadInput
from openvalley.resolve.curator_decisions import CuratorDecision, State
from openvalley.resolve.disputes import DisputeStore
from openvalley.resolve.judgement import Judgement
from openvalley.resolve.judgements import JudgementStore
from openvalley.resolve.sent import LONGEST_TEXT, readable
from openvalley.site.people import audit
from openvalley.site.people.guarding import PersonalRequest
from openvalley.site.people.roles import judge_name
from openvalley.site.people.views import packing
from openvalley.site.shelf import home_settings
from openvalley.sources.pack.cells import SEPARATOR, listed

_ROWS = 100


def _history() -> list[Judgement]:
    path = home_settings().judgements
    return JudgementStore(path).history() if path.exists() else []


@require_safe
def judgements(request: PersonalRequest) -> HttpResponse:
    """Show every judgement ever made, the newest first."""
    rows = Paginator(list(reversed(_history())), _ROWS).get_page(request.GET.get("page"))
    return render(request, "people/judgements.html", {"rows": rows})


@require_safe
def judgements_csv(request: PersonalRequest) -> HttpResponse:
    """Give every judgement as CSV, as `openvalley judgements export` does."""
    del request
    answer = HttpResponse(export_judgements(_history()), content_type="text/csv; charset=utf-8")
    answer.headers["Content-Disposition"] = 'attachment; filename="judgements.csv"'
    return answer


@require_safe
def disputes(request: PersonalRequest) -> HttpResponse:
    """List disputes: those that wait, then those that are decided."""
    return _disputes(request, None, 200)


@dataclass(frozen=True)
class _Wrong:
    """What could not be taken: of which dispute, the reason and the value as typed, and whether it is the value."""

    number: int
    why: str
    value: str
    is_value: bool


def _disputes(request: PersonalRequest, wrong: _Wrong | None, status: int) -> HttpResponse:
    told = [(dispute, packing.subject(request.atlas, dispute), packing.field(dispute))
            for dispute in reversed(every_dispute(home_settings()))]
    waiting = [entry for entry in told if entry[0].state is State.OPEN]
    decided = [entry for entry in told if entry[0].state is not State.OPEN][:_ROWS]
    return render(request, "people/disputes.html", {
        "waiting": waiting, "decided": decided, "wrong": wrong.number if wrong else None, "fault": wrong,
        "typed": readable(wrong.why)[:2 * LONGEST_TEXT] if wrong else "",
        "typed_values": listed(wrong.value) if wrong else [],
        "typed_value": readable(wrong.value)[:2 * LONGEST_TEXT] if wrong else "", "longest": LONGEST_TEXT},
        status=status)


@require_POST
def decide(request: PersonalRequest, number: int) -> HttpResponse:
    """Accept or reject a dispute, or open it again; the reason is shown to readers.

    What is accepted may say what the region pack then reads: it waits there until a curator takes it along as a patch.
    """
    try:
        state = State(request.POST.get("say", ""))
    except ValueError as unknown:
        raise Http404 from unknown
    why, value = request.POST.get("why", ""), SEPARATOR.join(filter(None, request.POST.getlist("value")))
    if number not in {dispute.number for dispute in every_dispute(home_settings())}:
        raise Http404
    try:
        decision = CuratorDecision(state, judge_name(request.person), why)
        if state is State.ACCEPTED:
            accept(home_settings(), number, decision, value, request.atlas)
        else:
            DisputeStore(home_settings().judgements).decide(number, decision)
    except BadInput as problem:
        return _disputes(request, _Wrong(number, why, value, "value" in problem.context), 400)
    audit.note(request.person, f"dispute.{state.value}", number, corrects=bool(value and state is State.ACCEPTED))
    messages.success(request, _("Kept."))
    return redirect("curate-disputes")
