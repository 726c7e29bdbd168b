"""What likeness makes of an atlas: rows joined with their reasons, others only probable; no end by a name."""

from dataclasses import replace

import pytest

import alike
import worlds
from alike import ALIKE, HOSPITAL, INSTITUTE, LABORATORY, NEARLY, OBSERVATORY, SHORT, SPOKEN, TYPED
from openvalley.atlas.answers import Beside, about_organisation
from openvalley.atlas.doubts import Kind, doubts
from openvalley.atlas.joined import joined, without_joined
from openvalley.atlas.linking import link_index
from openvalley.atlas.meant import probably, probably_of
from openvalley.atlas.reader import open_atlas
from openvalley.resolve.judgement import Decision, Judgement
from openvalley.resolve.judgements import JudgementStore
from worlds import participant, ror


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    return alike.alike(tmp_path_factory)


@pytest.fixture(scope="module")
def whole(home):
    opened = open_atlas(home.home)
    yield opened
    opened.close()


def test_what_is_joined_is_one_organisation_with_its_projects(whole):
    institute = whole.organisation(INSTITUTE)
    assert set(institute.records) == {f"ror/{INSTITUTE}", f"cordis/{TYPED}"}
    assert (institute.projects, institute.eu_contribution) == (1, 700.25)
    assert ("pic", TYPED) in institute.identifiers
    assert whole.resolve_id(f"pic:{TYPED}") == INSTITUTE


def test_a_join_tells_its_reasons_beside_the_claims(whole):
    (found,) = joined(whole, INSTITUTE)
    assert (found.record, found.text) == (f"cordis/{TYPED}", "National Instute of Estuary Research")
    assert (found.other, found.other_text) == (f"ror/{INSTITUTE}", "National Institute of Estuary Research")
    assert found.link.sure
    assert "same town" in found.link.why
    told = about_organisation(whole, whole.organisation(INSTITUTE), Beside(None, [], [], []))
    assert told["joined"] == [found]
    assert joined(whole, LABORATORY) == []


def test_what_is_only_probable_is_shown_on_both_sides_and_never_counted(whole):
    (itself,) = probably_of(whole, f"pic:{SHORT}", 5)
    assert (itself.link.id, itself.link.sure) == (OBSERVATORY, False)
    (meant,) = probably(whole, OBSERVATORY, 5)
    assert (meant.id, meant.text, meant.uses, meant.trial) == (f"pic:{SHORT}", "MAWOB", 2, None)
    assert whole.organisation(OBSERVATORY).projects == 0
    assert whole.organisation(f"pic:{SHORT}").projects == 2


def test_what_is_probable_waits_for_a_person(whole, home):
    waiting = {doubt.asked: doubt for doubt in doubts(whole, home) if doubt.kind is Kind.LIKELY}
    assert waiting[f"cordis/{SHORT}"].pair == (f"cordis/{SHORT}", f"ror/{OBSERVATORY}")
    assert "ended" in " ".join(waiting[f"cordis/{NEARLY}"].speaks)


def test_an_index_for_measuring_leaves_out_what_likeness_told(whole):
    index = link_index(whole)
    left = without_joined(index, whole)
    gone = {"National Instute of Estuary Research", "Univ. Hospital Kaai"}
    assert set(index.spellings["name"].to_pylist()) - set(left.spellings["name"].to_pylist()) == gone
    assert set(index.names["id"].to_pylist()) == set(left.names["id"].to_pylist())
    assert left.names.num_rows < index.names.num_rows


def test_no_end_is_told_by_a_name(whole):
    """Neither does a participant take over that a laboratory is closed, nor a hospital that a row is insolvent."""
    assert whole.organisation(LABORATORY).state != "active"
    assert whole.organisation(f"pic:{NEARLY}").state == "active"
    hospital = whole.organisation(HOSPITAL)
    assert hospital.state == "active"
    assert set(hospital.records) == {f"ror/{HOSPITAL}", f"cordis/{SPOKEN}"}


def test_a_person_parts_what_likeness_joined(tmp_path):
    settings = worlds.home_at(tmp_path / "home")
    worlds.build(settings, ALIKE)
    JudgementStore(settings.judgements).add(Judgement(
        f"cordis/{TYPED}", f"ror/{INSTITUTE}", Decision.DIFFERENT, "An", "asked them"))
    worlds.build(settings)
    atlas = open_atlas(settings.home)
    assert atlas.organisation(f"pic:{TYPED}").projects == 1
    assert atlas.organisation(INSTITUTE).projects == 0
    assert joined(atlas, INSTITUTE) == []
    assert all(one.id != f"pic:{TYPED}" for one in probably(atlas, INSTITUTE, 5))
    atlas.close()


def test_the_order_of_rows_and_strangers_change_nothing(tmp_path, whole):
    stranger = participant(710002, "990000099", "Zeppelin Balloons", city="LUIK")
    world = replace(ALIKE, ror=[*reversed(ALIKE.ror), ror(59, "Fjord Observatory", "NO")],
                    participants=[stranger, *reversed(ALIKE.participants)])
    settings = worlds.home_at(tmp_path / "home")
    worlds.build(settings, world)
    atlas = open_atlas(settings.home)
    for query in ("FROM decision ORDER BY ALL", "FROM probable_link ORDER BY ALL",
                  "SELECT record, id FROM identity WHERE source_id NOT IN ('990000099', ?) ORDER BY ALL"):
        parameters = [worlds.ror_id(59)] if "?" in query else []
        assert atlas.rows(query, parameters) == whole.rows(query, parameters)
    atlas.close()
