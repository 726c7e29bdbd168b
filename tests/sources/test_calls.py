"""Calls: topics of the EU's programmes. Fixtures follow the portal's search API and the list; calls are invented."""

import gzip
import json
import os
import re
from datetime import date
from urllib.parse import parse_qs, urlsplit

import duckdb
import pytest
import stamina
from hostile_server import Answer, HostileServer

from openvalley.errors import SourceChanged, SourceUnavailable
from openvalley.sources.calls import connector, pages
from openvalley.sources.fetch import Fetcher
from openvalley.sources.specification import Fetching, Limits
from openvalley.sources.throttle import Throttle

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


def _result(language="en", **changed):
    """A result as the search API gives it: each field a list of texts."""
    return {"reference": "1", "language": language, "metadata": {
        "type": ["1"], "identifier": ["HORIZON-HLTH-2025-RIVER-01-02"], "title": ["Clean rivers"],
        "callIdentifier": ["HORIZON-HLTH-2025-RIVER-01"], "callTitle": ["Rivers"], "status": ["31094502"],
        "startDate": ["2025-05-22T00:00:00.000+0000"], "deadlineDate": ["2025-09-16T00:00:00.000+0000"],
        "typesOfAction": ["HORIZON Research and Innovation Actions"], "frameworkProgramme": ["43108390"],
        "keywords": ["river", "health"], "deadlineModel": ["single-stage"],
        "descriptionByte": ["<p>Expected <b>outcome</b>:&nbsp;clean\nrivers.</p>"],
        **changed,
    }}


def _page(*results, total=None, **changed):
    return json.dumps({"totalResults": total or len(results), "pageNumber": 1, "pageSize": 100,
                       "results": list(results), **changed}).encode()


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
    found = read({"topics-0001.json": _page(_result(budgetOverview=[overview]))})
    call = found.records("call")["HORIZON-HLTH-2025-RIVER-01-02"]
    assert (call["title"], call["programme"], call["cluster"]) == ("Clean rivers", "HORIZON", "1. Health")
    assert call["description"] == "Expected outcome : clean rivers."
    assert (call["opens"], call["deadlines"]) == (date(2025, 5, 22), [date(2025, 9, 16)])
    assert (call["stated_status"], call["budget"], call["keywords"]) == ("Open", 1_500_000, ["river", "health"])
    assert call["url"] == connector.TOPIC_PAGE + "horizon-hlth-2025-river-01-02"
    assert (found.quarantined, found.intake.warnings) == ([], [])


@pytest.mark.parametrize("files", [
    _table(_row(closeDate="", s2Date="")),
    {"topics-0001.json": _page(_result(deadlineDate=[]))}, {"topics-0001.json": _page(_result(deadlineDate=None))},
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
    page = _page(_result(), _result(identifier=["HORIZON-HLTH-2025-RIVER-01-09"]))
    found = read({"topics-0001.json": page, "topics-0002.json": page})
    assert len(found.records("call")) == 2
    assert (found.quarantined, found.intake.warnings) == ([], [])


def test_only_topics_in_english_are_taken(read):
    found = read({"topics-0001.json": _page(_result(), _result("fr", title=["Rivières"]), _result(type=["0"]), _result(
        identifier=["COMPETITIVE-1"], type=["8"]), total=1)})
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
    (_result(identifier=[]), "it has no topic id"), (_result(title=[""]), "it has no title"),
    (_result(deadlineDate=["2025-09-16T00:00:00.000+0000", "in autumn"]), "a deadline is no date"),
    ({"reference": "2"}, "it has no metadata"), (None, "it has no metadata"),
], ids=str)
def test_a_wrong_result_is_put_aside(read, result, reason):
    good = _result(identifier=["HORIZON-HLTH-2025-RIVER-01-01"])
    found = read({"topics-0001.json": _page(good, result, total=1)})
    assert list(found.records("call")) == ["HORIZON-HLTH-2025-RIVER-01-01"]
    assert found.quarantined == [("topics-0001.json", 2, reason)]


@pytest.mark.parametrize("overview", ["no json", "{}", '{"budgetTopicActionMap": 3}', "[]", ""])
def test_an_odd_budget_is_no_budget(read, overview):
    (call,) = read({"topics-0001.json": _page(_result(budgetOverview=[overview]))}).records("call").values()
    assert call["budget"] is None


def test_unknown_codes_stay_as_they_are(read):
    (call,) = read({"topics-0001.json": _page(_result(
        status=["999"], frameworkProgramme=["1"], identifier=["LIFE-2025-SAP"]))}).records("call").values()
    assert (call["stated_status"], call["programme"], call["cluster"]) == ("999", "1", "LIFE")


