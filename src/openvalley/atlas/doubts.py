"""Doubts: pairs of which a person should say whether they are one organisation, what matters most to the region first.

Reads what a build left open: pairs that evidence would join and something keeps apart, judgements that registers or
other judgements contradict, and likely links below the match line. What was judged since is left out. Next: sitting.py.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from math import log2
from typing import Any

from openvalley.atlas.contradicted import Contradiction, contradictions, phrase
from openvalley.atlas.reader import Atlas
from openvalley.atlas.sides import Side, weigh
from openvalley.atlas.worded import LINKED, Worded
from openvalley.resolve.clusters import DIFFER, KEPT_APART, LISTED_TWICE, OTHER_NUMBER
from openvalley.resolve.evidence import item
from openvalley.resolve.judged_mentions import mention_of
from openvalley.resolve.judgement import SEPARATOR, Decision, Judgement
from openvalley.resolve.judgements import JudgementStore
from openvalley.resolve.link import MATCH, REVIEW
from openvalley.settings import Settings
from openvalley.vocabulary.identifiers import ROR_PREFIX

#: What keeps two apart, as a build writes it, and its code.
_HINDRANCES = {KEPT_APART: "kept-apart", DIFFER: "differ", LISTED_TWICE: "listed-twice", OTHER_NUMBER: "numbers-differ"}
#: How both the machine and what one can see begin to tell of a name in common.
_SAME_NAME = "same name"


class Kind(StrEnum):
    """Why a pair is doubtful."""

    CONTRADICTED = "contradicted"
    CONFLICTING = "conflicting"
    HINDERED = "hindered"
    LIKELY = "likely"


@dataclass(frozen=True)
class Doubt:
    """Two that may be one organisation.

    Attributes:
        left: the first, as a judgement calls it.
        right: the other.
        kind: why it is doubtful.
        speaks: what the machine found that speaks for one organisation, in words (`Worded`, where pages show it).
        hinders: what keeps the machine from making them one, in words.
        probability: that they are one, by likeness; None where no likeness was computed.
        judgement: what stands, and is contradicted.
        said: items of evidence against it.
        in_scope: whether one of the two is in the life sciences.
        in_region: whether one of the two is of the region.
        countries: where the two are.
        weight: projects, trials and curated rows that hang on the two.
        asks: of a likely link the one that may match nothing.

    """

    left: str
    right: str
    kind: Kind
    speaks: Sequence[str] = ()
    hinders: Sequence[str] = ()
    probability: float | None = None
    judgement: Judgement | None = None
    said: Sequence[str] = ()
    in_scope: bool = False
    in_region: bool = False
    countries: Sequence[str] = ()
    weight: int = 0
    asks: str = ""

    @property
    def pair(self) -> tuple[str, str]:
        """The two."""
        return self.left, self.right

    @property
    def asked(self) -> str:
        """The one that may match nothing; empty where a register keeps both as organisations."""
        if self.judgement is not None and self.judgement.decision is Decision.NO_MATCH:
            return self.judgement.left
        return self.asks or next((record for record in self.pair if not _anchored(record)), "")

    @property
    def rank(self) -> tuple[Any, ...]:
        """What it is ordered by: contradictions, the region's, what much hangs on, what is close to the match line."""
        standing = self.kind in {Kind.CONTRADICTED, Kind.CONFLICTING}
        near = 0.0 if self.probability is None else abs(self.probability - MATCH)
        return (not standing, not (self.in_scope and self.in_region), not self.in_region, not self.in_scope,
                -int(log2(1 + self.weight)), near, -self.weight, self.pair)


@dataclass(frozen=True)
class Argued:
    """What speaks for one organisation and what for two, in words: what the machine found, and what one can see."""

    one: Sequence[str]
    two: Sequence[str]


def argue(doubt: Doubt, left: Side, right: Side) -> Argued:
    """Return what speaks for and against a pair, each once."""
    seen = weigh(left, right)
    named = any(words.startswith(_SAME_NAME) for words in seen.one)
    speaks = [words for words in doubt.speaks if not (named and words.startswith(_SAME_NAME))]
    return Argued(list(dict.fromkeys((*speaks, *seen.one))), list(dict.fromkeys((*doubt.hinders, *seen.two))))


def doubts(atlas: Atlas, settings: Settings) -> list[Doubt]:
    """Return all doubtful pairs that nobody has settled since the build, the most important first.

    Raises:
        StorageFailed: the judgements cannot be read.

    """
    holding = JudgementStore(settings.judgements).in_force() if settings.judgements.exists() else []
    contradicted = [doubt for entry in contradictions(atlas, settings) for doubt in _contradicted(entry)]
    open_ = _Settled(holding)
    found = [*contradicted, *(doubt for doubt in (*_conflicting(atlas, holding), *_hindered(atlas), *_likely(atlas))
                              if doubt.kind is Kind.CONFLICTING or not open_.holds(doubt))]
    once = {doubt.pair: doubt for doubt in reversed(found)}
    return sorted(_placed(atlas, list(once.values())), key=lambda doubt: doubt.rank)


class _Settled:
    """What people have settled."""

    def __init__(self, holding: Sequence[Judgement]) -> None:
        self._pairs = {judgement.pair for judgement in holding}
        self._alone = {judgement.left for judgement in holding if judgement.decision is Decision.NO_MATCH}
        self._matched = {record for judgement in holding if judgement.decision is Decision.SAME
                         for record in judgement.pair}

    def holds(self, doubt: Doubt) -> bool:
        """Tell whether a pair is settled: by itself, by a no match, or because one is another's already."""
        return (doubt.pair in self._pairs or not self._alone.isdisjoint(doubt.pair)
                or (doubt.kind is Kind.LIKELY and doubt.asked in self._matched))


