"""The linker: which organisation does each row of a list mean, with a calibrated score.

A row's name, and what it falls into at its separators, is compared with the nearest names of its country. A scorecard
turns what they have in common into points; a second one weighs the best organisation against the next and gives the
probability that it is the right one.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from typing import NamedTuple

import numpy as np

from openvalley.resolve.garbage import uncollected
from openvalley.resolve.linker.candidates import looked_in, pairs
from openvalley.resolve.linker.features import FEATURES, features
from openvalley.resolve.linker.scorecard import Scorecard, logistic
from openvalley.resolve.linker.shelf import Organisations, Shelf
from openvalley.resolve.linker.spaces import Bools, Floats, Ints, Strings
from openvalley.resolve.linker.texts import Row, taken_apart

#: What the second scorecard sees beside features of the best pair.
STANDING = ("points", "next_points", "lead", "rivals", "other_points", "other_lead")
#: Features of the best pair that the second scorecard sees again.
_AGAIN = ("text_told", "name_told", "part_share", "abroad", "company", "town", "acronym", "same_words", "text_length",
          "text_alone", "name_alone", "shared", "spelt", "kinds_differ", "alias", "text_besides", "name_besides",
          "text_but_place", "name_but_place", "numbers_differ", "order", "letters", "bearers")
SECOND = (*STANDING, *_AGAIN)
#: Probability from which likeness is a match, and from which a person should look: of lines 0.05 apart the highest at
#: which F1 of unseen organisations (tools/train_linker.py) meets the bars that it can meet, since a wrong link harms
#: more than one that waits; and where one in three is right.
MATCH, REVIEW = 0.75, 0.3
#: Points within which another organisation rivals the best one.
_RIVAL = 2.0
#: Points of the next best where there is none; points of an organisation of the other registers are told up to here.
_NOBODY, _OTHERS = -12.0, 8.0
#: Likeness of a text and an acronym, as they came, from which they may be the same letters in other words: U.Z. Gent.
_SPELT = 0.8
#: Column of each feature.
_COLUMNS = {name: column for column, name in enumerate(FEATURES)}
#: Rows that are compared at a time: memory stays small, and arrays long enough for numpy.
_AT_A_TIME = 4_000


@dataclass(frozen=True)
class Scored:
    """The best pair of each row and each organisation that comes near it, one line a pair, ordered by row.

    Attributes:
        row: the row.
        organisation: the organisation's number on the shelf.
        features: columns as in `FEATURES`.
        points: what they count.
        name: number of the name on the shelf.
        text: the text of the row that was compared, as it came.

    """

    row: Ints
    organisation: Ints
    features: Floats
    points: Floats
    name: Ints
    text: Strings

    def with_points(self, points: Floats) -> "Scored":
        """Return the same pairs with other points."""
        return replace(self, points=points)

    def take(self, lines: Ints | Bools) -> "Scored":
        """Return some lines."""
        numbers = np.flatnonzero(lines) if lines.dtype == bool else lines
        return Scored(self.row[numbers], self.organisation[numbers], self.features[numbers], self.points[numbers],
                      self.name[numbers], self.text[numbers])


@dataclass(frozen=True)
class Standing:
    """The best line of each row that has any, the next best (-1: none), and what the second scorecard sees."""

    best: Ints
    next: Ints
    seen: Floats


class Best(NamedTuple):
    """The best organisation of a row, the next best, and the probability that the best is right.

    ``seen`` holds the features of ``text``, a text of the row, and ``name``, the organisation's, in the order of
    `FEATURES` as eight bytes each: most are never asked for.
    """

    id: str
    probability: float
    rival: str | None
    rival_probability: float
    name: str
    text: str
    seen: bytes

    @property
    def said(self) -> Mapping[str, float]:
        """The features by their names."""
        return dict(zip(FEATURES, np.frombuffer(self.seen).tolist(), strict=True))


class Near(NamedTuple):
    """Who is nearest to a row: of ROR's organisations, and of those that only other registers know."""

    ror: Best | None
    other: Best | None

    @property
    def best(self) -> Best | None:
        """The better one; ROR's where its probability is a match."""
        if self.ror is None or self.other is None:
            return self.ror or self.other
        return self.ror if self.ror.probability >= min(MATCH, self.other.probability) else self.other


