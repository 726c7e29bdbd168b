"""export and diff: the atlas in other formats, and what changed in it."""

import dataclasses
from pathlib import Path

from rich.markup import escape

from openvalley.atlas.diff import difference
from openvalley.atlas.export import export as write
from openvalley.atlas.reader import open_atlas
from openvalley.cli.edge import Edge

#: Rows of each change that the terminal shows; --json has more.
_LISTED = 10


def export(edge: Edge, form: str, target: Path | None, *, everything: bool) -> None:
    """Write an export and say what is in it."""
    atlas = open_atlas(edge.settings.home)
    path = target or Path(f"openvalley-{atlas.version}.{form}")
    counts = write(atlas, form, path, everything=everything)
    if edge.as_json:
        edge.print_json({"format": form, "path": str(path), "rows": counts, "atlas_version": atlas.version})
        return
    edge.console.print(f"{path}: " + ", ".join(f"{count:,} {name}" for name, count in counts.items()))


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
            label = row.get("name") or row.get("acronym") or row.get("title") or row["id"]
            state = f": {row['old_state']} -> {row['new_state']}" if "old_state" in row else ""
            edge.console.print(f"    {escape(str(label))}{state}  {row['id']}")
