"""What the atlas holds beside organisations, projects and trials: calls, occupations, shortages, statistics."""

import ibis
from ibis.expr.types import Table

from openvalley.atlas.row_ids import row_id


def calls(records: Table) -> Table:
    """Return one row a call topic under its public id (``calls:HORIZON-HLTH-2024-...``)."""
    rows = records.mutate(id=row_id(records), deadline=records.deadlines.maxs())
    return rows.drop("deadlines", "keywords")


def deadlines(records: Table) -> Table:
    """Return the deadlines of calls: ``call_id``, ``deadline``; a call without any has no row."""
    return records.select(call_id=row_id(records),
                          deadline=records.deadlines.unnest()).distinct()


def occupations(records: Table) -> Table:
    """Return occupations and their groups: ``id`` (the concept's URI), kind, code, isco."""
    return records.select("source", "source_version", "kind", "code", "isco", id="source_id")


def occupation_names(records: Table) -> Table:
    """Return the names of occupations: ``id``, ``value``, ``language``, ``kind``."""
    rows = records.select(id="source_id", item=records.names.unnest())
    return rows.select("id", value=rows.item.value, language=rows.item.language, kind=rows.item.kind).distinct()


def shortages(records: Table) -> Table:
    """Return the occupations that employment services call short, as they stand."""
    return records.mutate(id=row_id(records)).drop("source_id")


def indicators(records: Table) -> Table:
    """Return the figures of regions; ``dimensions`` as one text, ``code=value`` each."""
    parts = records.dimensions.map(lambda pair: pair.code.concat("=", ibis.coalesce(pair.title, "")))
    return records.mutate(dimensions=parts.join(";"))
