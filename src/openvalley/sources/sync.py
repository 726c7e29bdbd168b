"""Sync: a source's files come in, are archived, and become records.

What was good stays in use until something better is complete: records appear by one rename, and a source that is
down or changed leaves its last good version where it is and its problem beside it.
"""

import errno
import hashlib
import inspect
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import duckdb

import openvalley.sources.delimited
import openvalley.sources.intake
import openvalley.sources.large
import openvalley.sources.sql
import openvalley.vocabulary.records
from openvalley.errors import BadInput, OpenValleyError, SourceChanged, SourceUnavailable, SourceUnreadable
from openvalley.progress import Report
from openvalley.settings import Settings
from openvalley.sources import archive, inbox
from openvalley.sources.archive import Receipt
from openvalley.sources.arrival import acquire
from openvalley.sources.catalogue import Source
from openvalley.sources.intake import Intake, open_connection
from openvalley.sources.mentioned import mentioned
from openvalley.sources.unpack import unpack
from openvalley.sources.versions import INTAKE, SourceVersion, forget_problem, in_use, note_problem
from openvalley.storage import CURRENT, atomic_folder, keep_newest, point, storage_errors, write_json


@dataclass(frozen=True)
class SyncResult:
    """What became of one source in a sync.

    Attributes:
        source: its name.
        outcome: new, unchanged, absent (not in the mirror), by hand (nobody has brought its files) or failed.
        version: the one in use now; None when there is none yet.
        problem: why it failed.
        how_to: for a source that comes by hand, what a person does to bring it.

    """

    source: str
    outcome: str
    version: SourceVersion | None
    problem: OpenValleyError | None = field(default=None)
    how_to: str = ""


def sync_source(settings: Settings, source: Source, mirror: Path | None, report: Report) -> SyncResult:
    """Bring one source up to date. A failure is a result, not an exception: the other sources go on."""
    how_to = inbox.how_to(settings, source.specification)
    try:
        receipt = acquire(settings, source, mirror, report)
        before = in_use(settings, source.name)
        if receipt is None:
            return _by_hand(settings, source, before) if how_to and not mirror else SyncResult(
                source.name, "absent", before)
        version = _read(settings, source, receipt, report)
    except (SourceUnavailable, BadInput) as problem:
        note_problem(settings, source.name, problem)
        return SyncResult(source.name, "failed", in_use(settings, source.name), problem, how_to)
    forget_problem(settings, source.name)
    same = before is not None and before.version == version.version
    return SyncResult(source.name, "unchanged" if same else "new", version, how_to=how_to)


def _by_hand(settings: Settings, source: Source, version: SourceVersion | None) -> SyncResult:
    """Say how its files get here, and make the folder that they go into; what went wrong with earlier ones is over."""
    place = inbox.folder(settings, source.specification)
    with storage_errors(place):
        place.mkdir(parents=True, exist_ok=True)
    forget_problem(settings, source.name)
    return SyncResult(source.name, "by hand", version, how_to=inbox.how_to(settings, source.specification))


def refreshed(settings: Settings, source: Source, report: Report) -> SourceVersion | None:
    """Return the version in use, read anew from the archive where the code that read it has changed since.

    An upgrade of the program changes what records look like; the raw bytes are still there. Where they are not, or no
    longer fit the connector, the records stay in use as they are and the problem is noted beside them. None when the
    source was never synced.
    """
    version = in_use(settings, source.name)
    if version is None or version.folder.name == f"{version.version}-{_fingerprint(settings, source)}":
        return version
    known = {receipt.version: receipt for receipt in archive.receipts(settings.archive, source.name)}
    try:
        if version.version not in known:
            raise SourceUnreadable(
                f"The records of {source.name} are of an earlier version of the program, and its raw files are gone.",
                hint=f"Run: openvalley sync {source.name}", source=source.name,
            )
        return _read(settings, source, known[version.version], report)
    except SourceUnavailable as problem:
        note_problem(settings, source.name, problem)
        return version


