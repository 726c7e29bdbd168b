"""The pages of the questions: form, answer, evidence, pictures, data, and what is said of bad input."""

import csv
import html
import io
import json
import re
import tomllib
from pathlib import Path
from urllib.parse import urlencode

import pytest

from openvalley.questions import QUESTIONS
from openvalley.vocabulary.terms import LANGUAGES
from worlds import ror_id

_SOURCES = Path(__file__).parents[2] / "src" / "openvalley"
#: For each question something to ask that has an answer with items in the small world.
ASKED = {
    "chain": "", "connect": "organisation=Schelde+University", "discover": "",
    "educate": "stage=manufacturing", "fund": "need=gene+therapy", "rank": "", "test": "condition=river+fever",
}


def text_of(page):
    return html.unescape(re.sub(r"<[^>]+>", " ", page))


def test_every_question_has_words_and_is_led_to(page):
    from openvalley.site.pages.questions import words

    home = page("/en/")
    for name in QUESTIONS:
        assert f'href="/en/{name}"' in home
        assert str(words.QUESTIONS[name].asks) in home


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", QUESTIONS)
def test_a_question_can_be_asked_without_an_answer_yet(page, name, language):
    from openvalley.questions import QUESTIONS as KNOWN

    text = page(f"/{language}/{name}")
    fields = KNOWN[name].request.__dataclass_fields__
    assert all(f'id="f-{field}"' in text for field in fields)
    assert 'role="alert"' not in text


@pytest.mark.parametrize("name", ASKED)
def test_the_answer_is_that_of_the_api_and_its_sentences_are_on_the_page(client, page, name):
    data = client.get(f"/nl/{name}.json?{ASKED[name]}")
    assert data.json() == client.get(f"/api/v1/{name}?{ASKED[name]}&language=nl").json()
    told = data.json()
    shown = text_of(page(f"/nl/{name}?{ASKED[name]}"))
    sentences = [*told["summary"], *told["caveats"], *(found for item in told["items"] for found in item["evidence"])]
    if told["cannot_tell"]:
        sentences.append(told["cannot_tell"])
    assert sentences
    for sentence in sentences:
        assert sentence["text"] in shown


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(("name", "asked"), [
    *ASKED.items(), ("connect", "need=gene+therapy"), ("connect", "need=zeppelin"),
    ("connect", "organisation=Schelde+University&country=MT"), ("discover", "organisation=Schelde+University"),
    ("discover", "topic=vaccine"), ("fund", "organisation=Schelde+University")])
def test_what_answers_is_a_whole_sentence(client, name, asked, language):
    told = client.get(f"/api/v1/{name}?{asked}&language={language}").json()
    whole = [*told["summary"], *told["caveats"], *filter(None, (told["score_means"], told["cannot_tell"]))]
    assert whole
    assert [entry["code"] for entry in whole if entry["text"][-1] not in ".?!"] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_money_that_was_left_out_stands_on_the_page_with_the_sentence_that_says_why(client, page, language):
    told = client.get(f"/api/v1/fund?organisation=Schelde+University&language={language}").json()
    shown = text_of(page(f"/{language}/fund?organisation=Schelde+University"))
    assert told["figures"]["excluded"]
    for row in told["figures"]["excluded"]:
        assert row["why"]["code"].startswith("fund.broken_")
        assert row["why"]["text"] in shown


def test_evidence_leads_to_the_claim(page):
    text = page("/en/chain")
    assert re.search(r'class="checked" href="/en/organisation/[^"]+#fact-stage"', text)
    url = re.search(r'class="checked" href="(/en/organisation/[^"#]+)#fact-stage"', text)[1]
    assert 'id="fact-stage"' in page(url)


@pytest.mark.parametrize("name", ASKED)
def test_the_items_leave_as_a_spreadsheet(client, name):
    answer = client.get(f"/fr/{name}.csv?{ASKED[name]}")
    rows = list(csv.reader(io.StringIO(answer.content.decode().removeprefix("\ufeff"))))
    told = client.get(f"/fr/{name}.json?{ASKED[name]}").json()
    assert rows[0][:5] == ["position", "id", "type", "name", "score"]
    assert len(rows) - 1 == len(told["items"])


