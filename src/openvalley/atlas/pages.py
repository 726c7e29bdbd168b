"""What whole pages ask of an atlas, counted once: the region's figures, and its towns."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from openvalley.atlas.filters import condition
from openvalley.atlas.headline import COUNTED
from openvalley.atlas.model import Figures
from openvalley.atlas.reader import Atlas
from openvalley.atlas.remembering import remembered
from openvalley.resolve.normalise import fold

#: Decimals to which two coordinates in degrees are the same town: about one kilometre.
_TOWN_DECIMALS = 2


@dataclass(frozen=True)
class Town:
    """A town of the region: its key, the registers' spellings, a point in degrees (or None), and how many it counts."""

    key: str
    name: str
    spellings: tuple[str, ...]
    latitude: float | None
    longitude: float | None
    organisations: int


def towns(atlas: Atlas, further: Mapping[str, Sequence[str]] | None = None) -> list[Town]:
    """Return the towns of the counted organisations, the largest first, spellings and languages of one town together.

    Two spellings are one town when they fold to the same words or when the gazetteer puts them at one point.

    Args:
        atlas: the atlas.
        further: filters of the list beside those of the headline figures, such as a kind.

    """
    chosen = {name: tuple(values) for name, values in (further or {}).items()}
    if chosen:
        return _towns(atlas, chosen)
    return remembered(atlas, "towns", lambda: _towns(atlas, {}))


def figures(atlas: Atlas) -> Figures:
    """Return the region's headline figures, counted once an atlas."""
    return remembered(atlas, "figures", atlas.figures)


def _towns(atlas: Atlas, further: Mapping[str, Sequence[str]]) -> list[Town]:
    where, values = condition({**COUNTED, **further})
    rows = atlas.rows(f"""
        SELECT city, count(*) AS n,
               coalesce(any_value(latitude) FILTER (placed_by = 'gazetteer'), median(latitude)) AS latitude,
               coalesce(any_value(longitude) FILTER (placed_by = 'gazetteer'), median(longitude)) AS longitude
        FROM organisation WHERE {where} AND city IS NOT NULL GROUP BY city ORDER BY n DESC, city
    """, values)
    by_words: defaultdict[str, list[dict[str, Any]]] = defaultdict(list)
    for row in rows:
        by_words[fold(row["city"])].append(row)
    merged: defaultdict[object, list[dict[str, Any]]] = defaultdict(list)
    for words, spelled in by_words.items():
        placed = next((row for row in spelled if row["latitude"] is not None), None)
        point = tuple(round(placed[axis], _TOWN_DECIMALS) for axis in ("latitude", "longitude")) if placed else words
        merged[point] += spelled
    found = [_town(spelled) for spelled in merged.values()]
    return sorted(found, key=lambda town: (-town.organisations, town.name))


def _town(spelled: Sequence[Mapping[str, Any]]) -> Town:
    best = max(spelled, key=lambda row: (not row["city"].isupper(), row["n"]))
    placed = next((row for row in spelled if row["latitude"] is not None), {"latitude": None, "longitude": None})
    name = best["city"].title() if best["city"].isupper() else best["city"]
    return Town(fold(name).replace(" ", "-"), name, tuple(sorted(row["city"] for row in spelled)), placed["latitude"],
                placed["longitude"], sum(row["n"] for row in spelled))
