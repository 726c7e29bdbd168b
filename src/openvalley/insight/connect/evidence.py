"""Evidence: what two organisations have in common and how they differ, as statements whose numbers can be counted.

"Worked together" means a project of 2 to 60 organisations here, as in the ranking; who shared a larger one is not
suggested either. All counts are over the whole atlas, by organisation.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from math import asin, cos, radians, sin, sqrt

from openvalley.atlas.network import Network, network
from openvalley.atlas.reader import Atlas
from openvalley.atlas.remembering import remembered
from openvalley.insight.answer import Citation, Statement
from openvalley.insight.connect.past import LEAST, MOST
from openvalley.insight.connect.pool import Possible, parts_by_project

#: Names and programme parts that a sentence gives, and the years that count as lately.
_NAMED, _PARTS, _LATELY = 3, 2, 2
#: Mean radius of the Earth (IUGG), km.
_EARTH = 6371.0


@dataclass(frozen=True)
class Told:
    """An organisation among its projects: what evidence is made from.

    Attributes:
        atlas: the atlas.
        one: the organisation.
        read: claims of organisations as far as they were read already (`claims_of`).

    """

    atlas: Atlas
    one: Possible
    read: Mapping[str, Sequence[Mapping[str, str]]] = field(default_factory=dict)

    @cached_property
    def projects(self) -> Sequence[str]:
        """Ids of its projects."""
        return network(self.atlas).projects.get(self.one.id, ())

    @cached_property
    def partners(self) -> Mapping[str, int]:
        """Organisations that it worked together with, and in how many projects."""
        joined: Network = network(self.atlas)
        met: Counter[str] = Counter()
        for project in self.projects:
            members = joined.participants[project]
            if LEAST <= len(members) <= MOST:
                met.update(members)
        met.pop(self.one.id, None)
        return met

    @cached_property
    def met(self) -> frozenset[str]:
        """Organisations that it shares any project with, whatever its size."""
        joined = network(self.atlas)
        return frozenset(other for project in self.projects for other in joined.participants[project]) - {self.one.id}

    @cached_property
    def parts(self) -> Mapping[str, int]:
        """Programme parts of its projects, and in how many."""
        known = parts_by_project(self.atlas)
        return Counter(part for project in self.projects for part in known.get(project, ()))

    @cached_property
    def claims(self) -> Sequence[Mapping[str, str]]:
        """The claims that win: property, value and the row that says so."""
        known = self.one.id
        return (self.read if known in self.read else claims_of(self.atlas, [known]))[known]

    def says(self, *properties: str, values: Sequence[str] = ()) -> list[Citation]:
        """Return where its properties can be checked, one row for each; of some properties only these values."""
        rows = {(claim["property"], claim["value"] if values else ""): claim for claim in reversed(self.claims)
                if claim["property"] in properties and (not values or claim["value"] in values)}
        return [Citation(self.one.id, claim["source"], claim["source_id"], claim["property"])
                for _, claim in sorted(rows.items())]

    def shared(self, other: str) -> Sequence[str]:
        """Return the projects in which it worked together with another, the newest first."""
        joined = network(self.atlas)
        found = [project for project in self.projects if other in joined.participants[project]
                 and LEAST <= len(joined.participants[project]) <= MOST]
        return sorted(found, key=lambda project: (joined.summaries[project]["start_date"] or date.min, project),
                      reverse=True)


def claims_of(atlas: Atlas, ids: Sequence[str]) -> Mapping[str, Sequence[Mapping[str, str]]]:
    """Return the claims that win about each of some organisations.

    One organisation is looked up in an index, which DuckDB would leave aside for a second condition; several together
    cost less than one after the other.
    """
    where = "= ?" if len(ids) == 1 else f"IN ({', '.join('?' * len(ids))})"
    found: dict[str, list[Mapping[str, str]]] = {known: [] for known in ids}
    for row in atlas.rows(f"SELECT subject, property, value, source, source_id, wins FROM claim WHERE subject {where}",
                          ids):
        if row["wins"]:
            found[row["subject"]].append(row)
    for claims in found.values():
        claims.sort(key=lambda row: (row["property"], row["value"], row["source"], row["source_id"]))
    return found


def between(asker: Told, partner: Told, end: date | None) -> list[Statement]:
    """Return what speaks for a partner: the way to it first, then work, place, size, recency and coordination.

    Args:
        asker: who asks.
        partner: who is suggested.
        end: the day on which the projects of the atlas end; None where it has none.

    """
    found = [*_common(asker, partner), *_topics(asker, partner), *_programmes(asker, partner),
             *_roles(asker, partner), *_place(asker, partner)]
    if end is not None:
        found += _record(asker, partner, end)
    if partner.one.sme:
        found.append(Statement("connect.sme", {}, partner.says("sme")))
    if not partner.one.verified:
        found.append(Statement("connect.unverified", {}, partner.says("name")))
    return found


def _common(asker: Told, partner: Told) -> list[Statement]:
    joined = network(asker.atlas)
    both = [other for other in partner.partners if other in asker.partners]
    if not both:
        return []
    # those who are most theirs first: somebody who works with everybody leads nowhere in particular
    both.sort(key=lambda other: (-min(asker.partners[other], partner.partners[other]) / len(joined.projects[other]),
                                 other))
    named = [other for other in both if other in joined.named][:_NAMED]
    cited = [Citation(asker.one.id, "cordis"), Citation(partner.one.id, "cordis")]
    if not named:
        return [Statement("connect.common_unnamed", {"partners": len(both)}, cited)]
    told = [Statement("connect.common", {"partners": len(both), "named": [joined.named[one][0] for one in named]},
                      [*cited, *(Citation(one, "cordis") for one in named)])]
    mine, theirs = asker.shared(named[0])[0], partner.shared(named[0])[0]
    told.append(Statement("connect.path", {
        "through": joined.named[named[0]][0], "project": _called(asker.atlas, mine),
        "other": _called(asker.atlas, theirs), "name": partner.one.name}, [_project(mine), _project(theirs)]))
    return told


def _topics(asker: Told, partner: Told) -> list[Statement]:
    titles = remembered(asker.atlas, "connect.topics", lambda: _topic_titles(asker.atlas))
    own = {topic: project for project in asker.projects for topic in titles.get(project, ())}
    theirs = {topic: project for project in partner.projects for topic in titles.get(project, ())}
    return [Statement("connect.topic", {"topic": topic}, [_project(own[topic]), _project(theirs[topic])])
            for topic in sorted(set(own) & set(theirs))[:_PARTS]]


def _programmes(asker: Told, partner: Told) -> list[Statement]:
    both = sorted(set(asker.parts) & set(partner.parts),
                  key=lambda part: (-min(asker.parts[part], partner.parts[part]), part))[:_PARTS]
    return [Statement("connect.programme", {"part": part, "own": asker.parts[part], "theirs": partner.parts[part]},
                      [Citation(asker.one.id, "cordis"), Citation(partner.one.id, "cordis")]) for part in both]


def under_programme(partner: Told, parts: Sequence[str]) -> list[Statement]:
    """Return how many projects of a partner fall under each of some programme parts; none where it has none."""
    return [Statement("connect.in_programme", {"part": part, "theirs": partner.parts[part]},
                      [Citation(partner.one.id, "cordis")]) for part in parts if partner.parts.get(part)]


def _roles(asker: Told, partner: Told) -> list[Statement]:
    told = []
    added = [stage for stage in partner.one.stages if stage not in asker.one.stages]
    if added and asker.one.stages:
        told.append(Statement("connect.stage", {"theirs": added, "own": list(asker.one.stages)}, [
            *partner.says("stage", values=added), *asker.says("stage", values=asker.one.stages)]))
    for name in ("platform", "sector"):
        own, theirs = getattr(asker.one, f"{name}s"), getattr(partner.one, f"{name}s")
        both = [code for code in theirs if code in own]
        if both:
            told.append(Statement(f"connect.{name}", {f"{name}s": both}, [
                *partner.says(name, values=both), *asker.says(name, values=both)]))
    return told


def _place(asker: Told, partner: Told) -> list[Statement]:
    one, other = asker.one, partner.one
    cited = [*partner.says("city", "country"), *asker.says("city", "country")]
    if other.city and (other.country, other.city) == (one.country, one.city):
        return [Statement("connect.same_town", {"city": other.city}, cited)]
    if None not in {one.latitude, one.longitude, other.latitude, other.longitude} and other.country:
        return [Statement("connect.distance", {"km": distance(one, other), "country": other.country}, cited)]
    return [Statement("connect.country", {"country": other.country}, cited)] if other.country else []


def distance(one: Possible, other: Possible) -> int:
    """Return the kilometres between two organisations by the haversine formula; both must have coordinates."""
    first, second = (radians(float(where.latitude or 0)) for where in (one, other))
    turned = radians(float(other.longitude or 0) - float(one.longitude or 0))
    chord = sin((second - first) / 2) ** 2 + cos(first) * cos(second) * sin(turned / 2) ** 2
    return round(2 * _EARTH * asin(sqrt(chord)))


def _record(asker: Told, partner: Told, end: date) -> list[Statement]:
    joined, cited = network(asker.atlas), [Citation(partner.one.id, "cordis")]
    told = []
    known = [other for other in asker.partners if other in joined.named]
    alike = sum(joined.named[other][2] == partner.one.kind for other in known)
    if alike:
        told.append(Statement("connect.kind", {"alike": alike, "of": len(known), "kind": partner.one.kind},
                              [Citation(asker.one.id, "cordis"), *partner.says("kind")]))
    begun = [day for project in partner.projects if (day := joined.summaries[project]["start_date"])]
    since = end.replace(year=end.year - _LATELY)
    if begun:
        told.append(Statement("connect.recent", {"projects": sum(since <= day < end for day in begun), "since": since,
                                                 "until": end, "newest": max(begun)}, cited))
    if partner.one.projects:
        told.append(Statement("connect.coordinator", {"coordinated": partner.one.coordinated,
                                                      "projects": partner.one.projects}, cited))
    return told


def _called(atlas: Atlas, project: str) -> str:
    known = network(atlas).summaries[project]
    return str(known["acronym"] or known["title"] or project.partition(":")[2])


def _project(project: str) -> Citation:
    source, _, number = project.partition(":")
    return Citation(project, source, number)


def _topic_titles(atlas: Atlas) -> Mapping[str, Sequence[str]]:
    return {row["project_id"]: row["titles"] for row in atlas.rows(
        "SELECT project_id, list(DISTINCT title ORDER BY title) AS titles FROM project_code "
        "WHERE scheme IN ('topic', 'field') AND title IS NOT NULL GROUP BY project_id")}
