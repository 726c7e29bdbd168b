"""Who is who: which records become one organisation, under which public id, and where earlier ids lead."""

import pyarrow as pa
import pytest

from openvalley.engine import open_engine
from openvalley.resolve.evidence import take_apart
from openvalley.resolve.identities import resolve
from openvalley.resolve.judgements import SEPARATOR, Decision, Judgement
from openvalley.vocabulary.records import ORGANISATION
from worlds import home_at, kbo, ror_id

_NO_IDS = pa.table({"id": pa.array([], pa.string()), "target": pa.array([], pa.string())})


def _record(source, key, *names, country="BE", domain=None, relations=(), state="active", **numbers):
    listed = {"ror": numbers.get("ror") or (key if source == "ror" else None),
              "pic": numbers.get("pic") or (key if source == "cordis" else None),
              "vat": numbers.get("vat"), "kbo": numbers.get("kbo"), "isni": numbers.get("isni"),
              "grid": numbers.get("grid")}
    kinds = ["alias" if place else "label" for place in range(len(names))]
    return {
        **dict.fromkeys(ORGANISATION.schema.names), "source": source, "source_id": key, "source_version": "v1",
        "name": names[0] if names else None, "country": country, "state": state,
        "names": [{"value": name.removeprefix("acronym:"), "language": None,
                   "kind": "acronym" if name.startswith("acronym:") else kind}
                  for name, kind in zip(names, kinds, strict=True)],
        "identifiers": [{"scheme": scheme, "value": value} for scheme, value in listed.items() if value],
        "domains": [domain] if domain else [], "locations": [],
        "relations": [{"kind": kind, "scheme": "ror", "value": value} for kind, value in relations],
    }


@pytest.fixture(scope="module")
def decide(tmp_path_factory):
    """Return a function that says who is who among records."""
    def decide_records(records, judgements=(), issued=_NO_IDS, anchoring=("ror",)):
        work = tmp_path_factory.mktemp("resolve")
        with open_engine(home_at(work), work) as engine:
            table = engine.table("organisations", pa.Table.from_pylist(records, ORGANISATION.schema))
            return resolve(engine, take_apart(engine, table, anchoring), judgements, issued, {"ror", "cordis"})

    return decide_records


def _ids(resolved):
    return {row["record"]: row["id"] for row in resolved.members.to_pylist()}


def _redirects(resolved):
    return {row["id"]: row["target"] for row in resolved.redirects.to_pylist()}


def _decision(resolved, left, right):
    return next((row for row in resolved.decisions.to_pylist() if {row["left"], row["right"]} == {left, right}), None)


def _human(left, right, decision):
    return Judgement(*sorted((left, right)), decision, "an", "asked them", "2026-01-01T00:00:00+00:00")


def _pic(number):
    return str(990000000 + number)


