"""A row of the region pack: every cell of it, where it can be checked, what is disputed, and the form that says so.

Reads one borrowed atlas and the home's disputes; what is sent is appended to these.
"""

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.urls import reverse
from django.utils.decorators import decorator_from_middleware
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from openvalley.atlas.disputed import public_data
from openvalley.atlas.pack_rows import CuratedRow, cells_of, row_of
from openvalley.atlas.reader import Atlas
from openvalley.atlas.row_ids import SEPARATOR
from openvalley.resolve.sent import OTHER
from openvalley.site.pages import addresses, disputing, row_words, wording
from openvalley.site.pages.guards import NotingForgery
from openvalley.site.pages.machine import json_answer, leaving, leaving_dispute
from openvalley.site.pages.reading import AtlasRequest, reading_disputes
from openvalley.site.pages.views.dispute import About, answer
from openvalley.site.shelf import home_settings, shelf


@csrf_exempt  # from the check of the whole site: this one checks by itself
@require_http_methods(["GET", "HEAD", "POST"])
@decorator_from_middleware(NotingForgery)
def page(request: AtlasRequest, record_type: str, key: str) -> HttpResponse:
    """Show a row, and take what is sent about it."""
    with shelf().borrow() as atlas:
        request.atlas = atlas
        row = row_of(atlas, f"{record_type}{SEPARATOR}{key}")
        takes = bool(home_settings().disputes_a_day)
        if request.method == "POST" and not takes:
            return HttpResponseNotAllowed(["GET", "HEAD"])
        here = addresses.pack_row_url(row.id)
        known = disputing.disputes_about(atlas, row.id)
        return answer(request, About(
            row.id, row_words.title(row), _groups(row), here, here, "pages/pack_row.html", {
                "row": row, "cells": row_words.cells(row), "takes": takes, "kind": row_words.KINDS[row.record_type],
                "reference": addresses.followable(row.reference),
                "disputes": [row_words.as_read(row, dispute) for dispute in known],
                "thanked": _thanked(request, [dispute.number for dispute in known]),
                "json_url": reverse("pack-row-json", args=[record_type, key])}))


@reading_disputes
@leaving
def machine(_request: AtlasRequest, atlas: Atlas, record_type: str, key: str) -> HttpResponse:
    """Give a row with its disputes as JSON."""
    return json_answer(told(atlas, f"{record_type}{SEPARATOR}{key}"))


def told(atlas: Atlas, row_id: str) -> dict[str, Any]:
    """Return a row as data: its cells as in its table, whom it concerns, and what is disputed about it."""
    row = row_of(atlas, row_id)
    return {"id": row.id, "record_type": row.record_type, "cells": cells_of(row), "concerned": row.concerned,
            "source": row.source, "source_version": row.source_version, "atlas_version": atlas.version,
            "disputes": [leaving_dispute(atlas, public_data(dispute))
                         for dispute in disputing.disputes_about(atlas, row.id)]}


def _thanked(request: HttpRequest, numbers: list[int]) -> int | None:
    given = request.GET.get("disputed", "")
    return next((number for number in numbers if str(number) == given), None)


def _groups(row: CuratedRow) -> list[disputing.Group]:
    """Return what may be wrong about a row: each of its cells, and the row as a whole."""
    cells = [disputing.Choice(disputing.about(cell.column, cell.raw), disputing.shortened(
        f"{cell.label}{wording.colon()} {cell.text}" if cell.text else _("%(fact)s: missing") % {"fact": cell.label}))
        for cell in row_words.cells(row)]
    whole = disputing.Choice(disputing.about(OTHER, ""), _("The row as a whole is wrong"))
    return [disputing.Group(_("What it says"), cells), disputing.Group(_("All of it"), [whole])]
