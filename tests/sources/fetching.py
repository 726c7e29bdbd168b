"""What tests of fetching share: data, a clock that nobody waits for, a fetcher, a download that broke off."""

import hashlib
from pathlib import Path

import pytest
from hostile_server import HostileServer, Script

from openvalley.errors import SourceUnavailable
from openvalley.progress import Report
from openvalley.sources.archive import ArchivedFile
from openvalley.sources.fetch import Fetcher, RemoteFile
from openvalley.sources.specification import Fetching, Limits
from openvalley.sources.throttle import Throttle

#: Longer than any buffer on the way, so that a cut in the middle leaves bytes on both sides; no web page.
DATA = b"id,name\n" + b"".join(b"%06d,Universiteit\n" % row for row in range(30_000))
NEWER = DATA.replace(b"Universiteit", b"Hogeschool!!")
HALF = len(DATA) // 2
DATE = "Wed, 01 Jan 2025 00:00:00 GMT"


class Clock:
    """Time that passes only when somebody sleeps."""

    def __init__(self) -> None:
        self.now = 1000.0
        self.slept: list[float] = []

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds


def fetcher_with(clock: Clock, *, attempts: int = 3, limit: int = 10_000_000, report: Report | None = None) -> Fetcher:
    throttle = Throttle(10.0, clock=lambda: clock.now, sleep=clock.sleep)
    return Fetcher(Fetching(attempts=attempts), Limits(packed_bytes=limit), report=report, throttle=throttle)


def sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def names(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


def interrupted(server: HostileServer, into: Path, script: Script) -> str:
    """Bring half of /data.csv into the folder, as a process does that gives up; return the address."""
    url = server.script("/data.csv", script)
    with fetcher_with(Clock(), attempts=1) as first, pytest.raises(SourceUnavailable):
        first.download(RemoteFile("data.csv", url), into)
    server.requests.clear()
    return url


def known_as(url: str, etag: str = "", last_modified: str = "") -> ArchivedFile:
    return ArchivedFile("data.csv", url, sha256(DATA), len(DATA), etag, last_modified)
