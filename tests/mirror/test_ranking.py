"""The ranking over the whole mirror: what its evidence says is what the registers' rows add up to."""

from datetime import date

import pytest

from openvalley.insight.rank import RankRequest, rank

pytestmark = pytest.mark.mirror
#: Countries of which the evidence is added up anew.
_GOLDEN = ["AT", "BE", "BG", "CZ", "DE", "DK", "EE", "EL", "ES", "FI", "FR", "HR", "HU", "IE", "IT", "NL", "PL", "PT",
           "SE", "UK"]


@pytest.fixture(scope="module")
def ranked(atlas):
    return rank(atlas, RankRequest(limit=100, as_of=date(2026, 6, 1)))


@pytest.mark.parametrize("code", _GOLDEN)
def test_every_number_is_that_of_the_rows(atlas, ranked, code):
    (item,) = [item for item in ranked.items if item.id == f"nuts:{code}"]
    country = {"EL": "GR", "UK": "GB"}.get(code, code)
    (told,) = atlas.rows("""
        SELECT sum(p.eu_contribution * l.weight) AS money, count(*) FILTER (p.role = 'coordinator') / count(*) AS share,
            count(DISTINCT o.id) AS organisations
        FROM participation AS p JOIN life_science_project AS l USING (project_id)
        JOIN organisation AS o ON o.id = p.organisation_id WHERE o.country = ?""", [country])
    (sites,) = atlas.rows("SELECT count(DISTINCT trial_id) AS trials FROM trial_site WHERE country = ?", [country])
    heads = item.values["inhabitants"]
    found = {name: entry["value"] for name, entry in item.values["indicators"].items()}
    assert found["health-money"] == pytest.approx(told["money"] / heads, abs=1e-4)
    assert found["coordinator-share"] == pytest.approx(told["share"], abs=1e-4)
    assert found["organisations"] == pytest.approx(told["organisations"] / heads * 1e6, abs=1e-4)
    assert found["trials"] == pytest.approx(sites["trials"] / heads * 1e6, abs=1e-4)
    shown = {statement.values["indicator"]: statement.values["value"] for statement in item.evidence
             if "value" in statement.values}
    assert shown == pytest.approx({name: value for name, value in found.items() if value is not None}, abs=1e-4)


def test_belgium_stands_among_the_best_and_the_order_is_called_indicative(ranked):
    codes = {statement.code for statement in ranked.summary}
    assert codes == {"rank.home_country", "rank.indicative_old"}
    (belgium,) = [item for item in ranked.items if item.id == "nuts:BE"]
    assert belgium.values["low"] <= belgium.values["rank"] <= belgium.values["high"] <= 10


def test_the_same_question_has_the_same_answer(atlas, ranked):
    again = rank(atlas, RankRequest(limit=100, as_of=date(2026, 6, 1)))
    assert [(item.id, item.values) for item in again.items] == [(item.id, item.values) for item in ranked.items]
