"""The pool: who may be suggested as a partner at all, and what the filters of a request leave of it.

The dead are never in it, nor participants without a name; European associations only for those who ask for them.
Membership of the cluster, sponsorship and being on anybody's list are read nowhere here.
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
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
#: The filters of a request, by their names in it.
_FILTERS = ("kind", "country", "region", "stage", "platform", "sector", "sme", "cross_sector")
#: Letters of a NUTS code that name the country.
_NUTS_COUNTRY = 2


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


class Left(Mapping[str, Possible]):
    """Those whom a request's filters leave: some who may be suggested, but for a few; nobody is copied.

    Attributes:
        among: of whom they are all, but for ``without``.
        without: ids of those left out.

    """

    def __init__(self, among: Mapping[str, Possible], without: frozenset[str]) -> None:
        """Leave out those of ``without`` that are among them."""
        self.among, self.without = among, frozenset(one for one in without if one in among)

    def __getitem__(self, one: str) -> Possible:
        """Return one who is left."""
        if one in self.without:
            raise KeyError(one)
        return self.among[one]

    def __contains__(self, one: object) -> bool:
        """Say whether one is left."""
        return one in self.among and one not in self.without

    def __iter__(self) -> Iterator[str]:
        """Go through the ids of those left, in order."""
        return (one for one in self.among if one not in self.without)

    def __len__(self) -> int:
        """Return how many are left."""
        return len(self.among) - len(self.without)


@dataclass(frozen=True)
class _Groups:
    """Those who may be suggested, by what is asked of them.

    Attributes:
        by_filter: those whom a filter with a value leaves.
        units: ids of those that belong to each.
        speaking: ids of those who speak for others.
        tagged: those of whom any role is known.

    """

    by_filter: Mapping[tuple[str, object], Sequence[Possible]]
    units: Mapping[str, Sequence[str]]
    speaking: frozenset[str]
    tagged: Sequence[Possible]


def tagged(atlas: Atlas) -> Sequence[Possible]:
    """Return those of whom a stage, platform or sector is known; of most nothing is."""
    return _groups(atlas).tagged


def family(atlas: Atlas, asker: Possible) -> frozenset[str]:
    """Return who asks, what it belongs to and what belongs to it."""
    return frozenset({asker.id, *_groups(atlas).units.get(asker.id, ()), *([asker.parent] if asker.parent else [])})


def left_by(atlas: Atlas, request: ConnectRequest, asker: Possible | None, without: frozenset[str]) -> Left:
    """Return what a request's filters leave of those who may be suggested.

    Args:
        atlas: the atlas that is asked.
        request: the filters.
        asker: who asks; its own sectors are left out where the request looks outside of them.
        without: ids that are never suggested: who asks, and whom it has worked with.

    """
    known = _groups(atlas)
    asked = [(name, value) for name in _FILTERS if (value := getattr(request, name))]
    if not asked:
        return Left(pool(atlas), without | known.speaking)
    own = asker.markets() if asker is not None and request.cross_sector else frozenset()
    narrowest = min((known.by_filter.get(one, ()) for one in asked), key=len)
    return Left({one.id: one for one in narrowest
                 if _kept(request, one) and not (request.cross_sector and one.markets() & own)}, without)


def _groups(atlas: Atlas) -> _Groups:
    return remembered(atlas, "connect.groups", lambda: _grouped(pool(atlas)))


def _grouped(possible: Mapping[str, Possible]) -> _Groups:
    groups: defaultdict[tuple[str, object], list[Possible]] = defaultdict(list)
    units: defaultdict[str, list[str]] = defaultdict(list)
    for one in possible.values():
        regions = [(one.nuts or "")[:length] for length in range(_NUTS_COUNTRY, len(one.nuts or "") + 1)]
        markets = one.markets()
        told: Mapping[str, Collection[object]] = {
            "kind": [one.kind], "country": [one.country], "region": regions, "stage": one.stages,
            "platform": one.platforms, "sector": markets, "sme": [one.sme], "cross_sector": [bool(markets)]}
        for name in _FILTERS:
            for value in told[name]:
                groups[name, value].append(one)
        if one.parent:
            units[one.parent].append(one.id)
    return _Groups(groups, units, frozenset(one.id for one in possible.values() if one.kind in SPEAKING_FOR_OTHERS),
                   [one for one in possible.values() if one.stages or one.platforms or one.sectors])


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
