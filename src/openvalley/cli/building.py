"""sync and build."""

import logging
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import typer
from rich.markup import escape
from rich.table import Table

from openvalley import pipeline
from openvalley.atlas.contradicted import contradictions
from openvalley.atlas.reader import open_atlas
from openvalley.cli.edge import EXIT, Edge
from openvalley.cli.judging import as_data, print_contradictions
from openvalley.errors import SourceUnavailable
from openvalley.sources.sync import SyncResult

_BY_HAND, _ABSENT = "by hand", "absent"
#: Contradictions that are told after a build: `openvalley review` shows all.
_CONTRADICTIONS = 5
#: Who says each time that a register is asked again; the table says once what became of it.
_RETRYING = "stamina"


def sync(edge: Edge, names: Sequence[str], mirror: Path | None) -> None:
    """Bring sources up to date and say what became of each.

    Raises:
        SourceUnavailable: one that was named, or all, could not be brought up to date (with ``--json`` the status alone
            says so: the document is printed).

    """
    # Whoever sets logging up still gets these lines; without, Python would print them bare.
    logging.getLogger(_RETRYING).addHandler(logging.NullHandler())
    with edge.progress() as report:
        results = pipeline.sync(edge.settings, names, mirror, report, _done)
    failure = _failure(results, named=bool(names))
    if edge.as_json:
        error = {"error": {"code": failure.code, "message": failure.message, "hint": failure.hint}} if failure else {}
        edge.print_json({"sources": [_as_json(result) for result in results], **error})
        if failure:
            raise typer.Exit(EXIT[failure.code])
        return
    edge.console.print(_table(results))
    for result in results:
        if result.problem is not None:
            edge.console.print(f"[bold]{result.source}[/]: {escape(result.problem.message)}\n"
                               f"  {escape(result.problem.hint)}")
        elif result.outcome == _BY_HAND and result.version is None and not names:
            edge.console.print(f"[bold]{result.source}[/] comes by hand: {escape(result.how_to)}", soft_wrap=True)
    _say_what_is_next(edge, results)
    if failure:
        raise failure


def _done(result: SyncResult) -> None:
    """Say on standard error what became of a source, where no bar shows that work goes on."""
    if not sys.stderr.isatty():
        sys.stderr.write(f"{result.source}: {result.outcome}\n")
        sys.stderr.flush()


def _say_what_is_next(edge: Edge, results: Sequence[SyncResult]) -> None:
    """Say how to bring what the mirror does not hold, and that records become an atlas by a build."""
    absent = " ".join(result.source for result in results if result.outcome == _ABSENT)
    if absent:
        edge.console.print("The mirror does not hold all sources. From their registers they come with:\n"
                           f"  openvalley sync {absent}", soft_wrap=True)
    if any(result.version for result in results):
        edge.console.print("Now run: openvalley build")


def _failure(results: Sequence[SyncResult], *, named: bool) -> SourceUnavailable | None:
    """Return what to end with: a source that was asked for by its name is there, or the command has failed."""
    failed = [result for result in results if result.problem is not None]
    waiting = [result for result in results if result.outcome == _BY_HAND and named]
    tried = [result for result in results if result.outcome not in (_BY_HAND, _ABSENT)]
    if not waiting and (not failed or not (named or len(failed) == len(tried))):
        return None
    said, hints = [], [f"{result.source}: {result.how_to}" for result in waiting]
    if waiting:
        said.append(f"Nobody has brought the files of {', '.join(result.source for result in waiting)}.")
    if failed:
        said.append(f"Not brought up to date: {', '.join(result.source for result in failed)}.")
        hints.append("What was good before stays in use; see openvalley status.")
    return SourceUnavailable(" ".join(said), hint="\n  ".join(hints))


def build(edge: Edge, region: str | None, engine: str | None) -> None:
    """Build and publish the atlas and say what it holds."""
    settings = replace(edge.settings, region=region or edge.settings.region, engine=engine or edge.settings.engine)
    with edge.progress() as report:
        published = pipeline.build(settings, report)
    manifest = published.manifest
    against = contradictions(open_atlas(settings.home), settings)
    if edge.as_json:
        edge.print_json({"atlas": published.version, "new": published.new, "path": str(published.path),
                         "content_hash": manifest["content_hash"], "rows": manifest["rows"],
                         "placed": manifest["placed"], "region": manifest["region"]["code"],
                         "contradictions": [as_data(entry) for entry in against]})
        return
    rows = manifest["rows"]
    edge.console.print(
        f"Atlas [bold]{published.version}[/] of {manifest['region']['title']['en']} "
        f"{'published' if published.new else 'unchanged'}: {rows['organisation']:,} organisations, "
        f"{rows['project']:,} projects, {rows['participation']:,} participations, {rows['claim']:,} claims."
    )
    placed = manifest["placed"]
    edge.console.print(f"Placed on the map: {placed['region']:.0%} of the region's organisations in scope, "
                       f"{placed['all']:.0%} of all.")
    print_contradictions(edge, against, _CONTRADICTIONS)


def _as_json(result: SyncResult) -> dict[str, object]:
    version = result.version
    return {
        "source": result.source, "outcome": result.outcome, "version": version.version if version else None,
        "rows": dict(version.rows) if version else {}, "quarantined": version.quarantined if version else 0,
        "warnings": list(version.warnings) if version else [],
        "problem": {"code": result.problem.code, "message": result.problem.message, "hint": result.problem.hint}
        if result.problem else None,
        "by_hand": result.how_to or None,
    }


def _table(results: Sequence[SyncResult]) -> Table:
    table = Table(box=None, header_style="bold")
    for title in ("source", "outcome", "version", "rows", "quarantined"):
        table.add_column(title, justify="right" if title in ("rows", "quarantined") else "left")
    for result in results:
        version = result.version
        rows = ", ".join(f"{count:,} {name}s" for name, count in version.rows.items()) if version else ""
        table.add_row(result.source, result.outcome, version.version if version else "-", rows or "-",
                      f"{version.quarantined:,}" if version else "-")
    return table
