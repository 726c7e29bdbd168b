"""Needs and offers: published by an organisation's editors, withdrawn by them, read by those whom they are for."""

from collections.abc import Callable

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from openvalley.atlas.reader import Atlas
from openvalley.errors import BadInput
from openvalley.site.pages import addresses
from openvalley.site.pages.linked_pages import linked_page
from openvalley.site.pages.machine import csv_answer, json_answer
from openvalley.site.pages.reading import AtlasRequest, reading_disputes
from openvalley.site.people import audit, published, roles
from openvalley.site.people.forms import NeedForm
from openvalley.site.people.guarding import PersonalRequest
from openvalley.site.people.models import Need, NeverShown, Person
from openvalley.site.people.organisations import named

#: Needs and offers of one person that stand at the same time.
MOST_STANDING = 50


@require_safe
def board(request: PersonalRequest) -> HttpResponse:
    """Show the needs and offers that this person may read, and its own."""
    found = list(published.shown_to(request.person, request.standing, request.atlas)[:published.MOST_LISTED])
    mine = list(request.person.needs.filter(withdrawn_at=None))
    known = named(request.atlas, [need.organisation for need in (*found, *mine)])
    return render(request, "people/needs.html", {
        "needs": [(need, known[need.organisation]) for need in found],
        "mine": [(need, known[need.organisation]) for need in mine], "edits": bool(roles.edited(request.person))})


@require_http_methods(["GET", "HEAD", "POST"])
def publish(request: PersonalRequest) -> HttpResponse:
    """Publish a need or an offer in the name of an organisation."""
    edited = roles.edited(request.person)
    if not edited:
        raise Http404
    form = NeedForm(named(request.atlas, edited), _finder(request.atlas), request.POST or None,
                    initial={"language": get_language(), "audience": Need.Audience.PUBLIC, "kind": Need.Kind.NEED})
    if request.method == "POST" and form.is_valid():
        if request.person.needs.filter(withdrawn_at=None).count() >= MOST_STANDING:
            form.add_error(None, _("You have published as much as one can. Withdraw something first."))
        else:
            _keep(request.person, form)
            messages.success(request, _("Published."))
            return redirect("me-needs")
    return render(request, "people/form.html", {
        "form": form, "title": _("Publish a need or an offer"), "send": _("Publish"), "back": "me-needs",
        "lead": _("It is shown with your organisation as its source. You can withdraw it at any time.")},
        status=400 if form.errors else 200)


def _keep(person: Person, form: NeedForm) -> None:
    said = form.cleaned_data
    fields = {name: said[name] for name in ("organisation", "kind", "text", "language", "audience")}
    with transaction.atomic():
        need, new = Need.objects.get_or_create(public=said["public"], defaults={"person": person, **fields})
        if new:
            NeverShown.objects.bulk_create(NeverShown(need=need, organisation=known) for known in said["never"])
            audit.note(person, "need.published", need.public, organisation=need.organisation, audience=need.audience)


def _finder(atlas: Atlas | None) -> Callable[[str], str | None]:
    """Return what finds an organisation by an id or the address of its page."""
    def find(typed: str) -> str | None:
        if atlas is None:
            return None
        key = typed.rpartition("/organisation/")[2] if "/organisation/" in typed else typed
        try:
            known = atlas.resolve_id(addresses.id_of(key))
        except BadInput:
            return None
        return known if atlas.type_of(known) == "organisation" else None

    return find


@require_POST
def withdraw(request: PersonalRequest, public: str) -> HttpResponse:
    """Withdraw one's own need or offer; curators may withdraw any."""
    mine = Need.objects.all() if roles.curates(request.standing) else request.person.needs.all()
    need = get_object_or_404(mine, public=public)
    if need.withdrawn_at is None:
        need.withdrawn_at = timezone.now()
        need.save()
        audit.note(request.person, "need.withdrawn", need.public, organisation=need.organisation)
    messages.success(request, _("Withdrawn: nobody sees it any more."))
    return redirect("me-needs")


@reading_disputes
def public(request: AtlasRequest, atlas: Atlas) -> HttpResponse:
    """Show everybody what organisations publish for everybody."""
    found = published.public_needs()
    known = named(atlas, [need.organisation for need in found])
    return render(request, "people/public_needs.html", {
        "needs": [(need, known[need.organisation]) for need in found],
        "linked_data": linked_page(request, "ItemList", str(_("Needs and offers")), {
            "JSON": reverse("needs-json"), "CSV": reverse("needs-csv")}, numberOfItems=len(found))})


@reading_disputes
def machine(request: AtlasRequest, atlas: Atlas) -> HttpResponse:
    """Give the same as JSON."""
    return json_answer({"atlas_version": atlas.version,
                        "items": published.as_claims(request, atlas, published.public_needs())})


@reading_disputes
def spreadsheet(request: AtlasRequest, atlas: Atlas) -> HttpResponse:
    """Give the same as CSV."""
    columns = ("id", "kind", "text", "language", "organisation", "name", "published_at", "source", "address")
    items = published.as_claims(request, atlas, published.public_needs())
    return csv_answer(columns, [[item[column] for column in columns] for item in items], "needs")
