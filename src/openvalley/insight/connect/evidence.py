"""Evidence: what two organisations have in common and how they differ, as statements whose numbers can be counted.

"Worked together" means a project of 2 to 60 organisations here, as in the ranking; who shared a larger one is not
suggested either. All counts are over the whole atlas, by organisation.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from math import asin, cos, radians, sin, sqrt

import numpy as np

from openvalley.atlas.network import network
from openvalley.atlas.reader import Atlas
from openvalley.insight.answer import Citation, Statement
from openvalley.insight.called import called, town_called
from openvalley.insight.connect.past import Whole
from openvalley.insight.connect.pool import Possible
from openvalley.insight.connect.sourced import Claim, claims_of
from openvalley.insight.connect.ties import ties

#: Names and programme parts that a sentence gives, and the years that count as lately.
_NAMED, _PARTS, _LATELY = 3, 2, 2
#: What is said of a partner that led a project or none, of many projects or of one.
_LED = {(True, True): "coordinator", (False, True): "coordinator_none", (True, False): "coordinator_one",
        (False, False): "coordinator_other"}
#: Mean radius of the Earth (IUGG), km.
_EARTH = 6371.0


@dataclass(frozen=True)
class Told:
    """An organisation among its projects: what evidence is made from.

    Attributes:
        atlas: the atlas.
        one: the organisation.

    """

    atlas: Atlas
    one: Possible

    @cached_property
    def projects(self) -> Whole:
        """Numbers of its projects (`Ties`)."""
        return ties(self.atlas).projects_of(self.one.id)

    @cached_property
    def partners(self) -> tuple[Whole, Whole]:
        """Numbers of the organisations that it worked together with, in order, and in how many projects."""
        known = ties(self.atlas)
        met, times = known.together(self.projects)
        others = met != known.number.get(self.one.id, -1)
        return met[others], times[others]

    @cached_property
    def met(self) -> frozenset[str]:
        """Organisations that it shares any project with, whatever its size."""
        known = ties(self.atlas)
        return frozenset(known.organisations[other] for other in known.met(self.projects).tolist()) - {self.one.id}

    @cached_property
    def parts(self) -> Mapping[str, int]:
        """Programme parts of its projects, and in how many."""
        return ties(self.atlas).counted_parts(self.projects)

    @cached_property
    def topics(self) -> Mapping[int, int]:
        """Numbers of the topics of its projects, each with the number of a project."""
        return ties(self.atlas).topics_of(self.projects)

    @cached_property
    def partners_by_kind(self) -> Mapping[str, int]:
        """How many of its partners are of each kind, of those with a name."""
        known = ties(self.atlas)
        kinds = known.kind[self.partners[0]]
        return {known.kinds[kind]: amount for kind, amount in enumerate(
            np.bincount(kinds[kinds >= 0], minlength=len(known.kinds)).tolist()) if amount}

    @cached_property
    def claims(self) -> Sequence[Claim]:
        """The claims that win: property, value and the row that says so."""
        return claims_of(self.atlas, self.one.id)

    def says(self, *properties: str, values: Sequence[str] = ()) -> list[Citation]:
        """Return where its properties can be checked, one row for each; of some properties only these values."""
        rows = {(claim["property"], claim["value"] if values else ""): claim for claim in reversed(self.claims)
                if claim["property"] in properties and (not values or claim["value"] in values)}
        return [Citation(self.one.id, claim["source"], claim["source_id"], claim["property"])
                for _, claim in sorted(rows.items())]


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
    known, (others, times) = ties(asker.atlas), partner.partners
    both, mine, theirs = np.intersect1d(asker.partners[0], others, assume_unique=True, return_indices=True)
    if not len(both):
        return []
    # those who are most theirs first: somebody who works with everybody leads nowhere in particular
    share = np.minimum(asker.partners[1][mine], times[theirs]) / known.amount[both]
    nameable = known.named[both]
    order = np.lexsort((both[nameable], -share[nameable]))[:_NAMED]
    named = [known.organisations[one] for one in both[nameable][order].tolist()]
    cited = [Citation(asker.one.id, "cordis"), Citation(partner.one.id, "cordis")]
    if not named:
        return [Statement("connect.common_unnamed", {"partners": len(both)}, cited)]
    names = [called(asker.atlas, one, network(asker.atlas).named[one][0]) for one in named]
    told = [Statement("connect.common", {"partners": len(both), "named": names},
                      [*cited, *(Citation(one, "cordis") for one in named)])]
    through = known.number[named[0]]
    first, second = known.newest(asker.projects, through), known.newest(partner.projects, through)
    told.append(Statement("connect.path", {
        "through": names[0], "project": _titled(asker.atlas, first), "other": _titled(asker.atlas, second),
        "name": called(partner.atlas, partner.one.id, partner.one.name)}, [_project(first), _project(second)]))
    return told


def _topics(asker: Told, partner: Told) -> list[Statement]:
    known = ties(asker.atlas)
    return [Statement("connect.topic", {"topic": known.topics[topic]}, [
        _project(known.projects[told.topics[topic]]) for told in (asker, partner)])
        for topic in sorted(asker.topics.keys() & partner.topics.keys())[:_PARTS]]


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
        home = other.country in asker.atlas.manifest["region"]["countries"]  # Bergen in Norway is not Mons
        city = town_called(asker.atlas, other.city) if home else other.city
        return [Statement("connect.same_town", {"city": city}, cited)]
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
    cited = [Citation(partner.one.id, "cordis")]
    told = []
    alike = asker.partners_by_kind.get(partner.one.kind)
    if alike:
        of = sum(asker.partners_by_kind.values())
        told.append(Statement("connect.kind" if of > 1 else "connect.kind_one", {
            "alike": alike, "of": of, "kind": partner.one.kind},
            [Citation(asker.one.id, "cordis"), *partner.says("kind")]))
    begun = ties(asker.atlas).began[partner.projects]
    begun = begun[begun > 0]
    since = end.replace(year=end.year - _LATELY)
    if len(begun):
        lately = np.count_nonzero((begun >= since.toordinal()) & (begun < end.toordinal()))
        told.append(Statement("connect.recent", {"projects": int(lately), "since": since, "until": end,
                                                 "newest": date.fromordinal(int(begun.max()))}, cited))
    if partner.one.projects:
        led, many = bool(partner.one.coordinated), partner.one.projects > 1
        told.append(Statement(f"connect.{_LED[led, many]}", {"coordinated": partner.one.coordinated,
                                                      "projects": partner.one.projects}, cited))
    return told


def _titled(atlas: Atlas, project: str) -> str:
    known = network(atlas).summaries[project]
    return str(known["acronym"] or known["title"] or project.partition(":")[2])


def _project(project: str) -> Citation:
    source, _, number = project.partition(":")
    return Citation(project, source, number)
