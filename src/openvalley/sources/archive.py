"""The archive: raw bytes as a register gave them, one folder a version, never changed.

A version's name is derived from its content, so the same bytes are the same version wherever they came from. The
receipt beside the files says where each came from and when; clock times stand there and nowhere else.
"""

import hashlib
import json
import os
import re
import shutil
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

from openvalley.errors import SourceUnreadable
from openvalley.storage import atomic_folder, keep_newest, write_json

_RECEIPT = "receipt.json"
#: Hex digits of the content hash in a version's name: 8 (32 bits) tell apart the few versions of one source.
_HASH_DIGITS = 8


@dataclass(frozen=True)
class ArchivedFile:
    """One file of a version: its name in the folder, where it came from, and what identifies its bytes."""

    name: str
    origin: str
    sha256: str
    bytes: int
    etag: str = ""
    last_modified: str = ""


@dataclass(frozen=True)
class Receipt:
    """What was put into the archive, from where and when. ``origin`` is live, mirror, local or user."""

    source: str
    version: str
    origin: str
    retrieved: str
    files: tuple[ArchivedFile, ...]

    def path(self, archive: Path) -> Path:
        """Return the folder of this version."""
        return archive / self.source / self.version


def digest(path: Path) -> str:
    """Return the SHA-256 of a file, in hex."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def receipts(archive: Path, source: str) -> list[Receipt]:
    """Return the receipts of all archived versions of a source, oldest first."""
    found = [_read(path) for path in sorted((archive / source).glob(f"*/{_RECEIPT}"))]
    return sorted(found, key=lambda receipt: receipt.retrieved)


def newest(archive: Path, source: str) -> Receipt | None:
    """Return the receipt of the version fetched last, or None."""
    known = receipts(archive, source)
    return known[-1] if known else None


def version_name(files: Iterable[ArchivedFile], pattern: str) -> str:
    """Name a version: the release label that the pattern finds in a file's name or origin, and a hash of the bytes."""
    listed = sorted(files, key=lambda file: file.name)
    joined = "\n".join(f"{file.name} {file.sha256}" for file in listed)
    code = hashlib.sha256(joined.encode()).hexdigest()[:_HASH_DIGITS]
    if pattern:
        for file in listed:
            label = re.search(pattern, file.origin) or re.search(pattern, file.name)
            if label:
                return f"{label[1]}.{code}"
    return code


def store(archive: Path, receipt: Receipt, arrived: Path, keep: int, used: str = "") -> Receipt:
    """Move the arrived files into the archive as one version.

    A version that is there already keeps its bytes; its receipt is renewed, because it has been seen again now.
    Versions past the `keep` newest are removed; the one that is `used` counts as the newest but one, because what
    arrives may be broken.
    """
    target = receipt.path(archive)
    if target.exists():
        shutil.rmtree(arrived)
    else:
        with atomic_folder(target) as folder:
            for file in receipt.files:
                os.replace(arrived / file.name, folder / file.name)
            write_json(folder / _RECEIPT, asdict(receipt))
        shutil.rmtree(arrived, ignore_errors=True)
    write_json(target / _RECEIPT, asdict(receipt))
    by_age = sorted(receipts(archive, receipt.source), key=lambda known: known.version == used)
    keep_newest([known.path(archive) for known in by_age if known.version != receipt.version] + [target], keep)
    return receipt


def file_of(path: Path, origin: str, etag: str = "", last_modified: str = "") -> ArchivedFile:
    """Describe a file that has arrived."""
    return ArchivedFile(path.name, origin, digest(path), path.stat().st_size, etag, last_modified)


def now() -> str:
    """Return the time in UTC to the second, in ISO 8601."""
    return datetime.now(UTC).replace(microsecond=0).isoformat()


def verify(archive: Path, receipt: Receipt) -> None:
    """Check that the archived bytes are still what the receipt says.

    Raises:
        SourceUnreadable: a file is gone or its bytes changed.

    """
    for file in receipt.files:
        path = receipt.path(archive) / file.name
        if not path.is_file() or digest(path) != file.sha256:
            raise SourceUnreadable(
                f"The archived file {path} is not what was fetched.",
                hint=f"Remove the folder {path.parent} and run: openvalley sync {receipt.source}",
                file=str(path),
            )


def _read(path: Path) -> Receipt:
    content = json.loads(path.read_text(encoding="utf-8"))
    files = tuple(ArchivedFile(**file) for file in content.pop("files"))
    return Receipt(files=files, **content)
