"""Doubtful pairs: which there are, in which order, what is known of both sides, and what deciding keeps."""

import shutil

import pytest

import doubtful
import worlds
from doubtful import AT_CLINIC, CLINIC, DEPARTMENT, DOCK, FAR, NAMESAKE, NORTH
from openvalley.atlas.doubts import Doubt, Kind, argue, doubts
from openvalley.atlas.reader import open_atlas
from openvalley.atlas.sides import SideName, sides
from openvalley.atlas.sitting import LOOKED, Sitting, consequences
from openvalley.errors import BadInput
from openvalley.resolve.judgement import Decision, Judgement
from openvalley.resolve.judgements import JudgementStore
from worlds import ror_id


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    """The atlas of the doubtful world; read only."""
    opened = open_atlas(doubtful.doubtful(tmp_path_factory).home)
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


_ALL = [(CLINIC, NAMESAKE), (DOCK, NORTH), FAR]


def test_the_regions_pairs_come_first(whole, own):
    found = doubts(whole, own)
    assert _pairs(found) == _ALL
    assert [(doubt.in_region, doubt.countries) for doubt in found] == [(True, ["BE"]), (True, ["BE"]), (False, ["TR"])]
    assert [doubt.asked for doubt in found] == [CLINIC, "", ""]
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
    (Judgement(DOCK, NORTH, Decision.DIFFERENT, "An", "why"), [_ALL[0], _ALL[2]]),
    (Judgement(CLINIC, "", Decision.NO_MATCH, "An", "why"), _ALL[1:]),
    (Judgement(CLINIC, DOCK, Decision.DIFFERENT, "An", "why"), _ALL),
])
def test_what_was_judged_since_waits_no_more(whole, own, store, judgement, left):
    store.add(judgement)
    assert _pairs(doubts(whole, own)) == left


def test_both_sides_are_told_with_what_speaks_for_and_against(whole, own):
    found = sides(whole, [DOCK, NORTH, CLINIC, NAMESAKE, "cordis/nobody"])
    assert sorted(found) == sorted([DOCK, NORTH, CLINIC, NAMESAKE])
    dock, clinic = found[DOCK], found[CLINIC]
    assert {SideName("Dokinstituut", "nl", "label"), SideName("Institut du Dock", "fr", "label")} <= set(dock.names)
    assert ("isni", "0000000121032683") in dock.identifiers
    assert (dock.country, dock.towns, dock.id) == ("BE", ["Gent"], ror_id(31))
    assert {source.record for source in clinic.sources} == {CLINIC, f"ror/{ror_id(33)}"}
    assert all(source.title and source.as_of for source in clinic.sources)
    second = argue(doubts(whole, own)[1], dock, found[NORTH])
    assert second.one == ["same ISNI 0000000121032683", "same town: Gent", "same country: BE",
                          "same kind of organisation: Higher-education institution"]
    assert second.two == ["a register keeps them apart", "another ROR", "no name in common"]
    first = argue(doubts(whole, own)[0], clinic, found[NAMESAKE])
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
    assert sitting.decide(Decision.NO_MATCH).pair == (CLINIC, "")
    with pytest.raises(BadInput, match="organisation of its register"):
        sitting.decide(Decision.NO_MATCH)
    assert len(store.history()) == 1


def test_undoing_restores_the_judgements_and_the_pair(sitting, store):
    store.add(Judgement(DOCK, NORTH, Decision.SAME, "Bo", "an earlier word"))
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
    found = [Doubt(CLINIC, NAMESAKE, Kind.LIKELY), Doubt(CLINIC, DOCK, Kind.LIKELY),
             Doubt(DOCK, NORTH, Kind.HINDERED)]
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
    judgements = [Judgement(DOCK, NORTH, Decision.SAME, "An", "why"),
                  Judgement(CLINIC, NAMESAKE, Decision.DIFFERENT, "An", "why"),
                  Judgement("cordis/1", "", Decision.NO_MATCH, "An", "why"),
                  Judgement(DEPARTMENT, "", Decision.NO_MATCH, "An", "why"),
                  Judgement("cordis/1", DEPARTMENT, Decision.SAME, "An", "why")]
    assert consequences(whole, judgements) == [
        f"Dock Institute ({ror_id(31)}) and Dock Institute North ({ror_id(32)}) become one",
        f"Kade Clinic ({ror_id(33)}) and Kade Clinic ({ror_id(34)}) stay two", "cordis/1 stays alone",
        "'Dept. of Tides' (Gent, BE) means no organisation", "'Dept. of Tides' (Gent, BE) means cordis/1"]


