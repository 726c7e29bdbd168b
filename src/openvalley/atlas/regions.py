"""Regions: the NUTS classification, the figures of its regions, and in which region each placed organisation lies.

An organisation's region is what its register says, else the region whose boundary holds its point, else the one that
registers give for other organisations of its town.
"""

from functools import cached_property

import ibis
import pyarrow as pa
import shapely
from ibis.expr.types import Table

from openvalley.engine import Engine

#: Level of the regions that organisations are placed in: NUTS 3, the smallest.
_LEVEL = 3
#: What `Locator` returns for a point.
LOCATED = pa.schema([pa.field("id", pa.string()), pa.field("nuts_by_boundary", pa.string())])


class Locator:
    """A kernel that finds the region of points (columns ``id``, ``latitude``, ``longitude``); it travels to workers."""

    def __init__(self, codes: list[str], boundaries: list[str]) -> None:
        """Keep the regions' codes and their boundaries as GeoJSON geometries."""
        self._codes = codes
        self._boundaries = boundaries

    def __call__(self, batch: pa.RecordBatch) -> pa.RecordBatch:
        """Return the region of each point, null for points in none."""
        points = shapely.points(batch.column("longitude").to_numpy(zero_copy_only=False),
                                batch.column("latitude").to_numpy(zero_copy_only=False))
        which, region = self._tree.query(points, predicate="within")
        found: list[str | None] = [None] * batch.num_rows
        for point, place in zip(which.tolist(), region.tolist(), strict=True):
            found[point] = self._codes[place]
        return pa.RecordBatch.from_arrays([batch.column("id").cast(pa.string()), pa.array(found, pa.string())],
                                          schema=LOCATED)

    def __getstate__(self) -> dict[str, list[str]]:
        """Travel without the tree: each worker builds its own."""
        return {"_codes": self._codes, "_boundaries": self._boundaries}

    @cached_property
    def _tree(self) -> shapely.STRtree:
        return shapely.STRtree(shapely.from_geojson(self._boundaries))


def in_regions(engine: Engine, wide: Table, records: Table) -> Table:
    """Add to organisations the region they lie in; ``nuts_by`` says whether register, boundary or town tells so.

    Args:
        engine: runs the expressions.
        wide: organisations with coordinates, and ``nuts`` where a register gives it.
        records: region records; without any, register and town decide.

    """
    smallest = engine.arrow(records.filter((records.level == _LEVEL) & records.boundary.notnull()).order_by(
        "source_id").select("source_id", "boundary"))
    points = wide.filter(wide.latitude.notnull()).select("id", "latitude", "longitude")
    locator = Locator(smallest["source_id"].to_pylist(), smallest["boundary"].to_pylist())
    located = engine.map_batches(points, locator, LOCATED, "located")
    said = wide.filter(wide.nuts.length() == _LEVEL + 2)
    by_town = said.filter(said.folded_city.notnull()).group_by("country", "folded_city", "nuts").aggregate(
        bearers=said.id.count())
    most = ibis.window(group_by=["country", "folded_city"], order_by=[ibis.desc("bearers"), "nuts"])
    towns = by_town.mutate(rank=ibis.row_number().over(most)).filter(ibis._.rank == 0)
    towns = towns.select(town_country="country", town="folded_city", nuts_by_town="nuts")
    rows = wide.left_join(located, "id").drop("id_right")
    rows = rows.left_join(towns, (rows.country == towns.town_country) & (rows.folded_city == towns.town))
    return engine.keep("organisation_regions", rows.mutate(
        nuts=ibis.coalesce(rows.nuts, rows.nuts_by_boundary, rows.nuts_by_town),
        nuts_by=ibis.cases((rows.nuts.notnull(), "register"), (rows.nuts_by_boundary.notnull(), "boundary"),
                           (rows.nuts_by_town.notnull(), "town"), else_=ibis.null(str)),
    ).drop("nuts_by_boundary", "nuts_by_town", "town_country", "town"))


def regions(records: Table) -> Table:
    """Return the regions: ``id`` (NUTS code), level, country, names, classification."""
    return records.select("source", "source_version", "level", "country", "name", "latin_name", "classification",
                          id="source_id")


def boundaries(records: Table) -> Table:
    """Return the regions' boundaries; they are drawn, and never exported."""
    return records.filter(records.boundary.notnull()).select("boundary", id="source_id")
