"""The dispute store: nothing is lost or changed, the latest decision counts, and limits keep the door open."""

import sqlite3
from contextlib import closing, contextmanager
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from openvalley.errors import BadInput, StorageFailed, TooMany
from openvalley.resolve.curator_decisions import CuratorDecision, State
from openvalley.resolve.disputes import MOST_OPEN, DisputeStore
from openvalley.resolve.judgement import Decision, Judgement
from openvalley.resolve.judgements import JudgementStore
from openvalley.resolve.sent import (
    LONGEST_LINK,
    LONGEST_TEXT,
    Fault,
    Sent,
    fault_of_link,
    fault_of_text,
    readable,
    tidy,
)

_PLENTY = 10_000
_SENT = Sent("pic:990000002", "city", "Gent", "We moved to Mechelen.", "https://www.example.org/contact", "nl")


@pytest.fixture
def store(home):
    return DisputeStore(home.judgements)


def _decide(store, number, state, why="looked it up"):
    return store.decide(number, CuratorDecision(state, "an", why))


def test_a_dispute_is_kept_as_it_was_sent_with_its_time(store):
    number = store.add(_SENT, _PLENTY)
    (kept,) = store.about([_SENT.subject])
    assert (kept.number, kept.sent, kept.state) == (number, _SENT, State.OPEN)
    assert kept.at.endswith("+00:00")


def test_it_lies_in_one_file_with_the_judgements_and_neither_harms_the_other(home, store):
    JudgementStore(home.judgements).add(Judgement("a/1", "b/1", Decision.SAME, "an", "why"))
    store.add(_SENT, _PLENTY)
    assert len(JudgementStore(home.judgements).history()) == len(DisputeStore(home.judgements).every()) == 1


@pytest.mark.parametrize("statement", [
    "UPDATE dispute SET says = 'x'", "DELETE FROM dispute", "UPDATE dispute_state SET state = 'open'",
    "DELETE FROM dispute_state",
])
def test_nothing_is_changed_or_deleted_even_by_hand(home, store, statement):
    _decide(store, store.add(_SENT, _PLENTY), State.REJECTED)
    with closing(sqlite3.connect(home.judgements)) as connection, \
            pytest.raises(sqlite3.IntegrityError, match=r"never (changed|deleted)"):
        connection.execute(statement)
    assert [dispute.state for dispute in store.every()] == [State.REJECTED]


class _Hasty(DisputeStore):
    """A store that waits for no disk, for many examples."""

    @contextmanager
    def _connection(self):
        with super()._connection() as connection:
            connection.execute("PRAGMA synchronous = OFF")
            yield connection


@given(st.lists(st.sampled_from(State), max_size=8))
@settings(max_examples=40)
def test_the_latest_decision_counts_and_every_one_is_kept(tmp_path_factory, wanted):
    store = _Hasty(tmp_path_factory.mktemp("store") / "judgements.sqlite")
    number = store.add(_SENT, _PLENTY)
    state, made = State.OPEN, []
    for step, next_state in enumerate(wanted):
        if next_state is state:
            with pytest.raises(BadInput, match=f"is {state} already"):
                _decide(store, number, next_state)
        else:
            made.append((next_state, f"reason {step}"))
            state = next_state
            assert _decide(store, number, next_state, made[-1][1]).state is state
    (kept,) = store.every()
    assert kept.state is state
    assert [(decision.state, decision.why) for decision in kept.decisions] == made
    assert all(decision.at and decision.by == "an" for decision in kept.decisions)


@pytest.mark.parametrize(("number", "by", "why"), [(7, "an", "why"), (1, "", "why"), (1, "x" * 200, "why"),
                                                   (1, "an", ""), (1, "an", "a\x00b"), (1, "an", "x" * 501)])
def test_a_decision_needs_its_dispute_somebody_and_a_reason(store, number, by, why):
    store.add(_SENT, _PLENTY)
    with pytest.raises(BadInput) as refused:
        store.decide(number, CuratorDecision(State.ACCEPTED, by, why))
    assert refused.value.hint
    assert store.every()[0].decisions == ()


def test_what_is_sent_twice_is_kept_once_until_it_is_decided(store):
    first = store.add(_SENT, _PLENTY)
    assert store.add(replace(_SENT, says="  We moved to Mechelen.\r\n"), _PLENTY) == first
    _decide(store, first, State.REJECTED)
    assert store.add(_SENT, _PLENTY) != first


