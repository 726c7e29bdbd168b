"""Rows that readers propose for the region pack: shown with their sources, accepted or rejected."""

from dataclasses import dataclass

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from openvalley.atlas.reader import Atlas
from openvalley.atlas.row_proposals import every_proposal, fillable, table_for
from openvalley.errors import BadInput
from openvalley.resolve.curator_decisions import CuratorDecision, State
from openvalley.resolve.proposals import Proposal, ProposalStore
from openvalley.resolve.sent import LONGEST_TEXT, readable
from openvalley.site.pages import row_words
from openvalley.site.people import audit
from openvalley.site.people.guarding import PersonalRequest
from openvalley.site.people.organisations import Named, named
from openvalley.site.people.roles import judge_name
from openvalley.site.shelf import home_settings
from openvalley.sources.pack.cells import listed

#: Decided proposals that the page shows, the newest first.
_ROWS = 100


@dataclass(frozen=True)
class Cell:
    """A cell as it is read: what its column is called, its text, or the organisations that it names."""

    label: str
    text: str
    named: tuple[Named, ...] = ()


@dataclass(frozen=True)
class Told:
    """A proposal in words: what it is, what it is called, and its cells."""

    kind: str | Promise
    title: str
    cells: list[Cell]


def told(atlas: Atlas | None, proposal: Proposal) -> Told:
    """Return a proposal in the words of the page's language."""
    sent, table = proposal.sent, table_for(proposal.sent.record_type)
    cells = []
    for column in fillable(table) if table else ():
        raw = sent.cells.get(column.name, "")
        if raw and column.key_of_organisations:
            found = tuple(named(atlas, listed(raw)).values())
            cells.append(Cell(row_words.column_name(column.name), ", ".join(one.name for one in found), found))
        elif raw:
            cells.append(Cell(row_words.column_name(column.name), row_words.shown(column, raw)))
    kind = row_words.KINDS.get(sent.record_type, sent.record_type)
    return Told(kind, cells[0].text if cells else str(kind), cells)


@require_safe
def page(request: PersonalRequest) -> HttpResponse:
    """List proposals: those that wait, then those that are decided."""
    return _listed(request, None, "", 200)


def _listed(request: PersonalRequest, wrong: int | None, typed: str, status: int) -> HttpResponse:
    entries = [(proposal, told(request.atlas, proposal)) for proposal in reversed(every_proposal(home_settings()))]
    return render(request, "people/proposals.html", {
        "waiting": [entry for entry in entries if entry[0].state is State.OPEN],
        "decided": [entry for entry in entries if entry[0].state is not State.OPEN][:_ROWS],
        "wrong": wrong, "typed": readable(typed)[:2 * LONGEST_TEXT]}, status=status)


@require_POST
def decide(request: PersonalRequest, number: int) -> HttpResponse:
    """Accept or reject a proposal, or open it again; what is accepted waits in the patch of the pack."""
    try:
        state = State(request.POST.get("say", ""))
    except ValueError as unknown:
        raise Http404 from unknown
    if number not in {proposal.number for proposal in every_proposal(home_settings())}:
        raise Http404
    why = request.POST.get("why", "")
    try:
        ProposalStore(home_settings().judgements).decide(
            number, CuratorDecision(state, judge_name(request.person), why))
    except BadInput:
        return _listed(request, number, why, 400)
    audit.note(request.person, f"proposal.{state.value}", number)
    messages.success(request, _("Kept."))
    return redirect("curate-proposals")
