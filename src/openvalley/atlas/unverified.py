"""Curated rows that nobody has checked against a register yet, the most useful to check first."""

from dataclasses import dataclass

from openvalley.atlas.headline import COMPANY_KINDS
from openvalley.atlas.reader import Atlas
from openvalley.sources.pack.tables import ORGANISATIONS, TABLES
from openvalley.vocabulary.curated import Verification

#: What an unverified row may say, the most useful to check first: that an organisation is not active any more (dormant,
#: merged, insolvent, dissolved), which a page must not say wrongly; that a company is there, which the headline figures
#: count once it is verified; and anything else.
SAYS = ("life state", "company", "other")
#: What a row about an organisation counts beside one of another table: on it the others hang.
_ORGANISATION = 3
_OTHER = 1


@dataclass(frozen=True)
class Unverified:
    """A row to check.

    Attributes:
        table: its table in the region pack.
        key: its key there.
        name: what it is called, or the organisation that it concerns.
        state: life state of the organisation that it is about; None for rows of other tables.
        reference: where it says that it can be checked.
        says: one of `SAYS`, which orders the list first.
        hanging: how many curated rows concern its organisation (or the first of its organisations).
        weight: orders rows that say the same: three for an organisation, one for any other row, and one for each row
            that hangs on it.

    """

    table: str
    key: str
    name: str
    state: str | None
    reference: str
    says: str
    hanging: int
    weight: int


def unverified(atlas: Atlas) -> list[Unverified]:
    """Return the unverified rows of the atlas's region pack, the most useful to check first."""
    hanging = {row["organisation_id"]: row["n"] for row in atlas.rows(
        "SELECT organisation_id, count(DISTINCT row_id) AS n FROM curated_party GROUP BY organisation_id")}
    found = [*_organisations(atlas, hanging), *_others(atlas, hanging)]
    return sorted(found, key=lambda row: (SAYS.index(row.says), -row.weight, row.table, row.key))


def _organisations(atlas: Atlas, hanging: dict[str, int]) -> list[Unverified]:
    rows = atlas.rows(f"""
        SELECT c.source_id, any_value(c.reference) AS reference, o.id, o.name, o.kind, o.state FROM claim AS c
        JOIN organisation AS o ON o.id = c.subject
        WHERE c.verification = '{Verification.UNVERIFIED}' GROUP BY ALL
    """)
    return [
        Unverified(ORGANISATIONS.name, row["source_id"], row["name"] or row["source_id"], row["state"],
                   row["reference"] or "", _said(row["state"], row["kind"]), hanging.get(row["id"], 0),
                   _ORGANISATION + hanging.get(row["id"], 0))
        for row in rows
    ]


def _said(state: str, kind: str) -> str:
    if state != "active":
        return "life state"
    return "company" if kind in COMPANY_KINDS else "other"


def _others(atlas: Atlas, hanging: dict[str, int]) -> list[Unverified]:
    found = []
    for table in TABLES:
        for row in atlas.rows(f"""
            SELECT t.source_id, t.reference, min(p.organisation_id) AS known, min(o.name) AS name
            FROM {table.record_type.name} AS t LEFT JOIN curated_party AS p ON p.row_id = t.id
            LEFT JOIN organisation AS o ON o.id = p.organisation_id
            WHERE t.verification = '{Verification.UNVERIFIED}' GROUP BY ALL
        """):
            others = hanging.get(row["known"], 0)
            found.append(Unverified(table.name, row["source_id"], row["name"] or row["source_id"], None,
                                    row["reference"] or "", "other", others, _OTHER + others))
    return found
