"""What pages show beside things, in the API: the same as the pages' own data."""

import pytest

from worlds import ror_id

_UNIVERSITY = ror_id(1)


@pytest.fixture(autouse=True)
def _forgotten(site):
    from django.core.cache import caches

    assert site.home.exists()
    caches["local"].clear()


@pytest.mark.parametrize(("api", "page"), [
    ("map", "/en/map.json"), ("map?kind=company", "/en/map.json?kind=company"), ("press", "/en/press.json"),
    ("press?language=fr", "/fr/press.json"),
    (f"network/{_UNIVERSITY}", f"/en/organisation/ror/{_UNIVERSITY.rpartition('/')[2]}/network.json"),
    (f"network/{_UNIVERSITY}?since=2015&until=2030",
     f"/en/organisation/ror/{_UNIVERSITY.rpartition('/')[2]}/network.json?since=2015&until=2030")])
def test_the_api_says_what_the_page_says(client, api, page):
    answered, shown = client.get(f"/api/v1/{api}"), client.get(page)
    assert (answered.status_code, shown.status_code) == (200, 200)
    assert answered.json() == shown.json()


def test_the_cluster_in_figures_is_that_of_the_home_page(client):
    assert client.get("/api/v1/cluster").json() == client.get("/en/home.json").json()


def test_how_sources_are_is_what_the_page_about_the_data_says(client, site):
    from openvalley.errors import SourceUnavailable
    from openvalley.sources.versions import forget_problem, note_problem

    note_problem(site, "ror", SourceUnavailable("secret.example is down"))
    told = client.get("/api/v1/sources")
    forget_problem(site, "ror")
    assert "secret.example" not in told.content.decode()
    (ror,) = [source for source in told.json()["sources"] if source["name"] == "ror"]
    assert ror["problem"]["code"] == told.json()["problems"]["ror"]["code"] == "source_unavailable"
    assert ror["fetched_days"] >= 0
    assert isinstance(ror["overdue"], bool)
    assert told.json()["by_hand"]["esco"].startswith("Order the classification")
    shown, after = client.get("/en/about-the-data.json").json(), client.get("/api/v1/sources").json()
    assert {name: shown[name] for name in after} == after


def test_any_number_of_a_register_leads_to_a_network(client):
    told = client.get("/api/v1/network/990000001").json()
    assert told["organisation"]["id"] == _UNIVERSITY


def test_without_an_earlier_atlas_nothing_is_compared(client):
    told = client.get("/api/v1/changes").json()
    assert (told["since"], told["changes"]) == (None, None)


def test_health_data_is_listed_even_where_there_is_none(client):
    told = client.get("/api/v1/health-data?q=diabetes").json()
    assert (told["total"], told["items"]) == (0, [])
    assert set(told["facets"]) == {"feed", "access", "category", "country", "holder", "format"}


@pytest.mark.parametrize(("address", "status"), [
    ("network/nobody", 404), ("network/700001", 404), (f"network/{_UNIVERSITY}?since=x", 400),
    (f"network/{_UNIVERSITY}?theme=nonsense", 400), ("press?language=xx", 400), ("map?colour=red", 400),
    ("changes?x=1", 400), ("health-data?offset=-1", 400), ("map?kind=" + "x" * 61, 400)])
def test_what_is_asked_wrongly_is_a_problem(client, address, status):
    answered = client.get(f"/api/v1/{address}")
    assert (answered.status_code, answered["Content-Type"]) == (status, "application/problem+json"), answered.content