#: Groups of records, and into which organisations each group falls: the records of one tuple are one organisation.
_CASES = {
    "one PIC": ([_record("cordis", _pic(1), "Alpha Cells NV"), _record("pack-x", "alpha", "Other Words", pic=_pic(1))],
                [("cordis/990000001", "pack-x/alpha")]),
    "VAT and enterprise number": (
        [_record("cordis", _pic(2), "Beta Proteins", vat="BE" + kbo(2)), _record("pack-x", "beta", "X", kbo=kbo(2))],
        [("cordis/990000002", "pack-x/beta")]),
    "one ROR id": ([_record("ror", ror_id(3), "Gamma University"), _record("pack-x", "gamma", "Y", ror=ror_id(3))],
                   [(f"ror/{ror_id(3)}", "pack-x/gamma")]),
    "one ISNI": ([_record("pack-x", "isni-1", "Isni One", isni="000000012281955X"),
                  _record("pack-y", "isni-2", "Isni Two", isni="000000012281955X")],
                 [("pack-x/isni-1", "pack-y/isni-2")]),
    "a GRID id says nothing": ([_record("pack-x", "grid-1", "Grid One", grid="grid.1.1"),
                                _record("pack-y", "grid-2", "Grid Two", grid="grid.1.1")],
                               [("pack-x/grid-1",), ("pack-y/grid-2",)]),
    "a chain of identifiers": (
        [_record("cordis", _pic(4), "Chain A", vat="BE" + kbo(4)), _record("pack-x", "chain-b", "Chain B", kbo=kbo(4)),
         _record("pack-y", "chain-c", "Chain C", pic=_pic(4))],
        [("cordis/990000004", "pack-x/chain-b", "pack-y/chain-c")]),
    "name within a country": ([_record("ror", ror_id(5), "Delta Institute"),
                               _record("cordis", _pic(5), "THE DELTA INSTITUTE NV")],
                              [(f"ror/{ror_id(5)}", "cordis/990000005")]),
    "alias within a country": ([_record("ror", ror_id(6), "Epsilon Institute", "Instituut Epsilon"),
                                _record("cordis", _pic(6), "INSTITUUT EPSILON")],
                               [(f"ror/{ror_id(6)}", "cordis/990000006")]),
    "name in another country": ([_record("ror", ror_id(7), "Zeta Institute"),
                                 _record("cordis", _pic(7), "Zeta Institute", country="NL")],
                                [(f"ror/{ror_id(7)}",), ("cordis/990000007",)]),
    "an acronym names nobody": ([_record("ror", ror_id(8), "Eta Institute", "acronym:ETAIN"),
                                 _record("cordis", _pic(8), "ETAIN")],
                                [(f"ror/{ror_id(8)}",), ("cordis/990000008",)]),
    "two bearers of a name": ([_record("ror", ror_id(9), "Theta School"), _record("ror", ror_id(10), "Theta School"),
                               _record("cordis", _pic(9), "Theta School")],
                              [(f"ror/{ror_id(9)}",), (f"ror/{ror_id(10)}",), ("cordis/990000009",)]),
    "a name between other registers": ([_record("cordis", _pic(11), "Iota Vaccines NV"),
                                        _record("pack-x", "iota", "Iota Vaccines")],
                                       [("cordis/990000011", "pack-x/iota")]),
    "a name twice in one register": (
        [_record("cordis", _pic(12), "Kappa Labs"), _record("cordis", _pic(13), "Kappa Labs"),
         _record("pack-x", "kappa", "Kappa Labs")],
        [("cordis/990000012",), ("cordis/990000013",), ("pack-x/kappa",)]),
    "web domain and words": ([_record("ror", ror_id(14), "Lambda Heart Clinic", domain="lambda.example"),
                              _record("cordis", _pic(14), "Clinic Lambda Ghent", domain="lambda.example")],
                             [(f"ror/{ror_id(14)}", "cordis/990000014")]),
    "web domain alone": ([_record("ror", ror_id(15), "Mu Society", domain="mu.example"),
                          _record("cordis", _pic(15), "Institute of Entirely Different Matters", domain="mu.example")],
                         [(f"ror/{ror_id(15)}",), ("cordis/990000015",)]),
    "two ROR ids in use": ([_record("ror", ror_id(16), "Nu Campus", isni="0000000121032683"),
                            _record("ror", ror_id(17), "Nu Campus North", isni="0000000121032683")],
                           [(f"ror/{ror_id(16)}",), (f"ror/{ror_id(17)}",)]),
    "withdrawn with a successor": (
        [_record("ror", ror_id(18), "Xi Academy"),
         _record("ror", ror_id(19), "Old Xi", state="withdrawn", relations=[("successor", ror_id(18))])],
        [(f"ror/{ror_id(18)}", f"ror/{ror_id(19)}")]),
    "withdrawn without a successor": ([_record("ror", ror_id(20), "Gone Academy", state="withdrawn")], []),
    "withdrawn with two successors": (
        [_record("ror", ror_id(21), "Split North"), _record("ror", ror_id(22), "Split South"),
         _record("ror", ror_id(23), "Split", state="withdrawn",
                 relations=[("successor", ror_id(21)), ("successor", ror_id(22))])],
        [(f"ror/{ror_id(21)}",), (f"ror/{ror_id(22)}",)]),
    "without any name": ([_record("cordis", _pic(24))], [("cordis/990000024",)]),
    "empty names": ([_record("pack-x", "empty-1", "!"), _record("pack-y", "empty-2", "?")],
                    [("pack-x/empty-1",), ("pack-y/empty-2",)]),
}
_ALL = [record for records, _ in _CASES.values() for record in records]


@pytest.fixture(scope="module")
def everybody(decide):
    """All cases in one registry: none of them may touch another."""
    return decide(_ALL)


