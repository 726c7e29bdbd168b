"""Sites as an answer: the most experienced first, what is near them, and when the data are too few to rank by."""

from collections.abc import Mapping, Sequence
from dataclasses import fields
from typing import Any

import numpy as np

from openvalley.atlas.reader import Atlas
from openvalley.insight.answer import Answer, Citation, Item, Statement
from openvalley.insight.test.conditions import Condition, condition_meant
from openvalley.insight.test.experience import Site, experience, trials_by_country, unnamed
from openvalley.insight.test.request import TestRequest
from openvalley.insight.test.scoring import Counts, scores
from openvalley.resolve.normalise import fold

METHOD = "test-2"
#: Trials of a country below which its sites are listed but not called ranked.
ENOUGH_TRIALS = 200
#: Activities of the pack that help a study, and that stand near a site when in its NUTS 2 region.
_HELPFUL = ("clinical-operations", "central-laboratory", "bio-analysis", "data-management", "phase-1-beds",
            "imaging", "immuno-monitoring", "fill-finish", "logistics-cold-chain")
#: What an item's values say of a site.
_TOLD = ("trials", "same", "same_phase", "early", "industry", "competing", "treated", "alone", "sponsored", "joined",
         "enrolled", "newest", "nuts", "country")
_ISO_OF_NUTS = {"EL": "GR", "UK": "GB"}


def test(atlas: Atlas, request: TestRequest) -> Answer:
    """List sites for a study by their experience with the condition, phase and intervention.

    Each item's ``values`` are the counts of `openvalley.insight.test.experience.Site`, ``nearby`` (capabilities of the
    pack in the same NUTS 2 region, by activity), ``phase_1_beds``, ``gmo_authorised`` and ``start_up_days`` (of the
    pack; null where it says nothing) and ``place``. ``figures["countries"]`` says how many trials each country has.

    Raises:
        BadInput: no condition, one that no trial is about, an unknown phase, or a region without a site.

    """
    phases = request.phases()
    condition = condition_meant(atlas, request.condition)
    codes = [request.region] if request.region else list(atlas.manifest["region"]["countries"])
    asked = {"condition": condition.code or request.condition, "phases": list(phases), "region": codes,
             "intervention": request.intervention, "limit": request.limit}
    counts = trials_by_country(atlas)
    if not counts:
        return Answer("test", asked, METHOD, atlas.version, cannot_tell=Statement("test.no_trials"))
    found = [site for site in experience(atlas, condition, phases, fold(request.intervention)) if _within(site, codes)]
    fitting = ordered(found)
    if not fitting:
        return Answer("test", asked, METHOD, atlas.version, cannot_tell=Statement("test.no_site", {"places": codes}),
                      figures={"countries": _countries(counts)})
    told = _Pack(atlas)
    items = [_item(site, share, request, told) for site, share in fitting[:request.limit]]
    return Answer("test", asked, METHOD, atlas.version, items=items, total=len(fitting),
                  summary=[*_summary([site for site, _ in fitting], counts, condition, codes),
                           *_silent(unnamed(atlas, condition), codes)],
                  score_means=Statement("test.score_means"),
                  caveats=_caveats(atlas), figures={"countries": _countries(counts)})


def ordered(found: Sequence[Site]) -> list[tuple[Site, float]]:
    """Return sites with their scores (0 to 1), the most experienced first."""
    counts = Counts(**{field.name: np.array([getattr(site, field.name) for site in found], float)
                       for field in fields(Counts)})
    shares = [round(share, 4) for share in scores(counts).tolist()]
    return sorted(zip(found, shares, strict=True), key=lambda pair: (-pair[1], pair[0].id))


def _within(site: Site, codes: Sequence[str]) -> bool:
    return any(site.country == _ISO_OF_NUTS.get(code, code) if len(code) == len("BE")
               else (site.nuts or "").startswith(code) for code in codes)


class _Pack:
    """What the region pack says of sites and of what stands near them."""

    def __init__(self, atlas: Atlas) -> None:
        self._near: dict[str, dict[str, list[str]]] = {}
        self.beds: dict[str, Mapping[str, Any]] = {}
        for row in atlas.rows(_CAPABILITIES, [list(_HELPFUL)]):
            if row["activity"] == "phase-1-beds":
                self.beds[row["id"]] = row
            if row["nuts"]:
                self._near.setdefault(row["nuts"][:4], {}).setdefault(row["activity"], []).append(row["name"])

    def nearby(self, site: Site) -> dict[str, list[str]]:
        """Return who offers what in the site's NUTS 2 region, the site itself left out."""
        near = self._near.get((site.nuts or "")[:4], {}) if site.nuts else {}
        return {activity: others for activity, names in near.items()
                if (others := [name for name in names if name != site.name])}


