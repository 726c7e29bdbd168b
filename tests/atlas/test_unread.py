"""What is said of an id that the atlas does not know: which register would know it, if that was not read."""

import pytest

from openvalley.atlas.unread import mend

_NOTHING = {"regions": 0, "trials": 0, "calls": 0, "projects": 0}


@pytest.mark.parametrize(("asked", "source"), [
    ("BE24", "nuts"), ("nuts:UKI3", "nuts"), ("NCT03318939", "clinicaltrials"), ("2023-503421-12-00", "ctis"),
    ("euctr:2004-000123-45", "euctr"), ("HORIZON-HLTH-2024-TOOL-05-06-two-stage", "calls"),
    ("cordis:101000004", "cordis")])
def test_the_register_that_was_not_read_is_named(asked, source):
    assert f"openvalley sync {source}, then openvalley build" in mend(asked, _NOTHING)


@pytest.mark.parametrize("asked", ["UZA", "VIB", "be24", "https://ror.org/000000000", "999999999", "", "NCT"])
def test_what_looks_like_no_register_is_searched_by_name(asked):
    assert mend(asked, _NOTHING) == "Find the id with: openvalley search NAME"


def test_what_was_read_and_is_not_there_is_searched_by_name():
    assert mend("BE99", {**_NOTHING, "regions": 1}) == "Find the id with: openvalley search NAME"
