"""Errors of the API as problems (RFC 9457): what is wrong, what to do, and our code."""

import logging
from collections.abc import Mapping
from typing import Any

from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse
from ninja import NinjaAPI
from ninja.errors import HttpError, Throttled, ValidationError

from openvalley.errors import BadInput, BadKey, NothingBuilt, OpenValleyError, UnknownIdentity
from openvalley.site.pages.machine import NO_ATLAS, problem_answer
from openvalley.site.pages.views import problems

_logger = logging.getLogger(__name__)
#: HTTP status of an error by its class, the nearest class first; others of our family are 500.
_STATUS = ((UnknownIdentity, 404), (BadKey, 401), (BadInput, 400), (NothingBuilt, 503))
#: How a problem looks, for the description of the API.
_SHAPE: Mapping[str, Any] = {
    "type": "object", "required": ["type", "title", "detail", "status", "code"],
    "properties": {**{name: {"type": "string"} for name in ("type", "title", "detail", "code")},
                   "status": {"type": "integer"}}}
_SAID: Mapping[int, str] = {
    400: "It cannot be asked so; title and detail say what to do.",
    401: "A key was shown that is none, or none any more.", 404: "The atlas knows nothing of this id.",
    429: "Too many questions from one place, or with one key; Retry-After says when to come back.",
    503: "No atlas is published yet, or the database is out of reach."}
#: What every route may answer beside 200, for ``openapi_extra``; and that a key may be shown, or none.
RESPONSES: Mapping[str, Any] = {"security": [{}], "responses": {
    **{str(status): {"description": said, "content": {"application/problem+json": {"schema": _SHAPE}}}
       for status, said in _SAID.items()},
    "200": {"description": "The answer.", "content": {"application/json": {"schema": {"type": "object"}}}}}}
ROOT = problems.API
_SCHEMA_HINT = "The parameters stand in /api/v1/openapi.json."


def told(api: NinjaAPI) -> None:
    """Make an API answer errors as problems."""

    @api.exception_handler(OpenValleyError)
    def ours(_request: HttpRequest, found: OpenValleyError | type[OpenValleyError]) -> HttpResponse:
        if isinstance(found, type):
            found = found("An error without words.")
        status = next((code for family, code in _STATUS if isinstance(found, family)), 500)
        if isinstance(found, NothingBuilt):   # its message names a folder of this machine
            return problem_answer(status, NO_ATLAS, "Ask again later.", found.code)
        answer = problem_answer(status, found.message, found.hint, found.code)
        if isinstance(found, BadKey):
            answer.headers["WWW-Authenticate"] = 'Bearer realm="OpenValley", error="invalid_token"'
        return answer

    @api.exception_handler(ValidationError)
    def unfit(_request: HttpRequest, found: ValidationError | type[ValidationError]) -> HttpResponse:
        entries = found.errors if isinstance(found, ValidationError) else []
        said = "; ".join(f"{entry['loc'][-1]}: {entry['msg']}" for entry in entries)
        return problem_answer(400, f"The question cannot be read: {said}.", _SCHEMA_HINT, BadInput.code)

    @api.exception_handler(Throttled)
    def throttled(_request: HttpRequest, found: Throttled | type[Throttled]) -> HttpResponse:
        wait = getattr(found, "wait", None)
        answer = problem_answer(429, "Too many questions from one place.", "Ask again in a moment, or less often.",
                                "too_many")
        if wait:
            answer.headers["Retry-After"] = str(round(wait) or 1)
        return answer

    @api.exception_handler(DatabaseError)
    def unreachable(_request: HttpRequest, found: DatabaseError | type[DatabaseError]) -> HttpResponse:
        _logger.error("The API cannot reach the database: %s", type(found).__name__)
        return problem_answer(503, "The database is out of reach.", "Ask again in a moment, or without a key.",
                              "database_down")

    @api.exception_handler(HttpError)
    def other(_request: HttpRequest, found: HttpError | type[HttpError]) -> HttpResponse:
        status = found.status_code if isinstance(found, HttpError) else 500
        return problem_answer(status, str(found) or "It cannot be answered.", _SCHEMA_HINT, "http_error")


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer an address that leads nowhere: below the API with a problem, elsewhere with the page."""
    if request.path.startswith(ROOT):
        return problem_answer(404, "There is no such address.", _SCHEMA_HINT, UnknownIdentity.code)
    return problems.not_found(request, exception)
