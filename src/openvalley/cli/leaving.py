"""export and diff: the atlas in other formats, and what changed in it."""

import dataclasses
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from rich.markup import escape

from openvalley.atlas.clinical import trial_name
from openvalley.atlas.diff import TRIALS, difference
from openvalley.atlas.export import export as write
from openvalley.atlas.reader import open_atlas
from openvalley.cli.edge import Edge

#: Rows of each change that the terminal shows; --json has all.
_LISTED = 10


def export(edge: Edge, form: str, target: Path | None, *, everything: bool, sites: bool = False) -> None:
    """Write an export and say what is in it."""
    atlas = open_atlas(edge.settings.home)
    path = target or Path(f"openvalley-{atlas.version}.{form}")
    counts = write(atlas, form, path, everything=everything, sites=sites)
    if edge.as_json:
        edge.print_json({"format": form, "path": str(path), "rows": counts, "atlas_version": atlas.version})
        return
    said = ", ".join(f"{count:,} {name.replace('_', ' ')}" for name, count in counts.items() if count)
    folder = " (a folder, one file a table)" if path.is_dir() else ""
    edge.console.print(f"{escape(str(path))}{folder}: {said or 'nothing'}")


def diff(edge: Edge, old: str | None, new: str | None) -> None:
    """Say what changed between two atlases."""
    found = difference(edge.settings, old, new)
    if edge.as_json:
        edge.print_json(dataclasses.asdict(found))
        return
    edge.console.print(f"From atlas {found.old} to {found.new}, in the region's life sciences:")
    for name, change in found.changes.items():
        edge.console.print(f"[bold]{change.total:,}[/] {name.replace('_', ' ')}")
        for row in change.rows[:_LISTED]:
            edge.console.print(f"    {escape(_name(name, row))}{escape(_said(row))}  {row['id']}")
        if change.total > _LISTED:
            edge.console.print(f"    ... and {change.total - _LISTED:,} more; --json lists all")


def _name(change: str, row: Mapping[str, Any]) -> str:
    """Return what a changed thing is called."""
    if change in TRIALS:
        return trial_name(row["acronym"], row["title"], row["source_id"])
    return str(row.get("name") or row.get("acronym") or row.get("title") or row["id"])


def _said(row: Mapping[str, Any]) -> str:
    """Return what changed of a thing, or where one that is new is or until when."""
    if "old_state" in row:
        return f": {row['old_state'] or 'unknown'} -> {row['new_state'] or 'unknown'}"
    if "target" in row:
        return f", joined with {row['target_name'] or row['target']}"
    if "old_name" in row:
        return f", before: {row['old_name']}"
    if row.get("deadline"):
        return f", until {row['deadline']}"
    return f" ({row['city']})" if row.get("city") else ""
