"""News for one person: what changed about the organisations it follows, and what its searches find that is new.

Reads two atlases of the home (through `openvalley.atlas.diff`) and the person's searches.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.http import QueryDict

from openvalley.atlas.diff import TRIALS, Difference
from openvalley.atlas.reader import Atlas
from openvalley.errors import BadInput
from openvalley.site.pages import changes
from openvalley.site.pages.asking import asked
from openvalley.site.pages.changes import Row
from openvalley.site.pages.finding import find
from openvalley.site.people.models import Person, SavedSearch
from openvalley.site.people.organisations import named

#: What a search remembers and tells: the best so many.
_SEARCHED = 200
#: Changes of organisations that are told of those who are followed.
_OF_ORGANISATIONS = ("changed_states", "renamed_organisations", "merged_organisations", "gone_organisations")


@dataclass(frozen=True)
class Found:
    """News of one search: what is new, and how much in all."""

    search: SavedSearch
    rows: Sequence[Any]


@dataclass(frozen=True)
class News:
    """What a digest tells: changes of followed organisations by kind, their new projects and trials, news of searches.

    ``trials`` has new ones and those whose state changed, by kind of change.
    """

    changes: Mapping[str, Sequence[Mapping[str, Any]]]
    projects: Sequence[Mapping[str, Any]]
    trials: Mapping[str, Sequence[Row]]
    searches: Sequence[Found]

    def __bool__(self) -> bool:
        """Tell whether there is anything to tell."""
        return bool(self.changes or self.projects or self.trials or self.searches)


def found_now(atlas: Atlas, query: str) -> list[str]:
    """Return the ids that a search finds in an atlas, the best first."""
    return [row.id for row in _rows(atlas, query)]


def _rows(atlas: Atlas, query: str) -> Sequence[Any]:
    try:
        return find(atlas, asked(QueryDict(query)), _SEARCHED, whole=True).rows
    except BadInput:  # it names something that this atlas does not know
        return ()


def news_for(person: Person, atlas: Atlas, changed: Difference | None) -> News:
    """Return what is new for a person.

    Args:
        person: for whom.
        atlas: the current atlas.
        changed: what changed since the atlas that was told last; None where that is not known.

    """
    followed = set(person.following.values_list("organisation", flat=True))
    of_organisations: dict[str, Sequence[Mapping[str, Any]]] = {}
    projects: Sequence[Mapping[str, Any]] = ()
    trials: Mapping[str, Sequence[Row]] = {}
    if changed is not None and followed:
        for kind in _OF_ORGANISATIONS:
            rows = [row for row in changed.changes[kind].rows if row["id"] in followed]
            if rows:
                of_organisations[kind] = rows
        today = {about.id for about in named(atlas, sorted(followed)).values()}
        projects = _projects(atlas, changed, today)
        trials = _trials(atlas, changed, today)
    searches = []
    for search in person.searches.all():
        known = set(search.known)
        fresh = [row for row in _rows(atlas, search.query) if row.id not in known]
        if fresh:
            searches.append(Found(search, fresh))
    return News(of_organisations, projects, trials, searches)


def _projects(atlas: Atlas, changed: Difference, followed: set[str]) -> list[Mapping[str, Any]]:
    """Return the new projects in which a followed organisation takes part."""
    fresh = {row["id"]: row for row in changed.changes["new_projects"].rows}
    taking = atlas.rows("SELECT DISTINCT project_id FROM participation WHERE organisation_id IN (SELECT unnest(?)) "
                        "AND project_id IN (SELECT unnest(?)) ORDER BY project_id", [sorted(followed), sorted(fresh)])
    return [fresh[row["project_id"]] for row in taking]


def _trials(atlas: Atlas, changed: Difference, followed: set[str]) -> dict[str, list[Row]]:
    """Return the trials that are new, or whose state changed, with a followed organisation as a party or a site."""
    found = {}
    for kind in TRIALS:
        rows = {row["id"]: row for row in changed.changes[kind].rows}
        part = atlas.rows("SELECT DISTINCT trial_id FROM (SELECT trial_id, organisation_id FROM trial_party UNION ALL "
                          "SELECT trial_id, organisation_id FROM trial_site) WHERE organisation_id IN "
                          "(SELECT unnest(?)) AND trial_id IN (SELECT unnest(?)) ORDER BY trial_id",
                          [sorted(followed), sorted(rows)])
        if part:
            found[kind] = [changes.told(kind, rows[row["trial_id"]]) for row in part]
    return found


def told(news: News) -> None:
    """Remember that a person was told: what its searches found is no news any more."""
    for found in news.searches:
        search = found.search
        search.known = [*search.known, *(row.id for row in found.rows)]
        search.save(update_fields=["known"])
