"""Lists of trials and calls: what they count, and lists among given ids."""

from datetime import date

import pytest

import sites
from openvalley.atlas.clinical import trial
from openvalley.atlas.listing import Browse, browse
from openvalley.atlas.reader import open_atlas
from worlds import ror_id


@pytest.fixture(scope="module")
def estuary(tmp_path_factory):
    opened = open_atlas(sites.built(tmp_path_factory).home)
    yield opened
    opened.close()


def test_trials_are_counted_by_each_of_their_phases(estuary):
    listing = browse(estuary, Browse("trial"))
    phases = dict(listing.facets["phase"])
    assert (phases["PHASE2"], phases["PHASE3"]) == (1, 1)
    assert browse(estuary, Browse("trial", {"phase": ("PHASE3",)})).rows[0]["source_id"] == "NCT99000001"


def test_a_list_among_given_ids_counts_those_alone(estuary):
    given = ["clinicaltrials:NCT99000001", "euctr:2004-000123-45", "clinicaltrials:NCT00000000"]
    listing = browse(estuary, Browse("trial", among=given))
    assert {row["id"] for row in listing.rows} == set(given[:2])
    assert dict(listing.facets["register"]) == {"clinicaltrials": 1, "euctr": 1}
    assert browse(estuary, Browse("trial", {"register": ("euctr",)}, among=given)).total == 1
    assert browse(estuary, Browse("trial", among=[])).total == 0
    assert browse(estuary, Browse("trial")).total > 2  # what was counted among few is not remembered for all


@pytest.mark.parametrize(("day", "standing"), [
    (date(2021, 1, 1), "forthcoming"), (date(2021, 4, 15), "open"), (date(2021, 9, 21), "open"),
    (date(2021, 9, 22), "closed"),
])
def test_where_a_call_stands_depends_on_the_day(estuary, day, standing):
    rows = browse(estuary, Browse("call", {"standing": (standing,)}, day=day)).rows
    assert "HORIZON-HLTH-2021-RIVER-01-03" in {row["source_id"] for row in rows}


def test_a_trial_has_its_sites_with_those_of_the_region_first(estuary):
    found = trial(estuary, "NCT99000001")
    assert [site.country for site in found.sites] == ["BE", "BE", "NL", "NL"]
    assert found.sites[1].organisation_id == ror_id(2)
