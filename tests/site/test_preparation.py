"""Preparing a home: one process at a time, and what is served stays whole meanwhile."""

import json
import os
import subprocess
import sys

import pytest

from openvalley.site import preparation
from openvalley.site.configuration import site_folder

#: Says when it waits for the lock and when it prepares; then it goes on only when a line comes.
_PREPARE = """
import fcntl, sys
from pathlib import Path
from types import SimpleNamespace
from openvalley.settings import Settings
from openvalley import storage
from openvalley.site import preparation, translations

def say(word):
    print(word, flush=True)

compiled = translations.compile_catalogues
def flock(*given):
    say("waits")
    fcntl.flock(*given)
def compile_catalogues(target):
    say("prepares")
    sys.stdin.readline()
    compiled(target)
storage.fcntl = SimpleNamespace(flock=flock, LOCK_EX=fcntl.LOCK_EX)
translations.compile_catalogues = compile_catalogues
preparation.prepare(Settings(home=Path(sys.argv[1])))
say("done")
"""


def _process(home):
    return subprocess.Popen(
        [sys.executable, "-c", _PREPARE, str(home.home)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        env={**os.environ, "OPENVALLEY_HOME": str(home.home)})


@pytest.fixture
def _own_database(monkeypatch, tmp_path):
    """A database of this test's own, also where the tests run on one that all share."""
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{tmp_path}/own.sqlite3")


@pytest.mark.usefixtures("_own_database")
def test_of_two_that_come_at_once_one_prepares_and_the_other_waits(home):
    with _process(home) as first, _process(home) as second:
        heard = [first.stdout.readline(), second.stdout.readline()]
        assert heard == ["waits\n", "waits\n"]
        for process in (first, second):
            process.stdin.write("\n")   # both may go on; only one of them asks whether
            process.stdin.flush()
        rest = [process.stdout.read().split() for process in (first, second)]
    assert (first.returncode, second.returncode) == (0, 0)
    assert sorted(rest) == [["done"], ["prepares", "done"]]
    static = site_folder(home) / "static"
    collected = json.loads((static / "staticfiles.json").read_text(encoding="utf-8"))["paths"]
    assert collected
    assert all((static / name).is_file() for name in collected.values())


@pytest.mark.usefixtures("site")
def test_what_is_served_stays_whole_when_collecting_is_cut_short(home, monkeypatch):
    from django.contrib.staticfiles.management.commands.collectstatic import Command

    served = site_folder(home) / "static" / "site.css"
    served.parent.mkdir(parents=True)
    served.write_text("before", encoding="utf-8")

    def cut_short(*_given, **_named):
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(Command, "delete_file", cut_short)
        patched.setattr(Command, "collect", cut_short)
        with pytest.raises(KeyboardInterrupt):
            preparation._collect(site_folder(home))
    assert served.read_text(encoding="utf-8") == "before"
    preparation._collect(site_folder(home))
    assert not served.exists()
    assert {path.name for path in site_folder(home).iterdir()} == {"static"}
    assert (served.parent / "staticfiles.json").is_file()
