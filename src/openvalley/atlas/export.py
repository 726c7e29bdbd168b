"""Exports: the atlas in formats that others open - CSV, Parquet, GeoJSON, JSON-LD (schema.org), GraphML.

What comes from a source that may not be passed on (``exported = false``) is left out; each export names its sources
and licences.
"""

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.csv as pa_csv
import pyarrow.parquet as pq

from openvalley.atlas.csvsafe import safe_column
from openvalley.atlas.reader import Atlas
from openvalley.errors import BadInput
from openvalley.storage import atomic_folder, storage_errors

#: Tables that leave, and the condition on rows for the region's export (``{scope}`` selects organisations in scope).
TABLES: Mapping[str, str] = {
    "organisation": "id IN ({scope})", "organisation_name": "id IN ({scope})",
    "organisation_identifier": "id IN ({scope})", "organisation_tag": "id IN ({scope})",
    "scope_evidence": "id IN ({scope})", "claim": "subject IN ({scope})",
    "participation": "organisation_id IN ({scope})",
    "project": "id IN (SELECT project_id FROM participation WHERE organisation_id IN ({scope}))",
    "project_code": "project_id IN (SELECT project_id FROM participation WHERE organisation_id IN ({scope}))",
}
_REGION = "SELECT id FROM organisation WHERE in_region AND in_scope AND named"
_EVERYTHING = "SELECT id FROM organisation"
_NOTICE = "SOURCES.md"
#: Columns that only serve the program.
_INTERNAL = frozenset({"folded_city", "key", "words"})
_ROWS_AT_A_TIME = 20_000
#: Most pairs of partners that a network export holds, the strongest first: tools that draw networks end about there.
_MOST_EDGES = 200_000


def export(atlas: Atlas, form: str, target: Path, *, everything: bool = False) -> dict[str, int]:
    """Write an export of the region's life sciences, or of the whole atlas.

    Args:
        atlas: what is exported.
        form: one of `FORMATS`.
        target: a folder for csv and parquet (made, must not exist), a file for the others (replaced in one step).
        everything: all organisations instead of the region's in scope.

    Returns:
        Rows by table, or features, things, nodes and edges.

    Raises:
        BadInput: an unknown format, or the folder exists already.

    """
    if form not in FORMATS:
        raise BadInput(f"There is no export format {form!r}.", hint=f"Formats: {', '.join(FORMATS)}.")
    return FORMATS[form](atlas, target, _EVERYTHING if everything else _REGION)


def _withheld(atlas: Atlas) -> list[str]:
    """Return the sources whose rows may not be passed on."""
    return [source["name"] for source in atlas.manifest["sources"] if not source["exported"]]


def _table_query(atlas: Atlas, table: str, scope: str) -> str:
    columns = [row["column_name"] for row in atlas.rows(
        "SELECT column_name FROM duckdb_columns() WHERE table_name = ? ORDER BY column_index", [table])]
    listed = ", ".join(f'"{column}"' for column in columns if column not in _INTERNAL)
    withheld = _withheld(atlas) if "source" in columns else []
    names = ", ".join(f"'{name}'" for name in withheld)
    condition = TABLES[table].format(scope=scope) + (f" AND source NOT IN ({names})" if names else "")
    return f"SELECT {listed} FROM {table} WHERE {condition} ORDER BY ALL"


def _tables(write: Callable[[pa.RecordBatchReader, Path], int], suffix: str) -> "_Exporter":
    def run(atlas: Atlas, target: Path, scope: str) -> dict[str, int]:
        if target.exists():
            raise BadInput(f"{target} exists already.", hint="Name a folder that does not exist yet.")
        counts = {}
        with atomic_folder(target) as folder:
            for table in TABLES:
                reader = atlas.stream(_table_query(atlas, table, scope), _ROWS_AT_A_TIME)
                counts[table] = write(reader, folder / f"{table}.{suffix}")
            (folder / _NOTICE).write_text(notice(atlas), encoding="utf-8")
        return counts

    return run


