"""review: the doubtful pairs side by side, one by one, settled with single keys."""

import getpass
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from rich.markup import escape

from openvalley.atlas.contradicted import judged
from openvalley.atlas.doubts import Doubt, doubts
from openvalley.atlas.lists import writable
from openvalley.atlas.reader import Atlas, open_atlas
from openvalley.atlas.settling import waiting, write_settled
from openvalley.atlas.sides import Side, sides
from openvalley.atlas.sitting import Sitting, consequences
from openvalley.cli.edge import Edge, interrupted
from openvalley.cli.keyboard import Answer, Answers, answers
from openvalley.cli.side_by_side import pair_data, print_pair
from openvalley.cli.speech import Speech
from openvalley.errors import BadInput
from openvalley.resolve.countries import country_code
from openvalley.resolve.judgement import Decision, Judgement
from openvalley.resolve.judgements import JudgementStore

#: What keys mean. Where answers are lines, the words stand for them.
_DECISIONS = {"s": Decision.SAME, "d": Decision.DIFFERENT, "n": Decision.NO_MATCH}
_WORDS = {"same": "s", "different": "d", "no": "n", "none": "n", "skip": "k", "later": "k", "right": "k", "undo": "u",
          "left": "b", "back": "b", "why": "w", "note": "w", "quit": "q", "help": "?", "h": "?"}
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


@dataclass(frozen=True)
class Judge:
    """Who decides (None: the system's user), and the reason of all decisions that get none of their own."""

    by: str | None
    note: str

    @property
    def name(self) -> str:
        """Who decides.

        Raises:
            BadInput: the system does not say who its user is.

        """
        if self.by is not None:
            return self.by
        try:
            return getpass.getuser()
        except (OSError, KeyError) as unknown:
            raise BadInput("This system does not say who you are.", hint="Say it: --by NAME") from unknown


def _keys(speech: Speech) -> str:
    return speech.say("[bold]s[/] same  [bold]d[/] different  [bold]n[/] no match  [bold]k[/] later  [bold]u[/] undo  "
                      "[bold]w[/] why  [bold]q[/] quit  [bold]?[/] help")


def _help(speech: Speech) -> str:
    say = speech.say
    return "\n".join(f"  {keys:<11}{words}" for keys, words in (
        ("s", say("the two are one organisation")), ("d", say("they are two")),
        ("n", say("no organisation matches the one that is not a register's own (the left or right that [bold]n[/] "
                  "names)")),
        ("k, \N{RIGHTWARDS ARROW}", say("later: go on without deciding")),
        ("b, \N{LEFTWARDS ARROW}", say("back to the pair before")),
        ("w", say("write a reason; it goes with the next decision")),
        ("u", say("undo the last decision, and look at its pair again")),
        ("q", say("quit; what was decided is kept")),
    )) + "\n" + say("Without a terminal each line is an answer: a key or its word, and behind it the reason.")


@dataclass(frozen=True)
class _Queue:
    """Pairs that wait, those of them that are looked at, and sides that the atlas does not know."""

    total: int
    chosen: Sequence[Doubt]
    given: Mapping[str, Side]


def review(edge: Edge, wanted: Wanted, judge: Judge, speech: Speech) -> None:
    """Show doubtful pairs one by one and keep what is decided; with ``--json`` list them."""
    atlas = open_atlas(edge.settings.home)
    found = doubts(atlas, edge.settings)
    queue = _Queue(len(found), wanted.chosen(found), {})
    if edge.as_json:
        _list(edge, atlas, queue)
    elif not queue.chosen:
        edge.console.print(speech.say("None of the pairs that wait is like this.") if found else
                           speech.say("No pair waits for a person."))
    else:
        decided = _sit(edge, atlas, queue, judge, speech)
        told = consequences(atlas, decided)
        if told:
            edge.console.print(speech.say("The next build will heed this:"))
        for words in told[:_LISTED]:
            edge.console.print(f"  {escape(speech.tell(words))}", soft_wrap=True)
        if len(told) > _LISTED:
            more = speech.say("... and %(number)s more", number=len(told) - _LISTED)
            edge.console.print(f"  {more}: openvalley judgements list")


def review_list(edge: Edge, wanted: Wanted, judge: Judge, files: tuple[Path, Path], speech: Speech) -> None:
    """Settle the rows of a list that link left for review (the first file), and write it (the second); or list them.

    Raises:
        BadInput: link did not write the list, or it cannot be written.

    """
    source, target = files
    writable(target)
    atlas = open_atlas(edge.settings.home)
    found = waiting(atlas, source, _in_force(edge))
    queue = _Queue(len(found.doubts), wanted.chosen(found.doubts), found.sides)
    if edge.as_json:
        _list(edge, atlas, queue)
        return
    if queue.chosen:
        _sit(edge, atlas, queue, judge, speech)
    else:
        edge.console.print(speech.say("None of the rows that wait is like this.") if queue.total else
                           speech.say("No row waits for a person."))
    counts = write_settled(atlas, source, target, _in_force(edge))
    edge.console.print(speech.say(
        "%(settled)s rows settled; now %(match)s match, %(review)s for review, %(none)s none. Written to %(file)s",
        **{name: f"{counts[name]:,}" for name in ("settled", "match", "review", "none")}, file=escape(str(target))),
        soft_wrap=True)


