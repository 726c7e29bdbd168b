"""Rows of a region pack that a curator has checked: in the build they are no longer unverified.

A row is the one that was checked when its digest is the same. Its reference is the address at which it was checked.
"""

import ibis
from ibis.expr.types import Table

from openvalley.vocabulary.curated import Verification


def confirmed(rows: Table, record_type: str, checked: Table) -> Table:
    """Return the records with the checked ones marked.

    Args:
        rows: records with ``source``, ``source_id``, ``digest``, ``verification``, ``reference``.
        record_type: their type.
        checked: confirmations in force: ``source``, ``record_type``, ``source_id``, ``digest``, ``confirmed_at``.

    """
    known = checked.filter(checked.record_type == record_type).drop("record_type")
    joined = rows.left_join(known, ["source", "source_id", "digest"])
    joined = joined.drop("source_right", "source_id_right", "digest_right")
    holds = joined.confirmed_at.notnull() & (joined.verification == Verification.UNVERIFIED.value)
    return joined.mutate(
        verification=ibis.ifelse(holds, Verification.CONFIRMED.value, joined.verification),
        reference=ibis.ifelse(holds, joined.confirmed_at, joined.reference),
    ).drop("confirmed_at")
