"""Every register that is fetched, in trouble: the last good version stays in use, the problem is noted, and it passes.

The registers are played by a server on this machine, with small answers in their true formats.
"""

import json
import shutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import pytest
import stamina
from hostile_server import Answer, HostileServer

from making import relaxed
from openvalley.settings import Settings
from openvalley.sources.calls import pages as calls
from openvalley.sources.catalogue import Source, sources
from openvalley.sources.clinicaltrials import pages as trials
from openvalley.sources.eurostat import requests as eurostat
from openvalley.sources.ror import connector as ror
from openvalley.sources.specification import Fetching, FileSpecification
from openvalley.sources.sync import sync_source
from openvalley.sources.throttle import Throttle
from openvalley.sources.versions import in_use, problem_of
from worlds import RIVER

_NUTS = "NUTS_RG_03M_2021_4326_LEVL_1.geojson"
_CORDIS = "cordis-h2020projects-csv.zip"
_REGION = {"type": "FeatureCollection", "features": [{
    "type": "Feature", "id": "BE1", "properties": {
        "NUTS_ID": "BE1", "LEVL_CODE": 1, "CNTR_CODE": "BE", "NUTS_NAME": "Regio", "NAME_LATN": "Regio"},
    "geometry": {"type": "Polygon", "coordinates": [[[4, 50], [5, 50], [5, 51], [4, 50]]]}}]}
_CUBE = {
    "version": "2.0", "class": "dataset", "label": "Population", "updated": "2025-03-04T23:00:00+0100",
    "id": ["geo", "time"], "size": [1, 1], "value": {"0": 7},
    "dimension": {"geo": {"category": {"index": {"BE10": 0}}}, "time": {"category": {"index": {"2021": 0}}}},
}
_TOPIC = {"reference": "1", "language": "en", "metadata": {
    "type": ["1"], "identifier": ["HORIZON-HLTH-2025-RIVER-01-02"], "title": ["Clean rivers"], "status": ["31094502"]}}
_STUDY = {"protocolSection": {
    "identificationModule": {"nctId": "NCT99000001", "briefTitle": "Rivers"},
    "statusModule": {"overallStatus": "RECRUITING"}, "designModule": {"studyType": "INTERVENTIONAL"},
    "sponsorCollaboratorsModule": {"leadSponsor": {"name": "Schelde University"}},
    "contactsLocationsModule": {"locations": [{"facility": "Kaai University Hospital", "country": "Belgium"}]}}}


def _json(content: object) -> Answer:
    return Answer(json.dumps(content).encode())


@dataclass(frozen=True)
class Registers:
    """All registers that are fetched, as they are played, and a home in which each was synced well once."""

    server: HostileServer
    settings: Settings
    good: Mapping[str, Mapping[str, Answer]]

    def play(self, name: str) -> None:
        """Let a register answer as it should."""
        for path, answer in self.good[name].items():
            self.server.script(path, answer)

    def sync(self, name: str, **changes):
        """Sync a register's source; the addresses in its source.toml lead to the server."""
        return sync_source(self.settings, self.source(name, **changes), None, lambda *_: None)

    def source(self, name: str, **changes) -> Source:
        """Return a source that bears small files, and is asked here."""
        urls = {"cordis": _CORDIS, "nuts": _NUTS}
        if name in urls:
            file = FileSpecification(name=urls[name], url=self.server.url(f"/{urls[name]}"))
            changes["files"] = (file,)
        return relaxed(sources(self.settings)[name], **changes)


@pytest.fixture(scope="module")
def registers(tmp_path_factory):
    folder = tmp_path_factory.mktemp("registers")
    RIVER.write(folder / "mirror", folder / "pack")
    (dump,) = (folder / "mirror" / "ror").iterdir()
    zips = {"dump": dump.read_bytes(), "cordis": (folder / "mirror" / "cordis" / _CORDIS).read_bytes()}
    with pytest.MonkeyPatch.context() as patch, stamina.set_testing(True, attempts=2, cap=True), \
            HostileServer() as server:
        patch.setenv("NO_PROXY", "*")
        patch.setattr(ror, "RELEASES", server.url("/releases"))
        patch.setattr(calls, "SEARCH", server.url("/search"))
        patch.setattr(trials, "STUDIES", server.url("/studies"))
        patch.setattr(eurostat, "API", server.url("/data/"))
        patch.setattr(eurostat, "datasets", lambda: {"demo_r_d2jan": {"since": 2010, "keep": {}}})
        patch.setattr(eurostat, "_PAUSE", 0)
        release = {"hits": {"hits": [{"files": [{"key": dump.name, "links": {"self": server.url("/dump.zip")}}]}]}}
        found = Registers(server, Settings(home=folder / "home", memory_limit_mb=512, threads=2), {
            "ror": {"/releases": _json(release), "/dump.zip": Answer(zips["dump"])},
            "cordis": {f"/{_CORDIS}": Answer(zips["cordis"])},
            "nuts": {f"/{_NUTS}": _json(_REGION)},
            "eurostat": {"/data/demo_r_d2jan": _json(_CUBE)},
            "calls": {"/search": _json({"totalResults": 1, "results": [_TOPIC]})},
            "clinicaltrials": {"/studies": _json({"totalCount": 1, "studies": [_STUDY]})},
        })
        for name in found.good:
            found.play(name)
            result = found.sync(name)
            assert (result.outcome, result.problem) == ("new", None), name
        server.script("/login", Answer(b"<!doctype html><title>Log in</title>"))
        yield found


