"""Files of an export: a file or folder appears whole or not at all, and says so when the disk is full."""

import errno
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO

from openvalley.errors import BadInput
from openvalley.storage import atomic_folder, storage_errors


@contextmanager
def new_folder(target: Path) -> Iterator[Path]:
    """Give a folder that becomes the target when the block ends well, and vanishes when it does not.

    Raises:
        BadInput: the target is there already.

    """
    if target.exists() or target.is_symlink():
        raise BadInput(f"{target} exists already.", hint="Name a folder that does not exist yet.")
    with _full_disk(target), atomic_folder(target) as folder:
        yield folder


@contextmanager
def replaced_file(target: Path) -> Iterator[Path]:
    """Give a path beside the target that takes its place when the block ends well, and vanishes when it does not.

    Raises:
        BadInput: the target is a folder, or in a folder that does not exist.

    """
    if target.is_dir() or not target.parent.is_dir():
        raise BadInput(f"{target} cannot be written: it is a folder, or in a folder that does not exist.",
                       hint="Name a file in a folder that is there.")
    temporary = target.with_name(f".{target.name}-{os.getpid()}")
    with _full_disk(target):
        try:
            yield temporary
            with temporary.open("rb") as stream:
                os.fsync(stream.fileno())
            os.replace(temporary, target)
        finally:
            temporary.unlink(missing_ok=True)


@contextmanager
def replaced_text(target: Path) -> Iterator[TextIO]:
    """Give a stream of UTF-8 text that replaces the target when the block ends well."""
    with replaced_file(target) as path, path.open("w", encoding="utf-8", newline="\n") as stream:
        yield stream


@contextmanager
def _full_disk(target: Path) -> Iterator[None]:
    """Turn 'no space left' into an error of ours, also where a library says it in words of its own."""
    with storage_errors(target):
        try:
            yield
        except Exception as problem:
            if isinstance(problem, OSError) or os.strerror(errno.ENOSPC) not in str(problem):
                raise
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC)) from problem
