"""The questions as the edges call them: each takes an atlas and a request, and gives an `Answer`.

The command line, the API and programs in Python call these functions, so all give the same answer. Questions never call
each other: what needs two of them is composed here.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from openvalley.atlas.reader import Atlas
from openvalley.errors import BadInput
from openvalley.insight.answer import Answer, Citation, Item, Statement
from openvalley.insight.chain import ChainRequest, chain
from openvalley.insight.connect import ConnectRequest, connect
from openvalley.insight.discover import DiscoverRequest, discover
from openvalley.insight.educate import EducateRequest, educate
from openvalley.insight.fund import FundRequest
from openvalley.insight.fund import fund as money
from openvalley.insight.fund.rules import funded_countries
from openvalley.insight.rank import RankRequest, rank
from openvalley.insight.test import TestRequest, test
from openvalley.vocabulary.programmes import widest_code

#: Likely partners among whom those for a consortium are looked for.
_LIKELY = 40


@dataclass(frozen=True)
class Question:
    """A question: its name, the dataclass of what can be asked, and the function that answers.

    The fields of ``request`` carry a ``help`` in their metadata, which the command line and the API print.
    """

    name: str
    request: type[Any]
    answer: Callable[[Atlas, Any], Answer]


__all__ = [
    "QUESTIONS", "ChainRequest", "ConnectRequest", "DiscoverRequest", "EducateRequest", "FundRequest", "Question",
    "RankRequest", "TestRequest", "chain", "connect", "discover", "educate", "fund", "rank", "test", "with_patients",
]


def with_patients(answered: Answer, counts: Mapping[str, int | None]) -> Answer:
    """Put numbers of eligible patients beside the experience of sites, for sites whose hospital told one.

    Each such item gets ``eligible`` in its values (null: fewer than its node tells of) and a sentence. The order stays:
    a number of patients is no experience.

    Args:
        answered: what `test` gave.
        counts: what hospitals' nodes told, by the id of their organisation.

    """
    return replace(answered, items=[_with_patients(item, counts[item.id]) if item.id in counts else item
                                    for item in answered.items])


def _with_patients(item: Item, count: int | None) -> Item:
    told = Statement("test.few_eligible") if count is None else Statement("test.eligible", {"patients": count})
    return replace(item, evidence=[*item.evidence, told], values={**item.values, "eligible": count})


def fund(atlas: Atlas, request: FundRequest) -> Answer:
    """Say which money fits an organisation or a need on a day, and with whom; or which members fit one call.

    As `openvalley.insight.fund.fund`, and for each call that needs a consortium the partners that who asks lacks for a
    valid one, from Connect: those likeliest for the call's programme, in other countries that are funded. They stand in
    a sentence, and in the item's ``values`` as ``partners`` (id, name, country, score).

    Raises:
        BadInput: nothing to look for, an ambiguous organisation, a call without members, or members without a call.
        UnknownIdentity: no such organisation or call.

    """
    answered = money(atlas, request)
    asker = answered.asked.get("organisation")
    if not asker or not any(_lacking(item) for item in answered.items):
        return answered
    home = atlas.organisation(asker).country
    likely = {programme: _likely(atlas, asker, programme)
              for programme in {_programme(item) for item in answered.items if _lacking(item)}}
    return replace(answered, items=[
        _with_partners(item, likely[_programme(item)], home) if _lacking(item) else item for item in answered.items])


def _lacking(item: Item) -> bool:
    """Say whether an item is a call that nobody can answer alone."""
    wanted = item.values.get("consortium")
    return wanted is not None and wanted["entities"] > 1


def _programme(item: Item) -> str:
    """Return the code of a call's programme that stands for most parts, so that the past of earlier ones counts."""
    try:
        return widest_code(item.id.partition(":")[2])
    except BadInput:
        return ""


def _likely(atlas: Atlas, asker: str, programme: str) -> Sequence[Item]:
    """Return the likeliest new partners of who asks under a programme; under any where it has no past."""
    try:
        return connect(atlas, ConnectRequest(asker, programme=programme, limit=_LIKELY), reasons=False).items
    except BadInput:
        return connect(atlas, ConnectRequest(asker, limit=_LIKELY), reasons=False).items


def _with_partners(item: Item, likely: Sequence[Item], home: str | None) -> Item:
    """Return a call with the partners that are missing: one from each missing country first, then the likeliest."""
    wanted = item.values["consortium"]
    missing, countries = wanted["entities"] - 1, wanted["countries"] - 1
    funded = [one for one in likely if one.values["country"] in funded_countries()]
    abroad = {one.values["country"]: one for one in reversed(funded) if one.values["country"] != home}
    chosen = [one for one in funded if one is abroad.get(one.values["country"])][:countries]
    if len(chosen) == countries:
        chosen += [one for one in funded if one not in chosen][:missing - countries]
    if len(chosen) < missing:
        told = Statement("fund.partners_unknown", {"missing": missing, "countries": countries})
    else:
        told = Statement("fund.partners", {
            "missing": missing, "countries": countries, "named": [one.name for one in chosen],
            "places": [one.values["country"] for one in chosen]}, [Citation(one.id, "cordis") for one in chosen])
    return replace(item, evidence=[*item.evidence, told], values={**item.values, "partners": [
        {"id": one.id, "name": one.name, "country": one.values["country"], "score": one.score} for one in chosen]})


#: Every question by its name; the edges make a verb, a route and a page of each.
QUESTIONS: Mapping[str, Question] = {question.name: question for question in (
    Question("chain", ChainRequest, chain),
    Question("connect", ConnectRequest, connect),
    Question("discover", DiscoverRequest, discover),
    Question("educate", EducateRequest, educate),
    Question("fund", FundRequest, fund),
    Question("rank", RankRequest, rank),
    Question("test", TestRequest, test),
)}
