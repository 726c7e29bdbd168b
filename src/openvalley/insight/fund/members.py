"""Members: which organisations of a list fit one call - the failing rule for the others. The list is never kept.

That somebody is on the list says nothing of how well it fits: only what the atlas knows of it does.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from openvalley.atlas.funding import call as call_of
from openvalley.atlas.model import Organisation
from openvalley.atlas.reader import Atlas
from openvalley.errors import BadInput, UnknownIdentity
from openvalley.insight.answer import Answer, Citation, Item, Statement
from openvalley.insight.called import called
from openvalley.insight.fund.asker import asker
from openvalley.insight.fund.offers import Shelf, offers
from openvalley.insight.fund.request import FundRequest
from openvalley.insight.fund.rules import Outcome, call_rules, consortium, outcome
from openvalley.insight.needs import stems
from openvalley.insight.subjects import DEAD
from openvalley.resolve.normalise import fold
from openvalley.vocabulary.programmes import part_of, parts_of, widest_code

METHOD = "fund-members-2"
#: A member whose work is less near to the call than this (cosine of words) is not named as fitting by its words ...
FITS = 0.1
#: ... but by its record, with so many projects under the programme of the call and those before it.
RECORD = 3
#: Of fewer words of somebody's work nothing can be told.
_ENOUGH = 3
#: Words that a member's work and the call share, of which so many are named, the rarest first.
_WORDS = 5


def members(atlas: Atlas, request: FundRequest, day: date) -> Answer:
    """Say for each member of a list whether it fits a call, the best first, strangers last.

    Each item's ``values`` are ``given`` (as the list has it), ``fits``, ``rule`` (which failed; empty where none did),
    ``fit`` and ``record`` (its projects under the programme of the call and those before it).

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
    asked = _Call(atlas, shelf, at)
    items = [_member(atlas, asked, given, organisation) for given, organisation in known]
    items.sort(key=lambda item: (not item.values["fits"], -(item.score or 0), -item.values["record"], item.id))
    items += [Item("", "organisation", text, None, [Statement("fund.member_stranger")], {
        "given": text, "fits": False, "rule": "stranger", "fit": None, "record": None}) for text in strangers]
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


class _Call:
    """A call as members are held against it: its words, and who has projects under its programme."""

    def __init__(self, atlas: Atlas, shelf: Shelf, at: int) -> None:
        """Read the words of the call, and the records of organisations under its programme and those before it."""
        self.offer, self.texts, self._at = shelf.offers[at], shelf.texts, at
        words = dict[str, str]()
        for word in f"{self.offer.row['title'] or ''} {self.offer.row['text']}".replace("-", " ").split():
            for stem in stems(word):
                words.setdefault(stem, fold(word))
        self._words: Mapping[str, str] = words
        self.parts = _parts(self.offer.row["source_id"])
        self.records = _records(atlas, self.parts)

    def near(self, known: Sequence[str]) -> float:
        """Return the cosine of its words with some stems."""
        return float(self.texts.likeness(known)[self._at])

    def shared(self, known: Sequence[str]) -> list[str]:
        """Return the words of the call that are among some stems, the rarest first."""
        both = [stem for stem in dict.fromkeys(known) if stem in self._words]
        both.sort(key=lambda stem: (-self.texts.weight(stem), stem))
        return list(dict.fromkeys(self._words[stem] for stem in both))[:_WORDS]


@dataclass(frozen=True)
class _Found:
    """What is known of a member beside a call.

    Attributes:
        near: cosine of the words of its work with those of the call, 0 to 1.
        record: its projects under the programme of the call and those before it.
        known: how many stems of its work the atlas has.
        rules: what came of the call's rules.

    """

    near: float
    record: int
    known: int
    rules: Outcome


def _member(atlas: Atlas, call: _Call, given: str, organisation: Organisation) -> Item:
    """Return a member: whether it fits and why, the words that it shares with the call, and its record."""
    who = asker(atlas, organisation, None)
    found = _Found(call.near(who.stems), call.records.get(organisation.id, 0), len(who.stems),
                   outcome(call_rules(call.offer.row, who)))
    failed = _failing(organisation, found)
    row = call.offer.row
    cited = [Citation(organisation.id, row["source"], row["source_id"])]
    by = "member_fits" if found.near >= FITS else "member_fits_by_record"
    evidence = [Statement(f"fund.member_{failed}" if failed else f"fund.{by}", {
        "country": organisation.country or "", "state": organisation.state}, cited)]
    if words := call.shared(who.stems):
        evidence.append(Statement("fund.member_words", {"words": ", ".join(words)}, cited))
    if found.record:
        evidence.append(Statement("fund.member_record", {"projects": found.record, "parts": list(call.parts)},
                                  [Citation(organisation.id, "cordis")]))
    return Item(organisation.id, "organisation", called(atlas, organisation.id, organisation.name),
                round(found.near, 4), evidence, {"given": given, "fits": not failed, "rule": failed,
                                                 "fit": round(found.near, 3), "record": found.record})


def _failing(organisation: Organisation, found: _Found) -> str:
    """Return the first rule that fails; nothing where a member fits by its words or by its record."""
    if organisation.state in DEAD:
        return "not_alive"
    if found.rules is Outcome.BROKEN:
        return "country"
    if found.near >= FITS or found.record >= RECORD:
        return ""
    return "other_field" if found.known >= _ENOUGH else "work_unknown"


def _parts(topic: str) -> Sequence[str]:
    """Return the parts of the programme of a call and of those before it; none where the table has none."""
    try:
        return parts_of(widest_code(topic))
    except BadInput:
        return ()


def _records(atlas: Atlas, parts: Sequence[str]) -> Mapping[str, int]:
    """Return how many projects each organisation has under some parts of programmes."""
    codes = [row["code"] for row in atlas.rows(
        "SELECT DISTINCT code FROM project_code WHERE scheme = 'legal_basis' ORDER BY code")
             if part_of(row["code"]) in parts]
    rows = atlas.rows("""
        SELECT p.organisation_id AS id, count(DISTINCT p.project_id) AS n FROM participation AS p
        JOIN project_code AS c ON c.project_id = p.project_id AND c.scheme = 'legal_basis'
        WHERE c.code IN (SELECT unnest(?)) GROUP BY ALL""", [codes]) if codes else []
    return {row["id"]: row["n"] for row in rows}


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
