"""The routes of the API: a question's answer as the same JSON that the command line prints with ``--json``."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from ninja import NinjaAPI, Query
from ninja.errors import ValidationError

import openvalley
from openvalley.errors import BadInput, NothingBuilt, OpenValleyError, UnknownIdentity
from openvalley.insight.answer import as_data
from openvalley.questions import QUESTIONS, Question
from openvalley.site.answered import answered
from openvalley.site.api.asked import Asked, parameters, request_of
from openvalley.site.pages.machine import json_answer
from openvalley.site.shelf import shelf
from openvalley.vocabulary.terms import LANGUAGES

#: HTTP status of an error by its class, the nearest class first; others of our family are 500.
_STATUS = ((UnknownIdentity, 404), (BadInput, 400), (NothingBuilt, 503))

api = NinjaAPI(
    title="OpenValley", version=openvalley.__version__, urls_namespace="api-v1", docs_url=None,
    description="The questions of OpenValley with their evidence. Every sentence names its facts and where they can "
                "be checked; errors are problem+json (RFC 9457).")


def _route(question: Question) -> None:
    """Add the route of one question."""
    asked_type = parameters(question)

    def answer(request: HttpRequest, asked: Any) -> HttpResponse:  # noqa: ANN401 - the annotation is set below
        unknown = sorted(set(request.GET) - set(asked_type.model_fields))
        if unknown:
            raise BadInput(f"{question.name} has no parameter {unknown[0][:50]!r}.",
                           hint=f"Parameters: {', '.join(asked_type.model_fields)}.")
        return _answered(question, asked)

    answer.__annotations__["asked"] = Query[asked_type]  # type: ignore[misc, valid-type]
    answer.__doc__ = question.answer.__doc__
    api.get(f"/{question.name}", url_name=question.name, operation_id=question.name, summary=question.name,
            tags=["questions"])(answer)


def _answered(question: Question, asked: Asked) -> HttpResponse:
    language = str(getattr(asked, "language", "en"))
    if language not in LANGUAGES:
        raise BadInput(f"There is no language {language[:20]!r} here.", hint=f"Languages: {', '.join(LANGUAGES)}.")
    with shelf().borrow() as atlas:
        return json_answer(as_data(answered(atlas, question, request_of(question, asked)), language))


def _problem(status: int, title: str, detail: str, code: str) -> HttpResponse:
    """Answer with a problem: RFC 9457's members and our code."""
    answer = json_answer({"type": f"urn:openvalley:error:{code}", "title": title, "detail": detail, "status": status,
                          "code": code}, status)
    answer.headers["Content-Type"] = "application/problem+json"
    return answer


@api.exception_handler(OpenValleyError)
def _ours(_request: HttpRequest, problem: OpenValleyError | type[OpenValleyError]) -> HttpResponse:
    if isinstance(problem, type):
        problem = problem("An error without words.")
    status = next((code for family, code in _STATUS if isinstance(problem, family)), 500)
    return _problem(status, problem.message, problem.hint, problem.code)


@api.exception_handler(ValidationError)
def _unfit(_request: HttpRequest, problem: ValidationError | type[ValidationError]) -> HttpResponse:
    found = problem.errors if isinstance(problem, ValidationError) else []
    said = "; ".join(f"{entry['loc'][-1]}: {entry['msg']}" for entry in found)
    return _problem(400, f"The question cannot be read: {said}.", "The parameters stand in /api/v1/openapi.json.",
                    BadInput.code)



for _question in QUESTIONS.values():
    _route(_question)
