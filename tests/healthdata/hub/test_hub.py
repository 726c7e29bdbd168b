"""The hub answers with the nodes that can be used and names the others with their reason; patients are counted once."""

import json
import re
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from threading import Event

import numpy as np
import pytest

from openvalley.errors import BadInput
from openvalley.healthdata.cdm.asking import cohort_from
from openvalley.healthdata.demo import served
from openvalley.healthdata.hub import asking
from openvalley.healthdata.hub.adding import added, ask
from openvalley.healthdata.hub.judging import NodeAnswer
from openvalley.healthdata.hub.nodes import Hub, Node, load_hub
from openvalley.healthdata.sketching import distinct, salt, sketch

#: Seconds that nodes of these tests may take: they answer at once, unless the machine is very busy.
_PATIENCE = 120.0
_QUESTION = cohort_from({"condition": "SNOMED:44054006"})


def _document(count=40, population=2000, ahead=timedelta(), **info):
    """Return what makes an answer, at the time it is asked for; a node's clock may be ahead of it."""
    return lambda: {"meta": {}, "responseSummary": {"exists": True, "numTotalResults": count}, "info": {
        "population": population, "answeredAt": (datetime.now(UTC) + ahead).isoformat(), "minimumCount": 10, **info}}


def _node(document=None, status="200 OK", *, until=None, body=None, headers=()):
    """Return a node that answers always the same; one with an event, not before that is set."""
    def application(environ, start_response):
        environ["wsgi.input"].read(int(environ["CONTENT_LENGTH"]))
        if until is not None:
            until.wait()
        told = document() if callable(document) else document
        sent = json.dumps(told).encode() if body is None else body
        start_response(status, [("Content-Type", "application/json"), *headers])
        return [sent]

    return application


@contextmanager
def _hub(*nodes, gone=()):
    with served(nodes) as urls:
        named = [Node(f"node {number}", url, "key") for number, url in enumerate(urls)]
        yield Hub((*named, *(Node(f"gone {number}", url, "key") for number, url in enumerate(gone))), _PATIENCE)


_SUPPRESSED = {"meta": {}, "responseSummary": {"exists": False}, "info": {"minimumCount": 10}}


@pytest.fixture
def impatient(monkeypatch):
    """Let the hub wait a second for one node, and for the others as long as a busy machine may need."""
    whole = asking._ask

    def at(name):
        monkeypatch.setattr(asking, "_ask", lambda client, node, request, seconds, clock: whole(
            client, node, request, 1 if node.name == name else seconds, clock))

    return at


def test_one_down_one_slow_one_lying_one_with_an_old_clock(impatient):
    heard = Event()
    impatient("node 2")
    with _hub(_node(_document(40)), _node(_document(70)), _node(_document(9), until=heard),
              _node(_document(3000, population=2000)), _node(_document(50, ahead=-timedelta(days=3, minutes=1))),
              _node(_SUPPRESSED), gone=["http://127.0.0.1:9"]) as hub:
        answer = ask(hub, _QUESTION)
        heard.set()
    assert (answer.total, answer.distinct, answer.question) == (110, None, "condition SNOMED:44054006")
    notes = {node.node: (node.count, node.note) for node in answer.nodes}
    assert notes == {
        "node 0": (40, ""), "node 1": (70, ""), "node 2": (None, "did not answer within 1 seconds"),
        "node 3": (None, "not used: it counts 3,000 of its 2,000 persons"),
        "node 4": (None, "not used: its clock is 3 days behind, the answer may be an old one"),
        "node 5": (None, "fewer than 10, perhaps nobody"), "gone 0": (None, "cannot be reached (ConnectError)")}


@pytest.mark.parametrize(("node", "words"), [
    (_node({}), "is no Beacon document"),
    (_node([]), "is no Beacon document"),
    (_node(body=b"<html>"), "is no Beacon document"),
    (_node(body=b"[" * 50_000), "is no Beacon document"),
    (_node(body=b""), "is no Beacon document"),
    (_node(body=b"\xff"), "is no Beacon document"),
    (_node(body=b"x" * 200_000), "larger than 65,536 bytes"),
    (_node(_document(-3)), "no number of persons"),
    (_node(_document([1])), "no number of persons"),
    (_node(_document("many")), "no number of persons"),
    (_node({"responseSummary": {"exists": True}}), "tells only that there are some"),
    (_node(_document(40, sketch="AAAA")), "sketch cannot be read"),
    (_node(_document(40, sketch=sketch([str(number) for number in range(900)], 900, "n", salt(b"k", "q")))),
     "holds about 8.. persons, its count says 40"),
    (_node({"error": {"errorCode": 403, "errorMessage": "too near\u0007"}}, "403 Forbidden"),
     r"refused \(403\): too near "),
    (_node({"error": "x"}, "429 Too Many Requests"), "refused \\(429\\)"),
    (_node(body=b"", status="302 Found", headers=[("Location", "http://example.org/")]), "HTTP 302"),
    (_node(_document(40), headers=[("Date", "Mon, 01 Jan 2024 00:00:00 GMT")]), "its clock is .* days behind"),
    (_node(_document(40, ahead=timedelta(minutes=30, seconds=9))), "30 minutes ahead"),
])
def test_whatever_a_node_sends_is_named(node, words):
    with _hub(node, _node(_document(50))) as hub:
        answer = ask(hub, _QUESTION)
    assert answer.total == 50
    assert answer.nodes[0].count is None
    assert re.search(words, answer.nodes[0].note), answer.nodes[0].note


