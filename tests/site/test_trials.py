"""What a reader finds on the page of a trial, and of an organisation that runs trials."""

import json
import re
from html import unescape

import pytest

from estuary import SCRIPT
from openvalley.atlas import clinical
from openvalley.atlas.meant import Link, Written
from openvalley.resolve.linker.reasons import WORDS, Reason
from openvalley.site.pages.link_words import REASONS
from worlds import ror_id

TRIAL = "/en/trial/clinicaltrials/NCT99000001"
WITHHELD = "/en/trial/clinicaltrials/NCT99000002"
UNTITLED = "/en/trial/euctr/2004-000123-45"
HOSPITAL = "/en/organisation/ror/" + ror_id(2).rpartition("/")[2]


def _section(text, name):
    return text.partition(f'aria-labelledby="{name}"')[2].partition("</section>")[0]


def _answer(text):
    return unescape(re.sub(r"<[^>]+>", "", text.partition('class="answer read">')[2].partition("</p>")[0]))


def test_the_answer_comes_first(page):
    text = page(TRIAL)
    assert "RIVERVAC: River fever vaccine in adults</h1>" in text
    said = _answer(text)
    assert "Sponsor: Schelde Biotech." in said
    assert "The register lists 4 sites; 2 of them in Schelde." in said
    assert "Start: Mar 2024." in said  # the register gives no day
    assert "Planned end: 30 Jun 2099." in said
    assert "1,200 participants are planned." in said
    assert ">Phase 2<" in text
    assert ">Phase 3<" in text
    assert "the register's word: RECRUITING" in text


def test_sites_of_the_region_stand_first_with_their_organisations(page):
    sites = _section(page(TRIAL), "sites")
    rows = re.findall(r'<tr><th scope="row">(.*?)</th><td>(.*?)</td><td>(.*?)</td>', sites, re.DOTALL)
    assert [(name, town) for name, _, town in rows] == [("Dike Clinic", "Gent"), ("Kaai University Hospital", "Leuven")]
    assert "not linked to an organisation" in rows[0][1]
    assert f'<a href="{HOSPITAL}">UZ Kaai</a>' in rows[1][1]
    assert "the same name in its country: “kaai university hospital”; the same town." in rows[1][1]
    abroad = sites.partition("In other countries")[2]
    assert re.search(r"<summary>Netherlands <span[^>]*>2 sites</span></summary>", abroad)
    assert "Elsewhere Clinic, Utrecht" in abroad
    assert "not named</span>, Amsterdam" in abroad


@pytest.mark.parametrize(("language", "probably", "told", "share"), [
    ("en", "probably", "shares words with “kaai”; another town.", "about 4 are right. It is not counted."),
    ("nl", "waarschijnlijk", "heeft woorden gemeen met “kaai”; een andere plaats.", "kloppen er ongeveer 4."),
    ("fr", "probablement", "a des mots en commun avec «\u00a0kaai\u00a0»; une autre ville.", "environ 4"),
    ("de", "wahrscheinlich", "teilt Wörter mit „kaai“; ein anderer Ort.", "stimmen etwa 4."),
])
def test_what_is_only_probable_is_said_so_with_its_reasons(page, monkeypatch, language, probably, told, share):
    reasons = (Reason("shares-words", "kaai"), Reason("other-town"))
    link = Link(ror_id(2), "UZ Kaai", sure=False, score=0.41, method="likeness", reasons=reasons, why="")
    monkeypatch.setattr(clinical, "links_of", lambda _atlas, _said: {"mention/BE/Gent/Dike Clinic": link})
    sites = _section(page(TRIAL.replace("/en/", f"/{language}/")), "sites")
    (said,) = re.findall(r"Dike Clinic</th><td>(.*?)</td>", sites, re.DOTALL)
    assert said.startswith(f'{probably} <a href="{HOSPITAL.replace("/en/", f"/{language}/")}">UZ Kaai</a>')
    assert told in unescape(said)
    assert share in unescape(said)


def test_every_reason_of_a_link_has_words():
    assert set(REASONS) == set(WORDS)


def test_an_organisation_lists_what_is_written_of_it_and_what_probably_is(page, forget, monkeypatch):
    text = page(HOSPITAL)
    assert 'aria-labelledby="probably"' not in text
    assert "Kaai University Hospital</a>, Leuven" in _section(text, "trials").partition("What registers write")[2]
    link = Link(ror_id(2), "UZ Kaai", sure=False, score=0.41, method="likeness", reasons=(), why="")
    entry = Written("Kaai Klinik", "Gent", "BE", None, "clinicaltrials:NCT99000001", 3, link)
    from openvalley.site.pages.views import organisation

    monkeypatch.setattr(organisation, "probably", lambda *_: [entry])
    forget()
    said = _section(page(HOSPITAL), "probably")
    assert f'<a href="{TRIAL}">Kaai Klinik</a>, Gent' in said
    assert "3 trials" in said


def test_what_trials_write_of_it_is_no_words_of_its_facts(page):
    text = page(HOSPITAL)
    assert "Registers name it in" in text  # so that the page has texts of trials
    assert "\u201c\u201d" not in text


