"""Home: the search box, the cluster's figures in sentences, and the map with its list."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from openvalley.atlas import pages
from openvalley.atlas.clinical import TrialRegister, trial_registers
from openvalley.atlas.headline import COMPANY_KINDS, COUNTED
from openvalley.atlas.listing import Browse, browse
from openvalley.atlas.pages import Town, towns
from openvalley.atlas.reader import Atlas
from openvalley.atlas.sourced import newest_date, source_of
from openvalley.site.pages import addresses, picture, wording
from openvalley.site.pages.borders import borders
from openvalley.site.pages.changes import changed, summary
from openvalley.site.pages.linked_pages import linked_page
from openvalley.site.pages.machine import json_answer, leaving
from openvalley.site.pages.reading import AtlasRequest, reading, today
from openvalley.site.pages.shown import embedding

#: Towns listed beside the map before the list is folded.
_TOWNS_OPEN = 12


@reading
def page(request: AtlasRequest, atlas: Atlas) -> HttpResponse:
    """Show the home page."""
    figures = pages.figures(atlas)
    found = towns(atlas)
    listed = [(town, picture.town_url(town)) for town in found]
    label = _("Map of the organisations by town")
    drawn, day = borders(atlas), today()
    return render(request, "pages/home.html", {
        "figures": figures,
        "links": {
            "organisations": addresses.counted_url(), "companies": addresses.counted_url(kind=COMPANY_KINDS),
            "unverified": addresses.search_url(type="organisation", region="in", scope="in", state="active",
                                               verified="no"),
            "projects": addresses.search_url(type="project", region="in", scope="in"),
            "calls": addresses.search_url(type="call", standing="open"),
            "all_calls": addresses.search_url(type="call"),
        },
        "kinds": [(wording.term("kind", code), count, addresses.counted_url(kind=code))
                  for code, count in figures.kinds.items()],
        "largest_kind": max(figures.kinds.values(), default=0),
        "held": atlas.counts(), "trials": _trials(atlas), "open_calls": _open_calls(atlas, day),
        "calls_as_of": newest_date(atlas, "call"),
        "map": picture.inline_map(found, drawn, label), "borders": drawn,
        "embed": embedding(request, reverse("map-page"), reverse("map", args=["svg"]), label),
        "linked_data": linked_page(request, "WebSite", "OpenValley", {"JSON": reverse("home-json")},
                                   version=atlas.version),
        "towns": listed[:_TOWNS_OPEN], "more_towns": listed[_TOWNS_OPEN:],
        "changes": summary(changed(atlas)),
        "placeless": figures.organisations - sum(town.organisations for town in found),
        "unplaced": sum(town.organisations for town in found if town.latitude is None),
    })


@reading
@leaving
def machine(_request: AtlasRequest, atlas: Atlas) -> HttpResponse:
    """Give the figures and towns as JSON."""
    return json_answer(told(atlas))


def told(atlas: Atlas) -> dict[str, Any]:
    """Return the cluster in figures, each with how it is counted, its trials by register, and its towns."""
    return {
        "figures": pages.figures(atlas), "counted": COUNTED,
        "trials": sum(register.trials for register in trial_registers(atlas)),
        "trial_registers": trial_registers(atlas),
        "open_calls": {"on": today(), "calls": _open_calls(atlas, today())},
        "towns": [_town(town) for town in towns(atlas)],
        "atlas_version": atlas.version,
    }


def _town(town: Town) -> dict[str, Any]:
    return {"name": town.name, "spellings": town.spellings, "latitude": town.latitude, "longitude": town.longitude,
            "organisations": town.organisations}


def _trials(atlas: Atlas) -> dict[str, Any]:
    """Return the trials in the region or run from it: those that registers describe, and those they only number."""
    registers = trial_registers(atlas)
    return {"described": _listed([register for register in registers if register.described], atlas),
            "numbered": _listed([register for register in registers if not register.described], atlas)}


def _listed(registers: Sequence[TrialRegister], atlas: Atlas) -> dict[str, Any]:
    """Return how many trials of the region these registers list, where they are listed here, and their names."""
    return {"count": sum(register.trials for register in registers),
            "url": addresses.search_url(type="trial", region="in", register=[entry.source for entry in registers]),
            "registers": ", ".join(wording.short_source(source_of(atlas, entry.source)) for entry in registers)}


def _open_calls(atlas: Atlas, day: date) -> int:
    """Return how many calls are open on a day."""
    return browse(atlas, Browse("call", {"standing": ("open",)}, limit=1, day=day)).total
