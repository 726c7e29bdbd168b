"""review: doubtful pairs settled with single keys in a terminal, with lines where there is none, or listed."""

import codecs
import io
import os
import pty
import re
import select
import signal
import subprocess
import sys
import termios
from contextlib import contextmanager

import pytest

import doubtful
import worlds
from doubtful import CLINIC, DOCK, FAR, NAMESAKE, NORTH
from openvalley.resolve.judgement import Decision, Judgement
from openvalley.resolve.judgements import JudgementStore
from serving import ENDED

#: The command in a session whose terminal is the one that it reads from, so that Ctrl-C reaches it.
_PROGRAM = """
import fcntl, termios
from openvalley.cli.main import run
fcntl.ioctl(0, termios.TIOCSCTTY, 0)
run()
"""
_COMMAND = [sys.executable, "-c", _PROGRAM, "review"]


@pytest.fixture
def waiting(tmp_path, tmp_path_factory):
    """A home in which three pairs wait, whose judgements a test may change."""
    return doubtful.waiting(tmp_path_factory, tmp_path / "home").home


def _kept(home):
    return [(judgement.left, judgement.right, judgement.decision.value)
            for judgement in JudgementStore(home / "judgements.sqlite").history()]


class _Terminal:
    """A terminal with the command in it: waits for words, presses keys."""

    def __init__(self, program, master):
        self.program = program
        self._master = master
        self._decoder = codecs.getincrementaldecoder("utf-8")()  # a read may end within a letter
        self.said = ""

    def wait(self, words):
        """Read until words are said that were not said before."""
        while words not in self.said:
            ready, _, _ = select.select([self._master], [], [], ENDED)
            assert ready, f"{words!r} did not come: {self.said[-2000:]}"
            try:
                new = os.read(self._master, 65536)
            except OSError as ended:
                raise AssertionError(f"{words!r} did not come before the end: {self.said[-2000:]}") from ended
            self.said = re.sub(r"\x1b\[[0-9;?]*[a-zA-Z]", "", self.said + self._decoder.decode(new))
        self.said = self.said.partition(words)[2]

    def press(self, keys):
        os.write(self._master, keys.encode())


@contextmanager
def _terminal(home, *options):
    """Run review in a pseudo-terminal; its mode is the same afterwards."""
    master, slave = pty.openpty()
    before = termios.tcgetattr(slave)
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path)), "TERM": "xterm",
                   "COLUMNS": "120", "LOGNAME": "an"}
    program = subprocess.Popen([*_COMMAND, "--home", str(home), *options], stdin=slave, stdout=slave, stderr=slave,
                               env=environment, start_new_session=True)
    terminal = _Terminal(program, master)
    try:
        yield terminal
        if program.returncode != -signal.SIGKILL:
            assert termios.tcgetattr(slave) == before
    finally:
        program.kill()
        program.wait()
        os.close(slave)
        os.close(master)


def test_keys_alone_settle_pairs(waiting):
    with _terminal(waiting) as terminal:
        terminal.wait("1 of 3")
        terminal.wait("Kade Clinic")
        terminal.press("s")
        terminal.wait(f"kept: {CLINIC} is {NAMESAKE}")
        terminal.wait("2 of 3")
        terminal.wait("Institut du Dock (fr, label)")
        terminal.press("?")
        terminal.wait("undo the last decision")
        terminal.press("z")
        terminal.wait("'z' is no answer")
        terminal.press("n")
        terminal.wait("Each of the two is an organisation of its register")
        terminal.press("d")
        terminal.wait(f"kept: {DOCK} is not {NORTH}")
        terminal.wait("3 of 3")
        terminal.press("\x1b[C")
        terminal.wait("That was the last pair")
        terminal.press("\x1b[D")
        terminal.wait("3 of 3")
        terminal.press("\x1b")
        terminal.wait("'escape' is no answer")
        terminal.press("u")
        terminal.wait(f"taken back: {DOCK} is not {NORTH}")
        terminal.wait("2 of 3")
        terminal.press("k")
        terminal.wait("3 of 3")
        terminal.press("q")
        terminal.wait("1 decided, 2 left for later")
        terminal.wait("become one")
        assert terminal.program.wait(ENDED) == 0
    assert _kept(waiting) == [(CLINIC, NAMESAKE, "same"), (DOCK, NORTH, "different"), (DOCK, NORTH, "undecided")]
    assert JudgementStore(waiting / "judgements.sqlite").history()[0].judge == "an"


