"""Joined by likeness: rows of registers that became one organisation because their names are alike, with reasons.

Reads ``decision``, whose rows of the rule `Rule.LIKENESS` say which two records were joined, how sure that is, and why.
Next: the pages and ``show``.
"""

from collections.abc import Collection
from dataclasses import dataclass, replace

import pyarrow as pa

from openvalley.atlas.meant import Link
from openvalley.atlas.reader import Atlas
from openvalley.atlas.remembering import remembered
from openvalley.resolve.certain import LinkIndex
from openvalley.resolve.evidence import Rule
from openvalley.resolve.judgement import Decision
from openvalley.vocabulary.identifiers import ROR_PREFIX

_JOINED = f"""decision AS d WHERE d.rule = '{Rule.LIKENESS}' AND d.decision = '{Decision.SAME}'"""
_NAMED = "(SELECT name FROM said WHERE said.record = {side}) AS {name}"


@dataclass(frozen=True)
class Joined:
    """Two rows of registers that were joined because their names are alike.

    Attributes:
        record: the row that was compared, as judgements name it (``cordis/999986096``).
        text: its name.
        other: the row of the organisation that it was like.
        other_text: its name.
        link: how sure it is (0 to 1), and why.

    """

    record: str
    text: str | None
    other: str
    other_text: str | None
    link: Link


def joined(atlas: Atlas, known_id: str) -> list[Joined]:
    """Return the rows that likeness made a part of an organisation, in the order of their names.

    Args:
        atlas: the atlas; one that an earlier version built has none.
        known_id: a public id as the atlas has it.

    """
    if known_id not in _any(atlas):
        return []
    rows = atlas.rows(f"""
        WITH said AS (SELECT source || '/' || source_id AS record, max(value) AS name FROM claim
                      WHERE subject = ? AND property = 'name' GROUP BY ALL),
             held AS (SELECT record FROM identity WHERE id = ?)
        SELECT d."left", d."right", d.score, d.reasons, {_NAMED.format(side='d."left"', name='left_name')},
               {_NAMED.format(side='d."right"', name='right_name')}
        FROM {_JOINED} AND d."left" IN (FROM held) AND d."right" IN (FROM held) ORDER BY d."left", d."right"
    """, [known_id, known_id])
    return [Joined(row["left"], row["left_name"], row["right"], row["right_name"], Link.of(
        {**row, "id": known_id, "name": row["right_name"], "sure": True, "method": Rule.LIKENESS})) for row in rows]


def without_joined(index: LinkIndex, atlas: Atlas) -> LinkIndex:
    """Return an index without the names that only rows have which likeness joined.

    Who measures likeness, or teaches it, must not be told by these names what is asked.
    """
    rows = atlas.rows(f"""
        WITH alike AS (SELECT unnest([d."left", d."right"]) AS record FROM {_JOINED})
        SELECT n.id, n.value, n.key, bool_and(c.source || '/' || c.source_id IN (FROM alike)
                                              AND NOT starts_with(c.source_id, '{ROR_PREFIX}')) AS gone
        FROM organisation_name AS n JOIN claim AS c
        ON c.subject = n.id AND c.property = 'other_name' AND c.value = n.value GROUP BY ALL""")
    names = {(row["id"], row["value"]) for row in rows if row["gone"]}
    keys = {(row["id"], row["key"]) for row in rows if row["gone"]}
    keys -= {(row["id"], row["key"]) for row in rows if not row["gone"]}
    return replace(index, names=_without(index.names, "key", keys),
                   spellings=_without(index.spellings, "name", names))


def _without(table: pa.Table, column: str, gone: Collection[tuple[str, str]]) -> pa.Table:
    pairs = zip(table["id"].to_pylist(), table[column].to_pylist(), strict=True)
    return table.filter(pa.array([pair not in gone for pair in pairs], pa.bool_()))


def _any(atlas: Atlas) -> Collection[str]:
    """Return the organisations that have such rows, read once: few do."""
    def read() -> Collection[str]:
        return frozenset(row["id"] for row in atlas.rows(
            f'SELECT id FROM identity WHERE record IN (SELECT d."left" FROM {_JOINED})'))

    return remembered(atlas, "joined by likeness", read)
