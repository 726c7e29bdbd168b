"""The reconciliation service: what it answers is what version 0.2 of the specification asks for, and it is right."""

import json

import pytest
from jsonschema import Draft202012Validator
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT202012

from worlds import kbo, ror_id

_UNIVERSITY = ror_id(1)


@pytest.fixture(scope="session")
def valid(repository):
    """Return a function that holds an answer against a schema of the specification."""
    folder = repository.parent / "shared" / "reference" / "reconciliation-0.2"
    if not folder.is_dir():
        pytest.skip(f"no schemas of the reconciliation API at {folder}")
    schemas = {path.name: json.loads(path.read_text(encoding="utf-8")) for path in folder.glob("*.json")}
    resources = [(uri, Resource(contents=schema, specification=DRAFT202012)) for name, schema in schemas.items()
                 for uri in (name, schema.get("$id", name))]
    registry = Registry().with_resources(resources)

    def hold(name, answer):
        Draft202012Validator(schemas[f"{name}.json"], registry=registry).validate(answer)
        return answer

    return hold


@pytest.fixture
def reconcile(client):
    """Return a function that sends a batch of queries and returns each one's candidates."""

    def send(queries, **options):
        answered = client.post("/reconcile", {"queries": json.dumps(queries)}, **options)
        assert answered.status_code == 200, answered.content
        return {key: entry["result"] for key, entry in answered.json().items()}

    return send


def test_the_manifest_is_valid_and_names_addresses_that_answer(client, valid):
    manifest = valid("manifest", client.get("/reconcile").json())
    assert "0.2" in manifest["versions"]
    base = "http://localhost"
    for service in manifest["suggest"].values():
        url = (service["service_url"] + service["service_path"]).removeprefix(base)
        assert client.get(url, {"prefix": "uni"}).status_code == 200
    for template in (manifest["view"]["url"], manifest["preview"]["url"]):
        url = template.removeprefix(base).replace("{{id}}", _UNIVERSITY)
        assert client.get(url, follow=True).status_code == 200
    assert client.get(manifest["logo"].removeprefix(base)).status_code == 302


def test_candidates_are_valid_and_the_right_one_comes_first(reconcile, valid):
    queries = {"q0": {"query": "Universiteit Schelde", "type": "organisation", "limit": 3},
               "q1": {"query": "Scheldde Universty"}, "q2": {"query": "qqqq zzzz"}}
    valid("reconciliation-query-batch", queries)
    found = reconcile(queries)
    valid("reconciliation-result-batch", {key: {"result": result} for key, result in found.items()})
    assert (found["q0"][0]["id"], found["q0"][0]["match"]) == (_UNIVERSITY, True)
    assert (found["q1"][0]["id"], found["q1"][0]["match"]) == (_UNIVERSITY, False)
    assert found["q2"] == []
    assert all(0 <= candidate["score"] <= 100 for candidate in found["q1"])


@pytest.mark.parametrize(("properties", "match"), [
    ([{"pid": "country", "v": "Belgium"}], True), ([{"pid": "country", "v": "NL"}], False),
    ([{"pid": "country", "v": ["FR", {"id": "BE"}]}], True), ([{"pid": "nonsense", "v": "x"}], True),
])
def test_what_is_said_beside_the_name_counts(reconcile, properties, match):
    found = reconcile({"q": {"query": "Universiteit Schelde", "properties": properties}})["q"]
    assert (found[0]["id"], found[0]["match"]) == (_UNIVERSITY, match)


@pytest.mark.parametrize(("pid", "value"), [("vat", f"BE {kbo(1)[:4]}.{kbo(1)[4:]}"), ("ror", _UNIVERSITY[-9:]),
                                            ("pic", "990000001")])
def test_a_number_is_certain_whatever_the_name(reconcile, pid, value):
    found = reconcile({"q": {"query": "Something else", "properties": [{"pid": pid, "v": value}]}})["q"]
    assert (found[0]["score"], found[0]["match"]) == (100, True)
    assert reconcile({"q": {"properties": [{"pid": pid, "v": value}]}})["q"][0]["id"] == found[0]["id"]


def test_a_name_that_two_bear_matches_neither(reconcile):
    found = reconcile({"q": {"query": "Institute of River Biology"}})["q"]
    assert [candidate["match"] for candidate in found[:2]] == [False, False]
    dutch = reconcile({"q": {"query": "Institute of River Biology", "properties": [{"pid": "country", "v": "NL"}]}})
    assert (dutch["q"][0]["match"], dutch["q"][0]["features"][1]) == (True, {"id": "country", "value": True})


