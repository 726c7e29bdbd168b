"""Nearby: what the region pack says of sites - phase 1 units - and of who helps a study in the same region."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from openvalley.atlas.reader import Atlas
from openvalley.insight.answer import Citation, Statement
from openvalley.insight.called import called
from openvalley.insight.test.experience import Site

#: Activities of the pack that help a study, the most asked for first; near is the same NUTS 2 region.
_HELPFUL = ("clinical-operations", "data-management", "central-laboratory", "bio-analysis", "imaging",
            "immuno-monitoring", "fill-finish", "logistics-cold-chain")
_PHASE_1 = "phase-1-beds"
#: Activities that the evidence of one site names, and organisations for each.
_TOLD, _NAMED = 3, 2

Row = Mapping[str, Any]


class Nearby:
    """Capabilities of the region pack by NUTS 2 region, and phase 1 units by organisation."""

    def __init__(self, atlas: Atlas) -> None:
        """Read the capabilities of living organisations."""
        self._near: dict[str, dict[str, list[Row]]] = {}
        self.units: dict[str, Row] = {}
        for row in atlas.rows(_CAPABILITIES, [[*_HELPFUL, _PHASE_1]]):
            row["name"] = called(atlas, row["id"], row["name"])
            if row["activity"] == _PHASE_1:
                self.units.setdefault(row["id"], row)
            elif row["nuts"]:
                self._near.setdefault(row["nuts"][:4], {}).setdefault(row["activity"], []).append(row)

    def of(self, site: Site) -> dict[str, list[Row]]:
        """Return who offers what in the site's NUTS 2 region, by activity; the site itself is left out."""
        near = self._near.get((site.nuts or "")[:4], {})
        return {activity: others for activity in _HELPFUL if activity in near
                if (others := _once(row for row in near[activity] if row["id"] != site.id))}

    def units_within(self, codes: Sequence[str]) -> list[Row]:
        """Return the phase 1 units in some countries or regions (NUTS codes)."""
        return [row for row in self.units.values() if any((row["nuts"] or "").startswith(code) for code in codes)]


def told(near: Mapping[str, Sequence[Row]]) -> list[Statement]:
    """Say who stands near a site, an activity a sentence."""
    return [Statement("test.nearby", {"activity": activity, "names": [row["name"] for row in rows[:_NAMED]]}, [
        Citation(row["id"], row["source"], row["source_id"]) for row in rows[:_NAMED]])
        for activity, rows in list(near.items())[:_TOLD]]


def _once(rows: Iterable[Row]) -> list[Row]:
    return list({row["id"]: row for row in rows}.values())


_CAPABILITIES = """
SELECT o.id, o.name, c.activity, coalesce(c.nuts, o.nuts) AS nuts, c.source, c.source_id
FROM capability AS c JOIN curated_party AS p ON p.record_type = 'capability' AND p.row_id = c.id
JOIN organisation AS o ON o.id = p.organisation_id
WHERE c.activity IN (SELECT unnest(?)) AND o.state = 'active' AND o.named ORDER BY c.activity, o.name, c.id
"""
