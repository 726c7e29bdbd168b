"""Projects and who takes part in them, with participants under their public ids."""

import ibis
from ibis.expr.types import Table

from openvalley.atlas.row_ids import row_id


def projects(records: Table, participations: Table) -> Table:
    """Return one row a project under its public id, with the number of participants."""
    rows = records.mutate(id=row_id(records))
    counted = participations.group_by("project_id").aggregate(participants=participations.organisation_id.nunique())
    joined = rows.left_join(counted, rows.id == counted.project_id)
    joined = joined.drop("project_id", "legal_bases", "topics", "fields")
    return joined.mutate(participants=joined.participants.fill_null(0))


def codes(records: Table) -> Table:
    """Return the classifications of projects: ``project_id``, ``scheme`` (legal_basis, topic, field), code, title."""
    public = row_id(records)
    parts = []
    for scheme, column in (("legal_basis", "legal_bases"), ("topic", "topics"), ("field", "fields")):
        listed = records.select(project_id=public, item=records[column].unnest())
        parts.append(listed.select("project_id", scheme=ibis.literal(scheme), code=listed.item.code,
                                   title=listed.item.title))
    return ibis.union(*parts, distinct=True)


def participations(records: Table, identities: Table) -> Table:
    """Return who takes part in which project, under public ids; the row itself carries its source."""
    known = identities.select(source="source", organisation_record="source_id", organisation_id="id")
    rows = records.rename(organisation_record="organisation_id")
    joined = rows.join(known, ["source", "organisation_record"])
    return joined.mutate(project_id=row_id(joined, "project_id"))
