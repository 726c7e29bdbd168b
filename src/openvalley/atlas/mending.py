"""Mending: facts of organisations without what the sources say that are not exported, from the claims that are left.

Reads an attached atlas (``whole``), writes views and small tables beside it: `openvalley.atlas.exportable` shows them.
What a fact is and which claim wins is said once, by claims.py, facts.py and scope.py: they run here again, over the
organisations that are touched alone.
"""

from collections.abc import Sequence

import duckdb
import ibis
from ibis.expr.types import Table

from openvalley.atlas import facts, regions, scope
from openvalley.atlas.compute import with_activity
from openvalley.engine.duckdb import DuckDBEngine
from openvalley.quoting import text

#: Tables of facts, and the column that names their organisation.
TABLES = {"organisation": "id", "organisation_name": "id", "organisation_identifier": "id", "organisation_domain": "id",
          "organisation_tag": "id", "scope_evidence": "id"}


class _Here(DuckDBEngine):
    """The engine on a connection that is open: what it keeps stands beside the views, what it reads are they."""

    def __init__(self, connection: duckdb.DuckDBPyConnection) -> None:
        self._backend = ibis.duckdb.from_connection(connection)

    def view(self, name: str) -> Table:
        """Return a table or view of the connection."""
        return self._backend.table(name)


def mend(connection: duckdb.DuckDBPyConnection, not_exported: Sequence[str], home: Sequence[str]) -> None:
    """Show claims and facts without what the sources say that are not exported.

    An organisation that they alone name is gone. The others keep their ids, also where an id came from a record that
    is not exported: ids are the atlas's own, and stand in addresses.

    Args:
        connection: has the atlas as ``whole``, and shows its projects and towns.
        not_exported: names of these sources.
        home: the region's countries.

    """
    names = ", ".join(map(text, not_exported))
    connection.execute(f"CREATE TABLE touched AS SELECT DISTINCT subject AS id FROM whole.claim "
                       f"WHERE source IN ({names})")
    # Of a single property the first of those that are left is shown now; of the others all are.
    connection.execute(f"""
        CREATE TABLE claim_left AS
        SELECT * REPLACE (rank IS NULL OR rank = min(rank) OVER (PARTITION BY subject, property) AS wins)
        FROM whole.claim WHERE subject IN (SELECT id FROM touched) AND source NOT IN ({names})
    """)
    connection.execute("""
        CREATE VIEW known_name AS SELECT DISTINCT value AS name, key, words FROM whole.organisation_name
        WHERE value IN (SELECT value FROM claim_left WHERE property = 'other_name')
    """)
    connection.execute("""
        CREATE VIEW region_record AS SELECT r.id AS source_id, r.level, b.boundary
        FROM whole.region AS r JOIN whole.region_boundary AS b USING (id)
    """)
    packs = [source for (source,) in connection.execute(
        "SELECT DISTINCT detail FROM whole.scope_evidence WHERE rule = 'pack'").fetchall()]
    here = _Here(connection)
    for table, rows in _facts(here, home, packs).items():
        here.keep(f"{table}_left", rows)
    _joined(connection, "claim", "subject")
    for table, column in TABLES.items():
        _joined(connection, table, column)


def _facts(here: _Here, home: Sequence[str], packs: Sequence[str]) -> dict[str, Table]:
    """Return the tables of facts of the touched organisations, computed as a build computes them.

    Coordinates come from a register or from the gazetteer of the region, and a region from a register or from its
    boundary: what would need the gazetteer of the world, or all organisations of a town, is left blank.
    """
    claims = here.view("claim_left")
    touched = here.view("touched")
    unplaced = facts.organisations(here, claims, home)
    wide = regions.in_regions(here, facts.placed(here, unplaced, here.view("town")), here.view("region_record"))
    participations = here.view("participation")
    participations = participations.semi_join(touched, participations.organisation_id == touched.id)
    evidence = here.keep("evidence_left", scope.evidence(
        scope.ScopeInputs(wide, claims, here.view("project_code"), participations, packs)))
    return {
        "organisation": with_activity(wide, evidence, participations, here.view("life_science_project"),
                                      here.view("project")),
        "organisation_name": facts.names(claims, here.view("known_name")),
        "organisation_identifier": facts.identifiers(claims),
        "organisation_domain": facts.domains(claims),
        "organisation_tag": facts.tags(claims),
        "scope_evidence": evidence,
    }


def _joined(connection: duckdb.DuckDBPyConnection, table: str, column: str) -> None:
    """Show the atlas's rows of organisations that are not touched, and the mended ones of the others."""
    connection.execute(f"""
        CREATE VIEW {table} AS SELECT * FROM whole.{table} WHERE {column} NOT IN (SELECT id FROM touched)
        UNION ALL BY NAME SELECT * FROM {table}_left
    """)
