"""The gazetteer for tests, read once a run: reading it takes longer than building a small world."""

from collections.abc import Collection, Mapping
from functools import cache
from typing import Any

from openvalley.atlas import places

_read = cache(places.cities)


def remembered(smallest: int, countries: Collection[str]) -> list[Mapping[str, Any]]:
    """Return what `places.cities` does, read at most once."""
    return _read(smallest, frozenset(countries))


def warm() -> None:
    """Read what builds of Belgian worlds need, for forks of this process."""
    remembered(500, ["BE"])