def _write_csv(reader: pa.RecordBatchReader, path: Path) -> int:
    """Write a CSV file whose cells no spreadsheet runs."""
    rows = 0
    with pa_csv.CSVWriter(path, reader.schema) as writer:
        for batch in reader:
            columns = [safe_column(column) for column in batch.columns]
            writer.write_batch(pa.RecordBatch.from_arrays(columns, schema=reader.schema))
            rows += batch.num_rows
    return rows


def _write_parquet(reader: pa.RecordBatchReader, path: Path) -> int:
    rows = 0
    with pq.ParquetWriter(path, reader.schema, compression="zstd") as writer:
        for batch in reader:
            writer.write_batch(batch)
            rows += batch.num_rows
    return rows


def _geojson(atlas: Atlas, target: Path, scope: str) -> dict[str, int]:
    """Write the placed organisations as points (RFC 7946: longitude first, WGS 84)."""
    rows = atlas.rows(f"SELECT id, name, kind, state, country, city, website, placed_by, projects, latitude, longitude "
                      f"FROM organisation WHERE id IN ({scope}) AND named AND latitude IS NOT NULL ORDER BY id")
    features = [
        {
            "type": "Feature", "id": row["id"],
            "geometry": {"type": "Point", "coordinates": [row["longitude"], row["latitude"]]},
            "properties": {name: value for name, value in row.items() if name not in ("latitude", "longitude")},
        }
        for row in rows
    ]
    with _replaced(target) as path:
        path.write_text(json.dumps({"type": "FeatureCollection", "attribution": _attributions(atlas),
                                    "features": features}, ensure_ascii=False), encoding="utf-8")
    return {"features": len(features)}


#: schema.org types of our kinds; what is not listed is an Organization.
_SCHEMA_TYPES = {
    "university": "CollegeOrUniversity", "university-college": "CollegeOrUniversity",
    "education": "CollegeOrUniversity",
    "university-hospital": "Hospital", "general-hospital": "Hospital", "company": "Corporation",
    "government": "GovernmentOrganization", "research-institute": "ResearchOrganization", "funder": "FundingAgency",
}


def _jsonld(atlas: Atlas, target: Path, scope: str) -> dict[str, int]:
    """Write organisations and their projects in schema.org's terms, with the identifiers as ``sameAs``."""
    organisations = atlas.rows(f"""
        SELECT o.*, n.names, i.numbers FROM organisation AS o
        LEFT JOIN (SELECT id, list(value ORDER BY value) AS names FROM organisation_name GROUP BY id) AS n USING (id)
        LEFT JOIN (SELECT id, list({{'scheme': scheme, 'value': value}} ORDER BY scheme, value) AS numbers
                   FROM organisation_identifier GROUP BY id) AS i USING (id)
        WHERE id IN ({scope}) AND named ORDER BY id
    """)
    projects = atlas.rows(f"""
        SELECT p.id, p.acronym, p.title, p.start_date, p.end_date, list(a.organisation_id ORDER BY a.organisation_id)
            AS members FROM project AS p JOIN participation AS a ON a.project_id = p.id
        WHERE a.organisation_id IN ({scope}) GROUP BY ALL ORDER BY p.id
    """)
    graph = [*map(_as_organisation, organisations), *map(_as_project, projects)]
    with _replaced(target) as path:
        path.write_text(json.dumps({"@context": {"@vocab": "https://schema.org/", "openvalley": "urn:openvalley:"},
                                    "@graph": graph}, ensure_ascii=False), encoding="utf-8")
    return {"organisations": len(organisations), "projects": len(projects)}


