"""Neighbourhood: with whom an organisation works, by theme and time, and who of these works with one another.

Reads the network of participations (`openvalley.atlas.network`); gives what a picture of it and a list beside it need.
"""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

from openvalley.atlas.network import network
from openvalley.atlas.reader import Atlas
from openvalley.errors import BadInput
from openvalley.vocabulary.programmes import part_of

#: Partners that are drawn: with the organisation itself sixty, as many as can be told apart.
DRAWN = 59


@dataclass(frozen=True)
class Asked:
    """Which of its projects count: of one part of a framework programme, begun in these years; all by default."""

    theme: str = ""
    since: int | None = None
    until: int | None = None


@dataclass(frozen=True)
class Neighbour:
    """An organisation that shares projects with another: how many, and in which years the first and last began."""

    id: str
    name: str
    kind: str
    country: str | None
    projects: int
    first: int | None
    last: int | None


@dataclass(frozen=True)
class Neighbourhood:
    """An organisation's neighbours, those with most shared projects first.

    Attributes:
        projects: how many of its projects count, and ``of`` how many.
        of: how many projects it has at all.
        neighbours: everybody with a name who shares one of them.
        nameless: how many more there are whom registers know by a number only.
        links: pairs of the first `DRAWN` neighbours, by their place in the list, with the projects that both share
            with it.
        themes: the parts of programmes of all its projects, with how many there are of each, the most first.
        years: the years in which its projects began, in order.

    """

    projects: int
    of: int
    neighbours: Sequence[Neighbour]
    nameless: int
    links: Mapping[tuple[int, int], int]
    themes: Sequence[tuple[str, int]]
    years: Sequence[int]

    @property
    def drawn(self) -> Sequence[Neighbour]:
        """Those who are drawn."""
        return self.neighbours[:DRAWN]


def neighbourhood(atlas: Atlas, known_id: str, asked: Asked) -> Neighbourhood:
    """Return whom an organisation works with.

    Args:
        atlas: the atlas.
        known_id: a public id as the atlas has it.
        asked: which of its projects count.

    Raises:
        BadInput: none of its projects is of this theme, or the years are none of its.

    """
    joined = network(atlas)
    own = list(joined.projects.get(known_id, ()))
    themes = _themes(atlas, own)
    years = {project: day.year for project in own
             if (day := joined.summaries.get(project, {}).get("start_date")) is not None}
    if asked.theme and not any(asked.theme in found for found in themes.values()):
        raise BadInput(f"It has no project of the theme {asked.theme[:40]!r}.",
                       hint="Choose one of the themes on its page.", field="theme", why="unknown")
    kept = [project for project in own if _passes(themes.get(project, ()), years.get(project), asked)]
    shared: Counter[str] = Counter()
    for project in kept:
        shared.update(set(joined.participants[project]) - {known_id})
    begun: dict[str, list[int]] = {}
    for project in kept:
        if project in years:
            for other in joined.participants[project]:
                begun.setdefault(other, []).append(years[project])
    found = [Neighbour(other, joined.named[other][0], joined.named[other][2], joined.named[other][1], count,
                       min(begun.get(other, ()), default=None), max(begun.get(other, ()), default=None))
             for other, count in shared.items() if other in joined.named]
    found.sort(key=lambda one: (-one.projects, one.name, one.id))
    return Neighbourhood(
        len(kept), len(own), found, len(shared) - len(found),
        _links([joined.participants[project] for project in kept], [one.id for one in found[:DRAWN]]),
        Counter(theme for parts in themes.values() for theme in parts).most_common(), sorted(set(years.values())))


def _themes(atlas: Atlas, projects: Sequence[str]) -> dict[str, Collection[str]]:
    """Return the parts of framework programmes that each project belongs to."""
    found: dict[str, set[str]] = {}
    for row in atlas.rows("SELECT project_id, code FROM project_code WHERE scheme = 'legal_basis' "
                          "AND project_id IN (SELECT unnest(?)) ORDER BY project_id, code", [list(projects)]):
        part = part_of(row["code"])
        if part is not None:
            found.setdefault(row["project_id"], set()).add(part)
    return {project: sorted(parts) for project, parts in found.items()}


def _passes(themes: Collection[str], year: int | None, asked: Asked) -> bool:
    if asked.theme and asked.theme not in themes:
        return False
    if asked.since is None and asked.until is None:
        return True
    return year is not None and (asked.since or year) <= year <= (asked.until or year)


def _links(projects: Sequence[Sequence[str]], drawn: Sequence[str]) -> dict[tuple[int, int], int]:
    place = {known: at for at, known in enumerate(drawn)}
    counted: Counter[tuple[int, int]] = Counter()
    for participants in projects:
        counted.update(combinations(sorted({place[other] for other in participants if other in place}), 2))
    return dict(counted)