def _item(site: Site, share: float, request: TestRequest, told: _Pack) -> Item:
    cited = [Citation(site.id, *site.example)] if site.example else []
    evidence = []
    if site.same:
        evidence.append(Statement("test.same", {"trials": site.same, "all": site.trials}, cited))
    else:
        evidence.append(Statement("test.other", {"trials": site.trials}, cited))
    if request.phase and site.same_phase:
        evidence.append(Statement("test.phase", {"trials": site.same_phase, "phase": request.phase}, cited))
    if request.intervention and site.treated:
        evidence.append(Statement("test.treated", {"trials": site.treated, "what": request.intervention}, cited))
    if site.newest:
        evidence.append(Statement("test.newest", {"day": site.newest}, cited))
    if site.industry:
        evidence.append(Statement("test.industry", {"trials": site.industry, "of": site.same}, cited))
    evidence += [Statement(f"test.{name}", {"trials": amount}, cited)
                 for name in ("early", "sponsored", "competing") if (amount := getattr(site, name))]
    beds = told.beds.get(site.id)
    if beds is not None:
        evidence.append(Statement("test.beds", {}, [Citation(site.id, beds["source"], beds["source_id"])]))
    nearby = told.nearby(site)
    if nearby:
        activity = next(iter(sorted(nearby)))
        evidence.append(Statement("test.nearby", {"activities": sorted(nearby), "names": nearby[activity][:2]}))
    values = {**{name: getattr(site, name) for name in _TOLD}, "place": site.city, "nearby": nearby,
              "phase_1_beds": True if beds is not None else None, "gmo_authorised": None, "start_up_days": None}
    return Item(site.id, "organisation", site.name, share, evidence, values)


def _summary(fitting: Sequence[Site], counts: Mapping[str, int], condition: Condition,
             codes: Sequence[str]) -> list[Statement]:
    experienced = sum(site.same > 0 for site in fitting)
    what: dict[str, Any] = {"sites": experienced, "of": len(fitting)}
    summary = [Statement("test.count_condition", {**what, "condition": condition.code}) if condition.code
               else Statement("test.count", what)]
    for country in dict.fromkeys(_ISO_OF_NUTS.get(code[:2], code[:2]) for code in codes):
        trials = counts.get(country, 0)
        code = "test.enough" if trials >= ENOUGH_TRIALS else "test.not_enough"
        summary.append(Statement(code, {"trials": trials, "country": country, "enough": ENOUGH_TRIALS}))
    return summary


def _silent(counts: Mapping[str, int], codes: Sequence[str]) -> list[Statement]:
    """Say of how many trials of the condition the site in a country is not known: experience that cannot be counted."""
    countries = dict.fromkeys(_ISO_OF_NUTS.get(code[:2], code[:2]) for code in codes)
    return [Statement("test.unnamed", {"trials": counts[country], "country": country})
            for country in countries if counts.get(country)]


def _caveats(atlas: Atlas) -> list[Statement]:
    (row,) = atlas.rows("SELECT count(organisation_id) / greatest(count(*), 1) AS linked FROM trial_site")
    return [Statement("test.linked", {"share": row["linked"]}), Statement("test.selection"),
            Statement("test.not_in_registers")]


def _countries(counts: Mapping[str, int]) -> list[dict[str, Any]]:
    return [{"country": country, "trials": trials, "enough": trials >= ENOUGH_TRIALS}
            for country, trials in sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))]


_CAPABILITIES = """
SELECT o.id, o.name, c.activity, coalesce(c.nuts, o.nuts) AS nuts, c.source, c.source_id
FROM capability AS c JOIN curated_party AS p ON p.record_type = 'capability' AND p.row_id = c.id
JOIN organisation AS o ON o.id = p.organisation_id
WHERE c.activity IN (SELECT unnest(?)) AND o.state = 'active' ORDER BY c.activity, o.name, c.id
"""
