"""About the data: the sources with licence and age, what is quoted and what is held, how facts are chosen."""

from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render

from openvalley.atlas import pages
from openvalley.atlas.model import Figures
from openvalley.atlas.pages import COMPANY_KINDS, COUNTED
from openvalley.atlas.reader import Atlas
from openvalley.site.pages import addresses, wording
from openvalley.site.pages.machine import json_answer
from openvalley.site.pages.reading import AtlasRequest, reading
from openvalley.site.shelf import home_settings
from openvalley.sources.versions import problem_of


@reading
def page(request: AtlasRequest, atlas: Atlas) -> HttpResponse:
    """Show where the data comes from."""
    return render(request, "pages/about.html", {
        "sources": [_source(source) for source in atlas.manifest["sources"]], "counts": atlas.counts(),
        "coverage": _coverage(atlas.manifest["region"], pages.figures(atlas)),
        "claimed_source": atlas.manifest["region"].get("claimed_source", ""), "manifest": atlas.manifest,
    })


@reading
def machine(_request: AtlasRequest, atlas: Atlas) -> HttpResponse:
    """Give the manifest and the coverage as JSON."""
    coverage = _coverage(atlas.manifest["region"], pages.figures(atlas))
    return json_answer({"manifest": atlas.manifest, "coverage": coverage, "atlas_version": atlas.version})


def _source(source: Mapping[str, Any]) -> dict[str, Any]:
    """Return a source with its ages in days, whether it is overdue, and what went wrong at its last sync."""
    today = datetime.now(UTC).date()
    age = (today - date.fromisoformat(source["as_of"])).days if source.get("as_of") else None
    fetched = (today - date.fromisoformat(source["retrieved"][:10])).days
    return {**source, "age": age, "fetched": fetched, "overdue": fetched > source["frequency_days"],
            "problem": problem_of(home_settings(), source["name"]),
            "short": wording.short_source(source["name"], source["title"])}


def _coverage(region: Mapping[str, Any], figures: Figures) -> list[dict[str, Any]]:
    """Return, by kind, the count that others quote beside the count that the atlas holds."""
    rows = []
    for kind, claimed in region.get("claimed", {}).items():
        kinds = COMPANY_KINDS if kind == "company" else (kind,)
        url = addresses.search_url(type="organisation", **{name: list(values) for name, values in COUNTED.items()},
                                   kind=list(kinds))
        rows.append({"kind": kind, "label": wording.term("kind", kind), "claimed": claimed,
                     "held": sum(figures.kinds.get(code, 0) for code in kinds), "url": url})
    return rows
