"""Builds that are killed at one step after another; run as a program by test_publish.py.

Each build is a fork of this process, which has imported everything and started no thread. What happens to the disk in
one step (a rename, a link) and each report of progress is an event; the process kills itself just before one of them.
Prints one JSON document: for each event what was about to happen and what the killed build left.
"""

import json
import os
import shutil
import signal
import sys
from collections.abc import Callable
from importlib import import_module
from itertools import count
from pathlib import Path

import gazetteer
import worlds
from openvalley.atlas import build as building
from openvalley.atlas.reader import open_atlas
from openvalley.settings import Settings

#: Of the reports of progress, which come many times a build, one in so many is an event. Events before the first are
#: the sync's, which has a test of its own.
_REPORTS = 40
_FIRST = "deciding who is who"


def begun(work: Callable[[], object], answer: Path) -> int:
    """Begin something in a fork, which writes what it returns as JSON; return the fork's process id."""
    child = os.fork()
    if not child:
        status = 1
        try:
            answer.write_text(json.dumps(work()), encoding="utf-8")
            status = 0
        finally:
            os._exit(status)
    return child


def ended_well(child: int) -> bool:
    """Wait for a fork; return whether it came to its end."""
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0


def build_until(settings: Settings, last: int, log: Path) -> str:
    """Build, and be killed just before the event of this number (0 is the first)."""
    events = reports = 0
    computing = False

    def event(name: str) -> None:
        nonlocal events
        if not computing:
            return
        if events == last:
            log.write_text(name, encoding="utf-8")
            os.kill(os.getpid(), signal.SIGKILL)
        events += 1

    def report(what: str, _done: int, _total: int | None) -> None:
        nonlocal reports, computing
        computing = computing or what == _FIRST
        if reports % _REPORTS == 0:
            event(f"report {what}")
        reports += computing

    def before(owner: object, name: str) -> None:
        step = getattr(owner, name)

        def stepping(*given: object, **named: object) -> object:
            event(f"{name} {Path(str(given[1 if name in ('replace', 'symlink_to') else 0])).name[:12]}")
            return step(*given, **named)

        setattr(owner, name, stepping)

    before(os, "replace")
    before(Path, "symlink_to")
    before(building, "_issue")
    return worlds.build(settings, report=report).version


def look(settings: Settings) -> dict[str, object]:
    """Open the published atlas and use it."""
    atlas = open_atlas(settings.home)
    hits = atlas.search("Kaai Incubator").items
    return {"version": atlas.version, "first": hits[0].name if hits else None,
            "organisations": len(atlas.rows("SELECT id FROM organisation")), "counted": atlas.counts()["organisations"]}


class _Attempt:
    """One build that is to be killed, in a home of its own."""

    def __init__(self, base: Settings, folder: Path, last: int) -> None:
        self._settings = worlds.home_at(folder / str(last))
        shutil.copytree(base.home, self._settings.home, symlinks=True)
        self.answer, self._log = folder / f"{last}.answer", folder / f"{last}.log"
        self._last = last

    def build(self) -> str:
        return build_until(self._settings, self._last, self._log)

    def left(self) -> dict[str, object]:
        """Return what the killed build left: what a reader in another process sees."""
        about = {"before": self._log.read_text(encoding="utf-8"), "home": str(self._settings.home)}
        assert ended_well(begun(lambda: look(self._settings), self.answer)), about
        return {**about, **json.loads(self.answer.read_text(encoding="utf-8"))}


def main(folder: Path) -> dict[str, object]:
    """Kill builds at every event, each beginning from the same home folder."""
    # What every build would import for itself.
    import_module("openvalley.engine.duckdb")
    import_module("ibis.backends.duckdb")
    gazetteer.warm()
    base = worlds.home_at(folder / "base")
    old = folder / "old"
    assert ended_well(begun(lambda: worlds.build(base, worlds.World()).version, old))
    bigger = worlds.World().with_rows(pack=[worlds.pack_row("leie-cells", "Leie Cells")])
    bigger.write(folder / "unused", base.own_regions / base.region)
    killed: list[dict[str, object]] = []
    for first in count(step=2):  # two at a time, for two processors
        pair = [_Attempt(base, folder, number) for number in (first, first + 1)]
        children = [begun(attempt.build, attempt.answer) for attempt in pair]
        ends = [ended_well(child) for child in children]
        for attempt, whole in zip(pair, ends, strict=True):
            if whole:
                return {"old": json.loads(old.read_text(encoding="utf-8")),
                        "new": json.loads(attempt.answer.read_text(encoding="utf-8")), "killed": killed}
            killed.append(attempt.left())
    return {}


if __name__ == "__main__":
    sys.stdout.write(json.dumps(main(Path(sys.argv[1]))))
