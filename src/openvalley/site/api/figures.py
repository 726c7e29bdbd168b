"""Routes of what pages show beside things: the map, networks, figures to cite, changes, data sets of health data."""

from collections.abc import Callable
from dataclasses import asdict
from typing import Literal

from django.http import HttpRequest, HttpResponse
from django.utils import translation
from ninja import Field, NinjaAPI, Path, Query, Schema

from openvalley.atlas.neighbourhood import Asked
from openvalley.healthdata.catalogue import finding
from openvalley.site.api.problems import RESPONSES
from openvalley.site.api.things import Known, Paged, only, page_of
from openvalley.site.healthdata.views import gathered
from openvalley.site.pages.changes import LISTED
from openvalley.site.pages.machine import exportable, json_answer
from openvalley.site.pages.views import about, changes, home, map_, network, pack_row, press
from openvalley.site.shelf import home_settings, shelf

_View = Callable[..., HttpResponse]
_Language = Literal["en", "nl", "fr", "de"]
#: Data sets that are looked at for one page.
_ALL = 10_000


class Mapped(Schema):
    """What the map is narrowed by."""

    kind: str = Field("", max_length=60, description="Kind of organisation, a code.")
    stage: str = Field("", max_length=60, description="Stage of the value chain, a code.")
    platform: str = Field("", max_length=60, description="Technology, a code.")
    nuts: str = Field("", max_length=60, description="NUTS region of level 1 or 2.")


class Networked(Schema):
    """Which projects of an organisation count."""

    theme: str = Field("", max_length=60, description="Part of a framework programme, a code of its themes.")
    since: int | None = Field(None, ge=1900, le=2100, description="Projects that began in this year or later.")
    until: int | None = Field(None, ge=1900, le=2100, description="Projects that began in this year or earlier.")


class Spoken(Schema):
    """In which language sentences are."""

    language: _Language = Field("en", description="Language of the sentences.")


class DataSets(Paged):
    """What the catalogue of health data is searched for."""

    q: str = Field("", max_length=200, description="What it is about, in any of the four languages.")
    feed: str = Field("", max_length=300, description="From which feed.")
    access: str = Field("", max_length=300, description="Who gets access.")
    category: str = Field("", max_length=300, description="Category of health data.")
    country: str = Field("", max_length=300, description="Country of the data.")
    holder: str = Field("", max_length=300, description="Who holds it.")
    format: str = Field("", max_length=300, description="File format.")


def with_figures(api: NinjaAPI) -> None:
    """Add the routes to an API."""

    def route(path: str, name: str) -> Callable[[_View], _View]:
        return api.get(path, url_name=name, operation_id=name, summary=name, tags=["figures"],
                       openapi_extra=dict(RESPONSES))

    @route("/cluster", "cluster")
    def cluster(request: HttpRequest) -> HttpResponse:
        """Give the cluster in figures, with how each is counted, its trials by register, open calls and towns."""
        only(request, Schema)
        with shelf().borrow() as whole:
            return json_answer(home.told(exportable(whole)))

    @route("/sources", "sources")
    def sources(request: HttpRequest, asked: Query[Spoken]) -> HttpResponse:
        """Say how the sources are: ages in days, what went wrong, what is lacking; what is quoted and what is held."""
        only(request, Spoken)
        with shelf().borrow() as atlas, translation.override(asked.language):
            return json_answer(about.told(atlas))

    @route("/map", "map")
    def towns(request: HttpRequest, asked: Query[Mapped]) -> HttpResponse:
        """Give the towns of the map with their places and how many organisations each has."""
        only(request, Mapped)
        with shelf().borrow() as whole:
            chosen = {name: (value,) for name, value in asked.model_dump().items() if value}
            return json_answer(map_.told(exportable(whole), chosen))

    @route("/network/{path:known_id}", "network")
    def partners(request: HttpRequest, known: Path[Known], asked: Query[Networked]) -> HttpResponse:
        """Give whom an organisation works with, by theme and time, and the links among the nearest sixty."""
        only(request, Networked)
        with shelf().borrow() as whole:
            return json_answer(network.told(exportable(whole), known.known_id,
                                            Asked(asked.theme, asked.since, asked.until)))

    @route("/pack-rows/{path:known_id}", "pack-row")
    def row(request: HttpRequest, known: Path[Known]) -> HttpResponse:
        """Show a row of the region pack, cell by cell, with where it can be checked and what is disputed about it."""
        only(request, Schema)
        with shelf().borrow() as whole:
            return json_answer(pack_row.told(exportable(whole), known.known_id))

    @route("/press", "press")
    def figures(request: HttpRequest, asked: Query[Spoken]) -> HttpResponse:
        """Give figures to cite, each with its definition, its day and what it leaves out, and the atlas's coverage."""
        only(request, Spoken)
        with shelf().borrow() as whole, translation.override(asked.language):
            return json_answer(press.told(exportable(whole)))

    @route("/changes", "changes")
    def news(request: HttpRequest) -> HttpResponse:
        """Give what changed since the atlas before this one, by kind of change; null where nothing is compared."""
        only(request, Schema)
        with shelf().borrow() as atlas:
            return json_answer(changes.as_data(atlas, LISTED))

    @route("/health-data", "health-data")
    def datasets(request: HttpRequest, asked: Query[DataSets]) -> HttpResponse:
        """List data sets of health data, narrowed by facets, with how many each further facet would leave."""
        only(request, DataSets)
        wanted = {name: value for name in finding.FACETS if (value := getattr(asked, name))}
        found = finding.find(finding.entries(home_settings()), asked.q, wanted, _ALL)
        items = [{"score": score, "feed": entry.feed, **asdict(entry.dataset)}
                 for score, entry in found.items[asked.offset:asked.offset + asked.limit]]
        with shelf().borrow() as atlas:
            return json_answer({**page_of(request, atlas, items, found.total), "feeds": gathered(), "facets": {
                name: dict(counts) for name, counts in found.facets.items()}})