def test_the_next_build_makes_of_it_what_was_told(tmp_path, tmp_path_factory):
    settings = worlds.home_at(tmp_path / "home")
    shutil.copytree(doubtful.doubtful(tmp_path_factory).home, settings.home, symlinks=True)
    atlas = open_atlas(settings.home)
    sitting = Sitting(atlas, JudgementStore(settings.judgements), doubts(atlas, settings), "An")
    sitting.decide(Decision.SAME)
    sitting.decide(Decision.DIFFERENT)
    sites = {row["mention"]: row["organisation_id"] for row in atlas.rows("SELECT * FROM trial_site")}
    assert sites == {AT_CLINIC: ror_id(34), DEPARTMENT: None}
    JudgementStore(settings.judgements).add(Judgement(AT_CLINIC, "", Decision.NO_MATCH, "An", "a private practice"))
    JudgementStore(settings.judgements).add(Judgement(DEPARTMENT, DOCK, Decision.SAME, "An", "their site says so"))
    atlas.close()
    worlds.build(settings)
    built = open_atlas(settings.home)
    ids = {row["record"]: row["id"] for row in built.rows("SELECT record, id FROM identity")}
    assert ids[CLINIC] == ids[NAMESAKE]
    assert ids[DOCK] != ids[NORTH]
    sites = {row["mention"]: row["organisation_id"] for row in built.rows("SELECT * FROM trial_site")}
    assert sites == {AT_CLINIC: None, DEPARTMENT: ror_id(31)}
    assert built.rows("SELECT * FROM contradiction") == []
    assert [doubt.pair for doubt in doubts(built, settings)] == [_ALL[2]]
    built.close()


@pytest.fixture
def likely(tmp_path, tmp_path_factory):
    """The atlas with a link that likeness left to people, and its settings."""
    settings = doubtful.waiting(tmp_path_factory, tmp_path / "likely", likely=True)
    opened = open_atlas(settings.home)
    yield opened, settings
    opened.close()


def test_what_likeness_left_to_people_waits_with_its_probability(likely):
    atlas, settings = likely
    found = next(doubt for doubt in doubts(atlas, settings) if doubt.kind is Kind.LIKELY)
    assert (found.pair, found.asked, found.probability) == ((DEPARTMENT, DOCK), DEPARTMENT, 0.42)
    assert (found.in_region, found.in_scope, found.countries) == (True, True, ["BE"])
    left, right = (sides(atlas, found.pair)[record] for record in found.pair)
    assert (left.name, left.towns, left.country, left.trials, left.id) == ("Dept. of Tides", ["Gent"], "BE", 1, None)
    assert [source.record for source in left.sources] == ["clinicaltrials"]
    argued = argue(found, left, right)
    assert {"shares words with tides", "same town: Gent", "same country: BE"} <= set(argued.one)
    assert argued.two == [f"Dock Institute North ({ror_id(32)}) is nearly as near"]


@pytest.mark.parametrize(("decision", "pair"), [
    (Decision.SAME, (DEPARTMENT, DOCK)), (Decision.DIFFERENT, (DEPARTMENT, DOCK)),
    (Decision.NO_MATCH, (DEPARTMENT, "")),
])
def test_a_text_is_settled_like_a_row(likely, decision, pair):
    atlas, settings = likely
    found = [doubt for doubt in doubts(atlas, settings) if doubt.kind is Kind.LIKELY]
    sitting = Sitting(atlas, JudgementStore(settings.judgements), found, "An")
    assert sitting.decide(decision).pair == pair
    assert Kind.LIKELY not in {doubt.kind for doubt in doubts(atlas, settings)}
    sitting.undo()
    assert Kind.LIKELY in {doubt.kind for doubt in doubts(atlas, settings)}
