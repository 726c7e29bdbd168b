"""Linking a list: which organisation of the atlas does each row of a user's table mean.

First what is certain, like in the build (`openvalley.resolve.certain`): a shared identifier, else the same name within
the country, else the same web domain. What that leaves open is compared by likeness (`openvalley.resolve.linker`).
Every row gets an answer in words; where more than one organisation fits, a person decides.
"""

from collections.abc import Collection, Sequence
from itertools import islice
from typing import NamedTuple

import pyarrow as pa

from openvalley.resolve.certain import BY_NAME, COLUMNS, SCORES, Asked, Certain, LinkIndex, asked
from openvalley.resolve.certain import Found as Certainly
from openvalley.resolve.garbage import uncollected
from openvalley.resolve.linker.features import FEATURES
from openvalley.resolve.linker.kernel import MATCH, REVIEW, SECOND, Best, Kernel, Near
from openvalley.resolve.linker.reasons import reason
from openvalley.resolve.linker.registered import organisations
from openvalley.resolve.linker.scorecard import scorecard
from openvalley.resolve.linker.texts import Row
from openvalley.vocabulary.identifiers import ROR_PREFIX

__all__ = ["COLUMNS", "LINKED", "MATCH", "METHOD", "REVIEW", "SCORES", "LinkIndex", "Linker"]

METHOD = "scorecard-3"
#: What linking adds to each row.
LINKED = pa.schema([("match_id", pa.string()), ("match_name", pa.string()), ("score", pa.float64()),
                    ("decision", pa.string()), ("why", pa.string())])
#: Probability from which likeness to an organisation of ROR stands above the very name that another register has: as
#: for any match. A line of its own, higher or lower, was no better (who-is-meant.md).
OVERRULING = MATCH
#: Different rows that are answered at a time.
_AT_A_TIME = 20_000


class Linked(NamedTuple):
    """What is said of a row: the organisation, how sure it is (0 to 1), match, review or none, and why."""

    id: str | None
    score: float
    decision: str
    why: str


class Linker:
    """Links batches of rows against one index; the index is loaded once."""

    def __init__(self, index: LinkIndex) -> None:
        """Take the index; the names of a country are taken apart when the first row asks for it."""
        self._certain = Certain(index)
        self._kernel = Kernel(organisations(index.spellings, index.towns, index.kept),
                              scorecard("pair", tuple(FEATURES)), scorecard("decision", SECOND))

    def load(self, countries: Collection[str]) -> None:
        """Load the names of countries (ISO 3166-1 alpha-2; the empty one: of all) before rows ask for them."""
        with uncollected():
            self._kernel.load([Row("", "", country) for country in countries])

    def link(self, rows: pa.Table) -> pa.Table:
        """Link rows (columns of `COLUMNS`, as text) and return `LINKED`, one row for each in the same order.

        Rows that say the same are answered once.
        """
        with uncollected():
            return self._linked(rows)

    def _linked(self, rows: pa.Table) -> pa.Table:
        given = [[cell or "" for cell in rows[column].to_pylist()] if column in rows.column_names
                 else [""] * rows.num_rows for column in COLUMNS]
        places: dict[tuple[str, ...], int] = {}
        of = [places.setdefault(row, len(places)) for row in zip(*given, strict=True)]
        waiting = iter(places)
        answers: list[Linked] = []
        while some := list(islice(waiting, _AT_A_TIME)):
            answers += self._answers([asked(*row) for row in some])
        names = self._certain.names
        once = pa.table([
            [answer.id for answer in answers], [names.get(answer.id) if answer.id else None for answer in answers],
            [answer.score for answer in answers], [answer.decision for answer in answers],
            [answer.why for answer in answers]], LINKED)
        return once.take(pa.array(of, pa.int64()))

    def _answers(self, rows: Sequence[Asked]) -> list[Linked]:
        found = [self._certain.find(row) for row in rows]
        open_ = [number for number, (row, certain) in enumerate(zip(rows, found, strict=True)) if is_open(row, certain)]
        near = self._kernel.near([asked_of(rows[one], self._certain.aliases(found[one])) for one in open_])
        alike = dict(zip(open_, near, strict=True))
        return [answer(row, certain, alike.get(number))
                for number, (row, certain) in enumerate(zip(rows, found, strict=True))]


def is_open(row: Asked, certain: Certainly | None) -> bool:
    """Return whether likeness has a say: nothing is certain, or the name is known, but not to ROR.

    A name that only another register has may be ROR's organisation in another spelling.
    """
    return bool(row.key) and (certain is None or (certain.way in BY_NAME and not _of_ror(certain.ids[0])))


def asked_of(row: Asked, aliases: tuple[str, ...]) -> Row:
    """Return a row as the kernel compares it."""
    return Row(row.name, row.city, row.country or "", tuple(one for one in aliases if one != row.name))


def answer(row: Asked, certain: Certainly | None, near: Near | None) -> Linked:
    """Return what is said of a row, of what is certain and who is near."""
    said = _answer(certain, near) or _nobody(row)
    if not row.strange_country:
        return said
    return said._replace(why=f"{said.why}; the country {row.strange_country} is not known")


def _of_ror(id_: str) -> bool:
    return id_.startswith(ROR_PREFIX)


def _answer(certain: Certainly | None, near: Near | None) -> Linked | None:
    """Return what is certain, unless likeness finds an organisation of ROR for a name that only others have."""
    if certain is None:
        best = near.best if near else None
        return _by_likeness(best) if best and best.probability >= REVIEW else None
    if near and near.ror and near.ror.probability >= OVERRULING:
        return _by_likeness(near.ror)
    several = len(certain.ids)
    if several > 1:
        return Linked(certain.ids[0], round(1 / several, 2), "review", f"{several} organisations: {certain.shared}")
    return Linked(certain.ids[0], SCORES[certain.way], "match", certain.shared)


def _by_likeness(found: Best) -> Linked:
    rival = f"; {found.rival} is nearly as near" if found.rival_probability >= REVIEW else ""
    return Linked(found.id, round(found.probability, 4), "match" if found.probability >= MATCH else "review",
                   reason(found) + rival)


def _nobody(row: Asked) -> Linked:
    why = "no organisation has this number, domain or a name like this" if row.key else "the row has no name"
    return Linked(None, 0.0, "none", why)
