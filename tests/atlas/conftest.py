"""The atlas of the river world, built once, and the tables of any atlas as comparable values."""

from collections.abc import Iterator

import pytest

import worlds
from openvalley.atlas.reader import Atlas, open_atlas
from openvalley.settings import Settings


@pytest.fixture(scope="session")
def river_home(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """The home folder of the river world; read only."""
    return worlds.river(tmp_path_factory)


@pytest.fixture(scope="session")
def atlas(river_home: Settings) -> Iterator[Atlas]:
    """The atlas of the river world."""
    opened = open_atlas(river_home.home)
    yield opened
    opened.close()


@pytest.fixture
def own_home(tmp_path) -> Settings:
    """Settings of an empty home folder whose region is the worlds' own."""
    return worlds.home_at(tmp_path / "home")
