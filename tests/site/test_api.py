"""The API: the same answer as from Python and the command line, errors as problems, a description of itself."""

import json

import pytest

from openvalley.atlas.reader import open_atlas
from openvalley.cli.main import app
from openvalley.insight.answer import as_data
from openvalley.questions import QUESTIONS
from openvalley.vocabulary.terms import LANGUAGES

#: For each question, words of the command line that ask what the parameters ask.
_ASKED = {
    "chain": ({"stage": "clinical", "limit": "2"}, ["--stage", "clinical", "-n", "2"]),
    "connect": ({"organisation": "990000002", "country": "BE", "limit": "3"},
                ["990000002", "--country", "BE", "-n", "3"]),
    "discover": ({"topic": "cell therapy", "limit": "3"}, ["--topic", "cell therapy", "-n", "3"]),
    "educate": ({"stage": "manufacturing"}, ["--stage", "manufacturing"]),
    "fund": ({"need": "gene therapy", "as_of": "2026-01-01", "limit": "3"},
             ["--need", "gene therapy", "--as-of", "2026-01-01", "-n", "3"]),
    "test": ({"condition": "influenza", "limit": "3"}, ["--condition", "influenza", "-n", "3"]),
    "rank": ({"level": "nuts2", "limit": "3", "as_of": "2026-01-01"},
             ["--level", "nuts2", "-n", "3", "--as-of", "2026-01-01"]),
}


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
def test_what_is_asked_by_another_method_is_a_problem_too(client, method):
    answered = getattr(client, method)("/api/v1/atlas", b"{}", content_type="application/json")
    assert (answered.status_code, answered["Content-Type"]) == (405, "application/problem+json")
    assert answered.json()["code"] == "bad_method"
    assert answered["Allow"] == "GET, HEAD, OPTIONS"


def test_the_head_of_an_answer_is_that_of_the_answer(client):
    whole, head = client.get("/api/v1/atlas"), client.head("/api/v1/atlas")
    assert (head.status_code, head.content) == (200, b"")
    assert head["ETag"] == whole["ETag"]
    assert client.head("/api/v1/nothing").status_code == 404


@pytest.mark.parametrize(("name", "field"), [("chain", "compare"), ("fund", "members"), ("rank", "weights")])
def test_a_parameter_is_given_only_so_many_times(client, name, field):
    given = {"need": "gene therapy"} if name == "fund" else {}
    answered = client.get(f"/api/v1/{name}", {**given, field: ["FR"] * 201})
    assert (answered.status_code, answered["Content-Type"]) == (400, "application/problem+json")
    assert "200" in answered.json()["title"]
    (described,) = [one for one in client.get("/api/v1/openapi.json").json()["paths"][f"/api/v1/{name}"]["get"]
                    ["parameters"] if one["name"] == field]
    assert described["schema"]["maxItems"] == 200


def test_every_question_is_asked():
    assert set(_ASKED) == set(QUESTIONS)


@pytest.mark.parametrize("name", list(QUESTIONS))
@pytest.mark.parametrize("language", LANGUAGES)
def test_python_terminal_and_api_give_the_same_answer(client, site, capsys, name, language):
    from openvalley.site.api.asked import parameters, request_of

    given, words = _ASKED[name]
    answered = client.get(f"/api/v1/{name}", {**given, "language": language})
    assert answered.status_code == 200, answered.content
    question = QUESTIONS[name]
    atlas = open_atlas(site.home)
    from_python = as_data(question.answer(atlas, request_of(question, parameters(question)(**given))), language)
    atlas.close()
    app(["--home", str(site.home), name, *words, "--language", language, "--json"], standalone_mode=False)
    from_terminal = json.loads(capsys.readouterr().out)
    assert answered.json() == from_terminal == json.loads(json.dumps(from_python, default=str))


@pytest.mark.parametrize(("address", "status", "says"), [
    ("rank?level=nuts9", 400, "nuts9"), ("rank?limit=many", 400, "limit"), ("rank?langauge=nl", 400, "langauge"),
    ("rank?language=xx", 400, "'xx'"),
    ("rank?as_of=0", 400, "2026-01-31"), ("rank?weights=trials%3D2", 400, "from 0 to 1"),
])
def test_what_is_asked_wrongly_is_a_problem(client, address, status, says):
    answered = client.get(f"/api/v1/{address}")
    assert (answered.status_code, answered["Content-Type"]) == (status, "application/problem+json")
    problem = answered.json()
    assert says in problem["title"]
    assert problem["status"] == status
    assert problem["detail"]


def test_it_describes_itself(client):
    described = client.get("/api/v1/openapi.json").json()
    assert set(described["paths"]) >= {f"/api/v1/{name}" for name in QUESTIONS}
    for path in described["paths"].values():
        assert all(parameter["description"] for parameter in path["get"]["parameters"])
