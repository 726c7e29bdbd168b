"""The WSGI application of a node: Beacon's paths, who may ask, and every error in Beacon's own shape."""

import json
import sys
import traceback
from collections.abc import Callable, Iterable, Mapping
from typing import Any
from urllib.parse import parse_qsl
from wsgiref.types import StartResponse, WSGIEnvironment

from openvalley.errors import BadCdm, BadInput, OpenValleyError, Refused, StorageFailed
from openvalley.healthdata import sketching
from openvalley.healthdata.cdm import canonical
from openvalley.healthdata.cdm.cohorts import Kind
from openvalley.healthdata.cdm.naming import domain_of
from openvalley.healthdata.disclosure.clients import client_of
from openvalley.healthdata.disclosure.gate import Gate, Reply
from openvalley.healthdata.disclosure.policy import Client
from openvalley.healthdata.node.beacon import NOTHING_RECEIVED, Documents
from openvalley.healthdata.node.requests import LARGEST, Received, from_body, from_query
from openvalley.healthdata.trends.months import check_followed, in_month

#: Sketches that are kept, of about 7 kB.
_KEPT = 500
_BEARER = "bearer "
_REASONS = {200: "OK", 400: "Bad Request", 401: "Unauthorized", 403: "Forbidden", 404: "Not Found",
            405: "Method Not Allowed", 413: "Content Too Large", 429: "Too Many Requests", 500: "Internal Server Error",
            503: "Service Unavailable"}
#: For every answer: it is kept nowhere, and is nothing but data.
_HEADERS = (("Content-Type", "application/json"), ("Cache-Control", "no-store"), ("X-Content-Type-Options", "nosniff"))


