"""The API beside the questions: search, lists, single things, and who asks wrongly or too often."""

import json

import pytest
from django.core.cache import caches

from worlds import ror_id

_UNIVERSITY = ror_id(1)


@pytest.fixture(autouse=True)
def _forgotten(site):
    """Begin each test with nobody having asked anything."""
    assert site.home.exists()
    caches["local"].clear()


@pytest.fixture
def get(client):
    def ask(address, status=200, **query):
        answered = client.get(f"/api/v1/{address}", query)
        assert answered.status_code == status, answered.content
        return answered.json()

    return ask


def test_search_gives_ids_that_lead_to_things(get):
    found = get("search", q="Universiteit Schelde", type="organisation", limit=1)
    assert (found["items"][0]["id"], found["limit"]) == (_UNIVERSITY, 1)
    shown = get(f"organisations/{found['items'][0]['id']}")
    assert shown["organisation"]["name"] == "Schelde University"
    assert {claim["source"] for claim in shown["claims"]} >= {"ror"}


def test_search_says_whether_anything_holds_all_the_words(get):
    assert get("search", q="Universiteit Schelde")["whole"] is True
    lesser = get("search", q="university qrstuv")
    assert (lesser["whole"], lesser["method"]) == (False, "names-1")
    assert lesser["items"]


@pytest.mark.parametrize(("address", "key"), [
    ("organisations/990000001", "organisation"), ("projects/700001", "project"), ("regions/BE234", "region"),
])
def test_any_number_of_a_register_is_an_id(get, address, key):
    assert get(address)[key]


def test_lists_come_page_by_page_and_can_be_narrowed(client, get):
    first = get("organisations", country="BE", limit=5)
    assert (len(first["items"]), first["offset"]) == (5, 0)
    assert first["total"] > 10
    second = client.get(first["next"]).json()
    assert second["offset"] == 5
    assert not {item["id"] for item in first["items"]} & {item["id"] for item in second["items"]}
    assert {item["country"] for item in second["items"]} == {"BE"}
    last = get("organisations", country="BE", limit=5, offset=first["total"] - 1)
    assert (len(last["items"]), last["next"]) == (1, None)
    assert sum(first["facets"]["kind"].values()) == first["total"]


@pytest.mark.parametrize("plural", ["organisations", "projects", "trials", "calls"])
def test_every_type_can_be_listed(get, plural):
    assert get(plural, limit=2)["total"] >= 0


def test_the_atlas_names_its_sources(get):
    told = get("atlas")
    assert {source["name"] for source in told["sources"]} >= {"ror", "cordis"}
    assert told["counts"]["organisations"] > 10


@pytest.mark.parametrize(("address", "status", "says"), [
    ("organisations/nobody", 404, "nobody"), ("projects/990000001", 404, "no project"),
    ("organisations?colour=red", 400, "colour"), ("organisations?limit=0", 400, "limit"),
    ("organisations?limit=5000", 400, "limit"), ("organisations?order=height", 400, "height"), ("search", 400, "q"),
    ("search?q=x&type=person", 400, "person"), ("organisations?country=BE&offset=99999", 400, "offset"),
    ("search?q=" + "x" * 301, 400, "q"),
])
def test_what_is_asked_wrongly_is_a_problem(client, address, status, says):
    answered = client.get(f"/api/v1/{address}")
    assert (answered.status_code, answered["Content-Type"]) == (status, "application/problem+json")
    assert says in answered.json()["title"]


@pytest.mark.parametrize("address", ["organisations/a%0Ab", "nothing", "calls/x/%0A", "organisations/"])
def test_an_address_that_leads_nowhere_is_a_problem(client, address):
    answered = client.get(f"/api/v1/{address}")
    assert (answered.status_code, answered["Content-Type"]) == (404, "application/problem+json")
    assert answered.json()["code"] == "unknown_id"


def test_what_was_read_before_is_not_sent_again(client):
    first = client.get("/api/v1/organisations?limit=1")
    again = client.get("/api/v1/organisations?limit=1", headers={"if-none-match": first["ETag"]})
    assert (again.status_code, again.content) == (304, b"")


def test_whoever_asks_too_often_is_told_to_wait(client):
    statuses = [client.get("/api/v1/atlas").status_code for _ in range(601)]
    assert set(statuses[:600]) == {200}
    answered = client.get("/api/v1/atlas")
    assert (statuses[600], answered.status_code) == (429, 429)
    assert answered["Content-Type"] == "application/problem+json"
    assert int(answered["Retry-After"]) >= 1
    assert client.get("/api/v1/atlas", REMOTE_ADDR="192.0.2.7").status_code == 200


def test_every_route_is_described(client):
    described = client.get("/api/v1/openapi.json").json()
    assert {"/api/v1/search", "/api/v1/organisations", "/api/v1/organisations/{known_id}"} <= set(described["paths"])
    for path in described["paths"].values():
        assert path["get"]["description"]
        assert all(parameter["description"] for parameter in path["get"].get("parameters", ()))


@pytest.mark.parametrize("path", ["organisations/qqqqxxxx", "connect?organisation=qqqqxxxx+zzzz"])
def test_a_problem_says_where_the_api_looks_things_up(client, path):
    told = client.get(f"/api/v1/{path}").json()
    assert told["status"] == 404
    assert "/api/v1/search?q=NAME" in told["detail"]


@pytest.mark.parametrize(("hint", "says"), [
    ("Find it with: openvalley search --type call", "Find it with: /api/v1/search?q=NAME&type=call"),
    ("This atlas holds no trials yet: openvalley sync ctis, then openvalley build",
     "This atlas holds no trials yet; whoever runs this site can bring in what is missing."),
    ("Give a NUTS code such as BE23, and sync the regions with: openvalley sync nuts",
     "Give a NUTS code such as BE23; whoever runs this site can bring in what is missing."),
    ("Parameters: limit, offset.", "Parameters: limit, offset.")])
def test_commands_in_a_hint_become_what_a_program_can_do(site, hint, says):
    assert site.home.exists()
    from openvalley.site.pages.machine import problem_answer

    assert json.loads(problem_answer(404, "No.", hint, "unknown_id").content)["detail"] == says
