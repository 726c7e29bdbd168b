"""Judgements as CSV: what is written is what is read; a file is taken as a whole or not at all; bad lines are named."""

import csv
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from openvalley.atlas.judgement_file import COLUMNS, export_judgements, import_judgements
from openvalley.errors import BadInput
from openvalley.resolve.judgement import Decision, Judgement
from openvalley.resolve.judgements import JudgementStore

_A, _B = "cordis/990000001", "ror/https://ror.org/0zzz00139"


@pytest.fixture
def store(home):
    return JudgementStore(home.judgements)


@pytest.fixture
def taken(store, tmp_path):
    """Return a function that imports lines, below the header unless they bring their own."""
    def take(*lines, header="", encoding="utf-8"):
        path = tmp_path / "judgements.csv"
        path.write_bytes("\n".join([header or ",".join(COLUMNS), *lines]).encode(encoding))
        return import_judgements(path, store)

    return take


_TEXT = st.text(st.characters(exclude_categories=["Cs"]), min_size=1).filter(str.strip)
_HARD = st.sampled_from(["=1+1", "'=1", "''@x", " -x", 'a;b,c"d', "line\r\nline", "\t=1", "🧬", "-", "nul\0nul"])
_NAMES = st.text("abc'=-/", min_size=1, max_size=6).map(lambda key: f"x/{key}")


@st.composite
def _judgements(draw):
    pair = draw(st.lists(_NAMES, min_size=2, max_size=2, unique=True).map(sorted))
    decision = draw(st.sampled_from(list(Decision)))
    moment = datetime(2020, 1, 1, tzinfo=UTC) + timedelta(microseconds=draw(st.integers(0, 10**14)))
    return Judgement(pair[0], "" if decision is Decision.NO_MATCH else pair[1], decision, draw(_TEXT | _HARD),
                     draw(_TEXT | _HARD), moment.isoformat(),
                     tuple(sorted(draw(st.sets(st.sampled_from(["name a b", "identifier pic 1", "withdrawn x/1"]))))),
                     "2020-01-01T00:00:00+00:00" if decision is Decision.UNDECIDED and draw(st.booleans()) else "")


_HISTORIES = st.lists(_judgements(), max_size=6, unique_by=lambda judgement: (judgement.pair, judgement.at))


def _ordered(judgements):
    return sorted(judgements, key=lambda judgement: (judgement.at, judgement.pair))


@given(_HISTORIES, st.randoms(use_true_random=False))
@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_what_is_exported_is_imported_in_whatever_order(history, random):
    with TemporaryDirectory() as folder:
        path = Path(folder) / "judgements.csv"
        path.write_text(export_judgements(history), encoding="utf-8", newline="")
        store = JudgementStore(Path(folder) / "store.sqlite")
        assert import_judgements(path, store).added == len(history)
        assert _ordered(store.history()) == _ordered(history)
        again = import_judgements(path, store)
        assert (again.added, again.known) == (0, len(history))
        shuffled = JudgementStore(Path(folder) / "shuffled.sqlite")
        for judgement in random.sample(history, len(history)):
            shuffled.add(judgement)
        assert export_judgements(shuffled.history()) == export_judgements(history)
        assert shuffled.in_force() == store.in_force()


def test_no_spreadsheet_runs_what_is_exported(store):
    store.add(Judgement(_A, _B, Decision.SAME, "=cmd|'/c calc'!A1", "+1+1"))
    (row,) = csv.DictReader(export_judgements(store.history()).splitlines())
    assert (row["judge"], row["why"]) == ("'=cmd|'/c calc'!A1", "'+1+1")


def test_a_later_export_adds_lines_at_the_end(store):
    store.add(Judgement(_A, _B, Decision.SAME, "an", "why"))
    before = export_judgements(store.history())
    store.add(Judgement(_A, "", Decision.NO_MATCH, "an", "why"))
    assert export_judgements(store.history()).startswith(before)


