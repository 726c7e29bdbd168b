"""Rows of the pack's organisations: which row is whose, and a fresh one for an organisation that has none.

Reads the atlas and the pack's tables as text; writes nothing. Next: pack_corrections.py, row_proposals.py.
"""

import re
from collections.abc import Mapping

from anyascii import anyascii

from openvalley.atlas.disputed import ids_of
from openvalley.atlas.pack_tables import PackText, TableText
from openvalley.atlas.reader import Atlas
from openvalley.errors import UnknownIdentity
from openvalley.sources.pack.cells import Column
from openvalley.sources.pack.tables import ORGANISATIONS

_BY_NAME: Mapping[str, Column] = {column.name: column for column in ORGANISATIONS.columns}
_LONGEST_KEY = 40


def key_of(atlas: Atlas, pack: PackText, known: str) -> str:
    """Return the key of an organisation's row; empty where the pack has none."""
    rows = atlas.rows("SELECT DISTINCT source_id FROM claim WHERE subject IN (SELECT unnest(?)) AND source = ? "
                      "ORDER BY source_id", [ids_of(atlas, known), pack.source])
    return next((row["source_id"] for row in rows if row["source_id"] in pack.organisations.rows), "")


def fresh_row(atlas: Atlas, pack: PackText, known: str) -> dict[str, str]:
    """Return a row for an organisation of the region that the pack has none of; nothing where there can be none."""
    try:
        about = atlas.organisation(known)
    except UnknownIdentity:
        return {}
    if about.country not in pack.countries or not about.name or not about.kind or not about.state:
        return {}
    row = {"name_en": about.name, "kind": about.kind, "state": about.state}
    for claim in atlas.claims(known):
        if claim.property == "identifier" and claim.qualifier in {"ror", "pic", "kbo", "vat"}:
            row.setdefault(claim.qualifier, claim.value)
    if any(_BY_NAME[name].wrong(cell) for name, cell in row.items()):
        return {}
    return {"key": free_key(about.name, pack.organisations), **row}


def free_key(name: str, table: TableText) -> str:
    """Return a key made of a name that no row of a table has yet."""
    plain = re.sub(r"[^a-z0-9]+", "-", anyascii(name).lower()).strip("-")[:_LONGEST_KEY].strip("-") or "organisation"
    number = 1
    while (key := plain if number == 1 else f"{plain}-{number}") in table.rows:
        number += 1
    return key
