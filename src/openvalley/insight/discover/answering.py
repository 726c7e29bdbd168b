"""Research near the market as an answer: organisations by their index, or results with the way to their owners."""

from collections.abc import Mapping, Sequence
from typing import Any

from openvalley.atlas.reader import Atlas
from openvalley.atlas.remembering import remembered
from openvalley.insight.answer import Answer, Citation, Item, Statement
from openvalley.insight.called import called
from openvalley.insight.discover.nearness import ELSEWHERE, Researcher, index, newest_year, recent_since, researchers
from openvalley.insight.discover.request import DiscoverRequest
from openvalley.insight.discover.results import Result, results
from openvalley.insight.needs import understood
from openvalley.insight.subjects import DEAD, SPEAKING_FOR_OTHERS, organisation_meant
from openvalley.vocabulary.programmes import part_of
from openvalley.vocabulary.terms import Vocabulary

METHOD = "discover-2"
#: Programme parts whose growth is told, the projects that each must have had, and the years on each side.
_GROWING, _FEWEST, _YEARS = 5, 8, 3
#: A share that is so many times what it was has grown.
_GROWN = 1.1
#: Owners of a result that its evidence names; ``values`` lists all.
_OWNERS = 3
#: Organisations that work with a technology of the topic, of which so many are named.
_FIRST = 5
#: Kinds that pay for research or speak for others, and do none themselves.
_NOT_RESEARCHING = (*SPEAKING_FOR_OTHERS, "funder", "government", "agency", "federation", "regulator",
                    "cluster-organisation")

#: A technology-transfer office: its id and name, and the row that says whose it is.
_Contact = Mapping[str, str]


def discover(atlas: Atlas, request: DiscoverRequest) -> Answer:
    """Find research near the market: research organisations of the region by an index, or results of one or on a topic.

    Without topic and organisation each item is a research organisation; its ``values`` are ``projects`` (all that it
    has), ``life_science`` (of them those of the life sciences), of the latter what
    `openvalley.insight.discover.nearness.Work` says, ``others_with_companies`` (of the others those with a company)
    and ``contact`` (its technology-transfer office; null unknown).
    Else each is a project, trial or spin-off; its ``values`` are its facts, ``owners`` and ``contact``.
    ``figures["growing"]`` are parts of programmes by their share in the region's projects in the life sciences of the
    last years against that in those before.

    Raises:
        BadInput: an ambiguous organisation, or a topic without a word.
        UnknownIdentity: no such organisation.

    """
    request.check()
    organisation = organisation_meant(atlas, request.organisation) if request.organisation.strip() else None
    topic = understood(request.topic, "topic") if request.topic.strip() else None
    asked = {"topic": request.topic, "organisation": organisation.id if organisation else None, "limit": request.limit}
    if topic is None and organisation is None and not _has_projects(atlas):
        return Answer("discover", asked, METHOD, atlas.version, cannot_tell=Statement("discover.no_projects"))
    contacts = remembered(atlas, "discover.contacts", lambda: _contacts(atlas))
    figures = {"growing": remembered(atlas, "discover.growing", lambda: _growing(atlas))}
    if topic is None and organisation is None:
        found = remembered(atlas, "discover.organisations", lambda: _organisations(atlas, contacts))
        return Answer("discover", asked, METHOD, atlas.version, items=found[:request.limit], total=len(found),
                      summary=_growth(figures["growing"]), score_means=Statement("discover.index_means"),
                      caveats=_caveats(atlas), figures=figures)
    held = results(atlas, organisation.id if organisation else None, topic)
    workers = [] if topic is None or organisation is not None else _workers(atlas, topic.of(Vocabulary.PLATFORM))
    if not held:
        return Answer("discover", asked, METHOD, atlas.version, cannot_tell=Statement("discover.nothing"),
                      summary=workers, caveats=_caveats(atlas), figures=figures)
    return Answer("discover", asked, METHOD, atlas.version,
                  items=_results(atlas, held[:request.limit], contacts, named=organisation is None), total=len(held),
                  summary=[_counted(held), *workers], score_means=Statement("discover.score_means"),
                  caveats=_caveats(atlas), figures=figures)


