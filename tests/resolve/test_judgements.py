"""The judgement store: nothing is lost, nothing is changed, the latest word counts."""

import os
import signal
import sqlite3
import subprocess
import sys
import textwrap
from contextlib import contextmanager

import pytest

from openvalley.errors import BadInput, StorageFailed
from openvalley.resolve.judgements import Decision, Judgement, JudgementStore

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


@pytest.mark.parametrize("judgement", [
    Judgement(_A, _A, Decision.SAME, "an", "why"), Judgement(_A, "", Decision.SAME, "an", "why"),
    Judgement("", _A, Decision.DIFFERENT, "an", "why"), Judgement(_A, _B, Decision.NO_MATCH, "an", "why"),
    Judgement("", "", Decision.NO_MATCH, "an", "why"), Judgement(_A, _B, Decision.SAME, "", "why"),
    Judgement(_A, _B, Decision.SAME, "an", ""),
], ids=["itself", "no right", "no left", "no match of two", "no match of none", "no judge", "no reason"])
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
    from openvalley.resolve.judgements import Decision, Judgement, JudgementStore

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
        writer.communicate(timeout=60)
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
