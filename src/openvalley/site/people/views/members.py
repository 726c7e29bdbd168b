"""Members of the cluster's organisation: a list that curators import, filter and take along. It is theirs alone."""

import uuid
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.db.models import Q, QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from openvalley.errors import BadInput
from openvalley.resolve.sent import without_contacts
from openvalley.site.pages.machine import csv_answer
from openvalley.site.people import audit, uploads
from openvalley.site.people.guarding import PersonalRequest
from openvalley.site.people.models import Membership
from openvalley.site.people.models.membership import LONGEST_CLASS, LONGEST_GIVEN, LONGEST_ROLE
from openvalley.site.people.organisations import named
from openvalley.site.people.uploads import LinkedRow
from openvalley.site.shelf import home_settings


def current(grade: str = "") -> "QuerySet[Membership]":
    """Return the memberships that hold today, of one class or of all."""
    found = Membership.objects.filter(Q(until=None) | Q(until__gte=timezone.now().date()))
    return found.filter(grade=grade) if grade else found


def grades() -> list[str]:
    """Return the classes of membership that there are."""
    return sorted(filter(None, set(Membership.objects.values_list("grade", flat=True))))


def _wanted(request: PersonalRequest) -> "QuerySet[Membership]":
    grade = request.GET.get("class", "")
    if request.GET.get("past"):
        return Membership.objects.filter(grade=grade) if grade else Membership.objects.all()
    return current(grade)


@require_safe
def page(request: PersonalRequest) -> HttpResponse:
    """List the members."""
    rows = list(_wanted(request))
    known = named(request.atlas, [row.organisation for row in rows])
    return render(request, "people/members.html", {
        "rows": [(row, known[row.organisation]) for row in rows], "grades": grades(),
        "grade": request.GET.get("class", ""), "past": request.GET.get("past", ""),
        "query": request.GET.urlencode()})


@require_safe
def spreadsheet(request: PersonalRequest) -> HttpResponse:
    """Give the members as CSV."""
    rows = [(row.organisation, row.given, row.grade, row.since, row.until, row.contact_role)
            for row in _wanted(request)]
    return csv_answer(("id", "name", "class", "since", "until", "contact_role"), rows, "members")


@require_http_methods(["GET", "HEAD", "POST"])
def upload(request: PersonalRequest) -> HttpResponse:
    """Take a list; it is linked meanwhile."""
    fault = ""
    if request.method == "POST":
        sent = request.FILES.get("list")
        try:
            named_so = sent is not None and (sent.name or "").lower().endswith(".csv")
            # One byte more than is allowed tells that it is too much; no more is read.
            content = sent.read(uploads.MOST_BYTES + 1) if sent is not None and named_so else b""
            public = uploads.take(home_settings(), content)
        except BadInput as problem:
            fault = _faults()[str(problem.context["why"])]
        else:
            return redirect("curate-members-linked", public=public)
    return render(request, "people/upload.html", {"fault": fault}, status=400 if fault else 200)


def _faults() -> dict[str, str]:
    return {"large": _("The list is too large: at most 1 MB."),
            "encoding": _("The file is not text in UTF-8. Save it as CSV (UTF-8)."),
            "shape": _("Choose a CSV file with a column called name, and at most 5000 rows.")}


@require_http_methods(["GET", "HEAD", "POST"])
def linked(request: PersonalRequest, public: uuid.UUID) -> HttpResponse:
    """Show what a list is linked to, and take the rows that the curator ticks."""
    try:
        rows = uploads.linked(home_settings(), public)
    except BadInput as problem:
        if problem.context["why"] == "gone":
            raise Http404 from problem
        messages.error(request, _("The list could not be linked. Is it a CSV with a column called name?"))
        return redirect("curate-members-import")
    if rows is not None and request.method == "POST":
        taken = set(request.POST.getlist("take"))
        kept = _keep([row for row in rows if str(row.number) in taken and row.match_id])
        audit.note(request.person, "members.imported", public, rows=kept)
        messages.success(request, _("%(n)s memberships are kept.") % {"n": kept})
        return redirect("curate-members")
    answer = render(request, "people/linked.html", {"rows": rows})
    if rows is None:
        answer.headers["Refresh"] = "3"
    return answer


@transaction.atomic
def _keep(rows: list[LinkedRow]) -> int:
    for row in rows:
        said: dict[str, Any] = {
            "given": row.name[:LONGEST_GIVEN], "grade": row.grade[:LONGEST_CLASS], "since": row.since,
            "until": row.until, "contact_role": without_contacts(row.contact_role)[:LONGEST_ROLE]}
        Membership.objects.update_or_create(organisation=row.match_id, defaults=said)
    return len({row.match_id for row in rows})


@require_POST
def remove(request: PersonalRequest, number: int) -> HttpResponse:
    """Remove a membership."""
    row = get_object_or_404(Membership, pk=number)
    audit.note(request.person, "member.removed", row.organisation)
    row.delete()
    messages.success(request, _("Removed."))
    return redirect("curate-members")
