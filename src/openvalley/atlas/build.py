"""Build: records and identities become the tables of one atlas, and are published."""

import errno
import os
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import ibis
import pyarrow as pa
from ibis.expr.types import Table

import openvalley
from openvalley.atlas import claims as claim_tables
from openvalley.atlas import facts, projects, scope
from openvalley.atlas.index import code_fingerprint, write_index
from openvalley.atlas.publish import (
    CURRENT,
    DATABASE,
    INDEX,
    Published,
    is_whole,
    open_database,
    placed,
    publish,
    write_database,
)
from openvalley.engine import Engine, open_engine
from openvalley.resolve.evidence import take_apart
from openvalley.resolve.identities import resolve
from openvalley.resolve.judgements import JudgementStore
from openvalley.settings import Settings
from openvalley.sources.archive import now
from openvalley.sources.pack.region import Region
from openvalley.sources.specification import SourceSpecification
from openvalley.sources.versions import SourceVersion
from openvalley.storage import storage_errors
from openvalley.vocabulary.records import PARTICIPATION, PROJECT

#: Called with what is being done, how much is done, and how much there is (None: unknown).
Report = Callable[[str, int, int | None], None]


@dataclass(frozen=True)
class Ingredients:
    """What an atlas is built from: the region, and each source's specification with its version in use."""

    region: Region
    sources: Sequence[tuple[SourceSpecification, SourceVersion]]

    def tables(self, record: str) -> list[Path]:
        """Return the Parquet files of a record type, in source order."""
        paths = (version.table(record) for _, version in self.sources)
        return [path for path in paths if path is not None]


def build(settings: Settings, ingredients: Ingredients, report: Report) -> Published:
    """Compute all tables, write database and index, publish, and enter new public ids into the ledger."""
    store = JudgementStore(settings.judgements)
    if is_whole(settings.atlases / CURRENT):
        # A build that was killed after it had published did not come to this.
        _issue(store, settings.atlases / CURRENT)
    work_root = settings.home / "work"
    with _full_disk(work_root):
        work_root.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=work_root) as folder:
            work = Path(folder)
            with open_engine(settings, work) as engine:
                paths = _compute(engine, ingredients, store, work, report)
            arrived = work / "atlas"
            arrived.mkdir()
            report("writing the database", 0, None)
            counts, content_hash = write_database(paths, arrived / DATABASE, settings)
            report("indexing for search", 0, None)
            indexed = write_index(arrived / DATABASE, arrived / INDEX, settings, report)
            manifest = _manifest(ingredients, counts, content_hash) | {
                "indexed": indexed, "engine": settings.engine, "placed": placed(arrived / DATABASE)}
            published = publish(settings, arrived, manifest)
    _issue(store, published.path)
    return published


@contextmanager
def _full_disk(path: Path) -> Iterator[None]:
    """Turn 'no space left' into an error of ours, also where a library says it in words of its own."""
    with storage_errors(path):
        try:
            yield
        except Exception as problem:
            if isinstance(problem, OSError) or os.strerror(errno.ENOSPC) not in str(problem):
                raise
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC)) from problem


def _compute(engine: Engine, ingredients: Ingredients, store: JudgementStore, work: Path,
             report: Report) -> dict[str, Path]:
    """Compute every table of the atlas into Parquet."""
    report("deciding who is who", 0, None)
    organisations = engine.read(ingredients.tables("organisation"))
    apart = take_apart(engine, organisations)
    resolved = resolve(engine, apart, store.in_force(), store.public_ids())
    identities = engine.table("identities", resolved.members)
    report("collecting claims", 0, None)
    specifications = [specification for specification, _ in ingredients.sources]
    claims = claim_tables.claims(engine, organisations, identities, specifications)
    home = ingredients.region.countries
    unplaced = facts.organisations(engine, claims, home)
    towns = facts.towns(engine, unplaced, home)
    wide = facts.placed(engine, unplaced, towns)
    report("connecting projects", 0, None)
    project_records = _records(engine, ingredients, "project", PROJECT.schema)
    codes = engine.keep("project_codes", projects.codes(project_records))
    participations = engine.keep("participations", projects.participations(
        _records(engine, ingredients, "participation", PARTICIPATION.schema), identities))
    living = engine.keep("living", scope.life_science_projects(codes))
    evidence = engine.keep("scope_evidence", scope.evidence(scope.ScopeInputs(wide, claims, codes, participations)))
    tables: dict[str, Table] = {
        "organisation": _with_activity(wide, evidence, participations, living, project_records),
        "organisation_name": facts.names(claims, apart.keyed),
        "organisation_domain": facts.domains(claims),
        "organisation_identifier": facts.identifiers(claims),
        "organisation_tag": facts.tags(claims),
        "claim": claims,
        "scope_evidence": evidence,
        "town": towns.filter(towns.country.isin(list(home))),
        "project": projects.projects(project_records, participations),
        "project_code": codes,
        "life_science_project": living,
        "participation": participations,
        "identity": identities,
        "decision": engine.table("decisions", resolved.decisions),
        "redirect": engine.table("redirects", resolved.redirects),
    }
    paths = {}
    for done, (name, table) in enumerate(tables.items()):
        report(f"computing {name}", done, len(tables))
        paths[name] = work / f"{name}.parquet"
        engine.write(table, paths[name])
    return paths


def _records(engine: Engine, ingredients: Ingredients, record: str, schema: pa.Schema) -> Table:
    """Read the records of a type, or an empty table where no source has any."""
    paths = ingredients.tables(record)
    return engine.read(paths) if paths else engine.table(f"no_{record}", schema.empty_table())


def _with_activity(wide: Table, evidence: Table, participations: Table, living: Table, records: Table) -> Table:
    """Add to each organisation whether it is in scope and what it does in projects."""
    scoped = evidence.select("id").distinct().mutate(in_scope=True)
    dated = records.select(project_id=records.source.concat(projects.SEPARATOR, records.source_id),
                           year=records.start_date.year().cast("int64"))
    rows = participations.join(dated, "project_id").left_join(
        living.select("project_id", living=ibis.literal(1).cast("int64")), "project_id")
    activity = rows.group_by(id="organisation_id").aggregate(
        projects=rows.project_id.nunique(), life_science_projects=rows.project_id.nunique(where=rows.living.notnull()),
        coordinated=rows.project_id.nunique(where=rows.role == "coordinator"),
        eu_contribution=rows.eu_contribution.sum().round(2),
        first_year=rows.year.min(), last_year=rows.year.max(),
    )
    joined = wide.left_join(scoped, "id").drop("id_right").left_join(activity, "id").drop("id_right")
    return joined.mutate(
        in_scope=joined.in_scope.fill_null(False), projects=joined.projects.fill_null(0),  # noqa: FBT003 - Ibis' form
        life_science_projects=joined.life_science_projects.fill_null(0), coordinated=joined.coordinated.fill_null(0),
    )


def _manifest(ingredients: Ingredients, counts: Mapping[str, int], content_hash: str) -> dict[str, Any]:
    """Describe the atlas: code and source versions, licences, row counts, hash; clock times stand only here."""
    return {
        "built_at": now(), "code_version": openvalley.__version__, "code": code_fingerprint(),
        "content_hash": content_hash, "rows": dict(counts),
        "region": ingredients.region.model_dump(mode="json"),
        "sources": [
            {
                **specification.model_dump(mode="json", include={
                    "name", "title", "publisher", "homepage", "licence", "licence_url", "attribution", "covers",
                    "held_back", "frequency_days", "exported"}),
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