def test_kinds_are_types(reconcile, client):
    hospitals = reconcile({"q": {"query": "Kaai", "type": ["university-hospital", "general-hospital"]}})["q"]
    assert hospitals
    assert all(candidate["type"][1]["id"] in {"university-hospital", "general-hospital"} for candidate in hospitals)
    assert client.get("/reconcile/suggest/type", {"prefix": "hosp"}).json()["result"]


def test_suggestions_are_valid(client, valid):
    entities = client.get("/reconcile/suggest/entity", {"prefix": "schelde"}).json()
    valid("suggest-entities-response", entities)
    assert entities["result"][0]["id"] == _UNIVERSITY
    valid("suggest-types-response", client.get("/reconcile/suggest/type", {"prefix": "comp"}).json())
    properties = valid("suggest-properties-response", client.get("/reconcile/suggest/property", {"prefix": "c"}).json())
    assert {"country", "city"} <= {entry["id"] for entry in properties["result"]}


def test_values_are_valid_and_those_of_the_atlas(client, valid):
    proposed = valid("data-extension-property-proposal",
                     client.get("/reconcile/properties", {"type": "organisation"}).json())
    asked = {"ids": [_UNIVERSITY, "pic:123"], "properties": [{"id": entry["id"]} for entry in proposed["properties"]]}
    valid("data-extension-query", asked)
    values = client.post("/reconcile", {"extend": json.dumps(asked)}).json()
    valid("data-extension-response", values)
    row = values["rows"][_UNIVERSITY]
    assert (row["name"], row["country"], row["founded"]) == ([{"str": "Schelde University"}], [{"str": "BE"}],
                                                             [{"int": 1817}])
    assert not any(values["rows"]["pic:123"].values())


def test_it_speaks_the_readers_language(client):
    dutch = client.get("/reconcile/properties", headers={"accept-language": "nl"}).json()
    assert {entry["id"]: entry["name"] for entry in dutch["properties"]}["country"] == "Land"


def test_a_preview_may_stand_in_a_frame_and_other_pages_may_not(client):
    shown = client.get("/reconcile/preview", {"id": _UNIVERSITY})
    assert "Schelde University" in shown.content.decode()
    assert "X-Frame-Options" not in shown
    assert "frame-ancestors 'none'" not in shown["Content-Security-Policy"]
    assert client.get("/en/")["X-Frame-Options"] == "DENY"


def test_pages_of_others_may_read_it_without_cookies(client):
    answered = client.get("/reconcile", headers={"origin": "https://refine.example"})
    assert answered["Access-Control-Allow-Origin"] == "*"
    assert "Access-Control-Allow-Credentials" not in answered
    assert "Access-Control-Allow-Origin" not in client.get("/en/", headers={"origin": "https://refine.example"})


@pytest.mark.parametrize(("given", "says"), [
    ({"queries": "{"}, "JSON"), ({"queries": "[]"}, "object"), ({"queries": '{"q": 1}'}, "no object"),
    ({"queries": '{"q": {}}'}, "neither"), ({"queries": '{"q": {"query": 5}}'}, "no text"),
    ({"queries": '{"q": {"query": "x", "limit": 0}}'}, "candidates"),
    ({"queries": '{"q": {"query": "x", "limit": true}}'}, "candidates"),
    ({"queries": '{"q": {"query": "x", "properties": "BE"}}'}, "list"),
    ({"queries": json.dumps({str(number): {"query": "x"} for number in range(51)})}, "too many"),
    ({"queries": '{"q": {"query": "' + "x" * 200_000 + '"}}'}, "characters"), ({"queries": "[" * 5_000}, "JSON"),
    ({"extend": '{"ids": "x"}'}, "lists"), ({"extend": '{"ids": [], "properties": [{"id": "secret"}]}'}, "secret"),
    ({"extend": '{"ids": [], "properties": ["city"]}'}, "'id'"),
])
def test_what_is_asked_wrongly_is_said(client, given, says):
    answered = client.post("/reconcile", given)
    assert answered.status_code == 400
    assert says in answered.json()["message"]
    assert answered.json()["details"]


@pytest.mark.parametrize(("address", "status"), [
    ("suggest/entity", 400), ("suggest/entity?prefix=x&cursor=-1", 400), ("properties?limit=x", 400),
    ("view", 400), ("view?id=nobody", 404), ("preview?id=nobody", 404),
])
def test_addresses_that_lead_nowhere(client, address, status):
    assert client.get(f"/reconcile/{address}").status_code == status


def test_strange_names_are_answered(reconcile):
    names = ["", " ", "\0", "=1+1", "<script>", "🧬", "x" * 5_000, "NV", "université".encode().decode("latin-1")]
    queries = {str(number): {"query": name, "properties": [{"pid": "country", "v": "??"}]}
               for number, name in enumerate(names)}
    assert set(reconcile(queries)) == set(queries)
