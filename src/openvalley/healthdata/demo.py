"""Three nodes on this machine over invented patients, and a hub that asks them: to see how it works, and to test with.

Reads nothing; writes databases, policies and keys into a folder of the caller. The nodes are real ones: the same gate,
the same documents, over HTTP on loopback.
"""

import threading
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from socketserver import ThreadingMixIn
from typing import NamedTuple
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer
from wsgiref.types import WSGIApplication

from openvalley.healthdata.cdm.asking import cohort_from
from openvalley.healthdata.cdm.synthetic import Recipe, make_cdm
from openvalley.healthdata.disclosure.clients import hashed, new_key
from openvalley.healthdata.hub.adding import CohortAnswer, ask
from openvalley.healthdata.hub.nodes import Hub, load_hub
from openvalley.healthdata.node.serving import Source, application

#: Patients whom every hospital of the demonstration knows.
SHARED = 400
_SEED = 8
#: No secret: its patients are invented, and the demonstration is to say the same each time.
_LINKAGE = f"the linkage key of demonstration {_SEED:04}"
_HOST = "127.0.0.1"
#: Seconds for which the hub waits: the nodes have one machine between them, which may have other work.
_PATIENCE = 60


class _Hospital(NamedTuple):
    """An invented hospital."""

    name: str
    persons: int


HOSPITALS = (_Hospital("Hospital North", 6000), _Hospital("Hospital South", 3500), _Hospital("Hospital West", 2000))

#: Five questions, from large to too small to tell.
COHORTS = (
    {"condition": "SNOMED:44054006"},
    {"all": [{"condition": "SNOMED:59621000"}, {"sex": "female"}, {"age": {"min": 65}}]},
    {"all": [{"condition": "SNOMED:73211009"}, {"not": {"drug": "RxNorm:6809"}},
             {"measurement": "LOINC:4548-4", "min": 7.5, "unit": "UCUM:%"}]},
    {"any": [{"condition": "SNOMED:195967001", "age": {"max": 17}},
             {"all": [{"condition": "SNOMED:13645005"}, {"procedure": "SNOMED:399208008", "from": "2020-01-01"}]}]},
    {"all": [{"condition": "SNOMED:46635009"}, {"age": {"min": 85}}]},
)


class _Server(ThreadingMixIn, WSGIServer):
    daemon_threads = True
    #: Connections that wait to be accepted.
    request_queue_size = 128


class _Quiet(WSGIRequestHandler):
    def log_message(self, *_: object) -> None:
        """Write nothing: the audit log is the log."""


@contextmanager
def served(applications: Sequence[WSGIApplication]) -> Iterator[list[str]]:
    """Serve applications on loopback, each at a port of its own, and stop them in the end."""
    with ExitStack() as stack:
        urls = []
        for one in applications:
            server = _Server((_HOST, 0), _Quiet)
            stack.callback(server.server_close)
            server.set_app(one)
            thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
            thread.start()
            stack.callback(thread.join)
            stack.callback(server.shutdown)
            urls.append(f"http://{_HOST}:{server.server_port}")
        yield urls


@contextmanager
def nodes_on_loopback(folder: Path, hospitals: Sequence[_Hospital] = HOSPITALS) -> Iterator[Hub]:
    """Make hospitals below a folder, serve their nodes, and give the hub that knows them (`hub.toml` in the folder).

    Raises:
        StorageFailed: the folder cannot be written.

    """
    sources, keys = [], []
    for number, hospital in enumerate(hospitals):
        place = folder / f"hospital-{number + 1}"
        place.mkdir(parents=True)
        make_cdm(place / "cdm.duckdb", Recipe(hospital.persons, _SEED, number, SHARED))
        keys.append(new_key())
        (place / "hub.key").write_text(keys[-1], encoding="ascii")
        (place / "linkage.key").write_text(_LINKAGE, encoding="ascii")
        (place / "policy.toml").write_text(_policy(hospital, number, keys[-1]), encoding="utf-8")
        sources.append(Source(str(place / "cdm.duckdb"), place / "policy.toml"))
    applications = [application(source) for source in sources]
    with ExitStack() as stack:
        for one in applications:
            stack.callback(one.close)
        urls = stack.enter_context(served(applications))
        (folder / "hub.toml").write_text(f"seconds = {_PATIENCE}\n" + "".join(
            f'\n[[nodes]]\nname = "{hospital.name}"\nurl = "{url}"\nkey_file = "hospital-{number + 1}/hub.key"\n'
            for number, (hospital, url) in enumerate(zip(hospitals, urls, strict=True))), encoding="utf-8")
        yield load_hub(folder / "hub.toml")


def sample_answers(hub: Hub) -> list[CohortAnswer]:
    """Ask the five questions."""
    return [ask(hub, cohort_from(cohort)) for cohort in COHORTS]


def _policy(hospital: _Hospital, number: int, key: str) -> str:
    return (f'[node]\nid = "example.hospital-{number + 1}"\nname = "{hospital.name}"\n'
            f'organisation = "{hospital.name}"\nenvironment = "test"\n\n[linkage]\nkey_file = "linkage.key"\n\n'
            f'[[clients]]\nid = "hub"\nkey_sha256 = "{hashed(key)}"\n')