@pytest.mark.parametrize("case", _CASES)
def test_which_records_are_one_organisation(everybody, case):
    records, expected = _CASES[case]
    ids = _ids(everybody)
    names = [f"{record['source']}/{record['source_id']}" for record in records]
    found = {}
    for name in names:
        if name in ids:
            found.setdefault(ids[name], []).append(name)
    assert sorted(map(sorted, found.values())) == sorted(map(sorted, expected))


@pytest.mark.parametrize("case", ["one PIC", "name in another country", "withdrawn with a successor"])
def test_a_case_alone_comes_out_as_it_does_among_others(decide, everybody, case):
    records, _ = _CASES[case]
    among = _ids(everybody)
    assert _ids(decide(records)) == {name: among[name] for name in _ids(decide(records))}


def test_the_order_of_records_does_not_matter(decide, everybody):
    again = decide(list(reversed(_ALL)))
    assert again.members.sort_by("record") == everybody.members.sort_by("record")
    assert again.decisions == everybody.decisions
    assert again.redirects == everybody.redirects


def test_an_unrelated_organisation_changes_nothing_else(decide, everybody):
    more = decide([*_ALL, _record("pack-z", "stranger", "Stranger Genomics", pic=_pic(99))])
    added = set(more.members["record"].to_pylist()) - set(everybody.members["record"].to_pylist())
    assert added == {"pack-z/stranger"}
    assert {record: known for record, known in _ids(more).items() if record not in added} == _ids(everybody)
    assert more.decisions == everybody.decisions
    assert _redirects(everybody).items() <= _redirects(more).items()


@pytest.mark.parametrize(("case", "rule", "decision"), [
    ("one PIC", "identifier", "same"), ("name within a country", "name", "same"),
    ("web domain and words", "domain", "same"), ("withdrawn with a successor", "successor", "same"),
    ("two ROR ids in use", "identifier", "doubtful"),
])
def test_every_decision_says_why(everybody, case, rule, decision):
    records, _ = _CASES[case]
    found = _decision(everybody, *(f"{record['source']}/{record['source_id']}" for record in records))
    assert (found["rule"], found["decision"]) == (rule, decision)
    assert found["judge"].startswith("deterministic")
    assert found["value"]


def test_what_nobody_doubts_is_not_put_before_a_person(everybody):
    doubtful = [row for row in everybody.decisions.to_pylist() if row["decision"] == "doubtful"]
    assert [(row["left"], row["right"]) for row in doubtful] == [(f"ror/{ror_id(16)}", f"ror/{ror_id(17)}")]
    assert "a register keeps them apart" in doubtful[0]["value"]


@pytest.mark.parametrize(("case", "id_"), [
    ("one ROR id", ror_id(3)), ("one PIC", "pic:990000001"), ("VAT and enterprise number", "pic:990000002"),
    ("name within a country", ror_id(5)), ("withdrawn with a successor", ror_id(18)),
])
def test_the_best_scheme_makes_the_public_id(everybody, case, id_):
    records, _ = _CASES[case]
    assert {_ids(everybody)[f"{record['source']}/{record['source_id']}"] for record in records} == {id_}


@pytest.mark.parametrize(("numbers", "id_"), [
    ({"pic": _pic(1), "vat": "BE" + kbo(1), "kbo": kbo(1)}, "pic:990000001"),
    ({"vat": "BE" + kbo(1), "kbo": kbo(1)}, "vat:BE" + kbo(1)), ({"kbo": kbo(1)}, "kbo:" + kbo(1)),
    ({"isni": "000000012281955X"}, "ov:"), ({}, "ov:"),
])
def test_public_ids_go_from_ror_over_pic_vat_and_kbo_to_our_own(decide, numbers, id_):
    resolved = decide([_record("pack-x", "alpha", "Alpha", **numbers)])
    (found,) = _ids(resolved).values()
    assert found.startswith(id_)
    others = {f"{scheme}:{value}" for scheme, value in numbers.items() if scheme != "isni"} - {found}
    assert {target for known, target in _redirects(resolved).items() if known in others} <= {found}
    assert others <= set(_redirects(resolved))


def test_our_own_id_hangs_on_the_rows_key_alone(decide):
    before = decide([_record("pack-x", "alpha", "Alpha")])
    after = decide([_record("pack-x", "alpha", "Alpha renamed"), _record("pack-x", "beta", "Beta")])
    assert _ids(after)["pack-x/alpha"] == _ids(before)["pack-x/alpha"]


