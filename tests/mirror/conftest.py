"""The whole mirror, taken in and built once for all tests of this folder."""

import pytest

from openvalley import pipeline
from openvalley.atlas.reader import open_atlas
from openvalley.settings import Settings
from worlds import quiet


@pytest.fixture(scope="session")
def whole(mirror, tmp_path_factory):
    """Settings of a home folder in which the whole mirror is published; each source has tests of its own."""
    settings = Settings(home=tmp_path_factory.mktemp("whole") / "home")
    results = {result.source: result for result in pipeline.sync(settings, [], mirror, quiet)}
    assert (results["ror"].problem, results["cordis"].problem) == (None, None)
    pipeline.build(settings, quiet)
    return settings


@pytest.fixture(scope="session")
def atlas(whole):
    opened = open_atlas(whole.home)
    yield opened
    opened.close()