def test_so_many_about_one_organisation_and_no_more(store):
    numbers = [store.add(replace(_SENT, says=f"Reason {step}"), _PLENTY) for step in range(MOST_OPEN)]
    with pytest.raises(TooMany) as refused:
        store.add(replace(_SENT, says="one more"), _PLENTY)
    assert refused.value.context["limit"] == "organisation"
    with pytest.raises(TooMany):
        store.add(replace(_SENT, subject="pic:1", says="under another id"), _PLENTY, [_SENT.subject])
    store.add(replace(_SENT, subject="pic:1"), _PLENTY)
    _decide(store, numbers[0], State.ACCEPTED)
    store.add(replace(_SENT, says="one more"), _PLENTY)


def test_so_many_on_one_day_and_no_more(home, store):
    with closing(sqlite3.connect(home.judgements)) as connection, connection:
        connection.execute("INSERT INTO dispute (subject, property, shown, says, link, language, at) "
                           "VALUES ('pic:1', 'city', '', 'earlier', '', 'en', '2020-01-01T10:00:00+00:00')")
    for step in range(3):
        store.add(replace(_SENT, subject=f"pic:{step}"), 3)
    with pytest.raises(TooMany) as refused:
        store.add(replace(_SENT, subject="pic:99"), 3)
    assert refused.value.context["limit"] == "day"
    assert len(store.every()) == 4


def test_its_mark_is_another_one_after_each_addition(store):
    marks = [store.mark()]
    number = store.add(_SENT, _PLENTY)
    marks.append(store.mark())
    for state in (State.ACCEPTED, State.OPEN):
        _decide(store, number, state)
        marks.append(store.mark())
    assert len(set(marks)) == len(marks)
    assert DisputeStore(store._path).mark() == marks[-1]


def test_what_a_store_lacks_is_made_when_it_is_opened(home, store):
    with closing(sqlite3.connect(home.judgements)) as connection, connection:
        connection.execute("DROP TRIGGER dispute_stays")
        connection.execute("DROP TABLE dispute_state")
    number = DisputeStore(home.judgements).add(_SENT, _PLENTY)
    _decide(store, number, State.ACCEPTED)
    with closing(sqlite3.connect(home.judgements)) as connection, pytest.raises(sqlite3.IntegrityError):
        connection.execute("UPDATE dispute SET says = ''")


def test_the_disputes_of_all_given_ids_are_found_oldest_first(store):
    for subject in ("pic:2", "pic:1", "pic:3"):
        store.add(replace(_SENT, subject=subject), _PLENTY)
    assert [dispute.sent.subject for dispute in store.about(["pic:1", "pic:2"])] == ["pic:2", "pic:1"]
    assert store.about([]) == []


def test_a_store_of_before_disputes_gets_their_tables(home):
    with closing(sqlite3.connect(home.judgements)) as connection:
        connection.execute("CREATE TABLE judgement (number INTEGER PRIMARY KEY)")
    DisputeStore(home.judgements).add(_SENT, _PLENTY)
    assert len(DisputeStore(home.judgements).every()) == 1


def test_a_broken_file_is_said_so(home):
    home.judgements.write_bytes(b"no database" * 500)
    with pytest.raises(StorageFailed, match="cannot be read"):
        DisputeStore(home.judgements)


# What may be sent.

@pytest.mark.parametrize(("says", "fault"), [
    ("", Fault.EMPTY), (" \n\t ", Fault.EMPTY), ("...!", Fault.EMPTY), ("\u200b\u200b", Fault.EMPTY),
    ("ann@example.org", Fault.EMPTY), ("x" * (LONGEST_TEXT + 1), Fault.LONG), ("x" * 10_000_000, Fault.LONG),
    ("a\x00b", Fault.UNREADABLE), ("a\x1b[31mb", Fault.UNREADABLE), ("next\x85line", Fault.UNREADABLE),
    ("a\u202eb", Fault.UNREADABLE), ("bro\ufffdken", Fault.UNREADABLE), ("half \ud83d", Fault.UNREADABLE),
    ("<b>Mechelen</b>", Fault.MARKUP), ("<script>alert(1)</script>", Fault.MARKUP), ("see <img src=x", Fault.MARKUP),
    ("<!-- x -->", Fault.MARKUP), ("</p>", Fault.MARKUP),
    ("x" * LONGEST_TEXT, None), ("Mechelen", None), ("two\nlines\tand a tab", None), ("revenue < 5 million > 3", None),
    ("🧬 naïve", None), ("'; DROP TABLE dispute; --", None), ("大学", None), ("[bold]x[/]", None),
])
def test_which_texts_are_taken(store, says, fault):
    assert fault_of_text(tidy(says)) is fault
    if fault:
        with pytest.raises(BadInput) as refused:
            store.add(replace(_SENT, says=says), _PLENTY)
        assert refused.value.context["faults"] == {"says": fault}
        assert store.every() == []
    else:
        store.add(replace(_SENT, says=says), _PLENTY)
        assert store.every()[0].sent.says == says


