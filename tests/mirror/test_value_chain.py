"""The value chain on the whole mirror: in twenty golden cases every number of a sentence is counted anew by SQL."""

from math import exp, sqrt

import pytest

from openvalley.insight.chain import ChainRequest, chain
from openvalley.insight.subjects import DEAD, SPEAKING_FOR_OTHERS
from openvalley.vocabulary.terms import Vocabulary, terms
from told import assert_counted

pytestmark = pytest.mark.mirror

_GOLDEN = [
    {}, {"region": "BE1"}, {"region": "BE2"}, {"region": "BE3"}, {"region": "BE23"}, {"region": "BE24"},
    {"stage": "manufacturing"}, {"stage": "clinical"}, {"stage": "care"}, {"platform": "cell-therapy"},
    {"platform": "gene-therapy"}, {"platform": "vaccine"}, {"platform": "mrna"}, {"platform": "radiopharmaceutical"},
    {"platform": "medtech", "region": "BE2"}, {"platform": "small-molecule", "stage": "manufacturing"},
    {"compare": ("DK", "NL2")}, {"compare": ("SE", "FR1", "EL")}, {"region": "BE2", "compare": ("BE3", "NL4")},
    {"platform": "diagnostics", "compare": ("DE2", "IE", "UKI")},
]
_ISO = {"EL": "GR", "UK": "GB"}
#: The roles of the region, from the pack's own rows: tags of organisations, and sites.
_ROLES = """
WITH held AS (
    SELECT t.id, t.code AS stage FROM organisation_tag AS t WHERE t.vocabulary = 'stage'
    UNION SELECT p.organisation_id, s.stage FROM (SELECT id, unnest(stages) AS stage FROM site) AS s
        JOIN curated_party AS p ON p.row_id = s.id AND p.record_type = 'site'
), means AS (
    SELECT id, code AS platform FROM organisation_tag WHERE vocabulary = 'platform'
    UNION SELECT p.organisation_id, modality FROM capability AS c JOIN curated_party AS p ON p.row_id = c.id
        WHERE p.record_type = 'capability'
    UNION SELECT p.organisation_id, s.platform FROM (SELECT id, unnest(platforms) AS platform FROM site) AS s
        JOIN curated_party AS p ON p.row_id = s.id AND p.record_type = 'site'
)
SELECT DISTINCT h.id, h.stage, o.verified, o.name, o.city FROM held AS h JOIN organisation AS o ON o.id = h.id
WHERE o.in_region AND o.named AND NOT list_contains(?, o.state) AND NOT list_contains(?, o.kind)
    AND (? = '' OR o.nuts LIKE ? || '%') AND (? = '' OR h.id IN (SELECT id FROM means WHERE platform = ?))
    AND (? = '' OR h.stage = ?)
"""
#: Who shows each kind of evidence: one query a kind, over the register's rows.
_EVIDENCE = {
    "research": """SELECT p.organisation_id AS id FROM participation AS p JOIN life_science_project USING (project_id)
        GROUP BY 1 HAVING count(*) FILTER (activity_type = 'PRC') = 0""",
    "companies": """SELECT DISTINCT p.organisation_id AS id FROM participation AS p
        JOIN life_science_project USING (project_id) WHERE activity_type = 'PRC'""",
    "trial_sites": "SELECT DISTINCT organisation_id AS id FROM trial_site WHERE organisation_id IS NOT NULL",
    "hospitals": """SELECT id FROM organisation WHERE id LIKE 'https://ror.org/%'
        AND kind IN ('university-hospital', 'general-hospital', 'care-provider')""",
}
_HERE = "SELECT count(DISTINCT e.id) AS n FROM ({evidence}) AS e JOIN organisation AS o ON o.id = e.id WHERE {where}"
_EUROPE = "o.country IN (SELECT country FROM region WHERE level = 0 UNION SELECT 'BE')"


@pytest.fixture(scope="module")
def europe(atlas):
    return {kind: atlas.rows(_HERE.format(evidence=query, where=_EUROPE))[0]["n"] for kind, query in _EVIDENCE.items()}


