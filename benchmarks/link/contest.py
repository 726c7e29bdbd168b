"""The contest: every contestant answers the same lists, each in a process of its own so that its memory is its own."""

import json
import os
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from contestants.competing import MEASURED
from peers import DoesNotInstall, interpreter

_SCRIPTS = Path(__file__).parent / "contestants"


@dataclass(frozen=True)
class Entry:
    """A contestant.

    Attributes:
        name: what it is called.
        script: what runs it.
        package: what it needs beside ours.
        decides: whether it decides itself.
        sample: rows of each list that it answers, where it would take too long for all.

    """

    name: str
    script: str
    package: str | None = None
    decides: bool = False
    sample: int | None = None


OURS = Entry("openvalley", "ours.py", decides=True)
ENTRIES = (
    OURS, Entry("exact match", "exact.py", decides=True), Entry("nearest name", "nearest.py"),
    Entry("text search", "full_text.py"), Entry("Splink", "splink_model.py", "splink"),
    Entry("nomenklatura", "nomenklatura_names.py", "nomenklatura", sample=100),
)


@dataclass(frozen=True)
class Place:
    """Where a contest is held: the material, the home folder with the atlas, the answers, and peers' environments."""

    material: Path
    home: Path
    answers: Path
    cache: Path


def run(entry: Entry, lists: Sequence[str], place: Place) -> dict[str, Any]:
    """Let a contestant answer lists, and return what it measured; ``problem`` where it cannot be installed.

    Raises:
        SystemExit: it fails.

    """
    try:
        python = interpreter(entry.package, place.cache)
    except DoesNotInstall as problem:
        return {"problem": str(problem)}
    out = place.answers / entry.script.removesuffix(".py")
    out.mkdir(parents=True, exist_ok=True)
    ended = subprocess.run(
        [python, _SCRIPTS / entry.script, "--material", place.material, "--home", place.home, "--out", out, *lists],
        check=False, capture_output=True, text=True, env=os.environ | {"PYTHONWARNINGS": "ignore"})
    if ended.returncode:
        raise SystemExit(f"{entry.name} failed:\n{ended.stderr[-4000:]}")
    measured: dict[str, Any] = json.loads((out / MEASURED).read_text(encoding="utf-8"))
    return measured


def answers_of(entry: Entry, place: Place) -> Path:
    """Return the folder of a contestant's answers."""
    return place.answers / entry.script.removesuffix(".py")
