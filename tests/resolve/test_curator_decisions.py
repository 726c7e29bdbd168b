"""Decisions of curators: how they are kept, and what is refused, whatever they are about."""

import pytest

from openvalley.errors import BadInput
from openvalley.resolve.curator_decisions import CuratorDecision, Decided, State


def test_a_decision_is_kept_tidy_with_its_time_and_without_addresses_of_persons():
    kept = CuratorDecision(State.ACCEPTED, " an ", "  asked ann@example.org ").kept()
    assert (kept.state, kept.by) == (State.ACCEPTED, "an")
    assert kept.why.startswith("asked")
    assert "ann@" not in kept.why
    assert kept.at.endswith("+00:00")


def test_the_time_that_a_decision_has_stays():
    assert CuratorDecision(State.REJECTED, "an", "why", "2026-01-01T00:00:00+00:00").kept().at.startswith("2026-01-01")


@pytest.mark.parametrize(("by", "why"), [("", "why"), ("x" * 101, "why"), ("an", ""), ("an", "a\x00b")])
def test_a_decision_needs_somebody_and_a_reason(by, why):
    with pytest.raises(BadInput) as refused:
        CuratorDecision(State.ACCEPTED, by, why).kept()
    assert refused.value.hint


def test_the_latest_decision_counts():
    accepted, taken_back = (CuratorDecision(state, "an", "why") for state in (State.ACCEPTED, State.OPEN))
    assert Decided().state is State.OPEN
    assert Decided(decisions=(accepted,)).state is State.ACCEPTED
    assert Decided(decisions=(accepted, taken_back)).state is State.OPEN
