"""What is one person's is kept by nobody else: no cache, no search engine; and forms that are not ours are refused."""

import re
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.cache import patch_cache_control
from django.utils.translation import gettext_lazy as _

from openvalley.site.pages.views.problems import Kind

#: Addresses of pages that differ from person to person.
_PERSONAL = re.compile(r"/(?:(?:en|nl|fr|de)/(?:me|curate|digest)|admin)(?:/|$)")

_FORGED = Kind(403, "forged", _("It was not sent"),
               _("The form was open for too long, or your browser does not keep its cookie. Nothing is lost: send it "
                 "again."))
_FORBIDDEN = Kind(403, "forbidden", _("This page is not for your account"),
                  _("It belongs to somebody else, or to people with another task. Ask a curator if you need it."))


class Private:
    """Marks personal pages so that neither a proxy nor the browser keeps them."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        """Keep what answers next."""
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Pass the request on, and mark the answer."""
        answer = self.get_response(request)
        if _PERSONAL.match(request.path):
            answer.headers.pop("Cache-Control", None)
            patch_cache_control(answer, private=True, no_store=True)
        return answer


def forged(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Return the page for a form without our token."""
    del reason
    return _page(request, _FORGED)


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Return the page for somebody whom the table of permissions does not let in."""
    del exception
    return _page(request, _FORBIDDEN)


def _page(request: HttpRequest, kind: Kind) -> HttpResponse:
    answer = render(request, "pages/problem.html", {"problem": kind, "noindex": True}, status=kind.status)
    answer.headers["Cache-Control"] = "no-store"
    return answer
