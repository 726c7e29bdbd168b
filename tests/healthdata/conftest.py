"""What tests of health data share: an invented database, and the benchmark's questions."""

import sys

import pytest

from openvalley.cli.edge import run_guarded
from openvalley.cli.main import app
from openvalley.healthdata.cdm.opening import open_cdm
from openvalley.healthdata.cdm.synthetic import Recipe, make_cdm


@pytest.fixture(scope="session")
def synthetic(tmp_path_factory):
    """A DuckDB file with 2,000 invented persons; read only."""
    path = tmp_path_factory.mktemp("cdm") / "cdm.duckdb"
    make_cdm(path, Recipe(persons=2000, shared=400))
    return path


@pytest.fixture(scope="session")
def cdm(synthetic):
    """It, opened."""
    with open_cdm(str(synthetic)) as opened:
        yield opened


@pytest.fixture
def say(monkeypatch, capsys):
    """Return a function that runs a command line in this process: its status, what it says and what goes wrong."""
    def run(*arguments):
        monkeypatch.setattr(sys, "argv", ["openvalley", *map(str, arguments)])
        status = run_guarded(app)
        said = capsys.readouterr()
        return status, said.out, said.err

    return run


@pytest.fixture(scope="session")
def bench():
    """Make the modules of the benchmark importable."""
    from pathlib import Path

    folder = Path(__file__).parents[2] / "benchmarks" / "healthdata"
    sys.path.insert(0, str(folder))
    yield folder
    sys.path.remove(str(folder))
