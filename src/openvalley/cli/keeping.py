"""backup and restore."""

from pathlib import Path

from openvalley import backup as keeping
from openvalley.cli.edge import Edge


def backup(edge: Edge, target: Path) -> None:
    """Write a backup and say how much is in it."""
    files = keeping.backup(edge.settings, target)
    _say(edge, files, target, "backed up into")


def restore(edge: Edge, source: Path) -> None:
    """Put a backup back and say how much was in it."""
    files = keeping.restore(edge.settings, source)
    _say(edge, files, source, "restored from")


def _say(edge: Edge, files: int, path: Path, what: str) -> None:
    if edge.as_json:
        edge.print_json({"files": files, "file": str(path), "home": str(edge.settings.home)})
    else:
        edge.console.print(f"{files} files {what} {path}")