def test_nobody_answers():
    with _hub(gone=["http://127.0.0.1:9"]) as hub:
        answer = ask(hub, _QUESTION)
    assert (answer.total, answer.distinct, answer.error) == (None, None, None)


def _sketched(node, persons, question="q"):
    count = round(len(persons) / 10) * 10
    known = [f"p{person}" for person in persons]
    return NodeAnswer(node, count, "", sketch(known, count, node, salt(b"k" * 32, question)))


def test_patients_of_two_hospitals_are_counted_once():
    answer = added("q", [_sketched("a", range(3000)), _sketched("b", range(2000, 5000)), NodeAnswer("c", None, "x")])
    assert answer.total == 6000
    assert abs(answer.distinct - 5000) / 5000 <= answer.error < 0.025


def test_a_count_without_a_sketch_leaves_the_estimate_out():
    answer = added("q", [_sketched("a", range(300)), NodeAnswer("b", 200)])
    assert (answer.total, answer.distinct, answer.error) == (500, None, None)


def test_one_hospital_counts_its_patients_once_itself():
    answer = added("q", [_sketched("a", range(300)), NodeAnswer("b", None, "fewer")])
    assert (answer.total, answer.distinct, answer.error) == (300, 300, 0.0)


@pytest.mark.parametrize("count", [30, 40, 50])
def test_a_sketch_tells_no_more_than_the_count(count):
    """Whether a count was rounded up or down, its sketch holds as many as it says."""
    made = sketch([f"p{person}" for person in range(42)], count, "node", salt(b"k" * 32, "q"))
    assert round(distinct([made]).estimate) == count


def test_sketches_of_two_questions_share_nothing():
    one, other = (_sketched("a", range(1000), question).sketch for question in ("one", "other"))
    assert distinct([one, other]).estimate == pytest.approx(2000, rel=0.03)
    assert distinct([one, one]).estimate == pytest.approx(1000, rel=0.03)


def test_persons_without_an_identifier_are_nobody_elses():
    made = [sketch([""] * 500, 500, node, salt(b"k" * 32, "q")) for node in ("a", "b")]
    assert distinct(made).estimate == pytest.approx(1000, rel=0.03)


def test_the_stated_error_holds_in_nineteen_cases_of_twenty():
    rng = np.random.default_rng(3)
    inside = 0
    for trial in range(60):
        first, second = (rng.choice(3000, 1500, replace=False).tolist() for _ in range(2))
        found = distinct([_sketched("a", first, str(trial)).sketch, _sketched("b", second, str(trial)).sketch])
        truth = len({*first, *second})
        inside += abs(found.estimate - truth) <= found.error * truth
    assert inside >= 54


@pytest.mark.parametrize(("text", "words"), [
    ("", "nodes: Field required"), ("nodes = []", "at least 1"), ("[[nodes", "cannot be read"),
    ('[[nodes]]\nname = "a"\nurl = "ftp://x"\nkey_file = "k"', "nodes.0.url"),
    ('[[nodes]]\nname = "a"\nurl = "http://x"\nkey_file = "k"\ncolour = "red"', "nodes.0.colour"),
    ('[[nodes]]\nname = "a"\nurl = "http://x"\nkey_file = "missing"', "key of a cannot be read"),
    ('[[nodes]]\nname = "a"\nurl = "http://x"\nkey_file = "k"\n' * 2, "same name"),
])
def test_a_list_of_nodes_that_cannot_be_used(tmp_path, text, words):
    (tmp_path / "k").write_text("key")
    (tmp_path / "hub.toml").write_text(text)
    with pytest.raises(BadInput, match=words):
        load_hub(tmp_path / "hub.toml")


def test_keys_are_not_shown():
    assert "secret" not in repr(Node("a", "http://x", "secret"))