def _as_organisation(row: Mapping[str, Any]) -> dict[str, Any]:
    place = {"@type": "Place", "address": {"@type": "PostalAddress", "addressLocality": row["city"],
                                           "addressCountry": row["country"], "postalCode": row["postcode"]}}
    if row["latitude"] is not None:
        place["geo"] = {"@type": "GeoCoordinates", "latitude": row["latitude"], "longitude": row["longitude"]}
    numbers = [{"@type": "PropertyValue", "propertyID": number["scheme"], "value": number["value"]}
               for number in row["numbers"] or ()]
    return _filled({
        "@id": _iri(row["id"]), "@type": _SCHEMA_TYPES.get(row["kind"], "Organization"), "name": row["name"],
        "alternateName": sorted(set(row["names"] or ()) - {row["name"]}), "url": row["website"],
        "foundingDate": str(row["founded"]) if row["founded"] else None, "location": place, "identifier": numbers,
    })


def _as_project(row: Mapping[str, Any]) -> dict[str, Any]:
    return _filled({
        "@id": _iri(row["id"]), "@type": "ResearchProject", "name": row["title"] or row["acronym"] or row["id"],
        "alternateName": row["acronym"], "startDate": row["start_date"] and row["start_date"].isoformat(),
        "endDate": row["end_date"] and row["end_date"].isoformat(),
        "member": [{"@id": _iri(member)} for member in row["members"]],
    })


def _graphml(atlas: Atlas, target: Path, scope: str) -> dict[str, int]:
    """Write who works with whom: organisations, and how many projects each pair shares."""
    import rustworkx  # noqa: PLC0415 - only here

    nodes = atlas.rows(f"SELECT id, name, kind, country, city, projects FROM organisation "
                       f"WHERE id IN ({scope}) AND named ORDER BY id")
    edges = atlas.rows(f"""
        SELECT a.organisation_id AS one, b.organisation_id AS other, count(DISTINCT a.project_id) AS projects
        FROM participation AS a JOIN participation AS b
            ON b.project_id = a.project_id AND a.organisation_id < b.organisation_id
        WHERE a.organisation_id IN ({scope}) AND b.organisation_id IN ({scope})
        GROUP BY ALL ORDER BY projects DESC, one, other LIMIT {_MOST_EDGES}
    """)
    graph = rustworkx.PyGraph()
    places = dict(zip((node["id"] for node in nodes),
                      graph.add_nodes_from([{name: "" if value is None else value for name, value in node.items()}
                                            for node in nodes]), strict=True))
    graph.add_edges_from([(places[edge["one"]], places[edge["other"]], {"projects": edge["projects"]})
                          for edge in edges if edge["one"] in places and edge["other"] in places])
    with _replaced(target) as path:
        rustworkx.write_graphml(graph, str(path))
    return {"nodes": graph.num_nodes(), "edges": graph.num_edges()}


def notice(atlas: Atlas) -> str:
    """Return the notice that goes with an export: which atlas, which sources, which licences."""
    lines = [f"# Sources of this export (atlas {atlas.version}, built {atlas.manifest['built_at'][:10]})", ""]
    for source in atlas.manifest["sources"]:
        state = source["licence"] if source["exported"] else "held back: it may not be passed on"
        lines.append(f"- {source['title']} {source['version']}, data until {source['as_of'] or 'unknown'}: {state}. "
                     f"{source['attribution']}")
    return "\n".join(lines) + "\n"


def _attributions(atlas: Atlas) -> str:
    return "; ".join(source["attribution"] for source in atlas.manifest["sources"] if source["exported"])


def _iri(known: str) -> str:
    return known if known.startswith("https://") else f"urn:openvalley:{known}"


def _filled(thing: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in thing.items() if value not in (None, [], "")}


@contextmanager
def _replaced(target: Path) -> Iterator[Path]:
    """Give a path beside the target that takes its place when the block ends well."""
    temporary = target.with_name(f".{target.name}.part")
    with storage_errors(target):
        try:
            yield temporary
            temporary.replace(target)
        finally:
            temporary.unlink(missing_ok=True)


_Exporter = Callable[[Atlas, Path, str], dict[str, int]]

FORMATS: Mapping[str, _Exporter] = {
    "csv": _tables(_write_csv, "csv"), "parquet": _tables(_write_parquet, "parquet"), "geojson": _geojson,
    "jsonld": _jsonld, "graphml": _graphml,
}
