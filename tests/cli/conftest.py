"""The command line as a person meets it: arguments in, text and an exit status out."""

import json
import shutil
import sys
from contextlib import nullcontext
from dataclasses import dataclass

import pytest

import worlds
from openvalley.cli.edge import run_guarded
from openvalley.cli.main import app


@dataclass(frozen=True)
class Said:
    """What a command answered."""

    status: int
    out: str
    err: str

    @property
    def json(self):
        """The one JSON document on standard output."""
        return json.loads(self.out)


@pytest.fixture
def say(monkeypatch, capsys):
    """Return a function that runs a command line in this process, with registers that may be small."""
    def run(*arguments, small=True):
        monkeypatch.setattr(sys, "argv", ["openvalley", *map(str, arguments)])
        capsys.readouterr()
        with worlds.made_small() if small else nullcontext():
            status = run_guarded(app)
        said = capsys.readouterr()
        return Said(status, said.out, said.err)

    return run


@pytest.fixture(scope="session")
def river_home(tmp_path_factory):
    """Folder of the home in which the river world is published; read only."""
    return worlds.river(tmp_path_factory).home


@pytest.fixture
def own_home(river_home, tmp_path):
    """A copy of it that a test may change."""
    shutil.copytree(river_home, tmp_path / "home", symlinks=True)
    return tmp_path / "home"
