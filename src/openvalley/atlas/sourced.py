"""Where rows come from: sources as an atlas's manifest describes them."""

from collections.abc import Mapping
from typing import Any

from openvalley.atlas.reader import Atlas

#: What is said of a source beside its rows.
_SAID = ("name", "title", "short_title", "publisher", "homepage", "licence", "licence_url", "attribution", "version",
         "as_of", "retrieved", "origin", "region_pack", "row_url")


def sources_of(atlas: Atlas) -> dict[str, Mapping[str, Any]]:
    """Return what is said of each source of the atlas, by name: title, publisher, licence, version and dates.

    The manifest of an atlas that an earlier version built may lack what is said today.
    """
    return {entry["name"]: {field: entry[field] for field in _SAID if field in entry}
            for entry in atlas.manifest["sources"]}


def source_of(atlas: Atlas, name: str) -> Mapping[str, Any]:
    """Return what is said of one source; empty where it is not known."""
    return sources_of(atlas).get(name, {})


def newest_date(atlas: Atlas, record_type: str) -> str | None:
    """Return the day until which the sources of a type of record tell, where any of them says so."""
    dates = [entry["as_of"] for entry in atlas.manifest["sources"]
             if entry.get("as_of") and entry.get("rows", {}).get(record_type)]
    return max(dates, default=None)
