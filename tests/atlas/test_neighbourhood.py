"""Whom an organisation works with, by theme and time."""

from collections.abc import Iterator

import pytest

import worlds
from openvalley.atlas.neighbourhood import Asked, neighbourhood
from openvalley.atlas.reader import Atlas, open_atlas
from openvalley.errors import BadInput
from worlds import World, participant, project

OWN, NEAR, FAR, NAMELESS = 910000001, 910000002, 910000003, 910000004


@pytest.fixture(scope="module")
def atlas(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Atlas]:
    settings = worlds.home_at(tmp_path_factory.mktemp("neighbours") / "home")
    worlds.build(settings, World(
        projects=[project(101, "ALPHA", startDate="2016-01-01"), project(102, "BETA", startDate="2019-01-01"),
                  project(103, "GAMMA", startDate="2021-01-01", legalBasis="H2020-EU.1.1.")],
        participants=[participant(number, pic, name)
                      for number, who in ((101, (OWN, NEAR)), (102, (OWN, NEAR, FAR)), (103, (OWN, FAR, NAMELESS)))
                      for pic, name in ((OWN, "Middle"), (NEAR, "Near Institute"), (FAR, "Far Institute"),
                                        (NAMELESS, "")) if pic in who]))
    opened = open_atlas(settings.home)
    yield opened
    opened.close()


def _names(found):
    return [(one.name, one.projects, one.first, one.last) for one in found.neighbours]


def test_neighbours_are_counted_with_their_years_and_links(atlas):
    found = neighbourhood(atlas, f"pic:{OWN}", Asked())
    assert (found.projects, found.of, found.nameless) == (3, 3, 1)
    assert _names(found) == [("Far Institute", 2, 2019, 2021), ("Near Institute", 2, 2016, 2019)]
    assert found.links == {(0, 1): 1}
    assert dict(found.themes) == {"H2020-EU.3.1.": 2, "H2020-EU.1.1.": 1}
    assert found.years == [2016, 2019, 2021]


@pytest.mark.parametrize(("asked", "projects", "names"), [
    (Asked(theme="H2020-EU.1.1."), 1, ["Far Institute"]),
    (Asked(since=2017), 2, ["Far Institute", "Near Institute"]),
    (Asked(until=2017), 1, ["Near Institute"]),
    (Asked(since=2030), 0, []),
])
def test_only_projects_of_a_theme_and_time_count(atlas, asked, projects, names):
    found = neighbourhood(atlas, f"pic:{OWN}", asked)
    assert (found.projects, [one.name for one in found.neighbours]) == (projects, names)


def test_a_theme_that_it_has_not_is_refused(atlas):
    with pytest.raises(BadInput):
        neighbourhood(atlas, f"pic:{OWN}", Asked(theme="HORIZON.2.1"))
