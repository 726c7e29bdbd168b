"""Eligible patients beside the experience of sites: what hospitals' own nodes tell, over the command line."""

import json

import pytest

import worlds
from estuary import files_of, study
from openvalley.atlas.reader import open_atlas
from openvalley.cli.main import app
from openvalley.healthdata.demo import nodes_on_loopback
from openvalley.insight.answer import as_data
from openvalley.insight.test import TestRequest
from openvalley.questions import test as sites_for
from openvalley.questions import with_patients
from openvalley.vocabulary.terms import LANGUAGES
from worlds import ror


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    settings = worlds.home_at(tmp_path_factory.mktemp("patients") / "home")
    names = ("Kaai University Hospital", "Dike Hospital", "Other Hospital")
    files = files_of([study(number, f"Study {number}", [{"facility": name, "city": "Gent", "country": "Belgium"}],
                            conditions={"conditions": ["Asthma"]}) for number, name in enumerate(names, 1)], [])
    worlds.build(settings, worlds.World(
        ror=[ror(number, name, types=["healthcare"], place=("Gent", 51.05, 3.72))
             for number, name in enumerate(names, 1)],
        files={name: content for name, content in files.items() if name.startswith("clinicaltrials")}))
    return settings


@pytest.fixture(scope="module")
def atlas(home):
    opened = open_atlas(home.home)
    yield opened
    opened.close()


@pytest.mark.parametrize("language", LANGUAGES)
def test_patients_stand_beside_experience_and_change_no_order(atlas, language):
    plain = sites_for(atlas, TestRequest("asthma"))
    answer = with_patients(plain, {worlds.ror_id(1): 1230, worlds.ror_id(2): None})
    assert [item.id for item in answer.items] == [item.id for item in plain.items]
    told = {item["id"]: item for item in as_data(answer, language)["items"]}
    assert [told[worlds.ror_id(number)]["values"].get("eligible", "-") for number in (1, 2, 3)] == [1230, None, "-"]
    sentences = [told[worlds.ror_id(number)]["evidence"][-1]["text"] for number in (1, 2, 3)]
    assert "230" in sentences[0]
    assert len(set(sentences)) == 3


def test_the_terminal_asks_the_nodes(home, tmp_path, capsys):
    cohort = tmp_path / "cohort.json"
    cohort.write_text('{"condition": "SNOMED:195967001"}')
    with nodes_on_loopback(tmp_path):
        hub = tmp_path / "hub.toml"
        hub.write_text(hub.read_text().replace('key_file = "hospital-1', f'organisation = "{worlds.ror_id(2)}"\n'
                                                                         'key_file = "hospital-1'))
        app(["--home", str(home.home), "test", "--condition", "asthma", "--cohort", str(cohort), "--hub", str(hub),
             "--json"], standalone_mode=False)
    told = {item["id"]: item["values"] for item in json.loads(capsys.readouterr().out)["items"]}
    assert told[worlds.ror_id(2)]["eligible"] > 100
    assert "eligible" not in told[worlds.ror_id(1)]
