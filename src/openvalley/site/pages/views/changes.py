"""What changed: who and what is new, gone or different since the atlas before this one; and the same as data."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from openvalley.atlas.reader import Atlas
from openvalley.site.pages.changes import LISTED, TITLES, changed, in_order, summary, told
from openvalley.site.pages.linked_pages import linked_page
from openvalley.site.pages.machine import csv_answer, json_answer
from openvalley.site.pages.reading import AtlasRequest, reading


@reading
def page(request: AtlasRequest, atlas: Atlas) -> HttpResponse:
    """Show what changed."""
    files = {form: reverse(f"changes-{form.lower()}") for form in ("JSON", "CSV")}
    return render(request, "pages/changes.html", {
        "changes": summary(changed(atlas), LISTED), "listed": LISTED, "files": files.items(),
        "linked_data": linked_page(request, "Dataset", _("What changed"), files, version=atlas.version),
    })


@reading
def machine(_request: HttpRequest, atlas: Atlas) -> HttpResponse:
    """Give everything that changed as JSON, by kind of change; null where nothing is compared."""
    return json_answer(as_data(atlas))


@reading
def table(request: HttpRequest, atlas: Atlas) -> HttpResponse:
    """Give everything that changed as CSV, in the page's language: one change a row."""
    found = changed(atlas)
    rows = [(kind, str(TITLES[kind]), row.get("id"), shown.name, shown.how,
             request.build_absolute_uri(shown.url) if shown.url else "")
            for kind, change in (found.changes.items() if found else ()) if kind in TITLES
            for row in in_order(change.rows) for shown in [told(kind, row)]]
    return csv_answer(("change", "what", "id", "name", "how", "address"), rows, "changes")


def as_data(atlas: Atlas, most: int | None = None) -> dict[str, Any]:
    """Return what changed as data, `most` of each kind of change at most; with no `most`, all."""
    found = changed(atlas)
    kinds = None if found is None else {kind: {"total": change.total, "rows": change.rows[:most]}
                                        for kind, change in found.changes.items()}
    return {"since": found.old if found else None, "changes": kinds, "atlas_version": atlas.version}
