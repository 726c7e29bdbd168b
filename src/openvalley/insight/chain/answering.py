"""The value chain as an answer: its links, the thinnest first, who stands behind each, and the gaps."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from openvalley.atlas.reader import Atlas
from openvalley.insight.answer import Answer, Citation, Item, Statement
from openvalley.insight.chain.comparing import EVIDENCE, Quotient, compared
from openvalley.insight.chain.request import ChainRequest
from openvalley.insight.chain.roles import Role, roles
from openvalley.insight.places import Names, names_of
from openvalley.vocabulary.identifiers import REGION_PREFIX
from openvalley.vocabulary.terms import Vocabulary, terms

METHOD = "chain-1"
#: Fewer organisations than this at a crossing of stage and platform make it thin.
_THIN = 2
#: Empty crossings that the answer names; the table holds all.
_NAMED_GAPS = 5
#: Availabilities of a capability of which others can make use.
_FOR_OTHERS = ("service", "partners")
#: The activity of which the trials of a site tell more.
_TRIAL_SITE = "trial-site"
#: The register that trials are told from.
_TRIALS = "clinicaltrials"
#: Stages at which a technology is applied: a gap at another stage says nothing of it.
_TECHNICAL = ("discovery", "preclinical", "clinical", "manufacturing")


def chain(atlas: Atlas, request: ChainRequest) -> Answer:
    """Say who does what along the value chain, where it is thin, and how regions compare on evidence that all have.

    Each item is a stage; its ``values`` are ``organisations`` (how many), ``verified`` (of them), ``places`` (how many
    by NUTS 2 region) and ``who`` (id, name, place, platforms, capabilities, trials). ``figures`` holds ``cells`` (stage
    x platform x count), ``places`` (stage x NUTS 2 region x count) and ``quotients`` (with ``compare``).

    Raises:
        BadInput: an unknown platform, stage or region.

    """
    request.check(atlas)
    home = atlas.manifest["region"]["countries"]
    asked = {**asdict(request), "compare": list(request.compare), "region": request.region or ", ".join(home)}
    found = roles(atlas, request)
    if not found:
        return Answer("chain", asked, METHOD, atlas.version, cannot_tell=Statement("chain.nobody"),
                      figures={"cells": [], "places": [], "quotients": []})
    quotients = compared(atlas, [request.region or home[0], *request.compare]) if request.compare else []
    placed = list(zip(quotients, names_of(atlas, [quotient.region for quotient in quotients]), strict=True))
    items = sorted((_link(stage, [role for role in found if role.stage == stage], placed, request)
                    for stage in request.stages()), key=lambda item: int(item.values["organisations"]))
    cells = _cells(found)
    return Answer(
        "chain", asked, METHOD, atlas.version, items=items, total=len(items),
        summary=_summary(items, cells, request), caveats=_caveats(found, quotients),
        figures={"cells": cells, "places": _places(atlas, found),
                 "quotients": [asdict(quotient) for quotient in quotients]})


def _link(stage: str, held: Sequence[Role], quotients: Sequence[tuple[Quotient, Names]],
          request: ChainRequest) -> Item:
    """Return one stage: how many stand behind it, who they are, and how it compares."""
    by_place = Counter(role.nuts[:4] for role in held if role.nuts)
    evidence = [_counted(stage, held)]
    evidence += [_told(role) for role in held[:request.limit]]
    evidence += [_compared(quotient, where) for quotient, where in quotients
                 if quotient.stage == stage and quotient.quotient is not None]
    values: dict[str, Any] = {
        "organisations": len(held), "verified": sum(role.verified for role in held),
        "places": dict(sorted(by_place.items())),
        "who": [{"id": role.id, "name": role.name, "city": role.city, "nuts": role.nuts,
                 "platforms": list(role.platforms), "capabilities": list(role.capabilities), "trials": role.trials}
                for role in held],
    }
    labels = terms(Vocabulary.STAGE)[stage].labels
    return Item(f"stage:{stage}", "stage", labels["en"], None, evidence, values, labels)


def _compared(quotient: Quotient, where: Names) -> Statement:
    return Statement(f"chain.quotient_{quotient.evidence}", {
        "region": quotient.region, "where": [where], "count": quotient.count, "quotient": quotient.quotient,
        "low": quotient.low, "high": quotient.high}, [Citation(REGION_PREFIX + quotient.region, quotient.source)])


def _counted(stage: str, held: Sequence[Role]) -> Statement:
    if not held:
        return Statement("chain.empty_stage", {"stage": stage})
    return Statement("chain.stage", {"stage": stage, "organisations": len(held),
                                     "verified": sum(role.verified for role in held)},
                     [Citation(f"stage:{stage}", source) for source in sorted({role.source for role in held})])


def _told(role: Role) -> Statement:
    """Say what makes an organisation stand at a stage: what it can do there, else its trials, technology or kind."""
    values: dict[str, Any] = {"who": role.name.within(role.city) if role.city else role.name,
                              "stage": role.stage}
    offers = [row for row in role.offers if not (role.trials and row["activity"] == _TRIAL_SITE)]
    if offers:
        for_others = [row for row in offers if row["availability"] in _FOR_OTHERS]
        untold = [row for row in offers if row["availability"] is None]
        code = "offers" if for_others else "can" if untold else "does"
        shown = for_others or untold or offers
        return Statement(f"chain.{code}", {
            **values, "capabilities": list(dict.fromkeys(row["activity"] for row in shown))}, [
                Citation(role.id, row["source"], row["source_id"]) for row in shown])
    if role.trials and role.stage == "clinical":
        return Statement("chain.trial_site", {**values, "trials": role.trials}, [Citation(role.id, _TRIALS)])
    cited = [Citation(role.id, role.source, role.source_id, "stage")]
    if role.platforms and role.stage in _TECHNICAL:
        return Statement("chain.works_with", {**values, "platforms": list(role.platforms)}, cited)
    return Statement("chain.stands_at", {**values, "kind": role.kind}, cited)


def _cells(found: Sequence[Role]) -> list[dict[str, Any]]:
    """Return stage x platform with how many; every crossing of what occurs, empty ones too."""
    counted = Counter((role.stage, platform) for role in found for platform in role.platforms)
    stages = [stage for stage in _order(Vocabulary.STAGE) if any(role.stage == stage for role in found)]
    platforms = [platform for platform in _order(Vocabulary.PLATFORM)
                 if any(platform in role.platforms for role in found)]
    return [{"stage": stage, "platform": platform, "organisations": counted[stage, platform]}
            for stage in stages for platform in platforms]


def _places(atlas: Atlas, found: Sequence[Role]) -> list[dict[str, Any]]:
    """Return stage x NUTS 2 region with how many; a region goes by its names, in English as `place`."""
    counted = Counter((role.stage, role.nuts[:4]) for role in found if role.nuts)
    codes = sorted({nuts for _, nuts in counted})
    names = dict(zip(codes, names_of(atlas, codes), strict=True))
    return [{"stage": stage, "nuts": nuts, "place": names[nuts]["en"], "names": dict(names[nuts]),
             "organisations": number} for (stage, nuts), number in sorted(counted.items())]


def _summary(items: Sequence[Item], cells: Sequence[dict[str, Any]], request: ChainRequest) -> list[Statement]:
    where = _applied(request.platform) if request.platform else request.stages()
    links = [(stage, item) for item in items if (stage := item.id.removeprefix("stage:")) in where]
    summary = _thinnest(items, links) if len(items) > 1 else []
    held = Counter[str]()
    for cell in cells:
        held[cell["platform"]] += cell["organisations"]
    gaps = [cell for cell in cells if cell["organisations"] < _THIN and cell["stage"] in _applied(cell["platform"])]
    for cell in sorted(gaps, key=lambda cell: (cell["organisations"], -held[cell["platform"]]))[:_NAMED_GAPS]:
        code = "chain.gap" if not cell["organisations"] else "chain.thin"
        summary.append(Statement(code, {"stage": cell["stage"], "platform": cell["platform"]}))
    if request.platform:
        summary = [statement for statement in summary if statement.values.get("platform") in {None, request.platform}]
    return summary


def _thinnest(items: Sequence[Item], links: Sequence[tuple[str, Item]]) -> list[Statement]:
    """Say at which stages nobody is known, and which of the links with somebody is the thinnest."""
    empty = [item.id.removeprefix("stage:") for item in items if not item.values["organisations"]]
    code = "chain.thinnest_otherwise" if empty else "chain.thinnest"
    return [*([Statement("chain.empty_stages", {"stages": empty})] if empty else []),
            *[Statement(code, {"stage": stage, "organisations": item.values["organisations"]})
              for stage, item in links if item.values["organisations"]][:1]]


def _applied(platform: str) -> Sequence[str]:
    """Return the technical stages at which a technology is applied: elsewhere nobody is missed."""
    stages: Sequence[str] = terms(Vocabulary.PLATFORM)[platform].attributes.get("stages", _TECHNICAL)
    return stages


def _caveats(found: Sequence[Role], quotients: Sequence[Quotient]) -> list[Statement]:
    unverified = len({role.id for role in found if not role.verified})
    caveats = [Statement("chain.who_is_missing")]
    everybody = len({role.id for role in found})
    if unverified:
        caveats.append(Statement("chain.unverified", {"organisations": unverified, "of": everybody})
                       if everybody > 1 else Statement("chain.unverified_one"))
    if quotients:
        silent = [stage for stage in _order(Vocabulary.STAGE) if stage not in EVIDENCE.values()]
        caveats += [Statement("chain.compared_on"), Statement("chain.not_compared", {"stages": silent})]
    return caveats


def _order(vocabulary: Vocabulary) -> list[str]:
    return list(terms(vocabulary))
