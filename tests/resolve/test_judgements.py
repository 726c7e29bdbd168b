"""The judgement store: nothing is lost, nothing is changed, the latest word counts."""

import os
import signal
import sqlite3
import subprocess
import sys
import textwrap
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from openvalley.errors import BadInput, StorageFailed
from openvalley.resolve.holding import in_force
from openvalley.resolve.judgement import Decision, Judgement
from openvalley.resolve.judgements import JudgementStore

_A, _B, _C = "cordis/990000001", "pack-schelde/kaai", "ror/https://ror.org/0zzz00139"


def _judged(decision, left=_A, right=_B, judge="an", why="looked it up"):
    return Judgement(left, "" if decision is Decision.NO_MATCH else right, decision, judge, why)


@pytest.fixture
def store(home):
    return JudgementStore(home.judgements)


def test_a_judgement_is_kept_with_judge_reason_and_time(store):
    store.add(Judgement(_B, _A, Decision.SAME, "an", "same address", "2026-01-02T03:04:05+00:00"))
    assert store.history() == [Judgement(_A, _B, Decision.SAME, "an", "same address", "2026-01-02T03:04:05+00:00")]


def test_a_judgement_without_a_time_gets_one(store):
    store.add(_judged(Decision.SAME))
    assert store.history()[0].at.endswith("+00:00")


def test_the_later_judgement_of_a_pair_holds_whichever_way_round_it_is_named(store):
    store.add(_judged(Decision.SAME))
    store.add(_judged(Decision.DIFFERENT, left=_B, right=_A))
    assert [judgement.decision for judgement in store.in_force()] == [Decision.DIFFERENT]
    assert len(store.history()) == 2


def test_undecided_takes_a_judgement_back_and_a_later_one_stands_again(store):
    store.add(_judged(Decision.SAME))
    store.add(_judged(Decision.SAME, right=_C))
    store.add(_judged(Decision.UNDECIDED))
    assert [(judgement.left, judgement.right) for judgement in store.in_force()] == [(_A, _C)]
    store.add(_judged(Decision.DIFFERENT))
    assert {judgement.decision for judgement in store.in_force()} == {Decision.SAME, Decision.DIFFERENT}
    assert len(store.history()) == 4


def test_no_match_is_about_one_record(store):
    store.add(_judged(Decision.NO_MATCH))
    assert [(judgement.left, judgement.right) for judgement in store.in_force()] == [(_A, "")]


def test_a_no_match_is_taken_back_like_any_other(store):
    store.add(_judged(Decision.NO_MATCH))
    store.add(Judgement(_A, "", Decision.UNDECIDED, "an", "it has one now"))
    assert store.in_force() == []


def test_that_nothing_matches_and_that_something_does_exclude_each_other(store):
    store.add(_judged(Decision.SAME))
    store.add(_judged(Decision.NO_MATCH))
    assert [judgement.decision for judgement in store.in_force()] == [Decision.NO_MATCH]
    store.add(_judged(Decision.SAME, right=_C))
    assert [judgement.pair for judgement in store.in_force()] == [(_A, _C)]


def test_what_is_taken_back_by_its_time_leaves_what_stood_before(store):
    store.add(_judged(Decision.SAME, judge="bo"))
    mistaken = store.add(_judged(Decision.DIFFERENT))
    store.add(Judgement(_A, _B, Decision.UNDECIDED, "an", "a slip", undoes=mistaken.at))
    assert [(judgement.decision, judgement.judge) for judgement in store.in_force()] == [(Decision.SAME, "bo")]


def test_times_are_kept_in_utc_and_a_day_is_its_first_moment(store):
    for at in ("2026-01-02", "2026-01-02T12:00:00+02:00", "2026-01-02T11:30:00Z", "2026-01-02T12:30:00"):
        store.add(Judgement(_A, _B, Decision.SAME, "an", "why", at))
    assert [judgement.at for judgement in store.history()] == [
        "2026-01-02T00:00:00+00:00", "2026-01-02T10:00:00+00:00", "2026-01-02T11:30:00+00:00",
        "2026-01-02T12:30:00+00:00"]


def test_a_judgement_without_a_time_is_later_than_all_before_it(store):
    ahead = (datetime.now(UTC) + timedelta(hours=5)).isoformat()
    store.add(Judgement(_A, _B, Decision.SAME, "an", "a clock that is fast", ahead))
    store.add(_judged(Decision.DIFFERENT))
    assert [judgement.decision for judgement in store.in_force()] == [Decision.DIFFERENT]


