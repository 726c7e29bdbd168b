"""Items: what a list gives of a thing as data, the same from the command line (``search --json``) and the site."""

from collections.abc import Mapping
from typing import Any

#: What is given of a thing of each type beside its id, type and name; also the columns of a list as CSV.
COLUMNS: Mapping[str, tuple[str, ...]] = {
    "organisation": ("kind", "country", "city", "state", "in_scope", "in_region", "verified", "projects"),
    "project": ("title", "programme", "year", "participants", "in_scope"),
    "trial": ("source", "source_id", "state", "phases", "sponsor", "sites", "year", "in_region"),
    "call": ("source_id", "programme", "cluster", "action_type", "standing", "opens", "deadlines"),
}
#: What every item has, null where its type knows no such thing.
_OF_ALL = ("kind", "country", "city", "state", "projects", "in_scope")


def item(kind: str, known_id: str, name: str, shown: Mapping[str, Any]) -> dict[str, Any]:
    """Return a thing as an item: id, type and name, what every item has, and what its type has.

    Args:
        kind: its type.
        known_id: its public id.
        name: what it is called in a list.
        shown: what is known of it, by the names of `COLUMNS`.

    """
    known = {column: shown.get(column) for column in COLUMNS[kind]}
    return {"id": known_id, "type": kind, "name": name, **dict.fromkeys(_OF_ALL), **known}
