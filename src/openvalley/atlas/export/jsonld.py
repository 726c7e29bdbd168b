"""JSON-LD in schema.org's terms (`openvalley.atlas.schema_org`): one graph that says first what it is based on."""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from openvalley.atlas import schema_org
from openvalley.atlas.export.files import replaced_text
from openvalley.atlas.export.notice import GAZETTEER, credited
from openvalley.atlas.export.selection import Selection

_TABLES = ("claim", "project", "trial", "trial_site", "call", "region")


def write_jsonld(selection: Selection, target: Path) -> dict[str, int]:
    """Write organisations, projects, trials, calls and regions; a line each, so that tools can read along."""
    counts = dict.fromkeys(_THINGS, 0)
    sources = credited(selection, _TABLES)
    known = {source["name"]: {"@id": schema_org.source_id(source)} for source in sources}
    head = [schema_org.as_atlas(selection.atlas.version, selection.atlas.manifest, sources),
            *map(schema_org.as_source, sources)]
    with replaced_text(target) as stream:
        stream.write('{"@context": ' + json.dumps(schema_org.CONTEXT) + ', "@graph": [\n')
        stream.write(",\n".join(map(_line, head)))
        for name, (things, as_node) in _THINGS.items():
            for row in things(selection):
                told = [known[source] for source in row["sources"] if source in known]
                node = as_node(row)
                stream.write(",\n" + _line(node | {"subjectOf": _together(node.get("subjectOf"), told)}))
                counts[name] += 1
        stream.write("\n]}\n")
    return counts


def _line(node: Mapping[str, Any]) -> str:
    return json.dumps(node, ensure_ascii=False, default=str)


def _together(one: object, others: list[dict[str, str]]) -> list[object]:
    return [*([one] if one else []), *others]


def _organisations(selection: Selection) -> Iterator[dict[str, Any]]:
    for row in selection.each(f"""
        SELECT o.id, o.name, o.kind, o.state, o.state_date, o.country, o.city, o.postcode, o.nuts, o.website, o.founded,
               o.latitude, o.longitude, o.placed_by, o.parent, o.verified, n.names, i.identifiers, c.sources
        FROM organisation AS o
        LEFT JOIN (SELECT id, list(value ORDER BY value) AS names FROM organisation_name
                   WHERE {selection.where('organisation_name')} GROUP BY id) AS n USING (id)
        LEFT JOIN (SELECT id, list({{'scheme': scheme, 'value': value}} ORDER BY scheme, value) AS identifiers
                   FROM organisation_identifier WHERE {selection.where('organisation_identifier')} GROUP BY id) AS i
            USING (id)
        LEFT JOIN (SELECT subject, list(DISTINCT source ORDER BY source) AS sources FROM claim
                   WHERE {selection.where('claim')} GROUP BY subject) AS c ON c.subject = o.id
        WHERE o.named AND o.id IN ({selection.organisations}) ORDER BY o.id
    """):
        placed = [GAZETTEER["name"]] if row["placed_by"] == "gazetteer" else []
        yield row | {"identifiers": _pairs(row["identifiers"]), "sources": [*(row["sources"] or ()), *placed]}


def _projects(selection: Selection) -> Iterator[dict[str, Any]]:
    """Yield projects with those of their participants that are exported."""
    return selection.each(f"""
        SELECT p.id, p.source_id, p.acronym, p.title, p.objective, p.start_date, p.end_date, p.doi, p.website,
               p.eu_contribution, a.members, [p.source] AS sources
        FROM project AS p
        LEFT JOIN (SELECT project_id, list({{'id': organisation_id}} ORDER BY organisation_id) AS members
              FROM (SELECT DISTINCT project_id, organisation_id FROM participation
                    WHERE {selection.where('participation')}) GROUP BY project_id) AS a ON a.project_id = p.id
        WHERE p.id IN ({selection.projects}) ORDER BY p.id
    """)


def _trials(selection: Selection) -> Iterator[dict[str, Any]]:
    chosen = f"trial_id IN ({selection.trials})"
    for row in selection.each(f"""
        SELECT t.*, w.conditions, w.interventions, i.identifiers, p.parties, s.places, [t.source] AS sources
        FROM trial AS t
        LEFT JOIN (SELECT trial_id, list(term ORDER BY term) FILTER (kind = 'condition') AS conditions,
                          list(term ORDER BY term) FILTER (kind = 'intervention') AS interventions
                   FROM trial_term WHERE {chosen} GROUP BY trial_id) AS w ON w.trial_id = t.id
        LEFT JOIN (SELECT trial_id, list({{'scheme': scheme, 'value': value}} ORDER BY scheme, value) AS identifiers
                   FROM trial_identifier WHERE {chosen} GROUP BY trial_id) AS i ON i.trial_id = t.id
        LEFT JOIN (SELECT trial_id, list({{'role': role, 'name': name, 'organisation_id': organisation_id}}
                                         ORDER BY role DESC, name) AS parties
                   FROM trial_party WHERE {chosen} GROUP BY trial_id) AS p ON p.trial_id = t.id
        LEFT JOIN (SELECT trial_id, list({{'facility': facility, 'city': city, 'country': country,
                                          'organisation_id': organisation_id}} ORDER BY position, source_id) AS places
                   FROM trial_site WHERE {chosen} GROUP BY trial_id) AS s ON s.trial_id = t.id
        WHERE t.id IN ({selection.trials}) ORDER BY t.id
    """):
        yield row | {"identifiers": _pairs(row["identifiers"]), "sites": row["places"]}


def _calls(selection: Selection) -> Iterator[dict[str, Any]]:
    return selection.each("""
        SELECT c.id, c.source_id, c.title, c.description, c.call_title, c.programme, c.budget, c.url, c.opens,
               d.deadlines, [c.source] AS sources
        FROM call AS c
        LEFT JOIN (SELECT call_id, list(deadline ORDER BY deadline) AS deadlines FROM call_deadline GROUP BY call_id)
            AS d ON d.call_id = c.id
        ORDER BY c.id
    """)


def _regions(selection: Selection) -> Iterator[dict[str, Any]]:
    return selection.each("SELECT id, name, latin_name, country, [source] AS sources FROM region ORDER BY id")


def _pairs(listed: Iterable[Mapping[str, str]] | None) -> list[tuple[str, str]]:
    return [(entry["scheme"], entry["value"]) for entry in listed or ()]


#: What leaves, by name: where its rows are from, and how schema.org says it.
_THINGS: Mapping[str, tuple[Callable[[Selection], Iterator[dict[str, Any]]],
                            Callable[[Mapping[str, Any]], dict[str, Any]]]] = {
    "organisations": (_organisations, schema_org.as_organisation), "projects": (_projects, schema_org.as_project),
    "trials": (_trials, schema_org.as_trial), "calls": (_calls, schema_org.as_call),
    "regions": (_regions, schema_org.as_region),
}
