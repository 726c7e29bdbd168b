"""Arrival: a source's files come into the archive, live, from a mirror, from the inbox or from its own folder.

What arrives gathers beside the versions in ``.arriving``, where a later attempt finds what it can continue.
"""

import os
import shutil
from pathlib import Path

from openvalley.errors import SourceUnavailable
from openvalley.progress import Report
from openvalley.settings import Settings
from openvalley.sources import archive, inbox
from openvalley.sources.archive import ArchivedFile, Receipt
from openvalley.sources.catalogue import Source
from openvalley.sources.fetch import Fetcher
from openvalley.sources.versions import in_use
from openvalley.storage import storage_errors

_LOCAL, _MIRROR, _USER, _LIVE = "local", "mirror", "user", "live"


def acquire(settings: Settings, source: Source, mirror: Path | None, report: Report) -> Receipt | None:
    """Bring a source's files into the archive; None when a mirror has none of them, or nobody has brought any.

    Raises:
        SourceUnavailable: the register, or the folder, does not give what is needed.

    """
    specification = source.specification
    origin = _origin(source, mirror)
    paths: list[Path] = []
    if origin != _LIVE:
        place = {_LOCAL: source.folder, _MIRROR: mirror or source.folder,
                 _USER: inbox.folder(settings, specification)}[origin]
        paths = _lying(source, place, origin)
        if not paths:
            return None
        if origin == _USER and (known := inbox.taken(settings, specification, paths)):
            return known  # as old as when it came, however long it lies there
    base = settings.archive / source.name
    arriving = base / ".arriving"
    with storage_errors(base):
        arriving.mkdir(parents=True, exist_ok=True)
    files = _from_web(settings, source, arriving, report) if origin == _LIVE else _copied(paths, arriving, origin)
    version = archive.version_name(files, specification.version_pattern)
    receipt = Receipt(source.name, version, origin, archive.now(), tuple(sorted(files, key=lambda file: file.name)))
    used = in_use(settings, source.name)
    return archive.store(settings.archive, receipt, arriving, settings.keep_versions, used.version if used else "")


def _origin(source: Source, mirror: Path | None) -> str:
    if any(file.local for file in source.specification.files):
        return _LOCAL
    if mirror is not None:
        return _MIRROR
    return _USER if source.specification.by_hand else _LIVE


def _lying(source: Source, place: Path, origin: str) -> list[Path]:
    """Return the source's files in a folder: of each the last in name order, or all where they are parts of one whole.

    Raises:
        SourceUnavailable: some are there, and a needed one is not.

    """
    paths = []
    absent = []
    for file in source.specification.files:
        pattern = {_LOCAL: file.local, _MIRROR: file.mirror, _USER: inbox.pattern(file)}[origin]
        found = sorted(path for path in place.glob(pattern) if path.is_file()) if pattern else []
        paths += found if file.many else found[-1:]
        if not found and file.required:
            absent.append(file.name)
    if paths and absent:
        raise SourceUnavailable(
            f"{source.name}: {', '.join(absent)} is not in {place}.",
            hint="The last good version stays in use. Complete the folder and sync again.", source=source.name,
        )
    return paths


def _copied(paths: list[Path], arriving: Path, origin: str) -> list[ArchivedFile]:
    files = []
    for path in paths:
        target = arriving / path.name
        with storage_errors(arriving):
            # A sync that was killed may have left a link to an archived file here: writing into it would change it.
            target.unlink(missing_ok=True)
            shutil.copyfile(path, target)
        files.append(archive.file_of(target, f"{origin}:{path.name}"))
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
        raise SourceUnavailable(f"{source.name}: nothing can be fetched live.", source=source.name,
                                hint="Take its files from a folder: openvalley sync --mirror DIR; or say in its"
                                " source.toml, with by_hand, how a person gets them.")
    return files
