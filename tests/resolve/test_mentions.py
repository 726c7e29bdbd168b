"""Mentions: sites and sponsors of trials, linked, probable or left as text; the same on every engine."""

from dataclasses import replace
from importlib.util import find_spec

import pyarrow as pa
import pytest

from openvalley.engine import open_engine
from openvalley.resolve.judged_mentions import Mention
from openvalley.resolve.judgement import Decision, Judgement
from openvalley.resolve.likeness import ASKED, FOUND, Likeness
from openvalley.resolve.link import MATCH, REVIEW
from openvalley.resolve.linker.reasons import WORDS
from openvalley.resolve.mentions import ASSUMED_MATCH, MentionInputs, link_mentions
from openvalley.resolve.normalise import fold, name_key

_SPARK = find_spec("pyspark") is not None
#: Organisations: id, country, city, names.
_KNOWN = [
    ("hospital", "BE", "Gent", ["Kaai University Hospital", "UZ Kaai"]),
    ("university", "BE", "Gent", ["Schelde University", "Universiteit Schelde"]),
    ("north", "BE", "Gent", ["Noordziekenhuis"]), ("clinic", "NL", "Utrecht", ["Elsewhere Clinic"]),
    ("old", "BE", "Leuven", ["Quay Hospital"]), ("new", "BE", "Leuven", ["Two Rivers Hospital"]),
    ("biotech", "DE", "Aachen", ["Rhine Cells GmbH"]), ("one", "FR", "Lyon", ["Saint Malo Laboratories"]),
    ("two", "FR", "Nantes", ["Saint Malo Laboratories"]), ("town", "BE", "Mechelen", ["Mechelen"]),
    *((f"o{number}", "BE", "Brussel", [name]) for number, name in enumerate((
        "Dike Institute of Botany", "Polder College", "Lock Museum", "Sluice Medical Centre", "Estuary Foundation",
        "Harbour Biotech NV", "Ministry of Canals", "Quay Library", "Ferry Academy of Music", "Beacon Hospital"))),
]


@pytest.fixture(params=[
    "duckdb", pytest.param("spark", marks=pytest.mark.skipif(not _SPARK, reason="the extra [spark] is not installed")),
])
def engine(request, home, tmp_path):
    work = tmp_path / "engine"
    work.mkdir()
    with open_engine(replace(home, engine=request.param), work) as opened:
        yield opened


def _likeness(known):
    spellings = [{"id": id_, "country": country, "name": name, "acronym": False}
                 for id_, country, _, names in known for name in names]
    towns = [{"id": id_, "city": city} for id_, _, city, _ in known]
    schema = pa.schema([("id", pa.string()), ("country", pa.string()), ("name", pa.string()), ("acronym", pa.bool_())])
    return Likeness(pa.Table.from_pylist(spellings, schema), pa.Table.from_pylist(towns))


def _linked(engine, mentions, known=_KNOWN, judgements=()):
    """Link mentions (text, town, country, assumed) and return what is found, by how judgements name them.

    The record of an organisation is called like it, in the register ``r``.
    """
    names = [{"id": id_, "key": name_key(name), "country": country, "folded_city": fold(city)}
             for id_, country, city, names in known for name in names]
    asked = pa.table({column: [row[place] for row in mentions] for place, column in enumerate(
        ("text", "town", "country", "assumed"))})
    inputs = MentionInputs(
        engine.table("mentions", asked), engine.table("names", pa.Table.from_pylist(names)), _likeness(known),
        engine.table("taken", pa.table({"id": ["old"], "name": ["Quay Hospital"], "successor": ["new"]})),
        list(judgements),
        engine.table("identities", pa.table({"record": [f"r/{row[0]}" for row in known],
                                             "id": [row[0] for row in known]})))
    return {row["mention"]: row for row in engine.arrow(link_mentions(engine, inputs)).to_pylist()}


