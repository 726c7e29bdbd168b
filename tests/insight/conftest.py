"""Atlases that questions are asked of: that of the river world, and the starter atlas of the Belgian pack."""

from collections.abc import Iterator, Mapping

import pytest

import worlds
from openvalley import pipeline
from openvalley.atlas.reader import Atlas, open_atlas
from openvalley.settings import Settings
from worlds import made_small, quiet


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


@pytest.fixture(scope="session")
def starter(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Atlas]:
    """The starter atlas of the Belgian pack; read only."""
    settings = Settings(home=tmp_path_factory.mktemp("starter") / "home", memory_limit_mb=512, threads=2)
    with made_small():
        pipeline.build(settings, quiet)
    opened = open_atlas(settings.home)
    yield opened
    opened.close()


@pytest.fixture(scope="session")
def by_key(starter: Atlas) -> Mapping[str, str]:
    """Public id of each organisation of the pack by its key."""
    return {row["source_id"]: row["id"] for row in starter.rows(
        "SELECT source_id, id FROM identity WHERE source LIKE 'pack-%'")}
