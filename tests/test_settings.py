"""Settings: an explicit home beats the environment beats the user's data folder."""

from dataclasses import FrozenInstanceError
from pathlib import Path

import pytest

from openvalley.settings import Settings, settings_from


@pytest.mark.parametrize(("environment", "home", "expected"), [
    ({}, Path("/a"), "/a"), ({"OPENVALLEY_HOME": "/b"}, None, "/b"), ({"OPENVALLEY_HOME": "/b"}, Path("/a"), "/a"),
    ({"OPENVALLEY_HOME": "~/c"}, None, str(Path.home() / "c")), ({}, Path("~/d"), str(Path.home() / "d")),
    ({"OPENVALLEY_HOME": ""}, None, str(Settings().home)), ({}, None, str(Settings().home)),
    ({}, Path("relative"), str(Path.cwd() / "relative")),
])
def test_where_the_home_is(environment, home, expected):
    assert str(settings_from(environment, home).home) == expected


def test_everything_lies_below_the_home(tmp_path):
    settings = Settings(home=tmp_path)
    below = (settings.archive, settings.records, settings.atlases, settings.judgements, settings.own_sources,
             settings.own_regions)
    assert len(set(below)) == len(below)
    assert all(path.is_relative_to(tmp_path) for path in below)


def test_settings_do_not_change():
    with pytest.raises(FrozenInstanceError):
        Settings().region = "atlantis"
