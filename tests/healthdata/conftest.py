"""What tests of health data share: an invented database, and the benchmark's questions."""

import sys

import pytest

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


@pytest.fixture(scope="session")
def bench():
    """Make the modules of the benchmark importable."""
    from pathlib import Path

    folder = Path(__file__).parents[2] / "benchmarks" / "healthdata"
    sys.path.insert(0, str(folder))
    yield folder
    sys.path.remove(str(folder))