def _sit(edge: Edge, atlas: Atlas, queue: _Queue, judge: Judge, speech: Speech) -> list[Judgement]:
    """Ask about each pair of a queue and return what was decided."""
    sitting = Sitting(atlas, JudgementStore(edge.settings.judgements), queue.chosen, judge.name)
    all_told = speech.say("%(total)s pairs wait for a person; %(shown)s are shown.", total=f"{queue.total:,}",
                             shown=f"{len(queue.chosen):,}")
    edge.console.print(f"{all_told}\n{_keys(speech)}")
    with answers() as given:
        try:
            _Table(edge, sitting, speech, judge.note, lambda doubt: _both(atlas, doubt, queue.given)).sit(given)
        except (KeyboardInterrupt, RuntimeError) as problem:
            if not interrupted(problem):
                raise
            edge.console.print(speech.say("Stopped."))
    decided = [done.judgement for done in sitting.decided]
    left = sum(map(sitting.is_open, range(len(queue.chosen))))
    edge.console.print(speech.say("%(decided)s decided, %(left)s left for later.", decided=f"{len(decided):,}",
                                  left=f"{left:,}"))
    return decided


def _in_force(edge: Edge) -> list[Judgement]:
    """Return the judgements that hold; looking makes no store."""
    path = edge.settings.judgements
    return JudgementStore(path).in_force() if path.exists() else []


def _list(edge: Edge, atlas: Atlas, queue: _Queue) -> None:
    """Print a queue as data."""
    known = {**sides(atlas, sorted({record for doubt in queue.chosen for record in doubt.pair})), **queue.given}
    edge.print_json({"total": queue.total, "shown": len(queue.chosen), "atlas_version": atlas.version,
                     "pairs": [pair_data(doubt, known[doubt.left], known[doubt.right]) for doubt in queue.chosen]})


def _both(atlas: Atlas, doubt: Doubt, given: Mapping[str, Side]) -> tuple[Side, Side]:
    """Return the two sides of a pair."""
    known = {**sides(atlas, doubt.pair), **given}
    return known[doubt.left], known[doubt.right]


class _Table:
    """The table at which a person sits: shows the current pair, takes answers."""

    def __init__(self, edge: Edge, sitting: Sitting, speech: Speech, note: str,
                 sides_of: Callable[[Doubt], tuple[Side, Side]]) -> None:
        self._edge = edge
        self._sitting = sitting
        self._speech = speech
        self._sides_of = sides_of
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
                self._show(doubt) if doubt is not None else self._edge.console.print(self._last())
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
            self._note = answer.note or given.line(self._speech.say("why:") + " ") or self._usual
        elif key in self._ways:
            self._ways[key]()
        else:
            wrong = self._speech.say("%(key)s is no answer.", key=escape(repr(answer.key[:20])))
            self._edge.console.print(f"{wrong}  {_keys(self._speech)}")
        return True

    def _decide(self, decision: Decision, note: str) -> None:
        try:
            judgement = self._sitting.decide(decision, note or self._note)
        except BadInput as problem:
            say = self._speech.say
            told = {"no-pair": say("There is no pair to decide about. Begin again: openvalley review"),
                    "both-registered": say("Each of the two is an organisation of its register. Say that they differ.")}
            self._edge.console.print(told.get(str(problem.context.get("why")), f"{problem.message} {problem.hint}"))
            return
        self._note = self._usual
        kept = self._speech.say("[bold]kept[/]: %(words)s", words=escape(self._speech.tell(judged(judgement))))
        self._edge.console.print(f"  {kept}", soft_wrap=True)

    def _undo(self) -> None:
        judgement = self._sitting.undo()
        say = self._speech.say
        told = (say("taken back: %(words)s", words=self._speech.tell(judged(judgement))) if judgement else
                say("nothing was decided in this sitting"))
        self._edge.console.print(f"  {escape(told)}", soft_wrap=True)

    def _help(self) -> None:
        self._edge.console.print(_help(self._speech))

    def _last(self) -> str:
        return self._speech.say("That was the last pair.  [bold]u[/] undo  [bold]b[/] back  [bold]q[/] quit")

    def _show(self, doubt: Doubt) -> None:
        self._edge.console.rule(self._speech.say("%(place)s of %(total)s", place=self._sitting.place + 1,
                                                 total=len(self._sitting.doubts)))
        print_pair(self._edge.console, doubt, self._sides_of(doubt), self._speech)
