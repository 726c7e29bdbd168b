"""Sourced: which row of which source says a property of an organisation, as far as evidence names it.

Claims of those who may be suggested are read once an atlas into one table (of the mirror some 130,000 rows, 4 MB);
reading those of twenty partners in a query takes as long as ranking them.
"""

from collections.abc import Mapping, Sequence

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from openvalley.atlas.reader import Atlas
from openvalley.atlas.remembering import remembered
from openvalley.insight.connect.past import Whole
from openvalley.insight.connect.pool import pool

#: Properties that evidence cites.
_CITED = ("city", "country", "kind", "name", "platform", "sector", "sme", "stage")
_COLUMNS = ("property", "value", "source", "source_id")
_QUERY = (f"SELECT subject, {', '.join(_COLUMNS)} FROM claim "
          f"WHERE wins AND property IN ({', '.join(repr(name) for name in _CITED)})")

#: Property, value, source and number of a row.
Claim = Mapping[str, str]


class Sourced:
    """Claims that win, by organisation."""

    def __init__(self, atlas: Atlas) -> None:
        """Read the claims of those who may be suggested."""
        known = pool(atlas)
        self._place = {one: place for place, one in enumerate(known)}
        rows = atlas.table(_QUERY)
        place = pc.index_in(rows["subject"], pa.array(list(known), pa.string()))
        rows = rows.drop_columns("subject").append_column("place", place).filter(pc.is_valid(place))
        rows = rows.sort_by([(name, "ascending") for name in ("place", *_COLUMNS)]).combine_chunks()
        self._starts: Whole = np.searchsorted(rows["place"].to_numpy(), np.arange(len(known) + 1))
        rows = rows.drop_columns("place")
        for at, name in enumerate(_COLUMNS):
            if name in {"property", "source"}:
                rows = rows.set_column(at, name, rows[name].combine_chunks().dictionary_encode())
        self._rows = rows

    def __contains__(self, organisation: object) -> bool:
        """Say whether claims of an organisation were read."""
        return organisation in self._place

    def of(self, organisation: str) -> Sequence[Claim]:
        """Return the claims of an organisation that may be suggested, in order."""
        place = self._place[organisation]
        start, end = self._starts[place:place + 2].tolist()
        found: list[Claim] = self._rows.slice(start, end - start).to_pylist()
        return found


def claims_of(atlas: Atlas, organisation: str) -> Sequence[Claim]:
    """Return the claims on what evidence cites that win about an organisation, in order.

    Of somebody who asks and may not be suggested they are read anew; the second condition is looked at here, since with
    it DuckDB would leave its index aside.
    """
    read = remembered(atlas, "connect.sourced", lambda: Sourced(atlas))
    if organisation in read:
        return read.of(organisation)
    rows = atlas.rows(f"SELECT {', '.join(_COLUMNS)}, wins FROM claim WHERE subject = ?", [organisation])
    return sorted(({name: row[name] for name in _COLUMNS} for row in rows if row["wins"] and row["property"] in _CITED),
                  key=lambda row: tuple(row.values()))
