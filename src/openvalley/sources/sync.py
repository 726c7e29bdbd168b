"""Sync: a source's files come in (live, from a mirror, or from its own folder), are archived, and become records.

What was good stays in use until something better is complete: records appear by one rename, and a source that is
down or changed leaves its last good version where it is and its problem beside it.
"""

import errno
import hashlib
import inspect
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
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
from openvalley.settings import Settings
from openvalley.sources import archive
from openvalley.sources.archive import ArchivedFile, Receipt
from openvalley.sources.catalogue import Source
from openvalley.sources.fetch import Fetcher
from openvalley.sources.intake import Intake, open_connection
from openvalley.sources.mentioned import mentioned
from openvalley.sources.unpack import unpack
from openvalley.sources.versions import CURRENT, INTAKE, PROBLEM, SourceVersion, in_use
from openvalley.storage import atomic_folder, keep_newest, point, storage_errors, write_json

#: Called with what is being done, how much is done, and how much there is (None: unknown).
Report = Callable[[str, int, int | None], None]


@dataclass(frozen=True)
class SyncResult:
    """What became of one source in a sync: new, unchanged, absent (not in the mirror) or failed."""

    source: str
    outcome: str
    version: SourceVersion | None
    problem: OpenValleyError | None = field(default=None)


def sync_source(settings: Settings, source: Source, mirror: Path | None, report: Report) -> SyncResult:
    """Bring one source up to date. A failure is a result, not an exception: the other sources go on."""
    problem_file = settings.records / source.name / PROBLEM
    try:
        receipt = _acquire(settings, source, mirror, report)
        if receipt is None:
            return SyncResult(source.name, "absent", in_use(settings, source.name))
        before = in_use(settings, source.name)
        version = _read(settings, source, receipt, report)
    except (SourceUnavailable, BadInput) as problem:
        _note(problem_file, problem)
        return SyncResult(source.name, "failed", in_use(settings, source.name), problem)
    problem_file.unlink(missing_ok=True)
    same = before is not None and before.version == version.version
    return SyncResult(source.name, "unchanged" if same else "new", version)


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
        _note(settings.records / source.name / PROBLEM, problem)
        return version


def _note(path: Path, problem: OpenValleyError) -> None:
    """Keep what went wrong beside the records, for `status`, `doctor` and the about-the-data page."""
    write_json(path, {"code": problem.code, "message": problem.message, "hint": problem.hint, "at": archive.now()})


def _acquire(settings: Settings, source: Source, mirror: Path | None, report: Report) -> Receipt | None:
    """Bring the source's files into the archive; None when a mirror has none of them."""
    base = settings.archive / source.name
    arriving = base / ".arriving"
    with storage_errors(base):
        arriving.mkdir(parents=True, exist_ok=True)
    local = [file for file in source.specification.files if file.local]
    if local:
        files, origin = _from_folder(source, source.folder, arriving, "local"), "local"
    elif mirror is not None:
        files, origin = _from_folder(source, mirror, arriving, "mirror"), "mirror"
    else:
        files, origin = _from_web(settings, source, arriving, report), "live"
    if not files:
        shutil.rmtree(arriving)
        return None
    version = archive.version_name(files, source.specification.version_pattern)
    receipt = Receipt(source.name, version, origin, archive.now(), tuple(sorted(files, key=lambda file: file.name)))
    return archive.store(settings.archive, receipt, arriving, settings.keep_versions)


def _from_folder(source: Source, folder: Path, arriving: Path, origin: str) -> list[ArchivedFile]:
    files = []
    absent = []
    for file in source.specification.files:
        pattern = getattr(file, origin)
        found = sorted(folder.glob(pattern)) if pattern else []
        if not found:
            absent.append(file)
            continue
        for path in found if file.many else found[-1:]:
            with storage_errors(arriving):
                # A sync that was killed may have left a link to an archived file here: writing into it would change it.
                (arriving / path.name).unlink(missing_ok=True)
                shutil.copyfile(path, arriving / path.name)
            files.append(archive.file_of(arriving / path.name, f"{origin}:{path.name}"))
    missing = [file.name for file in absent if file.required]
    if files and missing:
        raise SourceUnavailable(
            f"{source.name}: {', '.join(missing)} is not in {folder}.",
            hint="The last good version stays in use. Complete the folder and sync again.", source=source.name,
        )
    return files


def _from_web(settings: Settings, source: Source, arriving: Path, report: Report) -> list[ArchivedFile]:
    """Fetch what changed; what did not is taken over from the archive's newest version."""
    latest = archive.newest(settings.archive, source.name)
    known = {file.name: file for file in latest.files} if latest else {}
    files = []
    with Fetcher(source.specification.fetch, source.specification.limits, report=report) as fetcher:
        if source.pages:
            return source.fetch(fetcher, arriving)
        for remote in source.locate(fetcher):
            had = known.get(remote.name)
            fetched = fetcher.download(remote, arriving, had)
            if fetched is None and latest is not None and had is not None:
                with storage_errors(arriving):
                    (arriving / had.name).unlink(missing_ok=True)
                    os.link(latest.path(settings.archive) / had.name, arriving / had.name)
                fetched = had
            if fetched is not None:
                files.append(fetched)
    if not files:
        raise SourceUnavailable(f"{source.name}: nothing can be fetched live.",
                                hint="See openvalley doctor for how to get this source's files.", source=source.name)
    return files


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
    for record, expected in source.specification.expect.items():
        rows = intake.rows.get(record, 0)
        if rows < expected.min:
            raise SourceChanged(
                f"{source.name}: {rows} {record} records, at least {expected.min} were expected.",
                hint="The last good version stays in use. Look at the quarantine, or lower [expect] in source.toml.",
                source=source.name, rows=rows,
            )
        if expected.max is not None and rows > expected.max:
            intake.warn(f"{rows} {record} records, at most {expected.max} were expected")


def _fingerprint(settings: Settings, source: Source) -> str:
    """Return eight hex digits that change when what makes this source's records changes: code, and what it is told."""
    code = hashlib.sha256(source.specification.model_dump_json().encode())
    for path in source.code():
        code.update(path.read_bytes())
    for module in (openvalley.sources.delimited, openvalley.sources.intake, openvalley.sources.large,
                   openvalley.sources.sql, openvalley.vocabulary.records):
        code.update(Path(inspect.getfile(module)).read_bytes())
    for identifier in sorted(mentioned(settings, source.specification)):
        code.update(identifier.encode())
    return code.hexdigest()[:8]
