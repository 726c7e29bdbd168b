"""About the data: sources with licence and age, what is quoted and held, what is a life science, how facts are chosen.

What goes wrong with a source is read from the home folder each time it has changed: a page must not call a register
well while it has been down for weeks.
"""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import UTC, date, datetime
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from openvalley.atlas import pages
from openvalley.atlas.pack_rows import curated_rows
from openvalley.atlas.reader import Atlas
from openvalley.atlas.schema_org import as_source
from openvalley.errors import BadInput
from openvalley.site.pages import scope_words, wording
from openvalley.site.pages.coverage import coverage, quoted
from openvalley.site.pages.extracts import extracts
from openvalley.site.pages.linked_pages import linked_page
from openvalley.site.pages.machine import csv_answer, json_answer
from openvalley.site.pages.reading import AtlasRequest, reading_sources
from openvalley.site.pages.wording import Text
from openvalley.site.shelf import home_settings
from openvalley.sources.catalogue import sources
from openvalley.sources.persons import WITHHELD
from openvalley.sources.specification import SourceSpecification
from openvalley.sources.versions import in_use, problem_of

#: What went wrong, for a reader who does not run this site: nothing of addresses and folders.
_TROUBLES: dict[str, Text] = {
    "source_unavailable": _("The register could not be reached, or did not let us in."),
    "source_changed": _("The register gives its data in another form than before; the program has to be adapted."),
    "source_unreadable": _("What came could not be read: it was broken off, damaged, or a web page in place of data."),
}
_TROUBLE = _("Its data could not be taken in.")
#: Columns of the table of sources.
_TABLE = ("name", "title", "publisher", "homepage", "licence", "licence_url", "attribution", "exported", "version",
          "as_of", "retrieved", "origin", "quarantined")
_RECORDS: dict[str, Text] = {
    "organisation": _("organisations"), "project": _("projects"), "participation": _("participations"),
    "trial": _("trials"), "trial_site": _("trial sites"), "call": _("calls"), "occupation": _("occupations"),
    "shortage": _("shortage occupations"), "region": _("regions"), "indicator": _("figures of regions"),
    "site": _("places of organisations"), "investor": _("investors"), "capability": _("capabilities"),
    "instrument": _("funding instruments"), "programme": _("training programmes"),
    "partnership": _("partnerships"), "spin_off": _("spin-offs"), "event": _("events"),
    "figure": _("quoted figures"),
}


@reading_sources
def page(request: AtlasRequest, atlas: Atlas) -> HttpResponse:
    """Show where the data comes from."""
    known = _known()
    held = {extract.source: extract for extract in extracts(atlas)}
    return render(request, "pages/about.html", {
        "sources": [{**_source(source, known.get(source["name"])), "extract": held.get(source["name"])}
                    for source in atlas.manifest["sources"]],
        "scope": {"kinds": scope_words.kinds(), "needed": scope_words.needed(), "counted": scope_words.counted()},
        "absent": _absent(atlas, known), "counts": atlas.counts(),
        "coverage": coverage(atlas.manifest["region"], pages.figures(atlas)), "quoted": quoted(atlas),
        "claimed_source": atlas.manifest["region"].get("claimed_source", ""), "manifest": atlas.manifest,
        "linked_data": linked_page(request, "DataCatalog", str(_("About the data")), {
            "JSON": reverse("about-json"), "CSV": reverse("about-csv")},
            dataset=[as_source(source) for source in atlas.manifest["sources"]]),
    })


@reading_sources
def machine(_request: AtlasRequest, atlas: Atlas) -> HttpResponse:
    """Give the manifest, the coverage and what is wrong with sources as JSON."""
    return json_answer({"manifest": atlas.manifest, **told(atlas)})


