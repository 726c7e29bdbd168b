"""A server that misbehaves on purpose and a fetcher that does not wait; none leaves this machine."""

from collections.abc import Iterator

import pytest
import stamina
from fetching import Clock, fetcher_with
from hostile_server import HostileServer

from openvalley.sources.fetch import Fetcher


@pytest.fixture(autouse=True)
def _no_waiting() -> Iterator[None]:
    with stamina.set_testing(True, attempts=100, cap=True):
        yield


@pytest.fixture(autouse=True)
def _no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_PROXY", "*")


@pytest.fixture
def server() -> Iterator[HostileServer]:
    with HostileServer() as running:
        yield running


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def fetcher(clock: Clock) -> Iterator[Fetcher]:
    with fetcher_with(clock) as made:
        yield made
