"""Partners on the whole mirror: on twenty golden organisations every number in a sentence is counted anew by SQL."""

from datetime import date, timedelta

import pytest

from openvalley.insight.connect import ConnectRequest, connect
from openvalley.insight.subjects import DEAD, SPEAKING_FOR_OTHERS
from openvalley.vocabulary.programmes import part_of

pytestmark = pytest.mark.mirror

#: Keys of the Belgian pack: universities, institutes, hospitals and companies, with 434 projects down to 4.
_GOLDEN = ("ku-leuven", "ugent", "imec", "uantwerpen", "vito", "vib", "janssen", "sck-cen", "bio-base-europe",
           "ucb-biopharma", "uhasselt", "sciensano", "itm", "uza", "gsk-biologicals", "diagenode", "icometrix", "feops",
           "coris", "chu-liege")
_SHOWN = 6
#: Projects in which organisations worked together, and who did.
_JOINT = """
WITH joint AS (
    SELECT project_id FROM participation WHERE project_id IN (
        SELECT project_id FROM participation WHERE organisation_id IN (SELECT unnest(?)))
    GROUP BY project_id HAVING count(DISTINCT organisation_id) BETWEEN 2 AND 60
), met AS (
    SELECT DISTINCT a.organisation_id AS one, b.organisation_id AS other FROM participation AS a
    JOIN participation AS b USING (project_id) JOIN joint USING (project_id)
    WHERE a.organisation_id <> b.organisation_id AND a.organisation_id IN (SELECT unnest(?))
)
"""


def _one(atlas, query, *values):
    (row,) = atlas.rows(query, list(values))
    return next(iter(row.values()))


def _common(atlas, asker, partner, _values):
    return {"partners": _one(atlas, _JOINT + """
        SELECT count(*) FROM (SELECT other FROM met WHERE one = ? INTERSECT SELECT other FROM met WHERE one = ?)
    """, [asker, partner], [asker, partner], asker, partner)}


def _projects_under(atlas, one, part):
    codes = [row["code"] for row in atlas.rows("SELECT DISTINCT code FROM project_code WHERE scheme = 'legal_basis'")
             if part_of(row["code"]) == part]
    return _one(atlas, """
        SELECT count(DISTINCT p.project_id) FROM participation AS p JOIN project_code AS c USING (project_id)
        WHERE p.organisation_id = ? AND c.scheme = 'legal_basis' AND c.code IN (SELECT unnest(?))""", one, codes)


def _programme(atlas, asker, partner, values):
    return {"own": _projects_under(atlas, asker, values["part"]),
            "theirs": _projects_under(atlas, partner, values["part"])}


def _in_programme(atlas, _asker, partner, values):
    return {"theirs": _projects_under(atlas, partner, values["part"])}


def _distance(atlas, asker, partner, _values):
    return {"km": _one(atlas, """
        SELECT round(2 * 6371.0 * asin(sqrt(sin(radians(b.latitude - a.latitude) / 2) ^ 2 + cos(radians(a.latitude))
            * cos(radians(b.latitude)) * sin(radians(b.longitude - a.longitude) / 2) ^ 2)))::INTEGER
        FROM organisation AS a, organisation AS b WHERE a.id = ? AND b.id = ?""", asker, partner)}


def _kind(atlas, asker, _partner, values):
    (row,) = atlas.rows(_JOINT + """
        SELECT count(*) FILTER (o.kind = ?) AS alike, count(*) AS "of" FROM met JOIN organisation AS o ON o.id = other
        WHERE o.named""", [[asker], [asker], values["kind"]])
    return row


def _recent(atlas, _asker, partner, values):
    (row,) = atlas.rows("""
        SELECT count(*) FILTER (start_date >= ? AND start_date < ?) AS projects, max(start_date) AS newest
        FROM project WHERE id IN (SELECT project_id FROM participation WHERE organisation_id = ?)
    """, [values["since"], values["until"], partner])
    return row


def _coordinator(atlas, _asker, partner, _values):
    (row,) = atlas.rows("""
        SELECT count(DISTINCT project_id) FILTER (role = 'coordinator') AS coordinated,
            count(DISTINCT project_id) AS projects FROM participation WHERE organisation_id = ?""", [partner])
    return row


_COUNTED_ANEW = {
    "common": _common, "common_unnamed": _common, "programme": _programme, "in_programme": _in_programme,
    "distance": _distance, "kind": _kind, "kind_one": _kind, "recent": _recent, "coordinator": _coordinator,
    "coordinator_none": _coordinator, "coordinator_one": _coordinator, "coordinator_other": _coordinator,
}


@pytest.mark.parametrize(("key", "programme"), [
    *((key, "") for key in _GOLDEN), *((key, "SC1") for key in _GOLDEN[:4])])
def test_every_number_in_a_sentence_is_that_of_its_rows(atlas, key, programme):
    asker = _one(atlas, "SELECT id FROM identity WHERE source = 'pack-belgium' AND source_id = ?", key)
    answer = connect(atlas, ConnectRequest(asker, programme=programme, limit=_SHOWN))
    assert len(answer.items) == _SHOWN
    history = answer.summary[0].values
    assert history["projects"] == _one(
        atlas, "SELECT count(DISTINCT project_id) FROM participation WHERE organisation_id = ?", asker)
    assert history["partners"] == _one(atlas, """
        SELECT count(DISTINCT b.organisation_id) FROM participation AS a JOIN participation AS b USING (project_id)
        WHERE a.organisation_id = ? AND b.organisation_id <> a.organisation_id""", asker)
    for item in answer.items:
        for statement in item.evidence:
            code = statement.code.removeprefix("connect.")
            numbers = {name for name, value in statement.values.items() if isinstance(value, int)}
            assert not numbers or code in _COUNTED_ANEW, f"{code} has numbers that nobody counts anew"
            if code in _COUNTED_ANEW:
                counted = _COUNTED_ANEW[code](atlas, asker, item.id, statement.values)
                assert {name: statement.values[name] for name in counted} == counted, (item.id, code)
                assert numbers <= set(counted)


@pytest.mark.parametrize("key", _GOLDEN)
def test_only_the_living_and_named_that_it_never_worked_with(atlas, key):
    asker = _one(atlas, "SELECT id FROM identity WHERE source = 'pack-belgium' AND source_id = ?", key)
    found = [item.id for item in connect(atlas, ConnectRequest(asker, limit=200)).items]
    wrong = atlas.rows("""
        SELECT id FROM organisation WHERE id IN (SELECT unnest(?)) AND (NOT named OR state IN (SELECT unnest(?))
            OR kind IN (SELECT unnest(?)) OR id IN (
                SELECT b.organisation_id FROM participation AS a JOIN participation AS b USING (project_id)
                WHERE a.organisation_id = ?))""", [found, list(DEAD), list(SPEAKING_FOR_OTHERS), asker])
    assert wrong == []


def test_the_end_of_the_data_is_that_of_its_full_months(atlas):
    answer = connect(atlas, ConnectRequest("KU Leuven", limit=1))
    day = answer.caveats[0].values["day"]
    assert day == date(2020, 1, 1)
    assert _one(atlas, "SELECT count(*) FROM project WHERE start_date >= ? AND start_date < ?",
                day, day + timedelta(days=31)) == 0
