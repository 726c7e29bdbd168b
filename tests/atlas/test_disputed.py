"""Disputes beside the atlas: they outlive rebuilds and changes of ids, and are about what is shown."""

import shutil
from contextlib import contextmanager

import pytest

import worlds
from openvalley import backup
from openvalley.atlas.disputed import PROPERTIES, disputes_about, every_dispute, faults, mark, send, subject_of
from openvalley.atlas.reader import open_atlas
from openvalley.errors import BadInput, TooMany, UnknownIdentity
from openvalley.resolve.disputes import MOST_OPEN
from openvalley.resolve.judgement import Decision, Judgement
from openvalley.resolve.judgements import JudgementStore
from openvalley.resolve.sent import OTHER, Fault, Sent
from openvalley.vocabulary.properties import MULTIPLE, SINGLE
from worlds import World, ror_id

_BIOTECH = "pic:990000002"


@contextmanager
def _opened(settings):
    atlas = open_atlas(settings.home)
    try:
        yield atlas
    finally:
        atlas.close()


@pytest.fixture
def river(own_home, river_home):
    shutil.copytree(river_home.home, own_home.home, symlinks=True)
    return own_home


def test_a_dispute_outlives_a_build_from_other_records(own_home):
    worlds.build(own_home, World(ror=[worlds.ror(1, "Alpha Institute", place=("Gent", 51.05, 3.72))]))
    with _opened(own_home) as atlas:
        number = send(atlas, own_home, Sent(ror_id(1), "city", "Gent", "We are in Mechelen."))
        first = atlas.version
    worlds.build(own_home, World(ror=[worlds.ror(1, "Alpha Institute", place=("Leuven", 50.88, 4.70))]))
    with _opened(own_home) as atlas:
        assert atlas.version != first
        (kept,) = disputes_about(atlas, own_home, ror_id(1))
    assert (kept.number, kept.sent.shown) == (number, "Gent")


def test_a_dispute_follows_its_organisation_through_merging_and_its_undoing(own_home):
    worlds.build(own_home, World(ror=[worlds.ror(1, "Alpha Institute"), worlds.ror(2, "Beta Institute")]))
    with _opened(own_home) as atlas:
        send(atlas, own_home, Sent(ror_id(2), "name", "Beta Institute", "Beta Institute of Gent"))
    store = JudgementStore(own_home.judgements)
    pair = (f"ror/{ror_id(1)}", f"ror/{ror_id(2)}")
    for decision, whose in ((Decision.SAME, ror_id(1)), (Decision.DIFFERENT, ror_id(2))):
        store.add(Judgement(*pair, decision, "an", "looked"))
        worlds.build(own_home)
        with _opened(own_home) as atlas:
            (kept,) = every_dispute(own_home)
            assert disputes_about(atlas, own_home, whose) == [kept]
            assert subject_of(atlas, kept).id == whose
    with _opened(own_home) as atlas:
        assert disputes_about(atlas, own_home, ror_id(1)) == []


def test_a_dispute_about_who_is_gone_is_listed_still(own_home):
    worlds.build(own_home, World(ror=[worlds.ror(1, "Alpha Institute"), worlds.ror(2, "Beta Institute")]))
    with _opened(own_home) as atlas:
        send(atlas, own_home, Sent(ror_id(2), OTHER, "", "We are no more."))
    worlds.build(own_home, World(ror=[worlds.ror(1, "Alpha Institute")]))
    with _opened(own_home) as atlas:
        (kept,) = every_dispute(own_home)
        assert (subject_of(atlas, kept).id, subject_of(atlas, kept).name) == (ror_id(2), None)


def test_a_backup_carries_disputes(river, tmp_path):
    with _opened(river) as atlas:
        send(atlas, river, Sent(_BIOTECH, "city", "Gent", "Mechelen"))
    backup.backup(river, tmp_path / "b.tar.gz")
    other = worlds.home_at(tmp_path / "other")
    backup.restore(other, tmp_path / "b.tar.gz")
    assert every_dispute(other) == every_dispute(river)
    assert every_dispute(other)


@pytest.mark.parametrize(("name", "shown", "fault"), [
    ("city", "Gent", None), ("city", "Brugge", Fault.UNKNOWN), ("city", "", Fault.UNKNOWN), ("nuts", "", None),
    ("nuts", "BE234", Fault.UNKNOWN), ("stage", "discovery", None), ("stage", "", None),
    ("stage", "care", Fault.UNKNOWN), ("identifier", "990000002", None), ("other_name", "River Vaccines", None),
    ("name", "Schelde Biotech", None), ("name", "SCHELDE BIOTECH NV", Fault.UNKNOWN), (OTHER, "", None),
    (OTHER, "x", Fault.UNKNOWN), ("domain", "", Fault.UNKNOWN), ("colour", "", Fault.UNKNOWN), ("", "", Fault.EMPTY),
    ("city; DROP TABLE dispute", "", Fault.UNKNOWN),
])
def test_a_dispute_is_about_what_is_shown_or_missing(atlas, name, shown, fault):
    found = faults(Sent(_BIOTECH, name, shown, "Something else"), atlas.claims(_BIOTECH))
    assert found.get("property") is fault


def test_every_property_of_the_claims_can_be_disputed_but_one():
    assert set(PROPERTIES) == {*SINGLE, *MULTIPLE, OTHER} - {"domain"}


def test_nothing_is_taken_that_has_a_fault_or_an_unknown_subject(river):
    with _opened(river) as atlas:
        for subject in ("cordis:700001", "pic:999999999", ror_id(7), "", "x" * 10_000):
            with pytest.raises(UnknownIdentity):
                send(atlas, river, Sent(subject, OTHER, "", "Wrong"))
        with pytest.raises(BadInput) as refused:
            send(atlas, river, Sent(_BIOTECH, "colour", "", "", "javascript:x"))
    assert refused.value.context["faults"] == {"property": Fault.UNKNOWN, "says": Fault.EMPTY, "link": Fault.NO_LINK}
    assert every_dispute(river) == []


def test_the_limit_of_an_organisation_counts_all_its_ids(own_home):
    worlds.build(own_home, World(ror=[worlds.ror(1, "Alpha Institute"), worlds.ror(2, "Beta Institute")]))
    with _opened(own_home) as atlas:
        for number in range(MOST_OPEN):
            send(atlas, own_home, Sent(ror_id(1 + number % 2), OTHER, "", f"Reason {number}"))
        send(atlas, own_home, Sent(ror_id(1), OTHER, "", "still room"))
    JudgementStore(own_home.judgements).add(
        Judgement(f"ror/{ror_id(1)}", f"ror/{ror_id(2)}", Decision.SAME, "an", "looked"))
    worlds.build(own_home)
    with _opened(own_home) as atlas, pytest.raises(TooMany):
        send(atlas, own_home, Sent(ror_id(1), OTHER, "", "no room"))


def test_looking_for_disputes_makes_nothing(tmp_path, atlas):
    settings = worlds.home_at(tmp_path / "none")
    assert every_dispute(settings) == disputes_about(atlas, settings, _BIOTECH) == []
    assert mark(settings) == ""
    assert not settings.home.exists()