@pytest.mark.parametrize("content", [b"{}", b'{"results": {}}', b'{"message": "error"}', b"[]"])
def test_an_answer_without_results_stops_the_source(read, content):
    with pytest.raises(SourceChanged, match="no page of results"):
        read({"topics-0001.json": content})


def test_a_vanished_field_stops_the_source(read):
    result = _result()
    del result["metadata"]["identifier"]
    with pytest.raises(SourceChanged, match="identifier"):
        read({"topics-0001.json": _page(result)})


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
    (found,) = read({"topics-0001.json": _page(_result(
        identifier=["HORIZON-HLTH-2024-RIVER-01-01"], title=["Healthy rivers"], callTitle=["Rivers and health"],
        callIdentifier=["HORIZON-HLTH-2024-RIVER-01"], startDate=["2024-03-01T00:00:00.000+0000"],
        deadlineDate=["2024-09-19T00:00:00.000+0000", "2025-02-11T00:00:00.000+0000"]))}).records("call").values()
    assert {name: found[name] for name in shared} == {name: listed[name] for name in shared}


# Fetching.


@pytest.fixture
def server(monkeypatch):
    monkeypatch.setenv("NO_PROXY", "*")
    monkeypatch.setattr(pages, "_PAGE_SIZE", 2)
    with stamina.set_testing(True, attempts=2, cap=True), HostileServer() as running:
        monkeypatch.setattr(pages, "SEARCH", running.url("/search"))
        yield running


@pytest.fixture
def fetch(tmp_path, server):
    """Return a function that fetches what a script of answers gives, and returns the references on each page."""
    def fetch_pages(*answers):
        server.script("/search", *answers)
        calm = Throttle(1000, sleep=lambda _: None)
        with Fetcher(Fetching(requests_per_second=1000), Limits(), throttle=calm) as fetcher:
            files = pages.fetch(fetcher, tmp_path)
        return {file.name: [result["reference"] for result in _stored(tmp_path / file.name)["results"]]
                for file in files}

    return fetch_pages


def _stored(path):
    return json.loads(gzip.decompress(path.read_bytes()))


def _found(*numbers, total):
    """A page with topics of these numbers."""
    results = [{**_result(identifier=[f"HORIZON-HLTH-2025-RIVER-{number:02}"]), "reference": str(number)}
               for number in numbers]
    return Answer(_page(*results, total=total, responseTime=17))


def _asked(server):
    return [(parse_qs(urlsplit(request.path).query), request) for request in server.requests]


_TWO_PAGES = {"topics-0001.json.gz": ["1", "2"], "topics-0002.json.gz": ["3"]}


def test_all_pages_are_asked_for_as_the_portals_own_page_does(fetch, server):
    assert fetch(_found(1, total=3), _found(1, 2, total=3), _found(3, total=3)) == _TWO_PAGES
    queries, requests = zip(*_asked(server), strict=True)
    assert {request.method for request in requests} == {"POST"}
    assert all(query["apiKey"] == ["SEDIA"] and query["text"] == ["***"] for query in queries)
    assert [(query["pageNumber"], query["pageSize"]) for query in queries] == [
        (["1"], ["1"]), (["1"], ["2"]), (["2"], ["2"])]
    for part in (b'name="query"', b'name="languages"', b'name="sort"', b'{"field": "identifier", "order": "ASC"}',
                 b'{"terms": {"type": ["1"]}}'):
        assert all(part in request.body for request in requests), part
    assert all(request.body.count(b"Content-Type: application/json") == 3 for request in requests)


def test_the_same_topics_are_the_same_bytes(fetch, tmp_path):
    fetch(_found(1, total=1))
    before = (tmp_path / "topics-0001.json.gz").read_bytes()
    (tmp_path / "topics-0001.json.gz").unlink()
    fetch(Answer(_page({**_result(identifier=["HORIZON-HLTH-2025-RIVER-01"]), "reference": "1"}, responseTime=99)))
    assert (tmp_path / "topics-0001.json.gz").read_bytes() == before
    assert set(_stored(tmp_path / "topics-0001.json.gz")) == {"results", "totalResults"}


@pytest.mark.parametrize("wrong", [
    [_found(1, 2, total=3), _found(1, total=3)], [_found(1, 2, total=3), _found(total=3)],
    [_found(1, total=3), _found(3, total=3)],
], ids=["repeats", "is empty", "skips"])
def test_pages_that_do_not_add_up_are_asked_for_once_more(fetch, tmp_path, wrong):
    right = [_found(1, total=3), _found(1, 2, total=3), _found(3, total=3)]
    assert fetch(_found(1, total=3), *wrong, *right) == _TWO_PAGES
    for path in tmp_path.glob("*.gz"):
        path.unlink()
    with pytest.raises(SourceUnavailable, match="1 of 3 topics stood on no page, twice"):
        fetch(_found(1, total=3), *wrong, _found(1, total=3), *wrong)


