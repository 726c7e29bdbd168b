"""backup, restore and confirm: what no build can compute again."""

from pathlib import Path

from openvalley import backup as keeping
from openvalley.cli.edge import Edge
from openvalley.errors import BadInput


def backup(edge: Edge, target: Path) -> None:
    """Write a backup and say how much is in it."""
    files = keeping.backup(edge.settings, target)
    _say(edge, files, target, "backed up into")


def restore(edge: Edge, source: Path) -> None:
    """Put a backup back and say how much was in it."""
    files = keeping.restore(edge.settings, source)
    _say(edge, files, source, "restored from")


def confirm(edge: Edge, row: str, at: str, by: str, *, undo: bool) -> None:
    """Keep that a curator has checked a row of the region pack, or that this is taken back.

    Raises:
        BadInput: there is no such row, the address is none, or nobody stands for it.

    """
    from openvalley import pipeline  # noqa: PLC0415 - loads the compute libraries
    from openvalley.resolve.confirmations import ConfirmationStore  # noqa: PLC0415

    table, slash, key = row.partition("/")
    if not slash:
        raise BadInput(f"{row[:80]!r} is no row.", hint="Name it as TABLE/KEY, as openvalley doctor --pack does.")
    found = pipeline.pack_row(edge.settings, table, key)
    ConfirmationStore(edge.settings.judgements).add(found, at, by, holds=not undo)
    if edge.as_json:
        edge.print_json({"table": table, "key": key, "confirmed": not undo, "reference": at, "by": by})
    else:
        edge.console.print(f"{row} is {'no longer ' if undo else ''}confirmed; the next build says so.")


def _say(edge: Edge, files: int, path: Path, what: str) -> None:
    if edge.as_json:
        edge.print_json({"files": files, "file": str(path), "home": str(edge.settings.home)})
    else:
        edge.console.print(f"{files} files {what} {path}")
