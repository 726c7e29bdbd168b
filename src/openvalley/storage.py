"""The disk: atomic folders and files, retention, and the lock that keeps two writers of one home apart.

Everything that is published appears by one rename, so that a reader (or a kill -9) never meets half of it.
"""

import errno
import fcntl
import json
import os
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from openvalley.errors import HomeBusy, StorageFailed

#: Bytes of a file that are read at a time.
READ_BYTES = 1 << 20
#: The link among several versions that names the one in use.
CURRENT = "current"
#: Beginnings of the names of a restore's working folder, and of what it has put aside in there.
RESTORING, ASIDE = ".restore-", ".old-"
_FULL = {errno.ENOSPC, errno.EDQUOT}
_DENIED = {errno.EACCES, errno.EPERM, errno.EROFS, errno.ENOTDIR}


@contextmanager
def storage_errors(path: Path) -> Iterator[None]:
    """Turn 'no space left' and 'permission denied' into errors a person can act on; others pass.

    Raises:
        StorageFailed: the disk is full, or the path cannot be written.

    """
    try:
        yield
    except OSError as problem:
        if problem.errno in _FULL:
            raise StorageFailed(
                f"The disk that holds {path} is full; nothing that was published has changed.",
                hint="Free some space (openvalley doctor shows what is kept) and run the command again.",
            ) from problem
        if problem.errno in _DENIED:
            raise StorageFailed(f"{path} cannot be written.",
                                hint="Choose another folder with --home, or change its owner.") from problem
        raise


@contextmanager
def full_disk_errors(path: Path) -> Iterator[None]:
    """Do as `storage_errors`, also where a library says 'no space left' in an error of its own.

    Raises:
        StorageFailed: the disk is full, or the path cannot be written.

    """
    with storage_errors(path):
        try:
            yield
        except Exception as problem:
            if isinstance(problem, OSError) or os.strerror(errno.ENOSPC) not in str(problem):
                raise
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC)) from problem


@contextmanager
def atomic_folder(target: Path) -> Iterator[Path]:
    """Give a temporary folder that becomes `target` when the block ends well, and vanishes when it does not."""
    with storage_errors(target):
        target.parent.mkdir(parents=True, exist_ok=True)
        work = Path(tempfile.mkdtemp(prefix=f".{target.name}-", dir=target.parent))
        try:
            yield work
            _flush(work)
            work.chmod(0o755)
            os.replace(work, target)
        finally:
            shutil.rmtree(work, ignore_errors=True)


def write_json(path: Path, content: object) -> None:
    """Write a JSON file by one rename, flushed to disk."""
    write_whole(path, (json.dumps(content, indent=2, ensure_ascii=False, sort_keys=True) + "\n").encode())


def write_whole(path: Path, content: bytes) -> None:
    """Write a file by one rename, flushed to disk: who reads it meanwhile has the old content or the new, never half.

    Raises:
        StorageFailed: the folder cannot take it.

    """
    temporary = path.with_name(f".{path.name}-{os.getpid()}")
    with storage_errors(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            with temporary.open("wb") as stream:
                stream.write(content)
                stream.flush()
                os.fsync(stream.fileno())
            os.replace(temporary, path)
        finally:
            temporary.unlink(missing_ok=True)


def point(link: Path, target: str) -> None:
    """Make `link` a symbolic link to `target` (a name beside it), replacing an earlier one in one step.

    Raises:
        StorageFailed: the disk cannot take it, or a folder stands where the link would: a copy that followed links.

    """
    if link.is_dir() and not link.is_symlink():
        raise StorageFailed(f"{link} is a folder, but a link is written there: a copy of this home followed its links.",
                            hint="Copy the home again with its links as links (cp -a), or move it with "
                                 "`openvalley backup` and `openvalley restore`.")
    with storage_errors(link):
        temporary = link.with_name(f".{link.name}-{os.getpid()}")
        temporary.unlink(missing_ok=True)
        temporary.symlink_to(target)
        os.replace(temporary, link)


def keep_newest(folders_by_age: Sequence[Path], keep: int) -> None:
    """Remove all but the last `keep` of these folders (oldest first)."""
    for folder in folders_by_age[:-keep]:
        shutil.rmtree(folder)


@contextmanager
def exclusive(home: Path, doing: str) -> Iterator[None]:
    """Hold the home's lock: one sync or build at a time. It is freed by the system even after kill -9.

    Raises:
        HomeBusy: another process holds it; says what that one is doing.

    """
    with storage_errors(home):
        home.mkdir(parents=True, exist_ok=True)
        stream = (home / ".lock").open("a+", encoding="utf-8")
    with stream:
        try:
            fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as taken:
            stream.seek(0)
            raise HomeBusy(
                f"{home} is in use: {stream.read().strip() or 'another command is writing'}.",
                hint="Wait until it has ended and run the command again.",
            ) from taken
        stream.truncate(0)
        stream.write(f"{doing} (process {os.getpid()})")
        stream.flush()
        _sweep(home)
        try:
            yield
        finally:
            stream.truncate(0)


@contextmanager
def alone(lock: Path) -> Iterator[None]:
    """Hold a lock file, after whoever holds it now; the system frees it, even after kill -9.

    Raises:
        StorageFailed: the file cannot be made.

    """
    with storage_errors(lock):
        lock.parent.mkdir(parents=True, exist_ok=True)
        stream = lock.open("a", encoding="utf-8")
    with stream:
        fcntl.flock(stream, fcntl.LOCK_EX)
        yield


def _sweep(home: Path) -> None:
    """Remove temporary folders that an earlier process left when it was killed; only the lock's holder may."""
    for arriving in home.glob(f"{RESTORING}*"):
        for aside in arriving.glob(f"{ASIDE}*"):
            # A restore that was killed half-way is undone: what was there before goes back to its place.
            present = home / aside.name.removeprefix(ASIDE)
            _remove(present)
            aside.rename(present)
        _remove(arriving)
    for pattern in ("archive/*/.*-*", "records/*/.*-*", "atlas/.*-*", "work/*"):
        for left in home.glob(pattern):
            _remove(left)


def _remove(path: Path) -> None:
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path, ignore_errors=True)
    else:
        path.unlink(missing_ok=True)


def _flush(folder: Path) -> None:
    """Ask the system to bring the folder's files to disk before they are published."""
    for path in folder.rglob("*"):
        if path.is_file():
            descriptor = os.open(path, os.O_RDONLY)
            try:
                os.fsync(descriptor)
            finally:
                os.close(descriptor)