def test_an_organisation_that_gets_a_number_leaves_its_own_id_as_a_redirect(decide):
    before = _ids(decide([_record("pack-x", "alpha", "Alpha")]))["pack-x/alpha"]
    assert _redirects(decide([_record("pack-x", "alpha", "Alpha", pic=_pic(1))]))[before] == "pic:990000001"


def test_a_withdrawn_ror_id_redirects_to_its_successor_or_is_gone(everybody):
    redirects = _redirects(everybody)
    assert redirects[ror_id(19)] == ror_id(18)
    assert redirects[ror_id(20)] is None
    assert redirects[ror_id(23)] is None


# What people decide.

_PAIR = [_record("ror", ror_id(1), "Alpha Institute"), _record("cordis", _pic(1), "Alpha Institute")]
_LEFT, _RIGHT = f"ror/{ror_id(1)}", "cordis/990000001"


def test_a_person_keeps_apart_what_the_machine_would_join(decide):
    resolved = decide(_PAIR, [_human(_LEFT, _RIGHT, Decision.DIFFERENT)])
    assert _ids(resolved) == {_LEFT: ror_id(1), _RIGHT: "pic:990000001"}
    assert _decision(resolved, _LEFT, _RIGHT)["judge"] == "an"


def test_what_a_person_keeps_apart_is_not_joined_by_way_of_a_third(decide):
    third = _record("pack-x", "third", "Alpha Institute", pic=_pic(1), ror=ror_id(1))
    resolved = decide([*_PAIR, third], [_human(_LEFT, _RIGHT, Decision.DIFFERENT)])
    ids = _ids(resolved)
    assert ids[_LEFT] != ids[_RIGHT]
    assert "person decided" in " ".join(row["value"] for row in resolved.decisions.to_pylist()
                                        if row["decision"] == "doubtful")


def test_a_person_joins_two_ror_ids(decide):
    records = [_record("ror", ror_id(1), "Alpha"), _record("ror", ror_id(2), "Beta")]
    resolved = decide(records, [_human(f"ror/{ror_id(1)}", f"ror/{ror_id(2)}", Decision.SAME)])
    assert set(_ids(resolved).values()) == {ror_id(1)}
    assert _redirects(resolved)[ror_id(2)] == ror_id(1)


def test_no_match_keeps_a_record_from_everybody_of_its_name(decide):
    judgement = Judgement(_RIGHT, "", Decision.NO_MATCH, "an", "a new one", "2026-01-01T00:00:00+00:00")
    assert _ids(decide(_PAIR, [judgement]))[_RIGHT] == "pic:990000001"


@pytest.mark.parametrize("numbers", [{"pic": _pic(1)}, {"vat": "BE" + kbo(1)}, {"kbo": kbo(1)}], ids=str)
def test_two_organisations_kept_apart_never_share_a_public_id(decide, numbers):
    """A register's mistake gives two rows one number; a person says that they differ."""
    records = [_record("pack-x", "alpha", "Alpha Cells", **numbers), _record("pack-x", "beta", "Beta Cells", **numbers)]
    resolved = decide(records, [_human("pack-x/alpha", "pack-x/beta", Decision.DIFFERENT)])
    assert len(set(_ids(resolved).values())) == 2


def test_a_contested_number_stays_with_the_registers_own_row(decide):
    records = [_record("cordis", _pic(1), "Beta Cells"), _record("pack-x", "alpha", "Alpha Cells", pic=_pic(1))]
    ids = _ids(decide(records, [_human("cordis/990000001", "pack-x/alpha", Decision.DIFFERENT)]))
    assert ids["cordis/990000001"] == "pic:990000001"
    assert ids["pack-x/alpha"].startswith("ov:")


def test_a_judgement_about_records_that_no_register_has_any_more_does_no_harm(decide):
    judgements = [_human("cordis/1", "cordis/2", Decision.SAME), _human("cordis/1", _RIGHT, Decision.SAME),
                  _human("cordis/3", _LEFT, Decision.DIFFERENT)]
    assert _ids(decide(_PAIR, judgements)) == _ids(decide(_PAIR))


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
    records = [_record("cordis", _pic(1), "Alpha Cells"), _record("pack-x", "third", "Beta Cells", pic=_pic(1))]
    judged = _judged(_RIGHT, _THIRD, Decision.DIFFERENT)
    resolved = decide(records, [judged])
    assert len(set(_ids(resolved).values())) == 2
    assert _said_against(resolved) == [("different", "identifier", _ONE_NUMBER, _RIGHT, _THIRD)]
    assert _decision(resolved, _RIGHT, _THIRD)["decision"] == "different"