def test_a_store_of_an_earlier_version_keeps_its_judgements(home):
    connection = sqlite3.connect(home.judgements)
    connection.executescript("""
        CREATE TABLE judgement (number INTEGER PRIMARY KEY, left_record TEXT NOT NULL, right_record TEXT NOT NULL,
            decision TEXT NOT NULL, judge TEXT NOT NULL, at TEXT NOT NULL, why TEXT NOT NULL);
        INSERT INTO judgement VALUES (1, 'a/1', 'b/1', 'same', 'an', '2026-01-02T00:00:00+00:00', 'why');
    """)
    connection.close()
    for _ in range(2):
        store = JudgementStore(home.judgements)
        assert store.history() == [Judgement("a/1", "b/1", Decision.SAME, "an", "why", "2026-01-02T00:00:00+00:00")]
    store.add(_judged(Decision.SAME))
    assert len(store.history()) == 2


def _timed(decision, day, judge="an", right=_B, **more):
    return Judgement(_A, "" if decision is Decision.NO_MATCH else right, decision, judge, "why",
                     f"2026-01-{day:02}T00:00:00+00:00", **more)


def test_many_are_merged_and_what_is_there_already_is_not_added_again(store):
    first = [_timed(Decision.SAME, 1), _timed(Decision.DIFFERENT, 2), _judged(Decision.NO_MATCH)]
    assert store.merge(first).added == [0, 1, 2]
    again = store.merge([*first, _timed(Decision.SAME, 3, right=_C)])
    assert (again.added, again.known, again.contrary) == ([3], [0, 1, 2], [])
    assert len(store.history()) == 4


@pytest.mark.parametrize("arriving", [
    [_timed(Decision.DIFFERENT, 1)], [_timed(Decision.SAME, 1, judge="bo")],
    [_timed(Decision.SAME, 5), _timed(Decision.DIFFERENT, 5)], [_judged(Decision.SAME), _judged(Decision.DIFFERENT)],
], ids=["another decision", "another judge", "two of one time", "two without a time"])
def test_what_contradicts_of_one_time_is_named_and_nothing_is_added(store, arriving):
    store.add(_timed(Decision.SAME, 1))
    merged = store.merge([_timed(Decision.SAME, 9, right=_C), *arriving])
    assert (merged.added, [place for place, _ in merged.contrary]) == ([], [len(arriving)])
    assert len(store.history()) == 1


@pytest.mark.parametrize("judgement", [
    Judgement(_A, _A, Decision.SAME, "an", "why"), Judgement(_A, "", Decision.SAME, "an", "why"),
    Judgement("", _A, Decision.DIFFERENT, "an", "why"), Judgement(_A, _B, Decision.NO_MATCH, "an", "why"),
    Judgement("", "", Decision.NO_MATCH, "an", "why"), Judgement(_A, _B, Decision.SAME, "", "why"),
    Judgement(_A, _B, Decision.SAME, "an", ""), Judgement(_A, _B, Decision.SAME, "an", "why", "yesterday"),
    Judgement(_A, _B, Decision.SAME, "an", "why", "2999-01-01"),
    Judgement(_A, _B, Decision.SAME, "an", "why", undoes="2026-01-01"),
], ids=["itself", "no right", "no left", "no match of two", "no match of none", "no judge", "no reason", "no time",
        "time to come", "nothing to take back"])
def test_what_is_no_judgement_is_refused(store, judgement):
    with pytest.raises(BadInput) as refused:
        store.add(judgement)
    assert refused.value.hint
    assert store.history() == []


@pytest.mark.parametrize("statement", [
    "UPDATE judgement SET decision = 'different'", "DELETE FROM judgement",
    "UPDATE public_id SET target = 'x'", "DELETE FROM public_id",
])
def test_nothing_is_changed_or_deleted_even_by_hand(home, store, statement):
    store.add(_judged(Decision.SAME))
    store.issue([("pic:990000001", None)], "v1")
    connection = sqlite3.connect(home.judgements)
    with pytest.raises(sqlite3.IntegrityError, match=r"never (changed|deleted)"):
        connection.execute(statement)
    connection.close()
    assert [judgement.decision for judgement in store.history()] == [Decision.SAME]


def test_the_last_state_of_a_public_id_counts(store):
    store.issue([("pic:990000001", None), ("pic:990000002", None)], "v1")
    store.issue([("pic:990000001", "https://ror.org/0zzz00139")], "v2")
    assert store.public_ids().to_pylist() == [{"id": "pic:990000001", "target": "https://ror.org/0zzz00139"},
                                              {"id": "pic:990000002", "target": None}]


@pytest.mark.parametrize("text", ["'; DROP TABLE judgement; --", "🧬 naïve\nlines", "x" * 10_000])
def test_a_reason_may_be_any_text(store, text):
    store.add(_judged(Decision.SAME, why=text))
    assert store.history()[0].why == text


