"""What a reader finds on each page."""

import json
import re

import pytest

from worlds import kbo, ror_id

UNIVERSITY = "/en/organisation/ror/" + ror_id(1).rpartition("/")[2]
HOSPITAL = "/en/organisation/ror/" + ror_id(2).rpartition("/")[2]
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
    assert f'<a href="{ror_id(1)}">' in text
    assert 'href="/en/project/cordis/' in text  # where a PIC's row can be seen


def test_a_disagreement_shows_what_the_other_source_says(page):
    text = page("/en/organisation/pic/990000002")
    assert "CORDIS says" in text or "CORDIS writes" in text


def test_what_no_register_mentions_is_said(page):
    text = page("/en/organisation/kbo/" + kbo(77))
    assert "No register mentions a town." in text
    assert "No register mentions an EU project" in text
    assert "No register mentions anyone it has worked with." in text


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
    text = page("/en/about-the-data")
    assert "CC0-1.0" in text
    assert "Commission Decision 2011/833/EU" in text
    assert re.search(r"as of 30 Nov 2025 \([\d,]+ days ago\)", text)  # ROR's newest record
    assert "(today), from a mirror" in text
    assert re.search(r'Incubator</th><td class="n">23</td><td class="n"><a [^>]*>1</a>', text)
    assert "Quoted figures: the cluster." in text


def test_health_checks(page):
    assert page("/healthz") == "ok\n"
    assert page("/readyz").startswith("ok ")
