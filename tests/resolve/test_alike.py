"""Rows alike: what likeness joins, what it leaves to people, and what it never says."""

import pytest

from deciding import decision_on, human, ids_of, pic, record
from openvalley.resolve.alike import JOIN_WHOLE, SHORT
from openvalley.resolve.judgement import Decision, Judgement
from openvalley.resolve.linker.reasons import WORDS
from worlds import kbo, ror_id

_SCHELDE, _KAAI, _NIER, _DIKE, _SLUICE = (ror_id(number) for number in range(1, 6))
#: ROR's organisations.
_ROR = [
    record("ror", _SCHELDE, "Schelde University", "Universiteit Schelde", city="Gent"),
    record("ror", _KAAI, "Kaai University Hospital", "acronym:UZK", city="Leuven"),
    record("ror", _NIER, "National Institute of Estuary Research", "acronym:NIER", city="Antwerpen"),
    record("ror", _DIKE, "Old Dike Laboratory", city="Brugge", state="merged"),
    record("ror", _SLUICE, "Sluice Diagnostics", city="Mechelen"),
]
#: Rows of other registers, each with the organisation of ROR that it becomes a part of (None: of none).
_ROWS = {
    "another language": (record("pack-x", "nier", "Nationaal Instituut voor Estuarium Onderzoek", city="Antwerpen"),
                         _NIER),
    "words in another order": (record("cordis", pic(2), "Univ. Hospital Kaai", city="Leuven"), _KAAI),
    "a typing error": (record("cordis", pic(3), "National Instute of Estuary Research", city="Antwerpen"), _NIER),
    "an acronym alone": (record("cordis", pic(4), "NIER", city="Antwerpen"), None),
    "an acronym beside a strange name": (
        record("cordis", pic(5), "Nocturnal Insects Explained Roundly", "acronym:NIER", city="Antwerpen"), None),
    "a unit of it": (record("cordis", pic(6), "Schelde University - Department of Biology", city="Gent"), None),
    "one that has ended": (record("cordis", pic(7), "The Old Dike Laboratories", city="Brugge"), None),
    "one that ended itself": (
        record("pack-x", "sluice", "Sluice Diagnostic", city="Mechelen", state="insolvent"), None),
    "another country": (record("cordis", pic(8), "Univ. Hospital Kaai", city="Leuven", country="NL"), None),
    "nobody": (record("cordis", pic(9), "Entirely Different Matters", city="Gent"), None),
}


def _name(row):
    return f"{row['source']}/{row['source_id']}"


def _near(resolved, row):
    return next((near for near in resolved.probable.to_pylist() if near["asked"] == _name(row)), None)


@pytest.mark.parametrize("case", _ROWS)
def test_what_is_like_enough_is_joined_and_nothing_else(decide, case):
    row, expected = _ROWS[case]
    found = ids_of(decide([*_ROR, row]))[_name(row)]
    assert found == expected if expected else not found.startswith("https:")


def test_a_join_says_why_and_how_sure_it_is(decide):
    row, expected = _ROWS["words in another order"]
    found = decision_on(decide([*_ROR, row]), _name(row), f"ror/{expected}")
    assert (found["decision"], found["rule"], found["value"]) == ("same", "likeness", "kaai university hospital")
    assert JOIN_WHOLE <= found["score"] <= 1
    assert {reason["code"] for reason in found["reasons"]} <= set(WORDS)
    assert "same-town" in [reason["code"] for reason in found["reasons"]]


@pytest.mark.parametrize(("case", "told"), [
    ("an acronym alone", "same-acronym"), ("an acronym beside a strange name", "same-acronym"),
    ("a unit of it", "unit"), ("one that has ended", "ended"), ("one that ended itself", "ended"),
])
def test_what_likeness_does_not_decide_is_probable_with_its_reason(decide, case, told):
    row, _ = _ROWS[case]
    near = _near(decide([*_ROR, row]), row)
    assert told in [reason["code"] for reason in near["reasons"]]
    if told == "same-acronym":
        assert near["score"] <= SHORT


def test_what_nobody_comes_near_is_not_probably_anybody(decide):
    row, _ = _ROWS["nobody"]
    assert _near(decide([*_ROR, row]), row) is None


def test_the_state_of_an_organisation_never_comes_from_likeness(decide):
    """An end is told of the very row that has it: neither side of a join by likeness has one."""
    ended = [row for row, _ in _ROWS.values() if row["state"] != "active"]
    resolved = decide([*_ROR, *(row for row, _ in _ROWS.values())])
    ids = ids_of(resolved)
    for row in [*ended, *(row for row in _ROR if row["state"] != "active")]:
        assert [name for name, id_ in ids.items() if id_ == ids[_name(row)]] == [_name(row)]


# What is forbidden.

_TYPED, _SPOKEN = "National Instute of Estuary Research", "Nationaal Instituut voor Estuarium Onderzoek"


def _hindered(resolved, row):
    found = decision_on(resolved, _name(row), f"ror/{_NIER}")
    assert (found["decision"], found["rule"]) == ("doubtful", "likeness")
    assert _near(resolved, row) is None
    return found["value"]


def test_two_vat_numbers_are_two_organisations(decide):
    known = record("pack-x", "nier", "National Institute of Estuary Research", kbo=kbo(1), city="Antwerpen")
    row = record("cordis", pic(1), _TYPED, vat="BE" + kbo(2), city="Antwerpen")
    resolved = decide([*_ROR, known, row])
    assert ids_of(resolved)[_name(known)] == _NIER
    assert ids_of(resolved)[_name(row)] == f"pic:{pic(1)}"
    assert "their numbers differ" in _hindered(resolved, row)


