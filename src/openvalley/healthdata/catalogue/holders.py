"""Holders: which organisation of the atlas holds a data set, by the linker that links every list.

Reads the atlas and the feeds, writes nothing.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import pyarrow as pa

from openvalley.atlas.linking import link
from openvalley.atlas.reader import Atlas
from openvalley.healthdata.catalogue.datasets import Holder
from openvalley.healthdata.catalogue.finding import Entry


@dataclass(frozen=True)
class HeldBy:
    """Who holds data, and which organisation that is.

    ``decision`` is match, review or none; ``id`` and ``name`` are the organisation's where it is not none.
    """

    holder: str
    datasets: int
    decision: str
    id: str | None
    name: str | None
    score: float | None
    why: str


def held_by(atlas: Atlas, entries: Sequence[Entry]) -> list[HeldBy]:
    """Return every holder once, with the organisation of the atlas that it is; those with most data sets first."""
    counted: dict[tuple[str, str], tuple[Holder, int]] = {}
    for entry in entries:
        holder = entry.dataset.holder
        if holder is not None and holder.name:
            key = (holder.name, holder.homepage or "")
            counted[key] = (holder, counted[key][1] + 1 if key in counted else 1)
    if not counted:
        return []
    linked = link(pa.table({"name": pa.array([name for name, _ in counted], pa.string()),
                            "website": pa.array([website or None for _, website in counted], pa.string())}), atlas)
    found = [HeldBy(name, counted[name, website][1], row["decision"], row["match_id"] or None,
                    row["match_name"] or None, row["score"], row["why"])
             for (name, website), row in zip(counted, linked.to_pylist(), strict=True)]
    return sorted(found, key=lambda one: (-one.datasets, one.holder))
