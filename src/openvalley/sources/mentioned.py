"""Which organisations other sources speak of: for registers too large to take in whole.

A company register knows every company of a country; of use are those of our field and those that take part in
projects, patents or trials elsewhere. Sources never read one another: sync reads their records' identifiers for them.
"""

import duckdb

from openvalley.settings import Settings
from openvalley.sources.specification import SourceSpecification
from openvalley.sources.versions import in_use
from openvalley.vocabulary.records import ORGANISATION


def mentioned(settings: Settings, specification: SourceSpecification) -> frozenset[str]:
    """Return the identifiers, in the schemes a source asks for, of all other sources' organisations in use.

    The values are in their canonical form. The answer changes with the other sources, so a source that asks is read
    anew after they are: by the next sync of it, or by the next build.
    """
    if not specification.wants_mentioned or not settings.records.is_dir():
        return frozenset()
    others = (path.name for path in sorted(settings.records.iterdir()) if path.name != specification.name)
    versions = (in_use(settings, name) for name in others)
    tables = [str(table) for version in versions if version and (table := version.table(ORGANISATION.name))]
    if not tables:
        return frozenset()
    with duckdb.connect() as connection:
        rows = connection.execute("""
            SELECT DISTINCT identifier.value
            FROM (SELECT unnest(identifiers) AS identifier FROM read_parquet($tables))
            WHERE list_contains($schemes, identifier.scheme) AND identifier.value IS NOT NULL
        """, {"tables": tables, "schemes": [scheme.value for scheme in specification.wants_mentioned]}).fetchall()
    return frozenset(value for (value,) in rows)
