"""Two sides beside each other, as a terminal shows them and as data."""

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from openvalley.atlas.doubts import Doubt, argue
from openvalley.atlas.sides import Side
from openvalley.cli.speech import Speech
from openvalley.resolve.judged_mentions import called
from openvalley.vocabulary.terms import Vocabulary

#: Names, numbers and sources of a side that the terminal shows; --json has all.
_SHOWN = 12


def print_pair(console: Console, doubt: Doubt, both: tuple[Side, Side], speech: Speech) -> None:
    """Print both sides beside each other, and below them what speaks for and against."""
    left, right = both
    say = speech.say
    argued = argue(doubt, left, right)
    table = Table(box=None, show_header=False, padding=(0, 2, 0, 0), expand=True)
    table.add_column(style="dim", no_wrap=True)
    for _ in doubt.pair:
        table.add_column(ratio=1, overflow="fold")
    for (what, ours), (_, theirs) in zip(_lines(left, speech), _lines(right, speech), strict=True):
        if ours or theirs:
            table.add_row(what, escape(ours), escape(theirs))
    console.print(table)
    marks = [say("for:"), say("against:"), say("machine:"), "n:"]
    width = max(map(len, marks)) + 1
    found = ["; ".join(map(speech.tell, argued.one)) or "-", "; ".join(map(speech.tell, argued.two)) or "-"]
    for mark, words in zip(marks, found, strict=False):
        console.print(f"{mark:<{width}}{escape(words)}")
    if doubt.probability is not None:
        share = say("%(share)s that they are one", share=f"{doubt.probability:.0%}")
        console.print(f"{marks[2]:<{width}}{share}")
    if doubt.asked:
        alone = say("nothing matches %(what)s", what=called(doubt.asked))
        console.print(f"{marks[3]:<{width}}{escape(alone)}", style="dim", soft_wrap=True)


def pair_data(doubt: Doubt, left: Side, right: Side) -> dict[str, Any]:
    """Return a pair for ``--json``, with its sides and what speaks for and against."""
    argued = argue(doubt, left, right)
    return {
        "left": asdict(left), "right": asdict(right), "doubt": doubt.kind.value, "probability": doubt.probability,
        "for": argued.one, "against": argued.two, "no_match_is_about": doubt.asked or None,
        "judgement": asdict(doubt.judgement) if doubt.judgement else None, "in_scope": doubt.in_scope,
        "in_region": doubt.in_region, "weight": doubt.weight}


def _lines(side: Side, speech: Speech) -> list[tuple[str, str]]:
    """Return what is shown of a side, line by line."""
    say = speech.say
    names = [f"{name.value}{f' ({told})' if (told := ', '.join(filter(None, (name.language, name.kind)))) else ''}"
             for name in side.names]
    what = ([speech.term(Vocabulary.KIND, side.kind)] if side.kind else
            [say("a text")] if side.id is None else [])
    state = [speech.term(Vocabulary.STATE, side.state)] if side.state else []
    counted = [*([say("projects: %(number)s", number=f"{side.projects:,}")] if side.projects else ()),
               *([say("trials: %(number)s", number=f"{side.trials:,}")] if side.trials else ())]
    return [
        ("", side.name or side.id or side.record), (say("names"), _cut(names, speech)),
        (say("what"), ", ".join([*what, *state])), (say("town"), ", ".join(side.towns)),
        (say("country"), side.country or ""),
        (say("numbers"), _cut([f"{scheme.upper()} {value}" for scheme, value in side.identifiers], speech)),
        (say("websites"), _cut(side.websites, speech)),
        (say("sources"), _cut([f"{source.record} ({source.title}{f', {source.as_of}' if source.as_of else ''})"
                               for source in side.sources], speech)),
        (say("does"), ", ".join(counted)),
    ]


def _cut(lines: Sequence[str], speech: Speech) -> str:
    more = ([speech.say("... and %(number)s more", number=len(lines) - _SHOWN)] if len(lines) > _SHOWN else [])
    return "\n".join([*lines[:_SHOWN], *more])
