"""Doubtful pairs: which there are, in which order, what is known of both sides, and what deciding keeps."""

import shutil

import pytest

import worlds
from openvalley.atlas.doubts import Doubt, Kind, argue, doubts
from openvalley.atlas.reader import open_atlas
from openvalley.atlas.sides import SideName, sides
from openvalley.atlas.sitting import LOOKED, Sitting, consequences
from openvalley.errors import BadInput
from openvalley.resolve.judgements import Decision, Judgement, JudgementStore
from worlds import ror_id

_CLINIC, _NAMESAKE = "pack-schelde/kade-clinic", f"ror/{ror_id(34)}"
_DOCK, _NORTH = f"ror/{ror_id(31)}", f"ror/{ror_id(32)}"


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    """The atlas of the doubtful world; read only."""
    opened = open_atlas(worlds.doubtful(tmp_path_factory).home)
    yield opened
    opened.close()


@pytest.fixture
def own(tmp_path, whole):
    """Settings of a home with that atlas whose judgements a test may change."""
    settings = worlds.home_at(tmp_path / "home")
    settings.atlases.mkdir(parents=True)
    settings.atlases.joinpath("current").symlink_to(whole.path)
    return settings


@pytest.fixture
def store(own):
    return JudgementStore(own.judgements)


@pytest.fixture
def sitting(whole, own, store):
    return Sitting(whole, store, doubts(whole, own), "An")


def _pairs(found):
    return [doubt.pair for doubt in found]


_ALL = [(_CLINIC, _NAMESAKE), (_DOCK, _NORTH), (f"ror/{ror_id(35)}", f"ror/{ror_id(36)}")]


def test_the_regions_pairs_come_first(whole, own):
    found = doubts(whole, own)
    assert _pairs(found) == _ALL
    assert [(doubt.in_region, doubt.countries) for doubt in found] == [(True, ["BE"]), (True, ["BE"]), (False, ["TR"])]
    assert [doubt.asked for doubt in found] == [_CLINIC, "", ""]
    assert {doubt.kind for doubt in found} == {Kind.HINDERED}


@pytest.mark.parametrize(("first", "second"), [
    ({"in_region": True, "in_scope": True}, {"in_region": True, "weight": 900}),
    ({"in_region": True}, {"in_scope": True}), ({"weight": 40}, {"weight": 3, "probability": 0.55}),
    ({"weight": 40, "probability": 0.54}, {"weight": 41, "probability": 0.31}),
    ({"kind": Kind.CONTRADICTED}, {"in_region": True, "in_scope": True}),
])
def test_what_matters_most_comes_first(first, second):
    one, other = (Doubt("x/a", "x/b", **{"kind": Kind.LIKELY, **more}) for more in (first, second))
    assert one.rank < other.rank


@pytest.mark.parametrize(("judgement", "left"), [
    (Judgement(_DOCK, _NORTH, Decision.DIFFERENT, "An", "why"), [_ALL[0], _ALL[2]]),
    (Judgement(_CLINIC, "", Decision.NO_MATCH, "An", "why"), _ALL[1:]),
    (Judgement(_CLINIC, _DOCK, Decision.DIFFERENT, "An", "why"), _ALL),
])
def test_what_was_judged_since_waits_no_more(whole, own, store, judgement, left):
    store.add(judgement)
    assert _pairs(doubts(whole, own)) == left


def test_both_sides_are_told_with_what_speaks_for_and_against(whole, own):
    found = sides(whole, [_DOCK, _NORTH, _CLINIC, _NAMESAKE, "cordis/nobody"])
    assert sorted(found) == sorted([_DOCK, _NORTH, _CLINIC, _NAMESAKE])
    dock, clinic = found[_DOCK], found[_CLINIC]
    assert {SideName("Dokinstituut", "nl", "label"), SideName("Institut du Dock", "fr", "label")} <= set(dock.names)
    assert ("isni", "0000000121032683") in dock.identifiers
    assert (dock.country, dock.towns, dock.id) == ("BE", ["Gent"], ror_id(31))
    assert {source.record for source in clinic.sources} == {_CLINIC, f"ror/{ror_id(33)}"}
    assert all(source.title and source.as_of for source in clinic.sources)
    second = argue(doubts(whole, own)[1], dock, found[_NORTH])
    assert second.one == ["same ISNI 0000000121032683", "same town: Gent", "same country: BE",
                          "same kind of organisation: Higher-education institution"]
    assert second.two == ["a register keeps them apart", "another ROR", "no name in common"]
    first = argue(doubts(whole, own)[0], clinic, found[_NAMESAKE])
    assert "same name: Kade Clinic" in first.one
    assert {"another ROR", "another town"} <= set(first.two)


