"""The description of the API has an example of every route, and each has the shape of what is really answered."""

from collections.abc import Mapping

import pytest

from openvalley.questions import QUESTIONS
from openvalley.site.api.examples import ASKED, answer
from worlds import ror_id

#: What the small world is asked instead of what an atlas of Belgium would be.
HERE = {
    "organisation": {"known_id": ror_id(1)}, "network": {"known_id": ror_id(1)}, "project": {"known_id": "700001"},
    "trial": {"known_id": "NCT99000001"}, "call": {}, "region": {"known_id": "BE23"},
    "test": {"condition": "river fever"},
    "pack-row": {"known_id": "capability:tide-filling"}, "discover": {"topic": "river"}, "search": {"q": "schelde"},
    "projects": {}, "trials": {}, "calls": {}, "organisations": {}, "map": {}, "needs": {}, "chain": {},
    "connect": {"organisation": "990000002"}, "rank": {"level": "nuts2"}, "educate": {}, "health-data": {},
    "fund": {"need": "gene therapy"}, "press": {}, "changes": {}, "atlas": {},
    "cluster": {}, "sources": {},
}


@pytest.fixture
def described(client):
    return client.get("/api/v1/openapi.json").json()


def _operations(described):
    return {operation["operationId"]: (path, operation) for path, methods in described["paths"].items()
            for operation in methods.values()}


def test_every_route_has_an_example_of_what_is_asked_and_answered(described):
    operations = _operations(described)
    assert set(operations) == set(HERE)
    assert set(QUESTIONS) <= set(operations)
    for name, (_, operation) in operations.items():
        told = operation["responses"]
        assert told["200"]["content"]["application/json"]["example"] == answer(name)
        assert all(entry["content"]["application/problem+json"]["example"]["status"] == int(status)
                   for status, entry in told.items() if status != "200")
        parameters = {entry["name"]: entry for entry in operation.get("parameters", ())}
        assert set(ASKED.get(name, {})) <= set(parameters)
        assert not parameters or any("example" in entry for entry in parameters.values()), name


def test_what_examples_ask_is_understood(described, client):
    for name, (path, _) in _operations(described).items():
        asked = dict(ASKED.get(name, {}))
        address = f"/api/v1{path.removeprefix('/api/v1')}".replace("{known_id}", str(asked.pop("known_id", "")))
        answered = client.get(address, asked)
        # The small world may not know what an atlas of Belgium does, but never takes it for a wrong question.
        assert answered.status_code in {200, 404} or answered.json().get("title", "").startswith("Nobody"), (
            name, answered.content[:300])


def _shape(thing):
    """Return the names of an answer's parts, and of the parts of the first of its items."""
    if not isinstance(thing, Mapping):
        return None
    items = thing.get("items") or ()
    return set(thing), set(items[0]) if items and isinstance(items[0], Mapping) else set()


@pytest.mark.parametrize("name", sorted(HERE))
def test_examples_have_the_shape_of_answers(described, client, site, name):
    assert site.home.exists()
    path, _ = _operations(described)[name]
    asked = dict(HERE[name])
    if name == "call":
        asked = {"known_id": client.get("/api/v1/calls").json()["items"][0]["id"]}
    answered = client.get(path.replace("{known_id}", str(asked.pop("known_id", ""))), asked)
    assert answered.status_code == 200, answered.content[:300]
    parts, of_items = _shape(answered.json())
    example_parts, example_of_items = _shape(answer(name))
    assert example_parts == parts
    assert not of_items or not example_of_items or example_of_items == of_items
