"""Profiles and yardsticks: the quick way gives what the plain way gives."""

from datetime import date

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import worlds
from openvalley.atlas.reader import open_atlas
from openvalley.insight.connect.past import past
from openvalley.insight.connect.profiles import Profiles, yardstick
from worlds import participant, project

_PARTS = {1: "H2020-EU.3.1.", 2: "H2020-EU.2.1.", 3: "H2020-EU.3.1."}


@pytest.fixture(scope="module")
def before(tmp_path_factory):
    opened = open_atlas(worlds.once("profiles", worlds.World(
        projects=[project(number, f"P{number}", startDate="2018-01-01", endDate="2020-12-31", legalBasis=part)
                  for number, part in _PARTS.items()],
        participants=[participant(number, str(930_000_000 + who), f"Works {who}") for number, people in (
            (1, (1, 2)), (2, (2, 3)), (3, (4,))) for who in people]), tmp_path_factory).home)
    yield past(opened, date(2019, 1, 1))
    opened.close()


def test_a_taste_is_drawn_towards_what_is_usual(before):
    profiles = Profiles(before)
    columns = profiles.columns(0)
    faded = np.exp(-365 / 365.25 / 2)
    usual = np.array([0.5, 0.5])  # of four joint participations two are under each part
    own = (np.array([0, faded]) + 0.5 * usual) / (faded + 0.5)  # parts stand in the order of their codes
    assert columns["ppl"][0] == pytest.approx(faded * own[1])
    assert columns["ppo"][0] == pytest.approx(own @ own)
    assert columns["ppmax"][1] == pytest.approx(faded * own[1])
    assert columns["pcos"][2] == 0
    assert columns["pcos"][0] == pytest.approx(1)


def test_work_alone_is_experience_but_no_joint_profile(before):
    columns = Profiles(before).columns(0)
    assert columns["ppl"][3] == 0
    assert columns["ppoa"][3] > columns["ppoa"][2]
    assert Profiles(before).experience(3).sum() == pytest.approx(1)


@given(st.lists(st.floats(0, 9), min_size=1, max_size=60), st.integers(1, 60), st.integers(1, 30))
def test_a_yardstick_is_the_value_at_its_place(values, chosen, place):
    whole = np.array(values)
    expected = np.sort(whole)[-min(place, len(whole))]
    assert yardstick(whole, whole[:chosen], place) == expected
