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
from pathlib import Path

import worlds
from openvalley.atlas import build as building
from openvalley.atlas.reader import open_atlas
from openvalley.settings import Settings

#: Of the reports of progress, which come many times a build, one in so many is an event. Events before the first are
#: the sync's, which has a test of its own.
_REPORTS = 12
_FIRST = "deciding who is who"


def forked(work: Callable[[], object], answer: Path) -> bool:
    """Run something in a fork, which writes what it returns as JSON; return whether it came to its end."""
    child = os.fork()
    if not child:
        status = 1
        try:
            answer.write_text(json.dumps(work()), encoding="utf-8")
            status = 0
        finally:
            os._exit(status)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0


def build_until(settings: Settings, last: int, log: Path) -> str:
    """Build, and be killed just before the event of this number (0 is the first)."""
    events = reports = 0
    begun = False

    def event(name: str) -> None:
        nonlocal events
        if not begun:
            return
        if events == last:
            log.write_text(name, encoding="utf-8")
            os.kill(os.getpid(), signal.SIGKILL)
        events += 1

    def report(what: str, _done: int, _total: int | None) -> None:
        nonlocal reports, begun
        begun = begun or what == _FIRST
        if reports % _REPORTS == 0:
            event(f"report {what}")
        reports += begun

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


def main(folder: Path) -> dict[str, object]:
    """Kill builds at every event, each beginning from the same home folder."""
    # What every build would import for itself.
    import_module("openvalley.engine.duckdb")
    import_module("ibis.backends.duckdb")
    worlds.warm_gazetteer()
    base = worlds.home_at(folder / "base")
    old, answer, log = folder / "old", folder / "answer", folder / "log"
    assert forked(lambda: worlds.build(base, worlds.World()).version, old)
    bigger = worlds.World().with_rows(pack=[worlds.pack_row("leie-cells", "Leie Cells")])
    bigger.write(folder / "unused", base.own_regions / base.region)
    killed: list[dict[str, object]] = []
    while True:
        home = folder / f"home{len(killed)}"
        shutil.copytree(base.home, home, symlinks=True)
        settings = worlds.home_at(home)
        number = len(killed)
        if forked(lambda settings=settings, number=number: build_until(settings, number, log), answer):
            break
        assert forked(lambda settings=settings: look(settings), folder / "look"), log.read_text(encoding="utf-8")
        killed.append({"before": log.read_text(encoding="utf-8"), "home": str(home),
                       **json.loads((folder / "look").read_text(encoding="utf-8"))})
    return {"old": json.loads(old.read_text(encoding="utf-8")), "new": json.loads(answer.read_text(encoding="utf-8")),
            "killed": killed}


if __name__ == "__main__":
    sys.stdout.write(json.dumps(main(Path(sys.argv[1]))))
