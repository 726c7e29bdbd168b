"""Serving: the site under Granian, ready to be reached by people."""

import os
import socket
import time
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException
from threading import Event, Thread

from openvalley.errors import BadInput
from openvalley.settings import Settings
from openvalley.site.preparation import prepare

#: Requests that one worker process takes at the same time; most of them wait for what readers send (arriving.py).
_THREADS = 128
#: Connections that one worker holds: those of readers that ask nothing at the moment, or slowly, count too.
_CONNECTIONS = 1_000
#: Seconds between two questions whether a worker answers already.
_PAUSE = 0.1
_HIGHEST_PORT = 65_535


@dataclass(frozen=True)
class Address:
    """Where the site is served: a host (name or number) and a port."""

    host: str = "127.0.0.1"
    port: int = 8000

    @property
    def reachable_host(self) -> str:
        """The host under which this machine itself reaches the site."""
        return {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(self.host, self.host)  # noqa: S104 - compared, not bound

    @property
    def url(self) -> str:
        """The address for a browser on this machine."""
        host = f"[{self.reachable_host}]" if ":" in self.reachable_host else self.reachable_host
        return f"http://{host}:{self.port}/"


def run(settings: Settings, host: str, port: int, workers: int, announce: Callable[[str], None] = print) -> None:
    """Prepare the home folder and serve the site until it is interrupted.

    Args:
        settings: whose home is served; the workers read it from the environment.
        host: address to listen on.
        port: port to listen on.
        workers: processes; >= 1.
        announce: called once with the site's address, when it answers.

    Raises:
        BadInput: the port is taken or may not be used.

    """
    from granian import Granian  # noqa: PLC0415 - only where something is served
    from granian.constants import Interfaces  # noqa: PLC0415

    address = Address(host, port)
    _check_free(address)
    os.environ["OPENVALLEY_HOME"] = str(settings.home)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "openvalley.site.settings")
    prepare(settings)
    server = Granian(
        "openvalley.site.wsgi:application", address=host, port=port, interface=Interfaces.WSGI, workers=max(1, workers),
        blocking_threads=_THREADS, backpressure=_CONNECTIONS, websockets=False, log_enabled=False,
        respawn_failed_workers=True,
    )
    stopped = Event()
    Thread(target=_announce, args=(address, announce, stopped), daemon=True).start()
    try:
        server.serve()
    finally:
        stopped.set()


def _check_free(address: Address) -> None:
    """Say at once that a port is taken, instead of in a worker that then dies."""
    if not 0 < address.port <= _HIGHEST_PORT:
        raise BadInput(f"{address.port} is not a port.", hint="Choose one between 1024 and 65535.", port=address.port)
    try:
        found = socket.getaddrinfo(address.host, address.port, type=socket.SOCK_STREAM)
        family, kind, protocol, _, where = found[0]
        with closing(socket.socket(family, kind, protocol)) as trial:
            trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            trial.bind(where)
    except OSError as problem:
        raise BadInput(
            f"The site cannot be served at {address.host}, port {address.port}: {problem.strerror or problem}.",
            hint=f"Is it running already? Stop the other program, or choose another port: --port {address.port + 1}.",
            host=address.host, port=address.port,
        ) from problem


def _announce(address: Address, announce: Callable[[str], None], stopped: Event) -> None:
    while not stopped.is_set():
        try:
            with closing(HTTPConnection(address.reachable_host, address.port, timeout=5)) as connection:
                connection.request("GET", "/healthz", headers={"Host": "localhost"})
                if connection.getresponse().status == 200:  # noqa: PLR2004 - HTTP's own number
                    announce(address.url)
                    return
        except (OSError, HTTPException):
            time.sleep(_PAUSE)