_SPOKEN = {
    "nl": ("1 van 3", "tegen:", "bewaard:", "de laatste beslissing ongedaan", "teruggenomen:",
           "0 beslist, 3 voor later", "organisatie van haar register"),
    "fr": ("1 sur 3", "contre", "gardé", "annuler la dernière décision", "annulé", "0 décidées, 3 laissées",
           "organisation de son registre"),
    "de": ("1 von 3", "dagegen:", "festgehalten:", "die letzte Entscheidung zurücknehmen", "zurückgenommen:",
           "0 entschieden, 3 für später", "Organisation ihres Registers"),
}


@pytest.mark.parametrize("language", list(_SPOKEN))
def test_pairs_are_settled_in_every_language_with_the_same_keys(waiting, language):
    place, against, kept, undo, taken_back, decided, refused = _SPOKEN[language]
    with _terminal(waiting, "--language", language) as terminal:
        terminal.wait(place)
        terminal.wait(against)
        terminal.press("?")
        terminal.wait(undo)
        terminal.press("s")
        terminal.wait(kept)
        terminal.press("n")
        terminal.wait(refused)
        terminal.press("u")
        terminal.wait(taken_back)
        terminal.wait(place)
        terminal.press("q")
        terminal.wait(decided)
        assert terminal.program.wait(ENDED) == 0
        assert "wait for a person" not in terminal.said
    assert [kept[2] for kept in _kept(waiting)] == ["same", "undecided"]


def test_a_language_that_there_is_not_is_said(waiting):
    with _terminal(waiting, "--language", "xx") as terminal:
        terminal.wait("There is no language 'xx' here.")
        assert terminal.program.wait(ENDED) == 3


def test_keys_that_are_pressed_ahead_are_not_lost_and_a_reason_can_be_typed(waiting):
    with _terminal(waiting, "--by", "Bo", "--note", "the usual") as terminal:
        terminal.wait("1 of 3")
        terminal.press("w")
        terminal.wait("why: ")
        terminal.press("same house\n")
        terminal.press("sdkdq")
        terminal.wait("no pair to decide about")
        terminal.wait("2 decided, 1 left for later")
        assert terminal.program.wait(ENDED) == 0
    history = JudgementStore(waiting / "judgements.sqlite").history()
    assert [(judgement.judge, judgement.why) for judgement in history] == [("Bo", "same house"), ("Bo", "the usual")]


@pytest.mark.parametrize("how", ["Ctrl-C", "Ctrl-D", "SIGTERM", "SIGKILL"])
def test_what_was_decided_is_kept_however_it_ends(waiting, how):
    with _terminal(waiting) as terminal:
        terminal.wait("1 of 3")
        terminal.press("n")
        terminal.wait(f"kept: nothing matches {CLINIC}")
        terminal.wait("2 of 3")
        if how.startswith("Ctrl"):
            terminal.press({"Ctrl-C": "\x03", "Ctrl-D": "\x04"}[how])
            terminal.wait("1 decided, 2 left for later")
        else:
            terminal.program.send_signal(getattr(signal, how))
        assert terminal.program.wait(ENDED) == {"SIGTERM": -15, "SIGKILL": -9}.get(how, 0)
    assert _kept(waiting) == [(CLINIC, "", "no match")]


@pytest.fixture
def typed(say, waiting, monkeypatch):
    """Return a function that gives lines to review."""
    def type_lines(lines, *options):
        monkeypatch.setattr(sys, "stdin", io.StringIO(lines))
        return say("review", "--home", waiting, *options)

    return type_lines


