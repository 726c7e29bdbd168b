"""Results: projects, trials and spin-offs that are near the market, with what speaks for each."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from openvalley.atlas.reader import Atlas
from openvalley.insight.discover.nearness import APPLIED, INDUSTRIAL
from openvalley.insight.needs import Need, stems

#: What speaks for a project: companies among its participants, the part of the programme, and how lately it began.
_COMPANIES, _INDUSTRIAL, _APPLIED, _RECENT = 0.4, 0.25, 0.15, 0.2
#: A project or trial that began so many years before the newest counts as old.
_OLD_YEARS = 8
#: What an academic trial is worth by its phase: the later, the nearer.
_PHASES = {"EARLY_PHASE1": 0.35, "PHASE1": 0.4, "PHASE2": 0.6, "PHASE3": 0.8, "PHASE4": 0.9}
_SPIN_OFF = 0.9
#: Hits of the search that are looked at.
_HITS = 300
INDUSTRY = ("INDUSTRY", "Pharmaceutical company")


@dataclass(frozen=True)
class Result:
    """One project, trial or spin-off; ``facts`` fill its sentences, ``owners`` are organisations of the region."""

    id: str
    type: str
    name: str
    score: float
    facts: dict[str, Any]
    owners: Sequence[str]
    source: str
    source_id: str


def results(atlas: Atlas, organisation: str | None, topic: Need | None) -> list[Result]:
    """Return the results of one organisation, or of the region about a topic (or both), the nearest first."""
    wanted = None if topic is None else [hit.id for hit in atlas.search(
        topic.text, types=["project", "trial"], limit=_HITS).items if hit.score > 0]
    (newest,) = atlas.rows("SELECT greatest(max(j.start_date), DATE '1900-01-01') AS day FROM project AS j")
    day = newest["day"] or date(1900, 1, 1)
    who = organisation or ""
    found = [_project(row, day) for row in atlas.rows(_PROJECTS, [who, who, wanted is None, wanted or []])]
    found += [_trial(row, day) for row in atlas.rows(_TRIALS, [list(INDUSTRY), who, who, wanted is None, wanted or []])]
    found += [_spin_off(row) for row in atlas.rows(_SPIN_OFFS, [who, who]) if topic is None or _about(row, topic)]
    return sorted(found, key=lambda result: (-result.score, result.id))


def _project(row: dict[str, Any], newest: date) -> Result:
    share = row["companies"] / row["places"]
    score = _COMPANIES * min(2 * share, 1.0) + _INDUSTRIAL * row["industrial"] + _APPLIED * row["applied"] \
        + _RECENT * _freshness(row["start_date"], newest)
    facts = {"companies": row["companies"], "places": row["places"], "industrial": row["industrial"],
             "applied": row["applied"], "day": row["start_date"], "text": bool(row["title"])}
    name = row["acronym"] or row["title"] or row["source_id"]
    if row["acronym"] and row["title"]:
        name = f"{row['acronym']}: {row['title']}"
    return Result(row["id"], "project", name, round(score, 4), facts, row["owners"], row["source"], row["source_id"])


def _trial(row: dict[str, Any], newest: date) -> Result:
    phase = max((_PHASES.get(phase, 0.0) for phase in row["phases"] or ()), default=0.3)
    score = phase * (0.7 + 0.3 * _freshness(row["start_date"], newest))
    facts = {"phases": row["phases"] or [], "state": row["state"], "day": row["start_date"]}
    return Result(row["id"], "trial", row["title"] or row["source_id"], round(score, 4), facts, [row["sponsor"]],
                  row["source"], row["source_id"])


def _spin_off(row: dict[str, Any]) -> Result:
    facts = {"parents": row["parent_names"], "year": row["year"], "field": row["field"]}
    return Result(row["id"], "organisation", row["name"], _SPIN_OFF, facts, row["parents"], row["source"],
                  row["source_id"])


def _freshness(day: date | None, newest: date) -> float:
    """Return 1 for what began with the newest, 0 for what is old or has no date."""
    if day is None:
        return 0.0
    years = (newest - day).days / 365.25
    return min(max(1 - years / _OLD_YEARS, 0.0), 1.0)


def _about(row: dict[str, Any], topic: Need) -> bool:
    told = set(stems(f"{row['field'] or ''} {' '.join(row['tags'] or ())}".replace("-", " ")))
    return bool(told & set(topic.stems))


_PROJECTS = f"""
WITH mine AS (
    SELECT p.project_id, list(DISTINCT o.id ORDER BY o.id) AS owners
    FROM participation AS p JOIN organisation AS o ON o.id = p.organisation_id
    WHERE o.named AND CASE WHEN ? = '' THEN o.in_region AND p.activity_type IN ('HES', 'REC') ELSE o.id = ? END
    GROUP BY p.project_id
), codes AS (
    SELECT project_id, bool_or(regexp_matches(code, '{INDUSTRIAL}')) AS industrial,
        bool_or(regexp_matches(code, '{APPLIED}')) AS applied
    FROM project_code WHERE scheme = 'legal_basis' GROUP BY project_id
), whole AS (
    SELECT project_id, count(*) AS places, count(*) FILTER (activity_type = 'PRC') AS companies
    FROM participation GROUP BY project_id
)
SELECT j.id, j.source, j.source_id, j.acronym, j.title, j.start_date, m.owners, w.places, w.companies,
    coalesce(c.industrial, false) AS industrial, coalesce(c.applied, false) AS applied
FROM project AS j JOIN life_science_project AS l ON l.project_id = j.id JOIN mine AS m ON m.project_id = j.id
JOIN whole AS w ON w.project_id = j.id LEFT JOIN codes AS c ON c.project_id = j.id
WHERE ? OR j.id IN (SELECT unnest(?)) ORDER BY j.id
"""
_TRIALS = """
SELECT t.id, t.source, t.source_id, t.title, t.phases, t.state, t.start_date, o.id AS sponsor
FROM trial AS t JOIN trial_party AS y ON y.trial_id = t.id AND y.role = 'sponsor'
JOIN organisation AS o ON o.id = y.organisation_id
WHERE coalesce(t.sponsor_class, '') NOT IN (SELECT unnest(?))
    AND o.kind NOT IN ('company', 'spin-off', 'cro', 'cmo', 'cdmo', 'service-provider')
    AND coalesce(t.state, '') NOT IN ('withdrawn', 'terminated', 'suspended')
    AND CASE WHEN ? = '' THEN o.in_region ELSE o.id = ? END AND (? OR t.id IN (SELECT unnest(?))) ORDER BY t.id
"""
_SPIN_OFFS = """
SELECT c.id, c.name, min(s.source) AS source, min(s.source_id) AS source_id, min(s.year) AS year, min(s.field) AS field,
    list(DISTINCT p.id ORDER BY p.id) AS parents, list(DISTINCT p.name ORDER BY p.name) AS parent_names,
    any_value(t.tags) AS tags
FROM spin_off AS s
JOIN curated_party AS x ON x.record_type = 'spin_off' AND x.row_id = s.id AND x.role = 'company'
JOIN organisation AS c ON c.id = x.organisation_id
JOIN curated_party AS y ON y.record_type = 'spin_off' AND y.row_id = s.id AND y.role = 'parent'
JOIN organisation AS p ON p.id = y.organisation_id
LEFT JOIN (SELECT id, list(code ORDER BY code) AS tags FROM organisation_tag GROUP BY id) AS t ON t.id = c.id
WHERE c.state NOT IN ('dissolved', 'insolvent', 'merged', 'dormant') AND (? = '' OR p.id = ?)
GROUP BY c.id, c.name ORDER BY c.id
"""
