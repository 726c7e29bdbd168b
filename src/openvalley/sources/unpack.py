"""Opens what arrived: zip and gzip, with bounds, into a work folder. Never trusts a name or a declared size."""

import gzip
import zipfile
import zlib
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path, PurePosixPath
from typing import IO

from openvalley.errors import SourceUnreadable
from openvalley.sources.specification import Limits
from openvalley.storage import READ_BYTES, storage_errors

#: A file this small may have any ratio: a few kilobytes of repeated text compress a thousandfold and harm nobody.
_RATIO_FROM = 64 << 20
_HTML_STARTS = (b"<!doctype html", b"<html")
#: Bytes of a file name that every usual file system takes.
_LONGEST_NAME = 255
#: How much of a file's beginning is looked at to tell a web page from data.
_SNIFFED = 512


def unpack(path: Path, into: Path, limits: Limits) -> list[Path]:
    """Unpack an archived file into a folder and return the files, in name order; a plain file is returned itself.

    Raises:
        SourceUnreadable: cut off, a web page in place of data, a path that leaves the folder, or past the limits.

    """
    if path.suffix == ".zip":
        files = _unzip(path, into, limits)
    elif path.suffix == ".gz":
        _refuse_web_page(path, path)
        with gzip.open(path) as packed:
            files = [_copy(packed, path, into / path.stem, _Allowance(path, limits))]
    else:
        files = [path]
    for file in files:
        _refuse_web_page(file, path)
    return sorted(files)


class _Allowance:
    """How many bytes one archived file may still unpack to, all its members together."""

    def __init__(self, path: Path, limits: Limits) -> None:
        self._path = path
        self._limits = limits
        self._left = min(limits.unpacked_bytes, max(_RATIO_FROM, int(path.stat().st_size * limits.ratio)))

    def spend(self, size: int) -> None:
        """Count bytes that were really unpacked: the declared size of a bomb lies.

        Raises:
            SourceUnreadable: there are more than the limits allow.

        """
        self._left -= size
        if self._left < 0:
            raise _too_large(self._path, self._limits)


def _unzip(path: Path, into: Path, limits: Limits) -> list[Path]:
    try:
        with zipfile.ZipFile(path) as packed:
            members = [member for member in packed.infolist() if not member.is_dir()]
            _refuse_paths([member.filename for member in members], path)
            if sum(member.file_size for member in members) > limits.unpacked_bytes:
                raise _too_large(path, limits)
            allowance = _Allowance(path, limits)
            return [_member(packed, member, path, into / member.filename, allowance) for member in members]
    except zipfile.BadZipFile as problem:
        _refuse_web_page(path, path)
        raise SourceUnreadable(
            f"{path.name} is not a whole zip file: {problem}.",
            hint="It was probably cut off on the way; run the sync again.", file=str(path),
        ) from problem


def _member(packed: zipfile.ZipFile, member: zipfile.ZipInfo, path: Path, target: Path, allowance: _Allowance) -> Path:
    if member.flag_bits & 0x1:
        raise SourceUnreadable(f"{path.name}: {member.filename} is encrypted.", hint="Fetch an open copy.",
                               file=str(path))
    try:
        stream = packed.open(member)
    except NotImplementedError as problem:
        raise SourceUnreadable(f"{path.name}: {member.filename} is packed in a way that cannot be read: {problem}.",
                               hint="Fetch a copy that is an ordinary zip file.", file=str(path)) from problem
    with stream:
        return _copy(stream, path, target, allowance)


def _copy(stream: IO[bytes] | gzip.GzipFile, path: Path, target: Path, allowance: _Allowance) -> Path:
    with storage_errors(target):
        target.parent.mkdir(parents=True, exist_ok=True)
        with target.open("wb") as out:
            for block in _blocks(lambda: stream.read(READ_BYTES), path):
                allowance.spend(len(block))
                out.write(block)
    return target


def _blocks(read: Callable[[], bytes], path: Path) -> Iterator[bytes]:
    """Yield the blocks of a packed stream; what breaks while unpacking becomes `SourceUnreadable`."""
    try:
        while block := read():
            yield block
    except (EOFError, zlib.error, zipfile.BadZipFile, gzip.BadGzipFile) as problem:
        raise SourceUnreadable(
            f"{path.name} is cut off or damaged: {problem}.",
            hint="Run the sync again; if it stays so, the register's file itself is broken.", file=str(path),
        ) from problem


def _refuse_paths(names: Sequence[str], path: Path) -> None:
    """Refuse names that leave the folder, cannot be file names, or of which one would be the folder of another."""
    for name in names:
        parts = PurePosixPath(name.replace("\\", "/"))
        if parts.is_absolute() or not parts.parts or ".." in parts.parts or ":" in parts.parts[0] or "\0" in name:
            raise SourceUnreadable(
                f"{path.name} holds the path {name!r}, which leaves its folder.",
                hint="Do not open this file; fetch it from its publisher again.", file=str(path),
            )
        if any(len(part.encode()) > _LONGEST_NAME for part in parts.parts):
            raise SourceUnreadable(f"{path.name} holds a name of more than {_LONGEST_NAME} bytes: {name[:60]!r}...",
                                   hint="Fetch the file from its publisher again.", file=str(path))
    counted = Counter(PurePosixPath(name) for name in names)
    folders = {folder for name in counted for folder in name.parents}
    twice = sorted(str(name) for name, count in counted.items() if count > 1 or name in folders)
    if twice:
        raise SourceUnreadable(f"{path.name} holds {twice[0]!r} more than once.",
                               hint="Fetch the file from its publisher again.", file=str(path))


def _refuse_web_page(file: Path, path: Path) -> None:
    with file.open("rb") as stream:
        start = stream.read(_SNIFFED).removeprefix(b"\xef\xbb\xbf").lstrip().lower()
    if start.startswith(_HTML_STARTS):
        raise SourceUnreadable(
            f"{path.name} is a web page, not data.",
            hint="The publisher sent an error page or moved the file; look at its homepage.", file=str(path),
        )


def _too_large(path: Path, limits: Limits) -> SourceUnreadable:
    return SourceUnreadable(
        f"{path.name} unpacks to more than its source allows ({limits.unpacked_bytes:,} bytes, ratio {limits.ratio}).",
        hint="If the register really grew, raise [limits] in the source's source.toml.", file=str(path),
    )
