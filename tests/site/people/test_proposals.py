"""Rows that the region pack misses: from a reader's form, by a curator's decision, to a patch that the pack reads."""

import csv
import io
import shutil
import subprocess
from contextlib import closing

import pytest

from disputing import post_form, text_of, typed_fields
from openvalley.atlas.pack_corrections import corrected
from openvalley.atlas.reader import open_atlas
from openvalley.atlas.row_corrections import Standing
from openvalley.atlas.row_proposals import fillable, table_for
from openvalley.resolve.curator_decisions import State
from openvalley.resolve.proposals import ProposalStore
from openvalley.sources.pack.connector import read_pack
from openvalley.sources.pack.tables import ORGANISATIONS, TABLES
from openvalley.vocabulary.terms import Vocabulary, terms

pytestmark = pytest.mark.usefixtures("forgotten_disputes")
FORM, NEW = "/en/pack/new/capability", "/en/pack/new"
LINK = "https://register.example/kaai"
ALL = [table.record_type.name for table in (ORGANISATIONS, *TABLES)]


@pytest.fixture
def propose(client):
    """Open a form, fill it in, send it; return the answer."""

    def sent(form=FORM, **typed):
        fields = typed_fields(client.get(form).content.decode())
        kept = {name: value for name, value in fields.items() if name not in {"about", "says"}}
        return post_form(client, form, {**kept, "link": LINK, **typed})

    return sent


def _kept(site):
    return ProposalStore(site.judgements).every()


@pytest.fixture
def filling():
    return {"organisation": "UZ Kaai", "activity": next(iter(terms(Vocabulary.ACTIVITY))),
            "modality": next(iter(terms(Vocabulary.PLATFORM))), "city": "Gent"}


@pytest.mark.parametrize("language", ["en", "nl", "fr", "de"])
@pytest.mark.parametrize("name", ALL)
def test_each_table_has_a_form_in_each_language(client, language, name):
    text = client.get(f"/{language}/pack/new/{name}").content.decode()
    assert f'<html lang="{language}"' in text
    assert all(f'id="f-{column.name}"' in text for column in fillable(table_for(name)))
    assert 'name="homepage"' in text
    assert f'href="/{language}/pack/new/{name}"' in client.get(f"/{language}/pack/new").content.decode()


def test_there_is_no_form_for_what_is_no_table(client):
    assert client.get("/nl/pack/new/nonsense").status_code == 404
    assert client.post("/nl/pack/new/nonsense").status_code == 404


def test_what_is_sent_is_kept_with_its_source_and_said_to_be(propose, client, site, filling):
    for _twice in range(2):
        answer = propose(**filling)
        assert (answer.status_code, answer["Location"]) == (303, f"{FORM}?kept=1")
    (kept,) = _kept(site)
    assert (kept.sent.record_type, kept.sent.link, kept.state) == ("capability", LINK, State.OPEN)
    assert kept.sent.cells["organisation"].startswith("https://ror.org/")
    assert "number 1" in text_of(client.get(answer["Location"]))


@pytest.mark.parametrize(("wrong", "says"), [
    ({"organisation": "Nobody at all"}, "The atlas knows no such organisation"),
    ({"organisation": ""}, "Fill this in."), ({"activity": "juggling"}, "This cannot stand here."),
    ({"city": "=HYPERLINK(1)"}, "This cannot stand here."), ({"note": "an@example.org"}, "This cannot stand here."),
    ({"link": ""}, "Give the address of a public web page"), ({"link": "javascript:x"}, "Give the address of a public"),
    ({"says": "<b>now</b>"}, "Write plain text"), ({"homepage": "x"}, "A field that people do not see"),
])
def test_what_cannot_be_taken_comes_again_as_it_was_typed(propose, site, filling, wrong, says):
    answer = propose(**{**filling, **wrong})
    text = text_of(answer)
    assert answer.status_code == 400
    assert says in text
    assert "Not sent:" in text
    assert f'value="{filling["city"] if "city" not in wrong else wrong["city"]}"' in text
    assert not site.judgements.exists() or _kept(site) == []


def test_a_forged_form_and_one_a_day_too_many_are_refused(site, filling):
    from dataclasses import replace

    from django.test import Client, override_settings

    browser = Client(headers={"host": "localhost"}, enforce_csrf_checks=True)
    assert post_form(browser, FORM, {**filling, "link": LINK}).status_code == 403
    fields = typed_fields(browser.get(FORM).content.decode()) | filling | {"link": LINK, "says": ""}
    with override_settings(OPENVALLEY=replace(site, disputes_a_day=1)):
        assert post_form(browser, FORM, fields).status_code == 303
        refused = post_form(browser, FORM, {**fields, "city": "Leuven"})
        assert (refused.status_code, "No more rows are taken today" in text_of(refused)) == (429, True)
    with override_settings(OPENVALLEY=replace(site, disputes_a_day=0)):
        assert browser.get(FORM).status_code == browser.get(NEW).status_code == 404