def test_a_name_like_a_formula_stays_text_in_a_spreadsheet():
    from openvalley.insight.answer import Answer, Item
    from openvalley.site.pages.machine import cell
    from openvalley.site.pages.questions.told import table

    columns, rows = table(Answer("chain", {}, "m", "v", items=[Item("i", "organisation", "=1+1", values={
        "said": ["@x"], "counted": {"a": 2}})]), "en")
    assert [cell(value) for value in rows[0]][3:7] == ["'=1+1", "", "a=2", "'@x"]
    assert list(columns[5:7]) == ["counted", "said"]


@pytest.mark.parametrize(("url", "status", "field", "says"), [
    ("/en/test?condition=", 200, None, ""),
    ("/nl/test?phase=2", 400, "condition", "Welke aandoening?"),
    ("/fr/test?condition=river+fevr", 400, "condition", "Aucun essai de cet atlas"),
    ("/de/test?condition=river+fever&phase=9", 400, "phase", "hier nicht bekannt"),
    ("/nl/connect?kind=company", 400, "organisation", "Partners voor wie, of voor wat?"),
    ("/en/connect?organisation=Schelde+University&kind=compny", 400, "kind", "Did you mean"),
    ("/en/rank?level=nuts9", 400, "level", "not known here"),
    ("/en/rank?limit=many", 400, "limit", "not a number"),
    ("/en/rank?limit=501", 400, "limit", "500 at most"),
    ("/en/rank?limit=0", 400, "limit", "too few"),
    ("/en/rank?as_of=yesterday", 400, "as_of", "Write 2026-01-31"),
    ("/en/rank?weights=trials%3D2", 400, "weights", "not a number"),
    ("/en/rank?weights=trials%3D0.2", 400, "weights", "add up"),
    ("/nl/chain?region=FR1", 400, "region", "niet in de regio"),
    ("/en/chain?stage=mnufacturing", 400, "stage", "Did you mean"),
    ("/en/fund?organisation=qqqqxxxx+zzzz", 404, "organisation", "no organisation called"),
    ("/en/fund?need=%2B%2B", 400, "need", "no word"),
    ("/en/fund?call=nothing&members=x", 404, "call", "not known"),
    ("/en/fund?members=x", 400, "call", "Which call?"),
])
def test_what_is_wrong_is_said_at_its_field(page, url, status, field, says):
    text = page(url, status)
    if field is None:
        assert 'role="alert"' not in text
        return
    assert f'href="#f-{field}"' in text
    fault = text[text.index(f'id="e-{field}"'):]
    assert says in fault[:fault.index("</div>")]


def test_a_name_that_may_be_several_offers_each(page):
    text = page("/en/discover?organisation=polder+clinic", 400)
    assert re.search(r'href="/en/discover\?organisation=https://ror.org/[a-z0-9]+"', text)


def test_what_was_typed_is_kept_and_escaped(page):
    text = page("/en/test?condition=%3Cscript%3Ealert(1)%3C/script%3E&limit=3", 400)
    assert "<script>alert" not in text
    assert "&lt;script&gt;alert(1)" in text
    assert 'name="limit" type="text" inputmode="numeric" value="3"' in text


@pytest.mark.parametrize(("typed", "shown"), [
    (ror_id(1), "Schelde University"), ("schelde university", "schelde university"), ("pic:1", "pic:1")])
def test_an_organisation_asked_by_its_id_stands_in_the_form_by_its_name(page, typed, shown):
    text = page(f"/en/connect?{urlencode({'organisation': typed})}", 404 if typed == "pic:1" else 200)
    assert re.search(r'<input[^>]*name="organisation"[^>]*>', text)[0].count(f'value="{shown}"') == 1


def test_ten_thousand_characters_are_cut(page):
    page("/en/fund?need=" + "x" * 10_000)


def test_every_reason_of_a_refusal_has_words():
    from openvalley.site.pages.questions import words

    reasons = {reason for path in (_SOURCES / "insight").rglob("*.py")
               for reason in re.findall(r'\bwhy="([^"]+)"', path.read_text(encoding="utf-8"))}
    assert reasons
    assert reasons <= set(words.FAULTS)


