"""Figures that can be cited, and what changed since the atlas before."""

import csv
import io
import re
from dataclasses import replace

import pytest
from django.test import override_settings

from openvalley.vocabulary.terms import LANGUAGES
from worlds import RIVER, build, home_at, pack_row


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_figure_comes_with_definition_day_exclusions_and_coverage(page, language):
    text = page(f"/{language}/press")
    for key in ("organisations", "companies", "eu_contribution", "projects", "trials", "calls"):
        part = text[text.index(f'<h2 id="{key}"'):]
        part = part[:part.index("</section>")]
        assert part.count("<dt>") == (5 if key == "companies" else 4)
        assert f"/{language}/press#{key}" in part
    assert 'id="coverage"' in text


def test_the_figures_are_those_of_the_home_page(client):
    home, press = client.get("/en/home.json").json(), client.get("/en/press.json").json()
    values = {entry["key"]: entry["value"] for entry in press["figures"]}
    assert values["organisations"] == home["figures"]["organisations"]
    assert values["companies"] == home["figures"]["companies"]
    assert press["coverage"][0]["claimed"] == 300


def test_a_figure_leads_to_a_list_of_as_many(page):
    text = page("/en/press")
    url, shown = re.search(r'<h2 id="organisations".*?<a href="([^"]+)"><b>(\d+)</b>', text, re.DOTALL).groups()
    assert f"{shown} organisations" in page(url.replace("&amp;", "&"))


def test_figures_leave_as_a_table(client):
    rows = list(csv.reader(io.StringIO(client.get("/fr/press.csv").content.decode().removeprefix("\ufeff"))))
    assert rows[0][:3] == ["figure", "value", "sentence"]
    assert len(rows) == 7
    assert [row[rows[0].index("quoted")] for row in rows[1:4]] == ["", "300", ""]


def test_without_an_earlier_atlas_nothing_is_compared(page):
    assert "no earlier atlas to compare with" in page("/en/changes")
    assert 'id="changes"' not in page("/en/")


def test_changes_stand_by_name(site):
    assert site.home.exists()
    from openvalley.site.pages.changes import in_order

    rows = [{"id": "1", "name": "zenne"}, {"id": "2", "name": None, "acronym": "MEUSE"}, {"id": "3", "title": "Aa"}]
    assert [row["id"] for row in in_order(rows)] == ["3", "2", "1"]


def test_who_was_joined_stands_with_whom(site):
    assert site.home.exists()
    from openvalley.site.pages.changes import told

    row = {"id": "pic:900000001", "name": "Delta Labs", "target": "pic:900000002", "target_name": "Delta"}
    assert told("merged_organisations", row).how.endswith("Delta")
    assert told("merged_organisations", {**row, "target_name": None}).how.endswith("pic:900000002")


def test_what_changed_since_the_atlas_before_is_on_the_home_page(site, client, tmp_path):
    settings = home_at(tmp_path / "home", region=site.region)
    build(settings, RIVER)
    build(settings, replace(RIVER, pack=[*RIVER.pack, pack_row("newcomer", "Newcomer <b> Cells", city="Gent")]))
    with override_settings(OPENVALLEY=settings):
        home = client.get("/nl/").content.decode()
        whole = client.get("/fr/changes").content.decode()
        data = client.get("/fr/changes.json").json()
        table = client.get("/fr/changes.csv").content.decode().removeprefix("\ufeff")
    assert "Wat er veranderde sinds" in home
    assert '<strong>Nieuwe organisaties</strong> <span class="count">1</span>' in home
    assert "Newcomer &lt;b&gt; Cells" in home
    assert "Nouvelles organisations" in whole
    assert {kind: change["total"] for kind, change in data["changes"].items() if change["total"]} == {
        "new_organisations": 1}
    rows = list(csv.DictReader(io.StringIO(table)))
    assert [(row["change"], row["what"], row["name"]) for row in rows] == [
        ("new_organisations", "Nouvelles organisations", "Newcomer <b> Cells")]
    assert rows[0]["address"].startswith("http://localhost/fr/organisation/")
