"""OpenValley: the open, sourced atlas of a life-sciences cluster.

The public Python API and nothing else::

    from openvalley import open_atlas

    atlas = open_atlas()
    for hit in atlas.search("UZ Gent").items:
        print(hit.name, hit.id)
"""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from openvalley.atlas.linking import link
    from openvalley.atlas.reader import Atlas
    from openvalley.errors import OpenValleyError
    from openvalley.healthdata.hub.adding import ask_cohort
    from openvalley.opening import open_atlas

__version__ = "0.1.0"
__all__ = ["Atlas", "OpenValleyError", "__version__", "ask_cohort", "link", "open_atlas"]

_HOMES = {
    "Atlas": "openvalley.atlas.reader",
    "open_atlas": "openvalley.opening",
    "OpenValleyError": "openvalley.errors",
    "link": "openvalley.atlas.linking",
    "ask_cohort": "openvalley.healthdata.hub.adding",
}


def __getattr__(name: str) -> Any:  # noqa: ANN401 - what a lazy module attribute is depends on its name
    """Import the public names on first use, so that `import openvalley` stays instant."""
    if name not in _HOMES:
        raise AttributeError(f"module 'openvalley' has no attribute {name!r}")
    from importlib import import_module  # noqa: PLC0415 - lazy on purpose

    return getattr(import_module(_HOMES[name]), name)
