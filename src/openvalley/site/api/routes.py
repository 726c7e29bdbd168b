"""The routes of the API: a question's answer as the same JSON that the command line prints with ``--json``."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from ninja import NinjaAPI, Query
from ninja.openapi.schema import OpenAPISchema

import openvalley
from openvalley.errors import BadInput
from openvalley.insight.answer import as_data
from openvalley.questions import QUESTIONS, Question
from openvalley.site.answered import answered
from openvalley.site.api.asked import Asked, parameters, request_of
from openvalley.site.api.examples import add_examples
from openvalley.site.api.figures import with_figures
from openvalley.site.api.keyed import Key
from openvalley.site.api.limits import PerAddress, PerKey
from openvalley.site.api.needs import with_needs
from openvalley.site.api.problems import RESPONSES, told
from openvalley.site.api.things import routed
from openvalley.site.pages.machine import json_answer
from openvalley.site.shelf import shelf
from openvalley.vocabulary.terms import LANGUAGES


class _Api(NinjaAPI):
    """The API, described with examples."""

    def get_openapi_schema(self, **asked: Any) -> OpenAPISchema:  # noqa: ANN401 - Ninja's own shape
        """Return the description of all routes."""
        schema = super().get_openapi_schema(**asked)
        add_examples(schema)
        return schema


api = _Api(
    title="OpenValley", version=openvalley.__version__, urls_namespace="api-v1", docs_url=None,
    auth=Key(), throttle=[PerAddress(), PerKey()],
    description="The atlas of OpenValley, and its questions with their evidence. Every sentence names its facts and "
                "where they can be checked; errors are problem+json (RFC 9457). Lists come page by page (next), "
                "answers carry an ETag, and one network address may ask ten times a second. A key (made under My "
                "OpenValley, sent as Authorization: Bearer ov_...) may ask fifty times a second, and reads what "
                "organisations publish for members.")
told(api)


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
            tags=["questions"], openapi_extra=dict(RESPONSES))(answer)


def _answered(question: Question, asked: Asked) -> HttpResponse:
    language = str(getattr(asked, "language", "en"))
    if language not in LANGUAGES:
        raise BadInput(f"There is no language {language[:20]!r} here.", hint=f"Languages: {', '.join(LANGUAGES)}.")
    with shelf().borrow() as atlas:
        return json_answer(as_data(answered(atlas, question, request_of(question, asked)), language))


for _question in QUESTIONS.values():
    _route(_question)
routed(api)
with_needs(api)
with_figures(api)
