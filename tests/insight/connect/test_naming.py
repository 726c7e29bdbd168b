"""Naming: what names say of who works with whom, and that a name which a register lost says nothing."""

from datetime import date

import numpy as np
import pytest

import worlds
from openvalley.atlas.reader import open_atlas
from openvalley.insight.connect.naming import Naming
from openvalley.insight.connect.past import past
from worlds import participant, project

#: Six hospitals, six ports and somebody without a name; the first hospital works with the second and the first port.
_NAMES = (*(f"Hospital {letter * 3}" for letter in "abcdef"), *(f"Haven {letter * 3}" for letter in "uvwxyz"), "")
_PROJECTS = ((1, (0, 1)), (2, (0, 6)), (3, (2, 8)), (4, (9, 10)), (5, (3, 12)), (6, (4, 5, 7, 11)))


@pytest.fixture(scope="module")
def naming(tmp_path_factory):
    opened = open_atlas(worlds.once("naming", worlds.World(
        projects=[project(number, f"P{number}", startDate="2018-01-01", endDate="2020-12-31")
                  for number, _ in _PROJECTS],
        participants=[participant(number, str(940_000_000 + who), _NAMES[who]) for number, people in _PROJECTS
                      for who in people]), tmp_path_factory).home)
    found = past(opened, date(2019, 1, 1))
    assert found.name == _NAMES
    yield Naming(found)
    opened.close()


def test_names_and_company_are_compared_by_the_words_that_participants_share(naming):
    columns = naming.columns(0, np.array([1, 2, 8, 10]))
    assert columns["nm_own"] == pytest.approx([1, 1, 0, 0])
    assert columns["nm_pt"] == pytest.approx([0.5**0.5] * 4)  # its company is one hospital and one port
    assert columns["nm_tp"] == pytest.approx([1, 0, 1, 0])  # of these, the second and the ninth work with a hospital
    assert columns["nm_pp"] == pytest.approx([0.5**0.5] * 4)


def test_who_has_no_name_stands_in_the_middle(naming):
    columns = naming.columns(0, np.array([2, 8, 12]))
    assert columns["nm_own"][2] == pytest.approx(columns["nm_own"][:2].mean())
    assert columns["nm_tp"][2] == pytest.approx(columns["nm_tp"][:2].mean())
    of_nobody = naming.columns(12, np.array([2, 8]))
    assert of_nobody["nm_own"].tolist() == of_nobody["nm_pt"].tolist() == [0, 0]
    assert of_nobody["nm_pp"] == pytest.approx([0, 1])  # its company is a hospital, as that of the port of project 3
