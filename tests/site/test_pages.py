"""What a reader finds on each page."""

import json
import re
from dataclasses import replace
from datetime import date

import pytest

from days import on_one_day
from worlds import kbo, ror_id

UNIVERSITY = "/en/organisation/ror/" + ror_id(1).rpartition("/")[2]
HOSPITAL = "/en/organisation/ror/" + ror_id(2).rpartition("/")[2]
HARBOUR = "/en/organisation/ror/" + ror_id(20).rpartition("/")[2]
PAGES = ["/en/", "/en/search", "/en/search?q=schelde", "/en/search?type=project", UNIVERSITY,
         "/en/project/cordis/700001", "/en/trial/clinicaltrials/NCT99000001", "/en/trial/euctr/2004-000123-45",
         "/en/call/calls/HORIZON-HLTH-2024-RIVER-01-01", "/en/region/BE23", "/en/search?type=trial",
         "/en/search?type=call", "/en/about-the-data"]


@pytest.mark.parametrize("url", PAGES)
@pytest.mark.parametrize("language", ["en", "nl", "fr", "de"])
def test_every_page_answers_in_every_language(page, url, language):
    text = page(url.replace("/en/", f"/{language}/"))
    assert f'<html lang="{language}"' in text
    for other in ("en", "nl", "fr", "de"):
        assert f'hreflang="{other}" href="http://localhost/{other}/' in text
    assert 'hreflang="x-default"' in text


def test_the_switcher_keeps_page_and_query(page):
    assert 'href="/fr/search?q=kaai&amp;kind=incubator"' in page("/en/search?q=kaai&kind=incubator")


@pytest.mark.parametrize(("accepts", "leads_to"), [("nl-BE,nl;q=0.9", "/nl/"), ("de", "/de/"), ("ja", "/en/"),
                                                   ("", "/en/")])
def test_the_root_leads_to_the_readers_language(client, accepts, leads_to):
    answer = client.get("/", headers={"accept-language": accepts})
    assert (answer.status_code, answer.headers["Location"]) == (302, leads_to)


def test_words_are_in_the_pages_language(page):
    assert "Feiten en hun bronnen" in page(UNIVERSITY.replace("/en/", "/nl/"))
    assert "<h1>Universiteit Schelde" in page(UNIVERSITY.replace("/en/", "/nl/"))
    assert "Universitätsklinikum" in page(HOSPITAL.replace("/en/", "/de/"))


def test_every_fact_carries_its_sources(page):
    text = page(UNIVERSITY)
    facts = re.findall(r"<dd>(.*?)</dd>", text[text.index('class="facts"'):text.index("</dl>")], re.DOTALL)
    assert len(facts) > 5
    for fact in facts:
        assert "<details" in fact
        assert "Version" in fact
        assert "retrieved" in fact
    assert any(f'<a href="{ror_id(1)}">' in fact for fact in facts)
    assert any('href="/en/project/cordis/' in fact for fact in facts)  # where a PIC's row can be seen


def test_a_disagreement_shows_what_the_other_source_says(page):
    text = page("/en/organisation/pic/990000002")
    assert "<h1>Schelde Biotech" in text
    assert "CORDIS writes “SCHELDE BIOTECH NV”" in text


def test_what_no_register_mentions_is_said(page):
    text = page("/en/organisation/kbo/" + kbo(77))
    assert "No source of this atlas gives a town." in text
    assert "Nobody whom it shares an EU project with is known here." in text


def test_where_no_project_is_known_the_page_says_what_was_read(page):
    text = page("/en/organisation/kbo/" + kbo(77))
    answer = re.sub(r"\s+", " ", text[text.index('class="answer'):].partition("</p>")[0])
    assert re.search(r"What was read of CORDIS, as of \d+ \w+ \d{4}, names no EU project of this organisation\. "
                     r"It holds: \d+ projects of Horizon 2020, started from \d{4} to \d{4}; "
                     r"\d+ projects? of Horizon Europe, started in \d{4}\.$", answer.strip())
    assert "What was read of CORDIS" in page(UNIVERSITY).partition('id="projects"')[2].partition("<table")[0]


@pytest.mark.parametrize(("url", "says"), [
    (UNIVERSITY, "They started between 2019 and 2022."), ("/en/organisation/pic/990000009", "It started in 2019."),
])
def test_years_of_projects(page, url, says):
    assert says in page(url)


def test_a_life_state_says_who_said_so_and_when(page):
    text = page(HARBOUR)
    assert re.search(r"Dormant\.</strong>\s+ROR says so, as of 30 Nov 2025\.", text)
    state = text[text.index("<dt>Life state</dt>"):].partition("</div></details>")[0]
    assert "says ROR, as of 30 Nov 2025" in state
    assert "nobody has asked again since" in state
    curated = page(json.loads(page("/en/search.json?q=Numbered+Cells"))["items"][0]["address"])
    assert re.search(r'Active <span class="note">says Region pack, as of \d+ \w+ \d{4}</span>', curated)
    assert "row checked against a register" in curated


