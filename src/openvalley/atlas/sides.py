"""Sides: what is known of each of two records, and what speaks for and against that they are one organisation.

Reads an atlas: the organisation that a record is part of now, or the text of trials. Next: the terminal, which shows
both sides together.
"""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from openvalley.atlas.reader import Atlas
from openvalley.atlas.sourced import sources_of
from openvalley.atlas.worded import Worded
from openvalley.resolve.judged_mentions import Mention, mention_of
from openvalley.resolve.linker.wording import town
from openvalley.resolve.normalise import fold, name_key
from openvalley.vocabulary.terms import Vocabulary, label

#: Schemes whose numbers tell organisations apart, the best known first.
_ONE_EACH = ("ror", "pic", "kbo", "vat", "lei", "isni")


@dataclass(frozen=True)
class SideName:
    """A name, the two letters of its language and its kind, where they are known."""

    value: str
    language: str | None
    kind: str | None


@dataclass(frozen=True)
class SideSource:
    """A row of a register: what it is called in judgements, the register's title, and the day until which it tells."""

    record: str
    title: str
    as_of: str | None


@dataclass(frozen=True)
class Side:
    """One of two that may be one.

    Attributes:
        record: what a judgement calls it.
        id: the organisation's public id; None for a text.
        name: its display name.
        names: all names in all languages, without the display name twice.
        kind: kind of organisation (a code), None where nothing says it.
        state: its life state (a code).
        country: ISO code.
        towns: where it is.
        identifiers: (scheme, value).
        websites: its web domains.
        sources: the rows that it is made of.
        related: ids of parents and successors.
        projects: how many projects it takes part in.
        trials: in how many trials it has part.

    """

    record: str
    id: str | None
    name: str | None
    names: Sequence[SideName]
    kind: str | None
    state: str | None
    country: str | None
    towns: Sequence[str]
    identifiers: Sequence[tuple[str, str]]
    websites: Sequence[str]
    sources: Sequence[SideSource]
    related: Sequence[str]
    projects: int
    trials: int


def sides(atlas: Atlas, records: Collection[str]) -> dict[str, Side]:
    """Return the sides of records and texts by what judgements call them; what the atlas lacks is left out."""
    mentions = {record: mention for record in sorted(records) if (mention := mention_of(record))}
    rows = atlas.rows("SELECT record, id FROM identity WHERE record IN (SELECT unnest(?)) ORDER BY record",
                      [sorted(set(records) - set(mentions))])
    ids = sorted({row["id"] for row in rows})
    known = {row["id"]: row for row in atlas.rows("SELECT * FROM organisation WHERE id IN (SELECT unnest(?))", [ids])}
    told = _Told(atlas, ids)
    found = {row["record"]: told.side(row["record"], known[row["id"]]) for row in rows if row["id"] in known}
    return {**found, **_mentioned(atlas, mentions)}


class _Told:
    """What several tables tell of some organisations, each asked once."""

    def __init__(self, atlas: Atlas, ids: Sequence[str]) -> None:
        self._names = _by_id(atlas, ids, "SELECT id, value, language, kind FROM organisation_name", "kind, value")
        self._numbers = _by_id(atlas, ids, "SELECT id, scheme, value FROM organisation_identifier", "scheme, value")
        self._domains = _by_id(atlas, ids, "SELECT id, domain FROM organisation_domain", "domain")
        self._records = _by_id(atlas, ids, "SELECT id, record, source FROM identity", "record")
        self._trials = _by_id(atlas, ids, """
            SELECT id, count(DISTINCT trial_id) AS trials FROM (
                SELECT organisation_id AS id, trial_id FROM trial_site
                UNION ALL SELECT organisation_id, trial_id FROM trial_party) GROUP BY id""", "id")
        self._sources = sources_of(atlas)

    def side(self, record: str, row: Mapping[str, Any]) -> Side:
        """Return the side of a record, by the row of its organisation."""
        known = row["id"]
        names = [SideName(name["value"], name["language"], name["kind"]) for name in self._names.get(known, ())]
        trials = self._trials.get(known)
        return Side(
            record=record, id=known, name=row["name"], names=[name for name in names if name.value != row["name"]],
            kind=row["kind"], state=row["state"], country=row["country"], towns=[row["city"]] if row["city"] else [],
            identifiers=sorted(((number["scheme"], number["value"]) for number in self._numbers.get(known, ())),
                               key=lambda number: (number[0] not in _ONE_EACH, number)),
            websites=[domain["domain"] for domain in self._domains.get(known, ())],
            sources=[SideSource(one["record"], *_dated(self._sources, one["source"]))
                     for one in self._records.get(known, ())],
            related=[other for other in (row["parent"], row["successor"]) if other],
            projects=row["projects"], trials=trials[0]["trials"] if trials else 0)


