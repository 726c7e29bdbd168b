"""review: the doubtful pairs side by side, one by one, settled with single keys."""

import getpass
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from rich.markup import escape
from rich.table import Table

from openvalley.atlas.contradicted import judged
from openvalley.atlas.doubts import Doubt, argue, doubts
from openvalley.atlas.reader import Atlas, open_atlas
from openvalley.atlas.sides import Side, sides
from openvalley.atlas.sitting import Sitting, consequences
from openvalley.cli.edge import Edge
from openvalley.cli.keyboard import Answer, Answers, answers
from openvalley.errors import BadInput
from openvalley.resolve.countries import country_code
from openvalley.resolve.judgements import Decision, JudgementStore
from openvalley.vocabulary.terms import Vocabulary, label

#: What keys mean. Where answers are lines, the words stand for them.
_DECISIONS = {"s": Decision.SAME, "d": Decision.DIFFERENT, "n": Decision.NO_MATCH}
_WORDS = {"same": "s", "different": "d", "no": "n", "none": "n", "skip": "k", "later": "k", "right": "k", "undo": "u",
          "left": "b", "back": "b", "why": "w", "note": "w", "quit": "q", "help": "?", "h": "?"}
_KEYS = ("[bold]s[/] same  [bold]d[/] different  [bold]n[/] no match  [bold]k[/] later  [bold]u[/] undo  "
         "[bold]w[/] why  [bold]q[/] quit  [bold]?[/] help")
_HELP = """\
  s          the two are one organisation
  d          they are two
  n          no organisation matches the one that is not a register's own (the left or right that [bold]n[/] names)
  k, right   later: go on without deciding
  b, left    back to the pair before
  w          write a reason; it goes with the next decision
  u          undo the last decision, and look at its pair again
  q          quit; what was decided is kept
Without a terminal each line is an answer: a key or its word, and behind it the reason."""
_LAST = "That was the last pair.  [bold]u[/] undo  [bold]b[/] back  [bold]q[/] quit"
#: Names and sources of a side that are shown; --json has all.
_SHOWN = 12
#: What the next build will do is listed up to so many lines.
_LISTED = 10


@dataclass(frozen=True)
class Wanted:
    """Which pairs are looked at: of this country, of the region alone, and how many at most."""

    country: str | None
    region_only: bool
    limit: int

    def chosen(self, found: Sequence[Doubt]) -> list[Doubt]:
        """Return those that are wanted, in their order.

        Raises:
            BadInput: there is no such country.

        """
        code = country_code(self.country) if self.country else None
        if self.country and code is None:
            raise BadInput(f"{self.country[:60]!r} is no country.", hint="Give its two letters, such as BE.")
        kept = [doubt for doubt in found if (doubt.in_region or not self.region_only)
                and (code is None or code in doubt.countries)]
        return kept[:self.limit]


def review(edge: Edge, wanted: Wanted, by: str | None, note: str) -> None:
    """Show doubtful pairs one by one and keep what is decided; with ``--json`` list them.

    Args:
        edge: where to print.
        wanted: which pairs.
        by: who decides; the system's user when it is None.
        note: the reason of all decisions that get none of their own.

    """
    atlas = open_atlas(edge.settings.home)
    waiting = doubts(atlas, edge.settings)
    chosen = wanted.chosen(waiting)
    if edge.as_json:
        edge.print_json({"total": len(waiting), "shown": len(chosen), "atlas_version": atlas.version,
                         "pairs": _as_data(atlas, chosen)})
        return
    if not chosen:
        edge.console.print("None of the pairs that wait is like this." if waiting else "No pair waits for a person.")
        return
    sitting = Sitting(atlas, JudgementStore(edge.settings.judgements), chosen, by if by is not None else _user())
    edge.console.print(f"{len(waiting):,} pairs wait for a person; {len(chosen):,} are shown.\n{_KEYS}")
    with answers() as given:
        try:
            _Table(edge, atlas, sitting, note).sit(given)
        except KeyboardInterrupt:
            edge.console.print("Stopped.")
    _end(edge, atlas, sitting)


