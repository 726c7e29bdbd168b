"""The audit log: every question with its answer, one JSON object a line, each holding the hash of the line before.

Who changes, removes or inserts a line breaks the chain, and `verify` says where. What a chain cannot show is a cut at
its end: note number and hash of the last line elsewhere now and then (`openvalley node audit` prints them).
"""

import fcntl
import hashlib
import json
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from openvalley.errors import BadInput
from openvalley.storage import storage_errors

#: What the first line names as the hash before it.
_FIRST = "0" * 64


@dataclass(frozen=True)
class Chain:
    """A log that is whole: how many lines it has, and the hash of the last."""

    lines: int
    last: str


class AuditLog:
    """A log that is only ever appended to."""

    def __init__(self, path: Path) -> None:
        """Open the log, which is made with its first line.

        Raises:
            BadInput: its chain is broken.

        """
        self.path = path
        self._chain = verify(path)
        self._size = path.stat().st_size if path.exists() else 0

    def append(self, entry: Mapping[str, Any]) -> None:
        """Write a line, and return once it is on the disk.

        Raises:
            StorageFailed: the disk is full; what was to be written down did not happen.

        """
        with storage_errors(self.path), self.path.open("ab") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            if file.tell() != self._size:
                # Another process wrote: go on from its last line.
                self._chain = verify(self.path)
            body = {"line": self._chain.lines + 1, **entry, "before": self._chain.last}
            digest = _digest(body)
            file.write(_line({**body, "hash": digest}))
            file.flush()
            os.fsync(file.fileno())
            self._size = file.tell()
            self._chain = Chain(self._chain.lines + 1, digest)

    def entries(self) -> Iterator[dict[str, Any]]:
        """Yield what was written, oldest first."""
        if self.path.exists():
            with self.path.open("rb") as file:
                for line in file:
                    yield json.loads(line)


def verify(path: Path) -> Chain:
    """Walk the chain.

    Raises:
        BadInput: a line was changed, removed, inserted or cut; the context has its number.

    """
    lines, last = 0, _FIRST
    if path.exists():
        with storage_errors(path), path.open("rb") as file:
            for lines, line in enumerate(file, 1):
                last = _verified(path, lines, line, last)
    return Chain(lines, last)


def _verified(path: Path, number: int, line: bytes, before: str) -> str:
    try:
        entry = json.loads(line)
        told = entry.pop("hash")
        whole = line.endswith(b"\n") and entry["line"] == number and entry["before"] == before
        whole = whole and _digest(entry) == told
    except (ValueError, KeyError, AttributeError, TypeError):
        whole, told = False, ""
    if not whole:
        raise BadInput(f"The audit log {path} is broken at line {number}.",
                       hint="Somebody changed it, or a disk failed. Keep it, find out why, and begin a new log.",
                       line=number)
    return str(told)


def _digest(body: Mapping[str, Any]) -> str:
    return hashlib.sha256(_line(body)).hexdigest()


def _line(body: Mapping[str, Any]) -> bytes:
    return json.dumps(body, sort_keys=True, separators=(",", ":")).encode() + b"\n"