def _has_projects(atlas: Atlas) -> bool:
    return bool(atlas.rows("SELECT 1 FROM project LIMIT 1"))


def _workers(atlas: Atlas, platforms: Sequence[str]) -> list[Statement]:
    """Say which organisations of the region work with the technologies of a topic, whatever results of it are known."""
    told: list[Statement] = []
    for platform in platforms:
        rows = atlas.rows(_WORKERS, [platform, platform, list(DEAD), list(SPEAKING_FOR_OTHERS)])
        if rows:
            told.append(Statement("discover.workers", {
                "platform": platform, "organisations": len(rows), "names": [
                    called(atlas, row["id"], row["name"]) for row in rows[:_FIRST]],
            }, [Citation(row["id"], row["source"], row["source_id"], row["property"]) for row in rows[:_FIRST]]))
    return told


#: By a tag of its own or by a capability; who does research first, then those with most projects in the life sciences.
_WORKERS = """
WITH said AS (
    SELECT subject AS id, source, source_id, 'platform' AS property FROM claim
    WHERE property = 'platform' AND value = ? AND wins
    UNION ALL SELECT p.organisation_id, c.source, c.source_id, NULL FROM capability AS c
        JOIN curated_party AS p ON p.record_type = 'capability' AND p.row_id = c.id WHERE c.modality = ?
)
SELECT o.id, o.name, any_value(s.source ORDER BY s.source_id) AS source, any_value(s.source_id ORDER BY s.source_id)
    AS source_id, any_value(s.property ORDER BY s.source_id) AS property
FROM said AS s JOIN organisation AS o ON o.id = s.id
WHERE o.in_region AND o.named AND o.state NOT IN (SELECT unnest(?)) AND o.kind NOT IN (SELECT unnest(?))
GROUP BY o.id, o.name, o.kind, o.life_science_projects
ORDER BY o.kind IN ('university', 'research-institute', 'university-hospital') DESC, o.life_science_projects DESC,
    o.name, o.id
"""


def _organisations(atlas: Atlas, contacts: Mapping[str, _Contact]) -> list[Item]:
    """Return the living research organisations of the region, the nearest first."""
    names = {row["id"]: called(atlas, row["id"], row["name"]) for row in atlas.rows(
        "SELECT id, name FROM organisation WHERE in_region AND in_scope AND named AND projects > 0 "
        "AND state NOT IN (SELECT unnest(?)) AND kind NOT IN (SELECT unnest(?))", [list(DEAD), list(_NOT_RESEARCHING)])}
    since = recent_since(atlas)
    found = [one for one in researchers(atlas) if one.id in names and one.living.projects]
    scored = sorted(zip(index(found).tolist(), found, strict=True), key=lambda pair: (-pair[0], pair[1].id))
    return [Item(one.id, "organisation", names[one.id], round(score, 4), _told(one, since, contacts.get(one.id)),
                 {"projects": one.projects, "life_science": one.living.projects, "recent": one.living.recent,
                  "with_companies": one.living.with_companies, "company_share": round(one.living.company_share, 3),
                  "applied": one.living.applied, "industrial": one.living.industrial, "partners": one.living.partners,
                  "money": round(one.living.money, 2), "newest": one.living.newest,
                  "others_with_companies": one.others.with_companies,
                  "contact": contacts[one.id]["id"] if one.id in contacts else None})
            for score, one in scored]


