"""Versions of a source's records: which one is in use, where it lies, and what went wrong when it was last synced."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from openvalley.settings import Settings
from openvalley.sources import archive

#: The link beside a source's versions that names the one in use.
CURRENT = "current"
INTAKE = "intake.json"
PROBLEM = "problem.json"


@dataclass(frozen=True)
class SourceVersion:
    """The records of one source that are in use: where they are and what is known of them."""

    source: str
    version: str
    folder: Path
    retrieved: str
    origin: str
    as_of: str | None
    rows: Mapping[str, int]
    quarantined: int
    warnings: tuple[str, ...]
    counted: Mapping[str, int]

    def table(self, record: str) -> Path | None:
        """Return the Parquet file of a record type, or None when this source has none."""
        path = self.folder / f"{record}.parquet"
        return path if path.exists() else None


def in_use(settings: Settings, source: str) -> SourceVersion | None:
    """Return the version of a source whose records are in use, or None when it was never synced."""
    folder = settings.records / source / CURRENT
    if not (folder / INTAKE).exists():
        return None
    content = json.loads((folder / INTAKE).read_text(encoding="utf-8"))
    known = {receipt.version: receipt for receipt in archive.receipts(settings.archive, source)}
    receipt = known.get(content["version"])
    return SourceVersion(
        source=source, version=content["version"], folder=folder.resolve(),
        retrieved=receipt.retrieved if receipt else content["retrieved"],
        origin=receipt.origin if receipt else content["origin"], as_of=content["as_of"], rows=content["rows"],
        quarantined=content["quarantined"], warnings=tuple(content["warnings"]), counted=content["counted"],
    )


def problem_of(settings: Settings, source: str) -> dict[str, Any] | None:
    """Return what went wrong when this source was last synced, or None when it went well."""
    path = settings.records / source / PROBLEM
    return json.loads(path.read_text(encoding="utf-8")) if path.exists() else None