def _of_region(atlas, region):
    where, value = ("o.country = ?", _ISO.get(region, region)) if len(region) == 2 else ("o.nuts LIKE ? || '%'", region)
    return {kind: atlas.rows(_HERE.format(evidence=query, where=where), [value])[0]["n"]
            for kind, query in _EVIDENCE.items()}


def _quotient(here, europe, kind):
    """Return count, quotient and interval; the standard error is that of Katz et al. (1978)."""
    mine, all_mine, theirs, all_theirs = here[kind], sum(here.values()), europe[kind], sum(europe.values())
    ratio = (mine / all_mine) / (theirs / all_theirs)
    error = 1.96 * sqrt(1 / mine - 1 / all_mine + 1 / theirs - 1 / all_theirs)
    return {"count": mine, "quotient": ratio, "low": ratio / exp(error), "high": ratio * exp(error)}


@pytest.mark.parametrize("asked", _GOLDEN, ids=[" ".join(map(str, asked.values())) or "whole" for asked in _GOLDEN])
def test_every_number_in_a_sentence_is_that_of_its_rows(atlas, europe, asked):
    answer = chain(atlas, ChainRequest(**asked, limit=200))
    region, platform, stage = (asked.get(name, "") for name in ("region", "platform", "stage"))
    rows = atlas.rows(_ROLES, [list(DEAD), list(SPEAKING_FOR_OTHERS), region, region, platform, platform, stage, stage])
    named = {item.id.removeprefix("stage:"): item for item in answer.items}
    assert set(named) == ({stage} if stage else set(terms(Vocabulary.STAGE)))
    of_region = {code: _of_region(atlas, code) for code in [region or "BE", *asked.get("compare", ())]}
    for name, item in named.items():
        held = [row for row in rows if row["stage"] == name]
        assert {who["id"] for who in item.values["who"]} == {row["id"] for row in held}
        assert len(item.evidence) >= len(held) + 1, "each organisation has its sentence"
        for statement in item.evidence:
            if statement.code == "chain.stage":
                counted = {"organisations": len(held), "verified": sum(row["verified"] for row in held)}
            elif statement.code == "chain.trial_site":
                (subject,) = {cited.subject for cited in statement.citations}
                (told,) = atlas.rows("SELECT count(DISTINCT trial_id) AS trials FROM trial_site "
                                     "WHERE organisation_id = ?", [subject])
                counted = told
            elif statement.code.startswith("chain.quotient_"):
                counted = _quotient(of_region[statement.values["region"]], europe,
                                    statement.code.removeprefix("chain.quotient_"))
            else:
                counted = {}
            assert_counted(statement, counted)
    for statement in (*answer.summary, *answer.caveats):
        people = {row["id"] for row in rows if row["stage"] == statement.values.get("stage")}
        unverified = {row["id"] for row in rows if not row["verified"]}
        assert_counted(statement, {"chain.thinnest": {"organisations": len(people)},
                                   "chain.thinnest_otherwise": {"organisations": len(people)}, "chain.unverified": {
            "organisations": len(unverified), "of": len({row["id"] for row in rows})}}.get(statement.code, {}))


def test_what_somebody_is_said_to_do_stands_in_its_rows(atlas):
    told = [statement for item in chain(atlas, ChainRequest(limit=200)).items for statement in item.evidence
            if "capabilities" in statement.values]
    assert len(told) > 80
    for statement in told:
        (subject,) = {cited.subject for cited in statement.citations}
        rows = {row["activity"]: row["availability"] for row in atlas.rows(
            "SELECT activity, availability FROM capability AS c JOIN curated_party AS p ON p.row_id = c.id "
            "WHERE p.record_type = 'capability' AND p.organisation_id = ? AND c.source_id IN (SELECT unnest(?))",
            [subject, [cited.source_id for cited in statement.citations]])}
        assert set(statement.values["capabilities"]) == set(rows)
        wanted = {"chain.offers": {"service", "partners"}, "chain.can": {None}, "chain.does": {"internal"}}
        assert set(rows.values()) <= wanted[statement.code]
