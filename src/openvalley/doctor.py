"""The doctor: looks at a home folder and says what is wrong, how bad it is, and how to mend it."""

import shutil
from dataclasses import dataclass

import duckdb

from openvalley import pipeline
from openvalley.atlas.contradicted import contradictions
from openvalley.atlas.disputed import every_dispute
from openvalley.atlas.judgement_file import told
from openvalley.atlas.publish import is_whole, versions
from openvalley.atlas.reader import open_atlas
from openvalley.errors import NothingBuilt, OpenValleyError, SourceUnreadable, StorageFailed
from openvalley.resolve.curator_decisions import State
from openvalley.resolve.judgements import JudgementStore
from openvalley.settings import Settings
from openvalley.sources import archive
from openvalley.storage import CURRENT

#: Free disk below which a full sync and build will not fit: three times what they use on the whole mirror.
_FREE_BYTES = 3_000_000_000


@dataclass(frozen=True)
class Finding:
    """One thing that is not as it should be: ``severity`` is error, warning or note."""

    severity: str
    message: str
    mend: str


def findings(settings: Settings) -> list[Finding]:
    """Return everything that is wrong with a home folder, worst first."""
    found = [*_atlas(settings), *_sources(settings), *_disputes(settings), *_judgements(settings), *_disk(settings)]
    order = {"error": 0, "warning": 1, "note": 2}
    return sorted(found, key=lambda finding: order[finding.severity])


def _atlas(settings: Settings) -> list[Finding]:
    if not (settings.atlases / CURRENT).exists():
        return [Finding("error", "No atlas is published.", "Run: openvalley build")]
    try:
        atlas = open_atlas(settings.home)
        atlas.search("hospital", limit=1)
        figures = atlas.figures()
        atlas.close()
    except (OpenValleyError, OSError, ValueError, KeyError, RuntimeError, duckdb.Error) as problem:
        return [Finding("error", f"The published atlas cannot be read: {problem}", "Run: openvalley build")]
    if not is_whole(atlas.path):
        return [Finding("error", "The published atlas is damaged: its files are not those that were built.",
                        "Run: openvalley build")]
    built_from = {source["name"]: source["version"] for source in atlas.manifest["sources"]}
    found = [
        Finding("warning", f"The atlas does not hold {entry.source.name} {entry.version.version} yet.",
                "Run: openvalley build")
        for entry in pipeline.status(settings)
        if entry.version and built_from.get(entry.source.name) != entry.version.version
    ]
    if figures.unverified:
        found.append(Finding("note", f"{figures.unverified} organisations rest on unverified pack rows.",
                             "openvalley doctor --pack lists them; docs/how-to/fill-in-a-region-pack.md says "
                             "how to check and confirm them."))
    if len(versions(settings)) > settings.keep_atlases:
        found.append(Finding("note", "More atlases are kept than the settings say.", "The next build removes them."))
    return found


def _sources(settings: Settings) -> list[Finding]:
    found = []
    for entry in pipeline.status(settings):
        name = entry.source.name
        renewing = entry.how_to or f"Run: {entry.renewed_by}"
        if entry.problem:
            found.append(Finding("warning", _trouble(entry), entry.problem["hint"] or renewing))
        if entry.version is None:
            what = "comes by hand, and nobody has brought it yet" if entry.how_to else "was never synced"
            built = "" if entry.renewed_by.endswith("build") else " && openvalley build"
            found.append(Finding("note", f"{name} {what}: {entry.source.specification.covers}", renewing + built))
            continue
        if entry.stale:
            found.append(Finding("warning", f"{name} was last fetched {entry.age_days} days ago; its rhythm is "
                                 f"{entry.source.specification.frequency_days} days.", renewing))
        if entry.version.quarantined:
            kept = entry.version.folder / "quarantine.parquet"
            found.append(Finding("note", f"{name}: {entry.version.quarantined} rows are in quarantine.",
                                 f"Look at {kept}: file, line, reason, content."))
        found += _archived(settings, entry)
    return found


def _trouble(entry: pipeline.SourceStatus) -> str:
    """Return since when a source cannot be brought up to date, why, and what is in use in the meantime."""
    problem = entry.problem or {}
    since = f" (and every one since {problem['since'][:10]})" if problem["since"][:10] != problem["at"][:10] else ""
    used = f" The version of {entry.version.retrieved[:10]} stays in use." if entry.version else ""
    return f"{entry.source.name}: the last sync failed{since}: {problem['message']}{used}"


def _archived(settings: Settings, entry: pipeline.SourceStatus) -> list[Finding]:
    name = entry.source.name
    receipt = archive.newest(settings.archive, name)
    if receipt is None:
        return [Finding("note", f"{name}: its raw files are not in the archive.", f"Run: {entry.renewed_by}")]
    try:
        archive.verify(settings.archive, receipt)
    except SourceUnreadable as problem:
        return [Finding("error", problem.message,
                        f"Remove the folder {receipt.path(settings.archive)} and run: {entry.renewed_by}")]
    return []


def _disputes(settings: Settings) -> list[Finding]:
    """Note the disputes that wait; a store that cannot be read is an error, as the next build will say too."""
    try:
        waiting = sum(dispute.state is State.OPEN for dispute in every_dispute(settings))
    except StorageFailed as problem:
        return [Finding("error", problem.message, problem.hint)]
    return [Finding("note", f"Disputes that wait for a curator: {waiting}.",
                    "Run: openvalley disputes")] if waiting else []


def _judgements(settings: Settings) -> list[Finding]:
    """Warn of judgements that registers contradict, and that contradict each other; they stand until somebody looks."""
    if not settings.judgements.exists():
        return []
    try:
        conflicting = told(JudgementStore(settings.judgements).in_force())
    except StorageFailed:  # said already, by _disputes: they lie in the same file
        return []
    try:
        atlas = open_atlas(settings.home)
    except NothingBuilt:  # said already, by _atlas
        against = []
    else:
        against = contradictions(atlas, settings)
        atlas.close()
    return [*(Finding("warning", f"A judgement is contradicted: {entry.words}", "Run: openvalley review")
              for entry in against),
            *(Finding("warning", f"Judgements cannot all be true: {words}.", "Take one back: openvalley review")
              for words in conflicting)]


def _disk(settings: Settings) -> list[Finding]:
    if not settings.home.exists():
        return []
    free = shutil.disk_usage(settings.home).free
    if free < _FREE_BYTES:
        return [Finding("warning", f"Only {free / 1e9:.1f} GB are free where {settings.home} lies.",
                        "Free some space before the next sync.")]
    return []
