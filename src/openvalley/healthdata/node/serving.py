"""Starts a node where it is safe to: its user can write nothing, the policy is whole, keys do not travel in clear."""

import ipaddress
import socket
import ssl
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from openvalley.errors import BadCdm, BadInput
from openvalley.healthdata.cdm.opening import Cdm, open_cdm
from openvalley.healthdata.disclosure.gate import Gate
from openvalley.healthdata.disclosure.policy import Policy, load_policy
from openvalley.healthdata.node.web import Application

#: Requests that wait their turn at the gate at the same time.
_THREADS = 8


@dataclass(frozen=True)
class Source:
    """What a node answers from.

    Attributes:
        dsn: the database, as `cdm.opening.open_cdm` takes it.
        policy: the policy file.
        accept: versions of the CDM that are taken besides 5.4.

    """

    dsn: str
    policy: Path
    accept: tuple[str, ...] = ()


@dataclass(frozen=True)
class Listening:
    """Where a node listens, and how what it says is kept from others.

    Attributes:
        host: address.
        port: port.
        certificate: TLS certificate with its chain, PEM.
        key: its key, PEM.
        client_ca: certificates that clients must be signed by, PEM; None: keys alone tell who asks.
        behind_proxy: that TLS ends at a proxy before the node.

    """

    host: str = "127.0.0.1"
    port: int = 8100
    certificate: Path | None = None
    key: Path | None = None
    client_ca: Path | None = None
    behind_proxy: bool = False

    @property
    def url(self) -> str:
        """The address that the hub is given, as far as this machine knows it."""
        return f"{'https' if self.certificate else 'http'}://{self.host}:{self.port}"


def open_safely(source: Source) -> tuple[Cdm, Policy]:
    """Open database and policy.

    Raises:
        BadCdm: it is no CDM that can be asked, or its user could change something.
        BadPolicy: the policy does not say what it must.

    """
    policy = load_policy(source.policy)
    policy.linkage_key()
    cdm = open_cdm(source.dsn, accept=source.accept)
    able = cdm.engine.may_write()
    if able:
        cdm.close()
        raise BadCdm(f"The node does not start: its database user {able}.",
                     hint="Give it a user that may read the tables of the CDM and nothing else; "
                          "docs/healthdata/hospital-it.md has the statements.")
    return cdm, policy


def application(source: Source, _target: str = "") -> Application:
    """Return the WSGI application; the server's worker calls this."""
    cdm, policy = open_safely(source)
    return Application(Gate(cdm, policy))


def serve(source: Source, listening: Listening, announce: Callable[[str], None] = print) -> None:
    """Serve until interrupted. One process: one gate remembers all that was asked.

    Raises:
        BadCdm: as `open_safely`.
        BadInput: the address cannot be listened on, or keys would travel in clear.
        BadPolicy: as `open_safely`.

    """
    from granian import Granian  # noqa: PLC0415 - only where something is served
    from granian.constants import Interfaces  # noqa: PLC0415

    _check_private(listening)
    _check_free(listening)
    cdm, policy = open_safely(source)
    Gate(cdm, policy)
    cdm.close()
    server = Granian(
        "node", address=listening.host, port=listening.port, interface=Interfaces.WSGI, workers=1,
        blocking_threads=_THREADS, backpressure=64, websockets=False, log_enabled=False, respawn_failed_workers=True,
        ssl_cert=listening.certificate, ssl_key=listening.key, ssl_ca=listening.client_ca,
        ssl_client_verify=listening.client_ca is not None,
    )
    announce(f"{policy.node.name}: {cdm.population:,} persons, CDM {cdm.version}, data up to {cdm.as_of}, "
             f"{len(policy.clients)} clients. Serving at {listening.url}")
    server.serve(target_loader=partial(_load, source))


def _load(source: Source, target: str) -> Application:
    return application(source, target)


def _check_private(listening: Listening) -> None:
    """Refuse to let keys travel in clear; check certificates before a worker dies of them."""
    if listening.certificate:
        try:
            ssl.create_default_context(ssl.Purpose.CLIENT_AUTH).load_cert_chain(listening.certificate, listening.key)
        except (OSError, ssl.SSLError) as problem:
            raise BadInput(f"The TLS certificate or its key cannot be used: {problem}.",
                           hint="Give PEM files with --tls-cert and --tls-key.") from problem
    elif not listening.behind_proxy and not _is_loopback(listening.host):
        raise BadInput(f"Without TLS, keys and counts would travel in clear to {listening.host}.",
                       hint="Give --tls-cert and --tls-key, or --behind-proxy where a proxy does TLS.")


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _check_free(listening: Listening) -> None:
    try:
        found = socket.getaddrinfo(listening.host, listening.port, type=socket.SOCK_STREAM)
        family, kind, protocol, _, where = found[0]
        with closing(socket.socket(family, kind, protocol)) as trial:
            trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            trial.bind(where)
    except OSError as problem:
        raise BadInput(f"The node cannot listen at {listening.host}, port {listening.port}: "
                       f"{problem.strerror or problem}.", hint="Choose another port with --port.") from problem
