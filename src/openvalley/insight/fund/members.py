"""Members: which organisations of a list fit one call - the failing rule for the others. The list is never kept.

That somebody is on the list says nothing of how well it fits: only what the atlas knows of it does.
"""

from collections.abc import Sequence
from datetime import date
from typing import Any

from openvalley.atlas.funding import call as call_of
from openvalley.atlas.model import Organisation
from openvalley.atlas.reader import Atlas
from openvalley.errors import BadInput, UnknownIdentity
from openvalley.insight.answer import Answer, Citation, Item, Statement
from openvalley.insight.called import called
from openvalley.insight.fund.asker import asker
from openvalley.insight.fund.offers import offers
from openvalley.insight.fund.request import FundRequest
from openvalley.insight.fund.rules import Outcome, call_rules, consortium, outcome
from openvalley.insight.subjects import DEAD

METHOD = "fund-members-1"
#: A member whose work is less near to the call than this (cosine of words) is not named as fitting.
FITS = 0.1


def members(atlas: Atlas, request: FundRequest, day: date) -> Answer:
    """Say for each member of a list whether it fits a call, the best first, strangers last.

    Each item's ``values`` are ``given`` (as the list has it), ``fits``, ``rule`` (which failed; empty where none did)
    and ``fit``.

    Raises:
        BadInput: the topic is no call.
        UnknownIdentity: this atlas knows no such call.

    """
    call = call_of(atlas, request.call)
    shelf = offers(atlas)
    at = next((number for number, offer in enumerate(shelf.offers) if offer.id == call.id), None)
    if at is None:
        raise BadInput(f"{request.call[:60]!r} is no call topic.", hint="Find it with: openvalley search --type call",
                       field="call", why="unknown")
    known, strangers = _known(atlas, request.members)
    items = []
    for given, organisation in known:
        who = asker(atlas, organisation, None)
        near = float(shelf.texts.likeness(who.stems)[at])
        checked = call_rules(shelf.offers[at].row, who)
        failed = _failing(organisation, near, outcome(checked), has_work=bool(who.stems))
        cited = [Citation(organisation.id, call.source, call.source_id)]
        code = f"fund.member_{failed}" if failed else "fund.member_fits"
        values = {"given": given, "fits": not failed, "rule": failed, "fit": round(near, 3)}
        evidence = [Statement(code, {"country": organisation.country or "", "state": organisation.state}, cited)]
        items.append(Item(organisation.id, "organisation", called(atlas, organisation.id, organisation.name),
                          round(near, 4), evidence, values))
    items.sort(key=lambda item: (not item.values["fits"], -(item.score or 0), item.id))
    items += [Item("", "organisation", text, None, [Statement("fund.member_stranger")],
                   {"given": text, "fits": False, "rule": "stranger", "fit": None}) for text in strangers]
    return Answer("fund", {"call": call.id, "members": len(request.members), "as_of": day.isoformat()}, METHOD,
                  atlas.version, items=items, total=len(items),
                  summary=_summary(call.standing(day), call.next_deadline(day), items, call.action_type),
                  score_means=Statement("fund.member_score_means"),
                  caveats=[Statement("fund.members_not_kept"), Statement("fund.check_the_page")])


def _known(atlas: Atlas, given: Sequence[str]) -> tuple[list[tuple[str, Organisation]], list[str]]:
    """Return the members that the atlas knows, each once, and the others as they were given."""
    found: dict[str, tuple[str, Organisation]] = {}
    strangers: list[str] = []
    for text in given:
        try:
            organisation = atlas.organisation(text)
        except UnknownIdentity:
            strangers.append(text)
        else:
            found.setdefault(organisation.id, (text, organisation))
    return list(found.values()), strangers


def _failing(organisation: Organisation, near: float, rules: Outcome, *, has_work: bool) -> str:
    if organisation.state in DEAD:
        return "not_alive"
    if rules is Outcome.BROKEN:
        return "country"
    if not has_work:
        return "work_unknown"
    return "" if near >= FITS else "other_field"


def _summary(stands: str, deadline: date | None, items: Sequence[Item], action: str | None) -> list[Statement]:
    fitting = sum(bool(item.values["fits"]) for item in items)
    strangers = sum(item.values["rule"] == "stranger" for item in items)
    summary = [Statement("fund.members_count", {"fitting": fitting, "members": len(items)}),
               Statement(f"fund.call_{stands}" + ("" if deadline else "_undated"),
                         {"deadline": deadline, "opens": deadline})]
    wanted: Any = consortium(action, non_profit=False)
    if wanted is not None:
        summary.append(Statement("fund.consortium" if wanted.entities > 1 else "fund.alone",
                                 {"entities": wanted.entities, "countries": wanted.countries}))
    if strangers:
        summary.append(Statement("fund.strangers", {"strangers": strangers}))
    return summary
