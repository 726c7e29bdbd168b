"""Sites as an answer: the most experienced first, what is near them, and when the data are too few to rank by."""

from collections.abc import Mapping, Sequence
from dataclasses import fields, replace
from typing import Any

import numpy as np

from openvalley.atlas.reader import Atlas
from openvalley.atlas.remembering import remembered
from openvalley.insight.answer import Answer, Citation, Item, Statement
from openvalley.insight.called import called
from openvalley.insight.places import names_of
from openvalley.insight.test.conditions import Condition, condition_meant
from openvalley.insight.test.experience import Site, experience, sponsors, trials_by_country, unnamed
from openvalley.insight.test.nearby import Nearby, told
from openvalley.insight.test.request import TestRequest
from openvalley.insight.test.scoring import Counts, scores
from openvalley.insight.test.trials import trials
from openvalley.resolve.normalise import fold

METHOD = "test-3"
#: Trials of a country below which its sites are listed but not called ranked.
ENOUGH_TRIALS = 200
#: Sponsors without patients of their own that the answer names.
_SPONSORS = 3
#: What an item's values say of a site.
_TOLD = ("trials", "same", "same_phase", "early", "industry", "competing", "treated", "alike", "alone", "sponsored",
         "joined", "unseen", "enrolled", "newest", "nuts", "country")
_ISO_OF_NUTS = {"EL": "GR", "UK": "GB"}


def test(atlas: Atlas, request: TestRequest) -> Answer:
    """List sites for a study by their experience with the condition, phase and intervention.

    Each item's ``values`` are the counts of `openvalley.insight.test.experience.Site`, ``nearby`` (capabilities of the
    pack in the same NUTS 2 region, by activity), ``phase_1_beds``, ``gmo_authorised`` and ``start_up_days`` (of the
    pack; null where it says nothing) and ``place``; ``experienced`` says whether
    any trial of the condition stands behind it, and who has none carries a mark. ``figures["countries"]`` says how many
    trials each country has.

    Raises:
        BadInput: no condition, one that no trial is about, an unknown phase, or a region without a site.

    """
    phases = request.phases()
    codes = [request.region] if request.region else list(atlas.manifest["region"]["countries"])
    asked = {"condition": request.condition, "phases": list(phases), "region": codes,
             "intervention": request.intervention, "limit": request.limit}
    counts = trials_by_country(atlas)
    if not counts:
        return Answer("test", asked, METHOD, atlas.version, cannot_tell=Statement("test.no_trials"))
    condition = condition_meant(atlas, request.condition)
    asked["condition"] = condition.code or request.condition
    about = trials(atlas).about(condition.pattern)
    found = experience(atlas, about, phases, fold(request.intervention),
                       lambda country, nuts: _lies_in(country, nuts, codes))
    fitting = ordered(found)
    if not fitting:
        nowhere = Statement("test.no_site", {"places": codes, "where": names_of(atlas, codes)})
        return Answer("test", asked, METHOD, atlas.version, cannot_tell=nowhere,
                      figures={"countries": _countries(counts)})
    nearby = remembered(atlas, "test.nearby", lambda: Nearby(atlas))
    items = [_item(called(atlas, site.id, site.name), site, share, request, nearby)
             for site, share in fitting[:request.limit]]
    found_by = [site for site, _ in fitting]
    told_of = _summary(found_by, counts, condition, codes)
    summary = [*told_of[:1], *_listed(found_by[:request.limit]), *told_of[1:],
               *_silent(unnamed(atlas, about), codes), *_sponsors(atlas, sponsors(atlas, about), codes),
               *_units(nearby, phases, codes)]
    return Answer("test", asked, METHOD, atlas.version, items=items, total=len(fitting), summary=summary,
                  score_means=Statement("test.score_means"),
                  caveats=_caveats(atlas), figures={"countries": _countries(counts)})


def ordered(found: Sequence[Site]) -> list[tuple[Site, float]]:
    """Return sites with their scores (0 to 1), the most experienced first; unseen trials are taken for their own."""
    counts = Counts(**{field.name: np.array([getattr(site, field.name) for site in found], float)
                       for field in fields(Counts)})
    counts = replace(counts, same=counts.same + np.array([site.unseen for site in found], float))
    shares = [round(share, 4) for share in scores(counts).tolist()]
    return sorted(zip(found, shares, strict=True), key=lambda pair: (-pair[1], pair[0].id))


def _lies_in(country: str | None, nuts: str | None, codes: Sequence[str]) -> bool:
    """Say whether somebody is in one of some countries or regions."""
    return any(country == _ISO_OF_NUTS.get(code, code) if len(code) == len("BE")
               else (nuts or "").startswith(code) for code in codes)


