"""Likeness for engines: rows that say a name, and perhaps a place, compared with all organisations by the linker.

Reads the names and towns of organisations and batches of rows; returns of each row the organisation that it is most
like, with a probability and reasons. The same kernel links the lists that users bring (link.py). Next: mentions.py.
"""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from itertools import groupby
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from openvalley.resolve.linker.features import FEATURES
from openvalley.resolve.linker.kernel import SECOND, Best, Kernel, Row
from openvalley.resolve.linker.reasons import REASONS, Reason, reasons
from openvalley.resolve.linker.scorecard import scorecard
from openvalley.resolve.linker.shelf import Organisation

#: What is compared: a key of the row's own, its name, town and country (ISO 3166-1 alpha-2), and organisations that it
#: is known not to be. Nothing but ``never`` is null; what is not known is empty. Without a country nothing is compared.
ASKED = pa.schema([("row", pa.string()), ("name", pa.string()), ("town", pa.string()), ("country", pa.string()),
                   ("never", pa.list_(pa.string()))])
#: What is found: the organisation that a row is most like, the probability that it is meant, why, and the next best
#: with its own likeness. Rows that nothing comes near have no line.
FOUND = pa.schema([("row", pa.string()), ("id", pa.string()), ("probability", pa.float64()), ("reasons", REASONS),
                   ("rival", pa.string()), ("rival_probability", pa.float64())])
#: Digits of probabilities that are kept.
_DIGITS = 4


class Likeness:
    """The kernel that every engine runs: `ASKED` in, `FOUND` out. It travels as what it was made of."""

    def __init__(self, spellings: pa.Table, towns: pa.Table) -> None:
        """Take the organisations.

        Args:
            spellings: ``id``, ``country``, ``name``, ``acronym`` (whether it is one) - one row a name.
            towns: ``id``, ``city`` - one row a town.

        """
        self._spellings = spellings.sort_by([(name, "ascending") for name in ("country", "id", "acronym", "name")])
        self._towns = towns.sort_by([("id", "ascending"), ("city", "ascending")])
        self._latest: tuple[str, Kernel] | None = None

    def __getstate__(self) -> Mapping[str, Any]:
        """Leave what was learnt of a country behind: whoever gets a copy learns it faster than it travels."""
        return {**self.__dict__, "_latest": None}

    def __call__(self, batch: pa.RecordBatch) -> pa.RecordBatch:
        """Compare a batch. Countries come one after the other, so that no more than one of them is in memory."""
        rows = batch.to_pylist()
        rows.sort(key=lambda row: (row["country"], row["row"]))
        found: list[dict[str, Any]] = []
        for country, group in groupby(rows, key=lambda row: row["country"]):
            if country:
                found += self._compared(list(group))
        return pa.RecordBatch.from_pylist(found, FOUND)

    def _compared(self, rows: Sequence[Mapping[str, Any]]) -> Iterable[dict[str, Any]]:
        """Return what rows of one country are most like."""
        kernel = self._kernel(rows[0]["country"])
        usual = [row for row in rows if not row["never"]]
        pairs = [*zip(usual, kernel.best([_row(row) for row in usual]), strict=True)]
        for row in rows:
            if row["never"]:
                pairs += zip([row], kernel.best([_row(row)], _but(row["never"])), strict=True)
        return [_line(row["row"], best) for row, best in pairs if best is not None]

    def _kernel(self, country: str) -> Kernel:
        """Return what compares rows of a country; that of the country before is let go."""
        if self._latest is None or self._latest[0] != country:
            self._latest = (country, Kernel(self._organisations, scorecard("pair", tuple(FEATURES)),
                                            scorecard("decision", SECOND)))
        return self._latest[1]

    def _organisations(self, countries: Sequence[str]) -> list[Organisation]:
        """Return the organisations of some countries."""
        mine = self._spellings.filter(pc.is_in(self._spellings["country"], pa.array(countries, pa.string())))
        names: dict[tuple[str, str], list[tuple[str, bool]]] = {}
        for id_, country, name, acronym in zip(*(mine[column].to_pylist() for column in (
                "id", "country", "name", "acronym")), strict=True):
            names.setdefault((id_, country), []).append((name, acronym))
        places = self._towns.filter(pc.is_in(self._towns["id"], mine["id"]))
        towns: dict[str, list[str]] = {}
        for id_, city in zip(places["id"].to_pylist(), places["city"].to_pylist(), strict=True):
            towns.setdefault(id_, []).append(city)
        return [Organisation(id_, country, towns.get(id_, ()), known)
                for (id_, country), known in sorted(names.items())]


def told(given: Iterable[Reason]) -> list[dict[str, str]]:
    """Return reasons as a table keeps them."""
    return [{"code": reason.code, "detail": reason.detail} for reason in given]


def _but(never: Collection[str]) -> Callable[[str], bool]:
    """Return what chooses all ids but these."""
    return lambda id_: id_ not in never


def _row(row: Mapping[str, Any]) -> Row:
    return Row(row["name"], row["town"], row["country"])


def _line(key: str, best: Best) -> dict[str, Any]:
    return {"row": key, "id": best.id, "probability": round(best.probability, _DIGITS), "reasons": told(reasons(best)),
            "rival": best.rival, "rival_probability": round(best.rival_probability, _DIGITS)}
