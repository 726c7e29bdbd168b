"""The verbs of the catalogue: gathered, found, described, checked, passed on, and who holds what."""

import json

import pytest

from descriptions import CATALOGUE, SHAPES
from openvalley.healthdata.catalogue.describing import FIELDS
from worlds import ror_id


@pytest.fixture
def catalogue(say, own_home, tmp_path):
    """Return a function that says a verb of the catalogue over a home that has gathered one."""
    (tmp_path / "catalogue.ttl").write_text(CATALOGUE, encoding="utf-8")
    (tmp_path / "shapes.ttl").write_text(SHAPES, encoding="utf-8")

    def verb(*words):
        return say("catalogue", *words, "--home", own_home)

    assert verb("shapes", tmp_path / "shapes.ttl", "--json").json == {"profile": "healthdcat-ap", "shapes": 2}
    assert verb("harvest", "agency", tmp_path / "catalogue.ttl", "--profile", "healthdcat-ap").status == 0
    return verb


def test_feeds_and_their_state(catalogue):
    (feed,) = catalogue("feeds", "--json").json["feeds"]
    assert (feed["name"], feed["last"]["datasets"], feed["last"]["errors"]) == ("agency", 2, 3)
    assert "2 data sets" in catalogue("feeds").out
    assert "as it was" in catalogue("harvest").out


def test_search_show_and_holders(catalogue):
    found = catalogue("search", "hartfalen", "--json").json
    assert [item["title"] if "title" in item else item["titles"]["en"] for item in found["items"]] == [
        "Heart failure cohort"]
    assert "1,200" in catalogue("show", "heart").out
    assert catalogue("search", "--by", "access=RESTRICTED", "--json").json["total"] == 1
    (holder,) = catalogue("holders", "--json").json["holders"]
    assert (holder["id"], holder["decision"], holder["datasets"]) == (ror_id(2), "match", 2)


def test_a_description_is_made_checked_and_passed_on(catalogue, tmp_path):
    form = tmp_path / "form.toml"
    form.write_text("\n".join(f"{name} = {json.dumps(field.example)}" for name, field in FIELDS.items()),
                    encoding="utf-8")
    assert catalogue("describe", form, "-o", tmp_path / "made.ttl").status == 0
    checked = catalogue("check", tmp_path / "made.ttl", "--json")
    assert (checked.status, checked.json["valid"], checked.json["datasets"]) == (0, True, 1)
    assert catalogue("check", tmp_path / "catalogue.ttl").status == 3
    assert catalogue("export", "-o", tmp_path / "out.jsonld", "--format", "jsonld").status == 0
    assert json.loads((tmp_path / "out.jsonld").read_text(encoding="utf-8"))
    assert "address = " in catalogue("describe").out


@pytest.mark.parametrize("words", [
    ["show", "nothing"], ["search", "x", "--by", "colour"], ["harvest", "other"], ["check", "none.ttl"],
    ["describe", "none.toml"], ["export", "-o", "x", "--profile", "none"], ["harvest", "a b", "x.ttl"],
])
def test_what_is_asked_wrongly_is_said(catalogue, words):
    said = catalogue(*words, "--json")
    assert said.status == 3
    assert said.json["error"]["hint"]


def test_an_empty_catalogue_says_how_to_gather_one(say, own_home):
    said = say("catalogue", "search", "lung", "--home", own_home)
    assert said.status == 0
    assert "openvalley catalogue harvest NAME" in " ".join(said.out.split())