def _item(shown: str, site: Site, share: float, request: TestRequest, nearby: Nearby) -> Item:
    unit, near = nearby.units.get(site.id), nearby.of(site)
    evidence = _experience(site, request)
    if unit is not None:
        evidence.append(Statement("test.beds", {}, [Citation(site.id, unit["source"], unit["source_id"])]))
    evidence += told(near)
    values = {**{name: getattr(site, name) for name in _TOLD}, "experienced": _experienced(site), "place": site.city,
              "nearby": {activity: [row["name"] for row in rows] for activity, rows in near.items()},
              "phase_1_beds": True if unit is not None else None, "gmo_authorised": None, "start_up_days": None}
    mark = None if _experienced(site) else Statement("test.mark")
    return Item(site.id, "organisation", shown, share, evidence, values, mark=mark)


def _experienced(site: Site) -> bool:
    """Whether a trial of the condition is known of a site, or taken for its own."""
    return site.same > 0 or site.unseen > 0


def _experience(site: Site, request: TestRequest) -> list[Statement]:
    """Say what a site has behind it: each fact that there is, with its newest trial of the condition as an example."""
    cited = [Citation(site.id, *site.example) if site.example else Citation(site.id, "clinicaltrials")]
    facts: list[tuple[Any, str, dict[str, Any]]] = [
        (site.same, "same", {"trials": site.same, "all": site.trials}),
        (site.unseen, "unseen", {"trials": site.unseen, "country": site.country}),
        (not (site.same or site.unseen), "other", {"trials": site.trials}),
        (request.phase and site.same_phase, "phase", {"trials": site.same_phase, "phase": request.phase}),
        (request.intervention and site.treated, "treated", {"trials": site.treated, "what": request.intervention}),
        (site.newest, "newest", {"day": site.newest}),
        (site.industry, "industry" if site.same > 1 else "industry_one", {"trials": site.industry, "of": site.same}),
        (site.early, "early", {"trials": site.early}), (site.sponsored, "sponsored", {"trials": site.sponsored}),
        (site.competing, "competing", {"trials": site.competing})]
    return [Statement(f"test.{code}", values, cited) for there, code, values in facts if there]


def _summary(fitting: Sequence[Site], counts: Mapping[str, int], condition: Condition,
             codes: Sequence[str]) -> list[Statement]:
    experienced = sum(map(_experienced, fitting))
    what: dict[str, Any] = {"sites": experienced, "of": len(fitting)}
    told = "count" if experienced else "none"
    if not experienced:
        del what["sites"]
    summary = [Statement(f"test.{told}_condition", {**what, "condition": condition.code}) if condition.code
               else Statement(f"test.{told}", what)]
    for country in dict.fromkeys(_ISO_OF_NUTS.get(code[:2], code[:2]) for code in codes):
        trials = counts.get(country, 0)
        code = "test.enough" if trials >= ENOUGH_TRIALS else "test.not_enough"
        summary.append(Statement(code, {"trials": trials, "country": country, "enough": ENOUGH_TRIALS}))
    return summary


def _listed(listed: Sequence[Site]) -> list[Statement]:
    """Say how many of the listed sites have a trial of the condition, where some have and some have not."""
    experienced = sum(map(_experienced, listed))
    return [Statement("test.listed", {"sites": experienced, "listed": len(listed)})] if (
        0 < experienced < len(listed)) else []


def _silent(counts: Mapping[str, int], codes: Sequence[str]) -> list[Statement]:
    """Say of how many trials of the condition the site in a country is not known: experience that cannot be counted."""
    countries = dict.fromkeys(_ISO_OF_NUTS.get(code[:2], code[:2]) for code in codes)
    return [Statement("test.unnamed", {"trials": counts[country], "country": country})
            for country in countries if counts.get(country)]


def _sponsors(atlas: Atlas, found: Sequence[Mapping[str, Any]], codes: Sequence[str]) -> list[Statement]:
    """Name those who sponsored such trials at sites of others: they know who ran them."""
    here = [row for row in found if _lies_in(row["country"], row["nuts"], codes)]
    return [Statement("test.sponsor", {
        "name": called(atlas, row["id"], row["name"]), "trials": row["trials"], "country": row["country"]}, [
            Citation(row["id"], "clinicaltrials")]) for row in here[:_SPONSORS]]


def _units(nearby: Nearby, phases: Sequence[str], codes: Sequence[str]) -> list[Statement]:
    """Name the phase 1 units of the pack where phase 1 is asked for: most are no site in the registers' words."""
    found = nearby.units_within(codes) if "PHASE1" in phases else []
    return [Statement("test.units", {"units": len(found), "names": [row["name"] for row in found]}, [
        Citation(row["id"], row["source"], row["source_id"]) for row in found])] if found else []


def _caveats(atlas: Atlas) -> list[Statement]:
    (row,) = remembered(atlas, "test.linked", lambda: atlas.rows(
        "SELECT count(organisation_id) / greatest(count(*), 1) AS linked FROM trial_site"))
    return [Statement("test.linked", {"share": row["linked"]}), Statement("test.selection"),
            Statement("test.not_in_registers")]


def _countries(counts: Mapping[str, int]) -> list[dict[str, Any]]:
    return [{"country": country, "trials": trials, "enough": trials >= ENOUGH_TRIALS}
            for country, trials in sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))]
