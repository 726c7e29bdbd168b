"""The curators' pages: what waits for them, claims to organisations, and the log of changes."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from openvalley.atlas.disputed import every_dispute
from openvalley.atlas.row_proposals import every_proposal
from openvalley.resolve.curator_decisions import State
from openvalley.site.pages.views.about import health
from openvalley.site.people import audit
from openvalley.site.people.guarding import PersonalRequest
from openvalley.site.people.models import Editorship, Entry, Membership
from openvalley.site.people.organisations import named
from openvalley.site.shelf import home_settings

_ROWS = 100


@require_safe
def page(request: PersonalRequest) -> HttpResponse:
    """Show what waits."""
    counts = {"claims": Editorship.objects.filter(state=Editorship.State.ASKED).count(),
              "members": Membership.objects.count(),
              "proposals": sum(proposal.state is State.OPEN for proposal in every_proposal(home_settings())),
              "disputes": sum(dispute.state is State.OPEN for dispute in every_dispute(home_settings()))}
    return render(request, "people/curate.html", counts)


@require_safe
def sources(request: PersonalRequest) -> HttpResponse:
    """Show how the sources are: how old, whether overdue, what is wrong."""
    held, absent = health(request.atlas) if request.atlas else ((), ())
    return render(request, "people/sources.html", {"held": held, "absent": absent})


@require_safe
def claims(request: PersonalRequest) -> HttpResponse:
    """List claims to organisations, those that wait first."""
    found = Editorship.objects.select_related("person").order_by("decided_at", "asked_at")
    waiting = list(found.filter(state=Editorship.State.ASKED))
    decided = list(found.exclude(state=Editorship.State.ASKED).order_by("-decided_at", "-asked_at")[:_ROWS])
    known = named(request.atlas, [entry.organisation for entry in (*waiting, *decided)])
    return render(request, "people/claims.html", {
        "waiting": [(entry, known[entry.organisation]) for entry in waiting],
        "decided": [(entry, known[entry.organisation]) for entry in decided]})


@require_POST
def decide_claim(request: PersonalRequest, number: int) -> HttpResponse:
    """Approve or refuse a claim, or take an approval back; nobody decides about an own claim."""
    wanted = {"approve": Editorship.State.APPROVED, "refuse": Editorship.State.REFUSED}.get(request.POST.get("say", ""))
    with transaction.atomic():
        entry = get_object_or_404(Editorship.objects.select_for_update(), pk=number)
        if entry.person_id == request.person.pk:
            messages.error(request, _("Another curator decides about your own claim."))
        elif wanted and entry.state != wanted:
            audit.note(request.person, f"editorship.{wanted}", entry.organisation, before=entry.state,
                       account=entry.person_id)
            entry.state, entry.decided_at = wanted, timezone.now()
            entry.save()
            messages.success(request, _("Kept."))
    return redirect("curate-claims")


@require_safe
def log(request: PersonalRequest) -> HttpResponse:
    """Show the log of changes, the newest first."""
    entries = Paginator(Entry.objects.all(), _ROWS).get_page(request.GET.get("page"))
    return render(request, "people/log.html", {"entries": entries})