#: Register and the address that is in trouble.
_PLACES = [("ror", "/releases"), ("ror", "/dump.zip"), ("cordis", f"/{_CORDIS}"), ("nuts", f"/{_NUTS}"),
           ("eurostat", "/data/demo_r_d2jan"), ("calls", "/search"), ("clinicaltrials", "/studies")]
_DOWN, _UNREADABLE, _CHANGED = "source_unavailable", "source_unreadable", "source_changed"
#: What the server answers, made of the good answer, and what may be said of it: not every register tells a file of
#: another shape from a broken one.
_TROUBLES: Mapping[str, tuple[Callable[[Answer], Answer], set[str]]] = {
    "busy": (lambda _: Answer(status=429, headers={"Retry-After": "0"}), {_DOWN}),
    "down": (lambda _: Answer(b"<html>Service unavailable", 503), {_DOWN}),
    "gone": (lambda _: Answer(status=404), {_DOWN, _CHANGED}),
    "refused": (lambda _: Answer(status=403), {_DOWN}),
    "a key that is not taken": (lambda _: Answer(status=401), {_DOWN}),
    "silent": (lambda _: Answer(dropped=True), {_DOWN}),
    "cut": (lambda good: Answer(good.body, cut=len(good.body) // 2), {_DOWN}),
    "cut without a word": (lambda good: Answer(good.body[:len(good.body) // 2], sized=False), {_UNREADABLE}),
    "empty": (lambda _: Answer(b""), {_UNREADABLE, _CHANGED}),
    "maintenance page": (lambda _: Answer(b"<!DOCTYPE html><p>Back soon", headers={"Content-Type": "application/json"}),
                         {_UNREADABLE}),
    "broken gzip": (lambda good: Answer(good.body, headers={"Content-Encoding": "gzip"}), {_DOWN}),
    "sent to a log-in page": (lambda _: Answer(status=302, headers={"Location": "/login"}), {_UNREADABLE}),
    "sent to a file": (lambda _: Answer(status=302, headers={"Location": "file:///etc/hostname"}), {_DOWN}),
    "sent in a circle": (lambda _: Answer(status=302, headers={"Location": "?again"}), {_DOWN}),
    "of another shape": (lambda _: _json({"something": "else"}), {_CHANGED, _UNREADABLE}),
    "not JSON": (lambda _: Answer(b"id,name\n1,x\n"), {_UNREADABLE}),
}


@pytest.mark.parametrize(("make", "codes"), _TROUBLES.values(), ids=_TROUBLES)
@pytest.mark.parametrize(("name", "path"), _PLACES, ids=lambda value: value.strip("/"))
def test_a_register_in_trouble_leaves_its_last_good_version_in_use(registers, name, path, make, codes):
    registers.play(name)
    registers.server.script(path, make(registers.good[name][path]))
    before = in_use(registers.settings, name)
    result = registers.sync(name)
    assert (result.outcome, result.problem and result.problem.code in codes) == ("failed", True), result.problem
    assert result.problem.hint
    assert in_use(registers.settings, name) == result.version == before
    noted = problem_of(registers.settings, name)
    assert (noted["code"], noted["message"]) == (result.problem.code, result.problem.message)
    assert noted["since"] <= noted["at"]


@pytest.mark.parametrize(("name", "path"), _PLACES, ids=lambda value: value.strip("/"))
def test_a_register_that_drips_is_given_up(registers, name, path, monkeypatch):
    registers.play(name)
    registers.server.script(path, Answer(registers.good[name][path].body, drip=20))
    monkeypatch.setattr(Throttle, "now", lambda _: registers.server.seconds)
    before = in_use(registers.settings, name)
    result = registers.sync(name, fetch=Fetching(requests_per_second=1000, attempts=1))
    assert (result.outcome, result.problem.code) == ("failed", _DOWN)
    assert "seconds" in result.problem.message
    assert in_use(registers.settings, name) == before


@pytest.mark.parametrize("name", sorted({name for name, _ in _PLACES}))
def test_a_register_that_is_well_again_has_no_problem(registers, name):
    for path in registers.good[name]:
        registers.server.script(path, Answer(status=503))
    assert registers.sync(name).outcome == "failed"
    registers.play(name)
    result = registers.sync(name)
    assert (result.outcome, result.problem, problem_of(registers.settings, name)) == ("unchanged", None, None)


@pytest.mark.parametrize(("name", "path"), _PLACES, ids=lambda value: value.strip("/"))
def test_what_passes_by_itself_is_no_trouble(registers, name, path):
    registers.play(name)
    good = registers.good[name][path]
    busy = Answer(status=429, headers={"Retry-After": "0"})
    cut = Answer(good.body, cut=len(good.body) // 2)
    registers.server.script(path, busy, good, cut, good, Answer(status=503), good)
    result = registers.sync(name)
    assert (result.outcome, result.problem) == ("unchanged", None)


def test_every_source_that_is_fetched_is_among_them(home):
    fetched = {name for name, source in sources(home).items() if not source.specification.by_hand}
    assert fetched == {name for name, _ in _PLACES}


def test_a_first_sync_that_fails_leaves_nothing_in_use(registers, tmp_path):
    registers.server.script("/studies", Answer(status=503))
    first = Registers(registers.server, Settings(home=tmp_path / "home"), registers.good)
    result = first.sync("clinicaltrials")
    assert (result.outcome, result.version) == ("failed", None)
    shutil.rmtree(tmp_path / "home")
