"""The map of the cluster: its organisations by town, by kind, stage, technology and region, with the list beside it."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from openvalley.atlas.headline import COUNTED
from openvalley.atlas.listing import Browse, browse
from openvalley.atlas.pages import Town, towns
from openvalley.atlas.reader import Atlas
from openvalley.site.pages import addresses, drawing, picture, wording
from openvalley.site.pages.borders import borders
from openvalley.site.pages.linked_pages import linked_page
from openvalley.site.pages.machine import csv_answer, json_answer, leaving
from openvalley.site.pages.reading import AtlasRequest, reading, today
from openvalley.site.pages.shown import embedding

#: What the map is narrowed by, in the order of the form; regions (NUTS 1 and 2) come last.
_FILTERS = ("kind", "stage", "platform")
_LEVELS = (1, 2)
#: Organisations that are named beside the map; beyond, towns stand with their numbers alone.
_NAMED = 1_500
_LONGEST_VALUE = 60

Chosen = Mapping[str, Sequence[str]]


@dataclass(frozen=True)
class Filter:
    """A filter of the form: name, label, and its choices as value, text and whether it is chosen."""

    name: str
    label: str
    choices: Sequence[tuple[str, str, bool]]


@dataclass(frozen=True)
class Cluster:
    """A circle of the map as the list has it: its anchor, its name, how many it counts, and its towns."""

    anchor: str
    name: str
    more: int
    organisations: int
    places: Sequence["Place"]


@dataclass(frozen=True)
class Place:
    """A town beside the map: the list of its organisations, and the organisations themselves as name and address."""

    town: Town
    url: str
    organisations: Sequence[tuple[str, str]]


@reading
def page(request: AtlasRequest, atlas: Atlas) -> HttpResponse:
    """Show the map with its form and its list."""
    chosen = _chosen(request)
    found, drawn = towns(atlas, chosen), borders(atlas)
    listing = browse(atlas, Browse("organisation", {**COUNTED, **chosen}, "name", _NAMED, 0, today()))
    query = addresses.query_string({name: list(values) for name, values in chosen.items()})
    behind = f"?{query}" if query else ""
    placed = sum(town.organisations for town in found if town.latitude is not None)
    places, list_url = _places(found, listing.rows, chosen), addresses.counted_url(**chosen)
    grouped = [(cluster, _anchor(cluster)) for cluster in picture.clusters(found, drawn)]
    files, title = map_files(behind), _title(chosen)
    return render(request, "pages/map.html", {
        "filters": _filters(atlas, chosen), "chosen": bool(chosen), "noindex": bool(chosen),
        "map": picture.inline_clusters(
            [(cluster, f"{reverse('map-page')}{behind}#{anchor}") for cluster, anchor in grouped], drawn, title),
        "borders": drawn, "total": listing.total, "placed": placed, "unplaced": listing.total - placed,
        "clusters": [Cluster(anchor, cluster[0].name, len(cluster) - 1, sum(town.organisations for town in cluster),
                             [places[town] for town in cluster]) for cluster, anchor in grouped],
        "list_url": list_url, "here": reverse("map-page"),
        "files": [(form, url) for form, url in files.items() if form != "JSON"],
        "embed": embedding(request, reverse("map-page") + behind, files["SVG"], title), "machine_files": [
            (form, url) for form, url in files.items() if form in ("JSON", "CSV")],
        "list_files": [(form.upper(), list_url.replace("/search?", f"/search.{form}?", 1)) for form in ("csv", "json")],
        "linked_data": linked_page(request, "Dataset", title, files, version=atlas.version),
    })


def map_files(behind: str = "") -> dict[str, str]:
    """Return the addresses of the map's files by the names of their forms; `behind` is the query string, with its ?."""
    return {form.upper(): reverse("map", args=[form]) + behind for form in (*drawing.FORMS, "csv", "json")}


@reading
@leaving
def picture_file(request: AtlasRequest, atlas: Atlas, form: str) -> HttpResponse:
    """Give the map as SVG or PNG, or what it shows as CSV or JSON."""
    chosen = _chosen(request)
    if form == "json":
        return json_answer(told(atlas, chosen))
    found = towns(atlas, chosen)
    if form == "csv":
        rows = [(town.name, town.latitude, town.longitude, town.organisations, "; ".join(town.spellings))
                for town in found]
        return csv_answer(("town", "latitude", "longitude", "organisations", "spellings"), rows, "map")
    if form not in drawing.FORMS or not any(town.latitude is not None for town in found):
        raise Http404
    return drawing.as_file(picture.map_file(found, form, _title(chosen), drawing.source_of(atlas)), "map", form)


def told(atlas: Atlas, chosen: Chosen) -> dict[str, Any]:
    """Return the towns of the map as data, with what they count."""
    return {"counted": {**COUNTED, **chosen}, "towns": towns(atlas, chosen), "atlas_version": atlas.version}


def _chosen(request: HttpRequest) -> dict[str, tuple[str, ...]]:
    """Return the filters that an address names, one value each; empty ones, and what is no filter, are left out."""
    return {name: (typed[:_LONGEST_VALUE],) for name in (*_FILTERS, "nuts")
            if (typed := request.GET.get(name, "").strip())}


def _filters(atlas: Atlas, chosen: Chosen) -> list[Filter]:
    """Return the form's filters; a choice says how many it would leave, the other filters standing."""
    made = []
    for name in _FILTERS:
        others = {other: values for other, values in chosen.items() if other != name}
        counts = browse(atlas, Browse("organisation", {**COUNTED, **others}, limit=1, day=today())).facets.get(name, ())
        made.append(Filter(name, str(wording.FILTERS[name]), [
            (code, f"{wording.term(name, code)} ({count})", (code,) == tuple(chosen.get(name, ())))
            for code, count in counts]))
    regions = atlas.rows("SELECT id, name FROM region WHERE list_contains(?, country) AND level IN (SELECT unnest(?)) "
                         "ORDER BY id", [list(atlas.manifest["region"]["countries"]), list(_LEVELS)])
    made.append(Filter("nuts", str(wording.FILTERS["region"]), [
        (row["id"], f"{row['name']} ({row['id']})", (row["id"],) == tuple(chosen.get("nuts", ())))
        for row in regions]))
    return [entry for entry in made if entry.choices]


def _title(chosen: Chosen) -> str:
    """Return what the map shows, in words, with its filters."""
    told = [wording.term(name, value) for name in (*_FILTERS, "nuts") for value in chosen.get(name, ())]
    return _("Map of the organisations by town") + (f" ({', '.join(told)})" if told else "")


def _anchor(cluster: Sequence[Town]) -> str:
    return f"place-{cluster[0].key}"


def _places(found: Sequence[Town], rows: Sequence[Mapping[str, Any]], chosen: Chosen) -> dict[Town, Place]:
    """Return the towns with their organisations."""
    within: defaultdict[str, list[tuple[str, str]]] = defaultdict(list)
    for row in rows:
        within[row["city"]].append((row["name"], addresses.organisation_url(row["id"])))
    return {town: Place(town, picture.town_url(town, chosen),
                        sorted(entry for spelling in town.spellings for entry in within[spelling])) for town in found}