def _told(one: Researcher, since: int, contact: _Contact | None) -> list[Statement]:
    """Say what the index rests on: the projects in the life sciences and their share first, the others last."""
    cited = [Citation(one.id, "cordis")]
    living, others = one.living, one.others
    code = "life_science" if one.projects > 1 else "life_science_one"
    told = [Statement(f"discover.{code}", {"projects": living.projects, "of": one.projects,
                                                "share": living.projects / one.projects}, cited),
            Statement("discover.companies", {"projects": living.with_companies, "of": living.projects}, cited),
            Statement("discover.applied", {"projects": living.applied, "industrial": living.industrial}, cited),
            Statement("discover.recent", {"projects": living.recent, "since": str(since),
                                          "newest": str(living.newest)}, cited)]
    if others.projects:
        told.append(Statement("discover.others", {"projects": others.with_companies, "of": others.projects,
                                                  "counts": ELSEWHERE}, cited))
    return [*told, *([_way(contact)] if contact else [])]


def _way(contact: _Contact) -> Statement:
    return Statement("discover.contact", {"name": contact["name"]}, [
        Citation(contact["id"], contact["source"], contact["source_id"], "parent")])


def _results(atlas: Atlas, held: Sequence[Result], contacts: Mapping[str, _Contact], *,
             named: bool) -> list[Item]:
    """Return results as items; ``named`` says whether the evidence names whose they are."""
    owners = sorted({owner for result in held for owner in result.owners})
    names = {row["id"]: called(atlas, row["id"], row["name"]) for row in atlas.rows(
        "SELECT id, name FROM organisation WHERE id IN (SELECT unnest(?))", [owners])} if owners else {}
    return [_result(result, contacts, names if named else {}) for result in held]


def _result(result: Result, contacts: Mapping[str, _Contact], names: Mapping[str, str]) -> Item:
    cited = [Citation(result.id, result.source, result.source_id)]
    facts = result.facts
    told = {"project": _of_project, "trial": _of_trial, "organisation": _of_spin_off}[result.type](facts)
    whose = [names[owner] for owner in result.owners if owner in names][:_OWNERS]
    if whose and result.type != "organisation":
        told.insert(0, ("sponsored" if result.type == "trial" else "held", {"owners": whose}))
    evidence = [Statement(f"discover.{code}", values, cited) for code, values in told]
    contact = next((contacts[owner] for owner in result.owners if owner in contacts), None)
    if contact:
        evidence.append(_way(contact))
    return Item(result.id, result.type, result.name, result.score, evidence,
                {**facts, "owners": list(result.owners), "contact": contact["id"] if contact else None})


_Told = list[tuple[str, dict[str, Any]]]


def _of_project(facts: Mapping[str, Any]) -> _Told:
    alone = "company_alone" if facts["companies"] else "other_alone"
    told: _Told = [("in_project" if facts["places"] > 1 else alone, {
        "companies": facts["companies"], "places": facts["places"]})]
    if facts["part"]:
        told.append(("industrial_part" if facts["industrial"] else "applied_part", {"part": facts["part"]}))
    if facts["day"]:
        told.append(("began", {"day": facts["day"]}))
    return [*told, *([] if facts["text"] else [("no_text", {})])]


def _of_trial(facts: Mapping[str, Any]) -> _Told:
    told: _Told = [("academic_trial", {"phases": facts["phases"]}) if facts["phases"]
                   else ("academic_trial_unphased", {})]
    if facts["state"]:
        told.append(("trial_state", {"state": facts["state"]}))
    starts = "planned" if facts["state"] == "not-yet-recruiting" else "began"
    return [*told, *([(starts, {"day": facts["day"]})] if facts["day"] else [])]


def _of_spin_off(facts: Mapping[str, Any]) -> _Told:
    code = "spin_off" if facts["year"] else "spin_off_undated"
    return [(code, {"parents": facts["parents"], "year": str(facts["year"])})]