def test_a_decision_is_a_judgement_at_once_with_what_was_known(sitting, store):
    judgement = sitting.decide(Decision.SAME)
    assert store.history() == [judgement]
    assert (judgement.pair, judgement.judge, judgement.why) == (_ALL[0], "An", LOOKED)
    assert set(judgement.seen) == {f"identifier ror {ror_id(33)}", "name kade clinic"}
    other = sitting.decide(Decision.DIFFERENT, "another house")
    assert (other.pair, other.why, other.seen) == (_ALL[1], "another house", ("identifier isni 0000000121032683",))
    assert sitting.place == 2


def test_no_match_is_about_the_one_that_is_no_registers(sitting, store):
    assert sitting.decide(Decision.NO_MATCH).pair == (_CLINIC, "")
    with pytest.raises(BadInput, match="organisation of its register"):
        sitting.decide(Decision.NO_MATCH)
    assert len(store.history()) == 1


def test_undoing_restores_the_judgements_and_the_pair(sitting, store):
    store.add(Judgement(_DOCK, _NORTH, Decision.SAME, "Bo", "an earlier word"))
    before = store.in_force()
    for decision in (Decision.SAME, Decision.DIFFERENT):
        sitting.decide(decision)
    assert sitting.undo().pair == _ALL[1]
    assert (sitting.place, sitting.current.pair) == (1, _ALL[1])
    sitting.undo()
    assert (sitting.place, store.in_force(), sitting.undo()) == (0, before, None)
    assert len(store.history()) == 5


def test_one_can_skip_and_go_back(sitting):
    sitting.back()
    assert sitting.place == 0
    sitting.skip()
    sitting.decide(Decision.SAME)
    assert sitting.place == 2
    sitting.back()
    assert sitting.place == 0  # what lies between is decided
    sitting.skip()
    sitting.skip()
    assert (sitting.current, sitting.place) == (None, 3)
    with pytest.raises(BadInput, match="no pair"):
        sitting.decide(Decision.SAME)
    sitting.back()
    assert sitting.place == 2


def test_what_settles_one_pair_settles_others_of_the_same_record(whole, store):
    found = [Doubt(_CLINIC, _NAMESAKE, Kind.LIKELY), Doubt(_CLINIC, _DOCK, Kind.LIKELY),
             Doubt(_DOCK, _NORTH, Kind.HINDERED)]
    for decision in (Decision.SAME, Decision.NO_MATCH):
        sitting = Sitting(whole, store, found, "An")
        sitting.decide(decision)
        assert sitting.place == 2
    sitting = Sitting(whole, store, found, "An")
    sitting.decide(Decision.DIFFERENT)
    assert sitting.place == 1


def test_somebody_has_to_decide(whole, store):
    with pytest.raises(BadInput, match="somebody"):
        Sitting(whole, store, [], " ")


def test_what_the_next_build_will_make_of_it_is_told(whole):
    judgements = [Judgement(_DOCK, _NORTH, Decision.SAME, "An", "why"),
                  Judgement(_CLINIC, _NAMESAKE, Decision.DIFFERENT, "An", "why"),
                  Judgement("cordis/1", "", Decision.NO_MATCH, "An", "why")]
    assert consequences(whole, judgements) == [
        f"Dock Institute ({ror_id(31)}) and Dock Institute North ({ror_id(32)}) become one",
        f"Kade Clinic ({ror_id(33)}) and Kade Clinic ({ror_id(34)}) stay two", "cordis/1 stays alone"]


def test_the_next_build_makes_of_it_what_was_told(tmp_path, tmp_path_factory):
    settings = worlds.home_at(tmp_path / "home")
    shutil.copytree(worlds.doubtful(tmp_path_factory).home, settings.home, symlinks=True)
    atlas = open_atlas(settings.home)
    sitting = Sitting(atlas, JudgementStore(settings.judgements), doubts(atlas, settings), "An")
    sitting.decide(Decision.SAME)
    sitting.decide(Decision.DIFFERENT)
    atlas.close()
    worlds.build(settings)
    built = open_atlas(settings.home)
    ids = {row["record"]: row["id"] for row in built.rows("SELECT record, id FROM identity")}
    assert ids[_CLINIC] == ids[_NAMESAKE]
    assert ids[_DOCK] != ids[_NORTH]
    assert built.rows("SELECT * FROM contradiction") == []
    assert [doubt.pair for doubt in doubts(built, settings)] == [_ALL[2]]
    built.close()
