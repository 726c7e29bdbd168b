"""Numbers of the register: which projects are kin by them, and how near participants stand."""

from datetime import date
from types import SimpleNamespace

import numpy as np
import pytest
from scipy import sparse

import worlds
from openvalley.atlas.reader import open_atlas
from openvalley.insight.connect.numbering import Numbering
from openvalley.insight.connect.past import past
from worlds import participant, project

#: Number, legal basis and participants: 100 and 101 are of one call, 102 is of another part, 900 far away.
_PROJECTS = ((100, "H2020-EU.3.1.", (0, 1)), (101, "H2020-EU.3.1.", (2, 3)), (102, "H2020-EU.2.1.", (4, 5)),
             (900, "H2020-EU.3.1.", (6, 7)))


@pytest.fixture(scope="module")
def numbering(tmp_path_factory):
    settings = worlds.once("numbering", worlds.World(
        projects=[project(number, f"P{number}", startDate="2018-01-01", endDate="2020-12-31", legalBasis=part)
                  for number, part, _ in _PROJECTS],
        participants=[participant(number, str(900_000_001 + who), f"Works {chr(65 + who)}")
                      for number, _, people in _PROJECTS for who in people]), tmp_path_factory)
    atlas = open_atlas(settings.home)
    yield Numbering(past(atlas, date(2019, 1, 1)))
    atlas.close()


def test_projects_of_one_part_that_were_numbered_together_are_kin(numbering):
    found = numbering.paths(np.array([1.0, 0, 0, 0]))
    for column in found.values():
        assert (np.flatnonzero(column) == [2, 3]).all(), "not its own project, nor one of another part or far away"
    assert (found["Ktopic"] <= found["Kcall"]).all()


def test_where_only_some_projects_count_others_are_no_kin(numbering):
    found = numbering.paths(np.array([1.0, 0, 0, 0]), np.array([1.0, 0, 1, 1]))
    assert not any(column.any() for column in found.values())


def test_participants_registered_together_are_near(numbering):
    columns = numbering.columns(0, np.array([1, 4, 7]))
    assert (np.diff(columns["reg_near"]) < 0).all()
    assert columns["b_reg"].tolist() == [1 / 8, 4 / 8, 7 / 8]
    assert columns["a_reg"].tolist() == [0, 0, 0]


def test_projects_without_a_number_have_no_kin():
    together = sparse.csr_matrix(np.ones((2, 2)))
    alike = SimpleNamespace(projects=np.array(["own:a", "own:b"]), size=np.array([2.0, 2.0]), together=together,
                            programme=sparse.csr_matrix(np.ones((2, 1))), pics=np.array(["1", "2"]),
                            project_age=lambda: np.ones(2))
    assert not any(column.any() for column in Numbering(alike).paths(np.array([1.0, 0])).values())
