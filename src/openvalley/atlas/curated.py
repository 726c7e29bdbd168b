"""What is curated beside organisations: sites, capabilities, investors, instruments, programmes, partnerships and more.

Each curated record type becomes a table of its name, its rows under public ids (``instrument:win4company``); which
organisations a row concerns, and as what, stands in ``curated_party``.
"""

from collections.abc import Mapping

import ibis
from ibis.expr.types import Table

from openvalley.atlas.row_ids import SEPARATOR
from openvalley.engine import Engine
from openvalley.vocabulary.curated import CURATED_TYPES

#: The tables of curated rows, each called like its record type.
TABLES = tuple(record_type.name for record_type in CURATED_TYPES)
#: The columns that name organisations, by record type: the column is the role. The second are those with several.
ROLES: Mapping[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "site": (("organisation",), ()), "investor": (("organisation",), ()), "capability": (("organisation",), ()),
    "instrument": (("provider",), ()), "programme": ((), ("organisations",)),
    "partnership": (("coordinator",), ("partners",)), "spin_off": (("company", "parent"), ()),
    "event": (("organiser",), ()),
}


def public(record_type: str, rows: Table) -> Table:
    """Return the rows of a curated record type under their public ids."""
    return rows.mutate(id=ibis.literal(record_type + SEPARATOR).concat(rows.source_id))


def parties(engine: Engine, tables: Mapping[str, Table], identities: Table, redirects: Table) -> Table:
    """Return which organisations curated rows concern: ``record_type``, ``row_id``, ``role``, ``organisation_id``.

    Args:
        engine: runs the expressions.
        tables: what `public` returned, by record type.
        identities: ``source``, ``source_id``, ``id`` of every record that belongs to an organisation.
        redirects: ``id`` and ``target`` of ids that stand for another now.

    """
    named = []
    for record_type, (single, several) in ROLES.items():
        rows = tables[record_type]
        # Empty texts become null: with that all columns may be null, as a union of tables needs.
        shared = {"record_type": ibis.literal(record_type), "source": rows.source.nullif(""),
                  "row_id": rows.id.nullif("")}
        named += [rows.select(**shared, role=ibis.literal(column), named=rows[column].nullif("")) for column in single]
        named += [rows.select(**shared, role=ibis.literal(column), named=rows[column].unnest().nullif(""))
                  for column in several]
    asked = engine.keep("curated_named", ibis.union(*named).filter(ibis._.named.notnull()))
    by_key = identities.select(source="source", named="source_id", known="id")
    moved = redirects.filter(redirects.target.notnull()).select(named="id", known_as="target")
    by_id = ibis.union(identities.select(named="id", known_as="id"), moved, distinct=True)
    found = asked.left_join(by_key, ["source", "named"]).drop("source_right", "named_right")
    found = found.left_join(by_id, "named").drop("named_right")
    found = found.mutate(organisation_id=ibis.coalesce(found.known, found.known_as))
    found = found.filter(found.organisation_id.notnull())
    return found.select("record_type", "row_id", "role", "organisation_id").distinct()



def towns(parties: Table, sites: Table) -> Table:
    """Return the towns of organisations' sites (``id``, ``city``), as the pack knows them."""
    known = sites.filter(sites.city.notnull()).select(row_id="id", city="city")
    return parties.join(known, "row_id").select(id="organisation_id", city="city").distinct()
