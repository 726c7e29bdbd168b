"""Errors of the API as problems (RFC 9457): what is wrong, what to do, and our code."""

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse
from ninja import NinjaAPI
from ninja.errors import HttpError, Throttled, ValidationError

from openvalley.errors import BadInput, NothingBuilt, OpenValleyError, UnknownIdentity
from openvalley.site.pages.machine import json_answer

#: HTTP status of an error by its class, the nearest class first; others of our family are 500.
_STATUS = ((UnknownIdentity, 404), (BadInput, 400), (NothingBuilt, 503))
#: How a problem looks, for the description of the API.
_SHAPE: Mapping[str, Any] = {
    "type": "object", "required": ["type", "title", "detail", "status", "code"],
    "properties": {**{name: {"type": "string"} for name in ("type", "title", "detail", "code")},
                   "status": {"type": "integer"}}}
_SAID: Mapping[int, str] = {
    400: "It cannot be asked so; title and detail say what to do.", 404: "The atlas knows nothing of this id.",
    429: "Too many questions from one place; Retry-After says when to come back.", 503: "No atlas is published yet."}
#: What every route may answer beside 200, for ``openapi_extra``.
RESPONSES: Mapping[str, Any] = {"responses": {
    **{str(status): {"description": said, "content": {"application/problem+json": {"schema": _SHAPE}}}
       for status, said in _SAID.items()},
    "200": {"description": "The answer.", "content": {"application/json": {"schema": {"type": "object"}}}}}}
_SCHEMA_HINT = "The parameters stand in /api/v1/openapi.json."


def problem(status: int, title: str, detail: str, code: str) -> HttpResponse:
    """Answer with a problem: RFC 9457's members and our code."""
    answer = json_answer({"type": f"urn:openvalley:error:{code}", "title": title, "detail": detail, "status": status,
                          "code": code}, status)
    answer.headers["Content-Type"] = "application/problem+json"
    return answer


def told(api: NinjaAPI) -> None:
    """Make an API answer errors as problems."""

    @api.exception_handler(OpenValleyError)
    def ours(_request: HttpRequest, found: OpenValleyError | type[OpenValleyError]) -> HttpResponse:
        if isinstance(found, type):
            found = found("An error without words.")
        status = next((code for family, code in _STATUS if isinstance(found, family)), 500)
        return problem(status, found.message, found.hint, found.code)

    @api.exception_handler(ValidationError)
    def unfit(_request: HttpRequest, found: ValidationError | type[ValidationError]) -> HttpResponse:
        entries = found.errors if isinstance(found, ValidationError) else []
        said = "; ".join(f"{entry['loc'][-1]}: {entry['msg']}" for entry in entries)
        return problem(400, f"The question cannot be read: {said}.", _SCHEMA_HINT, BadInput.code)

    @api.exception_handler(Throttled)
    def throttled(_request: HttpRequest, found: Throttled | type[Throttled]) -> HttpResponse:
        wait = getattr(found, "wait", None)
        answer = problem(429, "Too many questions from one place.", "Ask again in a moment, or less often.", "too_many")
        if wait:
            answer.headers["Retry-After"] = str(round(wait) or 1)
        return answer

    @api.exception_handler(HttpError)
    def other(_request: HttpRequest, found: HttpError | type[HttpError]) -> HttpResponse:
        status = found.status_code if isinstance(found, HttpError) else 500
        return problem(status, str(found) or "It cannot be answered.", _SCHEMA_HINT, "http_error")
