"""The gate lets nothing out that the policy does not, writes all down, and remembers it over a restart."""

import math
from collections import Counter
from datetime import timedelta

import numpy as np
import pytest
from attacks import CLIENTS, NOON, Listed, attempt, policy

from openvalley.errors import BadInput, Refused
from openvalley.healthdata.cdm.asking import cohort_from
from openvalley.healthdata.disclosure.audit import verify
from openvalley.healthdata.disclosure.gate import Gate
from openvalley.healthdata.disclosure.policy import Disclosure
from openvalley.healthdata.disclosure.releasing import interval, release

_ONE, _TWO = CLIENTS
_FIRST, _SECOND, _THIRD = (cohort_from({"condition": number}) for number in (1, 2, 3))


def _gate(folder, *sets, at=NOON, population=1000, **tables):
    return Gate(Listed(population, [set(members) for members in sets]), policy(folder, **tables), lambda: at)


@pytest.mark.parametrize(("number", "minimum", "rounding", "told"), [
    (0, 10, 10, None), (9, 10, 10, None), (10, 10, 10, 10), (14, 10, 10, 10), (15, 10, 10, 20), (1234, 10, 10, 1230),
    (10, 10, 1, 10), (11, 10, 7, 14), (12, 12, 10, 20), (25, 20, 20, 20), (29, 20, 20, 20), (30, 20, 20, 40),
])
def test_counts_are_suppressed_and_rounded(number, minimum, rounding, told):
    assert release(number, Disclosure(minimum_count=minimum, rounding=rounding)) == told


@pytest.mark.parametrize("rounding", range(1, 11))
def test_what_an_attacker_may_conclude_is_what_is_possible(rounding):
    rules = Disclosure(minimum_count=10, rounding=rounding)
    possible = {}
    for number in range(300):
        possible.setdefault(release(number, rules), []).append(number)
    for told, numbers in list(possible.items())[:-1]:
        assert interval(told, rules) == (numbers[0], numbers[-1])


def test_a_cohort_that_differs_by_few_is_refused_and_so_is_an_equal_one(tmp_path):
    gate = _gate(tmp_path, range(50), range(51), range(60))
    assert gate.ask(_ONE, _FIRST, "count").count == 50
    with pytest.raises(Refused, match="too near"):
        gate.ask(_TWO, _SECOND, "count")
    assert gate.ask(_TWO, _THIRD, "count").count == 60
    equal = _gate(tmp_path / "..", range(50), range(50))
    equal.ask(_ONE, _FIRST, "count")
    with pytest.raises(Refused, match="too near"):
        equal.ask(_ONE, _SECOND, "count")


def test_all_but_one_is_refused_at_once(tmp_path):
    with pytest.raises(Refused, match="too near"):
        _gate(tmp_path, range(999)).ask(_ONE, _FIRST, "count")


def test_small_cohorts_are_all_answered_alike(tmp_path):
    gate = _gate(tmp_path, [], [1], range(9))
    assert [gate.ask(_ONE, question, "count").count for question in (_FIRST, _SECOND, _THIRD)] == [None] * 3


def test_memory_limits_and_answers_outlive_a_restart(tmp_path):
    rules = {"limits": {"questions_a_day": 3}}
    _gate(tmp_path, range(50), range(51), range(90), **rules).ask(_ONE, _FIRST, "count")
    again = _gate(tmp_path, range(50), range(51), range(90), **rules)
    with pytest.raises(Refused, match="too near"):
        again.ask(_ONE, _SECOND, "count")
    assert again.ask(_ONE, _FIRST, "count").count == 50
    with pytest.raises(Refused, match="has asked its 3 questions"):
        again.ask(_ONE, _THIRD, "count")
    assert again.ask(_TWO, _THIRD, "count").count == 90
    tomorrow = _gate(tmp_path, range(50), range(51), range(90), at=NOON + timedelta(days=1), **rules)
    assert tomorrow.ask(_ONE, _THIRD, "count").count == 90


def test_different_questions_are_limited_together(tmp_path):
    gate = _gate(tmp_path, range(50), range(90), limits={"questions": 1})
    gate.ask(_ONE, _FIRST, "count")
    with pytest.raises(Refused, match="as many as it may"):
        gate.ask(_TWO, _SECOND, "count")
    assert gate.ask(_TWO, _FIRST, "count").count == 50


def test_the_kill_switch_holds_at_once(tmp_path):
    gate = _gate(tmp_path, range(50))
    gate.policy.switch.touch()
    with pytest.raises(Refused, match="switched off"):
        gate.ask(_ONE, _FIRST, "count")
    gate.policy.switch.unlink()
    assert gate.ask(_ONE, _FIRST, "count").count == 50


@pytest.mark.parametrize("tables", [{"disclosure": {"granularity": "boolean"}}, {}])
def test_the_least_granularity_holds(tmp_path, tables):
    asked = "count" if tables else "boolean"
    assert _gate(tmp_path, range(50), **tables).ask(_ONE, _FIRST, asked).granularity == "boolean"


