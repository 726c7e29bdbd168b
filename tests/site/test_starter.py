"""The starter atlas knows the region pack alone: a page that has nothing to show says why, and counts nothing."""

import pytest
from django.test import override_settings

from openvalley.vocabulary.terms import LANGUAGES
from worlds import RIVER, build, home_at


@pytest.fixture(scope="module")
def starter(site, tmp_path_factory):
    """Return a home folder into which nothing was synced."""
    folder = tmp_path_factory.mktemp("starter")
    settings = home_at(folder / "home", region=site.region)
    RIVER.write(folder / "unread", settings.own_regions / settings.region)
    build(settings)
    with override_settings(OPENVALLEY=settings):
        yield settings


def test_figures_of_what_was_not_read_are_no_figures(starter, client):
    assert starter.home.exists()
    told = client.get("/en/press.json").json()
    assert [entry["key"] for entry in told["figures"]] == ["organisations", "companies"]
    assert [sentence.partition(":")[0] for sentence in told["untold"]] == [
        "EU projects and the money granted in them", "Clinical trials", "Open EU calls"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_press_page_says_what_the_atlas_cannot_tell(starter, client, language):
    assert starter.home.exists()
    text = client.get(f"/{language}/press").content.decode()
    assert text.count("<li>", text.index('id="untold"'), text.index('id="coverage"')) == 3
    assert "€" not in text[:text.index('id="coverage"')]


@pytest.mark.parametrize("path", ["", "organisation/ov/{key}/network", "organisation/ov/{key}"])
def test_no_project_is_no_figure_where_no_register_was_read(starter, client, path):
    assert starter.home.exists()
    found = client.get("/en/search.json?q=kaai+incubator").json()["items"]
    key = next(item["id"].removeprefix("ov:") for item in found if item["id"].startswith("ov:"))
    text = client.get(f"/en/{path.format(key=key)}").content.decode()
    assert "No register of EU projects has been read for this atlas." in text


@pytest.mark.parametrize("kind", ["project", "trial", "call"])
def test_an_empty_list_says_how_it_is_filled(starter, client, kind):
    assert starter.home.exists()
    text = client.get(f"/en/search?type={kind}").content.decode()
    assert "yet. Whoever runs this site brings them in with: <code>openvalley sync</code>" in text


def test_one_source_is_one(starter, client):
    assert starter.home.exists()
    assert "The atlas holds 1 source:" in client.get("/en/about-the-data").content.decode()
