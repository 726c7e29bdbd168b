"""Warming up: each kind of page is asked for before a reader does, and a new atlas is lent when it is warm."""

from threading import Event

import pytest

from worlds import RIVER, World, build, home_at

_LONGEST_WAIT = 20.0


def test_a_process_that_warms_up_is_alive_and_not_ready(client):
    from openvalley.site.readiness import warming

    with warming():
        assert client.get("/readyz").status_code == 503
        assert client.get("/healthz").status_code == 200
    assert client.get("/readyz").status_code == 200


def test_each_kind_of_page_is_asked_for_once(site):
    from django.core.wsgi import get_wsgi_application

    from openvalley.site.pages.warming import walk, warm
    from openvalley.site.shelf import shelf

    answers, answering = {}, get_wsgi_application()

    def application(asked, start):
        answer = answering(asked, start)
        answers[asked["PATH_INFO"]] = answer.status_code
        return answer

    assert site.home.exists()
    with shelf().borrow() as atlas:
        warm(atlas)
        walk(atlas, application)
    assert set(answers.values()) == {200}
    assert {"/en/", "/nl/", "/fr/", "/de/"} <= set(answers)
    kinds = {path.split("/")[2] for path in answers}
    assert {"organisation", "project", "trial", "call", "region", "search", "map", "connect", "chain"} <= kinds


@pytest.fixture
def lent(site, tmp_path):
    from openvalley.site.shelf import Shelf

    settings = home_at(tmp_path / "home", region=site.region)
    build(settings, RIVER)
    shelf = Shelf(settings)
    yield settings, shelf
    shelf.close()


def test_a_new_atlas_is_lent_once_it_is_prepared(lent):
    settings, shelf = lent
    begun, go, prepared = Event(), Event(), []

    def prepare(atlas):
        begun.set()
        assert go.wait(_LONGEST_WAIT)
        prepared.append(atlas)

    shelf.prepare_with(prepare)
    with shelf.borrow() as before:
        pass
    build(settings, World(pack=RIVER.pack[:1]))
    with shelf.borrow() as meanwhile:
        assert meanwhile is before
    assert begun.wait(_LONGEST_WAIT)
    with shelf.borrow() as still:
        assert still is before
    go.set()
    shelf.wait()
    with shelf.borrow() as after:
        assert prepared == [after]
        assert after.version != before.version


def test_of_two_new_atlases_the_later_is_lent_however_long_the_earlier_takes(lent):
    settings, shelf = lent
    begun, go, taken_up = Event(), Event(), []

    def prepare(atlas):
        taken_up.append(atlas.version)
        if len(taken_up) == 1:
            begun.set()
            assert go.wait(_LONGEST_WAIT)

    shelf.prepare_with(prepare)
    with shelf.borrow():
        pass
    build(settings, World(pack=RIVER.pack[:1]))
    with shelf.borrow():
        earlier = shelf._bringing
    assert begun.wait(_LONGEST_WAIT)
    build(settings, World(pack=RIVER.pack[:2]))
    with shelf.borrow():
        pass
    shelf.wait()
    go.set()
    earlier.join()
    assert len(taken_up) == 2
    with shelf.borrow() as after:
        assert after.version == taken_up[1]
        assert after.rows("SELECT 1 AS one") == [{"one": 1}]


def test_a_new_atlas_that_cannot_be_opened_leaves_the_one_before(lent, caplog):
    settings, shelf = lent
    shelf.prepare_with(lambda _atlas: None)
    with shelf.borrow() as before:
        pass
    build(settings, World(pack=RIVER.pack[:1]))
    (settings.atlases / "current" / "atlas.duckdb").write_bytes(b"no database")
    with shelf.borrow():
        pass
    shelf.wait()
    with shelf.borrow() as after:
        assert after is before
        assert after.rows("SELECT 1 AS one") == [{"one": 1}]
    assert "not taken up" in caplog.text


def test_a_new_atlas_is_lent_even_if_it_cannot_be_warmed_up(lent, caplog):
    settings, shelf = lent
    shelf.prepare_with(lambda _atlas: 1 / 0)
    with shelf.borrow() as before:
        pass
    build(settings, World(pack=RIVER.pack[:1]))
    with shelf.borrow():
        pass
    shelf.wait()
    with shelf.borrow() as after:
        assert after.version != before.version
    assert "could not be warmed up" in caplog.text
