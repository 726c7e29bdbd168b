"""GeoJSON (RFC 7946: longitude first, WGS 84): organisations as points, and the places of trials where asked for."""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from openvalley.atlas.export.files import replaced_text
from openvalley.atlas.export.notice import attribution
from openvalley.atlas.export.selection import Selection


def write_geojson(selection: Selection, target: Path) -> dict[str, int]:
    """Write a feature collection; the property ``type`` says what a point is."""
    tables = ("claim", "trial", "trial_site") if selection.sites else ("claim",)
    counts = {"features": 0}
    with replaced_text(target) as stream:
        head = {"type": "FeatureCollection", "attribution": attribution(selection, tables)}
        stream.write(json.dumps(head, ensure_ascii=False)[:-1] + ', "features": [')
        for feature in _features(selection):
            stream.write((",\n" if counts["features"] else "\n") + json.dumps(feature, ensure_ascii=False, default=str))
            counts["features"] += 1
        stream.write("\n]}\n")
    return counts


def _features(selection: Selection) -> Iterator[Mapping[str, Any]]:
    yield from map(_feature, selection.each(f"""
        SELECT id, 'organisation' AS type, name, kind, state, country, city, website, placed_by, verified, projects,
               latitude, longitude
        FROM organisation WHERE {selection.where('organisation')} AND named AND latitude IS NOT NULL
            AND longitude IS NOT NULL
        ORDER BY id
    """))
    if selection.sites:
        yield from map(_feature, selection.each(f"""
            SELECT s.trial_id || '/' || s.position AS id, 'trial_site' AS type, s.facility AS name, s.city, s.country,
                   s.status, s.trial_id, t.title AS trial_title, t.state AS trial_state,
                   array_to_string(t.phases, ';') AS trial_phases, s.organisation_id, s.latitude, s.longitude
            FROM trial_site AS s JOIN trial AS t ON t.id = s.trial_id
            WHERE s.latitude IS NOT NULL AND s.longitude IS NOT NULL AND t.id IN ({selection.trials})
                AND {_near(selection)}
            ORDER BY s.trial_id, s.position, s.source_id
        """))


def _near(selection: Selection) -> str:
    """Return the condition on places: the region's trials also run at the other end of the world."""
    if selection.everything:
        return "true"
    countries = ", ".join(f"'{country}'" for country in selection.atlas.manifest["region"]["countries"])
    return f"s.country IN ({countries})"


def _feature(row: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "type": "Feature", "id": row["id"],
        "geometry": {"type": "Point", "coordinates": [row["longitude"], row["latitude"]]},
        "properties": {name: value for name, value in row.items() if name not in ("latitude", "longitude")},
    }