@pytest.mark.parametrize(("mention", "right", "method"), [
    (("UZ Kaai", "Gent", "BE", ""), "hospital", "name"),
    (("UZ KAAI", "", "BE", ""), "hospital", "name"),
    (("Universitair Ziekenhuis Kaai - Dept. of Nephrology /ID# 157402", "Ghent", "BE", ""), "hospital", "likeness"),
    (("Univ. Schelde, Faculty of Law", "Gent", "BE", ""), "university", "likeness"),
    (("Rhine Cells", "", "", ""), "biotech", "name"),
    (("Rhine Cells", "", "", "BE"), "biotech", "name"),
    (("Elsewhere Clinic", "", "", "NL"), "clinic", "name"),
    (("Universiteit Schelde (Ghent)", "", "", "BE"), "university", "name"),
    (("Quay Hospital", "Leuven", "BE", ""), "new", "name"),
])
def test_a_mention_leads_to_who_is_meant(engine, mention, right, method):
    (found,) = _linked(engine, [mention]).values()
    assert (found["id"], found["method"], found["standing"]) == (right, method, "linked")
    assert found["score"] >= MATCH
    assert found["reasons"]
    assert all(reason["code"] in WORDS for reason in found["reasons"])


@pytest.mark.parametrize("mention", [
    ("Unit of Things", "Gent", "BE", ""), ("", "", "", ""), ("Mechelen", "Mechelen", "BE", ""), ("NV", "", "BE", ""),
    ("Saint Malo Laboratories", "", "", ""), ("Elsewhere Clinic", "", "XX", ""), ("\U0001f9ec", "", "", "BE"),
    ("Noordziekenhuis Oosterweel", "", "", ""), ("x" * 5_000, "", "BE", ""),
])
def test_what_names_nobody_stays_text(engine, mention):
    assert not [row for row in _linked(engine, [mention]).values() if row["standing"] == "linked"]


def test_of_two_of_one_name_the_town_decides(engine):
    (found,) = _linked(engine, [("Saint Malo Laboratories", "Nantes", "FR", "")]).values()
    assert found["id"] == "two"


def test_a_name_alone_does_not_link_a_site_in_another_town_than_its_bearer(engine):
    known = [*_KNOWN, ("south", "BE", "Oostende", ["Zuidziekenhuis Oostende"])]
    asked = [("Noordziekenhuis", "Oostende", "BE", ""), ("Zuidziekenhuis Oostende", "Bredene", "BE", "")]
    found = _linked(engine, asked, known)
    assert found[Mention("Zuidziekenhuis Oostende", "Bredene", "BE").record]["method"] == "name"
    assert all(row["method"] == "likeness" for row in found.values() if row["text"] == "Noordziekenhuis")


def test_what_was_taken_over_leads_on_and_says_so(engine):
    (found,) = _linked(engine, [("Quay Hospital", "Leuven", "BE", "")]).values()
    assert {"code": "successor", "detail": "Quay Hospital"} in found["reasons"]


def test_an_assumed_country_is_told_and_likeness_must_be_the_likelier(engine):
    texts = ["Kaai Hosp. University", "Sheldde Universty", "Beacon Clinical Hospital", "Univ. Schelde Gent"]
    stated = _linked(engine, [(text, "", "BE", "") for text in texts])
    assumed = {row["text"]: row for row in _linked(engine, [(text, "", "", "BE") for text in texts]).values()}
    assert len(assumed) > 1
    for row in stated.values():
        other = assumed[row["text"]]
        assert (other["id"], other["score"]) == (row["id"], row["score"])
        assert {"code": "trials-there", "detail": "BE"} in other["reasons"]
        assert (other["standing"] == "linked") == (other["score"] >= ASSUMED_MATCH)


def test_below_the_match_line_a_link_is_probable_and_below_the_review_line_there_is_none(engine):
    texts = [f"{first} {second}" for first in ("Kaai", "Lock", "Ferry", "Quay", "Dike")
             for second in ("Hospital", "Museum", "Institute Botany", "Hospital University Centre")]
    found = _linked(engine, [(text, "Gent", "BE", "") for text in texts]).values()
    likely = [row for row in found if row["method"] == "likeness"]
    assert {row["standing"] for row in likely} == {"linked", "probable"}
    for row in likely:
        assert row["score"] >= REVIEW
        assert (row["standing"] == "linked") == (row["score"] >= MATCH)


