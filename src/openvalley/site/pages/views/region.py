"""A region: in what it lies, what lies in it, its organisations by kind, and its newest figures."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from openvalley.atlas.answers import about_region
from openvalley.atlas.pages import towns
from openvalley.atlas.reader import Atlas
from openvalley.atlas.regional import COUNTED, Indicator, Region, RegionName, region
from openvalley.atlas.schema_org import as_region, document
from openvalley.atlas.sourced import sources_of
from openvalley.site.pages import addresses, figure_words, wording
from openvalley.site.pages.borders import attribution
from openvalley.site.pages.canonical import at_its_address
from openvalley.site.pages.machine import csv_answer, json_answer, leaving, linked_data
from openvalley.site.pages.reading import AtlasRequest, reading
from openvalley.site.pages.region_picture import inline_region
from openvalley.site.pages.shown import embedding
from openvalley.site.pages.views.map_ import map_files
from openvalley.vocabulary import figures


@dataclass(frozen=True)
class Part:
    """A region within the shown one, with its organisations and the list of them."""

    region: RegionName
    organisations: int
    url: str


@dataclass(frozen=True)
class Figure:
    """A figure in words: title and unit, the value, its year, what it is broken down by, flags, and its page."""

    indicator: Indicator
    unit: str
    breakdown: str
    flags: str
    url: str


@reading
@at_its_address("region")
def page(request: AtlasRequest, atlas: Atlas, key: str) -> HttpResponse:
    """Show a region; other spellings of its code lead to its canonical address."""
    found = region(atlas, key)
    known = sources_of(atlas)
    picture = inline_region(atlas, found, _("Map of %(name)s") % {"name": found.name})
    return render(request, "pages/region.html", {
        "region": found, "country": wording.country(found.country),
        "within": [(around, addresses.region_url(around.code)) for around in found.within],
        "parts": [Part(part, found.part_counts.get(part.code, 0), _list(part.code)) for part in found.parts],
        "elsewhere": found.organisations - sum(found.part_counts.get(part.code, 0) for part in found.parts),
        "kinds": [(wording.term("kind", code), count, _list(found.code, kind=code))
                  for code, count in found.kinds.items()],
        "largest_kind": max(found.kinds.values(), default=0),
        "list_url": _list(found.code), "verified_url": _list(found.code, verified="yes"),
        "figures": [_figure(indicator, known) for indicator in found.indicators],
        "first_year": min((entry.year for entry in found.indicators), default=None),
        "last_year": max((entry.year for entry in found.indicators), default=None),
        "figure_sources": [known[name] for name in dict.fromkeys(entry.source for entry in found.indicators)],
        "map": picture, "attribution": attribution(atlas, found.source) if picture else "",
        **_map(request, atlas, found),
        "source": known.get(found.source, {}), "json_url": reverse("region-json", args=[key]),
        "csv_url": reverse("region-csv", args=[key]),
        "linked_data": linked_data(document(as_region(asdict(found)), page=request.build_absolute_uri(request.path))),
    })


def _map(request: AtlasRequest, atlas: Atlas, found: Region) -> dict[str, Any]:
    """Return the files of the map of a region's organisations, which hold no borders; none where nobody is on it."""
    if not any(town.latitude is not None for town in towns(atlas, {"nuts": [found.code]})):
        return {"map_files": []}
    query = f"?nuts={found.code}"
    files = [(form, url) for form, url in map_files(query).items() if form != "JSON"]
    return {"map_files": files, "embed": embedding(request, reverse("map-page") + query, files[0][1],
                                                   _("Map of %(name)s") % {"name": found.name})}


@reading
@leaving
@at_its_address("region", "-json")
def machine(_request: AtlasRequest, atlas: Atlas, key: str) -> HttpResponse:
    """Give a region with its counts and figures as JSON; its boundary is drawn on the page, and never given."""
    return json_answer(about_region(atlas, region(atlas, key)))


@reading
@leaving
@at_its_address("region", "-csv")
def table(_request: AtlasRequest, atlas: Atlas, key: str) -> HttpResponse:
    """Give the newest figures of a region as CSV."""
    rows = [(entry.indicator, entry.title, entry.year, entry.value, entry.unit, entry.dimensions, entry.flag,
             entry.source) for entry in region(atlas, key).indicators]
    return csv_answer(("indicator", "title", "year", "value", "unit", "dimensions", "flag", "source"), rows, "figures")


def _list(code: str, **more: str) -> str:
    """Return the address of the list of a region's organisations."""
    return addresses.search_url(type="organisation", nuts=code, **COUNTED, **more)


def _figure(indicator: Indicator, known: Mapping[str, Mapping[str, Any]]) -> Figure:
    url = addresses.row_url(known[indicator.source], "indicator", indicator.indicator)
    language = wording.language()
    return Figure(indicator, figures.unit(indicator.unit, language),
                  figures.breakdown(indicator.dimensions, language), figure_words.flag(indicator.flag), url)
