"""Ties: the network of an atlas as arrays, so that what two organisations have in common is counted at once.

Organisations, projects, programme parts and topics go by numbers in the order of their ids, codes and titles, so that
the order of numbers is that of the words.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import chain

import numpy as np
import numpy.typing as npt

from openvalley.atlas.network import network
from openvalley.atlas.reader import Atlas
from openvalley.atlas.remembering import remembered
from openvalley.insight.connect.past import LEAST, MOST, Whole
from openvalley.insight.connect.pool import parts_by_project

_Bools = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class _Lists:
    """Lists of numbers one after the other; that of ``place`` ends where the next one starts."""

    starts: Whole
    numbers: Whole

    @classmethod
    def of(cls, lists: Sequence[Sequence[int]]) -> "_Lists":
        """Put lists one after the other."""
        lengths = np.fromiter(map(len, lists), np.int64, len(lists))
        return cls(np.concatenate([np.zeros(1, np.int64), np.cumsum(lengths)]),
                   np.fromiter(chain.from_iterable(lists), np.int64, int(lengths.sum())))

    def of_one(self, place: int) -> Whole:
        """Return one list."""
        return self.numbers[self.starts[place]:self.starts[place + 1]]

    def of_all(self, places: Whole) -> tuple[Whole, Whole]:
        """Return the lists of some places, one after the other, and beside each number the place it is of."""
        starts = self.starts[places]
        lengths = self.starts[places + 1] - starts
        before = np.cumsum(lengths) - lengths
        return self.numbers[np.arange(int(lengths.sum())) + np.repeat(starts - before, lengths)], np.repeat(
            places, lengths)


@dataclass(frozen=True)
class Ties:
    """The network in numbers.

    Attributes:
        organisations, projects, parts, topics: ids, ids, codes and titles by number.
        number: the number of each organisation that takes part in anything.
        amount: projects of each organisation.
        named: whether an organisation has a name.
        kinds: kinds of organisation by number; ``kind`` holds numbers, -1 for who has no name.
        joint: whether a project has as many participants as tells of working together.
        began: first day of each project as a proleptic Gregorian ordinal (that of `datetime.date`), 0 where unknown.

    """

    organisations: Sequence[str]
    projects: Sequence[str]
    parts: Sequence[str]
    topics: Sequence[str]
    number: Mapping[str, int]
    amount: Whole
    named: _Bools
    kinds: Sequence[str]
    kind: Whole
    joint: _Bools
    began: Whole
    _projects_of: _Lists
    _members_of: _Lists
    _parts_of: _Lists
    _topics_of: _Lists

    def projects_of(self, organisation: str) -> Whole:
        """Return the projects of an organisation; none of one that takes part in nothing."""
        number = self.number.get(organisation)
        return np.zeros(0, np.int64) if number is None else self._projects_of.of_one(number)

    def met(self, projects: Whole) -> Whole:
        """Return who takes part in some projects, in order; once each."""
        return np.unique(self._members_of.of_all(projects)[0])

    def together(self, projects: Whole) -> tuple[Whole, Whole]:
        """Return who takes part in those of some projects that tell of working together, in order, and in how many."""
        found, times = np.unique(self._members_of.of_all(projects[self.joint[projects]])[0], return_counts=True)
        return found, times

    def newest(self, projects: Whole, other: int) -> str:
        """Return the newest of some projects in which another worked together with their participants; there is one."""
        shared = projects[self.joint[projects] & np.isin(projects, self._projects_of.of_one(other))]
        return self.projects[int(shared[np.lexsort((shared, self.began[shared]))[-1]])]

    def counted_parts(self, projects: Whole) -> Mapping[str, int]:
        """Return the programme parts of some projects, and of how many each is."""
        times = np.bincount(self._parts_of.of_all(projects)[0], minlength=len(self.parts))
        return {self.parts[part]: int(times[part]) for part in np.flatnonzero(times).tolist()}

    def topics_of(self, projects: Whole) -> Mapping[int, int]:
        """Return the topics of some projects, each with the last project that has it."""
        topics, of = self._topics_of.of_all(projects)
        return dict(zip(topics.tolist(), of.tolist(), strict=True))


def ties(atlas: Atlas) -> Ties:
    """Return the network of an atlas in numbers, made once."""
    return remembered(atlas, "connect.ties", lambda: _read(atlas))


def _read(atlas: Atlas) -> Ties:
    joined, parts_of, topics_of = network(atlas), parts_by_project(atlas), _topic_titles(atlas)
    organisations, projects = sorted(joined.projects), sorted(joined.participants)
    parts = sorted({part for found in parts_of.values() for part in found})
    topics = sorted({title for found in topics_of.values() for title in found})
    kinds = sorted({kind for _, _, kind in joined.named.values()})
    number, project_at, part_at, topic_at, kind_at = (
        {word: at for at, word in enumerate(words)} for words in (organisations, projects, parts, topics, kinds))
    size = np.array([len(joined.participants[project]) for project in projects], np.int64)
    days = [joined.summaries[project]["start_date"] for project in projects]
    return Ties(
        organisations, projects, parts, topics, number,
        np.array([len(joined.projects[one]) for one in organisations], np.int64),
        np.array([one in joined.named for one in organisations], bool), kinds,
        np.array([kind_at[joined.named[one][2]] if one in joined.named else -1 for one in organisations], np.int64),
        (size >= LEAST) & (size <= MOST), np.array([day.toordinal() if day else 0 for day in days], np.int64),
        _Lists.of([[project_at[project] for project in joined.projects[one]] for one in organisations]),
        _Lists.of([[number[one] for one in joined.participants[project]] for project in projects]),
        _Lists.of([sorted(part_at[part] for part in parts_of.get(project, ())) for project in projects]),
        _Lists.of([[topic_at[title] for title in topics_of.get(project, ())] for project in projects]))


def _topic_titles(atlas: Atlas) -> Mapping[str, Sequence[str]]:
    return {row["project_id"]: row["titles"] for row in atlas.rows(
        "SELECT project_id, list(DISTINCT title ORDER BY title) AS titles FROM project_code "
        "WHERE scheme IN ('topic', 'field') AND title IS NOT NULL GROUP BY project_id")}
