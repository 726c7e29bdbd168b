"""Regions as an atlas holds them: one NUTS region with what lies in it, its organisations and its newest figures."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from openvalley.atlas.filters import condition
from openvalley.atlas.reader import Atlas
from openvalley.atlas.remembering import remembered
from openvalley.atlas.sourced import source_of
from openvalley.errors import UnknownIdentity
from openvalley.vocabulary.identifiers import REGION_PREFIX

#: Filters of the list of what a region's counts hold: active organisations of the life sciences (a list holds only what
#: has a name), whether anybody has verified them or not.
COUNTED: Mapping[str, tuple[str, ...]] = {"scope": ("in",), "state": ("active",)}


@dataclass(frozen=True)
class RegionName:
    """A region's public id (``nuts:BE23``), NUTS code and name."""

    id: str
    code: str
    name: str


@dataclass(frozen=True)
class Indicator:
    """The newest figure held of a region: what, year, value, unit, what it is broken down by, the register's flag."""

    indicator: str
    title: str
    year: int
    value: float
    unit: str | None
    dimensions: str
    flag: str | None
    source: str


@dataclass(frozen=True)
class Region:
    """A NUTS region; ``level`` 0 (country) to 3.

    ``within`` are the regions around it, the largest first; ``parts`` those of the next level; ``kinds`` counts its
    life-science organisations by kind (active, named); ``boundary`` is a GeoJSON geometry to draw, never to export.
    """

    id: str
    code: str
    source: str
    source_version: str
    level: int
    country: str
    name: str
    latin_name: str | None
    classification: str | None
    within: Sequence[RegionName]
    parts: Sequence[RegionName]
    organisations: int
    verified: int
    kinds: Mapping[str, int]
    part_counts: Mapping[str, int]
    indicators: Sequence[Indicator]
    boundary: str | None


def region(atlas: Atlas, text: str) -> Region:
    """Return everything about one region; `text` is its NUTS code, with or without ``nuts:``.

    Raises:
        UnknownIdentity: this atlas knows no such region.

    """
    code = text.strip().removeprefix(REGION_PREFIX).upper()
    found = atlas.rows("SELECT * FROM region WHERE id = ?", [code])
    if not found:
        raise UnknownIdentity(f"The atlas knows no region {text[:40]!r}.",
                              hint="Give a NUTS code such as BE23, and sync the regions with: openvalley sync nuts",
                              id=text[:40])
    return remembered(atlas, ("region", code), lambda: _read(atlas, found[0]))


def region_of(atlas: Atlas, known_id: str) -> dict[str, Any] | None:
    """Return the NUTS region that an organisation is placed in, and by what; its name where regions were synced."""
    rows = atlas.rows("SELECT nuts AS code, nuts_by AS placed_by FROM organisation WHERE id = ?", [known_id])
    if not rows or rows[0]["code"] is None:
        return None
    named = atlas.rows("SELECT name, source FROM region WHERE id = ?", [rows[0]["code"]])
    return {**rows[0], "name": named[0]["name"] if named else None,
            "source": source_of(atlas, named[0]["source"] if named else "")}


def region_names(atlas: Atlas, codes: Collection[str]) -> dict[str, str]:
    """Return the names of regions by code, of those that were synced."""
    if not codes:
        return {}
    return {named.code: named.name for named in
            _named(atlas, f"id IN ({', '.join('?' * len(codes))})", sorted(codes))}


def _read(atlas: Atlas, row: Mapping[str, Any]) -> Region:
    code, level = row["id"], row["level"]
    around = [code[:length] for length in range(2, len(code))]
    where, values = condition(COUNTED)
    counted = atlas.rows(f"""
        SELECT kind, left(nuts, ?) AS part, count(*) AS n, count(*) FILTER (verified) AS verified FROM organisation
        WHERE {where} AND starts_with(nuts, ?) GROUP BY ALL
    """, [len(code) + 1, *values, code])
    kinds: dict[str, int] = {}
    parts: dict[str, int] = {}
    for entry in counted:
        kinds[entry["kind"]] = kinds.get(entry["kind"], 0) + entry["n"]
        parts[entry["part"]] = parts.get(entry["part"], 0) + entry["n"]
    boundary = atlas.rows("SELECT boundary FROM region_boundary WHERE id = ?", [code])
    return Region(
        id=REGION_PREFIX + code, code=code, level=level,
        **{name: row[name] for name in ("source", "source_version", "country", "name", "latin_name",
                                        "classification")},
        within=_named(atlas, f"id IN ({', '.join('?' * len(around)) or 'NULL'})", around),
        parts=_named(atlas, "starts_with(id, ?) AND level = ?", [code, level + 1]),
        organisations=sum(entry["n"] for entry in counted), verified=sum(entry["verified"] for entry in counted),
        kinds=dict(sorted(kinds.items(), key=lambda pair: (-pair[1], pair[0]))), part_counts=parts,
        indicators=_latest(atlas, code), boundary=boundary[0]["boundary"] if boundary else None,
    )


def _named(atlas: Atlas, condition: str, values: Sequence[object]) -> list[RegionName]:
    rows = atlas.rows(f"SELECT id, name FROM region WHERE {condition} ORDER BY level, id", values)
    return [RegionName(REGION_PREFIX + row["id"], row["id"], row["name"]) for row in rows]


def _latest(atlas: Atlas, code: str) -> list[Indicator]:
    """Return the newest figure of each indicator, unit and breakdown."""
    rows = atlas.rows("""
        SELECT indicator, title, year, value, unit, dimensions, flag, source FROM indicator
        WHERE region = ? AND value IS NOT NULL
        QUALIFY row_number() OVER (PARTITION BY indicator, unit, dimensions ORDER BY year DESC, source_id) = 1
        ORDER BY title, indicator, dimensions, unit
    """, [code])
    return [Indicator(**row) for row in rows]
