"""Searches in words: how the values of filters are shown, and a whole search in one line."""

from openvalley.atlas.reader import Atlas
from openvalley.atlas.sourced import source_of
from openvalley.site.pages import wording
from openvalley.site.pages.asking import Asked

#: Filters whose values are things of the atlas, and the table that names them.
_NAMED_IN = {"organisation": "organisation", "nuts": "region"}


def value(atlas: Atlas, name: str, code: str) -> str:
    """Return how a filter's value is shown; things of the atlas by their names."""
    if name == "register":
        return wording.short_source(source_of(atlas, code)) or code
    if name in _NAMED_IN:
        found = atlas.rows(f"SELECT name FROM {_NAMED_IN[name]} WHERE id = ?", [code])
        return (found[0]["name"] if found else None) or code
    return wording.value(name, code)


def said(atlas: Atlas | None, search: Asked) -> str:
    """Return a search in one line: its text, its type, and what it is narrowed to."""
    filters = [", ".join(value(atlas, name, code) if atlas else code for code in codes)
               for name, codes in search.filters.items()]
    return " \u00b7 ".join(filter(None, [search.text, str(wording.TYPES.get(search.type, "")), *filters]))
