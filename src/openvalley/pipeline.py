"""The pipeline: sync, build and what is known of both. The only place that knows the order of the layers."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

from openvalley.atlas.build import build as build_atlas
from openvalley.atlas.compute import Ingredients
from openvalley.atlas.publish import Published, read_manifest
from openvalley.atlas.reader import open_atlas
from openvalley.errors import BadInput, NothingBuilt
from openvalley.progress import Report
from openvalley.resolve.confirmations import CheckedRow, ConfirmationStore
from openvalley.settings import Settings
from openvalley.sources import inbox
from openvalley.sources.catalogue import Source, chosen, sources
from openvalley.sources.pack.region import region_source, regions
from openvalley.sources.pack.tables import ORGANISATIONS, TABLES
from openvalley.sources.sync import SyncResult, refreshed, sync_source
from openvalley.sources.versions import SourceVersion, in_use, problem_of
from openvalley.storage import CURRENT, exclusive


@dataclass(frozen=True)
class SourceStatus:
    """One source: what it is, which version is in use (None: never synced), and what went wrong last (None: nothing).

    ``age_days`` is since it was last fetched; ``stale`` says that this is more than the source's rhythm. ``how_to`` is
    what a person does to bring a source that comes by hand; empty for all others.
    """

    source: Source
    version: SourceVersion | None
    problem: Mapping[str, Any] | None
    age_days: int | None
    how_to: str = ""

    @property
    def stale(self) -> bool:
        """Whether it is older than its register's rhythm."""
        return self.age_days is not None and self.age_days > self.source.specification.frequency_days

    @property
    def renewed_by(self) -> str:
        """The command that brings it up to date; a region's pack is read by every build."""
        packed = self.source.specification.region_pack
        return "openvalley build" if packed else f"openvalley sync {self.source.name}"


def sync(settings: Settings, names: Sequence[str], mirror: Path | None, report: Report,
         done: Callable[[SyncResult], None] = lambda _result: None) -> list[SyncResult]:
    """Bring sources up to date (all, when no name is given); each one's failure is its own result.

    ``done`` is called with each result as soon as there is one.

    Raises:
        BadInput: the mirror is no folder, or a name is unknown.
        HomeBusy: another sync or build is running.

    """
    if mirror is not None and not mirror.is_dir():
        raise BadInput(f"There is no folder {mirror}.", hint="Give the folder that holds ror/, cordis/ and so on.")
    wanted = chosen(settings, names)
    with exclusive(settings.home, "sync"):
        results = []
        for source in wanted:
            results.append(sync_source(settings, source, mirror, report))
            done(results[-1])
        return results


def build(settings: Settings, report: Report) -> Published:
    """Build and publish the atlas of the settings' region from its pack and every source that was synced.

    Raises:
        HomeBusy: another sync or build is running.
        BadPack: the region's pack has a wrong cell.
        BadInput: there is no such region, or no organisation in any source.

    """
    region, pack = region_source(settings, settings.region)
    with exclusive(settings.home, "build"):
        synced = sync_source(settings, pack, None, report)
        if synced.problem is not None:
            raise synced.problem
        versions = [(source.specification, refreshed(settings, source, report))
                    for source in sources(settings).values()]
        used = [(specification, version) for specification, version in [*versions, (pack.specification, synced.version)]
                if version is not None]
        if not any(version.rows.get("organisation") for _, version in used):
            raise BadInput(f"The region pack {settings.region} holds no rows, and nothing else is synced.",
                           hint="Fill its organisations.csv, or run: openvalley sync")
        checked = ConfirmationStore(settings.judgements).in_force()
        return build_atlas(settings, Ingredients(region, used, checked), report)


def pack_row(settings: Settings, table: str, key: str) -> CheckedRow:
    """Return a row of the region pack in use, as it stood when it was last taken in.

    Raises:
        BadInput: there is no such table, or no such row in it.

    """
    tables = {entry.name: entry for entry in (ORGANISATIONS, *TABLES)}
    if table not in tables:
        raise BadInput(f"A region pack has no table {table[:40]!r}.", hint=f"Tables: {', '.join(tables)}.")
    _, pack = region_source(settings, _region_in_use(settings))
    version = in_use(settings, pack.name)
    record_type = tables[table].record_type.name
    path = version.table(record_type) if version else None
    rows = pq.read_table(path, columns=["source_id", "digest"]).to_pylist() if path else []
    found = next((row["digest"] for row in rows if row["source_id"] == key), None)
    if found is None:
        raise BadInput(f"The table {table} has no row {key[:80]!r}.",
                       hint="Rows to check are listed by: openvalley doctor --pack")
    return CheckedRow(pack.name, record_type, key, found)


def ensure_built(settings: Settings, report: Report) -> bool:
    """Build an atlas when none is published that this version of the program can read; return whether it was needed."""
    try:
        open_atlas(settings.home).close()
    except NothingBuilt:
        build(replace(settings, region=_region_in_use(settings)), report)
        return True
    return False


def status(settings: Settings) -> list[SourceStatus]:
    """Return what there is of every source, last the pack of the published atlas's region (else the settings')."""
    _, pack = region_source(settings, _region_in_use(settings))
    found = []
    for source in [*sources(settings).values(), pack]:
        version = in_use(settings, source.name)
        age = (datetime.now(UTC) - datetime.fromisoformat(version.retrieved)).days if version else None
        found.append(SourceStatus(source, version, problem_of(settings, source.name), age,
                                  inbox.how_to(settings, source.specification)))
    return found


def current_manifest(settings: Settings) -> dict[str, Any]:
    """Return the manifest of the published atlas.

    Raises:
        NothingBuilt: nothing is published yet, or it is damaged.

    """
    if not (settings.atlases / CURRENT).exists():
        raise NothingBuilt(f"There is no atlas in {settings.home} yet.",
                           hint="Build the starter atlas with: openvalley build")
    try:
        return read_manifest(settings.atlases / CURRENT)
    except (OSError, ValueError) as problem:
        raise NothingBuilt(f"The atlas in {settings.home} cannot be read: {problem}",
                           hint="Build it again with: openvalley build") from problem


def _region_in_use(settings: Settings) -> str:
    try:
        code = str(current_manifest(settings)["region"]["code"])
    except (NothingBuilt, KeyError):
        return settings.region
    return code if code in regions(settings) else settings.region
