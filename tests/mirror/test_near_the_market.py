"""Research near the market on the whole mirror: in twenty golden cases every number of a sentence is counted anew."""

import pytest

from openvalley.insight.discover import DiscoverRequest, discover
from openvalley.insight.discover.nearness import ELSEWHERE
from openvalley.insight.subjects import DEAD
from openvalley.vocabulary.programmes import part_of
from told import assert_counted

pytestmark = pytest.mark.mirror

_GOLDEN = [
    {"organisation": "KU Leuven"}, {"organisation": "Ghent University"}, {"organisation": "VIB"},
    {"organisation": "imec"}, {"organisation": "University of Antwerp"}, {"organisation": "Vrije Universiteit Brussel"},
    {"organisation": "UCLouvain"}, {"organisation": "Antwerp University Hospital"}, {"organisation": "Sciensano"},
    {"organisation": "Institute of Tropical Medicine Antwerp"}, {"organisation": "Ghent University Hospital"},
    {"organisation": "University of Liège"}, {"topic": "CAR-T"}, {"topic": "sclérose en plaques"},
    {"topic": "mRNA vaccin"}, {"topic": "COVID-19 treatment"}, {"topic": "vaccins"},
    {"topic": "digital health"}, {"topic": "multiple sclerosis", "organisation": "Hasselt University"},
    {"topic": "microbiome"},
]
_FIRST, _BEFORE, _LAST = 2014, 2016, 2019


def _one(atlas, query, *values):
    (row,) = atlas.rows(query, list(values))
    return row


def _project(atlas, item, statement):
    if statement.code == "discover.in_project":
        return _one(atlas, """
            SELECT sum((activity_type = 'PRC')::INTEGER)::INTEGER AS companies, count(*) AS places FROM participation
            WHERE project_id = ?""", item.id)
    if statement.code == "discover.began":
        return _one(atlas, "SELECT start_date AS day FROM project WHERE id = ?", item.id)
    return {}


def _trial(atlas, item, statement):
    if statement.code in {"discover.began", "discover.planned"}:
        return _one(atlas, "SELECT start_date AS day FROM trial WHERE id = ?", item.id)
    return {}


def _spin_off(atlas, item, statement):
    if statement.code == "discover.spin_off":
        return _one(atlas, """
            SELECT min(s.year)::VARCHAR AS year FROM spin_off AS s JOIN curated_party AS p ON p.row_id = s.id
            WHERE p.record_type = 'spin_off' AND p.role = 'company' AND p.organisation_id = ?""", item.id)
    return {}


@pytest.mark.parametrize("asked", _GOLDEN, ids=[" ".join(asked.values()) for asked in _GOLDEN])
def test_every_number_in_a_sentence_is_that_of_its_rows(atlas, asked):
    answer = discover(atlas, DiscoverRequest(**asked, limit=200))
    assert answer.cannot_tell is None
    anew = {"project": _project, "trial": _trial, "organisation": _spin_off}
    for item in answer.items:
        assert item.evidence
        for statement in item.evidence:
            assert_counted(statement, anew[item.type](atlas, item, statement))
    kinds = [item.type for item in answer.items]
    assert answer.total == len(kinds)
    counted, *workers = answer.summary
    for statement in workers:
        assert_counted(statement, _one(atlas, """
            SELECT count(*) AS organisations FROM organisation WHERE in_region AND named
                AND state NOT IN (SELECT unnest(?)) AND kind <> 'european-association' AND (
                id IN (SELECT id FROM organisation_tag WHERE vocabulary = 'platform' AND code = ?)
                OR id IN (SELECT p.organisation_id FROM curated_party AS p JOIN capability AS c ON c.id = p.row_id
                          WHERE p.record_type = 'capability' AND c.modality = ?))
        """, list(DEAD), statement.values["platform"], statement.values["platform"]))
    assert_counted(counted, {"projects": kinds.count("project"), "trials": kinds.count("trial"),
                             "spin_offs": kinds.count("organisation")})
    missing = _one(atlas, """
        SELECT avg((title IS NULL AND objective IS NULL)::INTEGER) AS share,
            avg((funding_scheme IS NULL)::INTEGER) AS schemeless FROM project""")
    assert_counted(answer.caveats[0], missing)


