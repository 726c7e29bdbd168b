"""Settings: an explicit home beats the environment beats the user's data folder."""

from dataclasses import FrozenInstanceError
from pathlib import Path

import pytest

from openvalley.errors import BadInput
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


@pytest.mark.parametrize(("given", "a_day"), [("", 100), ("7", 7), (" 0 ", 0)])
def test_how_many_disputes_are_taken_a_day_can_be_set(given, a_day):
    for home in (None, Path("/a")):
        assert settings_from({"OPENVALLEY_DISPUTES_A_DAY": given}, home).disputes_a_day == a_day


@pytest.mark.parametrize("given", ["many", "-1", "1.5", "²", "\u0661"])
def test_what_is_no_number_of_disputes_is_refused(given):
    with pytest.raises(BadInput, match="whole number"):
        settings_from({"OPENVALLEY_DISPUTES_A_DAY": given})
