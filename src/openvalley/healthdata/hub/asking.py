"""Asks all nodes at once: whatever one of them does, the others' answers come in time."""

import asyncio
import ssl
from collections.abc import Callable, Mapping, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from types import MappingProxyType
from typing import Any

import httpx

from openvalley.errors import BadInput
from openvalley.healthdata.cdm import canonical
from openvalley.healthdata.cdm.cohorts import Criterion
from openvalley.healthdata.hub.nodes import Hub, Node

#: Bytes of an answer that are read; one with a sketch has 8 kB.
LARGEST = 65_536

Clock = Callable[[], datetime]


@dataclass(frozen=True)
class Heard:
    """What came back from a node, before anybody looked into it.

    Attributes:
        node: which one.
        status: HTTP status; 0 where nothing came back.
        body: what it sent.
        problem: why nothing came back, in words.
        date: its Date header.
        at: when it came, by the hub's clock.

    """

    node: Node
    status: int
    body: bytes
    problem: str
    date: str
    at: datetime


def now() -> datetime:
    """Return the time by this machine's clock."""
    return datetime.now(UTC)


def ask_all(hub: Hub, criterion: Criterion, clock: Clock = now,
            also: Mapping[str, Any] = MappingProxyType({"sketch": {}})) -> list[Heard]:
    """Ask every node for the count of a cohort.

    Args:
        hub: whom to ask.
        criterion: the cohort.
        clock: what tells when an answer came.
        also: what is asked for besides: a sketch where a node's policy lets one out, or months.

    Returns:
        what was heard, in the hub's order.

    Raises:
        BadInput: a certificate of the list cannot be used.

    """
    request = {"meta": {"apiVersion": "v2.0.0"}, "query": {
        "requestedGranularity": "count",
        "requestParameters": {"cohort": canonical.document(criterion), **also}}}
    return asyncio.run(_ask_all(hub, request, clock))


async def _ask_all(hub: Hub, request: dict[str, Any], clock: Clock) -> list[Heard]:
    async with AsyncExitStack() as stack:
        clients: dict[tuple[Path | None, Path | None], httpx.AsyncClient] = {}
        for node in hub.nodes:
            if (node.ca, node.certificate) not in clients:
                clients[node.ca, node.certificate] = await stack.enter_async_context(_client(node, len(hub.nodes)))
        found: Sequence[Heard] = await asyncio.gather(*(
            _ask(clients[node.ca, node.certificate], node, request, hub.seconds, clock) for node in hub.nodes))
        return list(found)


def _client(node: Node, nodes: int) -> httpx.AsyncClient:
    """Return a client that keeps as many connections as there are nodes, and goes through no proxy of the system."""
    verify: ssl.SSLContext | bool = True
    if node.ca or node.certificate:
        try:
            verify = ssl.create_default_context(cafile=node.ca)
            if node.certificate:
                verify.load_cert_chain(node.certificate)
        except (OSError, ssl.SSLError) as problem:
            raise BadInput(f"A certificate for {node.name} cannot be used: {problem}.",
                           hint="Give PEM files.") from problem
    elif node.url.startswith("http:"):
        verify = False    # nothing to verify; loading the system's certificates takes longer than asking
    return httpx.AsyncClient(verify=verify, trust_env=False, follow_redirects=False,
                             limits=httpx.Limits(max_connections=nodes))


async def _ask(client: httpx.AsyncClient, node: Node, request: dict[str, Any], seconds: float, clock: Clock) -> Heard:
    headers = {"Authorization": f"Bearer {node.key}"}
    try:
        async with asyncio.timeout(seconds), client.stream(
                "POST", f"{node.url}/individuals", json=request, headers=headers, timeout=None) as response:
            body = b""
            async for piece in response.aiter_bytes():
                body += piece
                if len(body) > LARGEST:
                    return Heard(node, 0, b"", f"its answer is larger than {LARGEST:,} bytes", "", clock())
            return Heard(node, response.status_code, body, "", response.headers.get("Date", ""), clock())
    except TimeoutError:
        return Heard(node, 0, b"", f"did not answer within {seconds:g} seconds", "", clock())
    except httpx.HTTPError as problem:
        return Heard(node, 0, b"", f"cannot be reached ({type(problem).__name__})", "", clock())