@pytest.mark.parametrize(("link", "fault", "kept"), [
    ("", None, ""), ("https://www.example.org/a?b=c#d", None, None), ("http://example.org", None, None),
    ("www.example.org/about", None, "https://www.example.org/about"), ("//example.org", None, "https://example.org"),
    ("  https://example.org  ", None, "https://example.org"), ("https://exämple.org/ü", None, None),
    ("https://register.example:8443/x", None, None), ("https://register.example/0412345678", None, None),
    ("javascript:alert(1)", Fault.NO_LINK, None), ("JaVaScRiPt://example.org/%0aalert(1)", Fault.NO_LINK, None),
    ("data:text/html,x", Fault.NO_LINK, None), ("ftp://example.org", Fault.NO_LINK, None),
    ("https://", Fault.NO_LINK, None), ("https://localhost/x", Fault.NO_LINK, None),
    ("https://127.0.0.1/x", Fault.NO_LINK, None), ("https://[::1]/x", Fault.NO_LINK, None),
    ("https://[bad/x", Fault.NO_LINK, None), ("https://example.org:port/", Fault.NO_LINK, None),
    ("https://user:word@example.org/", Fault.NO_LINK, None), ("https://exa mple.org", Fault.NO_LINK, None),
    ("https://example.org/\x00", Fault.NO_LINK, None), ("https://example.org\\@evil.example", Fault.NO_LINK, None),
    ('https://example.org/"onclick=', Fault.NO_LINK, None), ("mailto:ann@example.org", Fault.NO_LINK, None),
    ("https://example.org/?mail=ann@example.org", Fault.CONTACT, None),
    ("https://example.org/?mail=ann%40example.org", Fault.CONTACT, None),
    ("https://example.org/" + "x" * LONGEST_LINK, Fault.LONG, None),
])
def test_which_links_are_taken(store, link, fault, kept):
    if fault:
        with pytest.raises(BadInput) as refused:
            store.add(replace(_SENT, link=link), _PLENTY)
        assert refused.value.context["faults"] == {"link": fault}
    else:
        store.add(replace(_SENT, link=link), _PLENTY)
        assert store.every()[0].sent.link == (link if kept is None else kept)


@pytest.mark.parametrize(("says", "gone", "stays"), [
    ("Ask ann.sample@example.org about it", "ann.sample", "Ask"), ("Call +32 9 123 45 67 for our town", "123", "town"),
    ("tel. 09/123.45.67, Mechelen", "123", "Mechelen"), ("Prof. Ann Sample moved us to Mechelen", "Sample", "Mechelen"),
])
def test_what_reaches_persons_is_not_kept(home, store, says, gone, stays):
    store.add(replace(_SENT, says=says), _PLENTY)
    kept = store.every()[0].sent.says
    assert gone not in kept
    assert stays in kept
    assert "withheld]" in kept
    assert gone.encode() not in b"".join(path.read_bytes() for path in home.home.iterdir())


@pytest.mark.parametrize("says", ["KBO 0403.170.701", "VAT BE 0403 170 701", "PIC 999986096", "founded 2004-03-12",
                                  "ISNI 0000 0001 2069 7798", "9000 Gent, 0.5 km from BE234"])
def test_numbers_of_organisations_are_kept(store, says):
    store.add(replace(_SENT, says=says), _PLENTY)
    assert store.every()[0].sent.says == says


def test_a_reason_is_freed_of_contacts_too(store):
    decided = _decide(store, store.add(_SENT, _PLENTY), State.ACCEPTED, "asked ann@example.org")
    assert "ann@" not in decided.last.why


@given(st.text())
def test_tidying_twice_is_tidying_once(text):
    assert tidy(tidy(text)) == tidy(text)


@given(st.text())
def test_what_is_shown_for_another_try_holds_nothing_that_cannot_be_shown(text):
    assert fault_of_text(tidy(readable(text))[:LONGEST_TEXT]) is not Fault.UNREADABLE


@given(st.text(max_size=60))
def test_no_link_leads_anywhere_but_the_web(text):
    if fault_of_link(text) is None:
        assert text == "" or text.lower().startswith(("http://", "https://"))
