"""The pool: who may be suggested as a partner at all, and what the filters of a request leave of it.

The dead are never in it, nor participants without a name; European associations only for those who ask for them.
Membership of the cluster, sponsorship and being on anybody's list are read nowhere here.
"""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from openvalley.atlas.network import network
from openvalley.atlas.reader import Atlas
from openvalley.atlas.remembering import remembered
from openvalley.insight.connect.request import ConnectRequest
from openvalley.insight.subjects import DEAD, SPEAKING_FOR_OTHERS
from openvalley.vocabulary.programmes import part_of
from openvalley.vocabulary.terms import Vocabulary, terms

#: A programme part tells of an organisation's sectors when it holds at least this share of its projects.
_MAIN_SHARE = 0.5


@dataclass(frozen=True)
class Possible:
    """An organisation that may be suggested, as far as filters and evidence need it.

    Attributes:
        id, name, kind, country, city, nuts, latitude, longitude, sme, verified: as the atlas has them.
        projects, coordinated: EU projects, and those of them that it coordinates.
        stages, platforms, sectors: codes of the vocabulary, from its tags.
        main_parts: programme parts that hold at least half of its projects.
        parent: organisation that it belongs to.

    """

    id: str
    name: str
    kind: str
    country: str | None
    city: str | None
    nuts: str | None
    latitude: float | None
    longitude: float | None
    sme: bool | None
    verified: bool
    projects: int
    coordinated: int
    parent: str | None
    stages: Sequence[str]
    platforms: Sequence[str]
    sectors: Sequence[str]
    main_parts: Sequence[str]

    def markets(self) -> frozenset[str]:
        """Return its sectors: those it is known for, else those of the programme parts that hold its projects."""
        if self.sectors:
            return frozenset(self.sectors)
        known = terms(Vocabulary.PROGRAMME_PART)
        return frozenset(sector for code in self.main_parts for sector in known[code].attributes.get("sectors", ()))


def pool(atlas: Atlas) -> Mapping[str, Possible]:
    """Return by id everybody who may be suggested, European associations included; read once."""
    return remembered(atlas, "connect.pool", lambda: _read(atlas))


def left_by(request: ConnectRequest, possible: Mapping[str, Possible], asker: Possible | None,
            without: Collection[str]) -> Mapping[str, Possible]:
    """Return what a request's filters leave of those who may be suggested.

    Args:
        request: the filters.
        possible: everybody who may be suggested.
        asker: who asks; its own sectors are left out where the request looks outside of them.
        without: ids that are never suggested: who asks, and whom it has worked with.

    """
    own = asker.markets() if asker is not None and request.cross_sector else frozenset()
    if not _filtered(request):
        left = dict(possible)
        for key in [*without, *(key for key, one in possible.items() if one.kind in SPEAKING_FOR_OTHERS)]:
            left.pop(key, None)
        return left
    return {key: one for key, one in possible.items() if key not in without and _kept(request, one)
            and not (request.cross_sector and (not one.markets() or one.markets() & own))}


def _filtered(request: ConnectRequest) -> bool:
    return any((request.kind, request.country, request.region, request.stage, request.platform, request.sector,
                request.sme, request.cross_sector))


def _kept(request: ConnectRequest, one: Possible) -> bool:
    if one.kind in SPEAKING_FOR_OTHERS and request.kind != one.kind:
        return False
    return ((not request.kind or one.kind == request.kind)
            and (not request.country or one.country == request.country)
            and (not request.region or (one.nuts or "").startswith(request.region))
            and (not request.stage or request.stage in one.stages)
            and (not request.platform or request.platform in one.platforms)
            and (not request.sector or request.sector in one.markets())
            and (not request.sme or one.sme is True))


def parts_by_project(atlas: Atlas) -> Mapping[str, frozenset[str]]:
    """Return the programme parts (codes of the vocabulary) that each project falls under; read once."""
    return remembered(atlas, "connect.parts", lambda: _parts(atlas))


def _parts(atlas: Atlas) -> Mapping[str, frozenset[str]]:
    rows = atlas.rows("SELECT project_id, list(DISTINCT code ORDER BY code) AS codes FROM project_code "
                      "WHERE scheme = 'legal_basis' GROUP BY project_id")
    known = {code: part_of(code) for row in rows for code in row["codes"]}
    return {row["project_id"]: frozenset(part for code in row["codes"] if (part := known[code])) for row in rows}


def _read(atlas: Atlas) -> Mapping[str, Possible]:
    joined, parts = network(atlas).projects, parts_by_project(atlas)

    def main(one: str) -> Sequence[str]:
        projects = joined.get(one, ())
        counted = Counter(part for project in projects for part in parts.get(project, ()))
        return tuple(part for part, n in sorted(counted.items()) if n >= _MAIN_SHARE * len(projects))

    return {row["id"]: Possible(**row, main_parts=main(row["id"])) for row in atlas.rows(_POSSIBLE, [list(DEAD)])}


_POSSIBLE = """
WITH tag AS (
    SELECT id, coalesce(list(code ORDER BY code) FILTER (vocabulary = 'stage'), []) AS stages,
        coalesce(list(code ORDER BY code) FILTER (vocabulary = 'platform'), []) AS platforms,
        coalesce(list(code ORDER BY code) FILTER (vocabulary = 'sector'), []) AS sectors
    FROM organisation_tag GROUP BY id
), doing AS (
    SELECT id FROM organisation WHERE projects > 0 UNION SELECT id FROM organisation_tag
    UNION SELECT organisation_id FROM curated_party WHERE record_type = 'capability'
    UNION SELECT organisation_id FROM trial_site UNION SELECT organisation_id FROM trial_party
)
SELECT o.id, o.name, o.kind, o.country, o.city, o.nuts, o.latitude, o.longitude, o.sme, o.verified,
    o.projects, coalesce(o.coordinated, 0) AS coordinated, o.parent, coalesce(t.stages, []) AS stages,
    coalesce(t.platforms, []) AS platforms, coalesce(t.sectors, []) AS sectors
FROM organisation AS o JOIN doing USING (id) LEFT JOIN tag AS t USING (id)
WHERE o.named AND o.state NOT IN (SELECT unnest(?)) ORDER BY o.id
"""