class Kernel:
    """Compares rows with the organisations of their countries; what it learns of a country it keeps."""

    def __init__(self, organisations: Organisations, first: Scorecard, second: Scorecard) -> None:
        """Take what gives the organisations of some countries (of all, for none), and the two scorecards."""
        self.shelf = Shelf(organisations)
        self._first = first
        self._second = second

    def near(self, rows: Sequence[Row], among: Callable[[int, str], bool] | None = None) -> list[Near]:
        """Return who is nearest to each row; ``among`` chooses by a row's number and an organisation's id."""
        with uncollected():
            return self._near(rows, among)

    def _near(self, rows: Sequence[Row], among: Callable[[int, str], bool] | None) -> list[Near]:
        # Rows of one country stand together, so that it is asked once for many of them.
        order = sorted(range(len(rows)), key=lambda number: rows[number].country)
        answers: list[Near] = []
        for scored, count in self.scored([rows[number] for number in order]):
            chosen = scored
            if among is not None:
                chosen = scored.take(np.fromiter(
                    (among(order[row + len(answers)], self.shelf.ids[one]) for row, one
                     in zip(scored.row.tolist(), scored.organisation.tolist(), strict=True)),
                    bool, count=len(scored.row)))
            ror = self.shelf.ror[chosen.organisation]
            ours, others = chosen.take(ror), chosen.take(~ror)
            answers += map(Near, self._chosen(ours, others, count), self._chosen(others, ours, count))
        by_row = dict(zip(order, answers, strict=True))
        return [by_row[number] for number in range(len(rows))]

    def best(self, rows: Sequence[Row]) -> list[Best | None]:
        """Return the best organisation of each row; None where nothing comes near."""
        return [near.best for near in self.near(rows)]

    def scored(self, rows: Sequence[Row]) -> Iterator[tuple[Scored, int]]:
        """Yield what comes near rows, some rows at a time, and how many these are; they count from 0 each time."""
        self.load(rows)
        waiting = iter(rows)
        while some := list(islice(waiting, _AT_A_TIME)):
            yield best_pairs(self.pairs(some)), len(some)

    def _chosen(self, scored: Scored, others: Scored, count: int) -> list[Best | None]:
        """Return the best of what comes near so many rows, where others come near them, too."""
        answers: list[Best | None] = [None] * count
        standing = self.standing(scored, others)
        probabilities = logistic(self._second.points(standing.seen)).tolist()
        ids = self.shelf.ids
        best, followed = standing.best, standing.next >= 0
        rivals = iter(scored.organisation[standing.next[followed]].tolist())
        alone = iter(logistic(scored.points[standing.next[followed]]).tolist())
        lines = zip(scored.row[best].tolist(), scored.organisation[best].tolist(), probabilities, followed.tolist(),
                    self.shelf.worded.folded[scored.name[best]].tolist(), scored.text[best].tolist(),
                    map(bytes, np.ascontiguousarray(scored.features[best])), strict=True)
        for row, organisation, probability, several, name, text, seen in lines:
            answers[row] = Best(ids[organisation], probability, ids[next(rivals)] if several else None,
                                next(alone) if several else 0.0, name, text, seen)
        return answers

    def standing(self, scored: Scored, others: Scored) -> Standing:
        """Weigh the best organisation of each row against the next of its kind of register, and the best of others."""
        order = np.lexsort((self.shelf.rank[scored.organisation], -scored.points, scored.row))
        starts = np.flatnonzero(np.diff(scored.row[order], prepend=-1))
        ends = np.append(starts[1:], len(order))
        best = order[starts]
        several = ends - starts > 1
        next_ = np.where(several, order[np.minimum(starts + 1, len(order) - 1)], -1) if len(order) else best
        points = scored.points[best]
        following = np.where(several, scored.points[next_], _NOBODY)
        near = scored.points[order] > np.repeat(points, ends - starts) - _RIVAL
        rivals = np.add.reduceat(near, starts, dtype=np.float64) - 1 if len(order) else points
        most = np.full(int(max(scored.row.max(initial=0), others.row.max(initial=0))) + 1, _NOBODY)
        np.maximum.at(most, others.row, np.minimum(others.points, _OTHERS))
        other = most[scored.row[best]]
        again = [list(FEATURES).index(name) for name in _AGAIN]
        seen = np.column_stack([points, following, points - following, rivals, other, points - other,
                                scored.features[best][:, again]])
        return Standing(best.astype(np.int32), next_.astype(np.int32), seen)

    def pairs(self, rows: Sequence[Row]) -> Scored:
        """Return all pairs of rows with names that come near, ordered by row and organisation."""
        self.load(rows)
        texts = taken_apart(self.shelf, rows)
        text, name = pairs(self.shelf, texts, rows)
        row, organisation = texts.row[text], self.shelf.organisation[name]
        order = np.argsort(row.astype(np.int64) * len(self.shelf.ids) + organisation, kind="stable")
        text, name = text[order], name[order]
        seen = features(self.shelf, texts, (text, name))
        kept = _spoken(seen)
        order, seen = order[kept], seen[kept]
        return Scored(row[order], organisation[order], seen, self._first.points(seen), name[kept],
                      texts.spelt[text[kept]])

    def load(self, rows: Sequence[Row]) -> None:
        """Load the countries that rows may mean."""
        countries = {there for row in rows for there in looked_in(row.country)}
        self.shelf.load(countries)
        for country in countries:
            self.shelf.parts(country)


def _spoken(seen: Floats) -> Bools:
    """Tell which pairs say something: letters in common with an acronym that is nowhere in the text do not."""
    acronym, initials, told, spelt = (seen[:, _COLUMNS[name]] for name in ("acronym", "initials", "text_told", "spelt"))
    spoken: Bools = (acronym == 0) | (initials > 0) | (told > 0) | (spelt >= _SPELT)
    return spoken


def best_pairs(scored: Scored) -> Scored:
    """Return of each row and organisation the pair with the most points, the first of equal ones.

    Args:
        scored: pairs ordered by row and organisation.

    """
    begins = (np.diff(scored.row, prepend=-1) != 0) | (np.diff(scored.organisation, prepend=-1) != 0)
    if not len(begins):
        return scored
    group = np.cumsum(begins) - 1
    most = np.maximum.reduceat(scored.points, np.flatnonzero(begins))
    best = np.flatnonzero(scored.points == most[group])
    return scored.take(best[np.diff(group[best], prepend=-1) != 0])
