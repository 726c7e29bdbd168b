"""Pictures of answers: what is drawn, what stands in their tables, where their marks lead."""

from datetime import date

import pytest
from django.utils import translation

from openvalley.insight.answer import Answer, Item, Statement


@pytest.fixture
def drawn(site):
    assert site.home.exists()
    from openvalley.site.pages import drawing
    from openvalley.site.pages.questions.pictures import pictures

    def draw(answer, language="en"):
        with translation.override(language):  # whatever the page before was in
            return {made.key: (made, str(drawing.inline(made))) for made in pictures(answer)}

    return draw


def _answer(question, items=(), **more):
    return Answer(question, more.pop("asked", {}), "m-1", "v", items=items, total=len(items), **more)


def _region(code, place, low, high):
    return Item(f"nuts:{code}", "region", f"Land {code}", 1.0, values={"rank": place, "low": low, "high": high})


def test_ranks_are_dots_on_their_intervals(drawn):
    answer = _answer("rank", [_region("AA", 1, 1, 3), _region("BB", 2, 1, 4)],
                     summary=[Statement("rank.home", {"name": "Land BB", "rank": 2})])
    made, svg = drawn(answer)["intervals"]
    assert list(made.rows) == [["Land AA", 1, 1, 3], ["Land BB", 2, 1, 4]]
    assert 'href="/en/region/BB" aria-label="Land BB: place 2, between 1 and 4"' in svg
    assert svg.count("var(--accent)") == 2


@pytest.mark.parametrize(("language", "written"), [("en", "1.25"), ("nl", "1,25"), ("fr", "1,25"), ("de", "1,25")])
def test_numbers_are_written_as_the_language_does(drawn, language, written):
    answer = _answer("connect", [Item("ov:a", "organisation", "One", 1.25)])
    assert f">{written}</text>" in drawn(answer, language)["score"][1]


@pytest.mark.parametrize(("cell", "language", "written"), [
    (2_500_000.0, "en", "2,500,000"), (2_500_000.0, "de", "2.500.000"), (0.2564, "nl", "0,256"), (2024, "fr", "2024"),
    (12_000, "nl", "12.000"), ("2024-05-01", "en", "2024-05-01")])
def test_a_cell_of_a_table_is_written_as_the_language_does(site, cell, language, written):
    assert site.home.exists()
    from openvalley.site.pages.templatetags.openvalley import figure

    with translation.override(language):
        assert figure(cell) == written


def test_nothing_is_drawn_of_no_answer(drawn):
    assert drawn(_answer("rank", cannot_tell=Statement("rank.nothing_to_rank"))) == {}


def test_deadlines_stand_on_a_line_of_time_and_amounts_on_steps_of_ten(drawn):
    offers = [Item("calls:LATE", "call", "Late", 0.5, values={"deadline": date(2027, 5, 1), "eligibility": "kept"}),
              Item("calls:SOON", "call", "Soon", 0.5, values={"deadline": date(2026, 5, 1), "eligibility": "open"}),
              Item("instrument:a", "instrument", "Small", 0.5, values={"amount": [None, 5000], "eligibility": "kept"}),
              Item("instrument:b", "instrument", "Large", 0.5, values={
                  "amount": [10_000, 2_000_000], "eligibility": "open", "page": "javascript:alert(1)"})]
    found = drawn(_answer("fund", offers, asked={"as_of": "2026-01-01"},
                          figures={"outcomes": [{"type": "instrument", "kept": 30, "open": 1, "excluded": 4},
                                                {"type": "investor", "kept": 0, "open": 0, "excluded": 1}]}))
    assert list(found) == ["deadlines", "amounts", "conditions"]
    assert [row[0] for row in found["deadlines"][0].rows] == ["Soon", "Late"]
    assert "javascript" not in found["amounts"][1]
    assert list(found["conditions"][0].rows) == [["Instrument", 30, 1, 4], ["Investor", 0, 0, 1]], "all, not the listed"


def test_regions_are_compared_by_quotients_on_their_intervals(drawn):
    quotients = [{"region": "DK", "evidence": "hospitals", "quotient": 1.25, "low": 1.0, "high": 1.5},
                 {"region": "BE2", "evidence": "research", "quotient": None, "low": None, "high": None}]
    made, _ = drawn(_answer("chain", figures={"cells": [], "places": [], "quotients": quotients}))["quotients"]
    assert [list(row) for row in made.rows] == [["Hospitals · Denmark", 1.25, 1.0, 1.5]]


def test_gaps_are_counted_by_stage_in_the_order_of_the_chain(drawn):
    stages = [{"stage": "care", "occupations": 3, "without_programme": 1},
              {"stage": "discovery", "occupations": 2, "without_programme": 2}]
    made, svg = drawn(_answer("educate", figures={"stages": stages}))["gaps"]
    assert [list(row) for row in made.rows] == [["Discovery", 2, 0], ["Care", 1, 2]]
    assert "no programme is known" in svg
    assert 'href="/en/educate?stage=care"' in svg


def test_results_stand_by_year_and_organisations_by_index(drawn):
    results = [Item("cordis:1", "project", "A", 0.3, values={"day": date(2019, 1, 1)}),
               Item("x", "organisation", "B", 0.9, values={"year": 2021}), Item("y", "trial", "C", 0.1, values={})]
    made, _ = drawn(_answer("discover", results))["years"]
    assert [list(row) for row in made.rows] == [["2019", 1], ["2020", 0], ["2021", 1]]
    found = drawn(_answer("discover", [Item("x", "organisation", "B", 0.9, values={"with_companies": 2})],
                          figures={"growing": [{"code": "H2020-EU.1.1.", "lately": 4, "before": 2}]}))
    assert list(found) == ["nearness", "growth"]
    assert [list(row) for row in found["growth"][0].rows] == [["European Research Council", 2, 4]]


def test_trials_of_the_condition_stand_beside_all(drawn):
    made, svg = drawn(_answer("test", [Item("https://ror.org/0", "organisation", "Ward <b>", 0.4, values={
        "same": 2, "trials": 5, "experienced": True}), Item("https://ror.org/1", "organisation", "Quay", 0.3, values={
            "same": 0, "trials": 4, "experienced": False})]))["experience"]
    assert [list(row) for row in made.rows] == [["Ward <b>", 2, 3, 0], ["Quay", 0, 0, 4]]
    assert "<b>" not in svg


def test_a_file_names_its_title_its_source_and_whole_addresses(site):
    assert site.home.exists()
    from openvalley.site.pages import drawing
    from openvalley.site.pages.questions.charts import Row, Titled, bars

    picture = bars(Titled("n", "Title of it", ["Name", "Number"]), [Row("One", [1], "/en/x")])
    svg = drawing.file(picture, "svg", "OpenValley, abc", "https://site.example").decode()
    assert "Title of it" in svg
    assert "OpenValley, abc" in svg
    assert "https://site.example/en/x" in svg
    assert "#ffffff" in svg
    assert "var(" not in svg