_WRITER = textwrap.dedent("""
    import sys
    from pathlib import Path
    from openvalley.resolve.judgement import Decision, Judgement
    from openvalley.resolve.judgements import JudgementStore

    store = JudgementStore(Path(sys.argv[1]))
    for number in range(int(sys.argv[3])):
        store.add(Judgement(f"{sys.argv[2]}/{number}", "zz/1", Decision.SAME, sys.argv[2], "why"))
        if number == 5:
            print("writing", flush=True)
""")


def _writer(path, name, count):
    return subprocess.Popen([sys.executable, "-c", _WRITER, str(path), name, str(count)], stdout=subprocess.PIPE)


def test_two_writers_at_once_lose_nothing(home, store):
    writers = [_writer(home.judgements, name, 40) for name in ("an", "bo")]
    for writer in writers:
        writer.communicate()
        assert writer.returncode == 0
    assert sorted(judgement.left for judgement in store.history()) == sorted(
        f"{name}/{number}" for name in ("an", "bo") for number in range(40))


def test_a_writer_that_is_killed_leaves_whole_judgements(home, store):
    writer = _writer(home.judgements, "an", 100_000)
    assert writer.stdout.readline() == b"writing\n"
    os.kill(writer.pid, signal.SIGKILL)
    writer.communicate()
    kept = JudgementStore(home.judgements).history()
    assert len(kept) >= 6
    assert [judgement.left for judgement in kept] == [f"an/{number}" for number in range(len(kept))]
    store.add(_judged(Decision.SAME))
    assert len(store.history()) == len(kept) + 1


@pytest.mark.parametrize(("content", "says"), [(b"not a database, only text" * 100, "cannot be read")])
def test_a_store_that_is_broken_is_said_so(home, content, says):
    home.judgements.write_bytes(content)
    with pytest.raises(StorageFailed, match=says) as refused:
        JudgementStore(home.judgements)
    assert "restore" in refused.value.hint


def test_a_full_disk_is_said_so_and_nothing_is_half_written(home, store):
    store.add(_judged(Decision.SAME))
    connection = sqlite3.connect(home.judgements)
    ((pages,),) = connection.execute("PRAGMA page_count").fetchall()
    connection.close()

    class FullStore(JudgementStore):
        @contextmanager
        def _connection(self):
            with super()._connection() as connection:
                connection.execute(f"PRAGMA max_page_count = {pages}")
                yield connection

    with pytest.raises(StorageFailed, match="full"):
        FullStore(home.judgements).add(_judged(Decision.SAME, right=_C, why="x" * 100_000))
    assert len(store.history()) == 1


# What holds, as laws.

_RECORDS = st.sampled_from([_A, _B, _C])


@st.composite
def _histories(draw):
    """Histories of few records, each judgement at a time of its own."""
    found = []
    for day in range(1, draw(st.integers(1, 10)) + 1):
        left = draw(_RECORDS)
        right = draw(st.sampled_from(["", *({_A, _B, _C} - {left})]))
        decision = draw(st.sampled_from([Decision.SAME, Decision.DIFFERENT, Decision.UNDECIDED]))
        if not right:
            decision = draw(st.sampled_from([Decision.NO_MATCH, Decision.UNDECIDED]))
        left, right = sorted((left, right)) if right else (left, right)
        undoes = draw(st.sampled_from(["", *(one.at for one in found if one.pair == (left, right))]))
        found.append(Judgement(left, right, decision, "an", "why", f"2026-01-{day:02}T00:00:00+00:00",
                               undoes=undoes if decision is Decision.UNDECIDED else ""))
    return found


@given(_histories(), st.randoms(use_true_random=False))
def test_the_order_in_which_judgements_came_says_nothing(history, random):
    shuffled = random.sample(history, len(history))
    assert in_force(shuffled) == in_force(history)


@given(_histories(), st.integers(0, 2))
def test_undoing_restores_what_held(history, place):
    before = in_force(history)
    pair = (sorted([_A, _B]), [_A, ""], sorted([_B, _C]))[place]
    decision = Decision.SAME if pair[1] else Decision.NO_MATCH
    judged = Judgement(*pair, decision, "bo", "why", "2026-02-01T00:00:00+00:00")
    undone = Judgement(*pair, Decision.UNDECIDED, "bo", "a slip", "2026-02-02T00:00:00+00:00", undoes=judged.at)
    assert judged in in_force([*history, judged])
    assert in_force([*history, judged, undone]) == before


@given(_histories())
def test_of_a_pair_one_judgement_holds_at_most_and_no_match_is_alone(history):
    holding = in_force(history)
    assert len({judgement.pair for judgement in holding}) == len(holding)
    unmatched = {judgement.left for judgement in holding if judgement.decision is Decision.NO_MATCH}
    assert unmatched.isdisjoint(record for judgement in holding if judgement.decision is Decision.SAME
                                for record in judgement.pair)
