"""Partners as an answer: who is ranked for an organisation, why, and what the score means."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

from openvalley.atlas.model import Organisation
from openvalley.atlas.reader import Atlas
from openvalley.atlas.remembering import remembered
from openvalley.insight.answer import Answer, Citation, Item, Statement
from openvalley.insight.called import Called, called
from openvalley.insight.connect.capable import asked_for, known_rows
from openvalley.insight.connect.evidence import Told, between, under_programme
from openvalley.insight.connect.given import given
from openvalley.insight.connect.needed import Fitting, fitting
from openvalley.insight.connect.owners import Owners
from openvalley.insight.connect.past import end_of_data, past
from openvalley.insight.connect.pool import Left, Possible, family, left_by, pool, tagged
from openvalley.insight.connect.ranking import METHOD, Prepared, ranked
from openvalley.insight.connect.request import ConnectRequest
from openvalley.insight.connect.roles import by_roles, offered_statement
from openvalley.insight.connect.signals import signals
from openvalley.insight.subjects import DEAD, id_meant, successors
from openvalley.vocabulary.terms import Vocabulary

ROLES_METHOD, NEED_METHOD = "connect-roles-1", "connect-need-1"
#: With so many joint projects or fewer, the past says little.
_FEW = 1
#: Relatives with projects that are named to somebody without.
_RELATIVES = 2
_TAGGED = ("stage", "platform", "sector")


@dataclass(frozen=True)
class _Asking:
    """A request with who asks (None for a need alone), whom its filters leave, and whether reasons are wanted."""

    atlas: Atlas
    request: ConnectRequest
    asked: Mapping[str, Any]
    asker: Told | None
    left: Left
    reasons: bool


def connect(atlas: Atlas, request: ConnectRequest, *, reasons: bool = True) -> Answer:
    """Rank partners that an organisation has never worked with, or who fits a need, each with what speaks for it.

    Each item is an organisation; its ``values`` are ``kind``, ``country``, ``city``, ``nuts``, ``sme``, ``projects``,
    ``coordinated``, ``stages``, ``platforms``, ``sectors``, ``verified`` and, with a need, ``basis`` (capability, role
    or text). Without a need the score is a calibrated probability, or, where who asks has no EU project, the share of
    declared conditions that are met; with a need it is the share of what was asked that is told.

    Args:
        atlas: the atlas that is asked.
        request: who asks, or what is needed.
        reasons: whether items carry their evidence; who only needs the order has it several times as fast without.

    Raises:
        BadInput: nothing to look for, a filter that is none, a need without a word, an unknown programme
            or one without projects in this atlas, or an ambiguous organisation.
        UnknownIdentity: no such organisation.

    """
    request.check()
    possible = pool(atlas)
    asked: dict[str, Any] = asdict(request)
    asker, without = None, frozenset[str]()
    if request.organisation.strip():
        known = id_meant(atlas, request.organisation)
        asked["organisation"] = known
        one = possible.get(known)
        if one is None:
            organisation = atlas.organisation(known)
            if organisation.state in DEAD:
                return replace(_untold(atlas, asked, "not_alive", {
                    "name": called(atlas, known, organisation.name), "state": organisation.state}),
                               summary=_successors(atlas, organisation))
            one = _as_possible(organisation)
        asker = Told(atlas, one)
        if request.cross_sector and not asker.one.markets():
            return _untold(atlas, asked, "sectors_unknown", {"name": _name(atlas, asker.one)})
        without = asker.met | family(atlas, asker.one)
    left = left_by(atlas, request, asker.one if asker else None, without)
    if not left:
        return _untold(atlas, asked, "filtered_out", {})
    asking = _Asking(atlas, request, asked, asker, left, reasons)
    if request.need.strip() or asker is None:
        return _by_need(asking)
    return _by_past(asking, asker) if len(asker.projects) else _by_roles(asking, asker)


def _by_need(asking: _Asking) -> Answer:
    """Return who fits a need: by capability rows, then by roles, then by texts."""
    atlas, asked = asking.atlas, asked_for(asking.request.need)
    found = fitting(atlas, asked, asking.left)
    told = {**asking.asked, "terms": dict(asked.whole.terms)}
    if not found:
        return Answer("connect", told, NEED_METHOD, atlas.version, cannot_tell=Statement("connect.need_nobody"))
    by = Counter(fit.basis for fit in found)
    rows, known = known_rows(atlas)
    activities = asked.of(Vocabulary.ACTIVITY)
    summary = [*([Statement("connect.need_activities", {"activities": activities})] if activities else []),
               Statement("connect.need_counted", {"able": by["capability"], "rows": rows, "known": known,
                                                  "roles": by["role"], "texts": by["text"]})]
    items = _items(asking, [(fit.one, fit.share, fit) for fit in found[:asking.request.limit]])
    return Answer("connect", told, NEED_METHOD, atlas.version, items=items, total=len(found), summary=summary,
                  score_means=Statement("connect.need_score_means"),
                  caveats=[Statement("connect.need_ask_them"), *_known_for_few(asking)])


def _by_past(asking: _Asking, asker: Told) -> Answer:
    """Return partners as the ranker orders them, from the projects of who asks."""
    atlas = asking.atlas
    end = end_of_data(atlas)
    before, parts = past(atlas, end), asking.request.parts()
    prepared: Prepared = given(atlas, before, parts) if parts else signals(atlas, before)
    found = _shares(atlas, prepared, asker.one.id, asking.left)
    if not found:
        return _untold(atlas, asking.asked, "filtered_out", {})
    items = _items(asking, [(one, share, None) for one, share in found[:asking.request.limit]])
    summary = [Statement("connect.history", {"name": _name(atlas, asker.one), "projects": len(asker.projects),
                                             "partners": len(asker.met)}, [Citation(asker.one.id, "cordis")]),
               Statement("connect.ranked", {"found": len(found)})]
    caveats = [Statement("connect.past_only", {"day": end}), *_known_for_few(asking)]
    if len(asker.projects) <= _FEW:
        caveats.append(Statement("connect.few_projects", {"projects": len(asker.projects)}))
    return Answer("connect", asking.asked, METHOD, atlas.version, items=items, total=len(found), summary=summary,
                  score_means=Statement(f"connect.{'programme_' if parts else ''}score_means", {
                      "cut": prepared.ranker.calibration.cut, "parts": parts}), caveats=caveats)


def _by_roles(asking: _Asking, asker: Told) -> Answer:
    """Return partners by declared conditions on roles, where who asks has no project."""
    atlas = asking.atlas
    found = by_roles(atlas, asker.one, asking.left)
    if not found:
        return _untold(atlas, asking.asked, "nothing_known", {"name": _name(atlas, asker.one)})
    items = _items(asking, [(one, share, None) for one, share in found[:asking.request.limit]])
    name = _name(atlas, asker.one)
    unused = [Statement("connect.programme_unused", {"name": name})] if asking.request.parts() else []
    return Answer("connect", asking.asked, ROLES_METHOD, atlas.version, items=items, total=len(found),
                  summary=[Statement("connect.by_roles", {"name": name}, asker.says("name")),
                           *_relatives(atlas, asker.one)],
                  score_means=Statement("connect.roles_score_means"), caveats=[*unused, *_known_for_few(asking)])


def _relatives(atlas: Atlas, asker: Possible) -> list[Statement]:
    """Name what somebody without projects belongs to, and what belongs to it, where that has some: ask for those."""
    possible = pool(atlas)
    found = [possible[one] for one in sorted(family(atlas, asker) - {asker.id}) if one in possible]
    working = sorted((one for one in found if one.projects), key=lambda one: (-one.projects, one.id))
    return [Statement("connect.relative", {"relative": _name(atlas, one), "projects": one.projects},
                      [Citation(one.id, "cordis")]) for one in working[:_RELATIVES]]


def _successors(atlas: Atlas, organisation: Organisation) -> list[Statement]:
    """Name what came after an organisation that is no longer active, where that is known."""
    return [Statement("connect.successor", {"name": name}) for name in successors(atlas, organisation)]


def _shares(atlas: Atlas, prepared: Prepared, asker: str, left: Left) -> list[tuple[Possible, float]]:
    """Return whom the ranker orders for an organisation, best first, with its share; one entry an organisation."""
    owners = remembered(atlas, ("connect.owners", prepared.past.cut), lambda: Owners(atlas, prepared.past))
    among = owners.those(left)
    best: dict[str, float] = {}
    for number in owners.participants(asker):
        partners, shares = ranked(prepared, number, among)
        for partner, share in zip(partners.tolist(), shares.tolist(), strict=True):
            owner = owners.by_number[partner]
            best[owner] = max(share, best.get(owner, 0.0))
    return [(left[one], round(best[one], 5)) for one in sorted(best, key=lambda one: -best[one])]


def _items(asking: _Asking, found: Sequence[tuple[Possible, float, Fitting | None]]) -> list[Item]:
    """Return partners with their facts, and what speaks for each where reasons are wanted.

    Args:
        asking: the request.
        found: each partner, its score, and how it fits the need if there is one; at least one.

    """
    return [_item(asking, Told(asking.atlas, one), score, fit) for one, score, fit in found]


def _item(asking: _Asking, partner: Told, score: float, fit: Fitting | None) -> Item:
    one = partner.one
    values = {name: getattr(one, name) for name in ("kind", "country", "city", "nuts", "sme", "projects",
                                                    "coordinated", "verified")}
    reasons = _reasons(asking, partner, fit) if asking.reasons else ()
    return Item(one.id, "organisation", _name(asking.atlas, one), score, reasons, {
        **values, **{f"{name}s": list(getattr(one, f"{name}s")) for name in _TAGGED},
        **({"basis": fit.basis} if fit else {})})


def _reasons(asking: _Asking, partner: Told, fit: Fitting | None) -> list[Statement]:
    """Return what fits the need first, then what speaks for a partner beside who asks."""
    atlas, one = asking.atlas, partner.one
    evidence: list[Statement] = list(fit.evidence()) if fit else []
    if asking.asker is not None:
        evidence += between(asking.asker, partner, end_of_data(atlas) if len(partner.projects) else None)
        both = {told.values["part"] for told in evidence if told.code == "connect.programme"}
        parts = [part for part in asking.request.parts() if part not in both]
        evidence = [*under_programme(partner, parts), *evidence]
    elif not one.verified:
        evidence.append(Statement("connect.unverified", {}, partner.says("name")))
    if fit is None:
        evidence += offered_statement(atlas, one.id)
    return evidence


def _name(atlas: Atlas, one: Possible) -> Called:
    return called(atlas, one.id, one.name)


def _known_for_few(asking: _Asking) -> list[Statement]:
    """Say for how many what a filter asks is known at all, where it is asked."""
    if not any(getattr(asking.request, name) for name in _TAGGED):
        return []
    known, everybody = len(tagged(asking.atlas)), len(pool(asking.atlas))
    return [Statement("connect.known_for_few", {"known": known, "all": everybody})]


def _untold(atlas: Atlas, asked: Mapping[str, Any], why: str, values: Mapping[str, Any]) -> Answer:
    return Answer("connect", asked, METHOD, atlas.version, cannot_tell=Statement(f"connect.{why}", values))


def _as_possible(organisation: Organisation) -> Possible:
    """Return somebody who asks and may not be suggested, for want of a name or of work, as those who may are."""
    return Possible(
        organisation.id, organisation.name or organisation.id, organisation.kind, organisation.country,
        organisation.city, organisation.nuts, organisation.latitude, organisation.longitude, organisation.sme,
        organisation.verified, organisation.projects, organisation.coordinated, None, tuple(organisation.stages),
        tuple(organisation.platforms), tuple(organisation.sectors), ())

