"""A web server on this machine that misbehaves as real registers do: one script of answers a path."""

import threading
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import chain, repeat
from types import TracebackType
from typing import Self

#: Bytes that an answer announces which never ends, and the real seconds between two: they keep no processor busy.
_NEVER, _BETWEEN = 1_000_000, 0.001


@dataclass(frozen=True)
class Answer:
    """What is sent: status, headers and body. The body's true length is announced unless the headers say otherwise.

    ``cut`` closes the connection after so many bytes of the body; ``dropped`` closes it without a word.
    ``sized = False`` announces no length: the body ends where the connection ends. ``drip`` sends the body byte by
    byte, and blanks after it, as long as anybody listens; with each the server's clock goes on by so many seconds.
    """

    body: bytes = b""
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    cut: int | None = None
    dropped: bool = False
    sized: bool = True
    drip: float = 0


@dataclass(frozen=True)
class Request:
    """What was asked: path with query, headers under lower-case names, method, and what was sent along."""

    path: str
    headers: Mapping[str, str]
    method: str = "GET"
    body: bytes = b""


Script = Answer | Callable[[Request], Answer]


def ranged(body: bytes, etag: str = '"v1"', last_modified: str = "", cut: int | None = None) -> Script:
    """Answer as a good server does that knows ranges and versions; `cut` breaks off this one answer."""
    version = {name: value for name, value in (("ETag", etag), ("Last-Modified", last_modified)) if value}

    def answer(request: Request) -> Answer:
        if etag and request.headers.get("if-none-match") == etag:
            return Answer(status=304, headers=version)
        wanted = request.headers.get("range", "")
        if wanted and request.headers.get("if-range") in {etag, last_modified}:
            first = int(wanted.removeprefix("bytes=").removesuffix("-"))
            if first >= len(body):
                return Answer(status=416, headers={"Content-Range": f"bytes */{len(body)}"})
            span = {"Content-Range": f"bytes {first}-{len(body) - 1}/{len(body)}"}
            return Answer(body[first:], 206, {**version, **span}, cut)
        return Answer(body, 200, version, cut)

    return answer


class HostileServer:
    """Serves each path from its script, one answer a request; the last answer repeats."""

    def __init__(self) -> None:
        """Take a free port of this machine."""
        self.requests: list[Request] = []
        #: The server's own clock, in seconds: it goes on where an answer drips, and nobody need wait for it.
        self.seconds = 0.0
        self._scripts: dict[str, list[Script]] = {}
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                outer.serve(self)

            def do_POST(self) -> None:
                outer.serve(self)

            def log_message(self, *_: object) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)

    def __enter__(self) -> Self:
        """Begin to serve."""
        self._thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None,
                 trace: TracebackType | None) -> None:
        """Stop, and leave the port with nobody behind it."""
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def url(self, path: str) -> str:
        """Return the address of a path."""
        return f"http://127.0.0.1:{self._server.server_address[1]}{path}"

    def script(self, path: str, *answers: Script) -> str:
        """Set what a path answers, in turn; returns its address."""
        self._scripts[path] = list(answers)
        return self.url(path)

    def serve(self, handler: BaseHTTPRequestHandler) -> None:
        """Answer one request."""
        headers = {name.lower(): value for name, value in handler.headers.items()}
        body = handler.rfile.read(int(headers.get("content-length", 0)))
        request = Request(handler.path, headers, handler.command, body)
        self.requests.append(request)
        script = self._scripts[handler.path.partition("?")[0]]
        step = script.pop(0) if len(script) > 1 else script[0]
        answer = step if isinstance(step, Answer) else step(request)
        handler.close_connection = True
        if answer.dropped:
            return
        handler.send_response_only(answer.status)
        sized = answer.sized and answer.status not in {204, 304}
        announced = {"Content-Length": str(_NEVER if answer.drip else len(answer.body))} if sized else {}
        for name, value in {**announced, **answer.headers}.items():
            handler.send_header(name, value)
        handler.end_headers()
        if not answer.drip:
            handler.wfile.write(answer.body[:answer.cut])
            return
        with suppress(OSError):  # the other side has had enough
            for byte in chain(answer.body, repeat(ord(" "))):
                self.seconds += answer.drip
                handler.wfile.write(bytes([byte]))
                time.sleep(_BETWEEN)
