"""Money as an answer: what passed every rule, by fit; what did not, and by which rule."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from operator import itemgetter
from typing import Any

from openvalley.atlas.funding import Standing
from openvalley.atlas.reader import Atlas
from openvalley.atlas.sourced import newest_date
from openvalley.insight.answer import Answer, Citation, Item, Statement
from openvalley.insight.called import Called, called
from openvalley.insight.fund.asker import SMES, Asker, asker, somebody
from openvalley.insight.fund.fields import in_field
from openvalley.insight.fund.members import members
from openvalley.insight.fund.near import call_speaks, suits_need
from openvalley.insight.fund.offers import Offer, known_on, offers, on_day
from openvalley.insight.fund.request import FundRequest
from openvalley.insight.fund.rules import (
    Checked,
    Outcome,
    call_rules,
    consortium,
    instrument_rules,
    investor_rules,
    outcome,
)
from openvalley.insight.needs import understood
from openvalley.insight.subjects import DEAD, organisation_meant, successors

METHOD = "fund-2"
#: A call must be this near (cosine of words, 0 to 1) to be named at all: below, it shares but common words.
LEAST_FIT = 0.08
#: How much an unknown fact takes off the score of an offer that is otherwise kept.
_OPEN_RULE = 0.5
_COMPANIES = ("company", "spin-off", "cro", "cmo", "cdmo", "service-provider")
#: Rules whose list has a name of its own when it is whole.
_SHORT = (("kind", set(_COMPANIES), "companies"), ("size", set(SMES), "smes"))
#: What an offer may be, in the order in which answers name them.
_TYPES = ("instrument", "call", "investor")
_CALL_STANDINGS = (Standing.OPEN, Standing.FORTHCOMING)


def fund(atlas: Atlas, request: FundRequest) -> Answer:
    """Say which money fits an organisation or a need on a day, or which members fit one call.

    Each item is an instrument, call or investor; its ``values`` are ``dilutive``, ``eligibility`` (kept, or open with
    ``open_rules``), ``fit``, ``amount`` (lowest and highest, euro), ``intensity`` (percent of costs), ``deadline``,
    ``standing`` (of calls), ``rhythm``, ``action_type``, ``cumulation`` (what may not be joined, in the pack's words),
    ``consortium`` (entities and countries that a valid one needs), ``provider``, ``about`` (in the pack's words),
    ``page``, ``verified`` and ``checked_on``.
    ``figures["excluded"]`` lists what failed, nearest first, each with the rule and ``why`` in a sentence;
    ``figures["outcomes"]`` counts all of it by type: kept, open, excluded. A need without an organisation gets only
    what speaks of it (`openvalley.insight.fund.near`); the summary says how much more there is. With ``call`` the items
    are members (`openvalley.insight.fund.members`).

    Raises:
        BadInput: nothing to look for, an ambiguous organisation, a call without members, or members without a call.
        UnknownIdentity: no such organisation or call.

    """
    request.check()
    day = request.as_of or datetime.now(UTC).date()
    if request.call:
        return members(atlas, request, day)
    need = understood(request.need) if request.need.strip() else None
    organisation = organisation_meant(atlas, request.organisation) if request.organisation.strip() else None
    asked: dict[str, Any] = {
        "organisation": organisation.id if organisation else None, "need": request.need, "as_of": day.isoformat(),
        "terms": dict(need.terms) if need else {}, "limit": request.limit}
    if organisation is not None and organisation.state in DEAD:
        return Answer("fund", asked, METHOD, atlas.version, summary=[
            Statement("fund.successor", {"name": name}) for name in successors(atlas, organisation)],
                      cannot_tell=Statement("fund.not_alive", {
                          "name": called(atlas, organisation.id, organisation.name), "state": organisation.state}))
    home = atlas.manifest["region"]["countries"]
    who = asker(atlas, organisation, need) if organisation else somebody(need or understood(request.need), home)
    passed, excluded, silent = _sorted_out(atlas, who, day)
    told = _summary(atlas, who, (day, silent), passed)
    figures = {"excluded": excluded, "outcomes": _outcomes(passed, excluded)}
    if not passed:
        return Answer("fund", asked, METHOD, atlas.version, summary=told, caveats=[Statement("fund.check_the_page")],
                      cannot_tell=Statement("fund.nothing_near"), figures=figures)
    listed = [_item(found, who, day) for kind in _TYPES
              for found in [found for found in passed if found.offer.type == kind][:request.limit]]
    return Answer("fund", asked, METHOD, atlas.version, items=listed, total=len(passed),
                  summary=told, score_means=Statement("fund.score_means" if who.id else "fund.need_score_means"),
                  caveats=[Statement("fund.check_the_page"), *_unknown(who)], figures=figures)


@dataclass(frozen=True)
class _Passed:
    """An offer that no rule excludes: what came of its rules, how near it is by its words, and its score."""

    offer: Offer
    checked: Sequence[Checked]
    fit: float
    score: float

    @property
    def dilutive(self) -> bool:
        """Whether it takes a share of who asks."""
        return _is_dilutive(self.offer)


def _is_dilutive(offer: Offer) -> bool:
    return offer.type == "investor" or bool(offer.row.get("dilutive"))


def _sorted_out(atlas: Atlas, who: Asker, day: date) -> tuple[list[_Passed], list[dict[str, Any]], int]:
    """Return what passed, best first, what did not with the failing rule, and how much does not speak of a need."""
    shelf = offers(atlas)
    fit = shelf.texts.likeness(who.stems).tolist()
    said, meant = (shelf.texts.shared(words).tolist() for words in (who.said, who.meant))
    passed: list[_Passed] = []
    failed: list[tuple[tuple[int, float, str], dict[str, Any]]] = []
    silent = 0
    for offer, likeness, own, named in zip(shelf.offers, fit, said, meant, strict=True):
        near = likeness
        if offer.type == "call":
            near *= in_field(offer.row["source_id"], who.sectors)
            if near < LEAST_FIT or not known_on(offer, day) or on_day(offer, day)[0] not in _CALL_STANDINGS:
                continue
            if who.id is None and not call_speaks(who, near, own, named):
                continue
        checked = _checked(offer, who, day)
        if outcome(checked) is Outcome.BROKEN:
            broken = [check for check in checked if check.outcome is Outcome.BROKEN]
            failed.append(((len(broken), -near, offer.id), _excluded(offer, broken[0])))
        elif (score := _score(offer, checked, who, near)) is None:
            silent += 1
        else:
            passed.append(_Passed(offer, checked, near, round(score, 4)))
    return (sorted(passed, key=lambda one: (-one.score, one.offer.id)),
            [row for _, row in sorted(failed, key=itemgetter(0))], silent)


def _excluded(offer: Offer, failing: Checked) -> dict[str, Any]:
    """Return what was left out, with the rule that fails and the sentence that says so."""
    cited = [Citation(offer.id, offer.row["source"], offer.row["source_id"])]
    name = offer.name if isinstance(offer.name, Called) else Called(offer.name, offer.names)
    return {"id": offer.id, "type": offer.type, "name": name, "rule": failing.rule, "wanted": failing.wanted,
            "has": failing.has, "why": _rule_told(failing, offer, cited)}


def _outcomes(passed: Sequence[_Passed], excluded: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Count all offers by type: those that keep every rule, those with an open one, and those that fail one."""
    counted = Counter((one.offer.type, outcome(one.checked)) for one in passed)
    counted.update((str(row["type"]), Outcome.BROKEN) for row in excluded)
    return [{"type": kind, "kept": counted[kind, Outcome.KEPT], "open": counted[kind, Outcome.OPEN],
             "excluded": counted[kind, Outcome.BROKEN]} for kind in _TYPES
            if any(counted[kind, each] for each in Outcome)]


def _checked(offer: Offer, who: Asker, day: date) -> Sequence[Checked]:
    if offer.type == "instrument":
        return instrument_rules(offer.row, who, day)
    return call_rules(offer.row, who) if offer.type == "call" else investor_rules(offer.row, who)


def _item(passed: _Passed, who: Asker, day: date) -> Item:
    offer, checked = passed.offer, passed.checked
    row, cited = offer.row, [Citation(offer.id, offer.row["source"], offer.row["source_id"])]
    evidence = [_rule_told(check, offer, cited) for check in checked if check.outcome is not Outcome.BROKEN]
    non_profit = who.kind is not None and who.kind not in _COMPANIES
    values: dict[str, Any] = {
        "dilutive": passed.dilutive, "eligibility": str(outcome(checked)),
        "open_rules": [check.rule for check in checked if check.outcome is Outcome.OPEN], "fit": round(passed.fit, 3),
        "amount": [row.get("min_amount") or row.get("min_ticket"), row.get("max_amount") or row.get("max_ticket")],
        "intensity": row.get("max_intensity"), "rhythm": row.get("rhythm"),
        "deadline": next((check.wanted for check in checked if check.rule == "cut_off"), None),
        "action_type": row.get("action_type"), "consortium": None, "cumulation": row.get("cumulation"),
        "provider": row.get("provider"), "about": row.get("about"), "page": row.get("page") or row.get("url"),
        "verified": row.get("verification", "register") != "unverified", "checked_on": row.get("checked_on"),
    }
    if offer.type == "call":
        stands, deadline = on_day(offer, day)
        wanted = consortium(row["action_type"], non_profit=non_profit)
        values |= {"deadline": deadline, "standing": str(stands)}
        evidence.insert(0, _standing_told(str(stands), deadline, row["opens"], cited))
        if wanted is not None:
            values |= {"intensity": wanted.rate, "consortium": {"entities": wanted.entities,
                                                                "countries": wanted.countries}}
            evidence.append(Statement("fund.consortium" if wanted.entities > 1 else "fund.alone",
                                      {"entities": wanted.entities, "countries": wanted.countries}, cited))
    evidence += _told_amounts(values, cited)
    return Item(offer.id, offer.type, offer.name, passed.score, evidence, values, offer.names)


def _score(offer: Offer, checked: Sequence[Checked], who: Asker, fit: float) -> float | None:
    """Return how well an offer suits somebody, 0 to 1; None where it does not speak of a need."""
    if offer.type == "call":
        return fit
    if who.id is None:
        return suits_need(checked, who, fit, dilutive=_is_dilutive(offer))
    opened = sum(check.outcome is Outcome.OPEN for check in checked)
    kept = sum(check.outcome is Outcome.KEPT for check in checked)
    conditions = (kept + 1) / (kept + opened + 1) - _OPEN_RULE * bool(opened)
    return 0.5 * max(conditions, 0.0) + 0.25 * min(kept / 4, 1.0) + 0.25 * fit


def _standing_told(stands: str, deadline: date | None, opens: date | None, cited: Sequence[Citation]) -> Statement:
    """Say where a call stands, with the day on which it opens where that is to come."""
    code = f"call_{stands}" + ("" if deadline else "_undated")
    if stands == Standing.FORTHCOMING and deadline and opens:
        code = "call_opens"
    return Statement(f"fund.{code}", {"deadline": deadline, "opens": opens}, cited)


def _rule_told(check: Checked, offer: Offer, cited: Sequence[Citation]) -> Statement:
    """Say what came of a rule; the kinds of company together are called companies, the three small sizes SMEs."""
    facts = dict(vars(check))
    if check.rule == "seat":
        return Statement(f"fund.{check.outcome}_seat", {**facts, "where": offer.seats}, cited)
    short = (name for rule, whole, name in _SHORT if check.rule == rule and set(check.wanted) == whole)
    return Statement(f"fund.{check.outcome}_{next(short, check.rule)}", facts, cited)


def _told_amounts(values: dict[str, Any], cited: Sequence[Citation]) -> list[Statement]:
    low, high = values["amount"]
    told: list[Statement] = []
    if low and high and low != high:
        told.append(Statement("fund.amount_between", {"low": low, "high": high}, cited))
    elif high:
        told.append(Statement("fund.amount_up_to", {"high": high}, cited))
    elif low:
        told.append(Statement("fund.amount_from", {"low": low}, cited))
    if values["intensity"]:
        told.append(Statement("fund.intensity", {"share": values["intensity"] / 100}, cited))
    if cumulation := values["cumulation"]:
        told.append(Statement("fund.cumulation", {"rule": cumulation}, cited))
    if not values["verified"]:
        told.append(Statement("fund.unverified", {"day": values["checked_on"]}, cited))
    return told


def _summary(atlas: Atlas, who: Asker, when: tuple[date, int], passed: Sequence[_Passed]) -> list[Statement]:
    """Say how much passed, non-dilutive and dilutive apart, and since when no call is known to be open.

    ``when`` is the day, with the number of offers that do not speak of a need.
    """
    day, silent = when
    money = [one for one in passed if one.offer.type != "call"]
    kept = [one for one in money if outcome(one.checked) is Outcome.KEPT]
    dilutive = sum(one.dilutive for one in money)
    amounts = {"non_dilutive": len(money) - dilutive, "dilutive": dilutive}
    if who.id is None:
        summary = [*([Statement("fund.count_near", amounts)] if passed else []),
                   *([Statement("fund.silent", {"offers": silent})] if silent else [])]
    else:
        summary = [Statement("fund.count", {**amounts, "certain": len(kept)})]
    calls = [one for one in passed if one.offer.type == "call"]
    newest, first = offers(atlas).newest_deadline, offers(atlas).first_published
    if first is not None and day < first:
        summary.append(Statement("fund.before_calls", {"day": first}))
    elif calls:
        summary.append(Statement("fund.calls", {"calls": len(calls), "day": day}))
    elif newest is None:
        summary.append(Statement("fund.no_calls_known"))
    elif newest < day:
        summary.append(Statement("fund.no_open_call_since", {"day": newest}))
        if listed := newest_date(atlas, "call"):
            summary.append(Statement("fund.calls_listed", {"day": listed}))
    else:
        summary.append(Statement("fund.no_call_fits", {"day": day}))
    if not who.stems:
        summary.append(Statement("fund.work_unknown"))
    return summary


def _unknown(who: Asker) -> list[Statement]:
    """Say which facts of the asker no source gives: they leave rules open."""
    lacking = [name for name, value in (("kind", who.kind), ("size", who.sizes), ("seat", who.nuts),
                                        ("age", who.founded), ("stage", who.stages), ("sector", who.sectors))
               if not value]
    return [Statement(f"fund.unknown_{name}") for name in lacking]