def test_weights_are_given_as_parts_of_a_whole(client):
    shares = client.get("/en/rank.json?weights.trials=3&weights.patents=1&weights.centrality=").json()["asked"]
    assert {name: weight for name, weight in shares["weights"].items() if weight} == {"trials": 0.75, "patents": 0.25}


def test_regions_to_compare_with_are_ticked_or_typed(page):
    text = page("/en/chain?compare=NL%0ABE2")
    assert re.search(r'<textarea id="o-compare"[^>]*>(NL\n)?BE2</textarea>', text)


@pytest.mark.parametrize("url", ["/en/chain", "/de/chain?platform=vaccine"])
def test_pictures_have_a_table_links_and_no_styles(page, client, url):
    text = page(url)
    drawn = text[text.index("<svg xmlns"):text.index("</svg>", text.index("<svg xmlns"))]
    assert "style=" not in drawn
    assert "site.invalid" not in drawn
    assert "var(--" in drawn
    assert 'role="group"' in drawn
    assert "<table>" in text
    for form, begins in (("svg", b"<svg"), ("png", b"\x89PNG"), ("csv", "\ufeff".encode())):
        file = re.search(rf'href="(/../chain/[a-z]+\.{form}[^"]*)"', text)[1]
        answer = client.get(file)
        assert (answer.status_code, answer.content[:len(begins)]) == (200, begins)
    assert b"OpenValley" in client.get(file.replace(".csv", ".svg")).content


@pytest.mark.parametrize("url", ["/en/chain/nothing.svg", "/en/chain/heat.exe", "/en/nothing", "/en/method/nothing"])
def test_what_there_is_not_is_not_found(page, url):
    page(url, 404)


def test_data_of_a_bad_question_are_an_error_in_json(client):
    answer = client.get("/en/rank.json?limit=many")
    assert (answer.status_code, answer.json()["error"]["code"]) == (400, "bad_input")


def test_a_question_names_its_address_its_languages_and_its_data(page):
    text = page("/en/rank?level=nuts2&utm_source=x")
    assert re.search(r'<link rel="canonical" href="http://localhost/en/rank\?level=nuts2">', text)
    assert 'hreflang="fr" href="http://localhost/fr/rank?level=nuts2' in text
    block = json.loads(text[text.index("ld+json") + 9:text.index("</script>", text.index("ld+json"))])
    assert block["@type"] == "Dataset"
    assert [entry["encodingFormat"] for entry in block["distribution"]] == ["application/json", "text/csv"]


def test_long_lists_are_paged(page):
    text = page("/en/discover?limit=500&page=99")
    assert 'class="entries"' in text


@pytest.mark.parametrize("name", [*QUESTIONS, "nothing"])
def test_the_method_is_a_page(client, name):
    answer = client.get(f"/nl/method/{name}")
    assert answer.status_code == (200 if name in QUESTIONS else 404)
    if name in QUESTIONS:
        text = answer.content.decode()
        assert 'lang="en"' in text
        assert "<h2>" in text
        assert ".md" not in re.sub(r"<code>[^<]*</code>", "", text)


def test_the_wheel_carries_the_methods():
    project = tomllib.loads((_SOURCES.parents[1] / "pyproject.toml").read_text(encoding="utf-8"))
    carried = project["tool"]["hatch"]["build"]["targets"]["wheel"]["force-include"]
    assert carried == {"docs/methods": "openvalley/site/pages/methods"}


def test_an_answer_is_worked_out_once_for_an_atlas(site):
    assert site.home.exists()
    from dataclasses import replace

    from openvalley.site import answered

    asked = []
    question = QUESTIONS["educate"]

    def counted(atlas, request):
        asked.append(request)
        return question.answer(atlas, request)

    slow = replace(question, answer=counted)
    from openvalley.site.shelf import shelf

    with shelf().borrow() as atlas:
        first = answered.answered(atlas, slow, question.request())
        assert answered.answered(atlas, slow, question.request()) is first
        answered.answered(atlas, slow, question.request(stage="care"))
    assert len(asked) == 2
