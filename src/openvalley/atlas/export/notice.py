"""Where an export comes from: its sources with their licences, in words (SOURCES.md) and in one line."""

from collections.abc import Collection

from openvalley.atlas.export.selection import Selection

#: Name of the notice in a folder.
NOTICE = "SOURCES.md"
#: Coordinates of towns that no register gave (atlas/places.py).
_GAZETTEER = "GeoNames (https://www.geonames.org), CC BY 4.0"
#: Regions whose source is not exported leave as what the law says of them (atlas/exportable.py).
_NUTS = "codes and names as in Regulation (EC) No 1059/2003, no boundaries"


def notice(selection: Selection, tables: Collection[str]) -> str:
    """Return the notice of an export of these tables: what is in it, and what is not passed on."""
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
        lines += ["", "## Not passed on", "", "In the atlas, and not in this export: these may not be passed on.", ""]
        lines += [f"- {source['title']}{', all but what is listed above' if source in listed else ''}: "
                  f"{source['licence']}" for source in not_exported]
    return "\n".join(lines) + "\n"


def attribution(selection: Selection, tables: Collection[str]) -> str:
    """Return whom to name when the export is shown, in one line."""
    names = [source["attribution"] for source in selection.sources(tables) if source["exported"]]
    if selection.placed_by_gazetteer():
        names.append(_GAZETTEER)
    return "; ".join(names)