def _contacts(atlas: Atlas) -> dict[str, _Contact]:
    """Return the technology-transfer office of each organisation that has one, or whose parent does."""
    own = {row["parent"]: {**row, "name": called(atlas, row["id"], row["name"])} for row in atlas.rows("""
        SELECT o.parent, o.id, o.name, c.source, c.source_id FROM organisation AS o
        JOIN claim AS c ON c.subject = o.id AND c.property = 'parent' AND c.wins
        WHERE o.kind = 'technology-transfer-office' AND o.state = 'active' AND o.parent IS NOT NULL
        QUALIFY row_number() OVER (PARTITION BY o.parent ORDER BY o.id, c.source, c.source_id) = 1""")}
    below = {row["id"]: own[row["parent"]] for row in atlas.rows(
        "SELECT id, parent FROM organisation WHERE parent IN (SELECT unnest(?))", [list(own)])} if own else {}
    return {**below, **own}


def _growing(atlas: Atlas) -> list[dict[str, Any]]:
    """Return parts of programmes by how their share in the region's projects of three years grew from the three before.

    Projects are those of the life sciences, as in the list. A register begins and ends at some time, so numbers alone
    would grow or shrink with it; shares do not.
    """
    last = newest_year(atlas)
    rows = atlas.rows("""
        WITH mine AS (
            SELECT DISTINCT p.project_id FROM participation AS p JOIN organisation AS o ON o.id = p.organisation_id
            JOIN life_science_project AS l ON l.project_id = p.project_id WHERE o.in_region
        ), dated AS (
            SELECT j.id, year(j.start_date) > ? AS late FROM mine AS m JOIN project AS j ON j.id = m.project_id
            WHERE year(j.start_date) BETWEEN ? AND ?
        ), whole AS (SELECT count(*) FILTER (late) AS lately, count(*) FILTER (NOT late) AS before FROM dated)
        SELECT c.code, count(*) FILTER (d.late) AS lately, count(*) FILTER (NOT d.late) AS before,
            w.lately AS of_lately, w.before AS of_before
        FROM dated AS d JOIN project_code AS c ON c.project_id = d.id AND c.scheme = 'legal_basis', whole AS w
        GROUP BY ALL HAVING count(*) >= ? ORDER BY c.code""", [last - _YEARS, last - 2 * _YEARS + 1, last, _FEWEST])
    found = [{**row, "from": last - _YEARS + 1, "until": last} for row in rows if row["of_lately"] and row["of_before"]]
    return sorted(found, key=lambda row: (
        -(row["lately"] + 1) / row["of_lately"] * row["of_before"] / (row["before"] + 1), row["code"]))


def _growth(growing: Sequence[Mapping[str, Any]]) -> list[Statement]:
    grown = [row for row in growing
             if row["lately"] / row["of_lately"] > _GROWN * row["before"] / row["of_before"]][:_GROWING]
    return [Statement("discover.growing", {
        "part": part_of(row["code"]) or row["code"], "lately": row["lately"], "before": row["before"],
        "share": row["lately"] / row["of_lately"], "share_before": row["before"] / row["of_before"],
        "from": str(row["from"]), "until": str(row["until"])}) for row in grown]


def _counted(held: Sequence[Result]) -> Statement:
    kinds = {kind: sum(result.type == kind for result in held) for kind in ("project", "trial", "organisation")}
    return Statement("discover.count", {"projects": kinds["project"], "trials": kinds["trial"],
                                        "spin_offs": kinds["organisation"]})


def _caveats(atlas: Atlas) -> list[Statement]:
    """Say of how many projects text and scheme are missing: they cannot be found by words, nor told by their type."""
    if not _has_projects(atlas):
        return [Statement("discover.pack_alone"), Statement("discover.not_products")]
    (row,) = remembered(atlas, "discover.silent", lambda: atlas.rows("""
        SELECT count(*) AS projects, count(*) FILTER (coalesce(title, objective) IS NULL) AS silent,
            count(*) FILTER (funding_scheme IS NULL) AS schemeless FROM project"""))
    return [Statement("discover.silent", {"share": row["silent"] / max(row["projects"], 1),
                                          "schemeless": row["schemeless"] / max(row["projects"], 1)}),
            Statement("discover.not_products")]
