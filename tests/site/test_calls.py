"""What a reader finds on the page of a funding call: where it stands follows from its dates and today."""

import json
from datetime import date

import pytest

from days import on_one_day
from estuary import LONG_HENCE

OPEN = "/en/call/calls/HORIZON-HLTH-2024-RIVER-01-01"
TWO_STAGES = "/en/call/calls/HORIZON-HLTH-2024-RIVER-01-02-two-stage"
CLOSED = "/en/call/calls/HORIZON-HLTH-2021-RIVER-01-03"
TO_COME = "/en/call/calls/HORIZON-HLTH-2098-RIVER-01-04"
WITHOUT_DATES = "/en/call/calls/HORIZON-HLTH-2024-RIVER-01-05"


def _answer(text):
    return text.partition('class="answer read">')[2].partition("</p>")[0]


def test_an_open_call_says_how_long_it_stays_so(page):
    said, day = on_one_day(lambda: _answer(page(OPEN)))
    left = (date.fromisoformat(LONG_HENCE) - day).days
    assert f"Open today: the next deadline is 30 Jun 2099, <b>{left:,}</b> days from now." in said


def test_what_the_register_said_is_not_where_it_stands(page):
    """The list calls the first closed and the third open; the dates say otherwise."""
    text = page(OPEN)
    assert ">Open<" in text
    assert "“Closed” on 11 Jul 2024" in text
    text = page(CLOSED)
    assert "Closed: its last deadline was 21 Sep 2021." in _answer(text)
    assert "“Open” on 11 Jul 2024" in text


def test_a_call_to_come_and_one_without_dates(page):
    said = _answer(page(TO_COME))
    assert "Not open yet: it opens on 1 Jan 2098," in said
    assert "Its first deadline is 30 Jun 2099." in said
    text = page(WITHOUT_DATES)
    assert "The register gives no dates" in _answer(text)
    assert "The register gives no opening date." in text
    assert "The register gives no deadline." in text


def test_a_second_stage_is_only_for_those_of_the_first(page):
    text = page(TWO_STAGES)
    assert "whoever sent no outline can take part no more" in text
    assert "30 Jun 2099 <span" in text.replace("</b>", "")
    assert "whoever sent no outline" not in page(OPEN)


def test_its_facts_and_their_source(page):
    text = page(OPEN)
    for said in ("Research and innovation action", "HORIZON-RIA", "Living by rivers", "in one stage", "Horizon Europe",
                 "The register&#x27;s extract holds no budget.", "Version 2024-07-11", "as of 11 Jul 2024",
                 "Commission Decision 2011/833/EU"):
        assert said.replace("&#x27;", "'") in text.replace("&#x27;", "'"), said
    assert 'href="https://portal.example/horizon-hlth-2024-river-01-01"' in text


def test_only_addresses_of_the_web_are_links(page):
    text = page(CLOSED)
    assert "javascript:" not in text
    assert "<script>alert" not in text


def test_as_json_with_where_it_stands_today(page):
    content, day = on_one_day(lambda: json.loads(page(f"{OPEN}.json")))
    assert content["call"]["deadlines"] == [LONG_HENCE]
    assert content["standing"] == {"on": day.isoformat(), "standing": "open",
                                   "next_deadline": LONG_HENCE}


@pytest.mark.parametrize(("typed", "leads_to"), [
    ("/en/call/HORIZON-HLTH-2024-RIVER-01-01", OPEN), ("/en/call/horizon-hlth-2024-river-01-01", OPEN),
    ("/en/project/HORIZON-HLTH-2024-RIVER-01-02-TWO-STAGE", TWO_STAGES),
    ("/de/call/HORIZON-HLTH-2024-RIVER-01-01.json", OPEN.replace("/en/", "/de/") + ".json"),
])
def test_a_code_leads_to_its_page(client, typed, leads_to):
    answer = client.get(typed)
    assert (answer.status_code, answer.headers["Location"]) == (301, leads_to)


@pytest.mark.parametrize("url", ["/en/call/calls/HORIZON-HLTH-1999-X", "/nl/call/x"])
def test_an_unknown_call_is_not_found(client, url):
    assert client.get(url).status_code == 404


@pytest.mark.parametrize(("standing", "count"), [("open", 2), ("closed", 1), ("forthcoming", 1), ("unknown", 1)])
def test_lists_know_where_calls_stand(page, standing, count):
    assert json.loads(page(f"/en/search.json?type=call&standing={standing}"))["total"] == count
    found = json.loads(page(f"/en/search.json?type=call&q=rivers&standing={standing}"))
    assert (found["total"], {item["standing"] for item in found["items"]}) == (count, {standing})
    assert f"{count} call" in page(f"/en/search?type=call&standing={standing}")


def test_a_list_of_calls_says_of_which_day_it_is(page):
    text = page("/en/search?type=call")
    assert "The newest list of calls is of 11 Jul 2024." in text
    assert "last deadline 21 Sep 2021" in text
    assert "deadline 30 Jun 2099" in text
