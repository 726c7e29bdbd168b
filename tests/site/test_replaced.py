"""An atlas that is replaced, or taken away, while a real server answers many at once: nobody gets an error."""

import http.client
import os
import re
import subprocess
import sys
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from threading import Event

import pytest

import worlds
from serving import ENDED, own_port, until_it_answers

_WORKERS, _READERS, _ROUNDS = 2, 4, 4000
_SERVE = f"""
import sys
from pathlib import Path
from openvalley.settings import Settings
from openvalley.site.serve import run
run(Settings(home=Path(sys.argv[1]), region={worlds.REGION!r}), "127.0.0.1", int(sys.argv[2]), {_WORKERS})
"""
_PAGES = ("/fr/organisation/pic/990000002", "/nl/search?q=leie", "/de/", "/fr/needs.json", "/readyz")
_VERSION = re.compile(r"Atlas ([0-9a-f]{12})|\"atlas_version\": \"([0-9a-f]{12})|ok ([0-9a-f]{12})")


@pytest.fixture
def served(tmp_path):
    """A home of its own, served by two processes: its settings, and the port."""
    settings = worlds.home_at(tmp_path / "home")
    worlds.build(settings, worlds.World(pack=[worlds.pack_row("leie", "Leie Cells", pic="990000002")]))
    with own_port() as port:
        command = [sys.executable, "-c", _SERVE, str(settings.home), str(port)]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=dict(os.environ)) as process:
            try:
                url = process.stdout.readline().strip()
                until_it_answers(f"{url}readyz", process, busy=b"warming up\n")
                yield settings, port
            finally:
                process.terminate()
            assert process.wait(timeout=ENDED) == 0


def _ask(port, address):
    """Return the status of an address, and the version of the atlas that answered."""
    with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=ENDED)) as connection:
        connection.request("GET", address, headers={"Host": "localhost"})
        answer = connection.getresponse()
        found = _VERSION.search(answer.read().decode())
    return answer.status, next(filter(None, found.groups()), None) if found else None


def _read(port, first, done):
    """Ask for page after page until it is enough; return how many answers of each kind there were."""
    seen = Counter()
    for number in range(first, first + _ROUNDS):
        address = _PAGES[number % len(_PAGES)]
        status, version = _ask(port, address)
        # A process that began to warm a fresh atlas up at its start says so to /readyz alone.
        seen[(200 if address == "/readyz" and status == 503 else status), version] += 1
        if done.is_set():
            break
    return seen


def _until_all_answer_from(port, version):
    """Ask until so many answers in a row are of one atlas that both processes must have taken it up."""
    in_a_row = 0
    for _ in range(_ROUNDS):
        in_a_row = in_a_row + 1 if _ask(port, "/nl/search?q=cells")[1] == version else 0
        if in_a_row >= 20 * _WORKERS:
            return True
    return False


def test_a_new_atlas_under_load_is_taken_up_without_an_error(served):
    settings, port = served
    before = _ask(port, "/de/")[1]
    done = Event()
    with ThreadPoolExecutor(_READERS) as readers:
        reading = [readers.submit(_read, port, first, done) for first in range(_READERS)]
        try:
            after = worlds.build(settings, worlds.World(pack=[
                worlds.pack_row("leie", "Leie Cells", pic="990000002"),
                worlds.pack_row("zenne", "Zenne Cells")])).version
            assert _until_all_answer_from(port, after)
        finally:
            done.set()
        seen = sum((entry.result() for entry in reading), Counter())
    assert {status for status, _version in seen} == {200}
    assert {version for _status, version in seen} - {None} <= {before, after}
    assert before != after


def test_an_atlas_that_is_taken_away_is_read_on_and_a_new_one_taken_up(served):
    settings, port = served
    before = _ask(port, "/de/")[1]
    link = settings.atlases / "current"
    target = link.readlink()
    link.unlink()
    (settings.atlases / target).rename(settings.atlases / "elsewhere")
    for number in range(10 * _WORKERS):
        status, version = _ask(port, f"/fr/search?q=leie&missing={number}")
        assert (status, version) == (200, before)
    after = worlds.build(settings, worlds.World(pack=[worlds.pack_row("zenne", "Zenne Cells")])).version
    assert _until_all_answer_from(port, after)


def test_before_anything_is_built_each_reader_is_told_so_in_its_language(tmp_path, client):
    from dataclasses import replace

    from django.conf import settings
    from django.test import override_settings

    empty = replace(settings.OPENVALLEY, home=tmp_path / "empty")
    with override_settings(OPENVALLEY=empty):
        for language in ("nl", "fr", "de"):
            answer = client.get(f"/{language}/")
            assert answer.status_code == 503
            text = answer.content.decode()
            assert f'<html lang="{language}"' in text
            assert "openvalley up" in text
        assert client.get("/readyz").status_code == 503
        assert client.get("/healthz").status_code == 200
        assert client.get("/api/v1/atlas").json()["code"] == "nothing_built"
        for address in ("/api/v1/atlas", "/reconcile?queries={}", "/nl/home.json", "/nl/search.json?q=x"):
            told = client.get(address)
            assert (told.status_code, str(tmp_path) in told.content.decode()) == (503, False), address
