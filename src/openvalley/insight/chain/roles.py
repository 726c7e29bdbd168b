"""Roles: which living organisations of the region do what, and which rows say so."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from openvalley.atlas.reader import Atlas
from openvalley.atlas.remembering import remembered
from openvalley.insight.called import Called, called, town_called
from openvalley.insight.chain.request import ChainRequest
from openvalley.insight.subjects import DEAD, SPEAKING_FOR_OTHERS
from openvalley.vocabulary.terms import Vocabulary, terms


@dataclass(frozen=True)
class Role:
    """One organisation at one stage.

    Attributes:
        id, name, kind, city, nuts: who and where.
        stage: the stage of the value chain.
        platforms: its technology platforms.
        offers: what it can do at this stage, a row each: activity, availability, source, source_id.
        trials: trials with a site there; what an organisation at the clinical stage has behind it.
        verified: whether a register or a curator confirms the row.
        source, source_id: the row that gives the stage.

    """

    id: str
    name: Called
    kind: str
    city: Called | None
    nuts: str | None
    stage: str
    platforms: Sequence[str]
    offers: Sequence[Mapping[str, str]]
    trials: int
    verified: bool
    source: str
    source_id: str

    @property
    def capabilities(self) -> list[str]:
        """Activities that it can do at this stage, each once."""
        return list(dict.fromkeys(row["activity"] for row in self.offers))


def roles(atlas: Atlas, request: ChainRequest) -> list[Role]:
    """Return who does what, by stage, those with most behind them first.

    An organisation is at a stage by a tag of its own or by a site of that stage. Associations that speak for others and
    what is no longer alive are left out; so is membership of the cluster, which says nothing of what somebody does.
    """
    stages = frozenset(request.stages())
    return [role for role in remembered(atlas, "chain.roles", lambda: _read(atlas))
            if role.stage in stages and (role.nuts or "").startswith(request.region)
            and (not request.platform or request.platform in role.platforms)]


def _read(atlas: Atlas) -> Sequence[Role]:
    """Return every role of the region, in order."""
    rows = atlas.rows(_ROLES, [list(DEAD), list(SPEAKING_FOR_OTHERS)])
    found = [Role(**{**row, "name": called(atlas, row["id"], row["name"]),
                     "city": town_called(atlas, row["city"]) if row["city"] else None,
                     "offers": [offer for offer in row["offers"] if _done_at(row["stage"], offer)]})
             for row in rows if row["stage"] in terms(Vocabulary.STAGE)]
    return sorted(found, key=lambda role: (role.stage, -_behind(role)))


def _done_at(stage: str, offer: Mapping[str, Any]) -> bool:
    return stage in terms(Vocabulary.ACTIVITY)[offer["activity"]].attributes["stages"]


def _behind(role: Role) -> int:
    """Return how much stands behind a role: what it can do at the stage, and where patients are, its trials."""
    return len(role.capabilities) + role.trials * (role.stage in _WITH_PATIENTS)


#: Stages at which trials speak for an organisation.
_WITH_PATIENTS = ("clinical", "care")

_ROLES = """
WITH staged AS (
    SELECT subject AS id, value AS stage, source, source_id FROM claim WHERE property = 'stage' AND wins
    UNION ALL
    SELECT p.organisation_id, unnest(s.stages), s.source, s.source_id
    FROM site AS s JOIN curated_party AS p ON p.record_type = 'site' AND p.row_id = s.id
), one AS (
    SELECT id, stage, min(source) AS source, arg_min(source_id, source) AS source_id FROM staged GROUP BY id, stage
), technology AS (
    SELECT id, list(DISTINCT code ORDER BY code) AS platforms FROM (
        SELECT id, code FROM organisation_tag WHERE vocabulary = 'platform'
        UNION SELECT p.organisation_id, c.modality FROM capability AS c
            JOIN curated_party AS p ON p.record_type = 'capability' AND p.row_id = c.id WHERE c.modality IS NOT NULL
        UNION SELECT p.organisation_id, unnest(s.platforms) FROM site AS s
            JOIN curated_party AS p ON p.record_type = 'site' AND p.row_id = s.id
    ) GROUP BY id
), offered AS (
    SELECT p.organisation_id AS id,
        list({'activity': c.activity, 'availability': c.availability, 'source': c.source, 'source_id': c.source_id}
            ORDER BY c.activity, c.id) AS offers
    FROM capability AS c JOIN curated_party AS p ON p.record_type = 'capability' AND p.row_id = c.id
    WHERE c.activity IS NOT NULL GROUP BY ALL
), studied AS (
    SELECT organisation_id AS id, count(DISTINCT trial_id) AS trials FROM trial_site
    WHERE organisation_id IS NOT NULL GROUP BY ALL
)
SELECT o.id, o.name, o.kind, o.city, o.nuts, one.stage, coalesce(t.platforms, []) AS platforms,
    coalesce(f.offers, []) AS offers, coalesce(s.trials, 0) AS trials, o.verified, one.source, one.source_id
FROM one JOIN organisation AS o USING (id) LEFT JOIN technology AS t USING (id) LEFT JOIN offered AS f USING (id)
LEFT JOIN studied AS s USING (id)
WHERE o.in_region AND o.named AND o.state NOT IN (SELECT unnest(?)) AND o.kind NOT IN (SELECT unnest(?))
ORDER BY o.name, o.id
"""
