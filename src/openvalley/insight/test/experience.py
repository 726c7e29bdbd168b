"""Experience: what each site has behind it - trials of the condition and phase, all trials, its own, load, sponsors.

Only sites that are linked to an organisation count; a probable link does not.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np

from openvalley.atlas.reader import Atlas
from openvalley.atlas.remembering import remembered
from openvalley.insight.test.treatments import telling
from openvalley.insight.test.trials import CARING, UNIVERSITY_HOSPITAL, Trials, Which, Whole, first_day, trials

#: Phases that count as early.
_EARLY = ("EARLY_PHASE1", "PHASE1")
_NONE: Whole = np.zeros(0, np.int64)


@dataclass(frozen=True)
class Site:
    """One organisation as a trial site; all counts are of trials of the atlas.

    Attributes:
        id, name, kind, country, city, nuts: who and where.
        trials: all its trials.
        same: of the condition.
        same_phase: of the condition and a phase that is asked for.
        early: of phase 1, whatever the condition.
        industry: of the condition, with an industrial sponsor.
        competing: of the condition, recruiting now.
        treated: of the condition, with an intervention that holds the one asked for.
        alike: of any condition, with an intervention like the one asked for, each by how much of its words it holds.
        alone: trials of which it is the only linked site.
        sponsored: trials that it leads as sponsor, wherever they run.
        joined: trials that it collaborates in, wherever they run.
        unseen: of the condition, sponsored by it with a site in its country that no register names, where it is a
            place of care: most such trials of a hospital are its own. They are in no other count of the condition.
        enrolled: median number of participants of its trials of the condition, all sites together; None unknown.
        newest: first day of its newest trial of the condition.
        example: source and number of that trial.

    """

    id: str
    name: str
    kind: str
    country: str
    city: str | None
    nuts: str | None
    trials: int
    same: int
    same_phase: int
    early: int
    industry: int
    competing: int
    treated: int
    alike: float
    alone: int
    sponsored: int
    joined: int
    unseen: int
    enrolled: float | None
    newest: date | None
    example: tuple[str, str] | None

    @property
    def care(self) -> bool:
        """Whether it cares for patients."""
        return self.kind in CARING

    @property
    def university(self) -> bool:
        """Whether it is a university hospital."""
        return self.kind == UNIVERSITY_HOSPITAL


def experience(atlas: Atlas, about: Which, phases: Sequence[str], intervention: str,
               within: Callable[[str | None, str | None], bool]) -> list[Site]:
    """Return the linked, living sites of some place with their experience, and places of care that only sponsored.

    Args:
        atlas: the atlas that is asked.
        about: which of its trials (`Trials`) are about the condition.
        phases: phases of the register; none for all.
        intervention: a folded phrase; empty for any.
        within: says of a country and a NUTS region whether the place holds them.

    """
    known = trials(atlas)
    unseen = known.unseen.count(about)
    places = {place: within(*place) for place in {(row["country"], row["nuts"]) for row in known.held.rows}}
    seen = np.bincount(known.held.who, minlength=len(unseen)) > 0
    wanted = [at for at, row in enumerate(known.held.rows)
              if places[row["country"], row["nuts"]] and (seen[at] or unseen[at])]
    counts: dict[str, Whole] = {name: known.held.count(which) for name, which in {
        "trials": np.ones(len(about), bool), "same": about, "same_phase": about & known.of_phase(phases),
        "early": known.of_phase(_EARLY), "industry": about & known.industry, "competing": about & known.recruiting,
        "treated": about & known.treated_with(intervention), "alone": known.alone}.items()}
    counts["unseen"] = unseen
    alike = known.held.total(known.treated.likeness(telling([intervention])))
    own = _by_site(known, about, set(wanted))
    return [Site(**{**known.held.rows[at], **{name: int(count[at]) for name, count in counts.items()},
                    "alike": round(float(alike[at]), 4), **_of_condition(known, own.get(at, _NONE))}) for at in wanted]


def _by_site(known: Trials, about: Which, wanted: set[int]) -> Mapping[int, Whole]:
    """Return the trials of a condition of those sites that have any, by site."""
    there = about[known.held.trial]
    who, trial = known.held.who[there], known.held.trial[there]
    order = np.argsort(who, kind="stable")
    who, trial = who[order], trial[order]
    sites, starts = np.unique(who, return_index=True)
    return {site: found for site, found in zip(sites.tolist(), np.split(trial, starts[1:]), strict=False)
            if site in wanted}


def _of_condition(known: Trials, found: Whole) -> dict[str, Any]:
    """Return what a site's trials of the condition tell beside their number."""
    if not len(found):
        return {"enrolled": None, "newest": None, "example": None}
    enrolment = known.enrolment[found]
    enrolment = enrolment[~np.isnan(enrolment)]
    newest = found[np.lexsort((found, known.start[found]))[-1]]  # without a day it is the oldest
    return {"enrolled": float(np.median(enrolment)) if len(enrolment) else None,
            "newest": first_day(int(known.start[found].max())), "example": known.named[newest]}


def trials_by_country(atlas: Atlas) -> dict[str, int]:
    """Return how many trials with a site each country has in the atlas, linked or not: what a ranking rests on."""
    query = "SELECT country, count(DISTINCT trial_id) AS n FROM trial_site WHERE country IS NOT NULL GROUP BY ALL"
    return remembered(atlas, "test.countries", lambda: {row["country"]: row["n"] for row in atlas.rows(query)})


def sponsors(atlas: Atlas, about: Which) -> list[dict[str, Any]]:
    """Return living sponsors of trials of a condition with a site in their own country, that are no place of care.

    Each has id, name, country, nuts and trials; those of most trials come first. Industry is left out: it asks.
    """
    known = trials(atlas).sponsors
    count = known.count(about)
    order = sorted(np.flatnonzero(count).tolist(), key=lambda at: (-count[at], at))
    return [{**known.rows[at], "trials": int(count[at])} for at in order]


def unnamed(atlas: Atlas, about: Which) -> dict[str, int]:
    """Return how many trials of a condition each country has whose site there no register names, or none could link."""
    known = trials(atlas).unnamed
    count = known.count(about)
    return {known.rows[at]["id"]: int(count[at]) for at in np.flatnonzero(count).tolist()}
