"""Backup and restore: everything that cannot be fetched or computed again, and enough to serve at once.

A backup is a tar.gz with a manifest of checksums: the judgement store, own sources and regions, the site's data, the
archive's receipts and files, and the current atlas.
"""

import hashlib
import io
import json
import shutil
import sqlite3
import tarfile
import tempfile
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

from openvalley.errors import BadInput, NothingBuilt
from openvalley.settings import Settings
from openvalley.storage import exclusive, storage_errors

_MANIFEST = "openvalley-backup.json"
_FORMAT = 1
#: Folders of the home that a backup holds whole.
_FOLDERS = ("archive", "records", "atlas", "sources", "regions", "site")
_DATABASES = (".sqlite", ".sqlite3")
_LEFT_OUT = ("site/static/",)


def backup(settings: Settings, target: Path) -> int:
    """Write a backup of the home folder; return the number of files in it.

    SQLite files are copied through SQLite, so that a site that runs meanwhile does not tear them. The file appears by
    one rename.

    Raises:
        NothingBuilt: the home folder holds nothing.

    """
    if not settings.home.is_dir():
        raise NothingBuilt(f"{settings.home} does not exist.", hint="There is nothing to back up yet.")
    with exclusive(settings.home, "backup"), storage_errors(target), tempfile.TemporaryDirectory() as scratch:
        temporary = target.with_name(f".{target.name}.part")
        checksums = {}
        try:
            with tarfile.open(temporary, "w:gz", compresslevel=1) as tar:
                for path in _files(settings.home):
                    name = path.relative_to(settings.home).as_posix()
                    if path.is_symlink():
                        tar.add(path, name)
                        continue
                    source = _steady(path, Path(scratch)) if path.suffix in _DATABASES else path
                    with source.open("rb") as stream:
                        checksums[name] = hashlib.file_digest(stream, "sha256").hexdigest()
                    tar.add(source, name)
                content = json.dumps({"format": _FORMAT, "files": checksums}, indent=1).encode()
                entry = tarfile.TarInfo(_MANIFEST)
                entry.size = len(content)
                tar.addfile(entry, io.BytesIO(content))
            temporary.replace(target)
        finally:
            temporary.unlink(missing_ok=True)
    return len(checksums)


def restore(settings: Settings, source: Path) -> int:
    """Put a backup back into the home folder, in place of what is there; return the number of files.

    The backup is unpacked and checked beside the home first; only when it is whole do its folders take their places.

    Raises:
        BadInput: the file is no backup, is damaged, or holds paths that leave the home.

    """
    if not source.is_file():
        raise BadInput(f"There is no file {source}.", hint="Name a file written by: openvalley backup FILE")
    with exclusive(settings.home, "restore"), storage_errors(settings.home):
        arriving = Path(tempfile.mkdtemp(prefix=".restore-", dir=settings.home))
        try:
            checksums = _unpacked(source, arriving)
            for path in sorted(arriving.iterdir()):
                if path.name == _MANIFEST:
                    continue
                present = settings.home / path.name
                if present.is_dir():
                    present.rename(arriving / f".old-{path.name}")
                path.replace(present)
        finally:
            shutil.rmtree(arriving, ignore_errors=True)
    return len(checksums)


def _unpacked(source: Path, arriving: Path) -> dict[str, str]:
    try:
        with tarfile.open(source, "r:gz") as tar:
            tar.extractall(arriving, filter="data")
    except (tarfile.TarError, EOFError, OSError) as problem:
        raise BadInput(f"{source} cannot be opened as a backup: {problem}",
                       hint="Is it whole, and written by openvalley backup?") from problem
    manifest = arriving / _MANIFEST
    if not manifest.is_file():
        raise BadInput(f"{source} is not a backup of OpenValley.", hint="Name a file written by: openvalley backup")
    checksums: dict[str, str] = json.loads(manifest.read_text(encoding="utf-8"))["files"]
    for name, expected in checksums.items():
        path = arriving / PurePosixPath(name)
        with path.open("rb") as stream:
            if hashlib.file_digest(stream, "sha256").hexdigest() != expected:
                raise BadInput(f"{source} is damaged: {name} is not what was backed up.", hint="Use another backup.")
    return checksums


def _files(home: Path) -> Iterator[Path]:
    for name in _FOLDERS:
        for path in sorted((home / name).rglob("*")):
            relative = path.relative_to(home).as_posix()
            if (path.is_symlink() or path.is_file()) and not relative.startswith(_LEFT_OUT):
                yield path
    yield from sorted(home.glob("judgements.sqlite"))


def _steady(path: Path, scratch: Path) -> Path:
    """Copy a database through SQLite: a consistent state, whatever is being written meanwhile."""
    copy = scratch / path.name
    copy.unlink(missing_ok=True)
    with sqlite3.connect(path) as live, sqlite3.connect(copy) as still:
        live.backup(still)
    live.close()
    still.close()
    return copy
