"""Who is who, where people have judged: their word stands, and what registers say against it is told."""

import pytest

from deciding import LEFT, PAIR, RIGHT, decision_on, human, ids_of, pic, record, redirects_of
from openvalley.resolve.judgement import SEPARATOR, Decision, Judgement
from worlds import kbo, ror_id


def test_a_person_keeps_apart_what_the_machine_would_join(decide):
    resolved = decide(PAIR, [human(LEFT, RIGHT, Decision.DIFFERENT)])
    assert ids_of(resolved) == {LEFT: ror_id(1), RIGHT: "pic:990000001"}
    assert decision_on(resolved, LEFT, RIGHT)["judge"] == "an"


def test_what_a_person_keeps_apart_is_not_joined_by_way_of_a_third(decide):
    third = record("pack-x", "third", "Alpha Institute", pic=pic(1), ror=ror_id(1))
    resolved = decide([*PAIR, third], [human(LEFT, RIGHT, Decision.DIFFERENT)])
    ids = ids_of(resolved)
    assert ids[LEFT] != ids[RIGHT]
    assert "person decided" in " ".join(row["value"] for row in resolved.decisions.to_pylist()
                                        if row["decision"] == "doubtful")


def test_a_person_joins_two_ror_ids(decide):
    records = [record("ror", ror_id(1), "Alpha"), record("ror", ror_id(2), "Beta")]
    resolved = decide(records, [human(f"ror/{ror_id(1)}", f"ror/{ror_id(2)}", Decision.SAME)])
    assert set(ids_of(resolved).values()) == {ror_id(1)}
    assert redirects_of(resolved)[ror_id(2)] == ror_id(1)


def test_no_match_keeps_a_record_from_everybody_of_its_name(decide):
    judgement = Judgement(RIGHT, "", Decision.NO_MATCH, "an", "a new one", "2026-01-01T00:00:00+00:00")
    assert ids_of(decide(PAIR, [judgement]))[RIGHT] == "pic:990000001"


@pytest.mark.parametrize("numbers", [{"pic": pic(1)}, {"vat": "BE" + kbo(1)}, {"kbo": kbo(1)}], ids=str)
def test_two_organisations_kept_apart_never_share_a_public_id(decide, numbers):
    """A register's mistake gives two rows one number; a person says that they differ."""
    records = [record("pack-x", "alpha", "Alpha Cells", **numbers), record("pack-x", "beta", "Beta Cells", **numbers)]
    resolved = decide(records, [human("pack-x/alpha", "pack-x/beta", Decision.DIFFERENT)])
    assert len(set(ids_of(resolved).values())) == 2


def test_a_contested_number_stays_with_the_registers_own_row(decide):
    records = [record("cordis", pic(1), "Beta Cells"), record("pack-x", "alpha", "Alpha Cells", pic=pic(1))]
    ids = ids_of(decide(records, [human("cordis/990000001", "pack-x/alpha", Decision.DIFFERENT)]))
    assert ids["cordis/990000001"] == "pic:990000001"
    assert ids["pack-x/alpha"].startswith("ov:")


def test_a_judgement_about_records_that_no_register_has_any_more_does_no_harm(decide):
    judgements = [human("cordis/1", "cordis/2", Decision.SAME), human("cordis/1", RIGHT, Decision.SAME),
                  human("cordis/3", LEFT, Decision.DIFFERENT)]
    assert ids_of(decide(PAIR, judgements)) == ids_of(decide(PAIR))


# What registers say against people.

def _said_against(resolved):
    return [(row["decision"], row["rule"], row["value"], row["one"], row["other"])
            for row in resolved.contradictions.to_pylist()]


def _judged(left, right, decision, seen=()):
    return Judgement(*(sorted((left, right)) if right else (left, right)), decision, "an", "asked them",
                     "2026-01-01T00:00:00+00:00", tuple(seen))


_ALPHA, _BETA, _THIRD = f"ror/{ror_id(1)}", f"ror/{ror_id(2)}", "pack-x/third"
_ONE_NUMBER = "pic 990000001"


def test_a_number_that_two_share_since_does_not_overrule_that_they_differ(decide):
    records = [record("cordis", pic(1), "Alpha Cells"), record("pack-x", "third", "Beta Cells", pic=pic(1))]
    judged = _judged(RIGHT, _THIRD, Decision.DIFFERENT)
    resolved = decide(records, [judged])
    assert len(set(ids_of(resolved).values())) == 2
    assert _said_against(resolved) == [("different", "identifier", _ONE_NUMBER, RIGHT, _THIRD)]
    assert decision_on(resolved, RIGHT, _THIRD)["decision"] == "different"


def test_what_the_judge_had_seen_is_no_contradiction(decide):
    records = [record("cordis", pic(1), "Alpha Cells"), record("pack-x", "third", "Alpha Cells", pic=pic(1))]
    seen = decide(records).decisions.to_pylist()[0]["evidence"].split(SEPARATOR)
    assert seen == [f"identifier {_ONE_NUMBER}", "name alpha cells"]
    known = decide(records, [_judged(RIGHT, _THIRD, Decision.DIFFERENT, seen)])
    assert _said_against(known) == []
    assert len(set(ids_of(known).values())) == 2
    newer = decide(records, [_judged(RIGHT, _THIRD, Decision.DIFFERENT, seen[1:])])
    assert [row[1] for row in _said_against(newer)] == ["identifier"]


def test_a_third_record_that_says_two_are_one_is_told(decide):
    third = record("pack-x", "third", "Somebody", pic=pic(1), ror=ror_id(1))
    resolved = decide([*PAIR, third], [_judged(LEFT, RIGHT, Decision.DIFFERENT, ["name alpha institute"])])
    assert len(_said_against(resolved)) == 1
    (_, rule, _, one, other) = _said_against(resolved)[0]
    assert (rule, _THIRD in {one, other}) == ("identifier", True)


