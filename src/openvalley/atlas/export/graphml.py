"""GraphML: who works with whom, as a network of organisations for tools that draw and measure networks.

An edge joins two organisations that share projects or trials; ``projects`` and ``trials`` say how many. Trials are no
nodes: with one kind of node, every measure of a network means what its textbook says.
"""

import re
from pathlib import Path
from typing import Any

import rustworkx

from openvalley.atlas.export.files import replaced_file
from openvalley.atlas.export.notice import attribution
from openvalley.atlas.export.selection import Selection

#: Most pairs that a network holds, the strongest first: tools that draw networks end about there.
MOST_EDGES = 200_000
#: Characters that XML 1.0 cannot hold, not even escaped (its section 2.2).
_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_TABLES = ("claim", "participation", "project", "trial", "trial_site")
_TEXTS, _NUMBERS, _POINTS = ("name", "kind", "country", "city"), ("projects", "trials"), ("latitude", "longitude")
_MARKS = ("verified",)

#: Who has part in which trial, once each.
_TAKING = """
    SELECT DISTINCT trial_id, organisation_id FROM (
        SELECT trial_id, organisation_id FROM trial_site UNION ALL SELECT trial_id, organisation_id FROM trial_party)
"""


def write_graphml(selection: Selection, target: Path) -> dict[str, int]:
    """Write the network; every number is typed as one.

    Returns:
        Nodes and edges, and where there are more than `MOST_EDGES` pairs, how many were left out.

    """
    with replaced_file(target) as path:
        graph, pairs = _network(selection)
        rustworkx.write_graphml(graph, str(path), keys=_keys())
    counts = {"nodes": graph.num_nodes(), "edges": graph.num_edges()}
    return counts | ({"left_out": pairs - counts["edges"]} if pairs > counts["edges"] else {})


def _network(selection: Selection) -> tuple[Any, int]:
    """Return the network, and how many pairs there are in all."""
    graph = rustworkx.PyGraph(attrs={
        "title": f"OpenValley, atlas {selection.atlas.version}", "attribution": attribution(selection, _TABLES)})
    places = {}
    for row in selection.each(_nodes(selection)):
        # What is not known is left out: an empty text would make a text of a number.
        places[row["id"]] = graph.add_node({name: _NOT_XML.sub("", value) if isinstance(value, str) else value
                                            for name, value in row.items() if value is not None})
    pairs = 0
    for pair in selection.each(_edges(selection)):
        pairs = pair["all_pairs"]
        graph.add_edge(places[pair["one"]], places[pair["other"]], {name: pair[name] for name in _NUMBERS})
    return graph, pairs


def _nodes(selection: Selection) -> str:
    return f"""
        WITH taking AS ({_TAKING})
        SELECT o.id, o.name, o.kind, o.country, o.city, o.latitude, o.longitude, o.verified, o.projects,
               coalesce(t.trials, 0) AS trials
        FROM organisation AS o
        LEFT JOIN (SELECT organisation_id, count(*) AS trials FROM taking GROUP BY ALL) AS t ON t.organisation_id = o.id
        WHERE o.named AND o.id IN ({selection.organisations}) ORDER BY o.id
    """


def _edges(selection: Selection) -> str:
    """Return the query of pairs, the strongest first; the last column counts all there are."""
    return f"""
        WITH chosen AS (SELECT id FROM organisation WHERE named AND id IN ({selection.organisations})),
        shared AS (
            SELECT DISTINCT 'project' AS kind, project_id AS what, organisation_id FROM participation
            WHERE organisation_id IN (SELECT id FROM chosen)
            UNION ALL
            SELECT 'trial' AS kind, trial_id AS what, organisation_id FROM ({_TAKING})
            WHERE organisation_id IN (SELECT id FROM chosen))
        SELECT a.organisation_id AS one, b.organisation_id AS other, count(*) FILTER (a.kind = 'project') AS projects,
               count(*) FILTER (a.kind = 'trial') AS trials, count(*) OVER () AS all_pairs
        FROM shared AS a JOIN shared AS b
            ON b.kind = a.kind AND b.what = a.what AND a.organisation_id < b.organisation_id
        GROUP BY ALL ORDER BY projects + trials DESC, one, other LIMIT {MOST_EDGES}
    """


def _keys() -> list[Any]:
    """Return the declarations of attributes.

    Each has an id of its own: the library's are the same for nodes, edges and graph, and readers mix these up.
    """
    library: Any = rustworkx  # its stubs leave these classes out
    domain_of, type_of = library.GraphMLDomain, library.GraphMLType
    listed = [
        *((domain_of.Node, name, type_of.String) for name in _TEXTS),
        *((domain_of.Node, name, type_of.Int) for name in _NUMBERS),
        *((domain_of.Node, name, type_of.Double) for name in _POINTS),
        *((domain_of.Node, name, type_of.Boolean) for name in _MARKS),
        *((domain_of.Edge, name, type_of.Int) for name in _NUMBERS),
        *((domain_of.Graph, name, type_of.String) for name in ("title", "attribution")),
    ]
    return [library.GraphMLKey(f"d{place}", *declared, None) for place, declared in enumerate(listed)]
