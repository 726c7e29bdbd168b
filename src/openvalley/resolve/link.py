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
from openvalley.resolve.linker.contradiction import contradicting
from openvalley.resolve.linker.features import FEATURES
from openvalley.resolve.linker.kernel import MATCH, REVIEW, SECOND, Best, Kernel, Near
from openvalley.resolve.linker.reasons import reason
from openvalley.resolve.linker.registered import organisations, organisations_of
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
#: Score where number and name say different organisations: that either is wrong is as likely.
DISAGREED = 0.5
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
        self._index = index
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
        passed_over = self._certain.passed_over
        answers = [answer(row, certain, alike.get(number), passed_over(row) if row.numbers or row.invalid else ())
                   for number, (row, certain) in enumerate(zip(rows, found, strict=True))]
        for number in self._contradicted(rows, found):
            answers[number] = disagreed(answers[number], self._certain.called(rows[number]))
        return answers

    def _contradicted(self, rows: Sequence[Asked], found: Sequence[Certainly | None]) -> list[int]:
        """Return which rows are called nothing like the one organisation that their number says."""
        doubted = {number: certain.ids[0] for number, (row, certain) in enumerate(zip(rows, found, strict=True))
                   if certain and certain.way == "identifier" and len(certain.ids) == 1
                   and row.key and not self._certain.bears(row, certain.ids[0])}
        known = organisations_of(set(doubted.values()), self._index.spellings, self._index.towns) if doubted else {}
        compared = [number for number, id_ in doubted.items() if id_ in known]
        if not compared:
            return []
        against = contradicting([asked_of(rows[number], ()) for number in compared],
                                [known[doubted[number]] for number in compared])
        return [number for number, contradicted in zip(compared, against, strict=True) if contradicted]


def is_open(row: Asked, certain: Certainly | None) -> bool:
    """Return whether likeness has a say: nothing is certain, or the name is known, but not to ROR.

    A name that only another register has may be ROR's organisation in another spelling.
    """
    return bool(row.key) and (certain is None or (certain.way in BY_NAME and not _of_ror(certain.ids[0])))


def asked_of(row: Asked, aliases: tuple[str, ...]) -> Row:
    """Return a row as the kernel compares it."""
    return Row(row.name, row.city, row.country or "", tuple(one for one in aliases if one != row.name))


def answer(row: Asked, certain: Certainly | None, near: Near | None, remarks: Sequence[str] = ()) -> Linked:
    """Return what is said of a row, of what is certain and who is near, and what else is to be remarked."""
    said = _answer(certain, near) or _nobody(row)
    if not remarks and not row.strange_country:
        return said
    strange = [f"the country {row.strange_country} is not known"] if row.strange_country else []
    return said._replace(why="; ".join([said.why, *remarks, *strange]))


def disagreed(said: Linked, called: Certainly | None) -> Linked:
    """Return what is said of a row whose number is one organisation's while nothing of that is called like the row.

    Either may be the wrong one, so a person decides; ``called`` is who has the row's name, if anybody.
    """
    so = f"; {called.ids[0]} is called so" if called else ""
    return said._replace(score=DISAGREED, decision="review", why=f"{said.why}; number and name disagree{so}")


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
