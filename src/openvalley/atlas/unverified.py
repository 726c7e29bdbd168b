"""Curated rows that nobody has checked against a register yet, the most useful to check first."""

from dataclasses import dataclass

from openvalley.atlas.reader import Atlas
from openvalley.sources.pack.tables import ORGANISATIONS, TABLES

#: What a row about an organisation counts beside one of another table: on it the others hang.
_ORGANISATION = 3
_OTHER = 1


@dataclass(frozen=True)
class Unverified:
    """A row to check: its table and key, what it is called, where it says it can be checked, how many rows hang on it.

    ``weight`` orders the list: three for an organisation, one for any other row, and one for each curated row that
    concerns the organisation (or the row's first organisation).
    """

    table: str
    key: str
    name: str
    reference: str
    hanging: int
    weight: int


def unverified(atlas: Atlas) -> list[Unverified]:
    """Return the unverified rows of the atlas's region pack, the most useful to check first."""
    hanging = {row["organisation_id"]: row["n"] for row in atlas.rows(
        "SELECT organisation_id, count(DISTINCT row_id) AS n FROM curated_party GROUP BY organisation_id")}
    found = [
        Unverified(ORGANISATIONS.name, row["source_id"], row["name"] or row["source_id"], row["reference"] or "",
                   hanging.get(row["id"], 0), _ORGANISATION + hanging.get(row["id"], 0))
        for row in atlas.rows("""
            SELECT c.source_id, any_value(c.reference) AS reference, o.id, o.name FROM claim AS c
            JOIN organisation AS o ON o.id = c.subject
            WHERE c.verification = 'unverified' GROUP BY ALL
        """)
    ]
    for table in TABLES:
        for row in atlas.rows(f"""
            SELECT t.source_id, t.reference, min(p.organisation_id) AS known, min(o.name) AS name
            FROM {table.record.name} AS t LEFT JOIN curated_party AS p ON p.row_id = t.id
            LEFT JOIN organisation AS o ON o.id = p.organisation_id
            WHERE t.verification = 'unverified' GROUP BY ALL
        """):
            others = hanging.get(row["known"], 0)
            found.append(Unverified(table.name, row["source_id"], row["name"] or row["source_id"],
                                    row["reference"] or "", others, _OTHER + others))
    return sorted(found, key=lambda row: (-row.weight, row.table, row.key))