def test_every_question_and_answer_is_written_down(tmp_path):
    gate = _gate(tmp_path, range(52), range(53), range(3))
    gate.ask(_ONE, _FIRST, "count")
    with pytest.raises(Refused):
        gate.ask(_TWO, _SECOND, "count")
    gate.ask(_TWO, _THIRD, "count")
    with pytest.raises(KeyError):     # whatever a database breaks on
        gate.ask(_TWO, cohort_from({"condition": "SNOMED:1"}), "count")
    told = [(entry["client"], entry["outcome"], entry.get("count")) for entry in gate.log.entries()]
    assert told == [("one", "counted", 50), ("two", "refused", None), ("two", "counted", None),
                    ("two", "failed", None)]
    # True counts are nowhere: a stolen log tells no more than the answers did.
    assert "52" not in gate.policy.audit_log.read_text(encoding="utf-8").replace(":52", "")
    assert verify(gate.policy.audit_log).lines == 4


@pytest.mark.parametrize("harm", [
    lambda lines: [lines[0].replace(b'"count":50', b'"count":60'), *lines[1:]],
    lambda lines: lines[1:],
    lambda lines: [lines[0], *lines[2:]],
    lambda lines: [lines[1], lines[0], lines[2]],
    lambda lines: [*lines[:2], lines[2][:-5]],
    lambda lines: [*lines[:2], b"{}\n"],
    lambda lines: [*lines[:2], b"[1]\n"],
])
def test_a_changed_log_is_found_and_stops_the_node(tmp_path, harm):
    gate = _gate(tmp_path, range(50))
    for _ in range(3):
        gate.ask(_ONE, _FIRST, "count")
    log = gate.policy.audit_log
    log.write_bytes(b"".join(harm(log.read_bytes().splitlines(keepends=True))))
    with pytest.raises(BadInput, match="is broken at line"):
        _gate(tmp_path, range(50))


def test_two_processes_write_one_chain(tmp_path):
    one, two = _gate(tmp_path, range(50)), _gate(tmp_path, range(50))
    for gate in (one, two, two, one):
        gate.ask(_ONE, _FIRST, "count")
    assert verify(one.policy.audit_log).lines == 4


def test_attempts_at_differencing_disclose_no_small_cell(tmp_path):
    rng = np.random.default_rng(8)
    rules = policy(tmp_path)
    found = [attempt(rng, tmp_path, rules) for _ in range(400)]
    assert not any(outcome.disclosed or outcome.small for outcome in found)
    assert 100 < sum(outcome.refused for outcome in found) < 400


def test_without_the_refusal_rounding_by_one_would_disclose(tmp_path, monkeypatch):
    """The attackers are no straw men: without the gate's memory they win."""
    from openvalley.healthdata.disclosure.differencing import History

    monkeypatch.setattr(History, "too_near", lambda *_: False)
    rng = np.random.default_rng(8)
    rules = policy(tmp_path, disclosure={"rounding": 1})
    assert sum(attempt(rng, tmp_path, rules).disclosed for _ in range(100)) > 50


class TestPrivacy:
    """Differential privacy: noise of the stated epsilon, a budget, one noise for one question."""

    @pytest.fixture(autouse=True)
    def _installed(self):
        pytest.importorskip("opendp", reason="needs the extra [health]")

    def test_a_budget_is_spent_and_stays_spent(self, tmp_path):
        rules = {"privacy": {"epsilon": 0.5, "budget": 1.0}}
        gate = _gate(tmp_path, range(300), range(301), range(302), **rules)
        first = gate.ask(_ONE, _FIRST, "count").count
        gate.ask(_ONE, _SECOND, "count")
        with pytest.raises(Refused, match="budget of one is spent"):
            gate.ask(_ONE, _THIRD, "count")
        again = _gate(tmp_path, range(300), range(301), range(302), **rules)
        with pytest.raises(Refused, match="budget of one is spent"):
            again.ask(_ONE, _THIRD, "count")
        # What was answered is answered alike, for ever and to everybody, and costs nothing.
        assert {again.ask(client, _FIRST, "count").count for client in (_ONE, _TWO)} == {first}
        again.ask(_TWO, _THIRD, "count")

    def test_the_stated_epsilon_holds(self):
        """No answer is more than e^epsilon times as probable for a cohort of one person more, within 5 sigma."""
        from openvalley.healthdata.disclosure.releasing import laplace

        epsilon, draws, rules = 1.0, 20_000, Disclosure(minimum_count=10, rounding=1)
        noise = laplace(epsilon)
        with_her, without = (Counter(release(noise(number), rules) for _ in range(draws)) for number in (12, 11))
        for told in set(with_her) | set(without):
            for one, other in ((with_her, without), (without, with_her)):
                spread = math.sqrt(one[told] + math.exp(2 * epsilon) * other[told] + 1)
                assert one[told] <= math.exp(epsilon) * other[told] + 5 * spread, told
        assert abs(with_her[12] / draws - (math.e - 1) / (math.e + 1)) < 0.02
