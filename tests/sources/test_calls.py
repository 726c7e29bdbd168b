"""Calls: topics of the EU's programmes. Fixtures follow the portal's search API and the list; calls are invented."""

import json
from datetime import date

import pytest
from topics import a_page, a_result

from openvalley.errors import SourceChanged
from openvalley.sources.calls import connector

_TABLE = "HE_calls_2024-07-11.csv"
_COLUMNS = ("ccm2Id", "callYear", "clusterCode", "clusterName", "destination", "destCode", "pubDate", "openDate",
            "closeDate", "s2Date", "status", "process", "actionType", "callId", "callTitle", "topicId", "topicTitle",
            "topicUrl")
_ROW = {
    "ccm2Id": "44000001", "callYear": "2024", "clusterCode": "HORIZON-HLTH", "clusterName": "1. Health",
    "destination": "Living by rivers", "pubDate": "2024-01-02", "openDate": "2024-03-01", "closeDate": "2024-09-19",
    "status": "Open", "process": "two-stage", "actionType": "HORIZON-RIA", "callId": "HORIZON-HLTH-2024-RIVER-01",
    "callTitle": "Rivers and health", "topicId": "HORIZON-HLTH-2024-RIVER-01-01", "topicTitle": "Healthy rivers",
    "topicUrl": "https://portal.example/healthy-rivers", "s2Date": "2025-02-11",
}


def _table(*rows):
    lines = [",".join(_COLUMNS), *(",".join(row.get(column, "") for column in _COLUMNS) for row in rows)]
    return {_TABLE: "\n".join(lines).encode() + b"\n"}


def _row(**changed):
    return {**_ROW, **changed}


@pytest.fixture
def read(reading):
    def read_files(files):
        found = reading(files, name="calls")
        connector.read(found.intake)
        return found

    return read_files


def test_a_topic_of_the_list(read):
    found = read(_table(_row()))
    call = found.records("call")["HORIZON-HLTH-2024-RIVER-01-01"]
    assert (call["title"], call["call_id"], call["programme"]) == (
        "Healthy rivers", "HORIZON-HLTH-2024-RIVER-01", "HORIZON")
    assert (call["cluster"], call["destination"]) == ("1. Health", "Living by rivers")
    assert call["action_type"] == "HORIZON-RIA"
    assert (call["published"], call["opens"]) == (date(2024, 1, 2), date(2024, 3, 1))
    assert call["deadlines"] == [date(2024, 9, 19), date(2025, 2, 11)]
    assert (call["stated_status"], call["procedure"]) == ("Open", "two-stage")
    assert found.intake.as_of == date(2024, 7, 11)
    assert (found.quarantined, found.intake.warnings) == ([], [])


def test_a_topic_of_the_search(read):
    overview = json.dumps({"budgetTopicActionMap": {"44": [
        {"action": "HORIZON-HLTH-2025-RIVER-01-02 - HORIZON-RIA", "budgetYearMap": {"2025": "1000000", "2026": 500000}},
        {"action": "HORIZON-HLTH-2025-RIVER-01-03 - HORIZON-IA", "budgetYearMap": {"2025": "9"}}]}})
    found = read({"topics-0001.json": a_page(a_result(budgetOverview=[overview]))})
    call = found.records("call")["HORIZON-HLTH-2025-RIVER-01-02"]
    assert (call["title"], call["programme"], call["cluster"]) == ("Clean rivers", "HORIZON", "1. Health")
    assert call["description"] == "Expected outcome : clean rivers."
    assert (call["opens"], call["deadlines"]) == (date(2025, 5, 22), [date(2025, 9, 16)])
    assert (call["stated_status"], call["budget"], call["keywords"]) == ("Open", 1_500_000, ["river", "health"])
    assert call["url"] == connector.TOPIC_PAGE + "horizon-hlth-2025-river-01-02"
    assert (found.quarantined, found.intake.warnings) == ([], [])


@pytest.mark.parametrize("files", [
    _table(_row(closeDate="", s2Date="")),
    {"topics-0001.json": a_page(a_result(deadlineDate=[]))}, {"topics-0001.json": a_page(a_result(deadlineDate=None))},
])
def test_a_call_without_deadlines_stays(read, files):
    found = read(files)
    (call,) = found.records("call").values()
    assert call["deadlines"] == []
    assert found.intake.counted["calls without a deadline"] == 1
    assert found.quarantined == []


def test_a_topic_once_a_deadline_and_action_is_one_call(read):
    found = read(_table(_row(s2Date=""), _row(closeDate="2024-04-10", s2Date="", actionType="HORIZON-IA"),
                        _row(s2Date="", openDate="2024-02-01", topicUrl="")))
    (call,) = found.records("call").values()
    assert call["deadlines"] == [date(2024, 4, 10), date(2024, 9, 19)]
    assert (call["action_type"], call["opens"]) == ("HORIZON-IA; HORIZON-RIA", date(2024, 2, 1))
    assert call["url"] == "https://portal.example/healthy-rivers"
    assert found.intake.counted["rows joined to another of their topic"] == 2