def test_a_list_that_grows_while_it_is_read_is_read_to_its_new_end(fetch):
    assert fetch(_found(1, total=3), _found(1, 2, total=5), _found(3, 4, total=5), _found(5, total=5)) == {
        "topics-0001.json.gz": ["1", "2"], "topics-0002.json.gz": ["3", "4"], "topics-0003.json.gz": ["5"]}


def test_a_walk_that_was_broken_off_is_continued_for_an_hour(fetch, server, tmp_path):
    with pytest.raises(SourceUnavailable):
        fetch(_found(1, total=3), _found(1, 2, total=3), Answer(status=503))
    server.requests.clear()
    assert fetch(_found(1, total=3), _found(3, total=3)) == _TWO_PAGES
    assert [query["pageNumber"] for query, _ in _asked(server)] == [["1"], ["2"]]
    for path in tmp_path.glob("*.gz"):
        os.utime(path, (0, 0))
    server.requests.clear()
    fetch(_found(1, total=3), _found(1, 2, total=3), _found(3, total=3))
    assert len(server.requests) == 3


@pytest.mark.parametrize("spoilt", [b"", b"no gzip", gzip.compress(b"{")], ids=["empty", "text", "cut"])
def test_a_kept_page_that_was_spoilt_is_fetched_anew(fetch, tmp_path, spoilt):
    (tmp_path / "topics-0001.json.gz").write_bytes(spoilt)
    assert fetch(_found(1, total=3), _found(1, 2, total=3), _found(3, total=3)) == _TWO_PAGES


def test_more_topics_than_the_search_lets_one_see_are_asked_for_by_status(fetch, server, monkeypatch, tmp_path):
    monkeypatch.setattr(pages, "_WINDOW", 3)
    assert fetch(_found(1, total=4), _found(1, total=1), _found(2, total=1), _found(3, 4, total=2)) == {
        "topics-0001.json.gz": ["1"], "topics-0002.json.gz": ["2"], "topics-0003.json.gz": ["3", "4"]}
    assert [re.findall(rb'"status": \["(\d+)"\]', request.body) for request in server.requests] == [
        [], *([status.encode()] for status in pages.STATUSES)]
    for path in tmp_path.glob("*.gz"):
        path.unlink()
    with pytest.raises(SourceUnavailable, match="1 of 4 topics stood on no page"):
        fetch(*[_found(1, total=4), _found(1, total=1), _found(2, total=1), _found(3, total=1)] * 2)


def test_statuses_are_those_that_we_know_the_names_of():
    assert set(pages.STATUSES) == set(connector.codes()["statuses"])


@pytest.mark.parametrize("status", [401, 403])
def test_a_refused_key_is_said_in_clear_words(fetch, server, status):
    with pytest.raises(SourceUnavailable, match="refuses the key SEDIA") as refused:
        fetch(Answer(b'{"message": "Forbidden"}', status=status))
    assert "stays in use" in refused.value.hint
    assert len(server.requests) == 1


@pytest.mark.parametrize("answer", [{}, [], {"totalResults": 0}, {"totalResults": "many"}, {"totalResults": 4_170_000}])
def test_a_search_that_finds_nothing_or_everything_stops_the_source(fetch, answer):
    with pytest.raises(SourceChanged, match=r"topics|results"):
        fetch(Answer(json.dumps(answer).encode()))


@pytest.mark.parametrize("page", [
    {"totalResults": 1}, {"totalResults": 1, "results": "none"}, {"totalResults": 1, "results": [{"url": "x"}]},
    {"results": [{"reference": "1"}]},
], ids=["no results", "no list", "no reference", "no total"])
def test_a_page_of_another_shape_stops_the_source(fetch, page):
    with pytest.raises(SourceChanged, match="portal"):
        fetch(_found(1, total=1), Answer(json.dumps(page).encode()))


@pytest.mark.mirror
def test_every_topic_of_the_mirror_is_taken_in(mirrored):
    version = mirrored["calls"]
    assert (dict(version.rows), version.quarantined, version.warnings) == ({"call": 1907}, 0, ())
    ((deadlines, two_stage, health),) = duckdb.execute(f"""
        SELECT sum(len(deadlines)), count(*) FILTER (len(deadlines) = 2), count(*) FILTER (cluster = '1. Health')
        FROM '{version.table('call')}'""").fetchall()
    assert (deadlines, two_stage, health) == (1907 + 103, 103, 98)
