"""The press page: figures that can be cited, each with its definition, its day, what it leaves out and its coverage."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from openvalley.atlas import pages
from openvalley.atlas.reader import Atlas
from openvalley.site.pages import wording
from openvalley.site.pages.coverage import coverage, quoted
from openvalley.site.pages.linked_pages import linked_page
from openvalley.site.pages.machine import csv_answer, json_answer, leaving
from openvalley.site.pages.press import citable, untold
from openvalley.site.pages.reading import AtlasRequest, reading, today

_COLUMNS = ("figure", "value", "sentence", "definition", "not_counted", "as_of", "quoted", "atlas_version", "list")


@reading
def page(request: AtlasRequest, atlas: Atlas) -> HttpResponse:
    """Show the figures."""
    return render(request, "pages/press.html", {
        "figures": citable(atlas, _region(atlas), today()), "untold": untold(atlas), "today": today(),
        "quoted": quoted(atlas),
        "coverage": coverage(atlas.manifest["region"], pages.figures(atlas)),
        "claimed_source": atlas.manifest["region"].get("claimed_source", ""),
        "address": request.build_absolute_uri(reverse("press")),
        "linked_data": linked_page(request, "Dataset", _("Figures for the press"), {
            "JSON": reverse("press-json"), "CSV": reverse("press-csv")}, version=atlas.version),
    })


@reading
@leaving
def machine(_request: AtlasRequest, atlas: Atlas) -> HttpResponse:
    """Give the figures and their coverage as JSON."""
    return json_answer(told(atlas))


def told(atlas: Atlas) -> dict[str, Any]:
    """Return the figures and their coverage as data, in the language that is spoken."""
    return {"on": today(), "figures": citable(atlas, _region(atlas), today()), "untold": untold(atlas),
            "coverage": coverage(atlas.manifest["region"], pages.figures(atlas)), "atlas_version": atlas.version}


@reading
@leaving
def table(request: AtlasRequest, atlas: Atlas) -> HttpResponse:
    """Give the figures as CSV."""
    rows = [(entry.label, entry.value, entry.sentence, entry.definition, entry.excludes, entry.as_of, entry.quoted,
             atlas.version, request.build_absolute_uri(entry.url)) for entry in citable(atlas, _region(atlas), today())]
    return csv_answer(_COLUMNS, rows, "figures")


def _region(atlas: Atlas) -> str:
    title: dict[str, str] = atlas.manifest["region"].get("title", {})
    return title.get(wording.language()) or title.get("en", "")