def test_a_repeated_page_adds_nothing(read):
    page = a_page(a_result(), a_result(identifier=["HORIZON-HLTH-2025-RIVER-01-09"]))
    found = read({"topics-0001.json": page, "topics-0002.json": page})
    assert len(found.records("call")) == 2
    assert (found.quarantined, found.intake.warnings) == ([], [])


def test_only_topics_in_english_are_taken(read):
    found = read({"topics-0001.json": a_page(
        a_result(), a_result("fr", title=["Rivières"]), a_result(type=["0"]),
        a_result(identifier=["COMPETITIVE-1"], type=["8"]), total=1)})
    (call,) = found.records("call").values()
    assert call["title"] == "Clean rivers"
    assert found.intake.warnings == []


@pytest.mark.parametrize(("changed", "reason"), [
    ({"topicId": ""}, "it has no topic id"), ({"topicTitle": " "}, "it has no title"),
    ({"closeDate": "soon"}, "a deadline is no date"), ({"s2Date": "2025-02-30"}, "a deadline is no date"),
    ({"openDate": "01/03/2024"}, "its opening date is no date"), ({"pubDate": "x"}, "its publication date is no date"),
    ({"openDate": "2025-03-01"}, "it closes before it opens"),
], ids=str)
def test_a_wrong_row_is_put_aside_with_its_line(read, changed, reason):
    found = read(_table(_row(), _row(**{"topicId": "HORIZON-HLTH-2024-RIVER-01-02", **changed})))
    assert len(found.records("call")) == 1
    assert found.quarantined == [(_TABLE, 3, reason)]


@pytest.mark.parametrize(("result", "reason"), [
    (a_result(identifier=[]), "it has no topic id"), (a_result(title=[""]), "it has no title"),
    (a_result(deadlineDate=["2025-09-16T00:00:00.000+0000", "in autumn"]), "a deadline is no date"),
    ({"reference": "2"}, "it has no metadata"), (None, "it has no metadata"),
], ids=str)
def test_a_wrong_result_is_put_aside(read, result, reason):
    good = a_result(identifier=["HORIZON-HLTH-2025-RIVER-01-01"])
    found = read({"topics-0001.json": a_page(good, result, total=1)})
    assert list(found.records("call")) == ["HORIZON-HLTH-2025-RIVER-01-01"]
    assert found.quarantined == [("topics-0001.json", 2, reason)]


@pytest.mark.parametrize("overview", ["no json", "{}", '{"budgetTopicActionMap": 3}', "[]", ""])
def test_an_odd_budget_is_no_budget(read, overview):
    (call,) = read({"topics-0001.json": a_page(a_result(budgetOverview=[overview]))}).records("call").values()
    assert call["budget"] is None


def test_unknown_codes_stay_as_they_are(read):
    (call,) = read({"topics-0001.json": a_page(a_result(
        status=["999"], frameworkProgramme=["1"], identifier=["LIFE-2025-SAP"]))}).records("call").values()
    assert (call["stated_status"], call["programme"], call["cluster"]) == ("999", "1", "LIFE")


@pytest.mark.parametrize("content", [b"{}", b'{"results": {}}', b'{"message": "error"}', b"[]"])
def test_an_answer_without_results_stops_the_source(read, content):
    with pytest.raises(SourceChanged, match="no page of results"):
        read({"topics-0001.json": content})


def test_a_vanished_field_stops_the_source(read):
    result = a_result()
    del result["metadata"]["identifier"]
    with pytest.raises(SourceChanged, match="identifier"):
        read({"topics-0001.json": a_page(result)})


def test_a_vanished_column_stops_the_source_and_a_new_one_is_a_warning(read):
    content = _table(_row())[_TABLE]
    with pytest.raises(SourceChanged, match="closeDate"):
        read({_TABLE: content.replace(b"closeDate", b"deadline")})
    found = read({_TABLE: content.replace(b"destCode", b"colour")})
    assert found.intake.warnings == [f"{_TABLE}: unknown columns colour"]


def test_the_same_topic_is_the_same_call_from_the_list_and_from_the_search(read):
    shared = ("title", "call_id", "call_title", "programme", "cluster", "stated_status", "opens", "deadlines", "url")
    url = f"{connector.TOPIC_PAGE}horizon-hlth-2024-river-01-01"
    (listed,) = read(_table(_row(topicUrl=url))).records("call").values()
    (found,) = read({"topics-0001.json": a_page(a_result(
        identifier=["HORIZON-HLTH-2024-RIVER-01-01"], title=["Healthy rivers"], callTitle=["Rivers and health"],
        callIdentifier=["HORIZON-HLTH-2024-RIVER-01"], startDate=["2024-03-01T00:00:00.000+0000"],
        deadlineDate=["2024-09-19T00:00:00.000+0000", "2025-02-11T00:00:00.000+0000"]))}).records("call").values()
    assert {name: found[name] for name in shared} == {name: listed[name] for name in shared}
