"""Pages for when something is wrong: what happened, and what to do, in the reader's language."""

import logging
import sys
from dataclasses import dataclass
from smtplib import SMTPException
from socket import gaierror
from typing import Any

from django.conf import settings
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, HttpResponsePermanentRedirect
from django.shortcuts import render
from django.urls import is_valid_path
from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from openvalley.errors import (
    BadInput,
    NothingBuilt,
    OpenValleyError,
    SecondFactorUnreadable,
    StorageFailed,
    UnknownIdentity,
)
from openvalley.site.pages.machine import json_answer, problem_answer

_logger = logging.getLogger(__name__)
#: Where the API stands, and the reconciliation service: programs ask there, and read no pages.
API, RECONCILING = "/api/v1/", "/reconcile"


@dataclass(frozen=True)
class Kind:
    """A kind of problem: HTTP status, stable code, and what the page says."""

    status: int
    code: str
    title: str | Promise
    advice: str | Promise


_UNKNOWN = Kind(404, "unknown_id", _("There is no such page"),
                 _("The address may be mistyped, or its register names the thing no longer. Search for it by name."))
_BAD = Kind(400, "bad_input", _("This address cannot be understood"),
             _("Part of the address is not something the atlas can look up. Start again from the search."))
_NOTHING = Kind(503, "nothing_built", _("Nothing has been built yet"),
                 _("The atlas is made from registers. Whoever runs this site builds a first one with this command:"))
_SEALED = Kind(503, "second_factor_unreadable", _("Your second factor cannot be read"),
                _("The key of this site has changed since you made it. Whoever runs the site can name the earlier key, "
                  "or switch your second factor off so that you make a new one."))
_BROKEN = Kind(500, "error", _("Something went wrong on our side"),
                _("It is not your doing. Please try again in a moment; the search may lead you there another way."))
_DATABASE = Kind(503, "database_down", _("Personal pages cannot be reached"),
                 _("The database of this site does not answer. Nothing that was kept is lost; what you just sent was "
                   "not kept. Please try again in a moment. The atlas itself can be read meanwhile."))
_DISK = Kind(503, "storage_failed", _("It could not be kept"),
             _("The disk of this site takes nothing at the moment. Nothing that was kept is lost; what you just sent "
               "was not kept. Please try again later. Everything can be read meanwhile."))
_LARGE = Kind(413, "too_large", _("What was sent is too large"),
              _("It was not read. Lists have at most 1 MB and 5000 rows: divide yours, or leave out columns."))
_OFTEN = Kind(429, "too_many", _("Too many tries"),
              _("This was tried too often within a short time, or the site is busy. Nothing is lost: please try again "
                "in a few minutes."))
_OTHERWISE = Kind(405, "bad_method", _("This page is only read"),
                  _("Nothing can be sent to this address, or only by its form. Open it again to read it."))
#: What is raised where the mail server cannot be reached, or takes nothing.
UNREACHABLE = (SMTPException, ConnectionError, TimeoutError, gaierror)
#: What a database is out of reach by.
OUT_OF_REACH = (OperationalError, InterfaceError)
_MAIL = Kind(503, "mail_down", _("The e-mail could not be sent"),
             _("The mail server of this site does not answer. Please try again in a moment: send the form once more."))
#: The most particular first: an unknown id is bad input too.
_FAMILY = ((UnknownIdentity, _UNKNOWN), (BadInput, _BAD), (NothingBuilt, _NOTHING),
           (SecondFactorUnreadable, _SEALED), (StorageFailed, _DISK))

#: Kinds of problems whose messages name a folder of this machine: readers are told the kind alone.
_OF_FOLDERS = (_NOTHING, _DISK)


