"""Which members do I write to about this call, study or partner request? A list with reasons, and as CSV.

That somebody is a member says nothing of how well it fits: the questions are asked of the atlas alone, and their
answers are then narrowed to members.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from openvalley.atlas.reader import Atlas
from openvalley.errors import BadInput
from openvalley.insight.answer import Answer, Item
from openvalley.questions import ConnectRequest, FundRequest, TestRequest, connect, fund, test
from openvalley.site.pages.machine import csv_answer
from openvalley.site.pages.questions.told import Entry, Teller
from openvalley.site.people.guarding import PersonalRequest
from openvalley.site.people.models import Membership
from openvalley.site.people.views.members import current, grades

#: How many sites or partners are looked at for members among them; characters of what is asked.
_LOOKED_AT, _LONGEST = 500, 300
ABOUT = ("call", "study", "partner")


@dataclass(frozen=True)
class Written:
    """A member to write to, with its reasons."""

    member: Membership
    entry: Entry


@dataclass(frozen=True)
class Outcome:
    """Whom to write to; ``wrong`` where what was asked cannot be answered."""

    rows: Sequence[Written] = field(default_factory=list)
    wrong: bool = False


def _outcome(request: PersonalRequest) -> Outcome | None:
    """Answer what the address asks; None where it asks nothing."""
    about, text = request.GET.get("about", ""), request.GET.get("text", "").strip()[:_LONGEST]
    if request.atlas is None or about not in ABOUT or not text:
        return None
    members = {row.organisation: row for row in current(request.GET.get("class", ""))}
    if not members:
        return Outcome()
    try:
        answer = _ask(request.atlas, about, text, sorted(members))
    except BadInput:
        return Outcome(wrong=True)
    today = {here: row for known, row in members.items() if (here := _today(request.atlas, known))}
    teller = Teller(request.atlas, answer)
    return Outcome([Written(today[item.id], teller.entry(item)) for item in answer.items
                    if item.id in today and _fits(item)])


def _ask(atlas: Atlas, about: str, text: str, members: Sequence[str]) -> Answer:
    if about == "call":
        return fund(atlas, FundRequest(call=text, members=tuple(members)))
    if about == "study":
        return test(atlas, TestRequest(condition=text, limit=_LOOKED_AT))
    return connect(atlas, ConnectRequest(need=text, limit=_LOOKED_AT))


def _today(atlas: Atlas, known: str) -> str:
    """Return the id of today of a member; empty where the atlas no longer has it."""
    try:
        return atlas.organisation(known).id
    except BadInput:
        return ""


def _fits(item: Item) -> bool:
    """Tell whether an item is worth a letter: for a call those that fit it, else all that were found."""
    return bool(item.values.get("fits", True))


@require_safe
def page(request: PersonalRequest) -> HttpResponse:
    """Show whom to write to."""
    return render(request, "people/write.html", {
        "outcome": _outcome(request), "about": request.GET.get("about", "call"),
        "text": request.GET.get("text", "")[:_LONGEST], "grades": grades(), "grade": request.GET.get("class", ""),
        "query": request.GET.urlencode()})


@require_safe
def spreadsheet(request: PersonalRequest) -> HttpResponse:
    """Give the same as CSV."""
    outcome = _outcome(request) or Outcome()
    rows = [(row.entry.item.id, row.member.given, row.member.grade, row.member.contact_role, row.entry.score,
             " ".join(told.text for told in row.entry.evidence)) for row in outcome.rows]
    return csv_answer(("id", "name", "class", "contact_role", "score", "why"), rows, "write-to")
