"""Members against one call: by the words that both share, by a record under the programme, or not to be told."""

from datetime import date

import pytest

import worlds
from estuary import files_of, topic
from openvalley.atlas.reader import open_atlas
from openvalley.insight.answer import as_data
from openvalley.insight.fund import FundRequest, fund
from openvalley.vocabulary.terms import LANGUAGES
from worlds import pack_row, participant, project

_CALLS_FILE = "funding/HE_calls_2024-07-11.csv"
_TOPIC = "HORIZON-HLTH-2024-TOOL-01-01"
_EARLIER = 3


@pytest.fixture(scope="module")
def members(tmp_path_factory):
    """The answer for four members: one near by words, one with a record, one without work, one of other work."""
    settings = worlds.home_at(tmp_path_factory.mktemp("members") / "home")
    call = topic(_TOPIC, "Gene therapy for rare diseases", status="Open", openDate="2024-03-01", closeDate="2024-09-19",
                 destination="Therapies", callTitle="Rare")
    worlds.build(settings, worlds.World(
        projects=[project(number, f"P{number}", title="", startDate="2018-01-01", legalBasis="H2020-EU.3.1.")
                  for number in range(1, _EARLIER + 1)],
        participants=[participant(number, 990000022, "OLD HANDS", city="GENT") for number in range(1, _EARLIER + 1)],
        pack=[pack_row("vectors", "Vector Works", sectors="biopharma", platforms="gene-therapy", pic="990000021"),
              pack_row("hands", "Old Hands", pic="990000022"), pack_row("quiet", "Quiet Works", pic="990000023"),
              pack_row("fields", "Field Works", sectors="agro-food", pic="990000024")],
        files={_CALLS_FILE: files_of([], [call])[_CALLS_FILE]}))
    opened = open_atlas(settings.home)
    yield fund(opened, FundRequest(call=_TOPIC, as_of=date(2024, 4, 1),
                                   members=("990000024", "990000023", "990000022", "990000021")))
    opened.close()


def test_who_fits_by_words_stands_before_who_fits_by_record(members):
    assert [(str(item.name), item.values["rule"], item.values["record"]) for item in members.items] == [
        ("Vector Works", "", 0), ("Old Hands", "", _EARLIER), ("Quiet Works", "work_unknown", 0),
        ("Field Works", "other_field", 0)]


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_speaks_for_a_member_is_said(members, language):
    told = {item["name"]: " ".join(said["text"] for said in item["evidence"])
            for item in as_data(members, language)["items"]}
    assert {"gene", "therapy"} <= set(told["Vector Works"].replace(",", " ").split())
    assert str(_EARLIER) in told["Old Hands"]
    assert len(set(told.values())) == len(told)
