"""Who is who: which records become one organisation, under which public id, and where earlier ids lead."""

import pyarrow as pa
import pytest

from deciding import LEFT, PAIR, RIGHT, decision_on, human, ids_of, pic, record, redirects_of
from openvalley.resolve.judgement import Decision
from worlds import kbo, ror_id

#: Groups of records, and into which organisations each group falls: the records of one tuple are one organisation.
_CASES = {
    "one PIC": ([record("cordis", pic(1), "Alpha Cells NV"), record("pack-x", "alpha", "Other Words", pic=pic(1))],
                [("cordis/990000001", "pack-x/alpha")]),
    "VAT and enterprise number": (
        [record("cordis", pic(2), "Beta Proteins", vat="BE" + kbo(2)), record("pack-x", "beta", "X", kbo=kbo(2))],
        [("cordis/990000002", "pack-x/beta")]),
    "one ROR id": ([record("ror", ror_id(3), "Gamma University"), record("pack-x", "gamma", "Y", ror=ror_id(3))],
                   [(f"ror/{ror_id(3)}", "pack-x/gamma")]),
    "one ISNI": ([record("pack-x", "isni-1", "Isni One", isni="000000012281955X"),
                  record("pack-y", "isni-2", "Isni Two", isni="000000012281955X")],
                 [("pack-x/isni-1", "pack-y/isni-2")]),
    "a GRID id says nothing": ([record("pack-x", "grid-1", "Grid One", grid="grid.1.1"),
                                record("pack-y", "grid-2", "Grid Two", grid="grid.1.1")],
                               [("pack-x/grid-1",), ("pack-y/grid-2",)]),
    "a chain of identifiers": (
        [record("cordis", pic(4), "Chain A", vat="BE" + kbo(4)), record("pack-x", "chain-b", "Chain B", kbo=kbo(4)),
         record("pack-y", "chain-c", "Chain C", pic=pic(4))],
        [("cordis/990000004", "pack-x/chain-b", "pack-y/chain-c")]),
    "name within a country": ([record("ror", ror_id(5), "Delta Institute"),
                               record("cordis", pic(5), "THE DELTA INSTITUTE NV")],
                              [(f"ror/{ror_id(5)}", "cordis/990000005")]),
    "alias within a country": ([record("ror", ror_id(6), "Epsilon Institute", "Instituut Epsilon"),
                                record("cordis", pic(6), "INSTITUUT EPSILON")],
                               [(f"ror/{ror_id(6)}", "cordis/990000006")]),
    "name in another country": ([record("ror", ror_id(7), "Zeta Institute"),
                                 record("cordis", pic(7), "Zeta Institute", country="NL")],
                                [(f"ror/{ror_id(7)}",), ("cordis/990000007",)]),
    "an acronym names nobody": ([record("ror", ror_id(8), "Eta Institute", "acronym:ETAIN"),
                                 record("cordis", pic(8), "ETAIN")],
                                [(f"ror/{ror_id(8)}",), ("cordis/990000008",)]),
    "two bearers of a name": ([record("ror", ror_id(9), "Theta School"), record("ror", ror_id(10), "Theta School"),
                               record("cordis", pic(9), "Theta School")],
                              [(f"ror/{ror_id(9)}",), (f"ror/{ror_id(10)}",), ("cordis/990000009",)]),
    "a name between other registers": ([record("cordis", pic(11), "Iota Vaccines NV"),
                                        record("pack-x", "iota", "Iota Vaccines")],
                                       [("cordis/990000011", "pack-x/iota")]),
    "a name twice in one register": (
        [record("cordis", pic(12), "Kappa Labs"), record("cordis", pic(13), "Kappa Labs"),
         record("pack-x", "kappa", "Kappa Labs")],
        [("cordis/990000012",), ("cordis/990000013",), ("pack-x/kappa",)]),
    "web domain and words": ([record("ror", ror_id(14), "Lambda Heart Clinic", domain="lambda.example"),
                              record("cordis", pic(14), "Clinic Lambda Ghent", domain="lambda.example")],
                             [(f"ror/{ror_id(14)}", "cordis/990000014")]),
    "web domain alone": ([record("ror", ror_id(15), "Mu Society", domain="mu.example"),
                          record("cordis", pic(15), "Institute of Entirely Different Matters", domain="mu.example")],
                         [(f"ror/{ror_id(15)}",), ("cordis/990000015",)]),
    "two ROR ids in use": ([record("ror", ror_id(16), "Nu Campus", isni="0000000121032683"),
                            record("ror", ror_id(17), "Nu Campus North", isni="0000000121032683")],
                           [(f"ror/{ror_id(16)}",), (f"ror/{ror_id(17)}",)]),
    "withdrawn with a successor": (
        [record("ror", ror_id(18), "Xi Academy"),
         record("ror", ror_id(19), "Old Xi", state="withdrawn", relations=[("successor", ror_id(18))])],
        [(f"ror/{ror_id(18)}", f"ror/{ror_id(19)}")]),
    "withdrawn without a successor": ([record("ror", ror_id(20), "Gone Academy", state="withdrawn")], []),
    "withdrawn with two successors": (
        [record("ror", ror_id(21), "Split North"), record("ror", ror_id(22), "Split South"),
         record("ror", ror_id(23), "Split", state="withdrawn",
                 relations=[("successor", ror_id(21)), ("successor", ror_id(22))])],
        [(f"ror/{ror_id(21)}",), (f"ror/{ror_id(22)}",)]),
    "without any name": ([record("cordis", pic(24))], [("cordis/990000024",)]),
    "empty names": ([record("pack-x", "empty-1", "!"), record("pack-y", "empty-2", "?")],
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
    ids = ids_of(everybody)
    names = [f"{record['source']}/{record['source_id']}" for record in records]
    found = {}
    for name in names:
        if name in ids:
            found.setdefault(ids[name], []).append(name)
    assert sorted(map(sorted, found.values())) == sorted(map(sorted, expected))


@pytest.mark.parametrize("case", ["one PIC", "name in another country", "withdrawn with a successor"])
def test_a_case_alone_comes_out_as_it_does_among_others(decide, everybody, case):
    records, _ = _CASES[case]
    among = ids_of(everybody)
    assert ids_of(decide(records)) == {name: among[name] for name in ids_of(decide(records))}


def test_the_order_of_records_does_not_matter(decide, everybody):
    again = decide(list(reversed(_ALL)))
    assert again.members.sort_by("record") == everybody.members.sort_by("record")
    assert again.decisions == everybody.decisions
    assert again.redirects == everybody.redirects


def test_an_unrelated_organisation_changes_nothing_else(decide, everybody):
    more = decide([*_ALL, record("pack-z", "stranger", "Stranger Genomics", pic=pic(99))])
    added = set(more.members["record"].to_pylist()) - set(everybody.members["record"].to_pylist())
    assert added == {"pack-z/stranger"}
    assert {record: known for record, known in ids_of(more).items() if record not in added} == ids_of(everybody)
    assert more.decisions == everybody.decisions
    assert redirects_of(everybody).items() <= redirects_of(more).items()


@pytest.mark.parametrize(("case", "rule", "decision"), [
    ("one PIC", "identifier", "same"), ("name within a country", "name", "same"),
    ("web domain and words", "domain", "same"), ("withdrawn with a successor", "successor", "same"),
    ("two ROR ids in use", "identifier", "doubtful"),
])
def test_every_decision_says_why(everybody, case, rule, decision):
    records, _ = _CASES[case]
    found = decision_on(everybody, *(f"{record['source']}/{record['source_id']}" for record in records))
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
    assert {ids_of(everybody)[f"{record['source']}/{record['source_id']}"] for record in records} == {id_}


@pytest.mark.parametrize(("numbers", "id_"), [
    ({"pic": pic(1), "vat": "BE" + kbo(1), "kbo": kbo(1)}, "pic:990000001"),
    ({"vat": "BE" + kbo(1), "kbo": kbo(1)}, "vat:BE" + kbo(1)), ({"kbo": kbo(1)}, "kbo:" + kbo(1)),
    ({"isni": "000000012281955X"}, "ov:"), ({}, "ov:"),
])
def test_public_ids_go_from_ror_over_pic_vat_and_kbo_to_our_own(decide, numbers, id_):
    resolved = decide([record("pack-x", "alpha", "Alpha", **numbers)])
    (found,) = ids_of(resolved).values()
    assert found.startswith(id_)
    others = {f"{scheme}:{value}" for scheme, value in numbers.items() if scheme != "isni"} - {found}
    assert {target for known, target in redirects_of(resolved).items() if known in others} <= {found}
    assert others <= set(redirects_of(resolved))


def test_our_own_id_hangs_on_the_rows_key_alone(decide):
    before = decide([record("pack-x", "alpha", "Alpha")])
    after = decide([record("pack-x", "alpha", "Alpha renamed"), record("pack-x", "beta", "Beta")])
    assert ids_of(after)["pack-x/alpha"] == ids_of(before)["pack-x/alpha"]


def test_an_organisation_that_gets_a_number_leaves_its_own_id_as_a_redirect(decide):
    before = ids_of(decide([record("pack-x", "alpha", "Alpha")]))["pack-x/alpha"]
    assert redirects_of(decide([record("pack-x", "alpha", "Alpha", pic=pic(1))]))[before] == "pic:990000001"


def test_a_withdrawn_ror_id_redirects_to_its_successor_or_is_gone(everybody):
    redirects = redirects_of(everybody)
    assert redirects[ror_id(19)] == ror_id(18)
    assert redirects[ror_id(20)] is None
    assert redirects[ror_id(23)] is None


# Ids that were given out before.

def _issued(**states):
    return pa.table({"id": pa.array(list(states), pa.string()), "target": pa.array(list(states.values()), pa.string())})


def test_an_id_that_nobody_bears_any_more_leads_nowhere_and_is_kept(decide):
    resolved = decide(PAIR, issued=_issued(**{"ov:1": None, "ov:2": "ov:1", "ov:3": "ov:4", "ov:4": "ov:3"}))
    found = redirects_of(resolved)
    assert {known: found[known] for known in ("ov:1", "ov:2", "ov:3", "ov:4")} == dict.fromkeys(
        ("ov:1", "ov:2", "ov:3", "ov:4"))


def test_an_earlier_redirect_follows_its_target_on(decide):
    resolved = decide(PAIR, issued=_issued(**{"ov:1": "ov:2", "ov:2": "pic:990000001", "pic:990000001": ror_id(1)}))
    assert redirects_of(resolved)["ov:1"] == ror_id(1)
    assert redirects_of(resolved)["pic:990000001"] == ror_id(1)


def test_an_id_that_stands_again_redirects_no_more(decide):
    issued = _issued(**{"pic:990000001": ror_id(1), ror_id(1): None})
    resolved = decide(PAIR, [human(LEFT, RIGHT, Decision.DIFFERENT)], issued)
    assert "pic:990000001" not in redirects_of(resolved)
    assert ids_of(resolved)[RIGHT] == "pic:990000001"