def test_what_the_judge_had_seen_is_no_contradiction(decide):
    records = [_record("cordis", _pic(1), "Alpha Cells"), _record("pack-x", "third", "Alpha Cells", pic=_pic(1))]
    seen = decide(records).decisions.to_pylist()[0]["evidence"].split(SEPARATOR)
    assert seen == [f"identifier {_ONE_NUMBER}", "name alpha cells"]
    known = decide(records, [_judged(_RIGHT, _THIRD, Decision.DIFFERENT, seen)])
    assert _said_against(known) == []
    assert len(set(_ids(known).values())) == 2
    newer = decide(records, [_judged(_RIGHT, _THIRD, Decision.DIFFERENT, seen[1:])])
    assert [row[1] for row in _said_against(newer)] == ["identifier"]


def test_a_third_record_that_says_two_are_one_is_told(decide):
    third = _record("pack-x", "third", "Somebody", pic=_pic(1), ror=ror_id(1))
    resolved = decide([*_PAIR, third], [_judged(_LEFT, _RIGHT, Decision.DIFFERENT, ["name alpha institute"])])
    assert len(_said_against(resolved)) == 1
    (_, rule, _, one, other) = _said_against(resolved)[0]
    assert (rule, _THIRD in {one, other}) == ("identifier", True)


def test_a_withdrawn_record_does_not_overrule_that_it_differs_from_its_successor(decide):
    records = [_record("ror", ror_id(1), "Alpha"),
               _record("ror", ror_id(2), "Beta", state="withdrawn", relations=[("successor", ror_id(1))])]
    resolved = decide(records, [_judged(_ALPHA, _BETA, Decision.DIFFERENT)])
    assert [row[:2] for row in _said_against(resolved)] == [("different", "successor")]
    assert _ids(resolved) == {_ALPHA: ror_id(1)}


def test_another_anchor_that_bears_the_number_does_not_take_a_record_away(decide):
    records = [_record("ror", ror_id(1), "Alpha"), _record("pack-x", "third", "Words", pic=_pic(1))]
    judged = _judged(_ALPHA, _THIRD, Decision.SAME)
    assert _said_against(decide(records, [judged])) == []
    newer = [*records, _record("ror", ror_id(2), "Beta", pic=_pic(1))]
    resolved = decide(newer, [judged])
    assert _ids(resolved)[_THIRD] == ror_id(1)
    assert _said_against(resolved) == [("same", "identifier", _ONE_NUMBER, _THIRD, _BETA)]
    assert _decision(resolved, _THIRD, _BETA)["decision"] == "doubtful"
    known = _judged(_ALPHA, _THIRD, Decision.SAME, [f"identifier {_ONE_NUMBER}"])
    settled = decide(newer, [known])
    assert _said_against(settled) == []
    assert _decision(settled, _THIRD, _BETA)["decision"] == "different"
    assert _decision(settled, _THIRD, _BETA)["judge"] == "an"


def test_a_judgement_elsewhere_is_not_blamed(decide):
    records = [_record("ror", ror_id(1), "Alpha"), _record("pack-x", "third", "Words"),
               _record("ror", ror_id(2), "Beta", isni="0000000121032683"),
               _record("ror", ror_id(3), "Gamma", isni="0000000121032683")]
    resolved = decide(records, [_judged(_ALPHA, _THIRD, Decision.SAME)])
    assert _said_against(resolved) == []


@pytest.mark.parametrize(("relations", "told"), [
    ([], [("same", "withdrawn", _BETA, _BETA, "")]), ([("successor", ror_id(3))], []),
    ([("successor", ror_id(3)), ("successor", ror_id(4))], [("same", "withdrawn", _BETA, _BETA, "")]),
], ids=["none", "one successor", "two successors"])
def test_a_withdrawn_record_stays_what_a_person_says_it_is(decide, relations, told):
    records = [_record("pack-x", "third", "Words", pic=_pic(1)), _record("ror", ror_id(3), "Gamma"),
               _record("ror", ror_id(4), "Delta"),
               _record("ror", ror_id(2), "Beta", state="withdrawn", relations=relations)]
    resolved = decide(records, [_judged(_BETA, _THIRD, Decision.SAME)])
    assert _said_against(resolved) == told
    ids = _ids(resolved)
    assert ids[_BETA] == ids[_THIRD]
    assert _said_against(decide(records, [_judged(_BETA, _THIRD, Decision.SAME, [f"withdrawn {_BETA}"])])) == []


