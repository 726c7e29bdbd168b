"""Versions of a source's records: which one is in use, where it lies, and what went wrong when it was last synced."""

import json
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from openvalley.errors import OpenValleyError
from openvalley.settings import Settings
from openvalley.sources import archive
from openvalley.sources.persons import WITHHELD
from openvalley.storage import CURRENT, write_json

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

    @property
    def withheld(self) -> int | None:
        """How many strings were withheld because they may be persons' names; None where none are looked for."""
        return self.counted.get(WITHHELD)

    def table(self, record_type: str) -> Path | None:
        """Return the Parquet file of a record type, or None when this source has none."""
        path = self.folder / f"{record_type}.parquet"
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
    """Return what went wrong when this source was last synced, or None when it went well.

    ``at`` is when it was last tried, ``since`` when it first went wrong without going well in between.
    """
    try:
        content: dict[str, Any] = json.loads((settings.records / source / PROBLEM).read_text(encoding="utf-8"))
    except FileNotFoundError:
        return None
    return {"since": content["at"], **content}


def note_problem(settings: Settings, source: str, problem: OpenValleyError) -> None:
    """Keep what went wrong beside the records, for `status`, `doctor` and the about-the-data page."""
    at = archive.now()
    earlier = problem_of(settings, source)
    write_json(settings.records / source / PROBLEM, {
        "code": problem.code, "message": problem.message, "hint": problem.hint, "at": at,
        "since": earlier["since"] if earlier else at,
    })


def forget_problem(settings: Settings, source: str) -> None:
    """Note that nothing is wrong any more."""
    (settings.records / source / PROBLEM).unlink(missing_ok=True)


def stamp(settings: Settings) -> str:
    """Return a text that changes when a version comes into use, or a problem comes or goes, without reading any."""
    found = []
    for path in sorted([*settings.records.glob(f"*/{PROBLEM}"), *settings.records.glob(f"*/{CURRENT}")]):
        with suppress(FileNotFoundError):  # gone since: a sync went well
            found.append(f"{path.parent.name}:{path.lstat().st_mtime_ns}")
    return ",".join(found)
