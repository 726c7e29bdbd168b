"""What changed between two atlases of one home: each kind of change is told, and nothing that stayed."""

import duckdb
import pytest

import worlds
from estuary import files_of, study, topic
from openvalley.atlas.diff import difference
from openvalley.atlas.publish import DATABASE
from openvalley.errors import BadInput
from openvalley.storage import CURRENT
from worlds import kbo, pack_row, participant, project, ror, ror_id

_WORLD = worlds.World(
    ror=[ror(1, "Schelde University", place=("Gent", 51.05, 3.72)), ror(2, "Kaai Institute", types=["facility"])],
    projects=[project(700001, "RIVERVAX")],
    participants=[participant(700001, 990000001, "Tide Biotech NV", activityType="PRC")],
    pack=[pack_row("kaai-incubator", "Kaai Incubator", kind="incubator"),
          pack_row("schelde-biotech", "Schelde Biotech", city="Gent"),
          pack_row("delta-labs", "Delta Labs", city="Gent", kbo=kbo(5))],
    files=files_of([study(4, "Dosing of tides"), study(5, "Dosing of rivers")], [topic("RIVER-01", "Healthy rivers")]),
)


@pytest.fixture
def changed(own_home):
    """A home with two atlases: of each kind of change, one happens between them; the rest stays."""
    worlds.build(own_home, _WORLD)
    worlds.build(own_home, worlds.World(
        ror=[*_WORLD.ror, ror(3, "Delta Labs", place=("Gent", 51.05, 3.72))],
        projects=[*_WORLD.projects, project(700002, "TIDEGENE")],
        participants=[*_WORLD.participants, participant(700002, 990000001, "Tide Biotech NV", activityType="PRC")],
        pack=[pack_row("schelde-biotech", "Schelde Biologics", city="Gent", state="insolvent", state_date="2026"),
              pack_row("delta-labs", "Delta Labs", city="Gent", kbo=kbo(5), ror=ror_id(3)),
              pack_row("polder-cells", "Polder Cells", city="Mechelen")],
        files=files_of([study(4, "Dosing of tides"), study(6, "Dosing of seas"),
                        study(5, "Dosing of rivers", status={"overallStatus": "TERMINATED"})],
                       [topic("RIVER-01", "Healthy rivers"), topic("RIVER-02", "Clean rivers")]),
    ))
    return own_home


def test_each_kind_of_change_is_told_once(changed):
    found = difference(changed).changes
    told = {name: [row.get("name") or row["title"] for row in change.rows]
            for name, change in found.items() if change.total}
    assert told == {
        "new_organisations": ["Polder Cells"], "gone_organisations": ["Kaai Incubator"],
        "merged_organisations": ["Delta Labs"], "changed_states": ["Schelde Biologics"],
        "renamed_organisations": ["Schelde Biologics"], "new_projects": ["TIDEGENE studies"],
        "new_trials": ["Dosing of seas"], "changed_trials": ["Dosing of rivers"], "new_calls": ["Clean rivers"],
    }
    assert set(told) == set(found)
    (state,) = found["changed_states"].rows
    assert (state["old_state"], state["new_state"], state["state_date"]) == ("active", "insolvent", "2026")
    (merged,) = found["merged_organisations"].rows
    assert (merged["id"], merged["target"], merged["target_name"]) == (f"kbo:{kbo(5)}", ror_id(3), "Delta Labs")
    (trial,) = found["changed_trials"].rows
    assert (trial["old_state"], trial["new_state"]) == ("completed", "terminated")


def test_another_date_of_the_same_state_is_no_change_of_state(own_home):
    for date in ("2020", "2021"):
        worlds.build(own_home, worlds.World(pack=[pack_row("delta-labs", "Delta Labs", state_date=date)]))
    assert not any(change.total for change in difference(own_home).changes.values())


def test_an_atlas_does_not_differ_from_itself(changed):
    now = (changed.atlases / CURRENT).resolve().name
    assert not any(change.total for change in difference(changed, now, now).changes.values())


def test_there_must_be_two_atlases_of_one_program(changed):
    with pytest.raises(BadInput, match="not kept"):
        difference(changed, "000000000000")
    before = difference(changed).old
    path = changed.atlases / before / DATABASE
    path.chmod(0o644)
    with duckdb.connect(str(path)) as connection:
        connection.execute("DROP TABLE trial")
    with pytest.raises(BadInput, match="different versions"):
        difference(changed)


def test_the_first_atlas_has_nothing_before_it(own_home):
    worlds.build(own_home, _WORLD)
    with pytest.raises(BadInput, match="no earlier atlas"):
        difference(own_home)
