"""Answers from whoever sits before the program: single keys where there is a terminal, lines where there is none."""

import os
import select
import signal
import sys
import termios
import tty
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from types import FrameType
from typing import Protocol

#: What terminals send for the arrows, in their two modes (ECMA-48, and DEC's application mode).
_ARROWS = {"[C": "right", "OC": "right", "[D": "left", "OD": "left", "[A": "up", "OA": "up", "[B": "down", "OB": "down"}
_ESCAPE, _END = "\x1b", "\x04"
#: What the system keeps of a terminal's mode.
Mode = list[int | list[bytes | int]] | list[int | list[bytes]] | list[int | list[int]]
#: Seconds within which the rest of an arrow follows its first character, also over a slow line.
_REST = 0.05
#: Bytes that are read at a time: more than anyone types between two looks.
_BYTES = 1024


@dataclass(frozen=True)
class Answer:
    """A key (a character, or the name of an arrow), and what was written behind it where answers are lines."""

    key: str
    note: str = ""


class Answers(Protocol):
    """Where answers come from."""

    def answer(self) -> Answer | None:
        """Wait for the next answer; None when there will be none."""

    def line(self, prompt: str) -> str:
        """Ask for a line of text; empty when there is none."""


@contextmanager
def answers() -> Iterator[Answers]:
    """Read from the terminal key by key, or from standard input line by line where that is none.

    The terminal is as it was when the block ends, also when the program is asked to.
    """
    if not sys.stdin.isatty():
        yield _Lines()
        return
    before = termios.tcgetattr(sys.stdin)

    def end(_signal: int, _frame: FrameType | None) -> None:
        # No exception: a query in which it comes would make another one of it.
        termios.tcsetattr(sys.stdin, termios.TCSADRAIN, before)
        signal.signal(signal.SIGTERM, asked)
        os.kill(os.getpid(), signal.SIGTERM)

    asked = signal.signal(signal.SIGTERM, end)
    keys = _Keys(before)
    pressed = signal.signal(signal.SIGINT, keys.interrupt)
    try:
        tty.setcbreak(sys.stdin, termios.TCSADRAIN)
        yield keys
    finally:
        termios.tcsetattr(sys.stdin, termios.TCSADRAIN, before)
        signal.signal(signal.SIGINT, pressed)
        signal.signal(signal.SIGTERM, asked)


class _Keys:
    """Keys of a terminal in cbreak mode: each is read as it is pressed, Ctrl-C still interrupts."""

    def __init__(self, usual: Mode) -> None:
        """Remember the terminal's usual mode, in which lines are typed."""
        self._usual = usual
        self._waiting: deque[str] = deque()
        self._interrupted = False

    def interrupt(self, _signal: int, _frame: FrameType | None) -> None:
        """Hear Ctrl-C: it interrupts what runs, and is remembered where that does not let an exception through."""
        self._interrupted = True
        raise KeyboardInterrupt

    def answer(self) -> Answer | None:
        key = self._next()
        if key == _ESCAPE:
            return Answer(self._arrow())
        return None if key in {"", _END} else Answer(key)

    def line(self, prompt: str) -> str:
        termios.tcsetattr(sys.stdin, termios.TCSADRAIN, self._usual)
        try:
            # What was pressed already belongs to the line.
            typed = "".join(self._waiting)
            self._waiting.clear()
            return typed.partition("\n")[0] if "\n" in typed else typed + input(prompt)
        except EOFError:
            return ""
        finally:
            tty.setcbreak(sys.stdin, termios.TCSADRAIN)

    def _next(self, patience: float | None = None) -> str:
        """Return the next character; empty at the end, or when none comes in time."""
        if self._interrupted:
            raise KeyboardInterrupt
        if not self._waiting:
            if patience is not None and not select.select([sys.stdin], [], [], patience)[0]:
                return ""
            self._waiting.extend(os.read(sys.stdin.fileno(), _BYTES).decode("utf-8", errors="ignore"))
        return self._waiting.popleft() if self._waiting else ""

    def _arrow(self) -> str:
        """Return the arrow whose first character was read; any other sequence is named like the escape key."""
        first = self._next(_REST)
        if first not in {"[", "O"}:
            self._waiting.extendleft(first)
            return "escape"
        rest = first
        while (character := self._next(_REST)) and not character.isalpha() and character != "~":
            rest += character
        return _ARROWS.get(rest + character, "escape")


class _Lines:
    """Lines of standard input: the first word is the answer, what follows it the note."""

    def answer(self) -> Answer | None:
        for line in sys.stdin:
            word, _, note = line.strip().partition(" ")
            if word:
                return Answer(word, note.strip())
        return None

    def line(self, prompt: str) -> str:
        sys.stdout.write(prompt)
        return sys.stdin.readline().strip()
