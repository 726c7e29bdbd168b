"""Corrections of the region pack: what a curator types when a dispute is accepted, and the patch that comes of it."""

from dataclasses import dataclass

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from openvalley.atlas.pack_corrections import CODES, Corrected, Standing, can_correct, corrected
from openvalley.resolve.corrections import EMPTY
from openvalley.resolve.disputes import Dispute
from openvalley.site.pages import wording
from openvalley.site.people.guarding import PersonalRequest
from openvalley.site.people.organisations import Named
from openvalley.site.shelf import home_settings
from openvalley.vocabulary.terms import terms

STANDINGS = {Standing.WAITS: _("waits for the pack"), Standing.IN_PACK: _("stands in the pack"),
             Standing.IMPOSSIBLE: _("has no row in the pack, and can get none")}


@dataclass(frozen=True)
class Field:
    """How what the pack then says is typed: chosen from codes with their labels, or as text where there are none."""

    choices: list[tuple[str, str]]


def field(dispute: Dispute) -> Field | None:
    """Return the field of a dispute; None where the pack cannot say it in one cell."""
    if not can_correct(dispute.sent.property):
        return None
    vocabulary = CODES.get(dispute.sent.property)
    labels = [(code, term.label(wording.language())) for code, term in terms(vocabulary).items()] if vocabulary else []
    return Field([*labels, (EMPTY, EMPTY)] if labels else [])


@require_safe
def page(request: PersonalRequest) -> HttpResponse:
    """Show the corrections and the difference that they make."""
    found = corrected(request.atlas, home_settings()) if request.atlas else Corrected((), "", "")
    return render(request, "people/pack.html", {
        "rows": [(one, Named(one.organisation, one.name), STANDINGS[one.standing]) for one in reversed(found.placed)],
        "difference": found.difference})


@require_safe
def patch(request: PersonalRequest) -> HttpResponse:
    """Give the difference as a patch, for `patch -p1` in the folder of packs."""
    return _file(_corrected(request).difference, "text/x-diff", "organisations.patch")


@require_safe
def table(request: PersonalRequest) -> HttpResponse:
    """Give the pack's table with all corrections."""
    return _file(_corrected(request).table, "text/csv", "organisations.csv")


def _corrected(request: PersonalRequest) -> Corrected:
    if request.atlas is None:
        raise Http404
    return corrected(request.atlas, home_settings())


def _file(content: str, kind: str, name: str) -> HttpResponse:
    answer = HttpResponse(content.encode(), content_type=f"{kind}; charset=utf-8")
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer
