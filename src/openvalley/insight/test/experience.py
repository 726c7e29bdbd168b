"""Experience: what each site has behind it - trials of the condition and phase, all trials, its own, load, sponsors.

Only sites that are linked to an organisation count; a probable link does not.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from openvalley.atlas.reader import Atlas
from openvalley.atlas.remembering import remembered
from openvalley.insight.subjects import DEAD
from openvalley.insight.test.about import FOLDED, about
from openvalley.insight.test.conditions import Condition

#: Kinds of organisation that care for patients.
CARING = ("care-provider", "general-hospital", "university-hospital")
#: Sponsors that registers call industry.
INDUSTRY = ("INDUSTRY", "Pharmaceutical company")


@dataclass(frozen=True)
class Site:
    """One organisation as a trial site; all counts are of trials of the atlas.

    Attributes:
        id, name, kind, country, city, nuts: who and where.
        trials: all its trials.
        same: of the condition.
        same_phase: of the condition and a phase that is asked for.
        early: of phase 1, whatever the condition.
        industry: of the condition, with an industrial sponsor.
        competing: of the condition, recruiting now.
        treated: of the condition, with an intervention like the one asked for.
        alone: trials of which it is the only linked site.
        sponsored: trials that it leads as sponsor, wherever they run.
        joined: trials that it collaborates in, wherever they run.
        unseen: of the condition, sponsored by it with a site in its country that no register names, where it is a
            place of care: most such trials of a hospital are its own. They are in no other count of the condition.
        enrolled: median number of participants of its trials of the condition, all sites together; None unknown.
        newest: first day of its newest trial of the condition.
        example: source and number of that trial.

    """

    id: str
    name: str
    kind: str
    country: str
    city: str | None
    nuts: str | None
    trials: int
    same: int
    same_phase: int
    early: int
    industry: int
    competing: int
    treated: int
    alone: int
    sponsored: int
    joined: int
    unseen: int
    enrolled: float | None
    newest: date | None
    example: tuple[str, str] | None

    @property
    def care(self) -> bool:
        """Whether it cares for patients."""
        return self.kind in CARING


def experience(atlas: Atlas, condition: Condition, phases: Sequence[str], intervention: str,
               within: Callable[[str | None, str | None], bool]) -> list[Site]:
    """Return the linked, living sites of some place with their experience, and places of care that only sponsored.

    Args:
        atlas: the atlas that is asked.
        condition: as understood.
        phases: phases of the register; none for all.
        intervention: a folded phrase; empty for any.
        within: says of a country and a NUTS region whether the place holds them.

    """
    rows = atlas.rows(_SITES, [about(atlas, condition), intervention, intervention, list(phases), list(phases),
                               list(INDUSTRY), list(CARING), list(DEAD)])
    return [Site(**{**row, "example": (row["example"]["source"], row["example"]["source_id"]) if row["example"]
                    else None}) for row in rows if within(row["country"], row["nuts"])]


def trials_by_country(atlas: Atlas) -> dict[str, int]:
    """Return how many trials with a site each country has in the atlas, linked or not: what a ranking rests on."""
    query = "SELECT country, count(DISTINCT trial_id) AS n FROM trial_site WHERE country IS NOT NULL GROUP BY ALL"
    return remembered(atlas, "test.countries", lambda: {row["country"]: row["n"] for row in atlas.rows(query)})


def sponsors(atlas: Atlas, condition: Condition) -> list[dict[str, Any]]:
    """Return living sponsors of trials of a condition with a site in their own country, that are no place of care.

    Each has id, name, country, nuts and trials; those of most trials come first. Industry is left out: it asks.
    """
    return atlas.rows(_SPONSORS, [about(atlas, condition), list(INDUSTRY), list(DEAD), list(CARING)])


def unnamed(atlas: Atlas, condition: Condition) -> dict[str, int]:
    """Return how many trials of a condition each country has whose site there no register names, or none could link."""
    return {row["country"]: row["n"] for row in atlas.rows(_UNNAMED, [about(atlas, condition)])}


_ABOUT = "SELECT unnest(?::VARCHAR[]) AS id"
_UNNAMED = f"""
WITH about AS ({_ABOUT})
SELECT country, count(*) AS n FROM (
    SELECT s.country, s.trial_id FROM trial_site AS s JOIN about AS a ON a.id = s.trial_id WHERE s.country IS NOT NULL
    GROUP BY ALL HAVING count(s.organisation_id) = 0
) GROUP BY country
"""
_SITES = f"""
WITH about AS ({_ABOUT}), treating AS (
    SELECT DISTINCT trial_id AS id FROM trial_term
    WHERE kind = 'intervention' AND ? <> '' AND contains({FOLDED.format('term')}, ?)
), held AS (
    SELECT DISTINCT s.organisation_id, s.trial_id FROM trial_site AS s WHERE s.organisation_id IS NOT NULL
), solo AS (
    SELECT trial_id AS id FROM held GROUP BY trial_id HAVING count(*) = 1
), party AS (
    SELECT organisation_id AS id, count(DISTINCT trial_id) FILTER (role = 'sponsor') AS sponsored,
        count(DISTINCT trial_id) FILTER (role = 'collaborator') AS joined
    FROM trial_party WHERE organisation_id IS NOT NULL GROUP BY organisation_id
), counted AS (
    SELECT h.organisation_id AS id, count(*) AS trials, count(a.id) AS same,
        count(a.id) FILTER (len(?) > 0 AND list_has_any(coalesce(t.phases, []), ?)) AS same_phase,
        count(*) FILTER (list_has_any(coalesce(t.phases, []), ['EARLY_PHASE1', 'PHASE1'])) AS early,
        count(a.id) FILTER (t.sponsor_class IN (SELECT unnest(?))) AS industry,
        count(a.id) FILTER (t.state IN ('recruiting', 'not-yet-recruiting')) AS competing,
        count(w.id) FILTER (a.id IS NOT NULL) AS treated, count(s.id) AS alone,
        median(t.enrolment) FILTER (a.id IS NOT NULL) AS enrolled,
        max(t.start_date) FILTER (a.id IS NOT NULL) AS newest,
        arg_max({{'source': t.source, 'source_id': t.source_id}}, (coalesce(t.start_date, DATE '1900-01-01'), t.id))
            FILTER (a.id IS NOT NULL) AS example
    FROM held AS h JOIN trial AS t ON t.id = h.trial_id LEFT JOIN about AS a ON a.id = t.id
    LEFT JOIN treating AS w ON w.id = t.id LEFT JOIN solo AS s ON s.id = t.id GROUP BY h.organisation_id
), named AS (
    SELECT DISTINCT trial_id, country FROM trial_site WHERE organisation_id IS NOT NULL
), unseen AS (
    SELECT p.organisation_id AS id, count(DISTINCT a.id) AS unseen
    FROM about AS a JOIN trial_party AS p ON p.trial_id = a.id AND p.role = 'sponsor'
    JOIN organisation AS o ON o.id = p.organisation_id AND o.kind IN (SELECT unnest(?))
    JOIN trial_site AS s ON s.trial_id = a.id AND s.country = o.country
    WHERE NOT EXISTS (SELECT 1 FROM named AS n WHERE n.trial_id = a.id AND n.country = o.country) GROUP BY ALL
)
SELECT o.id, o.name, o.kind, o.country, o.city, o.nuts, coalesce(c.trials, 0) AS trials, coalesce(c.same, 0) AS same,
    coalesce(c.same_phase, 0) AS same_phase, coalesce(c.early, 0) AS early, coalesce(c.industry, 0) AS industry,
    coalesce(c.competing, 0) AS competing, coalesce(c.treated, 0) AS treated, coalesce(c.alone, 0) AS alone,
    coalesce(p.sponsored, 0) AS sponsored, coalesce(p.joined, 0) AS joined, coalesce(u.unseen, 0) AS unseen,
    c.enrolled, c.newest, c.example
FROM (SELECT id FROM counted UNION SELECT id FROM unseen) JOIN organisation AS o USING (id)
LEFT JOIN counted AS c USING (id) LEFT JOIN party AS p USING (id) LEFT JOIN unseen AS u USING (id)
WHERE o.named AND o.state NOT IN (SELECT unnest(?)) ORDER BY o.id
"""
_SPONSORS = f"""
WITH about AS ({_ABOUT})
SELECT o.id, o.name, o.country, o.nuts, count(DISTINCT a.id) AS trials
FROM about AS a JOIN trial AS t ON t.id = a.id JOIN trial_party AS p ON p.trial_id = a.id AND p.role = 'sponsor'
JOIN organisation AS o ON o.id = p.organisation_id JOIN trial_site AS s ON s.trial_id = a.id AND s.country = o.country
WHERE coalesce(t.sponsor_class, '') NOT IN (SELECT unnest(?)) AND o.named AND o.state NOT IN (SELECT unnest(?))
    AND o.kind NOT IN (SELECT unnest(?))
    AND o.kind NOT IN ('company', 'spin-off', 'cro', 'cmo', 'cdmo', 'service-provider')
GROUP BY ALL ORDER BY trials DESC, o.id
"""
