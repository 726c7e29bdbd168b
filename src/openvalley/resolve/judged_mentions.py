"""Judgements of mentions: what people said of a text that stands for an organisation, at a town and in a country.

A text of a trial and a row of a user's list are judged alike: whoever settled one has settled the other. Next: the
mentions of trials, and the lists that `openvalley review --list` settles.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

from openvalley.resolve.judgement import Decision, Judgement

#: What stands in place of a source where a text is named like a record: ``mention/BE/Gent/UZ Gent``, and
#: its parts.
SOURCE = "mention"
_PARTS = 4


@dataclass(frozen=True)
class Mention:
    """A text with its town and country (ISO 3166-1 alpha-2); what is not known is empty."""

    text: str
    town: str = ""
    country: str = ""

    @property
    def record(self) -> str:
        """How judgements name it; the text stands last, so that it may hold anything."""
        return "/".join((SOURCE, self.country, self.town.replace("/", " "), self.text))


def called(record: str) -> str:
    """Return what a record is called in a sentence: a text by its words, its town and its country."""
    mention = mention_of(record)
    if mention is None:
        return record
    where = ", ".join(filter(None, (mention.town, mention.country)))
    return f"{mention.text!r} ({where})" if where else repr(mention.text)


def mention_of(record: str) -> Mention | None:
    """Return the mention that a judgement names; None where it names a register's row."""
    parts = record.split("/", _PARTS - 1)
    return Mention(parts[3], parts[2], parts[1]) if len(parts) == _PARTS and parts[0] == SOURCE else None


@dataclass
class Verdict:
    """What people said of one mention: the last word on what it is (or that it is nothing), and what it is not."""

    settled: Judgement | None = None
    refused: dict[str, Judgement] = field(default_factory=dict)

    @property
    def meant(self) -> str:
        """The record that is meant; empty where nothing is, or nobody has said it."""
        if self.settled is None or self.settled.decision is not Decision.SAME:
            return ""
        return next(record for record in self.settled.pair if mention_of(record) is None)


def verdicts(judgements: Sequence[Judgement]) -> dict[str, Verdict]:
    """Return what people said of mentions, by how judgements name them.

    Args:
        judgements: those in force, oldest first.

    """
    found: dict[str, Verdict] = {}
    for judgement in judgements:
        named = [record for record in judgement.pair if mention_of(record)]
        others = [record for record in judgement.pair if record and not mention_of(record)]
        if len(named) == 1 and judgement.decision is Decision.DIFFERENT:
            found.setdefault(named[0], Verdict()).refused[others[0]] = judgement
        elif len(named) == 1:
            found.setdefault(named[0], Verdict()).settled = judgement
    return found
