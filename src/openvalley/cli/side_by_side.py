"""Two sides beside each other, as a terminal shows them and as data."""

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from openvalley.atlas.doubts import Doubt, argue
from openvalley.atlas.sides import Side
from openvalley.resolve.judged_mentions import called
from openvalley.vocabulary.terms import Vocabulary, label

#: Names, numbers and sources of a side that the terminal shows; --json has all.
_SHOWN = 12


def print_pair(console: Console, doubt: Doubt, left: Side, right: Side) -> None:
    """Print both sides beside each other, and below them what speaks for and against."""
    argued = argue(doubt, left, right)
    table = Table(box=None, show_header=False, padding=(0, 2, 0, 0), expand=True)
    table.add_column(style="dim", no_wrap=True)
    for _ in doubt.pair:
        table.add_column(ratio=1, overflow="fold")
    for (what, ours), (_, theirs) in zip(_lines(left), _lines(right), strict=True):
        if ours or theirs:
            table.add_row(what, escape(ours), escape(theirs))
    console.print(table)
    console.print(f"for:      {escape('; '.join(argued.one) or '-')}")
    console.print(f"against:  {escape('; '.join(argued.two) or '-')}")
    if doubt.probability is not None:
        console.print(f"machine:  {doubt.probability:.0%} that they are one")
    if doubt.asked:
        console.print(f"n:        nothing matches {escape(called(doubt.asked))}", style="dim", soft_wrap=True)


def pair_data(doubt: Doubt, left: Side, right: Side) -> dict[str, Any]:
    """Return a pair for ``--json``, with its sides and what speaks for and against."""
    argued = argue(doubt, left, right)
    return {
        "left": asdict(left), "right": asdict(right), "doubt": doubt.kind.value, "probability": doubt.probability,
        "for": argued.one, "against": argued.two, "no_match_is_about": doubt.asked or None,
        "judgement": asdict(doubt.judgement) if doubt.judgement else None, "in_scope": doubt.in_scope,
        "in_region": doubt.in_region, "weight": doubt.weight}


def _lines(side: Side) -> list[tuple[str, str]]:
    """Return what is shown of a side, line by line."""
    names = [f"{name.value}{f' ({told})' if (told := ', '.join(filter(None, (name.language, name.kind)))) else ''}"
             for name in side.names]
    what = [label(Vocabulary.KIND, side.kind, "en")] if side.kind else ["a text"] if side.id is None else []
    state = [label(Vocabulary.STATE, side.state, "en")] if side.state else []
    counted = [f"{count:,} {what}{'' if count == 1 else 's'}" for count, what in (
        (side.projects, "project"), (side.trials, "trial")) if count]
    return [
        ("", side.name or side.id or side.record), ("names", _cut(names)), ("what", ", ".join([*what, *state])),
        ("town", ", ".join(side.towns)), ("country", side.country or ""),
        ("numbers", _cut([f"{scheme.upper()} {value}" for scheme, value in side.identifiers])),
        ("websites", _cut(side.websites)),
        ("sources", _cut([f"{source.record} ({source.title}{f', {source.as_of}' if source.as_of else ''})"
                          for source in side.sources])),
        ("does", ", ".join(counted)),
    ]


def _cut(lines: Sequence[str]) -> str:
    more = [f"... and {len(lines) - _SHOWN} more"] if len(lines) > _SHOWN else []
    return "\n".join([*lines[:_SHOWN], *more])