class _Table:
    """The table at which a person sits: shows the current pair, takes answers."""

    def __init__(self, edge: Edge, atlas: Atlas, sitting: Sitting, note: str) -> None:
        self._edge = edge
        self._atlas = atlas
        self._sitting = sitting
        self._usual = note
        self._note = note
        self._ways: dict[str, Callable[[], object]] = {
            "k": sitting.skip, "b": sitting.back, "u": self._undo, "?": self._help}

    def sit(self, given: Answers) -> None:
        """Ask about one pair after another until nobody answers; the last answer can still be undone."""
        shown = None
        while True:
            doubt = self._sitting.current
            if (self._sitting.place, doubt) != shown:
                self._show(doubt) if doubt is not None else self._edge.console.print(_LAST)
                shown = (self._sitting.place, doubt)
            answer = given.answer()
            if answer is None or not self._heard(answer, given):
                return

    def _heard(self, answer: Answer, given: Answers) -> bool:
        """Do what an answer says; return whether to go on."""
        key = answer.key.lower()
        key = _WORDS.get(key, key)
        if key == "q":
            return False
        if key in _DECISIONS:
            self._decide(_DECISIONS[key], answer.note)
        elif key == "w":
            self._note = answer.note or given.line("why: ") or self._usual
        elif key in self._ways:
            self._ways[key]()
        else:
            self._edge.console.print(f"{escape(repr(answer.key[:20]))} is no answer.  {_KEYS}")
        return True

    def _decide(self, decision: Decision, note: str) -> None:
        try:
            judgement = self._sitting.decide(decision, note or self._note)
        except BadInput as problem:
            self._edge.console.print(f"{problem.message} {problem.hint}")
            return
        self._note = self._usual
        self._edge.console.print(f"  [bold]kept[/]: {escape(judged(judgement))}", soft_wrap=True)

    def _undo(self) -> None:
        judgement = self._sitting.undo()
        told = f"taken back: {judged(judgement)}" if judgement else "nothing was decided in this sitting"
        self._edge.console.print(f"  {escape(told)}", soft_wrap=True)

    def _help(self) -> None:
        self._edge.console.print(_HELP)

    def _show(self, doubt: Doubt) -> None:
        console = self._edge.console
        found = sides(self._atlas, doubt.pair)
        left, right = (found[record] for record in doubt.pair)
        argued = argue(doubt, left, right)
        console.rule(f"{self._sitting.place + 1} of {len(self._sitting.doubts)}")
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
            console.print(f"n:        nothing matches {escape(doubt.asked)}", style="dim", soft_wrap=True)


def _lines(side: Side) -> list[tuple[str, str]]:
    """Return what is shown of a side, line by line."""
    names = [f"{name.value}{f' ({told})' if (told := ', '.join(filter(None, (name.language, name.kind)))) else ''}"
             for name in side.names]
    what = [label(Vocabulary.KIND, side.kind, "en")] if side.kind else []
    state = [label(Vocabulary.STATE, side.state, "en")] if side.state else []
    counted = [f"{count:,} {what}{'' if count == 1 else 's'}" for count, what in (
        (side.projects, "project"), (side.trials, "trial")) if count]
    return [
        ("", side.name or side.id), ("names", _cut(names)), ("what", ", ".join([*what, *state])),
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


def _end(edge: Edge, atlas: Atlas, sitting: Sitting) -> None:
    """Tell what was decided and what the next build will make of it."""
    decided = [done.judgement for done in sitting.decided]
    left = len(sitting.doubts) - len(decided)
    edge.console.print(f"{len(decided):,} decided, {left:,} left for later.")
    told = consequences(atlas, decided)
    if told:
        edge.console.print("The next build will heed this:")
    for words in told[:_LISTED]:
        edge.console.print(f"  {escape(words)}", soft_wrap=True)
    if len(told) > _LISTED:
        edge.console.print(f"  ... and {len(told) - _LISTED:,} more: openvalley judgements list")


def _user() -> str:
    """Return the name of the system's user; a system that knows none has nobody to decide."""
    try:
        return getpass.getuser()
    except (OSError, KeyError) as unknown:
        raise BadInput("This system does not say who you are.", hint="Say it: --by NAME") from unknown


def _as_data(atlas: Atlas, chosen: Sequence[Doubt]) -> list[dict[str, Any]]:
    """Return pairs for ``--json``, each with its sides and what speaks for and against."""
    found = sides(atlas, sorted({record for doubt in chosen for record in doubt.pair}))
    data = []
    for doubt in chosen:
        left, right = (found[record] for record in doubt.pair)
        argued = argue(doubt, left, right)
        data.append({
            "left": asdict(left), "right": asdict(right), "doubt": doubt.kind.value, "probability": doubt.probability,
            "for": argued.one, "against": argued.two, "no_match_is_about": doubt.asked or None,
            "judgement": asdict(doubt.judgement) if doubt.judgement else None, "in_scope": doubt.in_scope,
            "in_region": doubt.in_region, "weight": doubt.weight})
    return data