def _contradicted(entry: Contradiction) -> Iterator[Doubt]:
    """Yield what to look at: the two of the judgement, or, where nothing matched, each that something matches now."""
    judgement = entry.judgement
    alone = judgement.decision is Decision.NO_MATCH
    pairs = {(min(said.one, said.other), max(said.one, said.other)) for said in entry.said}
    for left, right in sorted(pairs if alone else {judgement.pair}):
        yield Doubt(left, right, Kind.CONTRADICTED, hinders=[entry.words], judgement=judgement,
                    said=tuple(said.item for said in entry.said))


def _conflicting(atlas: Atlas, holding: Sequence[Judgement]) -> Iterator[Doubt]:
    """Yield judgements of sameness that the build did not heed because of others, and that stand still."""
    standing = {judgement.pair: judgement for judgement in holding}
    for row in atlas.rows("SELECT * FROM decision WHERE decision = 'doubtful' AND rule = 'judgement'"):
        judgement = standing.get((row["left"], row["right"]))
        if judgement is not None and judgement.at == row["at"]:
            said = Worded("said-so", judgement.judge, judgement.at[:10], judgement.why)
            yield Doubt(*judgement.pair, Kind.CONFLICTING, [said], [Worded("others-differ")], judgement=judgement)


def _hindered(atlas: Atlas) -> Iterator[Doubt]:
    """Yield the pairs that evidence would have joined, had not a register or a person kept them apart."""
    for row in atlas.rows("SELECT * FROM decision WHERE decision = 'doubtful' AND rule <> 'judgement'"):
        said, _, hindrance = row["value"].rpartition("; ")
        # An atlas that an earlier version built keeps the strongest piece of evidence alone.
        items = row["evidence"].split(SEPARATOR) if "evidence" in row else [item(row["rule"], said)]
        told = [phrase(rule, value) for rule, _, value in (one.partition(" ") for one in items)]
        # Where likeness would have joined them, its reasons say more than that the names are alike.
        why = list(_reasons(row)) if row.get("reasons") else told
        yield Doubt(row["left"], row["right"], Kind.HINDERED, why, [Worded(_HINDRANCES[hindrance])], row.get("score"))


def _likely(atlas: Atlas) -> Iterator[Doubt]:
    """Yield the links that likeness found below the match line: texts of trials, and rows of registers."""
    # An atlas that an earlier version built does not have the table.
    if not atlas.manifest["rows"].get("probable_link"):
        return
    for row in atlas.rows("SELECT l.*, o.name AS rival_name FROM probable_link AS l "
                          "LEFT JOIN organisation AS o ON o.id = l.rival_id"):
        near = row["rival_score"] is not None and row["rival_score"] >= REVIEW
        left, right = sorted((row["asked"], row["candidate"]))
        yield Doubt(left, right, Kind.LIKELY, list(_reasons(row)),
                    [Worded("nearly-as-near", row["rival_name"] or row["rival_id"], row["rival_id"])] if near else [],
                    row["score"],
                    weight=row["uses"] if mention_of(row["asked"]) else 0, asks=row["asked"])


def _reasons(row: Mapping[str, Any]) -> Iterator[Worded]:
    for reason in row["reasons"] or ():
        yield Worded(f"{LINKED}{reason['code']}", reason["detail"] or "...")


def _placed(atlas: Atlas, found: Sequence[Doubt]) -> Iterator[Doubt]:
    """Yield the doubts with where they are and what hangs on them; those of which a side is unknown are left out."""
    records = sorted({record for doubt in found for record in doubt.pair if not mention_of(record)})
    known = {row["record"]: row for row in atlas.rows("""
        SELECT i.record, i.id, o.in_scope, o.in_region, o.country,
               o.projects + coalesce(t.trials, 0) + coalesce(c.curated, 0) AS weight
        FROM identity AS i JOIN organisation AS o ON o.id = i.id
        LEFT JOIN (SELECT organisation_id, count(DISTINCT trial_id) AS trials FROM (
            SELECT organisation_id, trial_id FROM trial_site UNION ALL
            SELECT organisation_id, trial_id FROM trial_party) GROUP BY organisation_id) AS t
            ON t.organisation_id = i.id
        LEFT JOIN (SELECT organisation_id, count(*) AS curated FROM curated_party GROUP BY organisation_id) AS c
            ON c.organisation_id = i.id
        WHERE i.record IN (SELECT unnest(?))
    """, [records])}
    home = set(atlas.manifest["region"]["countries"])
    for doubt in found:
        ends = [end for record in doubt.pair if (end := known.get(record) or _mention_end(record, home))]
        if len(ends) < len(doubt.pair) or (doubt.kind is Kind.HINDERED and ends[0]["id"] == ends[1]["id"]):
            continue
        yield replace(doubt, in_scope=any(end["in_scope"] for end in ends),
                      in_region=any(end["in_region"] for end in ends),
                      countries=sorted({end["country"] for end in ends if end["country"]}),
                      weight=sum(end["weight"] for end in ends) + doubt.weight)


def _mention_end(record: str, home: set[str]) -> Mapping[str, Any] | None:
    """Return what `_placed` needs of a text of trials; None where a record is none."""
    mention = mention_of(record)
    if mention is None:
        return None
    return {"id": record, "in_scope": True, "in_region": mention.country in home, "country": mention.country,
            "weight": 0}


def _anchored(record: str) -> bool:
    """Tell whether a record is a row of a register of which one row is one organisation."""
    return record.partition("/")[2].startswith(ROR_PREFIX)
