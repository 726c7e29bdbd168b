"""What is counted by numbers, grouped or read beforehand is what counting one by one, or asking the atlas, gives."""

from collections import Counter

import pytest

from openvalley.atlas.network import network
from openvalley.insight.connect import ConnectRequest
from openvalley.insight.connect.evidence import Told
from openvalley.insight.connect.owners import Owners
from openvalley.insight.connect.past import LEAST, MOST, end_of_data, past
from openvalley.insight.connect.pool import family, left_by, parts_by_project, pool, tagged
from openvalley.insight.connect.sourced import claims_of
from openvalley.insight.connect.ties import ties
from openvalley.insight.subjects import SPEAKING_FOR_OTHERS


def _counted(known, numbers, times):
    return {known.organisations[one]: amount for one, amount in zip(numbers.tolist(), times.tolist(), strict=True)}


def test_partners_and_themes_are_those_of_the_projects(atlas):
    known, joined, parts = ties(atlas), network(atlas), parts_by_project(atlas)
    told = [Told(atlas, one) for one in pool(atlas).values()]
    assert any(len(one.partners[0]) for one in told)
    for one in told:
        projects = joined.projects.get(one.one.id, ())
        small = [project for project in projects if LEAST <= len(joined.participants[project]) <= MOST]
        met = Counter(other for project in small for other in joined.participants[project] if other != one.one.id)
        assert _counted(known, *one.partners) == met
        assert one.met == {other for project in projects for other in joined.participants[project]} - {one.one.id}
        assert one.parts == Counter(part for project in projects for part in parts.get(project, ()))
        assert one.partners_by_kind == Counter(joined.named[other][2] for other in met if other in joined.named)
        for other in met:
            shared = [project for project in small if other in joined.participants[project]]
            assert known.newest(one.projects, known.number[other]) == max(
                shared, key=lambda project: (str(joined.summaries[project]["start_date"] or ""), project))


def test_claims_read_beforehand_are_those_that_win(atlas):
    cited = {"city", "country", "kind", "name", "platform", "sector", "sme", "stage"}
    for one in pool(atlas):
        rows = atlas.rows("SELECT property, value, source, source_id FROM claim WHERE subject = ? AND wins", [one])
        assert list(claims_of(atlas, one)) == sorted((row for row in rows if row["property"] in cited),
                                                     key=lambda row: tuple(row.values()))


def test_claims_of_somebody_who_may_not_be_suggested_are_read_anew(atlas):
    (row,) = atlas.rows("SELECT id FROM organisation WHERE NOT list_contains(?, id) ORDER BY id LIMIT 1",
                        [list(pool(atlas))])
    assert {claim["property"] for claim in claims_of(atlas, row["id"])} >= {"country"}


_KEPT = {
    "kind": lambda one, value: one.kind == value, "country": lambda one, value: one.country == value,
    "region": lambda one, value: (one.nuts or "").startswith(value), "stage": lambda one, value: value in one.stages,
    "platform": lambda one, value: value in one.platforms, "sector": lambda one, value: value in one.markets(),
    "sme": lambda one, value: one.sme is value,
}


@pytest.mark.parametrize("asked", [
    {}, {"country": "BE"}, {"kind": "company"}, {"region": "BE2"}, {"region": "BE"}, {"stage": "discovery"},
    {"platform": "mrna"}, {"sector": "biopharma"}, {"sme": True}, {"country": "BE", "kind": "university"},
    {"country": "XX"}])
def test_filters_leave_those_whom_they_fit(atlas, asked):
    without = frozenset(list(pool(atlas))[:2])
    left = left_by(atlas, ConnectRequest("x", **asked), None, without)
    fitting = {key for key, one in pool(atlas).items() if key not in without
               and (one.kind not in SPEAKING_FOR_OTHERS or asked.get("kind") == one.kind)
               and all(_KEPT[name](one, value) for name, value in asked.items())}
    assert set(left) == fitting
    assert len(left) == len(fitting)
    assert all(one in left and left[one] is pool(atlas)[one] for one in fitting)
    assert not without & set(left)
    with pytest.raises(KeyError):
        left[next(iter(without))]
    owners = Owners(atlas, past(atlas, end_of_data(atlas)))
    assert owners.those(left).tolist() == [owner in fitting for owner in owners.by_number]


def test_family_and_roles_are_those_of_everybody(atlas):
    everybody = pool(atlas)
    for one in everybody.values():
        units = {other.id for other in everybody.values() if other.parent == one.id}
        assert family(atlas, one) == {one.id, *units} | ({one.parent} if one.parent else set())
    assert list(tagged(atlas)) == [one for one in everybody.values() if one.stages or one.platforms or one.sectors]
