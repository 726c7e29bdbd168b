"""Where an export comes from: its sources with their licences, in words (SOURCES.md) and in one line."""

from collections.abc import Collection, Mapping
from typing import Any

from openvalley.atlas.export.selection import Selection

#: Name of the notice in a folder.
NOTICE = "SOURCES.md"
#: Coordinates of towns that no register gave (atlas/places.py).
_GAZETTEER = "GeoNames (https://www.geonames.org), CC BY 4.0"
#: The gazetteer as an entry of the manifest would say it; it comes with the program, so it has no version of ours.
GAZETTEER: Mapping[str, Any] = {
    "name": "geonames", "title": "GeoNames", "publisher": "GeoNames", "homepage": "https://www.geonames.org",
    "licence": "CC BY 4.0", "licence_url": "https://creativecommons.org/licenses/by/4.0/", "attribution": _GAZETTEER,
    "covers": "Coordinates of towns, where no register gives a point.",
}
#: Regions whose source is not exported leave as what the law says of them (atlas/exportable.py).
_NUTS = "codes and names as in Regulation (EC) No 1059/2003, no boundaries"


def notice(selection: Selection, tables: Collection[str]) -> str:
    """Return the notice of an export of these tables: what is in it, and what is not exported."""
    manifest = selection.atlas.manifest
    lines = [f"# Sources of this export (atlas {selection.atlas.version}, built {manifest['built_at'][:10]})", ""]
    listed = selection.sources(tables)
    lines += [f"- {source['title']} {source['version']}, data until {source['as_of'] or 'unknown'}: "
              + (f"{source['licence']}. {source['attribution']}" if source["exported"] else _NUTS)
              for source in listed]
    if selection.placed_by_gazetteer():
        lines.append(f"- Points of towns (placed_by: gazetteer): {_GAZETTEER}")
    not_exported = [source for source in manifest["sources"] if not source["exported"]]
    if not_exported:
        lines += ["", "## Not exported", "", "In the atlas, and not in this export: their terms do not allow it.", ""]
        lines += [f"- {source['title']}{', all but what is listed above' if source in listed else ''}: "
                  f"{source['licence']}" for source in not_exported]
    return "\n".join(lines) + "\n"


def credited(selection: Selection, tables: Collection[str]) -> list[Mapping[str, Any]]:
    """Return every source that gives something to an export of these tables, each with the licence it leaves under.

    Entries are like the manifest's. Regions of a source that is not exported leave as what the law says of them, and
    points of towns are the gazetteer's.
    """
    found = [source if source["exported"] else
             {**source, "licence": _NUTS, "licence_url": None, "covers": None,
              "attribution": f"{source['title']}: {_NUTS}"}
             for source in selection.sources(tables)]
    return [*found, GAZETTEER] if selection.placed_by_gazetteer() else found


def attribution(selection: Selection, tables: Collection[str]) -> str:
    """Return whom to name when the export is shown, in one line."""
    names = [source["attribution"] for source in selection.sources(tables) if source["exported"]]
    if selection.placed_by_gazetteer():
        names.append(_GAZETTEER)
    return "; ".join(names)
