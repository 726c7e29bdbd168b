"""Files of an export: a file or folder appears whole or not at all, and says so when the disk is full."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO

from openvalley.errors import BadInput
from openvalley.storage import atomic_folder, full_disk_errors


@contextmanager
def new_folder(target: Path) -> Iterator[Path]:
    """Give a folder that becomes the target when the block ends well, and vanishes when it does not.

    Raises:
        BadInput: the target is there already.

    """
    if target.exists() or target.is_symlink():
        raise BadInput(f"{target} exists already.", hint="Name a folder that does not exist yet.")
    with full_disk_errors(target), atomic_folder(target) as folder:
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
    with full_disk_errors(target):
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
