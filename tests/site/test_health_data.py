"""The pages of health data: found and shown in four languages, for catalogues of others, and described by a form."""

import shutil

import pytest

from descriptions import CATALOGUE
from openvalley.healthdata.catalogue import describing, feeds, harvesting
from openvalley.healthdata.catalogue.datasets import datasets
from openvalley.healthdata.catalogue.reading import read
from worlds import quiet

_FILLED = {name: field.example for name, field in describing.FIELDS.items() if field.needed}
_HEART = "/en/health-data/set?id=https://kaai.example/data/heart"


@pytest.fixture(scope="module")
def gathered(site, tmp_path_factory):
    origin = tmp_path_factory.mktemp("agency") / "catalogue.ttl"
    origin.write_text(CATALOGUE, encoding="utf-8")
    harvesting.harvest(site, feeds.Feed("agency", str(origin)), quiet)
    yield site
    shutil.rmtree(site.home / "healthdata")  # others look at the same home


def test_the_list_finds_in_every_language_and_narrows(page, gathered):
    assert gathered.home.exists()
    for language, words in (("nl", "hartfalen"), ("fr", "insuffisance cardiaque"), ("en", "heart failure")):
        shown = page(f"/{language}/health-data?q={words}")
        assert "Cohort hartfalen" in shown or "Heart failure cohort" in shown
    narrowed = page("/en/health-data?access=RESTRICTED")
    assert "MS-register" in narrowed
    assert "Heart failure cohort" not in narrowed
    assert "No data set that is known here" in page("/en/health-data?q=malaria")


def test_programs_learn_of_every_data_set_and_feed_what_the_pages_show(client, gathered):
    told, shown = client.get("/api/v1/health-data").json(), client.get("/en/health-data.json").json()
    assert told["items"] == shown["items"]
    assert told["feeds"] == shown["feeds"]
    (feed,) = told["feeds"]
    assert (feed["name"], feed["datasets"], feed["origin"]) == ("agency", told["total"], None)
    assert str(gathered.home.parent.parent) not in str(told["feeds"])
    one = client.get(_HEART.replace("/set", "/set.json")).json()
    assert one in [{name: value for name, value in item.items() if name != "score"} for item in told["items"]]


def test_a_data_set_is_shown_with_its_holder_and_without_persons(page, gathered):
    assert gathered.home.exists()
    shown = page(_HEART)
    assert "Heart failure cohort" in shown
    assert 'href="/en/organisation/ror/' in shown
    assert "Vandamme" not in shown
    assert "not public" in shown
    assert "België" in page(_HEART.replace("/en/", "/nl/"))


@pytest.mark.parametrize("address", ["/en/health-data/set?id=https://kaai.example/data/eye", "/en/health-data/set",
                                     "/en/health-data/catalogue.exe", "/en/health-data/set?id=heart"])
def test_what_is_not_there(page, gathered, address):
    assert gathered.home.exists()
    page(address, 404)


def test_the_same_as_data(client, gathered):
    assert gathered.home.exists()
    found = client.get("/en/health-data.json", {"q": "hartfalen"}).json()
    assert (found["total"], found["items"][0]["id"]) == (1, "https://kaai.example/data/heart")
    assert "Heart failure cohort" in client.get("/en/health-data.csv").content.decode()
    assert client.get(_HEART.replace("/set", "/set.json")).json()["records"] == 1200


@pytest.mark.parametrize(("form", "name"), [("ttl", "turtle"), ("jsonld", "json-ld"), ("rdf", "xml")])
def test_other_catalogues_can_harvest_it(client, gathered, form, name):
    assert gathered.home.exists()
    answered = client.get(f"/en/health-data/catalogue.{form}")
    assert [one.title for one in datasets(read(answered.content, name, "ours"))] == ["Heart failure cohort",
                                                                                  "MS-register"]


def test_the_form_gives_a_description(client):
    answered = client.post("/en/health-data/describe", _FILLED | {"category": ["EHRS", "PHDR"]})
    assert answered.status_code == 200
    assert "attachment" in answered["Content-Disposition"]
    (made,) = datasets(read(answered.content, "turtle", "made"))
    assert (made.title, made.categories) == ("Diabetes registry", ["EHRS", "PHDR"])


@pytest.mark.parametrize(("language", "says"), [("en", "This is needed."), ("nl", "Dit is"), ("fr", "https://"),
                                                ("de", "https://")])
def test_what_is_filled_in_wrongly_is_said_at_its_field_and_nothing_is_lost(client, language, says):
    answered = client.post(f"/{language}/health-data/describe",
                           _FILLED | {"title": "", "holder_page": "javascript:alert(1)", "holder": "<b>Kaai</b>"})
    shown = answered.content.decode()
    assert answered.status_code == 400
    assert says in shown
    assert "&lt;b&gt;Kaai&lt;/b&gt;" in shown
    assert 'id="e-title"' in shown
    assert 'id="e-holder_page"' in shown


def test_a_new_harvest_is_shown_at_once(client, gathered, tmp_path):
    tag = client.get("/en/health-data")["ETag"]
    (tmp_path / "more.ttl").write_text(CATALOGUE.replace("kaai.example/data/heart", "kaai.example/data/lung"),
                                       encoding="utf-8")
    harvesting.harvest(gathered, feeds.Feed("more", str(tmp_path / "more.ttl")), quiet)
    assert client.get("/en/health-data")["ETag"] != tag
    shutil.rmtree(gathered.home / "healthdata" / "feeds" / "more")  # others look at the same home
