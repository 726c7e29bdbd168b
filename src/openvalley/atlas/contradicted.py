"""Contradictions: judgements that stand although registers say otherwise since, as the build found them.

Reads the atlas and the home's judgements: what was judged anew after the build, or taken back, is contradicted no more.
Next: the command line (build, status, review) and the doctor.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from openvalley.atlas.reader import Atlas
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
    def words(self) -> str:
        """The same as a sentence's end."""
        told = phrase(self.rule, self.value)
        return f"{self.one} and {self.other}: {told}" if self.other else told


@dataclass(frozen=True)
class Contradiction:
    """A judgement in force, and what registers say against it that its judge had not seen."""

    judgement: Judgement
    said: Sequence[Said]

    @property
    def words(self) -> str:
        """The whole in one sentence."""
        judgement = self.judgement
        against = "; ".join(said.words for said in self.said)
        return (f"registers now say: {against}. The judgement of {judgement.at[:10]} by {judgement.judge} stands: "
                f"{judged(judgement)}.")


def judged(judgement: Judgement) -> str:
    """Return what a judgement says, in words."""
    pair = sorted(filter(None, judgement.pair), key=lambda record: (mention_of(record) is None, record))
    ways = {Decision.SAME: "{} is {}", Decision.DIFFERENT: "{} is not {}", Decision.NO_MATCH: "nothing matches {}",
            Decision.UNDECIDED: "{} and {} are undecided" if judgement.right else "{} is undecided"}
    return ways[judgement.decision].format(*map(called, pair))


def phrase(rule: str, value: str) -> str:
    """Return what a piece of evidence says two records have in common, in words."""
    scheme, _, number = value.partition(" ")
    ways = {
        Rule.IDENTIFIER: f"same {scheme.upper()} {number}", Rule.NAME: f"same name ({value})",
        Rule.DOMAIN: f"same web domain ({value}) and words in common",
        Rule.SUCCESSOR: f"{value} took the place of the other, which was withdrawn",
        WITHDRAWN: f"{value} was withdrawn, and no other one took its place",
    }
    return ways.get(rule, f"{rule} {value}")


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