def test_parties_numbers_and_what_it_is_about(page):
    text = page(TRIAL)
    parties = _section(text, "parties")
    assert "Polder Foundation" in parties
    assert "Collaborator" in parties
    assert "industry" in parties
    facts = _section(text, "facts")
    assert 'href="https://clinicaltrials.gov/study/NCT99000001"' in facts
    assert "2004-000123-45</a>" in facts
    assert 'href="/en/search?q=River%20fever&amp;type=trial"' in facts
    assert "from 18 years" in facts
    assert "up to 6 months" in facts
    assert "women only" in facts
    assert "Version" in facts
    assert "ClinicalTrials.gov terms and conditions" in facts
    assert "23 Jan 2025" in facts


def test_the_same_trial_in_another_register_is_named_both_ways(page):
    assert f'href="{UNTITLED}"' in _section(page(TRIAL), "twins")
    assert f'href="{TRIAL}"' in _section(page(UNTITLED), "twins")


def test_a_register_without_titles_says_what_it_does_not_give(page):
    text = page(UNTITLED)
    assert "<h1>2004-000123-45</h1>" in text
    assert "no title is given for this trial" in text
    caveats = _section(text, "caveats")
    assert "holds no titles, conditions, phases, states, sites, interventions" in caveats
    assert "The register names 2 countries, and no sites." in _answer(text)
    assert "Belgium, Italy" in _section(text, "sites")
    assert "holds no" not in _section(page(TRIAL), "caveats")


def test_a_sponsor_that_may_be_a_person_is_not_named(page):
    text = page(WITHHELD)
    assert "The sponsor is not named because it may be a person." in text
    assert "Janssens" not in text + page(f"{WITHHELD}.json")


def test_an_unknown_state_is_no_state(page):
    text = page(WITHHELD)
    assert "nobody has told the register since whether it ran" in text
    assert "Planned end: 5 May 2016." in _answer(text)
    assert "A planned day has passed" in text


def test_what_never_began_has_a_planned_start_and_no_end(page):
    said = _answer(page("/en/trial/clinicaltrials/NCT99000003"))
    assert "Planned start: 10 Jan 2022." in said
    assert "nd: " not in said
    assert "The register names no site." in said


def test_names_are_escaped(page):
    text = page(WITHHELD)
    assert "<script>alert" not in text
    assert "&lt;script&gt;alert(2)" in text
    assert SCRIPT not in page(TRIAL)
    block = json.loads(text[text.index("ld+json") + 9:text.index("</script>", text.index("ld+json"))])
    assert SCRIPT in block["name"]


def test_linked_data_are_those_of_the_page(page):
    text = page(TRIAL)
    block = json.loads(text[text.index("ld+json") + 9:text.index("</script>", text.index("ld+json"))])
    assert block["@type"] == "MedicalTrial"
    assert block["healthCondition"][1]["name"] == "River fever"


def test_as_json(page):
    content = json.loads(page(f"{TRIAL}.json"))
    trial = content["trial"]
    assert (trial["id"], trial["state"], trial["status"]) == (
        "clinicaltrials:NCT99000001", "recruiting", "RECRUITING")
    assert [site["country"] for site in trial["sites"]] == ["BE", "BE", "NL", "NL"]
    assert trial["twins"] == ["euctr:2004-000123-45"]
    assert content["source"]["licence"].startswith("ClinicalTrials.gov")


@pytest.mark.parametrize(("typed", "leads_to"), [
    ("/en/trial/NCT99000001", TRIAL), ("/en/trial/nct99000001", TRIAL),
    ("/en/organisation/NCT99000001", TRIAL), ("/en/project/clinicaltrials/NCT99000001", TRIAL),
    ("/en/trial/clinicaltrials:NCT99000001", TRIAL), ("/en/trial/cordis/700001", "/en/project/cordis/700001"),
    ("/nl/trial/2004-000123-45.json", "/nl/trial/euctr/2004-000123-45.json"),
    ("/en/trial/ror/" + ror_id(2)[16:], HOSPITAL),
])
def test_every_way_to_write_it_leads_to_one_address(client, typed, leads_to):
    answer = client.get(typed)
    assert (answer.status_code, answer.headers["Location"]) == (301, leads_to)


@pytest.mark.parametrize("url", ["/en/trial/clinicaltrials/NCT00000000", "/fr/trial/x", "/en/trial/clinicaltrials/",
                                 "/en/trial/%00", "/en/trial/" + "x" * 2000])
def test_an_unknown_trial_is_not_found(client, url):
    assert client.get(url, follow=True).status_code == 404
    assert client.get(url.rstrip("/") + ".json").status_code == 404


def test_an_organisation_shows_its_newest_trials(page):
    text = page(HOSPITAL)
    trials = _section(text, "trials")
    assert "Registers name it in 13 trials." in trials
    assert "The newest 10:" in trials
    rows = re.findall(r'<tr><th scope="row"><a href="([^"]+)" lang="en">([^<]+)</a>', trials)
    assert len(rows) == 10
    assert rows[0] == (TRIAL, "RIVERVAC: River fever vaccine in adults")
    assert "Recruiting" in trials
    listed = re.search(r'href="(/en/search\?type=trial&amp;organisation=[^"]+)"', trials)[1]
    found = json.loads(page(unescape(listed).replace("/search?", "/search.json?")))
    assert found["total"] == 13


def test_an_organisation_without_trials_has_no_empty_section(page):
    assert 'id="trials"' not in page("/en/organisation/ror/" + ror_id(3).rpartition("/")[2])
