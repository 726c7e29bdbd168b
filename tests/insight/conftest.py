"""The atlas of the river world, which questions are asked of."""

from collections.abc import Iterator

import pytest

import worlds
from openvalley.atlas.reader import Atlas, open_atlas


@pytest.fixture(scope="session")
def atlas(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Atlas]:
    """The atlas of the river world; read only."""
    opened = open_atlas(worlds.river(tmp_path_factory).home)
    yield opened
    opened.close()