def test_lines_settle_pairs_where_there_is_no_terminal(typed, waiting):
    said = typed("different  two houses\nw one campus\n\nsame\n", "--by", "An")
    assert (said.status, "2 decided, 1 left for later" in said.out) == (0, True)
    assert "stay two" in said.out
    history = JudgementStore(waiting / "judgements.sqlite").history()
    assert [(judgement.decision.value, judgement.why) for judgement in history] == [
        ("different", "two houses"), ("same", "one campus")]
    assert typed("quit\n").out.startswith("1 pairs wait for a person; 1 are shown.")


def test_the_queue_is_listed_without_asking(say, waiting):
    said = say("review", "--json", "--home", waiting).json
    assert (said["total"], said["shown"]) == (3, 3)
    first = said["pairs"][0]
    assert (first["left"]["record"], first["right"]["record"], first["doubt"]) == (CLINIC, NAMESAKE, "hindered")
    assert "same name: Kade Clinic" in first["for"]
    assert "a register keeps them apart" in first["against"]
    assert (first["no_match_is_about"], first["probability"], first["in_region"]) == (CLINIC, None, True)
    assert not (waiting / "judgements.sqlite").exists()


@pytest.mark.parametrize(("options", "pairs"), [
    (["--limit", "1"], [CLINIC]), (["--country", "Türkiye"], []), (["--country", "TR"], [FAR[0]]),
    (["--region-only"], [CLINIC, DOCK]), (["--region-only", "--country", "TR"], []),
])
def test_the_queue_can_be_narrowed(say, waiting, options, pairs):
    said = say("review", "--json", "--home", waiting, *options)
    if said.status:
        assert said.json["error"]["code"] == "bad_input"
    else:
        assert [pair["left"]["record"] for pair in said.json["pairs"]] == pairs


def test_nothing_to_settle_is_said(say, waiting, river_home):
    assert "None of the pairs" in say("review", "--country", "NL", "--home", waiting).out
    assert "No pair waits" in say("review", "--home", river_home).out


@pytest.mark.parametrize(("options", "code"), [
    (["--by", " "], "bad_input"), (["--country", "Nowhere"], "bad_input"), (["--limit", "0"], "usage"),
])
def test_what_cannot_be_done_is_said(typed, options, code):
    said = typed("s\n", *options)
    assert said.status == {"bad_input": 3, "usage": 2}[code]
    assert said.err


def test_before_anything_is_built_that_is_said(say, tmp_path):
    assert say("review", "--home", tmp_path, "--json").json["error"]["code"] == "nothing_built"


def test_a_contradiction_is_looked_at_first_and_settled_with_what_is_known_now(say, waiting, typed, tmp_path_factory):
    """The world as it is knows more than the judge did: nothing was seen when it was judged."""
    store = JudgementStore(waiting / "judgements.sqlite")
    store.add(Judgement(DOCK, NORTH, Decision.DIFFERENT, "Bo", "two houses", "2026-01-02T00:00:00+00:00"))
    settings = worlds.home_at(tmp_path_factory.mktemp("contradicted") / "home")
    worlds.take_in(settings, doubtful.DOUBTFUL)
    (waiting / "judgements.sqlite").rename(settings.judgements)
    assert "registers now say" in say("build", "--region", worlds.REGION, "--home", settings.home).out
    said = say("review", "--json", "--home", settings.home).json
    assert [pair["doubt"] for pair in said["pairs"]] == ["contradicted", "hindered", "hindered"]
    assert said["pairs"][0]["judgement"]["judge"] == "Bo"
    told = typed("d I know\nq\n", "--home", settings.home, "--by", "An")
    assert "The judgement of 2026-01-02 by Bo stands" in " ".join(told.out.split())
    assert JudgementStore(settings.judgements).in_force()[0].seen == ("identifier isni 0000000121032683",)
    assert say("status", "--json", "--home", settings.home).json["contradictions"] == []
    say("build", "--region", worlds.REGION, "--home", settings.home)
    assert say("status", "--json", "--home", settings.home).json["contradictions"] == []