def _mentioned(atlas: Atlas, mentions: Mapping[str, Mention]) -> dict[str, Side]:
    """Return the sides of texts of trials, by how judgements name them."""
    if not mentions:
        return {}
    rows = atlas.rows("""
        WITH said AS (SELECT mention, trial_id FROM trial_site UNION ALL SELECT mention, trial_id FROM trial_party)
        SELECT mention, count(DISTINCT trial_id) AS trials, list(DISTINCT t.source ORDER BY t.source) AS sources
        FROM said JOIN trial AS t ON t.id = said.trial_id WHERE mention IN (SELECT unnest(?)) GROUP BY mention
    """, [list(mentions)])
    sources = sources_of(atlas)
    return {row["mention"]: Side(
        record=row["mention"], id=None, name=mention.text, names=(), kind=None, state=None,
        country=mention.country or None, towns=[mention.town] if mention.town else [], identifiers=(), websites=(),
        sources=[SideSource(source, *_dated(sources, source)) for source in row["sources"]], related=(), projects=0,
        trials=row["trials"]) for row in rows for mention in [mentions[row["mention"]]]}


#: What is compared: its code, the values of both sides, and what is the same of two values that agree.
_Compared = tuple[str, Sequence[str], Sequence[str], Callable[[str], str]]


@dataclass(frozen=True)
class Weighed:
    """What speaks for one organisation, and what for two, each in words."""

    one: Sequence[Worded]
    two: Sequence[Worded]


def weigh(left: Side, right: Side) -> Weighed:
    """Return what two sides have in common and in what they differ."""
    one: list[Worded] = []
    two: list[Worded] = []
    for scheme in _ONE_EACH:
        ours, theirs = _numbers(left, scheme), _numbers(right, scheme)
        one += [Worded("same-number", scheme.upper(), number) for number in sorted(ours & theirs)]
        if ours and theirs and not ours & theirs:
            two.append(Worded("other-number", scheme.upper()))
    named = _shared(_names(left), _names(right), name_key)
    short = _shared(_names(left, acronyms=True), _names(right, acronyms=True), fold)
    one += [Worded("same-name", named[0])] if named else [Worded("same-acronym", short[0])] if short else []
    # A text strings department, hospital and street together: that it is no name says nothing.
    two += [] if named or short or None in {left.id, right.id} else [Worded("no-name")]
    compared: tuple[_Compared, ...] = (
        ("domain", left.websites, right.websites, str),
        ("town", left.towns, right.towns, partial(town, country=left.country or "")),
        ("country", [left.country or ""], [right.country or ""], str),
        ("kind", [left.kind or ""], [right.kind or ""], str))
    for what, our_values, their_values, key in compared:
        common = _shared(our_values, their_values, key)
        if common:
            values = (label(Vocabulary.KIND, common[0], "en"), common[0]) if what == "kind" else (common[0],)
            one.append(Worded(f"same-{what}", *values))
        elif any(our_values) and any(their_values):
            two.append(Worded(f"other-{what}"))
    if left.id in right.related or right.id in left.related:
        two.append(Worded("related"))
    return Weighed(one, two)


def _names(side: Side, *, acronyms: bool = False) -> list[str]:
    """Return the names of a side, or its acronyms."""
    return [*([side.name] if side.name and not acronyms else []),
            *(name.value for name in side.names if (name.kind == "acronym") is acronyms)]


def _numbers(side: Side, scheme: str) -> set[str]:
    return {value for known, value in side.identifiers if known == scheme}


def _shared(ours: Iterable[str], theirs: Iterable[str], key: Callable[[str], str]) -> list[str]:
    """Return our values that have a key in common with one of theirs."""
    known = {key(value) for value in theirs if value}
    return [value for value in ours if value and key(value) in known]


def _by_id(atlas: Atlas, ids: Sequence[str], query: str, order: str) -> dict[str, list[dict[str, Any]]]:
    """Return the rows of a query by their organisation."""
    found: dict[str, list[dict[str, Any]]] = {}
    for row in atlas.rows(f"SELECT * FROM ({query}) WHERE id IN (SELECT unnest(?)) ORDER BY id, {order}", [list(ids)]):
        found.setdefault(row["id"], []).append(row)
    return found


def _dated(sources: Mapping[str, Mapping[str, Any]], name: str) -> tuple[str, str | None]:
    said = sources.get(name, {})
    return said.get("short_title") or said.get("title") or name, said.get("as_of") or (said.get("retrieved") or "")[:10]