def test_the_heading_is_the_name_in_the_readers_language_with_its_own_sources(page):
    text = page(UNIVERSITY.replace("/en/", "/nl/"))
    header = text[text.index('<header class="who">'):text.index("</header>", text.index('<header class="who">'))]
    heading, _, beneath = header.partition('class="lead beneath"')
    assert "<h1>Universiteit Schelde</h1>" in heading
    assert "about=other_name%3DUniversiteit%20Schelde" in heading
    assert "Schelde University" not in re.sub(r"<details.*?</details>", "", heading, flags=re.DOTALL)
    assert "<span>Schelde University</span>" in re.sub(' lang="en"', "", beneath)
    assert "about=name%3DSchelde%20University" in beneath
    assert "<h1>Schelde University</h1>" in page(UNIVERSITY)
    assert 'class="lead beneath"' in page(UNIVERSITY)
    assert "<h1>Schelde University</h1>" in page(UNIVERSITY.replace("/en/", "/de/"))


def test_an_organisation_that_is_no_more_says_so_and_names_its_successor(page):
    found = json.loads(page("/en/search.json?q=Bioflight"))["items"][0]["address"]
    text = page(found)
    assert "Merged" in text
    assert "since 2021-05" in text
    assert "Kaai Incubator" in text[text.index("Continued by"):][:300]


def test_unverified_is_shown_and_not_counted(page):
    text = page(json.loads(page("/en/search.json?q=Rumoured+Biologics"))["items"][0]["address"])
    assert "unverified: no register confirms this yet" in text
    assert "It is not counted in the figures" in text


def test_projects_say_whether_they_are_about_the_life_sciences(page):
    text = page("/en/organisation/pic/990000002")
    row = re.compile(r'<tr><th scope="row"><a href="/en/project/cordis/(\d+)">.*?<td>(<span class="unknown">no|yes)')
    rows = dict(row.findall(text))
    assert rows["700001"] == "yes"
    assert rows["700003"].endswith("no")


def test_a_project_without_title_is_called_by_its_number(page):
    text = page("/en/project/cordis/700009")
    assert "<h1>Project 700009</h1>" in text
    assert "holds no title" in text
    assert "gives no name for 1 participant" in text
    assert "https://cordis.europa.eu/project/rcn/700009" in text


def test_a_grant_number_leads_to_cordis_own_page(page):
    assert "https://cordis.europa.eu/project/id/101000004" in page("/en/project/cordis/101000004")


@pytest.mark.parametrize("typed", [ror_id(1), ror_id(1).rpartition("/")[2], "990000001", "pic:990000001",
                                   "pic/990000001", "BE" + kbo(1), "vat/BE" + kbo(1), ror_id(6),
                                   "ror/" + ror_id(6)[16:]])
def test_other_and_earlier_ids_lead_to_the_canonical_address(client, typed):
    answer = client.get(f"/en/organisation/{typed}")
    assert (answer.status_code, answer.headers["Location"]) == (301, UNIVERSITY)


def test_a_projects_number_leads_to_its_page(client):
    for typed in ("/en/project/700001", "/en/organisation/700001"):
        assert client.get(typed).headers["Location"] == "/en/project/cordis/700001"


def test_about_names_licences_ages_and_coverage(page):
    text, day = on_one_day(lambda: page("/en/about-the-data"))
    assert "CC0-1.0" in text
    assert "Commission Decision 2011/833/EU" in text
    age = day - date(2025, 11, 30)  # of ROR's newest record
    assert f"as of 30 Nov 2025 ({age.days:,} days ago)" in text
    assert re.search(r"\((today|1 day ago)\), from a mirror", text)  # the home may have been built before midnight
    assert re.search(r'Incubator</th><td class="n">23</td><td class="n"><a [^>]*>1</a>', text)
    assert 'Quoted figures: <span lang="en">the cluster</span>.' in text


def test_health_checks(page):
    assert page("/healthz") == "ok\n"
    assert page("/readyz").startswith("ok ")


@pytest.mark.parametrize(("given", "heading"), [
    ([("ror", "Universiteit aan de Schelde"), ("pack-delta", "Universiteit Schelde")], "Universiteit Schelde"),
    ([("ror", "Schelde University"), ("pack-delta", "Universiteit Schelde")], "Schelde University"),
    ([("ror", "Universiteit aan de Schelde")], "Universiteit aan de Schelde"),
    ([], "Schelde University"),
], ids=["the curators' before a register's", "the main name where it is one of them", "a register's alone", "none"])
def test_which_of_several_names_in_a_language_heads_the_page(site, given, heading):
    from openvalley.atlas.model import Claim, Name
    from openvalley.site.pages.names import own_name
    from openvalley.site.shelf import shelf

    assert site.home.exists()
    with shelf().borrow() as atlas:
        university = replace(atlas.organisation(ror_id(1)), names=[Name(value, "nl", "label") for _, value in given])
    claims = [Claim("other_name", value, "label:nl", source, source, "1", "1", None, None, None, None, "shown")
              for source, value in given]
    assert own_name(university, claims, {"pack-delta": {"region_pack": True}, "ror": {}}, "nl") == heading


def test_parts_of_a_programme_stand_in_the_pages_language_and_other_codes_in_the_registers(site):
    assert site.home.exists()
    from django.utils.translation import override

    from openvalley.site.pages.views.project import _worded

    with override("fr"):
        assert _worded("H2020-EU.1.4.", "Research infrastructures") == ("Infrastructures de recherche", "fr")
        assert _worded("/21/39", "paediatrics") == ("paediatrics", "en")


def test_keys_reach_what_scrolls_on_a_methods_page(page):
    text = page("/en/method/connect")
    assert text.count("<pre") == text.count('<pre tabindex="0"') >= 1
    assert text.count("<table") == text.count('<table tabindex="0"') >= 1