def test_the_curator_sees_it_and_acceptance_makes_a_patch_that_the_pack_reads(propose, desk, site, tmp_path, filling):
    propose(**filling)
    text = text_of(desk.get("/en/curate/proposals"))
    assert LINK in text
    assert "UZ Kaai" in text
    assert "Proposed rows (1)" in text_of(desk.get("/en/curate"))
    assert desk.post("/en/curate/proposals/1", {"say": "accepted", "why": ""}).status_code == 400
    assert desk.post("/en/curate/proposals/1", {"say": "accepted", "why": "The page says so."}).status_code == 302
    folder = site.own_regions / site.region
    shutil.copytree(folder, tmp_path / site.region)
    patch = desk.get("/en/curate/pack.patch").content
    subprocess.run(["git", "apply", "-p1", "-"], input=patch, cwd=tmp_path, check=True)
    rows, problems = read_pack({path.name: path for path in (tmp_path / site.region).glob("*.csv")})
    assert problems == []
    added = [row for _, row in rows["capabilities.csv"] if row["source"] == LINK]
    assert [(row["activity"], row["city"], row["verification"]) for row in added] == [
        (filling["activity"], "Gent", "mission")]
    assert any(row["key"] == added[0]["organisation"] for _, row in rows["organisations.csv"])
    told = text_of(desk.get("/nl/curate/pack"))
    assert "Nieuwe rijen" in told
    assert "wacht op het regiopakket" in told


def test_what_was_rejected_or_opened_again_is_not_in_the_patch(propose, desk, filling):
    propose(**filling)
    desk.post("/en/curate/proposals/1", {"say": "rejected", "why": "The page says otherwise."})
    assert LINK not in desk.get("/en/curate/pack.patch").content.decode()
    desk.post("/en/curate/proposals/1", {"say": "accepted", "why": "It does now."})
    assert LINK in desk.get("/en/curate/pack.patch").content.decode()
    desk.post("/en/curate/proposals/1", {"say": "open", "why": "Not sure."})
    assert LINK not in desk.get("/en/curate/pack.patch").content.decode()
    assert desk.post("/en/curate/proposals/99", {"say": "accepted", "why": "x"}).status_code == 404


def test_a_row_that_the_pack_has_by_now_waits_no_longer(propose, desk, site, filling):
    propose(**filling)
    desk.post("/en/curate/proposals/1", {"say": "accepted", "why": "The page says so."})
    folder = site.own_regions / site.region
    before = {path: path.read_bytes() for path in folder.glob("*.csv")}
    table = desk.get("/en/curate/pack/capabilities.csv").content
    organisations = desk.get("/en/curate/pack/organisations.csv").content
    try:
        (folder / "capabilities.csv").write_bytes(table)
        (folder / "organisations.csv").write_bytes(organisations)
        with closing(open_atlas(site.home)) as atlas:
            found = corrected(atlas, site)
        assert [row.standing for row in found.rows] == [Standing.IN_PACK]
        assert found.difference == ""
    finally:
        for path, content in before.items():
            path.write_bytes(content)


def test_a_table_that_the_pack_lacks_is_begun(propose, desk, site, tmp_path):
    assert not (site.own_regions / site.region / "events.csv").exists()
    answer = propose("/en/pack/new/event", name_en="River days", months="5")
    assert answer.status_code == 303
    desk.post("/en/curate/proposals/1", {"say": "accepted", "why": "The page says so."})
    patch = desk.get("/en/curate/pack.patch").content
    assert b"--- /dev/null" in patch
    shutil.copytree(site.own_regions / site.region, tmp_path / site.region)
    subprocess.run(["git", "apply", "-p1", "-"], input=patch, cwd=tmp_path, check=True)
    written = (tmp_path / site.region / "events.csv").read_text(encoding="utf-8")
    (row,) = csv.DictReader(io.StringIO(written))
    assert (row["key"], row["name_en"], row["months"], row["source"]) == ("river-days", "River days", "5", LINK)


def test_the_organisations_page_leads_to_the_form_that_knows_it(client, page):
    from worlds import ror_id

    url = "/en/organisation/ror/" + ror_id(2).rpartition("/")[2]
    text = page(url)
    assert f"{NEW}?organisation=" in text
    begun = client.get(f"{FORM}?organisation={ror_id(2)}").content.decode()
    assert f'value="{ror_id(2)}"' in begun
