"""Results: projects, trials and spin-offs that are near the market, with what speaks for each."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from openvalley.atlas.reader import Atlas
from openvalley.atlas.remembering import remembered
from openvalley.insight.called import called
from openvalley.insight.discover.nearness import APPLIED, INDUSTRIAL
from openvalley.insight.discover.topics import Rarity, Topic, stems_of
from openvalley.insight.needs import Need
from openvalley.insight.subjects import DEAD
from openvalley.resolve.normalise import fold
from openvalley.vocabulary.programmes import part_of

#: What speaks for a project: companies among its participants, the part of the programme, and how lately it began.
_COMPANIES, _INDUSTRIAL, _APPLIED, _RECENT = 0.4, 0.25, 0.15, 0.2
#: A project or trial that began so many years before the newest counts as old.
_OLD_YEARS = 8
#: What an academic trial is worth by its phase: the later, the nearer.
_PHASES = {"EARLY_PHASE1": 0.35, "PHASE1": 0.4, "PHASE2": 0.6, "PHASE3": 0.8, "PHASE4": 0.9}
_SPIN_OFF = 0.9
#: What a trial is worth whose phase no register tells, or that has none: of a device, an app, a way of care.
_UNTOLD = 0.3
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


def results(atlas: Atlas, organisation: str | None, asked: Need | None) -> list[Result]:
    """Return the results of one organisation, or of the region about a topic (or both), the nearest first."""
    held = _read(atlas, organisation) if organisation else _of_region(atlas)
    found = [entry.result for entry in held]
    if asked is not None:
        topic = Topic(asked, remembered(atlas, "discover.rarity", lambda: Rarity(
            [entry.stems for entry in _of_region(atlas)])))
        found = [entry.result for entry in held if topic.fits(entry.stems, entry.tags)]
    return sorted(found, key=lambda result: (-result.score, result.id))


def _of_region(atlas: Atlas) -> Sequence["_Held"]:
    return remembered(atlas, "discover.held", lambda: _read(atlas, ""))


@dataclass(frozen=True)
class _Held:
    """A result with what tells whether it is about a topic: the stems of its texts, and its tags."""

    result: Result
    stems: frozenset[str]
    tags: Collection[str] = ()


def _read(atlas: Atlas, who: str) -> list[_Held]:
    """Return the results of one organisation (by its id), or of the region (empty)."""
    (newest,) = atlas.rows("SELECT max(start_date) AS day FROM project")
    day = newest["day"] or date(1900, 1, 1)
    held = [_Held(_project(row, day), stems_of([row["acronym"], row["title"], row["objective"], row["topics"]]))
            for row in atlas.rows(_PROJECTS, [who, who])]
    held += [_Held(_trial(row, day), stems_of([row["title"], row["summary"], row["said"]]))
             for row in _once(atlas.rows(_TRIALS, [list(INDUSTRY), who, who]))]
    return held + [_Held(_spin_off(atlas, row), stems_of([row["field"]]), row["tags"] or ())
                   for row in atlas.rows(_SPIN_OFFS, [list(DEAD), list(DEAD), who, who])]


def _once(rows: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return trials without their twins in other registers: same sponsor and start, and one title begins the other."""
    kept: dict[tuple[Any, ...], list[tuple[str, dict[str, Any]]]] = {}
    for row in rows:
        same = kept.setdefault((*row["sponsors"], row["start_date"] or row["id"]), [])
        title = fold(row["title"] or row["id"])
        if not any(title.startswith(other) or other.startswith(title) for other, _ in same):
            same.append((title, row))
    return [row for same in kept.values() for _, row in same]


def _project(row: dict[str, Any], newest: date) -> Result:
    share = row["companies"] / row["places"]
    industrial, applied = row["industrial"] is not None, row["applied"] is not None
    score = _COMPANIES * min(2 * share, 1.0) + _INDUSTRIAL * industrial + _APPLIED * applied \
        + _RECENT * _freshness(row["start_date"], newest)
    code = row["industrial"] or row["applied"]
    facts = {"companies": row["companies"], "places": row["places"], "industrial": industrial, "applied": applied,
             "part": (part_of(code) or code) if code else None, "day": row["start_date"], "text": bool(row["title"])}
    name = row["acronym"] or row["title"] or f"{row['programme']} {row['source_id']}"
    if row["acronym"] and row["title"]:
        name = f"{row['acronym']}: {row['title']}"
    return Result(row["id"], "project", name, round(score, 4), facts, row["owners"], row["source"], row["source_id"])


def _trial(row: dict[str, Any], newest: date) -> Result:
    phase = max((_PHASES.get(phase, _UNTOLD) for phase in row["phases"] or ()), default=_UNTOLD)
    score = phase * (0.7 + 0.3 * _freshness(row["start_date"], newest))
    facts = {"phases": row["phases"] or [], "state": row["state"], "day": row["start_date"]}
    name = row["title"] or row["conditions"] or row["source_id"]
    return Result(row["id"], "trial", name, round(score, 4), facts, row["sponsors"], row["source"], row["source_id"])