def test_a_withdrawn_record_does_not_overrule_that_it_differs_from_its_successor(decide):
    records = [record("ror", ror_id(1), "Alpha"),
               record("ror", ror_id(2), "Beta", state="withdrawn", relations=[("successor", ror_id(1))])]
    resolved = decide(records, [_judged(_ALPHA, _BETA, Decision.DIFFERENT)])
    assert [row[:2] for row in _said_against(resolved)] == [("different", "successor")]
    assert ids_of(resolved) == {_ALPHA: ror_id(1)}


def test_another_anchor_that_bears_the_number_does_not_take_a_record_away(decide):
    records = [record("ror", ror_id(1), "Alpha"), record("pack-x", "third", "Words", pic=pic(1))]
    judged = _judged(_ALPHA, _THIRD, Decision.SAME)
    assert _said_against(decide(records, [judged])) == []
    newer = [*records, record("ror", ror_id(2), "Beta", pic=pic(1))]
    resolved = decide(newer, [judged])
    assert ids_of(resolved)[_THIRD] == ror_id(1)
    assert _said_against(resolved) == [("same", "identifier", _ONE_NUMBER, _THIRD, _BETA)]
    assert decision_on(resolved, _THIRD, _BETA)["decision"] == "doubtful"
    known = _judged(_ALPHA, _THIRD, Decision.SAME, [f"identifier {_ONE_NUMBER}"])
    settled = decide(newer, [known])
    assert _said_against(settled) == []
    assert decision_on(settled, _THIRD, _BETA)["decision"] == "different"
    assert decision_on(settled, _THIRD, _BETA)["judge"] == "an"


def test_a_judgement_elsewhere_is_not_blamed(decide):
    records = [record("ror", ror_id(1), "Alpha"), record("pack-x", "third", "Words"),
               record("ror", ror_id(2), "Beta", isni="0000000121032683"),
               record("ror", ror_id(3), "Gamma", isni="0000000121032683")]
    resolved = decide(records, [_judged(_ALPHA, _THIRD, Decision.SAME)])
    assert _said_against(resolved) == []


@pytest.mark.parametrize(("relations", "told"), [
    ([], [("same", "withdrawn", _BETA, _BETA, "")]), ([("successor", ror_id(3))], []),
    ([("successor", ror_id(3)), ("successor", ror_id(4))], [("same", "withdrawn", _BETA, _BETA, "")]),
], ids=["none", "one successor", "two successors"])
def test_a_withdrawn_record_stays_what_a_person_says_it_is(decide, relations, told):
    records = [record("pack-x", "third", "Words", pic=pic(1)), record("ror", ror_id(3), "Gamma"),
               record("ror", ror_id(4), "Delta"),
               record("ror", ror_id(2), "Beta", state="withdrawn", relations=relations)]
    resolved = decide(records, [_judged(_BETA, _THIRD, Decision.SAME)])
    assert _said_against(resolved) == told
    ids = ids_of(resolved)
    assert ids[_BETA] == ids[_THIRD]
    assert _said_against(decide(records, [_judged(_BETA, _THIRD, Decision.SAME, [f"withdrawn {_BETA}"])])) == []


def test_a_number_that_appears_later_does_not_overrule_that_nothing_matches(decide):
    alone = _judged(_THIRD, "", Decision.NO_MATCH)
    records = [record("pack-x", "third", "Words", pic=pic(1)), record("ror", ror_id(1), "Alpha", pic=pic(1))]
    resolved = decide(records, [alone])
    assert ids_of(resolved)[_THIRD] != ids_of(resolved)[_ALPHA]
    assert _said_against(resolved) == [("no match", "identifier", _ONE_NUMBER, _THIRD, _ALPHA)]


def test_no_match_leaves_together_what_its_judge_knew_to_share_a_number(decide):
    """Two registers' rows of one organisation, and a namesake of which a person said that it is another."""
    records = [record("cordis", pic(1), "Alpha Institute"), record("pack-x", "third", "Words", pic=pic(1)),
               record("ror", ror_id(1), "Alpha Institute"), record("ror", ror_id(2), "Beta", isni="000000012281955X"),
               record("pack-y", "fourth", "More Words", pic=pic(1), isni="000000012281955X")]
    seen = [f"identifier {_ONE_NUMBER}", "name alpha institute"]
    resolved = decide(records[:4], [_judged(RIGHT, "", Decision.NO_MATCH, seen)])
    ids = ids_of(resolved)
    assert (ids[RIGHT], ids[RIGHT] == ids[_THIRD], ids[_ALPHA]) == ("pic:990000001", True, ror_id(1))
    assert _said_against(resolved) == []
    more = decide(records, [_judged(RIGHT, "", Decision.NO_MATCH, seen)])
    assert ids_of(more)[RIGHT] == ids_of(more)["pack-y/fourth"] != ror_id(2)
    assert [row[:3] for row in _said_against(more)] == [("no match", "identifier", "isni 000000012281955X")]


def test_contradictions_do_not_hang_on_the_order_of_records_or_judgements(decide):
    records = [record("ror", ror_id(1), "Alpha"), record("ror", ror_id(2), "Beta", pic=pic(1)),
               record("pack-x", "third", "Words", pic=pic(1)), record("cordis", pic(1), "Alpha")]
    judgements = [_judged(_ALPHA, _THIRD, Decision.SAME), _judged(RIGHT, _BETA, Decision.DIFFERENT)]
    told = decide(records, judgements).contradictions
    assert told.num_rows
    assert decide(records[::-1], judgements[::-1]).contradictions == told