def _read(settings: Settings, source: Source, receipt: Receipt, report: Report) -> SourceVersion:
    """Turn an archived version into records, unless the same code has done so before."""
    base = settings.records / source.name
    code = _fingerprint(settings, source)
    name = f"{receipt.version}-{code}"
    if not (base / name / INTAKE).exists():
        archive.verify(settings.archive, receipt)
        with atomic_folder(base / name) as target:
            _intake(settings, source, receipt, target, report)
    point(base / CURRENT, name)
    others = sorted((path for path in base.iterdir() if path.is_dir() and path.name not in {name, CURRENT}),
                    key=lambda path: path.stat().st_mtime)
    keep_newest([*others, base / name], settings.keep_versions)
    version = in_use(settings, source.name)
    if version is None:
        raise SourceUnreadable(f"The records of {source.name} vanished while they were written.",
                               hint="Run the sync again; is something cleaning the home folder?")
    return version


def _intake(settings: Settings, source: Source, receipt: Receipt, target: Path, report: Report) -> None:
    work_root = settings.home / "work"
    with storage_errors(work_root):
        work_root.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=work_root) as folder:
        work = Path(folder)
        report(f"{source.name}: unpacking", 0, None)
        files = _unpacked(settings, source, receipt, work)
        report(f"{source.name}: reading", 0, None)
        with open_connection(settings, work) as connection:
            intake = Intake(source.specification, receipt.version, files, connection, target,
                            mentioned(settings, source.specification))
            with _table_errors(source, target):
                source.read(intake)
                intake.write_quarantine()
            _expect(source, intake)
    write_json(target / INTAKE, {
        "source": source.name, "version": receipt.version, "origin": receipt.origin, "retrieved": receipt.retrieved,
        "as_of": intake.as_of.isoformat() if intake.as_of else None, "rows": intake.rows,
        "quarantined": intake.quarantined, "warnings": intake.warnings, "counted": intake.counted,
    })


@contextmanager
def _table_errors(source: Source, target: Path) -> Iterator[None]:
    """Turn what breaks while tables are computed into errors of ours, so that one source never stops the others."""
    try:
        yield
    except duckdb.OutOfMemoryException as problem:
        raise SourceUnreadable(f"{source.name} needs more memory or disk than there is: {problem}",
                               hint="Free some disk space and sync again.", source=source.name) from problem
    except duckdb.Error as problem:
        if os.strerror(errno.ENOSPC) in str(problem):
            with storage_errors(target):
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC)) from problem
        raise SourceUnreadable(
            f"{source.name} cannot be read: {str(problem).splitlines()[0]}",
            hint="The last good version stays in use. The register changed its files in a way that the source's"
            " connector does not know, or the connector has a mistake.", source=source.name,
        ) from problem


def _unpacked(settings: Settings, source: Source, receipt: Receipt, work: Path) -> dict[str, Path]:
    """Unpack the archived files; the members of a zip are named ``<zip's name>/<member>``."""
    files: dict[str, Path] = {}
    for file in receipt.files:
        stored = receipt.path(settings.archive) / file.name
        folder = work / "files" / stored.name.removesuffix(".zip")
        for path in unpack(stored, folder, source.specification.limits):
            name = f"{folder.name}/{path.relative_to(folder).as_posix()}" if stored.suffix == ".zip" else path.name
            files[name] = path
    return files


def _expect(source: Source, intake: Intake) -> None:
    """Hold the row counts against source.toml: too few stop the source, too many are a warning."""
    for record_type, expected in source.specification.expect.items():
        rows = intake.rows.get(record_type, 0)
        if rows < expected.min:
            raise SourceChanged(
                f"{source.name}: {rows} {record_type} records, at least {expected.min} were expected.",
                hint="The last good version stays in use. Look at the quarantine, or lower [expect] in source.toml.",
                source=source.name, rows=rows,
            )
        if expected.max is not None and rows > expected.max:
            intake.warn(f"{rows} {record_type} records, at most {expected.max} were expected")


#: Fields of a source.toml that can change without a record becoming another.
_SAYS_NOTHING_OF_RECORDS = {"by_hand", "short_title", "row_url", "region_pack", "anchors", "numbered"}


def _fingerprint(settings: Settings, source: Source) -> str:
    """Return eight hex digits that change when what makes this source's records changes: code, and what it is told."""
    code = hashlib.sha256(source.specification.model_dump_json(exclude=_SAYS_NOTHING_OF_RECORDS).encode())
    for path in source.code():
        code.update(path.read_bytes())
    for module in (openvalley.sources.delimited, openvalley.sources.intake, openvalley.sources.large,
                   openvalley.sources.sql, openvalley.vocabulary.records):
        code.update(Path(inspect.getfile(module)).read_bytes())
    for identifier in sorted(mentioned(settings, source.specification)):
        code.update(identifier.encode())
    return code.hexdigest()[:8]
