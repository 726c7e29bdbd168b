"""Build: records and identities become the tables of one atlas, and are published."""

import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import openvalley
from openvalley.atlas.compute import Computation, Ingredients
from openvalley.atlas.index import code_fingerprint, write_index
from openvalley.atlas.loading import Loader, loading
from openvalley.atlas.publish import (
    DATABASE,
    INDEX,
    ORDER,
    Published,
    is_whole,
    open_database,
    placed,
    publish,
)
from openvalley.engine import Engine, open_engine
from openvalley.progress import Report
from openvalley.resolve.judgements import JudgementStore
from openvalley.settings import Settings
from openvalley.sources.archive import now
from openvalley.storage import CURRENT, full_disk_errors


def build(settings: Settings, ingredients: Ingredients, report: Report) -> Published:
    """Compute all tables, write database and index, publish, and enter new public ids into the ledger.

    Raises:
        StorageFailed: the disk is full, or the home cannot be written; what was published before stays.

    """
    store = JudgementStore(settings.judgements)
    if is_whole(settings.atlases / CURRENT):
        # A build that was killed after it had published did not come to this.
        _issue(store, settings.atlases / CURRENT)
    work_root = settings.home / "work"
    with full_disk_errors(work_root):
        work_root.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=work_root) as folder:
            work = Path(folder)
            arrived = work / "atlas"
            arrived.mkdir()
            with loading(work, arrived / DATABASE, settings) as loader:
                with open_engine(settings, work) as engine:
                    _compute(engine, ingredients, store, loader, report)
                report("writing the database", 0, None)
                counts, content_hash = loader.finish()
            report("indexing for search", 0, None)
            indexed = write_index(arrived / DATABASE, arrived / INDEX, report)
            manifest = _manifest(ingredients, counts, content_hash) | {
                "indexed": indexed, "engine": settings.engine, "placed": placed(arrived / DATABASE)}
            published = publish(settings, arrived, manifest)
    _issue(store, published.path)
    return published


def _compute(engine: Engine, ingredients: Ingredients, store: JudgementStore, loader: Loader,
             report: Report) -> None:
    """Compute every table of the atlas and hand it to the loader."""
    report("deciding who is who", 0, None)
    for done, (name, table) in enumerate(Computation(engine, ingredients).tables(store)):
        report(f"computing {name}", done, len(ORDER))
        engine.write(table, loader.folder / f"{name}.parquet")
        loader.load(name)


def _manifest(ingredients: Ingredients, counts: Mapping[str, int], content_hash: str) -> dict[str, Any]:
    """Describe the atlas: code and source versions, licences, row counts, hash; clock times stand only here."""
    return {
        "built_at": now(), "code_version": openvalley.__version__, "code": code_fingerprint(),
        "content_hash": content_hash, "rows": dict(counts),
        "region": ingredients.region.model_dump(mode="json"),
        "sources": [
            {
                **specification.model_dump(mode="json", include={
                    "name", "title", "short_title", "publisher", "homepage", "licence", "licence_url", "attribution",
                    "covers", "held_back", "frequency_days", "exported", "region_pack", "row_url"}),
                "version": version.version, "retrieved": version.retrieved, "origin": version.origin,
                "as_of": version.as_of, "rows": dict(version.rows), "quarantined": version.quarantined,
                "warnings": list(version.warnings), "counted": dict(version.counted),
            }
            for specification, version in ingredients.sources
        ],
    }


def _issue(store: JudgementStore, atlas: Path) -> None:
    """Append to the ledger the ids that are new or lead elsewhere than before."""
    with open_database(atlas.resolve() / DATABASE) as connection:
        connection.register("issued", store.public_ids())
        changed = connection.execute("""
            WITH now AS (SELECT id, NULL AS target FROM organisation UNION ALL SELECT id, target FROM redirect)
            SELECT now.id, now.target FROM now LEFT JOIN issued ON issued.id = now.id
            WHERE issued.id IS NULL OR issued.target IS DISTINCT FROM now.target ORDER BY now.id
        """).fetchall()
    store.issue(changed, atlas.resolve().name)