def page(request: HttpRequest, problem: OpenValleyError) -> HttpResponse:
    """Return the page for an error of our family; an address of a slash too many leads to the one without."""
    elsewhere = _moved(request) if isinstance(problem, UnknownIdentity) else None
    if elsewhere:
        return elsewhere
    kind = next((kind for family, kind in _FAMILY if isinstance(problem, family)), _BROKEN)
    if _wants_json(request) and kind not in _OF_FOLDERS:
        return json_answer({"error": {"code": problem.code, "message": problem.message, "hint": problem.hint}},
                           kind.status)
    return _either(request, kind)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Return the page for an address that leads nowhere; one of a slash too many or too few leads where it is meant."""
    del exception
    return _moved(request) or _either(request, _UNKNOWN)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Return the page for a request that Django refused."""
    del exception
    return _either(request, _BAD)


def server_error(request: HttpRequest) -> HttpResponse:
    """Return the page for a mistake of ours, or for a database that is out of reach, in the language of the address."""
    problem = sys.exc_info()[1]
    with translation.override(translation.get_language_from_request(request, check_path=True)):
        return out_of_reach(request, problem) if isinstance(problem, OUT_OF_REACH) else _either(request, _BROKEN)


def not_sent(request: HttpRequest, problem: Exception) -> HttpResponse:
    """Return the page for an e-mail that could not be sent; the log says so without its address."""
    _logger.error("An e-mail could not be sent: %s", type(problem).__name__)
    return _either(request, _MAIL)


def not_allowed(request: HttpRequest, answer: HttpResponse) -> HttpResponse:
    """Return the page for a way of asking that an address does not know; it says which it does."""
    told = _either(request, _OTHERWISE)
    told.headers["Allow"] = answer.headers["Allow"]
    return told


def too_often(request: HttpRequest) -> HttpResponse:
    """Return the page for a form that was sent too often; allauth asks for it where it counts."""
    return _either(request, _OFTEN)


def too_large(request: HttpRequest) -> HttpResponse:
    """Return the page for a request that brings more than any page takes."""
    return _either(request, _LARGE)


def out_of_reach(request: HttpRequest, problem: Exception) -> HttpResponse:
    """Return the page for a database that is out of reach; the log says so in a line, without what was asked of it."""
    _logger.error("The database cannot be reached: %s", type(problem).__name__)
    return _either(request, _DATABASE)


def _either(request: HttpRequest, kind: Kind) -> HttpResponse:
    if request.path.startswith((API, RECONCILING)):
        return _for_programs(request, kind)
    if _wants_json(request):
        return json_answer({"error": {"code": kind.code, "message": str(kind.title), "hint": str(kind.advice)}},
                           kind.status)
    return _render(request, kind)


def _for_programs(request: HttpRequest, kind: Kind) -> HttpResponse:
    """Return what the API or the reconciliation service answers, in English as all that they say of errors."""
    with translation.override("en"):
        title, advice = str(kind.title), str(kind.advice)
    if request.path.startswith(API):
        return problem_answer(kind.status, title, advice, kind.code)
    return json_answer({"status": "error", "message": title, "details": advice}, kind.status)


def _moved(request: HttpRequest) -> HttpResponse | None:
    """Return the redirect to an address without the slash at its end, or with the slash that a home page has."""
    path = request.path
    meant = path.rstrip("/") if path.endswith("/") else f"{path}/"
    home = meant.strip("/") in dict(settings.LANGUAGES)
    if request.method not in ("GET", "HEAD") or meant.endswith("/") != home or not is_valid_path(meant):
        return None
    query = request.META.get("QUERY_STRING", "")
    return HttpResponsePermanentRedirect(f"{meant}?{query}" if query else meant)


def _render(request: HttpRequest, kind: Kind) -> HttpResponse:
    context: dict[str, Any] = {"problem": kind, "canonical": "", "command": "openvalley up" if kind is _NOTHING else ""}
    answer = render(request, "pages/problem.html", context, status=kind.status)
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _wants_json(request: HttpRequest) -> bool:
    return request.path.endswith(".json")
