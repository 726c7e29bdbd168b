"""What all seven questions are asked wrongly: one clear message, the same from Python, the terminal and the API."""

import json
from datetime import date

import pytest

from openvalley.atlas.reader import open_atlas
from openvalley.cli import edge
from openvalley.cli.main import app
from openvalley.errors import OpenValleyError, UnknownIdentity
from openvalley.questions import QUESTIONS
from openvalley.vocabulary.terms import LANGUAGES

_STRANGE = "qqqqxxxx zzzz"
#: Question, what is given, the terminal's words for it, the field that is wrong and why, and what the message says.
_WRONG = [
    ("connect", {"organisation": _STRANGE}, [_STRANGE], "organisation", "nobody", _STRANGE),
    ("connect", {"organisation": "polder clinic"}, ["polder clinic"], "organisation", "several", "more than one"),
    ("connect", {}, [], "organisation", "missing", "Nothing was given"),
    ("connect", {"need": " "}, ["--need", " "], "organisation", "missing", "Nothing was given"),
    ("connect", {"need": "?!"}, ["--need", "?!"], "need", "wordless", "No word"),
    ("connect", {"organisation": "990000002", "kind": "compny"}, ["990000002", "--kind", "compny"], "kind", "unknown",
     "compny"),
    ("connect", {"organisation": "990000002", "programme": "SC99"}, ["990000002", "--programme", "SC99"], "programme",
     "unknown", "SC99"),
    ("connect", {"need": "x-rays", "cross_sector": True}, ["--need", "x-rays", "--cross-sector"], "organisation",
     "missing", "No organisation"),
    ("discover", {"organisation": _STRANGE}, ["--org", _STRANGE], "organisation", "nobody", _STRANGE),
    ("discover", {"organisation": "polder clinic"}, ["--org", "polder clinic"], "organisation", "several",
     "more than one"),
    ("discover", {"topic": "?!"}, ["--topic", "?!"], "topic", "wordless", "No word"),
    ("fund", {"organisation": _STRANGE}, [_STRANGE], "organisation", "nobody", _STRANGE),
    ("fund", {"organisation": "polder clinic"}, ["polder clinic"], "organisation", "several", "more than one"),
    ("fund", {}, [], "need", "missing", "Nothing was given"),
    ("fund", {"need": "++"}, ["--need", "++"], "need", "wordless", "No word"),
    ("fund", {"call": "X"}, ["--call", "X"], "members", "missing", "Which members"),
    ("test", {"condition": "river fevr"}, ["--condition", "river fevr"], "condition", "untried", "river fevr"),
    ("test", {"condition": " "}, ["--condition", " "], "condition", "missing", "Nothing was given"),
    ("test", {"condition": "river fever", "phase": "9"}, ["--condition", "river fever", "--phase", "9"], "phase",
     "unknown", "'9'"),
    ("chain", {"platform": "gen-therapy"}, ["--platform", "gen-therapy"], "platform", "unknown", "gen-therapy"),
    ("chain", {"stage": "afterlife"}, ["--stage", "afterlife"], "stage", "unknown", "afterlife"),
    ("chain", {"region": "FR1"}, ["--region", "FR1"], "region", "elsewhere", "FR1"),
    ("chain", {"compare": ("XX9",)}, ["--compare", "XX9"], "compare", "unknown", "XX9"),
    ("educate", {"stage": "afterlife"}, ["--stage", "afterlife"], "stage", "unknown", "afterlife"),
    ("rank", {"level": "nuts9"}, ["--level", "nuts9"], "level", "unknown", "nuts9"),
    ("rank", {"weights": ("trials=0.5", "patents=0.2")}, [("trials", "0.5"), ("patents", "0.2")], "weights", "sum",
     "sum to 0.7"),
    ("rank", {"weights": ("beauty=1",)}, [("beauty", "1")], "weights", "unknown", "beauty"),
    ("rank", {"weights": ("trials=many",)}, [("trials", "many")], "weights", "number", "many"),
    ("rank", {"as_of": date(1950, 1, 1)}, ["--as-of", "1950-01-01"], "as_of", "too-early", "1950-01-01"),
]
_IDS = [f"{name}-{field}-{why}-{number}" for number, (name, _, _, field, why, _) in enumerate(_WRONG)]


@pytest.fixture(scope="module")
def atlas(site):
    opened = open_atlas(site.home)
    yield opened
    opened.close()


