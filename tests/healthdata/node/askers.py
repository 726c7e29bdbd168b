"""Asks a node in this process through WSGI."""

import io
import json
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from wsgiref.util import setup_testing_defaults
from wsgiref.validate import validator

from openvalley.healthdata.disclosure.clients import hashed
from openvalley.healthdata.disclosure.gate import Gate
from openvalley.healthdata.disclosure.policy import load_policy
from openvalley.healthdata.node.web import Application

KEY = "a key that only the test knows"


@dataclass(frozen=True)
class Answered:
    status: int
    json: Any
    body: bytes


class Asker:
    """Asks an application as a server would, and holds it to WSGI."""

    def __init__(self, application, gate):
        self.application, self.gate = validator(application), gate

    def __call__(self, path, body=None, *, method=None, key=KEY, query=""):
        sent = body if isinstance(body, bytes) else b"" if body is None else json.dumps(body).encode()
        environ = {"SCRIPT_NAME": "", "PATH_INFO": path, "QUERY_STRING": query,
                   "REQUEST_METHOD": method or ("POST" if sent else "GET"),
                   "CONTENT_LENGTH": str(len(sent)), "wsgi.input": io.BytesIO(sent)}
        if key is not None:
            environ["HTTP_AUTHORIZATION"] = f"Bearer {key}"
        setup_testing_defaults(environ)
        said = []
        answer = self.application(environ, lambda status, _headers, _=None: said.append(status))
        content = b"".join(answer)
        answer.close()
        return Answered(int(said[0][:3]), json.loads(content) if content else None, content)

    def cohort(self, criterion, granularity="count", **parameters):
        return self("/individuals", {"meta": {"apiVersion": "v2.0.0"}, "query": {
            "requestedGranularity": granularity, "requestParameters": {"cohort": criterion, **parameters}}})

    def filters(self, *filters, granularity="count"):
        return self("/individuals", {"meta": {"apiVersion": "v2.0.0"}, "query": {
            "requestedGranularity": granularity, "filters": list(filters)}})


def asker(cdm, folder, more=""):
    """Return a node over a database, with further lines of its policy."""
    path = folder / "policy.toml"
    path.write_text('[node]\nid = "example.hospital"\nname = "Node"\norganisation = "Hospital"\n'
                    f'environment = "test"\n[[clients]]\nid = "hub"\nkey_sha256 = "{hashed(KEY)}"\n{more}')
    gate = Gate(cdm, load_policy(path), lambda: datetime(2026, 1, 5, 12, tzinfo=UTC))
    return Asker(Application(gate), gate)
