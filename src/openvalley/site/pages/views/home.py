"""Home: the search box, the cluster's figures in sentences, and the map with its list."""

from datetime import date
from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from openvalley.atlas import pages
from openvalley.atlas.listing import Browse, browse
from openvalley.atlas.pages import COMPANY_KINDS, COUNTED, Town, towns
from openvalley.atlas.reader import Atlas
from openvalley.atlas.sourced import newest_date
from openvalley.site.pages import addresses, picture, wording
from openvalley.site.pages.borders import borders
from openvalley.site.pages.machine import csv_answer, json_answer, leaving
from openvalley.site.pages.reading import AtlasRequest, reading, today

#: Towns listed beside the map before the list is folded.
_TOWNS_OPEN = 12
_TYPES = {"svg": "image/svg+xml", "png": "image/png"}


def _counted(**more: str | list[str]) -> str:
    """Return the address of the search that lists what a figure counts."""
    return addresses.search_url(type="organisation", **{name: list(values) for name, values in COUNTED.items()}, **more)


@reading
def page(request: AtlasRequest, atlas: Atlas) -> HttpResponse:
    """Show the home page."""
    figures = pages.figures(atlas)
    found = towns(atlas)
    label = _("Map of the organisations by town")
    drawn, day = borders(atlas), today()
    return render(request, "pages/home.html", {
        "figures": figures,
        "links": {
            "organisations": _counted(), "companies": _counted(kind=list(COMPANY_KINDS)),
            "unverified": addresses.search_url(type="organisation", region="in", scope="in", verified="no"),
            "projects": addresses.search_url(type="project", region="in", scope="in"),
            "trials": addresses.search_url(type="trial", region="in"),
            "calls": addresses.search_url(type="call", standing="open"),
            "all_calls": addresses.search_url(type="call"),
        },
        "kinds": [(wording.term("kind", code), count, _counted(kind=code)) for code, count in figures.kinds.items()],
        "largest_kind": max(figures.kinds.values(), default=0),
        "held": atlas.counts(), "trials": _trials(atlas), "open_calls": _open_calls(atlas, day),
        "calls_as_of": newest_date(atlas, "call"),
        "map": picture.inline_map(found, drawn, label), "borders": drawn,
        "towns": [(town, picture.town_url(town)) for town in found], "towns_open": _TOWNS_OPEN,
        "placeless": figures.organisations - sum(town.organisations for town in found),
        "unplaced": sum(town.organisations for town in found if town.latitude is None),
    })


@reading
@leaving
def machine(_request: AtlasRequest, atlas: Atlas) -> HttpResponse:
    """Give the figures and towns as JSON."""
    content: dict[str, Any] = {
        "figures": pages.figures(atlas), "counted": COUNTED, "trials": _trials(atlas),
        "open_calls": {"on": today(), "calls": _open_calls(atlas, today())},
        "towns": [_town(town) for town in towns(atlas)],
        "atlas_version": atlas.version,
    }
    return json_answer(content)


@reading
@leaving
def picture_file(_request: AtlasRequest, atlas: Atlas, form: str) -> HttpResponse:
    """Give the map as SVG or PNG, or what it shows as CSV."""
    found = towns(atlas)
    if form == "csv":
        rows = [(town.name, town.latitude, town.longitude, town.organisations, "; ".join(town.spellings))
                for town in found]
        return csv_answer(("town", "latitude", "longitude", "organisations", "spellings"), rows, "map")
    if form not in _TYPES:
        raise Http404
    answer = HttpResponse(picture.map_file(found, form), content_type=_TYPES[form])
    answer.headers["Content-Disposition"] = f'attachment; filename="map.{form}"'
    return answer


def _town(town: Town) -> dict[str, Any]:
    return {"name": town.name, "spellings": town.spellings, "latitude": town.latitude, "longitude": town.longitude,
            "organisations": town.organisations}


def _trials(atlas: Atlas) -> int:
    """Return how many trials registers list in the region, or run from it."""
    return browse(atlas, Browse("trial", {"region": ("in",)}, limit=1)).total


def _open_calls(atlas: Atlas, day: date) -> int:
    """Return how many calls are open on a day."""
    return browse(atlas, Browse("call", {"standing": ("open",)}, limit=1, day=day)).total