def test_a_file_by_hand_needs_four_columns_and_is_known_the_second_time(taken, store):
    lines = (f"{_A},{_B},same,an,same address", "pack-x/a,,no match,an,a new one")
    for added, known in ((2, 0), (0, 2)):
        result = taken(*lines, header="left,right,decision,judge,why")
        assert (result.added, result.known, result.faults) == (added, known, ())
    assert {judgement.decision for judgement in store.in_force()} == {Decision.SAME, Decision.NO_MATCH}


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252"])
def test_files_as_spreadsheets_save_them(taken, store, encoding):
    taken(f"{_A};{_B};same;André;même adresse", "", ";;;;", header="left;right;decision;judge;why", encoding=encoding)
    (judgement,) = store.history()
    assert (judgement.judge, judgement.why) == ("André", "même adresse")


@pytest.mark.parametrize(("line", "reason"), [
    (f"{_A},{_B},equal,an,,why,,", "'equal' is no decision"), (f"{_A},{_A},same,an,,why,,", "two different records"),
    (f"{_A},,same,an,,why,,", "two different records"), (f"{_A},{_B},no match,an,,why,,", "two different records"),
    (f"{_A},nobody,same,an,,why,,", "'nobody' is no record"), (f"{_A},ror/,same,an,,why,,", "'ror/' is no record"),
    (f"{_A},{_B},same,,,why,,", "a judge and a reason"), (f"{_A},{_B},same,an,, ,,", "a judge and a reason"),
    (f"{_A},{_B},same,an,tomorrow,why,,", "'tomorrow' is no time"),
    (f"{_A},{_B},same,an,2999-01-01,why,,", "lies in the future"), (f"{_A},{_B}", "'' is no decision"),
    (f"{_A},{_B},same,an,,why,,2026-01-01", "Only the decision 'undecided'"),
    (f"an,why,{_A},same,{_B},,,", "is no decision"),
])
def test_a_bad_line_is_named_with_its_reason_and_nothing_is_taken(taken, store, line, reason):
    result = taken('pack-x/a,pack-x/b,same,an,2026-01-01,"two\nlines",,', line)
    assert [(fault.line, reason in fault.reason) for fault in result.faults] == [(4, True)]
    assert (result.added, store.history()) == (0, [])


def test_lines_that_contradict_each_other_or_the_store_are_named(taken, store):
    store.add(Judgement(_A, _B, Decision.SAME, "bo", "their site", "2026-01-01T00:00:00+00:00"))
    result = taken(f"{_A},{_B},different,an,2026-01-01,why,,", "pack-x/a,pack-x/b,same,an,,why,,",
                   "pack-x/b,pack-x/a,different,an,,why,,")
    assert [fault.line for fault in result.faults] == [2, 4]
    assert "same, by bo (their site)" in result.faults[0].reason
    assert len(store.history()) == 1


def test_judgements_that_cannot_all_be_true_are_taken_and_told(taken, store):
    result = taken("x/a,x/b,same,an,2026-01-01,why,,", "x/b,x/c,same,an,2026-01-02,why,,",
                   "x/a,x/c,different,an,2026-01-03,why,,")
    assert (result.added, len(store.in_force())) == (3, 3)
    assert result.conflicts == ["x/a is said not to be x/c (line 4), but: x/a is x/b (line 2), x/b is x/c (line 3)"]


@pytest.mark.parametrize(("content", "says"), [
    (b"left,right\n", "has no column decision, judge, why"), (b"", "has no column"),
    (b"left,right,decision,judge,why\n" + b"x" * (1 << 21), "not a CSV file to its end"),
])
def test_what_is_no_such_file_is_said(store, tmp_path, content, says):
    (tmp_path / "odd.csv").write_bytes(content)
    with pytest.raises(BadInput, match=says) as refused:
        import_judgements(tmp_path / "odd.csv", store)
    assert refused.value.hint


def test_a_file_that_is_not_there_is_said(store, tmp_path):
    with pytest.raises(BadInput, match="no file"):
        import_judgements(tmp_path, store)