def told(atlas: Atlas) -> dict[str, Any]:
    """Return how the sources are, those that the atlas lacks, what others quote, and what is held of it.

    Ages are in days; ``problem`` is null where a source's last sync went well.
    """
    known = _known()
    lacking = [source["name"] for source in _absent(atlas, known)]
    return {
        "sources": [_health(source, known.get(source["name"])) for source in atlas.manifest["sources"]],
        "absent": lacking,
        "problems": {name: problem for name in [*(source["name"] for source in atlas.manifest["sources"]), *known]
                     if (problem := _trouble(name))},
        "by_hand": {name: specification.by_hand for name, specification in known.items() if specification.by_hand},
        "coverage": coverage(atlas.manifest["region"], pages.figures(atlas)), "quoted": curated_rows(atlas, "figure"),
        "atlas_version": atlas.version}


def _health(source: Mapping[str, Any], specification: SourceSpecification | None) -> dict[str, Any]:
    """Return what the page says of a source's state, in figures."""
    found = _source(source, specification)
    return {**{name: source.get(name) for name in _TABLE}, "rows": source["rows"], "covers": source["covers"],
            "held_back": source.get("held_back", ""), "withheld": found["withheld"],
            "frequency_days": source["frequency_days"], "age_days": found["age"], "fetched_days": found["fetched"],
            "overdue": found["overdue"], "by_hand": found["by_hand"], "problem": _trouble(source["name"])}


def _trouble(name: str) -> dict[str, Any] | None:
    problem = problem_of(home_settings(), name)
    return problem and {"code": problem["code"], "since": problem["since"], "at": problem["at"]}


@reading_sources
def table(_request: AtlasRequest, atlas: Atlas) -> HttpResponse:
    """Give the sources with licence and age as CSV."""
    rows = [[source.get(column) for column in _TABLE] for source in atlas.manifest["sources"]]
    return csv_answer(_TABLE, rows, "sources")


def health(atlas: Atlas) -> tuple[Sequence[Mapping[str, Any]], Sequence[Mapping[str, Any]]]:
    """Return the sources of an atlas with their ages and what is wrong with them, and those that it lacks."""
    known = _known()
    return [_source(source, known.get(source["name"])) for source in atlas.manifest["sources"]], _absent(atlas, known)


def _known() -> Mapping[str, SourceSpecification]:
    """Return what the sources of this installation say of themselves; nothing where one of its own is wrong."""
    with suppress(BadInput):
        return {name: source.specification for name, source in sources(home_settings()).items()}
    return {}


def _source(source: Mapping[str, Any], specification: SourceSpecification | None) -> dict[str, Any]:
    """Return a source with its ages in days, whether it is overdue, and what went wrong at its last sync."""
    today = datetime.now(UTC).date()
    age = (today - date.fromisoformat(source["as_of"])).days if source.get("as_of") else None
    fetched = (today - date.fromisoformat(source["retrieved"][:10])).days
    return {**source, "age": age, "fetched": fetched, "overdue": fetched > source["frequency_days"],
            "problem": _problem(source["name"]), "of": source.get("as_of") or source["retrieved"],
            "held": [(_RECORDS.get(name, name), count) for name, count in source["rows"].items()],
            "withheld": source.get("counted", {}).get(WITHHELD),
            "by_hand": specification.by_hand if specification else "",
            "short": wording.short_source(source)}


def _problem(name: str) -> dict[str, Any] | None:
    """Return since when a source could not be brought up to date, when it was last tried, and why in plain words."""
    problem = problem_of(home_settings(), name)
    return problem and {**problem, "said": _TROUBLES.get(problem["code"], _TROUBLE)}


def _absent(atlas: Atlas, known: Mapping[str, SourceSpecification]) -> Sequence[Mapping[str, Any]]:
    """Return the sources that are known here and not in the atlas, and why."""
    held = {source["name"] for source in atlas.manifest["sources"]}
    return [
        {"name": name, "title": specification.title, "covers": specification.covers, "by_hand": specification.by_hand,
         "problem": _problem(name), "taken": in_use(home_settings(), name) is not None}
        for name, specification in known.items() if name not in held
    ]
