"""My OpenValley: what somebody keeps here, how others know the person, and which organisations it speaks for."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from openvalley.site.pages import search_words
from openvalley.site.people import audit
from openvalley.site.people.forms import Profile
from openvalley.site.people.guarding import PersonalRequest
from openvalley.site.people.models import Digest, Editorship
from openvalley.site.people.organisations import named, organisation_at, proving_domain, same
from openvalley.site.people.permissions import Standing
from openvalley.site.people.published import shown_to
from openvalley.site.people.roles import curates
from openvalley.site.people.views.keeping import search_of

#: Claims of one person that may wait for a curator at the same time.
MOST_WAITING = 5


@require_safe
def page(request: PersonalRequest) -> HttpResponse:
    """Show what the site keeps of a person."""
    return render(request, "people/me.html", _kept(request))


def _kept(request: PersonalRequest) -> dict[str, Any]:
    person = request.person
    editorships = list(person.editorships.order_by("asked_at"))
    followed, short = ([entry.organisation for entry in kept.all()] for kept in (person.following, person.shortlist))
    known = named(request.atlas, [*(entry.organisation for entry in editorships), *followed, *short])
    return {"person": person, "curates": curates(request.standing),
            "administers": request.standing is Standing.ADMINISTRATOR,
            "editorships": [(entry, known[entry.organisation]) for entry in editorships],
            "following": [known[one] for one in followed], "shortlist": [known[one] for one in short],
            "searches": [(entry, _named_search(request, entry.query)) for entry in person.searches.all()],
            "digest": Digest.objects.filter(person=person).first()}


def _named_search(request: PersonalRequest, query: str) -> str:
    """Return a kept search in words; one that the site understands no more as it was kept."""
    search = search_of(query)
    return search_words.said(request.atlas, search) if search else query


@require_http_methods(["GET", "HEAD", "POST"])
def profile(request: PersonalRequest) -> HttpResponse:
    """Take a person's name and language."""
    form = Profile(request.POST or None, instance=request.person)
    if request.method == "POST" and form.is_valid():
        form.save()
        messages.success(request, _("Kept."))
        return redirect("me")
    return render(request, "people/form.html", {"form": form, "title": _("Name and language"), "send": _("Keep"),
                                                "back": "me"}, status=400 if form.errors else 200)


@require_safe
def organisation(request: PersonalRequest, key: str) -> HttpResponse:
    """Show what a person can do about an organisation."""
    about = organisation_at(request.atlas, key)
    ids = same(about.id)
    mine = request.person.editorships.filter(organisation__in=ids).first()
    needs = shown_to(request.person, request.standing, request.atlas).filter(
        organisation__in=ids)
    return render(request, "people/organisation.html", {
        "about": about, "mine": mine, "needs": [(need, about) for need in needs],
        "follows": request.person.following.filter(organisation__in=ids).exists(),
        "shortlisted": request.person.shortlist.filter(organisation__in=ids).exists()})


@require_POST
def claim(request: PersonalRequest, key: str) -> HttpResponse:
    """Claim an organisation: proved by an e-mail address of its domain, else a curator decides."""
    about = organisation_at(request.atlas, key)
    assert request.atlas is not None  # noqa: S101 - else there is no such organisation
    domain = proving_domain(request.atlas, request.person, about.id)
    waiting = request.person.editorships.filter(state=Editorship.State.ASKED).exclude(
        organisation__in=same(about.id))
    if not domain and waiting.count() >= MOST_WAITING:
        messages.error(request, _("Too many of your claims wait for a curator. Please come back when they are "
                                   "decided."))
        return redirect("me-organisation", key=about.key)
    state = Editorship.State.APPROVED if domain else Editorship.State.ASKED
    known = request.person.editorships.filter(organisation__in=same(about.id)).first()
    entry, new = (known, False) if known else request.person.editorships.get_or_create(
        organisation=about.id, defaults={"state": state, "domain": domain})
    if not new and domain and entry.state == Editorship.State.ASKED:
        entry.state, entry.domain, new = state, domain, True
        entry.save()
    if new:
        audit.note(request.person, f"editorship.{entry.state}", about.id, domain=domain)
    if entry.state == Editorship.State.APPROVED:
        messages.success(request, _("You speak for this organisation now."))
    else:
        messages.info(request, _("A curator looks at your claim. You find what was decided under My OpenValley."))
    return redirect("me-organisation", key=about.key)


@require_POST
def unclaim(request: PersonalRequest, key: str) -> HttpResponse:
    """Give an organisation up; a refused claim stays, so that it is not asked again and again."""
    about = organisation_at(request.atlas, key)
    gone, _which = request.person.editorships.filter(organisation__in=same(about.id)).exclude(
        state=Editorship.State.REFUSED).delete()
    if gone:
        audit.note(request.person, "editorship.given_up", about.id)
        messages.success(request, _("You no longer speak for this organisation."))
    return redirect("me-organisation", key=about.key)