class Application:
    """Answers requests at one gate."""

    def __init__(self, gate: Gate) -> None:
        """Read what sketches need, where the policy lets them out."""
        self._gate = gate
        self._documents = Documents(gate.policy)
        self._key = gate.policy.linkage_key()
        self._identifiers: dict[int, str] = {}
        self._sketches: dict[str, str] = {}
        if self._key is not None:
            rows = gate.cdm.engine.rows("SELECT person_id, person_source_value FROM person", {})
            self._identifiers = {int(person): str(value or "") for person, value in rows}

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer one request."""
        status, document = self._answer(environ)
        body = json.dumps(document, separators=(",", ":")).encode()
        start_response(f"{status} {_REASONS.get(status, 'Error')}",
                       [*_HEADERS, ("Content-Length", str(len(body)))])
        return [] if environ["REQUEST_METHOD"] == "HEAD" else [body]

    def close(self) -> None:
        """Let go of the database."""
        self._gate.cdm.close()

    def _answer(self, environ: WSGIEnvironment) -> tuple[int, Mapping[str, Any]]:
        try:
            return 200, self._route(environ)
        except (BadCdm, StorageFailed):
            traceback.print_exc(file=sys.stderr)
            return 503, self._documents.error(503, "The node's database or log is not available now.")
        except Refused as problem:
            return int(str(problem.context.get("status", 403))), self._error(problem, 403)
        except BadInput as problem:
            return int(str(problem.context.get("status", 400))), self._error(problem, 400)
        except Exception:  # noqa: BLE001 - nothing that breaks may leave in another shape
            # What broke is for the hospital's own log, not for who asked.
            traceback.print_exc(file=sys.stderr)
            return 500, self._documents.error(500, "The node could not answer; its hospital's log says why.")

    def _error(self, problem: OpenValleyError, status: int) -> dict[str, Any]:
        told = int(str(problem.context.get("status", status)))
        return self._documents.error(told, f"{problem.message} {problem.hint}".strip())

    def _route(self, environ: WSGIEnvironment) -> Mapping[str, Any]:
        path, method = environ.get("PATH_INFO", "/").rstrip("/") or "/", environ["REQUEST_METHOD"]
        pages: dict[str, Callable[[], Mapping[str, Any]]] = {
            "/": self._documents.info, "/info": self._documents.info,
            "/service-info": lambda: self._documents.service_info(_root(environ)),
            "/configuration": self._documents.configuration, "/entry_types": self._documents.entry_types,
            "/map": lambda: self._documents.map(_root(environ)), "/filtering_terms": self._documents.filtering_terms,
            "/individuals/filtering_terms": self._documents.filtering_terms}
        if path == "/individuals":
            return self._individuals(environ, method)
        if path not in pages:
            raise BadInput("There is no such address at this Beacon.", hint="/map tells what there is.", status=404)
        if method not in {"GET", "HEAD"}:
            raise BadInput("This address is only read.", hint="Use GET.", status=405)
        return pages[path]()

    def _individuals(self, environ: WSGIEnvironment, method: str) -> dict[str, Any]:
        client = self._client(environ)
        if method not in {"GET", "HEAD", "POST"}:
            raise BadInput("Individuals are asked about.", hint="Use GET or POST.", status=405)
        self._gate.admit(client)
        try:
            received = self._read(environ, method)
            criterion = received.cohort()
            if received.months:
                check_followed(criterion)
        except OpenValleyError as problem:
            self._gate.write_down(client, problem)
            raise
        summary = received.summary or NOTHING_RECEIVED
        if received.months:
            counts = self._gate.ask_series(client, criterion, [in_month(criterion, first) for first in received.months])
            told = [{"month": f"{first:%Y-%m}", "count": count}
                    for first, count in zip(received.months, counts, strict=True)]
            some = next((count for count in counts if count is not None), None)
            return self._documents.counted(some, "boolean", summary, {**self._info(some), "series": told})
        reply = self._gate.ask(client, criterion, received.granularity)
        info = {**self._info(reply.count), "notes": list(reply.notes)}
        if received.sketch and self._key and reply.granularity == "count":
            info |= self._sketched(self._key, canonical.text(criterion), reply)
        return self._documents.counted(reply.count, reply.granularity, summary, info)

    def _info(self, count: int | None) -> dict[str, Any]:
        """Return what an answer must be read with."""
        return {
            "node": self._gate.policy.node.name, "population": self._gate.population,
            "minimumCount": self._gate.policy.disclosure.minimum_count,
            "rounding": self._gate.policy.disclosure.rounding, "suppressed": count is None,
            "dataAsOf": self._gate.cdm.as_of.isoformat(),
            "answeredAt": self._gate.clock().isoformat(timespec="seconds")}

    def _sketched(self, key: bytes, question: str, reply: Reply) -> dict[str, str]:
        """Return the sketch of a cohort, where it may be told; the last ones are kept."""
        if reply.count is None:
            return {}
        if question not in self._sketches:
            known = [self._identifiers[int(person)] for person in reply.persons()]
            made = sketching.sketch(known, reply.count, self._gate.policy.node.id, sketching.salt(key, question))
            while len(self._sketches) >= _KEPT:
                self._sketches.pop(next(iter(self._sketches)), None)
            self._sketches[question] = made
        return {"sketch": self._sketches[question]}

    def _client(self, environ: WSGIEnvironment) -> Client:
        told = environ.get("HTTP_AUTHORIZATION", "")
        key = told[len(_BEARER):].strip() if told.lower().startswith(_BEARER) else None
        return client_of(key, self._gate.policy.clients, self._gate.clock().date())

    def _read(self, environ: WSGIEnvironment, method: str) -> Received:
        def kind_of(concept: str) -> Kind:
            return domain_of(self._gate.cdm.engine, concept)

        if method != "POST":
            return from_query(parse_qsl(environ.get("QUERY_STRING", ""), keep_blank_values=True), kind_of)
        length = environ.get("CONTENT_LENGTH") or "0"
        if not length.isascii() or not length.isdigit() or int(length) > LARGEST:
            raise BadInput(f"A request has at most {LARGEST:,} bytes, and says how many.", status=413)
        return from_body(environ["wsgi.input"].read(int(length)), kind_of)


def _root(environ: WSGIEnvironment) -> str:
    """Return the address under which this request came in."""
    scheme = environ.get("wsgi.url_scheme", "http")
    host = environ.get("HTTP_HOST") or f"{environ.get('SERVER_NAME', 'localhost')}:{environ.get('SERVER_PORT', '')}"
    return f"{scheme}://{host}{environ.get('SCRIPT_NAME', '').rstrip('/')}"
