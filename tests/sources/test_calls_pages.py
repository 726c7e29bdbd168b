"""Fetching topics from the portal's search, against a server that misbehaves on purpose. Topics are invented."""

import gzip
import json
import os
import re
from urllib.parse import parse_qs, urlsplit

import duckdb
import pytest
import stamina
from hostile_server import Answer, HostileServer
from topics import a_page, a_result

from openvalley.errors import SourceChanged, SourceUnavailable
from openvalley.sources.calls import connector, pages
from openvalley.sources.fetch import Fetcher
from openvalley.sources.specification import Fetching, Limits
from openvalley.sources.throttle import Throttle


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
    results = [{**a_result(identifier=[f"HORIZON-HLTH-2025-RIVER-{number:02}"]), "reference": str(number)}
               for number in numbers]
    return Answer(a_page(*results, total=total, responseTime=17))


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
    fetch(Answer(a_page({**a_result(identifier=["HORIZON-HLTH-2025-RIVER-01"]), "reference": "1"}, responseTime=99)))
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
