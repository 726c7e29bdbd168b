"""Publishing: tables and search index become one folder that appears by a rename, named by its content.

The content hash covers every table (rows as a set) and leaves clock times out: the same input gives the same version.
When fetched files are merely seen again, only the manifest's dates are renewed.
"""

import hashlib
import json
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

from openvalley.atlas import curated
from openvalley.settings import Settings
from openvalley.sources.archive import digest
from openvalley.storage import CURRENT, atomic_folder, keep_newest, point, write_json

DATABASE = "atlas.duckdb"
INDEX = "index"
MANIFEST = "manifest.json"
#: Files that the search library keeps beside its index while it is open; they say nothing.
_LOCKS = (".tantivy-writer.lock", ".tantivy-meta.lock")
#: Hex digits of the content hash that name a version.
_VERSION_DIGITS = 12

#: Tables of an atlas and the order of their rows on disk: what is looked up together lies together.
ORDER: Mapping[str, str] = {
    "organisation": "id", "organisation_name": "id, value", "organisation_identifier": "id, scheme, value",
    "organisation_domain": "id, domain",
    "organisation_tag": "id, vocabulary, code", "claim": "subject, property, wins DESC, source, value",
    "scope_evidence": "id, rule, detail", "project": "id", "project_code": "project_id, scheme, code",
    "participation": "organisation_id, project_id", "identity": "id, record", "decision": '"left", "right"',
    "contradiction": '"left", "right", rule, value',
    "redirect": "id", "life_science_project": "project_id", "town": "country, place",
    "trial": "id", "trial_term": "trial_id, kind, term", "trial_site": "trial_id, position, source_id",
    "trial_party": "trial_id, role, name", "trial_identifier": "trial_id, scheme, value",
    "mention_link": "mention", "probable_link": "candidate_id, asked",
    "trial_twin": "trial_id, other_id", "call": "id", "call_deadline": "call_id, deadline", "occupation": "id",
    "occupation_name": "id, language, kind, value", "shortage": "id", "region": "id", "region_boundary": "id",
    "indicator": "indicator, region, year, source_id",
    **dict.fromkeys(curated.TABLES, "id"), "curated_party": "organisation_id, record_type, row_id, role",
}


#: Columns by which single rows are looked up. Zone maps do not serve here: they keep eight bytes of a text, and all ROR
#: ids begin alike.
LOOKED_UP = (
    ("organisation", "id"), ("organisation_name", "id"), ("organisation_name", "key"),
    ("organisation_identifier", "id"), ("organisation_tag", "id"), ("claim", "subject"), ("scope_evidence", "id"),
    ("project", "id"), ("project", "source_id"), ("project_code", "project_id"),
    ("participation", "organisation_id"), ("participation", "project_id"),
    ("identity", "id"), ("redirect", "id"), ("life_science_project", "project_id"),
    ("trial", "id"), ("trial", "source_id"), ("trial_term", "trial_id"), ("trial_site", "trial_id"),
    ("trial_site", "organisation_id"), ("mention_link", "mention"), ("mention_link", "organisation_id"),
    ("probable_link", "asked"), ("probable_link", "candidate_id"), ("probable_link", "asked_id"),
    ("trial_party", "trial_id"), ("trial_party", "organisation_id"),
    ("trial_identifier", "trial_id"), ("trial_identifier", "value"), ("trial_twin", "trial_id"),
    ("call", "id"), ("call", "source_id"), ("call_deadline", "call_id"), ("occupation_name", "id"), ("region", "id"),
    ("curated_party", "organisation_id"), ("curated_party", "row_id"), *((table, "id") for table in curated.TABLES),
)


@dataclass(frozen=True)
class Published:
    """A published atlas: its version, where it is, its manifest, and whether its content is new."""

    version: str
    path: Path
    manifest: Mapping[str, Any]
    new: bool


def open_database(path: Path) -> duckdb.DuckDBPyConnection:
    """Open an atlas's database for reading; all of one process must ask for it with the same options."""
    return duckdb.connect(str(path), read_only=True, config={"threads": 1})


def placed(database: Path) -> dict[str, float]:
    """Return the share (0 to 1) of named organisations that have coordinates: in the region's scope, and of all."""
    with duckdb.connect(str(database), read_only=True) as connection:
        row = connection.execute("""
            SELECT coalesce(avg((latitude IS NOT NULL)::INT) FILTER (in_region AND in_scope), 0),
                   coalesce(avg((latitude IS NOT NULL)::INT), 0) FROM organisation WHERE named
        """).fetchone()
    region, everywhere = row or (0.0, 0.0)
    return {"region": round(region, 4), "all": round(everywhere, 4)}


def publish(settings: Settings, arrived: Path, manifest: Mapping[str, Any]) -> Published:
    """Make the arrived folder (database and index) the current atlas.

    An atlas of the same content is not written again, unless it was damaged since; its manifest takes over the new
    dates.
    """
    version = hashlib.sha256(f"{manifest['content_hash']} {manifest['code']}".encode()).hexdigest()[:_VERSION_DIGITS]
    target = settings.atlases / version
    new = not is_whole(target)
    if new:
        manifest = {**manifest, "files": _digests(arrived)}
        shutil.rmtree(target, ignore_errors=True)
        with atomic_folder(target) as folder:
            for path in arrived.iterdir():
                path.rename(folder / path.name)
            write_json(folder / MANIFEST, manifest)
    else:
        manifest = {**manifest, "files": read_manifest(target)["files"]}
        write_json(target / MANIFEST, manifest)
    point(settings.atlases / CURRENT, version)
    keep_newest([path for path in versions(settings) if path != target] + [target], settings.keep_atlases)
    return Published(version, target, manifest, new)


def is_whole(folder: Path) -> bool:
    """Tell whether the folder holds an atlas whose files are still those that were published."""
    try:
        return bool(read_manifest(folder)["files"] == _digests(folder))
    except (OSError, ValueError, KeyError):
        return False


def _digests(folder: Path) -> dict[str, str]:
    """Return the SHA-256 of each file of an atlas but the manifest, by its path in the folder."""
    return {path.relative_to(folder).as_posix(): digest(path)
            for path in sorted(folder.rglob("*")) if path.is_file() and path.name not in (MANIFEST, *_LOCKS)}


def versions(settings: Settings) -> list[Path]:
    """Return the folders of all published atlases, oldest first."""
    found = [path.parent for path in settings.atlases.glob(f"*/{MANIFEST}") if path.parent.name != CURRENT]
    return sorted(found, key=_built_at)


def _built_at(folder: Path) -> str:
    """Return when an atlas was built; one whose manifest is damaged counts as the oldest."""
    try:
        return str(read_manifest(folder)["built_at"])
    except (ValueError, KeyError):
        return ""


def read_manifest(folder: Path) -> dict[str, Any]:
    """Return the manifest of an atlas folder."""
    content: dict[str, Any] = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    return content