@pytest.mark.parametrize("key", ["ku-leuven", "ugent", "imec", "vub", "vito", "uantwerpen", "vib", "sciensano"])
def test_the_index_tells_of_its_projects(atlas, key):
    known = _one(atlas, "SELECT id FROM identity WHERE source = 'pack-belgium' AND source_id = ?", key)["id"]
    (item,) = [item for item in discover(atlas, DiscoverRequest(limit=100)).items if item.id == known]
    own = "SELECT DISTINCT project_id FROM participation WHERE organisation_id = ?"
    with_company = "SELECT project_id FROM participation WHERE activity_type = 'PRC'"
    under = "SELECT project_id FROM project_code WHERE scheme = 'legal_basis' AND regexp_matches(code, ?)"
    living, others = (_one(atlas, f"""
        SELECT count(*) AS projects, count(*) FILTER (id IN ({with_company})) AS with_companies,
            count(*) FILTER (id IN ({under})) AS applied, count(*) FILTER (id IN ({under})) AS industrial,
            count(*) FILTER (start_date >= DATE '2018-01-01') AS recent, year(max(start_date))::VARCHAR AS newest
        FROM project WHERE id IN ({own}) AND start_date IS NOT NULL AND (id IN (SELECT project_id
            FROM life_science_project)) = ?
    """, r"^(H2020-EU\.3\.|HORIZON\.2\.)", r"^(H2020-EU\.2\.[13]|HORIZON\.2\.4|HORIZON\.3\.)", known, of_life)
                      for of_life in (True, False))
    every = living["projects"] + others["projects"]
    anew = {
        "discover.life_science": {"projects": living["projects"], "of": every, "share": living["projects"] / every},
        "discover.companies": {"projects": living["with_companies"], "of": living["projects"]},
        "discover.applied": {"projects": living["applied"], "industrial": living["industrial"]},
        "discover.recent": {"projects": living["recent"], "since": "2018", "newest": living["newest"]},
        "discover.others": {"projects": others["with_companies"], "of": others["projects"], "counts": ELSEWHERE}}
    for statement in item.evidence:
        if statement.code in anew:
            assert_counted(statement, anew[statement.code])
    assert {statement.code for statement in item.evidence} >= set(anew)


def test_whose_projects_are_mostly_of_other_fields_stands_behind_who_works_in_the_life_sciences(atlas):
    items = discover(atlas, DiscoverRequest(limit=100)).items
    share = {item.id: item.values["life_science"] / item.values["projects"] for item in items}
    place = {item.name: at for at, item in enumerate(items)}
    imec = next(item for item in items if item.name == "imec")
    assert share[imec.id] < 0.05
    assert place["imec"] > max(place[name] for name in ("KU Leuven", "Ghent University", "University of Antwerp"))


def test_growth_is_that_of_shares(atlas):
    rows = atlas.rows("""
        SELECT DISTINCT j.id, year(j.start_date) AS year FROM project AS j
        JOIN participation AS p ON p.project_id = j.id
        JOIN organisation AS o ON o.id = p.organisation_id WHERE o.in_region AND j.start_date IS NOT NULL
            AND j.id IN (SELECT project_id FROM life_science_project)""")
    late = {row["id"] for row in rows if _BEFORE < row["year"] <= _LAST}
    early = {row["id"] for row in rows if _FIRST <= row["year"] <= _BEFORE}
    codes = atlas.rows("SELECT DISTINCT project_id, code FROM project_code WHERE scheme = 'legal_basis'")
    told = discover(atlas, DiscoverRequest()).summary
    assert told
    for statement in told:
        parts = {row["code"] for row in codes if part_of(row["code"]) == statement.values["part"]}
        found = []
        for code in parts:
            under = {row["project_id"] for row in codes if row["code"] == code}
            found.append((len(under & late), len(under & early)))
        assert (statement.values["lately"], statement.values["before"]) in found
        lately, before = statement.values["lately"], statement.values["before"]
        assert_counted(statement, {
            "lately": lately, "before": before, "share": lately / len(late), "share_before": before / len(early),
            "from": str(_BEFORE + 1), "until": str(_LAST)})
        assert lately / len(late) > before / len(early)


def test_only_the_living_who_do_research_and_each_result_once(atlas):
    ids = [item.id for item in discover(atlas, DiscoverRequest(limit=100)).items]
    assert atlas.rows("SELECT id FROM organisation WHERE id IN (SELECT unnest(?)) AND (state IN (SELECT unnest(?)) "
                      "OR kind IN ('funder', 'european-association', 'federation') OR life_science_projects = 0)",
                      [ids, list(DEAD)]) == []
    found = discover(atlas, DiscoverRequest(topic="multiple sclerosis", limit=200)).items
    names = [item.name.lower() for item in found]
    assert len(names) == len(set(names))
