"""Fetching pages of ClinicalTrials.gov, against a server that misbehaves on purpose. Studies are invented."""

import gzip
import json

import pyarrow.parquet as pq
import pytest
import stamina
from hostile_server import Answer, HostileServer
from studies import a_page, a_study

from openvalley.errors import SourceChanged, SourceUnavailable, SourceUnreadable
from openvalley.sources.catalogue import sources
from openvalley.sources.clinicaltrials import pages
from openvalley.sources.fetch import Fetcher
from openvalley.sources.persons import WITHHELD
from openvalley.sources.specification import Fetching, Limits
from openvalley.sources.sync import sync_source
from openvalley.sources.throttle import Throttle


@pytest.fixture
def server(monkeypatch):
    monkeypatch.setenv("NO_PROXY", "*")
    with stamina.set_testing(True, attempts=2, cap=True), HostileServer() as running:
        monkeypatch.setattr(pages, "STUDIES", running.url("/studies"))
        yield running


@pytest.fixture
def fetch(tmp_path, server):
    """Return a function that fetches the pages a script of answers gives, and returns the numbers on each."""
    def fetch_pages(*answers):
        server.script("/studies", *answers)
        calm = Throttle(1000, sleep=lambda _: None)
        with Fetcher(Fetching(requests_per_second=1000), Limits(), throttle=calm) as fetcher:
            files = pages.fetch(fetcher, tmp_path)
        found = {}
        for file in files:
            studies = json.loads(gzip.decompress((tmp_path / file.name).read_bytes()))["studies"]
            found[file.name] = [study["protocolSection"]["identificationModule"]["nctId"][-1] for study in studies]
        return found

    return fetch_pages


def _answer(*numbers, token=None, total=None):
    more = {key: value for key, value in (("nextPageToken", token), ("totalCount", total)) if value is not None}
    return Answer(a_page(*(a_study(number) for number in numbers), **more))


_EXPIRED = Answer(b"Invalid page token", status=400)


def test_pages_are_followed_to_the_last(fetch, server):
    assert fetch(_answer(1, 2, token="a", total=3), _answer(token="b"), _answer(3)) == {
        "studies-0001.json.gz": ["1", "2"], "studies-0002.json.gz": ["3"]}
    first, second, _third = (request.path for request in server.requests)
    assert "pageToken" not in first
    assert "pageToken=a" in second
    assert second.startswith(first)
    assert "Belgium" in first
    assert not any(word in first for word in ("Contact", "OverallOfficial", "Investigator", "ResponsibleParty"))


def test_pages_that_repeat_give_each_study_once(fetch):
    assert fetch(_answer(1, 2, token="a", total=3), _answer(2, 1, token="b"), _answer(2, 3)) == {
        "studies-0001.json.gz": ["1", "2"], "studies-0002.json.gz": ["3"]}


def test_the_same_studies_are_the_same_bytes(fetch, tmp_path):
    fetch(_answer(1, token="a", total=2), _answer(2))
    before = [path.read_bytes() for path in sorted(tmp_path.glob("*.gz"))]
    fetch(_answer(1, token="other", total=2), _answer(2))
    assert [path.read_bytes() for path in sorted(tmp_path.glob("*.gz"))] == before


def test_a_token_that_comes_again_stops_the_source(fetch):
    with pytest.raises(SourceChanged, match="circle"):
        fetch(_answer(1, token="a", total=9), _answer(2, token="a"))


def test_pages_without_end_stop_the_source(fetch):
    def endless(request):
        return _answer(1, token=f"{len(request.path)}-{id(request)}", total=1)

    with pytest.raises(SourceChanged, match="circle"):
        fetch(endless)


def test_an_expired_token_starts_anew_once(fetch):
    assert fetch(_answer(1, token="a", total=2), _EXPIRED, _answer(1, token="b", total=2), _answer(2)) == {
        "studies-0001.json.gz": ["1"], "studies-0002.json.gz": ["2"]}


def test_a_token_that_expires_twice_is_given_up(fetch):
    with pytest.raises(SourceUnavailable, match="twice"):
        fetch(_answer(1, token="a", total=2), _EXPIRED, _answer(1, token="b", total=2), _EXPIRED)


def test_a_first_page_that_is_refused_is_not_asked_again(fetch, server):
    with pytest.raises(SourceUnavailable, match="400"):
        fetch(_EXPIRED)
    assert len(server.requests) == 1


def test_studies_that_are_skipped_are_asked_for_again(fetch):
    assert fetch(_answer(1, token="a", total=3), _answer(2), _answer(1, token="a", total=3), _answer(2, 3)) == {
        "studies-0001.json.gz": ["1"], "studies-0002.json.gz": ["2", "3"]}
    with pytest.raises(SourceUnavailable, match="1 of 3 studies stood on no page, twice"):
        fetch(_answer(1, token="a", total=3), _answer(2), _answer(1, token="a", total=3), _answer(2))


@pytest.mark.parametrize("status", [429, 503])
def test_a_busy_register_is_asked_again(fetch, status):
    assert fetch(Answer(status=status, headers={"Retry-After": "1"}), _answer(1, total=1)) == {
        "studies-0001.json.gz": ["1"]}


@pytest.mark.parametrize(("answer", "error"), [
    (Answer(a_page(a_study())[:-9]), SourceUnreadable), (Answer(b"[]"), SourceChanged), (Answer(b"{}"), SourceChanged),
    (Answer(a_page(a_study()), cut=40), SourceUnavailable), (Answer(status=503), SourceUnavailable),
], ids=["cut", "a list", "no studies", "broken off", "down"])
def test_answers_that_are_no_pages(fetch, answer, error):
    with pytest.raises(error):
        fetch(answer)


def test_a_live_sync_reads_what_it_fetched(home, server):
    source = sources(home)["clinicaltrials"]
    relaxed = source.specification.model_copy(update={"expect": {}, "fetch": Fetching(requests_per_second=1000)})
    source = type(source)(relaxed, source.folder, source.module)
    server.script("/studies", _answer(1, token="a", total=2), _answer(2), _answer(1, token="c", total=2), _answer(2))
    first = sync_source(home, source, None, lambda *_: None)
    assert (first.outcome, dict(first.version.rows), first.version.origin) == ("new", {"trial": 2, "trial_site": 2},
        "live")
    assert sync_source(home, source, None, lambda *_: None).outcome == "unchanged"


def test_the_mirror_is_read_whole(mirrored):
    version = mirrored["clinicaltrials"]
    assert (version.rows["trial"], version.quarantined, version.warnings) == (7_003, 0, ())
    assert version.rows["trial_site"] + version.counted["placeholder sites dropped"] == 16_875
    assert 400 <= version.counted[WITHHELD] <= 700
    sites = pq.read_table(version.table("trial_site")).to_pylist()
    assert sum(site["country"] is None for site in sites) == 0
    assert sum(site["country"] == "BE" for site in sites) > 250
