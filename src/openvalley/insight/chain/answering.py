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
from openvalley.vocabulary.terms import Vocabulary, terms

METHOD = "chain-1"
#: Fewer organisations than this at a crossing of stage and platform make it thin.
_THIN = 2
#: Empty crossings that the answer names; the table holds all.
_NAMED_GAPS = 5
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
    items = sorted((_link(stage, [role for role in found if role.stage == stage], quotients, request)
                    for stage in request.stages()), key=lambda item: int(item.values["organisations"]))
    cells = _cells(found)
    return Answer(
        "chain", asked, METHOD, atlas.version, items=items, total=len(items),
        summary=_summary(items, cells, request), caveats=_caveats(found, quotients),
        figures={"cells": cells, "places": _places(atlas, found),
                 "quotients": [asdict(quotient) for quotient in quotients]})


def _link(stage: str, held: Sequence[Role], quotients: Sequence[Quotient], request: ChainRequest) -> Item:
    """Return one stage: how many stand behind it, who they are, and how it compares."""
    by_place = Counter(role.nuts[:4] for role in held if role.nuts)
    evidence = [_counted(stage, held)]
    evidence += [_told(role) for role in held[:request.limit]]
    evidence += [Statement(f"chain.quotient_{quotient.evidence}", {
        "region": quotient.region, "count": quotient.count, "quotient": quotient.quotient, "low": quotient.low,
        "high": quotient.high}) for quotient in quotients if quotient.stage == stage and quotient.quotient is not None]
    values: dict[str, Any] = {
        "organisations": len(held), "verified": sum(role.verified for role in held),
        "places": dict(sorted(by_place.items())),
        "who": [{"id": role.id, "name": role.name, "city": role.city, "nuts": role.nuts,
                 "platforms": list(role.platforms), "capabilities": list(role.capabilities), "trials": role.trials}
                for role in held],
    }
    labels = terms(Vocabulary.STAGE)[stage].labels
    return Item(f"stage:{stage}", "stage", labels["en"], None, evidence, values, labels)


def _counted(stage: str, held: Sequence[Role]) -> Statement:
    if not held:
        return Statement("chain.empty_stage", {"stage": stage})
    return Statement("chain.stage", {"stage": stage, "organisations": len(held),
                                     "verified": sum(role.verified for role in held)})


def _told(role: Role) -> Statement:
    """Say what makes an organisation stand at a stage."""
    cited = [Citation(role.id, role.source, role.source_id, "stage")]
    values = {"name": role.name, "place": role.city or "?", "stage": role.stage}
    if role.capabilities:
        return Statement("chain.offers", {**values, "capabilities": list(role.capabilities)}, cited)
    if role.trials and role.stage in {"clinical", "care"}:
        return Statement("chain.trial_site", {**values, "trials": role.trials}, cited)
    if role.platforms and role.stage in _TECHNICAL:
        return Statement("chain.works_with", {**values, "platforms": list(role.platforms)}, cited)
    return Statement("chain.stands_at", values, cited)


def _cells(found: Sequence[Role]) -> list[dict[str, Any]]:
    """Return stage x platform with how many; every crossing of what occurs, empty ones too."""
    counted = Counter((role.stage, platform) for role in found for platform in role.platforms)
    stages = [stage for stage in _order(Vocabulary.STAGE) if any(role.stage == stage for role in found)]
    platforms = [platform for platform in _order(Vocabulary.PLATFORM)
                 if any(platform in role.platforms for role in found)]
    return [{"stage": stage, "platform": platform, "organisations": counted[stage, platform]}
            for stage in stages for platform in platforms]


def _places(atlas: Atlas, found: Sequence[Role]) -> list[dict[str, Any]]:
    """Return stage x NUTS 2 region with how many; a region without a name in the atlas goes by its code."""
    counted = Counter((role.stage, role.nuts[:4]) for role in found if role.nuts)
    names = {row["id"]: row["name"] for row in atlas.rows("SELECT id, name FROM region WHERE level = 2")}
    return [{"stage": stage, "nuts": nuts, "place": names.get(nuts, nuts), "organisations": number}
            for (stage, nuts), number in sorted(counted.items())]


def _summary(items: Sequence[Item], cells: Sequence[dict[str, Any]], request: ChainRequest) -> list[Statement]:
    thinnest = items[0]
    summary = [Statement("chain.thinnest", {
        "stage": thinnest.id.removeprefix("stage:"), "organisations": thinnest.values["organisations"]})]
    held = Counter[str]()
    for cell in cells:
        held[cell["platform"]] += cell["organisations"]
    gaps = [cell for cell in cells if cell["organisations"] < _THIN and cell["stage"] in _TECHNICAL]
    for cell in sorted(gaps, key=lambda cell: (cell["organisations"], -held[cell["platform"]]))[:_NAMED_GAPS]:
        code = "chain.gap" if not cell["organisations"] else "chain.thin"
        summary.append(Statement(code, {"stage": cell["stage"], "platform": cell["platform"]}))
    if request.platform:
        summary = [statement for statement in summary if statement.values.get("platform") in {None, request.platform}]
    return summary


def _caveats(found: Sequence[Role], quotients: Sequence[Quotient]) -> list[Statement]:
    unverified = len({role.id for role in found if not role.verified})
    caveats = [Statement("chain.who_is_missing")]
    if unverified:
        caveats.append(Statement("chain.unverified", {"organisations": unverified}))
    if quotients:
        silent = [stage for stage in _order(Vocabulary.STAGE) if stage not in EVIDENCE.values()]
        caveats += [Statement("chain.compared_on"), Statement("chain.not_compared", {"stages": silent})]
    return caveats


def _order(vocabulary: Vocabulary) -> list[str]:
    return list(terms(vocabulary))
