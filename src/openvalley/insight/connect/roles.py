"""Roles: partners for somebody without projects, by what is known of stages, platforms, sectors, places and offers.

Six declared conditions; the score is the share of them that are known to be met. Nothing here was learnt from outcomes,
since nobody's roles tell with whom it worked.
"""

from collections.abc import Mapping, Sequence

from openvalley.atlas.reader import Atlas
from openvalley.atlas.remembering import remembered
from openvalley.insight.answer import Citation, Statement
from openvalley.insight.connect.evidence import distance
from openvalley.insight.connect.pool import Left, Possible, tagged

#: Kilometres up to which a partner is near: half an hour or so by road.
NEAR = 50
#: Conditions of which a share is met: the score.
_CONDITIONS = 6


def by_roles(atlas: Atlas, asker: Possible, left: Left) -> list[tuple[Possible, float]]:
    """Return who meets conditions beside place alone, with the share (0 to 1) of those met, the most first."""
    offered = offers(atlas)
    found = []
    for one in tagged(atlas):
        if one.id not in left or not (one.platforms or one.sectors):
            continue
        work = [bool(set(one.stages) - set(asker.stages)) and bool(asker.stages),
                bool(set(one.platforms) & set(asker.platforms)), bool(set(one.sectors) & set(asker.sectors))]
        if any(work[1:]):
            place = [one.country is not None and one.country == asker.country, _near(asker, one)]
            found.append((one, round(sum([*work, *place, one.id in offered]) / _CONDITIONS, 4)))
    return sorted(found, key=lambda pair: (-pair[1], pair[0].name, pair[0].id))


def offers(atlas: Atlas) -> Mapping[str, Sequence[Mapping[str, str]]]:
    """Return what each organisation offers to others (not what it keeps for itself), by the pack's capability rows."""
    return remembered(atlas, "connect.offers", lambda: _offers(atlas))


def offered_statement(atlas: Atlas, one: str) -> list[Statement]:
    """Return what an organisation offers to others as a statement; none where it offers nothing."""
    rows = offers(atlas).get(one, ())
    if not rows:
        return []
    return [Statement("connect.offers", {"activities": list(dict.fromkeys(row["activity"] for row in rows))}, [
        Citation(row["id"], row["source"], row["source_id"]) for row in rows])]


def _offers(atlas: Atlas) -> Mapping[str, Sequence[Mapping[str, str]]]:
    found: dict[str, list[Mapping[str, str]]] = {}
    for row in atlas.rows("""
        SELECT p.organisation_id AS organisation, c.id, c.activity, c.source, c.source_id
        FROM capability AS c JOIN curated_party AS p ON p.record_type = 'capability' AND p.row_id = c.id
        WHERE c.availability IN ('service', 'partners') ORDER BY c.id"""):
        found.setdefault(row["organisation"], []).append(row)
    return found


def _near(asker: Possible, one: Possible) -> bool:
    placed = None not in {asker.latitude, asker.longitude, one.latitude, one.longitude}
    return placed and distance(asker, one) <= NEAR