def test_a_number_that_appears_later_does_not_overrule_that_nothing_matches(decide):
    alone = _judged(_THIRD, "", Decision.NO_MATCH)
    records = [_record("pack-x", "third", "Words", pic=_pic(1)), _record("ror", ror_id(1), "Alpha", pic=_pic(1))]
    resolved = decide(records, [alone])
    assert _ids(resolved)[_THIRD] != _ids(resolved)[_ALPHA]
    assert _said_against(resolved) == [("no match", "identifier", _ONE_NUMBER, _THIRD, _ALPHA)]


def test_no_match_leaves_together_what_its_judge_knew_to_share_a_number(decide):
    """Two registers' rows of one organisation, and a namesake of which a person said that it is another."""
    records = [_record("cordis", _pic(1), "Alpha Institute"), _record("pack-x", "third", "Words", pic=_pic(1)),
               _record("ror", ror_id(1), "Alpha Institute"), _record("ror", ror_id(2), "Beta", isni="000000012281955X"),
               _record("pack-y", "fourth", "More Words", pic=_pic(1), isni="000000012281955X")]
    seen = [f"identifier {_ONE_NUMBER}", "name alpha institute"]
    resolved = decide(records[:4], [_judged(_RIGHT, "", Decision.NO_MATCH, seen)])
    ids = _ids(resolved)
    assert (ids[_RIGHT], ids[_RIGHT] == ids[_THIRD], ids[_ALPHA]) == ("pic:990000001", True, ror_id(1))
    assert _said_against(resolved) == []
    more = decide(records, [_judged(_RIGHT, "", Decision.NO_MATCH, seen)])
    assert _ids(more)[_RIGHT] == _ids(more)["pack-y/fourth"] != ror_id(2)
    assert [row[:3] for row in _said_against(more)] == [("no match", "identifier", "isni 000000012281955X")]


def test_contradictions_do_not_hang_on_the_order_of_records_or_judgements(decide):
    records = [_record("ror", ror_id(1), "Alpha"), _record("ror", ror_id(2), "Beta", pic=_pic(1)),
               _record("pack-x", "third", "Words", pic=_pic(1)), _record("cordis", _pic(1), "Alpha")]
    judgements = [_judged(_ALPHA, _THIRD, Decision.SAME), _judged(_RIGHT, _BETA, Decision.DIFFERENT)]
    told = decide(records, judgements).contradictions
    assert told.num_rows
    assert decide(records[::-1], judgements[::-1]).contradictions == told


# Ids that were given out before.

def _issued(**states):
    return pa.table({"id": pa.array(list(states), pa.string()), "target": pa.array(list(states.values()), pa.string())})


def test_an_id_that_nobody_bears_any_more_leads_nowhere_and_is_kept(decide):
    resolved = decide(_PAIR, issued=_issued(**{"ov:1": None, "ov:2": "ov:1", "ov:3": "ov:4", "ov:4": "ov:3"}))
    found = _redirects(resolved)
    assert {known: found[known] for known in ("ov:1", "ov:2", "ov:3", "ov:4")} == dict.fromkeys(
        ("ov:1", "ov:2", "ov:3", "ov:4"))


def test_an_earlier_redirect_follows_its_target_on(decide):
    resolved = decide(_PAIR, issued=_issued(**{"ov:1": "ov:2", "ov:2": "pic:990000001", "pic:990000001": ror_id(1)}))
    assert _redirects(resolved)["ov:1"] == ror_id(1)
    assert _redirects(resolved)["pic:990000001"] == ror_id(1)


def test_an_id_that_stands_again_redirects_no_more(decide):
    issued = _issued(**{"pic:990000001": ror_id(1), ror_id(1): None})
    resolved = decide(_PAIR, [_human(_LEFT, _RIGHT, Decision.DIFFERENT)], issued)
    assert "pic:990000001" not in _redirects(resolved)
    assert _ids(resolved)[_RIGHT] == "pic:990000001"
