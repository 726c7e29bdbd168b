"""Research near the market as an answer: organisations by their index, or results with the way to their owners."""

from collections.abc import Mapping, Sequence
from typing import Any

from openvalley.atlas.reader import Atlas
from openvalley.insight.answer import Answer, Citation, Item, Statement
from openvalley.insight.discover.nearness import Researcher, index, researchers
from openvalley.insight.discover.request import DiscoverRequest
from openvalley.insight.discover.results import Result, results
from openvalley.insight.needs import understood
from openvalley.insight.subjects import DEAD, organisation_meant
from openvalley.vocabulary.programmes import part_of

METHOD = "discover-1"
#: Programme parts whose growth is told, and the projects that each must have had.
_GROWING, _FEWEST = 5, 8


def discover(atlas: Atlas, request: DiscoverRequest) -> Answer:
    """Find research near the market: research organisations of the region by an index, or results of one or on a topic.

    Without topic and organisation each item is a research organisation; its ``values`` are those of
    `openvalley.insight.discover.nearness.Researcher` and ``contact`` (its technology-transfer office; null unknown).
    Else each is a project, trial or spin-off; its ``values`` are its facts, ``owners`` and ``contact``.
    ``figures["growing"]`` are parts of programmes by the region's projects of the last years against those before.

    Raises:
        BadInput: an ambiguous organisation, or a topic without a word.
        UnknownIdentity: no such organisation.

    """
    request.check()
    organisation = organisation_meant(atlas, request.organisation) if request.organisation.strip() else None
    topic = understood(request.topic, "topic") if request.topic.strip() else None
    asked = {"topic": request.topic, "organisation": organisation.id if organisation else None, "limit": request.limit}
    if not atlas.rows("SELECT 1 FROM project LIMIT 1"):
        return Answer("discover", asked, METHOD, atlas.version, cannot_tell=Statement("discover.no_projects"))
    contacts = _contacts(atlas)
    figures = {"growing": _growing(atlas)}
    if topic is None and organisation is None:
        found = _organisations(atlas, contacts)
        return Answer("discover", asked, METHOD, atlas.version, items=found[:request.limit], total=len(found),
                      summary=_growth(figures["growing"]), score_means=Statement("discover.index_means"),
                      caveats=_caveats(atlas), figures=figures)
    held = results(atlas, organisation.id if organisation else None, topic)
    if not held:
        return Answer("discover", asked, METHOD, atlas.version, cannot_tell=Statement("discover.nothing"),
                      caveats=_caveats(atlas), figures=figures)
    return Answer("discover", asked, METHOD, atlas.version,
                  items=[_result(result, contacts) for result in held[:request.limit]], total=len(held),
                  summary=[_counted(held)], score_means=Statement("discover.score_means"), caveats=_caveats(atlas),
                  figures=figures)


def _organisations(atlas: Atlas, contacts: Mapping[str, tuple[str, str]]) -> list[Item]:
    """Return the living research organisations of the region, the nearest first."""
    names = {row["id"]: row["name"] for row in atlas.rows(
        "SELECT id, name FROM organisation WHERE in_region AND in_scope AND named AND projects > 0 "
        "AND state NOT IN (SELECT unnest(?)) AND kind <> 'european-association'", [list(DEAD)])}
    found = [one for one in researchers(atlas) if one.id in names]
    scored = sorted(zip(index(found).tolist(), found, strict=True), key=lambda pair: (-pair[0], pair[1].id))
    return [Item(one.id, "organisation", names[one.id], round(score, 4), _told(one, contacts.get(one.id)),
                 {"projects": one.projects, "recent": one.recent, "with_companies": one.with_companies,
                  "company_share": round(one.company_share, 3), "applied": one.applied, "industrial": one.industrial,
                  "partners": one.partners, "money": round(one.money, 2), "newest": one.newest,
                  "contact": contacts[one.id][0] if one.id in contacts else None})
            for score, one in scored]


def _told(one: Researcher, contact: tuple[str, str] | None) -> list[Statement]:
    cited = [Citation(one.id, "cordis")]
    told = [Statement("discover.companies", {"projects": one.with_companies, "of": one.projects}, cited),
            Statement("discover.applied", {"projects": one.applied, "industrial": one.industrial}, cited),
            Statement("discover.recent", {"projects": one.recent, "newest": str(one.newest)}, cited)]
    return [*told, *([Statement("discover.contact", {"name": contact[1]})] if contact else [])]