def _spin_off(atlas: Atlas, row: dict[str, Any]) -> Result:
    facts = {"parents": [called(atlas, parent["id"], parent["name"]) for parent in row["parents"]],
             "year": row["year"], "field": row["field"]}
    return Result(row["id"], "organisation", called(atlas, row["id"], row["name"]), _SPIN_OFF, facts,
                  [parent["id"] for parent in row["parents"]], row["source"], row["source_id"])


def _freshness(day: date | None, newest: date) -> float:
    """Return 1 for what began with the newest, 0 for what is old or has no date."""
    if day is None:
        return 0.0
    years = (newest - day).days / 365.25
    return min(max(1 - years / _OLD_YEARS, 0.0), 1.0)


_PROJECTS = f"""
WITH mine AS (
    SELECT p.project_id, list(DISTINCT o.id ORDER BY o.id) AS owners
    FROM participation AS p JOIN organisation AS o ON o.id = p.organisation_id
    WHERE o.named AND CASE WHEN ? = '' THEN o.in_region AND p.activity_type IN ('HES', 'REC') ELSE o.id = ? END
    GROUP BY p.project_id
), codes AS (
    SELECT project_id, min(code) FILTER (scheme = 'legal_basis' AND regexp_matches(code, '{INDUSTRIAL}')) AS industrial,
        min(code) FILTER (scheme = 'legal_basis' AND regexp_matches(code, '{APPLIED}')) AS applied,
        string_agg(title, ' ' ORDER BY code) FILTER (scheme <> 'legal_basis') AS topics
    FROM project_code GROUP BY project_id
), whole AS (
    SELECT project_id, count(*) AS places, count(*) FILTER (activity_type = 'PRC') AS companies
    FROM participation GROUP BY project_id
)
SELECT j.id, j.source, j.source_id, j.acronym, j.title, j.objective, j.programme, j.start_date, m.owners, w.places,
    w.companies, c.industrial, c.applied, c.topics
FROM project AS j JOIN life_science_project AS l ON l.project_id = j.id JOIN mine AS m ON m.project_id = j.id
JOIN whole AS w ON w.project_id = j.id LEFT JOIN codes AS c ON c.project_id = j.id ORDER BY j.id
"""
#: Trials of an intervention (what only observes is not on its way to anybody) of which a register tells what they are.
_TRIALS = """
WITH said AS (
    SELECT trial_id, string_agg(term, ' ' ORDER BY kind, term) AS said,
        string_agg(term, ', ' ORDER BY term) FILTER (kind = 'condition') AS conditions
    FROM trial_term WHERE kind IN ('condition', 'keyword', 'intervention') GROUP BY trial_id
)
SELECT t.id, t.source, t.source_id, t.title, t.summary, t.phases, t.state, t.start_date, any_value(s.said) AS said,
    any_value(s.conditions) AS conditions, list(DISTINCT o.id ORDER BY o.id) AS sponsors
FROM trial AS t JOIN trial_party AS y ON y.trial_id = t.id AND y.role = 'sponsor'
JOIN organisation AS o ON o.id = y.organisation_id LEFT JOIN said AS s ON s.trial_id = t.id
WHERE coalesce(t.sponsor_class, '') NOT IN (SELECT unnest(?)) AND coalesce(t.study_type, '') <> 'OBSERVATIONAL'
    AND o.kind NOT IN ('company', 'spin-off', 'cro', 'cmo', 'cdmo', 'service-provider')
    AND coalesce(t.state, '') NOT IN ('withdrawn', 'terminated', 'suspended')
    AND coalesce(t.title, s.conditions) IS NOT NULL
    AND CASE WHEN ? = '' THEN o.in_region ELSE o.id = ? END GROUP BY ALL ORDER BY t.id
"""
#: What was taken over since, by a company that a register holds for the same, is no spin-off any more.
_SPIN_OFFS = """
SELECT c.id, c.name, min(s.source) AS source, min(s.source_id) AS source_id, min(s.year) AS year, min(s.field) AS field,
    list(DISTINCT {'name': p.name, 'id': p.id} ORDER BY {'name': p.name, 'id': p.id}) AS parents,
    any_value(t.tags) AS tags
FROM spin_off AS s
JOIN curated_party AS x ON x.record_type = 'spin_off' AND x.row_id = s.id AND x.role = 'company'
JOIN organisation AS c ON c.id = x.organisation_id
JOIN curated_party AS y ON y.record_type = 'spin_off' AND y.row_id = s.id AND y.role = 'parent'
JOIN organisation AS p ON p.id = y.organisation_id
LEFT JOIN (SELECT id, list(code ORDER BY code) AS tags FROM organisation_tag GROUP BY id) AS t ON t.id = c.id
LEFT JOIN claim AS m ON m.subject = c.id AND m.source = s.source AND m.source_id = s.company AND m.property = 'state'
WHERE c.state NOT IN (SELECT unnest(?)) AND coalesce(m.value, '') NOT IN (SELECT unnest(?)) AND (? = '' OR p.id = ?)
GROUP BY c.id, c.name ORDER BY c.id
"""
