"""Backup and restore: everything that cannot be fetched or computed again, and enough to serve at once.

A backup is a tar.gz with a manifest of checksums: the judgement store, own sources and regions, the site's data, the
archive's receipts and files, and the current atlas.
"""

import io
import json
import shutil
import sqlite3
import tarfile
import tempfile
import zlib
from collections.abc import Iterator
from pathlib import Path

from openvalley.errors import BadInput, NothingBuilt
from openvalley.settings import Settings
from openvalley.sources import archive
from openvalley.storage import ASIDE, RESTORING, exclusive, storage_errors

_MANIFEST = "openvalley-backup.json"
_FORMAT = 1
#: A backup holds the site's secret key and what people entrusted to it: only its owner may read it.
_PRIVATE = 0o600
#: Folders of the home that a backup holds whole.
_FOLDERS = ("archive", "records", "atlas", "sources", "regions", "site", "healthdata")
_FILES = ("judgements.sqlite",)
_DATABASES = (".sqlite", ".sqlite3")
#: What SQLite keeps beside a database that is in use; a copy made through SQLite holds it already.
_SQLITE_ENDINGS = ("-wal", "-shm", "-journal")
_LEFT_OUT = ("site/static/", "site/uploads/")
_LEFT_ENDINGS = tuple(database + ending for database in _DATABASES for ending in _SQLITE_ENDINGS)


def backup(settings: Settings, target: Path) -> int:
    """Write a backup of the home folder; return the number of files in it.

    SQLite files are copied through SQLite, so that a site that runs meanwhile does not tear them. The file appears by
    one rename.

    Raises:
        NothingBuilt: the home folder does not exist.
        BadInput: the target is a folder, or in one that does not exist.

    """
    if not settings.home.is_dir():
        raise NothingBuilt(f"{settings.home} does not exist.", hint="There is nothing to back up yet.")
    if target.is_dir() or not target.parent.is_dir():
        raise BadInput(f"{target} cannot be written: it is a folder, or in a folder that does not exist.",
                       hint="Name a file in a folder that is there.")
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
                    checksums[name] = archive.digest(source)
                    tar.add(source, name)
                content = json.dumps({"format": _FORMAT, "files": checksums}, indent=1).encode()
                entry = tarfile.TarInfo(_MANIFEST)
                entry.size = len(content)
                tar.addfile(entry, io.BytesIO(content))
            temporary.chmod(_PRIVATE)
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
        arriving = Path(tempfile.mkdtemp(prefix=RESTORING, dir=settings.home))
        try:
            checksums = _unpacked(source, arriving)
            _take_places(settings.home, arriving)
        finally:
            shutil.rmtree(arriving, ignore_errors=True)
    return len(checksums)


def _take_places(home: Path, arriving: Path) -> None:
    """Put what arrived in the place of what is there; when that fails half-way, everything goes back."""
    moved: list[tuple[Path, Path]] = []
    try:
        for path in sorted(arriving.iterdir()):
            if path.name == _MANIFEST:
                continue
            # What SQLite keeps beside the store belongs to the one that goes, and would spoil the one that comes.
            beside = [home / f"{path.name}{ending}" for ending in _SQLITE_ENDINGS] if path.suffix in _DATABASES else []
            for present in (home / path.name, *beside):
                if present.exists():
                    aside = arriving / f"{ASIDE}{present.name}"
                    present.rename(aside)
                    moved.append((aside, present))
            path.rename(home / path.name)
            moved.append((home / path.name, path))
    except BaseException:
        for now, before in reversed(moved):
            now.rename(before)
        raise


def _unpacked(source: Path, arriving: Path) -> dict[str, str]:
    """Unpack a backup and hold every file against its checksum; return the checksums by name."""
    try:
        with storage_errors(arriving), tarfile.open(source, "r:gz") as tar:
            tar.extractall(arriving, filter="data")
    except (tarfile.TarError, zlib.error, EOFError, OSError, ValueError) as problem:
        raise BadInput(f"{source} cannot be opened as a backup: {problem}",
                       hint="Is it whole, and written by openvalley backup?") from problem
    checksums = _checksums(source, arriving / _MANIFEST)
    unpacked = {path.relative_to(arriving).as_posix(): path for path in arriving.rglob("*") if path.is_file()}
    unpacked = {name: path for name, path in unpacked.items() if not path.is_symlink() and name != _MANIFEST}
    for name in sorted(checksums.keys() | unpacked.keys()):
        if name not in checksums or name not in unpacked or archive.digest(unpacked[name]) != checksums[name]:
            raise BadInput(f"{source} is damaged: {name} is not what was backed up.", hint="Use another backup.")
    strange = sorted({name.partition("/")[0] for name in unpacked} - {*_FOLDERS, *_FILES})
    if strange:
        raise BadInput(f"{source} holds {strange[0]!r}, which no home folder has.",
                       hint="Name a file written by: openvalley backup")
    return checksums


def _checksums(source: Path, manifest: Path) -> dict[str, str]:
    try:
        content = json.loads(manifest.read_text(encoding="utf-8"))
        known = content["format"] == _FORMAT
        checksums = {str(name): str(checksum) for name, checksum in content["files"].items()}
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as problem:
        raise BadInput(f"{source} is not a backup of OpenValley.",
                       hint="Name a file written by: openvalley backup") from problem
    if not known:
        raise BadInput(f"{source} is a backup of another version of OpenValley.",
                       hint="Restore it with the version that wrote it, or a newer one.")
    return checksums


def _files(home: Path) -> Iterator[Path]:
    for name in _FOLDERS:
        for path in sorted((home / name).rglob("*")):
            relative = path.relative_to(home).as_posix()
            left_out = relative.startswith(_LEFT_OUT) or relative.endswith(_LEFT_ENDINGS)
            if (path.is_symlink() or path.is_file()) and not left_out:
                yield path
    yield from (home / name for name in _FILES if (home / name).exists())


def _steady(path: Path, scratch: Path) -> Path:
    """Copy a database through SQLite: a consistent state, whatever is being written meanwhile."""
    copy = scratch / path.name
    copy.unlink(missing_ok=True)
    with sqlite3.connect(path) as live, sqlite3.connect(copy) as still:
        live.backup(still)
    live.close()
    still.close()
    return copy