def _result(result: Result, contacts: Mapping[str, tuple[str, str]]) -> Item:
    cited = [Citation(result.id, result.source, result.source_id)]
    facts = result.facts
    evidence: list[Statement] = []
    if result.type == "project":
        evidence.append(Statement("discover.in_project", {"companies": facts["companies"], "places": facts["places"]},
                                  cited))
        if facts["industrial"] or facts["applied"]:
            code = "discover.industrial_part" if facts["industrial"] else "discover.applied_part"
            evidence.append(Statement(code, {}, cited))
        if facts["day"]:
            evidence.append(Statement("discover.began", {"day": facts["day"]}, cited))
        if not facts["text"]:
            evidence.append(Statement("discover.no_text", {}, cited))
    elif result.type == "trial":
        evidence.append(Statement("discover.academic_trial", {"phases": facts["phases"] or ["NA"]}, cited))
    else:
        code = "discover.spin_off" if facts["year"] else "discover.spin_off_undated"
        evidence.append(Statement(code, {"parents": facts["parents"], "year": str(facts["year"])}, cited))
    contact = next((contacts[owner] for owner in result.owners if owner in contacts), None)
    if contact:
        evidence.append(Statement("discover.contact", {"name": contact[1]}))
    return Item(result.id, result.type, result.name, result.score, evidence,
                {**facts, "owners": list(result.owners), "contact": contact[0] if contact else None})


def _contacts(atlas: Atlas) -> dict[str, tuple[str, str]]:
    """Return the technology-transfer office of each organisation that has one: its id and name."""
    return {row["parent"]: (row["id"], row["name"]) for row in atlas.rows("""
        SELECT parent, min(id) AS id, arg_min(name, id) AS name FROM organisation
        WHERE kind = 'technology-transfer-office' AND parent IS NOT NULL AND state = 'active' GROUP BY parent""")}


def _growing(atlas: Atlas) -> list[dict[str, Any]]:
    """Return parts of programmes by how the region's projects of the last three years compare with the three before."""
    return atlas.rows("""
        WITH mine AS (
            SELECT DISTINCT p.project_id FROM participation AS p JOIN organisation AS o ON o.id = p.organisation_id
            WHERE o.in_region
        ), dated AS (
            SELECT c.code, j.id, year(j.start_date) AS year FROM mine AS m JOIN project AS j ON j.id = m.project_id
            JOIN project_code AS c ON c.project_id = j.id AND c.scheme = 'legal_basis' WHERE j.start_date IS NOT NULL
        ), last AS (SELECT quantile_disc(year, 0.99) AS year FROM dated)
        SELECT d.code, count(*) FILTER (d.year > l.year - 3) AS lately,
            count(*) FILTER (d.year BETWEEN l.year - 5 AND l.year - 3) AS before
        FROM dated AS d, last AS l GROUP BY d.code HAVING count(*) >= ?
        ORDER BY (lately + 1) / (before + 1) DESC, d.code""", [_FEWEST])


def _growth(growing: Sequence[Mapping[str, Any]]) -> list[Statement]:
    grown = [row for row in growing if row["lately"] > row["before"]][:_GROWING]
    return [Statement("discover.growing", {"part": part_of(row["code"]) or row["code"], "lately": row["lately"],
                                           "before": row["before"]})
            for row in grown]


def _counted(held: Sequence[Result]) -> Statement:
    kinds = {kind: sum(result.type == kind for result in held) for kind in ("project", "trial", "organisation")}
    return Statement("discover.count", {"projects": kinds["project"], "trials": kinds["trial"],
                                        "spin_offs": kinds["organisation"]})


def _caveats(atlas: Atlas) -> list[Statement]:
    """Say of how many projects text and scheme are missing: they cannot be found by words, nor told by their type."""
    (row,) = atlas.rows("""
        SELECT count(*) AS projects, count(*) FILTER (coalesce(title, objective) IS NULL) AS silent,
            count(*) FILTER (funding_scheme IS NULL) AS schemeless FROM project""")
    return [Statement("discover.silent", {"share": row["silent"] / max(row["projects"], 1),
                                          "schemeless": row["schemeless"] / max(row["projects"], 1)}),
            Statement("discover.not_products")]
