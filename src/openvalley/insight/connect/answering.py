"""Partners as an answer: who is ranked for an organisation, why, and what the score means."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

import numpy as np

from openvalley.atlas.model import Organisation
from openvalley.atlas.reader import Atlas
from openvalley.atlas.remembering import remembered
from openvalley.insight.answer import Answer, Item, Statement
from openvalley.insight.connect.evidence import Told, between
from openvalley.insight.connect.past import end_of_data, past
from openvalley.insight.connect.pool import Possible, left_by, pool
from openvalley.insight.connect.ranking import METHOD, ranked
from openvalley.insight.connect.request import ConnectRequest
from openvalley.insight.connect.roles import by_roles, offered_statement
from openvalley.insight.connect.signals import Signals, signals
from openvalley.insight.connect.trees import calibration
from openvalley.insight.subjects import DEAD, organisation_meant

ROLES_METHOD = "connect-roles-1"
#: With so many joint projects or fewer, the past says little.
_FEW = 1
_TAGGED = ("stage", "platform", "sector")


@dataclass(frozen=True)
class _Asking:
    """A request with who asks, and whom its filters leave."""

    atlas: Atlas
    request: ConnectRequest
    asked: Mapping[str, Any]
    asker: Told
    left: Mapping[str, Possible]


def connect(atlas: Atlas, request: ConnectRequest) -> Answer:
    """Rank partners that an organisation has never worked with, each with what speaks for it.

    Each item is an organisation; its ``values`` are ``kind``, ``country``, ``city``, ``nuts``, ``sme``, ``projects``,
    ``coordinated``, ``stages``, ``platforms``, ``sectors`` and ``verified``. With EU projects of who asks, the score is
    a calibrated probability; without any, the share of declared conditions that are met.

    Raises:
        BadInput: nothing to look for, a filter that is none, an unknown programme, or an ambiguous organisation.
        UnknownIdentity: no such organisation.

    """
    request.check()
    organisation = organisation_meant(atlas, request.organisation)
    asked = {**asdict(request), "organisation": organisation.id}
    if organisation.state in DEAD:
        return _untold(atlas, asked, "not_alive", {"name": organisation.name, "state": organisation.state})
    possible = pool(atlas)
    asker = Told(atlas, possible.get(organisation.id) or _as_possible(organisation))
    if request.cross_sector and not asker.one.markets():
        return _untold(atlas, asked, "sectors_unknown", {"name": asker.one.name})
    family = {asker.one.id, asker.one.parent} | {one.id for one in possible.values() if one.parent == asker.one.id}
    left = left_by(request, possible, asker.one, frozenset(one for one in family if one) | asker.met)
    if not left:
        return _untold(atlas, asked, "filtered_out", {})
    asking = _Asking(atlas, request, asked, asker, left)
    return _by_past(asking) if asker.projects else _by_roles(asking)


def _by_past(asking: _Asking) -> Answer:
    """Return partners as the ranker orders them, from the projects of who asks."""
    atlas, asker = asking.atlas, asking.asker
    end = end_of_data(atlas)
    prepared = signals(atlas, past(atlas, end))
    found = _shares(atlas, prepared, asker.one.id, asking.left)
    if not found:
        return _untold(atlas, asking.asked, "filtered_out", {})
    items = [_item(asking, one, share, end) for one, share in found[:asking.request.limit]]
    summary = [Statement("connect.history", {"name": asker.one.name, "projects": len(asker.projects),
                                             "partners": len(asker.met)}, asker.says("name")),
               Statement("connect.ranked", {"found": len(found)})]
    caveats = [Statement("connect.past_only", {"day": end}), *_known_for_few(asking)]
    if len(asker.projects) <= _FEW:
        caveats.append(Statement("connect.few_projects", {"projects": len(asker.projects)}))
    return Answer("connect", asking.asked, METHOD, atlas.version, items=items, total=len(found), summary=summary,
                  score_means=Statement("connect.score_means", {"cut": calibration().cut}), caveats=caveats)


def _by_roles(asking: _Asking) -> Answer:
    """Return partners by declared conditions on roles, where who asks has no project."""
    atlas, asker = asking.atlas, asking.asker
    found = by_roles(atlas, asker.one, asking.left.values())
    if not found:
        return _untold(atlas, asking.asked, "nothing_known", {"name": asker.one.name})
    items = [_item(asking, one, share, None) for one, share in found[:asking.request.limit]]
    return Answer("connect", asking.asked, ROLES_METHOD, atlas.version, items=items, total=len(found),
                  summary=[Statement("connect.by_roles", {"name": asker.one.name}, asker.says("name"))],
                  score_means=Statement("connect.roles_score_means"), caveats=_known_for_few(asking))


def _shares(atlas: Atlas, prepared: Signals, asker: str, left: Mapping[str, Possible]) -> list[tuple[Possible, float]]:
    """Return whom the ranker orders for an organisation, best first, with its share; one entry an organisation."""
    owners = remembered(atlas, ("connect.owners", prepared.past.cut), lambda: _owners(atlas, prepared))
    among = np.isin(owners, list(left))
    best: dict[str, float] = {}
    for number in np.flatnonzero(owners == asker).tolist():
        partners, shares = ranked(prepared, number, among)
        for partner, share in zip(owners[partners].tolist(), shares.tolist(), strict=True):
            best[partner] = max(share, best.get(partner, 0.0))
    return [(left[one], round(best[one], 5)) for one in sorted(best, key=lambda one: -best[one])]


def _owners(atlas: Atlas, prepared: Signals) -> np.ndarray[Any, np.dtype[np.str_]]:
    """Return the organisation of each participant, by its number."""
    known = {row["pic"]: row["id"] for row in atlas.rows(
        "SELECT DISTINCT organisation_record AS pic, organisation_id AS id FROM participation WHERE source = 'cordis'")}
    return np.array([known[pic] for pic in prepared.past.pics.tolist()])


def _item(asking: _Asking, one: Possible, score: float, end: date | None) -> Item:
    partner = Told(asking.atlas, one)
    evidence = between(asking.asker, partner, end)
    values = {name: getattr(one, name) for name in ("kind", "country", "city", "nuts", "sme", "projects",
                                                    "coordinated", "verified")}
    return Item(one.id, "organisation", one.name, score, [*evidence, *offered_statement(asking.atlas, one.id)],
                {**values, **{f"{name}s": list(getattr(one, f"{name}s")) for name in _TAGGED}})


def _known_for_few(asking: _Asking) -> list[Statement]:
    """Say for how many what a filter asks is known at all, where it is asked."""
    if not any(getattr(asking.request, name) for name in _TAGGED):
        return []
    everybody = pool(asking.atlas)
    known = sum(bool(one.stages or one.platforms or one.sectors) for one in everybody.values())
    return [Statement("connect.known_for_few", {"known": known, "all": len(everybody)})]


def _untold(atlas: Atlas, asked: Mapping[str, Any], why: str, values: Mapping[str, Any]) -> Answer:
    return Answer("connect", asked, METHOD, atlas.version, cannot_tell=Statement(f"connect.{why}", values))


def _as_possible(organisation: Organisation) -> Possible:
    """Return somebody who asks and may not be suggested, for want of a name or of work, as those who may are."""
    return Possible(
        organisation.id, organisation.name or organisation.id, organisation.kind, organisation.country,
        organisation.city, organisation.nuts, organisation.latitude, organisation.longitude, organisation.sme,
        organisation.verified, organisation.projects, organisation.coordinated, None, tuple(organisation.stages),
        tuple(organisation.platforms), tuple(organisation.sectors), ())

