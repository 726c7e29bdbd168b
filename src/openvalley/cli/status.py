"""status and doctor: what is there, how old it is, what is wrong and how to mend it."""

import dataclasses
from collections.abc import Iterator, Sequence

from rich.markup import escape
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from openvalley import pipeline
from openvalley.atlas.contradicted import contradictions
from openvalley.atlas.reader import open_atlas
from openvalley.atlas.unverified import unverified as to_check
from openvalley.cli.edge import Edge
from openvalley.cli.judging import as_data, print_contradictions
from openvalley.doctor import Finding, findings
from openvalley.pipeline import SourceStatus
from openvalley.storage import CURRENT

#: Widths of the columns of figures, in characters. With a source's name they fit into 80; what is longer (version,
#: licence, problem) stands below them, so that no line depends on how wide the terminal is.
_COLUMNS = (("source", 16), ("rows", 9), ("fetched", 17), ("quarantined", 11), ("withheld", 8), ("from", 6))
_NUMBERS = ("rows", "quarantined", "withheld")
_INDENT = 4
#: Rows of the region pack that the terminal lists: a morning's work.
_ROWS_TO_CHECK = 40
#: Judgements that registers contradict which status lists: review shows all.
_CONTRADICTIONS = 5


def status(edge: Edge) -> None:
    """Show the sources and the published atlas."""
    sources = pipeline.status(edge.settings)
    built = (edge.settings.atlases / CURRENT).exists()
    manifest = pipeline.current_manifest(edge.settings) if built else None
    atlas = open_atlas(edge.settings.home) if built else None
    counts = atlas.counts() if atlas else {}
    against = contradictions(atlas, edge.settings) if atlas else []
    if edge.as_json:
        edge.print_json({
            "home": str(edge.settings.home),
            "atlas": manifest and {"version": (edge.settings.atlases / CURRENT).resolve().name,
                                   "built_at": manifest["built_at"], "region": manifest["region"]["code"],
                                   "content_hash": manifest["content_hash"], "placed": manifest["placed"]},
            "counts": counts, "sources": [_as_json(entry) for entry in sources],
            "contradictions": [as_data(entry) for entry in against],
        })
        return
    console = edge.console
    console.print(f"Home: {edge.settings.home}", soft_wrap=True)
    if manifest is None:
        console.print("No atlas yet; build the starter atlas with: openvalley build")
    else:
        listed = ", ".join(f"{count:,} {name.replace('_', ' ')}" for name, count in counts.items() if count)
        console.print(f"Atlas of {manifest['region']['title']['en']}, built {manifest['built_at'][:16]}: {listed}")
    print_contradictions(edge, against, _CONTRADICTIONS)
    console.print()
    table = _table()
    table.add_row(*(Text(title, style="bold") for title, _ in _COLUMNS))
    console.print(table)
    for entry in sorted(sources, key=lambda entry: entry.version is None):
        table = _table()
        table.add_row(*_figures(entry))
        console.print(table)
        for line in _below(entry):
            console.print(Padding.indent(line, _INDENT))


def doctor(edge: Edge) -> None:
    """Say what is wrong and how to mend it."""
    found: Sequence[Finding] = findings(edge.settings)
    if edge.as_json:
        edge.print_json({"findings": [dataclasses.asdict(finding) for finding in found]})
        return
    for finding in found:
        edge.console.print(f"{finding.severity}: {escape(finding.message)}")
        edge.console.print(f"  {escape(finding.mend)}", soft_wrap=True)  # a folder's path stays in one piece
    if not found:
        edge.console.print("Nothing is wrong.")


def unverified(edge: Edge) -> None:
    """List the rows of the region pack that nobody has checked, the most useful to check first."""
    rows = to_check(open_atlas(edge.settings.home))
    if edge.as_json:
        edge.print_json({"unverified": [dataclasses.asdict(row) for row in rows]})
        return
    for row in rows[:_ROWS_TO_CHECK]:
        state = f", said to be {row.state}" if row.state not in (None, "active") else ""
        hanging = f"  {row.hanging} rows hang on it" if row.hanging else ""
        edge.console.print(f"[bold]{escape(row.name)}[/]{state}  {row.table}/{escape(row.key)}{hanging}\n"
                           f"  check at: {escape(row.reference)}")
    if not rows:
        edge.console.print("Every row of the region pack has been checked.")
    elif len(rows) > _ROWS_TO_CHECK:
        edge.console.print(f"... and {len(rows) - _ROWS_TO_CHECK} more; --json lists all.")


def _table() -> Table:
    """Return a table of one row. Each source has its own: what stands below a row is as wide as the terminal."""
    table = Table(box=None, show_header=False, padding=(0, 2, 0, 0))
    for title, width in _COLUMNS:
        table.add_column(justify="right" if title in _NUMBERS else "left", width=width, overflow="fold")
    return table


def _figures(entry: SourceStatus) -> list[Text]:
    """Return the cells of a source's row, in the order of the columns."""
    version = entry.version
    if version is None:
        cells = ["-", "never, by hand" if entry.how_to else "never", "-", "-", "-"]
    else:
        withheld = "-" if version.withheld is None else f"{version.withheld:,}"
        cells = [f"{sum(version.rows.values()):,}", _age(entry), f"{version.quarantined:,}", withheld,
                 "inbox" if version.origin == "user" else version.origin]
    return [Text(entry.source.name, style="bold"), *map(Text, cells)]


def _age(entry: SourceStatus) -> str:
    days = entry.age_days or 0
    shown = "today" if days == 0 else f"{days} day{'' if days == 1 else 's'} ago"
    return f"{shown}, old" if entry.stale else shown


def _below(entry: SourceStatus) -> Iterator[Text]:
    """Return what is said below a source's row: version and licence, warnings, what went wrong, how to bring it."""
    version = entry.version
    licence = entry.source.specification.licence
    if version is None:
        yield Text(licence, style="dim")
    else:
        until = f", data until {version.as_of}" if version.as_of else ""
        yield Text(f"{version.version}{until}; {licence}", style="dim")
        for warning in version.warnings:
            yield Text(f"Warning: {warning}")
    if entry.problem:
        since, at = entry.problem["since"][:10], entry.problem["at"][:10]
        tried = f"Last sync failed on {at}" + ("" if since == at else f", and every one since {since}")
        yield Text(f"{tried}: {entry.problem['message']}", style="bold")
    if entry.how_to and (version is None or entry.stale):
        yield Text(f"By hand: {entry.how_to}")


def _as_json(entry: SourceStatus) -> dict[str, object]:
    version = entry.version
    specification = entry.source.specification
    return {
        "name": specification.name, "title": specification.title, "licence": specification.licence,
        "version": version.version if version else None, "as_of": version.as_of if version else None,
        "retrieved": version.retrieved if version else None, "origin": version.origin if version else None,
        "age_days": entry.age_days, "stale": entry.stale, "rows": dict(version.rows) if version else {},
        "quarantined": version.quarantined if version else 0, "withheld": version.withheld if version else None,
        "warnings": list(version.warnings) if version else [], "counted": dict(version.counted) if version else {},
        "problem": dict(entry.problem) if entry.problem else None, "by_hand": entry.how_to or None,
    }
