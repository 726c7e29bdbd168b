"""The inbox: where a person puts the files of registers that no program may fetch.

Reads ``<home>/inbox/<source>/`` and changes nothing in it: files that have been taken in are in the archive, and may be
removed by whoever put them there.
"""

from pathlib import Path

from openvalley.errors import SourceUnavailable
from openvalley.settings import Settings
from openvalley.sources import archive
from openvalley.sources.archive import Receipt
from openvalley.sources.specification import FileSpecification, SourceSpecification

#: Names that a sentence lists.
_NAMED = 3


def folder(settings: Settings, specification: SourceSpecification) -> Path:
    """Return where the files of a source go."""
    return settings.inbox / specification.name


def pattern(file: FileSpecification) -> str:
    """Return the glob of a file below the source's folder: that of a mirror without the mirror's own folder."""
    return file.mirror.partition("/")[2]


def how_to(settings: Settings, specification: SourceSpecification) -> str:
    """Return what a person does to bring this source, in one line; nothing for one that comes by itself."""
    if not specification.by_hand:
        return ""
    place = folder(settings, specification)
    wanted = list(dict.fromkeys(filter(None, map(pattern, specification.files))))
    lying = _unfit(place, wanted)
    found = f" (What lies there, {_few(lying)}, is none of {_few(wanted)}.)" if lying else ""
    return f"{specification.by_hand} Put the files into {place} and run: openvalley sync {specification.name}{found}"


def taken(settings: Settings, specification: SourceSpecification, paths: list[Path]) -> Receipt | None:
    """Return the newest archived version if it holds these very files: they were taken in when they came.

    Raises:
        SourceUnavailable: a file cannot be read.

    """
    latest = archive.newest(settings.archive, specification.name)
    if latest is None:
        return None
    try:
        lying = {(path.name, archive.digest(path)) for path in paths}
    except OSError as problem:
        raise SourceUnavailable(f"{folder(settings, specification)} cannot be read: {problem.strerror}.",
                                hint="Change the owner of the files, or copy them again.") from problem
    return latest if {(file.name, file.sha256) for file in latest.files} == lying else None


def _few(names: list[str]) -> str:
    return ", ".join(names[:_NAMED]) + (", ..." if len(names) > _NAMED else "")


def _unfit(place: Path, wanted: list[str]) -> list[str]:
    """Return the names of what lies in the folder and is none of the files wanted."""
    if not place.is_dir():
        return []
    fits = {path for glob in wanted for path in place.glob(glob)}
    return sorted(path.name for path in place.rglob("*")
                  if path.is_file() and not path.name.startswith(".") and path not in fits)