def _refused(name, given, atlas):
    question = QUESTIONS[name]
    with pytest.raises(OpenValleyError) as refused:
        question.answer(atlas, question.request(**given))
    return refused.value


def test_every_question_is_asked_wrongly():
    assert {name for name, *_ in _WRONG} == set(QUESTIONS)


@pytest.mark.parametrize("wrong", _WRONG, ids=_IDS)
def test_it_is_said_clearly_with_what_to_do_and_at_which_field(atlas, wrong):
    name, given, _, field, why, says = wrong
    refused = _refused(name, given, atlas)
    assert says in refused.message
    assert refused.hint
    assert (refused.context["field"], refused.context["why"]) == (field, why)


@pytest.mark.parametrize("wrong", _WRONG, ids=_IDS)
def test_the_api_says_the_same(atlas, client, wrong):
    name, given = wrong[:2]
    refused = _refused(name, given, atlas)
    answered = client.get(f"/api/v1/{name}", {key: list(value) if isinstance(value, tuple) else value
                                              for key, value in given.items()})
    status = 404 if isinstance(refused, UnknownIdentity) else 400
    assert (answered.status_code, answered["Content-Type"]) == (status, "application/problem+json")
    detail = refused.hint.replace("openvalley search NAME", "/api/v1/search?q=NAME")
    assert (answered.json()["title"], answered.json()["detail"]) == (refused.message, detail)


@pytest.mark.parametrize("wrong", _WRONG, ids=_IDS)
def test_the_terminal_says_the_same(atlas, site, tmp_path, monkeypatch, capsys, wrong):
    name, given, words = wrong[:3]
    refused = _refused(name, given, atlas)
    if words and isinstance(words[0], tuple):
        listed = tmp_path / "weights.csv"
        listed.write_text("\n".join(["indicator,weight", *map(",".join, words)]), encoding="utf-8")
        words = ["--weights", str(listed)]
    monkeypatch.setattr("sys.argv", ["openvalley", "--home", str(site.home), name, *words, "--json"])
    assert edge.run_guarded(app) == 3
    error = json.loads(capsys.readouterr().out)["error"]
    assert (error["message"], error["hint"]) == (refused.message, refused.hint)


@pytest.mark.parametrize("name", ["connect", "discover", "fund"])
def test_an_ambiguous_organisation_is_answered_with_those_that_may_be_meant(atlas, name):
    refused = _refused(name, {"organisation": "polder clinic"}, atlas)
    assert all(meant["id"] and "Polder Clinic" in meant["name"] for meant in refused.context["suggestions"])
    assert refused.context["suggestions"][0]["id"] in refused.message


def test_a_misspelt_condition_is_answered_with_the_nearest(atlas):
    refused = _refused("test", {"condition": "river fevr"}, atlas)
    assert "river fever" in refused.context["suggestions"]
    assert "river fever" in refused.hint


@pytest.mark.parametrize("name", ["connect", "fund"])
@pytest.mark.parametrize("need", ["gentherapie", "thérapie génique", "Gentherapie", "gene therapy"])
def test_a_need_is_understood_in_four_languages(atlas, name, need):
    question = QUESTIONS[name]
    answer = question.answer(atlas, question.request(need=need))
    assert answer.asked["terms"]["platforms"] == ["gene-therapy"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_strangers_among_members_are_named_as_strangers(atlas, client, language):
    (call,) = atlas.rows("SELECT source_id FROM call ORDER BY source_id LIMIT 1")
    answered = client.get("/api/v1/fund", {"call": call["source_id"], "members": ["990000002", "nobody-we-know"],
                                           "language": language})
    told = {item["values"]["given"]: item["values"]["rule"] for item in answered.json()["items"]}
    assert told["nobody-we-know"] == "stranger"
    assert set(told) == {"990000002", "nobody-we-know"}
    assert any("1" in statement["text"] and statement["code"] == "fund.strangers"
               for statement in answered.json()["summary"])


def test_before_the_first_call_it_says_since_when_calls_are_known(atlas):
    question = QUESTIONS["fund"]
    answer = question.answer(atlas, question.request(need="gene therapy", as_of=date(1990, 1, 1)))
    assert [item for item in answer.items if item.type == "call"] == []
    (first,) = atlas.rows("SELECT min(published) AS day FROM call")
    told = {statement.code: statement.values for statement in answer.summary}
    assert first["day"] is None or told["fund.before_calls"]["day"] == first["day"]
