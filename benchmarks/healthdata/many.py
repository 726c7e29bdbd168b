"""A hundred nodes on loopback, and four that go wrong: what the hub costs, and what it says."""

import json
import multiprocessing
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
from bars import Bar

from openvalley.healthdata.cdm.asking import cohort_from
from openvalley.healthdata.cdm.opening import open_cdm
from openvalley.healthdata.cdm.synthetic import Recipe, make_cdm
from openvalley.healthdata.demo import served
from openvalley.healthdata.disclosure.clients import hashed
from openvalley.healthdata.disclosure.gate import Gate
from openvalley.healthdata.disclosure.policy import load_policy
from openvalley.healthdata.hub.adding import ask
from openvalley.healthdata.hub.asking import ask_all
from openvalley.healthdata.hub.nodes import Hub, Node
from openvalley.healthdata.node.web import Application
from openvalley.healthdata.sketching import salt, sketch

NODES = 100
_KEY = "the benchmark's key"
_LARGEST, _OVERHEAD, _P95 = 12_000, 5.0, 1.0
#: Asked one after the other; each differs from the others by many persons.
QUESTIONS = [{"all": [{"age": {"min": least}}, {"sex": sex}]}
             for least in range(0, 70, 7) for sex in ("female", "male")]

Wsgi = Callable[[dict[str, Any], Any], list[bytes]]


def many() -> list[Bar]:
    """Return the figures of a hundred nodes, and whether four bad ones are named."""
    return [*_hub_alone(), *_real_nodes(), _steady()]


def _hub_alone() -> list[Bar]:
    """Ask nodes that answer at once, with a full sketch, from a process of their own."""
    with _elsewhere(_instant) as urls:
        hub = _hub(urls)
        seconds = _timed(hub, [QUESTIONS[0]] * 20)
    overhead = float(np.median(seconds)) * 1000 / NODES
    return [Bar(f"hub, {NODES} nodes that answer at once: a node", f"<= {_OVERHEAD:g} ms", f"{overhead:.1f} ms",
                overhead <= _OVERHEAD),
            Bar("  p95 of an answer", f"<= {_P95:g} s", f"{np.quantile(seconds, 0.95):.2f} s",
                bool(np.quantile(seconds, 0.95) <= _P95))]


def _real_nodes() -> list[Bar]:
    """Ask a hundred real nodes that share one process and this machine with each other."""
    with _elsewhere(_real) as urls:
        hub = _hub(urls)
        largest = max(len(heard.body) for heard in ask_all(hub, cohort_from(QUESTIONS[0])))
        new = _timed(hub, QUESTIONS[1:])
        again = _timed(hub, QUESTIONS[1:])
    return [Bar("largest answer of a real node, with its sketch", f"<= {_LARGEST:,} bytes", f"{largest:,} bytes",
                largest <= _LARGEST),
            Bar(f"p95, {NODES} real nodes in one process here: asked before", f"<= {_P95:g} s",
                f"{np.quantile(again, 0.95):.2f} s", bool(np.quantile(again, 0.95) <= _P95)),
            Bar("  asked for the first time", "-", f"{np.quantile(new, 0.95):.2f} s", None)]


def _timed(hub: Hub, questions: list[dict[str, Any]]) -> list[float]:
    ask(hub, cohort_from(questions[0]))
    seconds = []
    for question in questions:
        began = time.perf_counter()
        ask(hub, cohort_from(question))
        seconds.append(time.perf_counter() - began)
    return seconds


def _hub(urls: list[str]) -> Hub:
    return Hub(tuple(Node(f"node {number}", url, _KEY) for number, url in enumerate(urls)), seconds=30)


@contextmanager
def _elsewhere(serve: Callable[[Any], None]) -> Iterator[list[str]]:
    """Serve nodes in another process, and give their addresses."""
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe()
    process = context.Process(target=serve, args=(theirs,))
    process.start()
    try:
        yield ours.recv()
    finally:
        ours.send("enough")
        process.join(30)


def _instant(pipe: Any) -> None:  # noqa: ANN401 - multiprocessing's connection
    made = sketch([f"p{person}" for person in range(20_000)], 20_000, "n", salt(b"k" * 32, "q"))
    with served([_canned(20_000, sketch=made)] * NODES) as urls:
        pipe.send(urls)
        pipe.recv()


def _real(pipe: Any) -> None:  # noqa: ANN401 - multiprocessing's connection
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder)
        make_cdm(path / "cdm.duckdb", Recipe(20_000, 1, 0, 0))
        (path / "linkage.key").write_text("k" * 40, encoding="ascii")
        applications = []
        with open_cdm(str(path / "cdm.duckdb")) as cdm:
            for number in range(NODES):
                policy = path / f"policy-{number}.toml"
                policy.write_text(
                    f'audit = "audit-{number}.jsonl"\n[node]\nid = "example.node-{number}"\nname = "Node {number}"\n'
                    'organisation = "Hospital"\nenvironment = "test"\n[limits]\nquestions_a_day = 1000\n'
                    f'[linkage]\nkey_file = "linkage.key"\n[[clients]]\nid = "hub"\nkey_sha256 = "{hashed(_KEY)}"\n',
                    encoding="utf-8")
                applications.append(Application(Gate(cdm, load_policy(policy))))
            with served(applications) as urls:
                pipe.send(urls)
                pipe.recv()


def _canned(count: int, *, seconds: float = 0.0, behind: timedelta = timedelta(), **info: Any) -> Wsgi:  # noqa: ANN401
    def application(environ: dict[str, Any], start_response: Any) -> list[bytes]:  # noqa: ANN401 - WSGI
        environ["wsgi.input"].read(int(environ["CONTENT_LENGTH"]))
        time.sleep(seconds)
        at = (datetime.now(UTC) - behind).isoformat()
        sent = json.dumps({"responseSummary": {"exists": True, "numTotalResults": count},
                           "info": {"population": 50_000, "answeredAt": at, **info}}).encode()
        start_response("200 OK", [("Content-Type", "application/json"), ("Content-Length", str(len(sent)))])
        return [sent]

    return application


def _steady() -> Bar:
    with served([_canned(100), _canned(200), _canned(300, seconds=3), _canned(400, population=300),
                 _canned(500, behind=timedelta(days=3, minutes=1))]) as urls:
        hub = Hub((*_hub(urls).nodes, Node("down", "http://127.0.0.1:9", _KEY)), seconds=1)
        answer = ask(hub, cohort_from(QUESTIONS[0]))
    notes = [node.note for node in answer.nodes if node.note]
    words = ("did not answer", "it counts 400", "its clock is 3 days", "cannot be reached")
    held = answer.total == 100 + 200 and all(any(word in note for note in notes) for word in words)
    return Bar("one down, one slow, one lying, one with an old clock", "named, and the rest added",
               f"{len(notes)} named, total {answer.total}", held)
