"""The home that questions are asked of: the river world, unless a module makes its own ``home``."""

from collections.abc import Iterator

import pytest

import worlds
from openvalley.atlas.reader import Atlas, open_atlas
from openvalley.settings import Settings


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """Settings of the home in which the river world is published; read only."""
    return worlds.river(tmp_path_factory)


@pytest.fixture(scope="module")
def atlas(home: Settings) -> Iterator[Atlas]:
    """The atlas of the module's home; read only."""
    opened = open_atlas(home.home)
    yield opened
    opened.close()