def test_order_and_company_of_mentions_change_nothing(engine):
    mentions = [("UZ Kaai", "Gent", "BE", ""), ("Sheldde Universty", "Gent", "BE", ""), ("Rhine Cells", "", "", "DE"),
                ("Kaai Hospital", "", "BE", "")]
    together = _linked(engine, mentions)
    assert _linked(engine, mentions[::-1]) == together
    alone = {}
    for mention in mentions:
        alone |= _linked(engine, [mention])
    assert alone == together


def test_an_organisation_that_has_nothing_to_do_with_it_changes_no_link(engine):
    mentions = [("UZ Kaai", "Gent", "BE", ""), ("Sheldde Universty", "Gent", "BE", ""), ("Rhine Cells", "", "", "")]
    before = {key: (row["id"], row["standing"]) for key, row in _linked(engine, mentions).items()}
    known = [*_KNOWN, ("stranger", "BE", "Namur", ["Windmill Observatory"])]
    assert {key: (row["id"], row["standing"]) for key, row in _linked(engine, mentions, known).items()} == before


def test_what_a_row_is_known_not_to_be_is_left_out():
    likeness = _likeness(_KNOWN)
    row = {"row": "1", "name": "UZ Kaai", "town": "Gent", "country": "BE", "never": None}
    asked = pa.RecordBatch.from_pylist([row, row | {"row": "2", "never": ["hospital"]}], ASKED)
    found = likeness(asked)
    assert found.schema == FOUND
    assert [line["id"] for line in found.to_pylist() if line["row"] == "1"] == ["hospital"]
    assert "hospital" not in [line["id"] for line in found.to_pylist() if line["row"] == "2"]


def _judged(one, other, decision, why="known here"):
    return Judgement(*sorted((one, other)) if other else (one, ""), decision, "somebody", why, "2026-01-02T00:00:00")


def test_what_a_person_decided_stands_before_all_else(engine):
    kaai = Mention("UZ Kaai", "Gent", "BE").record
    mentions = [("UZ Kaai", "Gent", "BE", ""), ("Sheldde Universty", "Gent", "BE", "")]
    other = Mention("Sheldde Universty", "Gent", "BE").record
    assert _linked(engine, mentions)[kaai]["id"] == "hospital"
    same = _linked(engine, mentions, judgements=[_judged("r/north", kaai, Decision.SAME)])
    assert (same[kaai]["id"], same[kaai]["method"], same[kaai]["standing"]) == ("north", "judgement", "linked")
    assert same[kaai]["reasons"] == [{"code": "judged", "detail": "known here"}]
    assert same[other] == _linked(engine, mentions)[other]
    nobody = _linked(engine, mentions, judgements=[_judged(kaai, "", Decision.NO_MATCH)])
    assert kaai not in nobody
    different = _linked(engine, mentions, judgements=[_judged("r/hospital", kaai, Decision.DIFFERENT),
                                                      _judged("r/university", other, Decision.DIFFERENT)])
    assert kaai not in different or different[kaai]["id"] != "hospital"
    assert other not in different or different[other]["id"] != "university"


def test_the_later_judgement_holds_and_one_about_nothing_says_nothing(engine):
    kaai = Mention("UZ Kaai", "Gent", "BE").record
    mentions = [("UZ Kaai", "Gent", "BE", "")]
    later = [_judged(kaai, "", Decision.NO_MATCH), _judged("r/north", kaai, Decision.SAME)]
    assert _linked(engine, mentions, judgements=later)[kaai]["id"] == "north"
    gone = [_judged("r/gone", kaai, Decision.SAME), _judged("r/a", "r/b", Decision.SAME)]
    assert _linked(engine, mentions, judgements=gone) == _linked(engine, mentions)


def test_mentions_are_named_as_judgements_name_them(engine):
    asked = [("UZ Kaai", "Gent/Gand", "BE", ""), ("Rhine Cells", "", "", "")]
    assert sorted(_linked(engine, asked)) == sorted(
        [Mention("UZ Kaai", "Gent/Gand", "BE").record, Mention("Rhine Cells").record])
