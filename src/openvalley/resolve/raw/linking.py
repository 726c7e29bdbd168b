"""Linking raw affiliations: each string of a column, and the set of organisations that it names."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa

from openvalley.resolve.garbage import uncollected
from openvalley.resolve.linker.features import FEATURES
from openvalley.resolve.linker.kernel import SECOND, Kernel
from openvalley.resolve.linker.registered import organisations
from openvalley.resolve.linker.scorecard import logistic, scorecard
from openvalley.resolve.linker.shelf import Organisation
from openvalley.resolve.raw.candidates import Finder, Known
from openvalley.resolve.raw.choosing import MATCH, Chosen, choose
from openvalley.resolve.raw.trees import trees
from openvalley.resolve.raw.weighing import Weigher

METHOD = "raw-trees-1"
#: What linking adds to each row. Ids and scores are joined by ``;``, names and reasons by a bar between blanks, all in
#: one order, the surest first.
RAW_LINKED = pa.schema([("match_ids", pa.string()), ("match_names", pa.string()), ("scores", pa.string()),
                        ("decision", pa.string()), ("why", pa.string())])
#: Between names, and between reasons: no name holds it.
_BAR = " | "


@dataclass(frozen=True)
class RawIndex:
    """What strings are linked against, as Arrow tables of an atlas.

    Attributes:
        organisations: ``id``, ``name``, ``country``, ``kind``, ``projects``.
        spellings: ``id``, ``country``, ``name``, ``acronym`` (whether it is one) - one row a name.
        towns: ``id``, ``city``.
        parents: ``id``, ``parent`` - one row a relation.

    """

    organisations: pa.Table
    spellings: pa.Table
    towns: pa.Table
    parents: pa.Table


@dataclass(frozen=True)
class Named:
    """An organisation that a string names: id, display name, probability, and why, in words."""

    id: str
    name: str
    probability: float
    why: str


class RawLinker:
    """Links batches of strings against one index; the index is loaded once."""

    def __init__(self, index: RawIndex) -> None:
        """Load the index into memory."""
        with uncollected():
            self._names, self.known = _known(index)
            kernel = Kernel(organisations(index.spellings, index.towns), scorecard("pair", tuple(FEATURES)),
                            scorecard("decision", SECOND))
            self.finder = Finder(self.known, kernel)
            self.weigher = Weigher(self.known)

    def named(self, strings: Sequence[str]) -> list[list[Named]]:
        """Return of each string what it names, the surest first; what is only worth a look too."""
        with uncollected():
            return self._named_in(strings)

    def _named_in(self, strings: Sequence[str]) -> list[list[Named]]:
        asked = self.finder.candidates(strings)
        if not asked:
            return []
        points = trees().points(np.concatenate([self.weigher.features(one) for one in asked]))
        ends = np.cumsum([len(one.candidates) for one in asked])
        probable = np.split(logistic(points), ends[:-1])
        return [[self._named(chosen) for chosen in choose(one, chances.tolist(), self.known)]
                for one, chances in zip(asked, probable, strict=True)]

    def link(self, strings: Sequence[str]) -> pa.Table:
        """Link strings and return `RAW_LINKED`, one row for each in the same order."""
        return pa.Table.from_pylist([_row(string, named) for string, named in
                                     zip(strings, self.named(strings), strict=True)], RAW_LINKED)

    def _named(self, chosen: Chosen) -> Named:
        organisation = self.known[chosen.organisation].organisation
        return Named(organisation.id, self._names[organisation.id], chosen.probability, chosen.why)


def _row(string: str, named: Sequence[Named]) -> dict[str, Any]:
    """Return what is said of a string: its matches, or where there are none what a person should look at."""
    matches = [one for one in named if one.probability >= MATCH]
    shown = matches or named
    if not shown:
        why = "the string is empty" if not string.strip() else "nothing in it is called, or nearly called, like this"
        return {"match_ids": "", "match_names": "", "scores": "", "decision": "none", "why": why}
    also = [f"perhaps also {one.name} ({one.probability:.2f})" for one in named if matches and one not in matches]
    return {
        "match_ids": ";".join(one.id for one in shown), "match_names": _joined(one.name for one in shown),
        "scores": ";".join(f"{one.probability:.4f}" for one in shown), "decision": "match" if matches else "review",
        "why": _joined([*(f"{one.name}: {one.why}" for one in shown), *also]),
    }


def _joined(parts: Iterable[str]) -> str:
    return _BAR.join(part.replace(_BAR, " ") for part in parts)


def _known(index: RawIndex) -> tuple[dict[str, str], list[Known]]:
    """Return the display names of organisations by id, and what is known of them, in the order of their ids."""
    rows = sorted(index.organisations.to_pylist(), key=lambda row: row["id"])
    numbers = {row["id"]: number for number, row in enumerate(rows)}
    names: dict[str, dict[str, bool]] = defaultdict(dict)
    for row in index.spellings.sort_by([("id", "ascending"), ("name", "ascending")]).to_pylist():
        names[row["id"]].setdefault(row["name"], row["acronym"])
    towns: dict[str, set[str]] = defaultdict(set)
    for row in index.towns.to_pylist():
        towns[row["id"]].add(row["city"])
    parents: dict[str, set[int]] = defaultdict(set)
    for row in index.parents.to_pylist():
        if row["parent"] in numbers:
            parents[row["id"]].add(numbers[row["parent"]])
    known = [Known(Organisation(row["id"], row["country"] or "", sorted(towns[row["id"]]),
                                list(names[row["id"]].items())), row["kind"], row["projects"] or 0,
                   frozenset(parents[row["id"]])) for row in rows]
    return {row["id"]: row["name"] for row in rows}, known
