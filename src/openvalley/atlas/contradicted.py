"""Contradictions: judgements that stand although registers say otherwise since, as the build found them.

Reads the atlas and the home's judgements: what was judged anew after the build, or taken back, is contradicted no more.
Next: the command line (build, status, review) and the doctor.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from openvalley.atlas.reader import Atlas
from openvalley.atlas.worded import ALL, Worded
from openvalley.resolve.decide import WITHDRAWN
from openvalley.resolve.evidence import Rule, item
from openvalley.resolve.judged_mentions import called, mention_of
from openvalley.resolve.judgement import Decision, Judgement
from openvalley.resolve.judgements import JudgementStore
from openvalley.settings import Settings

_TABLE = "contradiction"


@dataclass(frozen=True)
class Said:
    """What registers say of two records (of one, where it was withdrawn): the rule of the evidence, and its value."""

    rule: str
    value: str
    one: str
    other: str

    @property
    def item(self) -> str:
        """The text by which it is known again."""
        return item(self.rule, self.value)

    @property
    def words(self) -> Worded:
        """The same as a sentence's end."""
        told = phrase(self.rule, self.value)
        return Worded("of-two", self.one, self.other, told) if self.other else told


@dataclass(frozen=True)
class Contradiction:
    """A judgement in force, and what registers say against it that its judge had not seen."""

    judgement: Judgement
    said: Sequence[Said]

    @property
    def words(self) -> Worded:
        """The whole in one sentence."""
        judgement = self.judgement
        return Worded("contradicted", Worded(ALL, *(said.words for said in self.said)), judgement.at[:10],
                      judgement.judge, judged(judgement))


def judged(judgement: Judgement) -> Worded:
    """Return what a judgement says, in words."""
    pair = sorted(filter(None, judgement.pair), key=lambda record: (mention_of(record) is None, record))
    ways = {Decision.SAME: "judged-same", Decision.DIFFERENT: "judged-different", Decision.NO_MATCH: "judged-none",
            Decision.UNDECIDED: "judged-undecided" if judgement.right else "judged-open"}
    return Worded(ways[judgement.decision], *map(called, pair))


def phrase(rule: str, value: str) -> Worded:
    """Return what a piece of evidence says two records have in common, in words."""
    if rule == Rule.IDENTIFIER:
        scheme, _, number = value.partition(" ")
        return Worded("same-number", scheme.upper(), number)
    ways = {Rule.NAME: "same-key", Rule.DOMAIN: "domain-and-words", Rule.SUCCESSOR: "took-place",
            Rule.LIKENESS: "names-alike", WITHDRAWN: "withdrawn"}
    return Worded(ways[rule], value) if rule in ways else Worded("evidence", rule, value)


def contradictions(atlas: Atlas, settings: Settings) -> list[Contradiction]:
    """Return the judgements in force that the registers of this atlas contradict, the oldest first.

    Raises:
        StorageFailed: the judgements cannot be read.

    """
    # An atlas that an earlier version built does not have the table.
    if not atlas.manifest["rows"].get(_TABLE) or not settings.judgements.exists():
        return []
    found: dict[Judgement, list[Said]] = {}
    holding = {(*judgement.pair, judgement.at): judgement for judgement in
               JudgementStore(settings.judgements).in_force()}
    for row in atlas.rows(f'SELECT * FROM {_TABLE} ORDER BY "at", "left", "right", rule, value, one, other'):
        judgement = holding.get((row["left"], row["right"], row["at"]))
        if judgement is not None:
            found.setdefault(judgement, []).append(Said(row["rule"], row["value"], row["one"], row["other"]))
    return [Contradiction(judgement, said) for judgement, said in found.items()]
