"""Borders: the boundaries of regions as what a map draws - lines that are drawn once, and areas that can be filled.

Reads the atlas's boundaries, which come only where they were synced. They are drawn on pages, and no file, JSON or
export of ours gives them.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import shapely

from openvalley.atlas.reader import Atlas
from openvalley.atlas.regional import Region
from openvalley.atlas.remembering import remembered

#: Levels whose lines the map of the region shows, the widest first: countries, NUTS 2 and NUTS 3.
_LEVELS = (0, 2, 3)
#: What a map of a country shows in degrees (west, south, east, north): Europe, without the islands overseas, beside
#: which a mainland would shrink to a spot.
_EUROPE = (-25.0, 34.0, 45.0, 72.0)


@dataclass(frozen=True)
class Borders:
    """The lines of the region's countries, a GeoJSON geometry a level; their bounds in degrees; whose they are."""

    lines: tuple[str, ...]
    bounds: tuple[float, float, float, float]
    attribution: str


@dataclass(frozen=True)
class Surroundings:
    """A region as areas and lines, GeoJSON features in the order in which they are drawn, each with its class."""

    features: Sequence[dict[str, Any]]
    classes: Sequence[str]


def borders(atlas: Atlas) -> Borders | None:
    """Return the lines of the region's own countries, or None where no boundaries were synced."""
    return remembered(atlas, "borders", lambda: _borders(atlas))


def attribution(atlas: Atlas, source: str) -> str:
    """Return whom to name beside the boundaries of a source."""
    return next((str(entry["attribution"]) for entry in atlas.manifest["sources"] if entry["name"] == source), "")


def surroundings(atlas: Atlas, region: Region) -> Surroundings | None:
    """Return a region inside its country, with the lines between its parts; None where its boundary is not known."""
    if not region.boundary:
        return None
    here = shapely.from_geojson(region.boundary)
    countries = _boundaries(atlas, "id = ?", [region.code[:2]])
    ground = _european(countries[0]) if countries else shapely.MultiPolygon()
    shown = _european(here)
    if shown.is_empty:  # overseas: it stands alone
        ground, shown = shapely.MultiPolygon(), here
    parts = _boundaries(atlas, "starts_with(id, ?) AND level = ?", [region.code, region.level + 1])
    between = shapely.difference(_outlines([_european(part) for part in parts]), shapely.boundary(shown))
    drawn = [("ground", ground), ("here", shown), ("line", between)]
    kept = [(name, shape) for name, shape in drawn if not shape.is_empty]
    return Surroundings([_feature(shape) for _, shape in kept], [name for name, _ in kept])


def _borders(atlas: Atlas) -> Borders | None:
    lines: list[str] = []
    seen: shapely.Geometry = shapely.GeometryCollection()
    bounds = None
    home = list(atlas.manifest["region"]["countries"])
    for level in _LEVELS:
        outlines = _outlines(map(_european, _boundaries(atlas, "list_contains(?, country) AND level = ?",
                                                        [home, level])))
        if outlines.is_empty:
            continue
        bounds = bounds or outlines.bounds
        # A country's border is also one of its provinces: each line is drawn once, as what it is first of all.
        lines.append(shapely.to_geojson(shapely.line_merge(shapely.difference(outlines, seen))))
        seen = shapely.union(seen, outlines)
    if bounds is None:
        return None
    (source,) = atlas.rows("SELECT any_value(source) AS name FROM region WHERE list_contains(?, country)", [home])
    return Borders(tuple(lines), bounds, attribution(atlas, source["name"]))


def _boundaries(atlas: Atlas, condition: str, values: Sequence[object]) -> list[shapely.Geometry]:
    rows = atlas.rows(f"SELECT boundary FROM region_boundary JOIN region USING (id) WHERE {condition} ORDER BY id",
                      values)
    return [shapely.from_geojson(row["boundary"]) for row in rows]


def _european(shape: shapely.Geometry) -> shapely.Geometry:
    """Return the areas of a shape that lie in Europe."""
    window = shapely.box(*_EUROPE)
    parts = shapely.get_parts(shape)
    return shapely.multipolygons(parts[shapely.intersects(parts, window)])


def _outlines(shapes: Any) -> shapely.Geometry:  # noqa: ANN401 - shapely takes any sequence of geometries
    return shapely.union_all(shapely.boundary(list(shapes)))


def _feature(shape: shapely.Geometry) -> dict[str, Any]:
    """Return a shape as a feature; d3 takes a ring against the clock for all of the earth but its inside."""
    turned = shapely.orient_polygons(shape, exterior_cw=True)
    return {"type": "Feature", "properties": {}, "geometry": json.loads(shapely.to_geojson(turned))}
