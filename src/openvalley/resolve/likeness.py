"""Likeness for engines: rows that say a name, and perhaps a place, compared with all organisations by the linker.

Reads the names and towns of organisations and batches of rows; returns of each row the organisation that it is most
like, with a probability and reasons. The same kernel links the lists that users bring (link.py). Next: mentions.py.
"""

from collections.abc import Iterable, Mapping, Sequence
from itertools import groupby
from typing import Any

import pyarrow as pa

from openvalley.resolve.linker.features import FEATURES
from openvalley.resolve.linker.kernel import SECOND, Best, Kernel
from openvalley.resolve.linker.reasons import REASONS, Reason, reasons
from openvalley.resolve.linker.registered import organisations
from openvalley.resolve.linker.scorecard import scorecard
from openvalley.resolve.linker.shelf import Organisations
from openvalley.resolve.linker.texts import Row
from openvalley.resolve.linker.wording import words

#: What is compared: a key of the row's own, its name, town and country (ISO 3166-1 alpha-2), and organisations that it
#: is known not to be. Nothing but ``never`` is null; what is not known is empty. Without a country nothing is compared.
ASKED = pa.schema([("row", pa.string()), ("name", pa.string()), ("town", pa.string()), ("country", pa.string()),
                   ("never", pa.list_(pa.string()))])
#: What is found: the organisation that a row is most like, the probability that it is meant, why, the next best with
#: its own likeness, whether the name that it is most like is an acronym, which share of the row's name was compared,
#: which share of both names the two have in common (words by weight, names of places left out; 0 to 1), whether a
#: number or the kind of organisation differs, and whether the row names a unit beside what was compared. Rows that
#: nothing comes near have no line.
FOUND = pa.schema([("row", pa.string()), ("id", pa.string()), ("probability", pa.float64()), ("reasons", REASONS),
                   ("rival", pa.string()), ("rival_probability", pa.float64()), ("acronym", pa.bool_()),
                   ("share", pa.float64()), ("common", pa.float64()), ("differs", pa.bool_()),
                   ("unit", pa.bool_())])
#: The word that stands for faculties, departments, divisions and services in all languages (words/kinds.toml).
_UNIT = "department"
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
        self._spellings, self._towns = spellings, towns
        self._given: Organisations | None = None
        self._latest: tuple[str, Kernel] | None = None

    def __getstate__(self) -> Mapping[str, Any]:
        """Leave what was learnt of a country behind: whoever gets a copy learns it faster than it travels."""
        return {**self.__dict__, "_given": None, "_latest": None}

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
        never = [set(row["never"] or ()) for row in rows]
        among = (lambda number, id_: id_ not in never[number]) if any(never) else None
        near = kernel.near([Row(row["name"], row["town"], row["country"]) for row in rows], among)
        return [_line(row, found.best) for row, found in zip(rows, near, strict=True) if found.best is not None]

    def _kernel(self, country: str) -> Kernel:
        """Return what compares rows of a country; that of the country before is let go."""
        if self._given is None:
            self._given = organisations(self._spellings, self._towns)
        if self._latest is None or self._latest[0] != country:
            self._latest = (country, Kernel(self._given, scorecard("pair", tuple(FEATURES)),
                                            scorecard("decision", SECOND)))
        return self._latest[1]


def told(given: Iterable[Reason]) -> list[dict[str, str]]:
    """Return reasons as a table keeps them."""
    return [{"code": reason.code, "detail": reason.detail} for reason in given]


def _line(row: Mapping[str, Any], best: Best) -> dict[str, Any]:
    said = best.said
    share = said["part_share"]
    common = min(share * said["text_but_place"], said["name_but_place"])
    unit = bool(said["part"]) and _names_unit(row) and _UNIT not in words(best.text, row["country"])
    return {"row": row["row"], "id": best.id, "probability": round(best.probability, _DIGITS),
            "reasons": told(reasons(best)), "rival": best.rival,
            "rival_probability": round(best.rival_probability, _DIGITS),
            "acronym": bool(said["acronym"]), "share": round(share, _DIGITS), "common": round(common, _DIGITS),
            "differs": bool(said["numbers_differ"] or said["kinds_differ"]), "unit": unit}


def _names_unit(row: Mapping[str, Any]) -> bool:
    return _UNIT in words(row["name"], row["country"])