def test_the_same_vat_number_is_no_obstacle(decide):
    known = record("pack-x", "nier", "National Institute of Estuary Research", kbo=kbo(1), city="Antwerpen")
    row = record("cordis", pic(1), _TYPED, vat="BE" + kbo(1), city="Antwerpen")
    assert ids_of(decide([*_ROR, known, row]))[_name(row)] == _NIER


@pytest.mark.parametrize("register", ["cordis", "pack-x"])
def test_rows_that_one_register_lists_apart_stay_apart(decide, register):
    """A curator's pack and the numbers of the EU's portal say that these are two."""
    keys = [pic(1), pic(2)] if register == "cordis" else ["nier", "other"]
    known = record(register, keys[0], "National Institute of Estuary Research", city="Antwerpen")
    row = record(register, keys[1], _TYPED, city="Antwerpen")
    resolved = decide([*_ROR, known, row])
    assert ids_of(resolved)[_name(known)] == _NIER
    assert ids_of(resolved)[_name(row)] != _NIER
    assert "one register lists both" in _hindered(resolved, row)


def test_of_two_rows_of_one_register_the_likelier_is_joined(decide):
    rows = [record("cordis", pic(1), _SPOKEN, city="Antwerpen"), record("cordis", pic(2), _TYPED, city="Antwerpen")]
    for records in ([*_ROR, *rows], [*_ROR, *reversed(rows)]):
        ids = ids_of(decide(records))
        assert [ids[_name(row)] == _NIER for row in rows] == [False, True]


def test_two_numbers_of_one_vat_are_one_organisation_and_join_together(decide):
    rows = [record("cordis", pic(1), _TYPED, vat="BE" + kbo(1), city="Antwerpen"),
            record("cordis", pic(2), "NIER Onderzoek", vat="BE" + kbo(1), city="Antwerpen")]
    ids = ids_of(decide([*_ROR, *rows]))
    assert {ids[_name(row)] for row in rows} == {_NIER}


def test_who_holds_another_ror_id_is_another(decide):
    row = record("pack-x", "nier", _TYPED, ror=_SCHELDE, city="Antwerpen")
    assert ids_of(decide([*_ROR, row]))["pack-x/nier"] == _SCHELDE


# What people say.

def test_what_a_person_says_to_differ_is_neither_joined_nor_probable(decide):
    row = record("cordis", pic(1), _TYPED, city="Antwerpen")
    resolved = decide([*_ROR, row], [human(_name(row), f"ror/{_NIER}", Decision.DIFFERENT)])
    assert ids_of(resolved)[_name(row)] == f"pic:{pic(1)}"
    near = _near(resolved, row)
    assert near is None or near["candidate"] != f"ror/{_NIER}"
    assert resolved.contradictions.num_rows == 0


def test_what_a_person_says_to_match_nothing_is_left_alone(decide):
    row = record("cordis", pic(1), _TYPED, city="Antwerpen")
    judgement = Judgement(_name(row), "", Decision.NO_MATCH, "an", "a new one", "2026-01-01T00:00:00+00:00")
    resolved = decide([*_ROR, row], [judgement])
    assert ids_of(resolved)[_name(row)] == f"pic:{pic(1)}"
    assert _near(resolved, row) is None
    assert resolved.contradictions.num_rows == 0


def test_a_person_joins_it_with_another_than_likeness_would(decide):
    row = record("cordis", pic(1), _TYPED, city="Antwerpen")
    resolved = decide([*_ROR, row], [human(_name(row), f"ror/{_KAAI}", Decision.SAME)])
    assert ids_of(resolved)[_name(row)] == _KAAI
    assert ids_of(resolved)[f"ror/{_NIER}"] == _NIER
    assert resolved.contradictions.num_rows == 0


def test_a_person_may_join_what_likeness_leaves_open(decide):
    row, _ = _ROWS["a unit of it"]
    resolved = decide([*_ROR, row], [human(_name(row), f"ror/{_SCHELDE}", Decision.SAME)])
    assert ids_of(resolved)[_name(row)] == _SCHELDE
    assert _near(resolved, row) is None


# Laws.

_ALL = [*_ROR, *(row for row, _ in _ROWS.values())]


@pytest.fixture(scope="module")
def everybody(decide):
    return decide(_ALL)


def _told(resolved):
    return ids_of(resolved), resolved.decisions.to_pylist(), sorted(map(str, resolved.probable.to_pylist()))


def test_the_order_of_records_does_not_matter(decide, everybody):
    assert _told(decide(_ALL[::-1])) == _told(everybody)


def test_an_unrelated_organisation_changes_nothing(decide, everybody):
    stranger = [record("ror", ror_id(40), "Fjord Observatory", country="NO"),
                record("cordis", pic(40), "Zeppelin Balloons", city="Luik"),
                record("cordis", pic(41), "Fjord Observatorium", country="NO")]
    ids, decisions, near = _told(decide([*_ALL, *stranger]))
    before = _told(everybody)
    assert before[0].items() <= ids.items()
    assert [row for row in decisions if pic(41) not in row["left"]] == before[1]
    assert [row for row in near if pic(41) not in row] == before[2]
