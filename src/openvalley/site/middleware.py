"""Our errors as pages, each with the HTTP status that fits it; and files too large for any page are not read at all."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed

from openvalley.errors import OpenValleyError
from openvalley.site.pages.views import problems

#: Bytes of a request that brings files: the largest list that a page takes, and the form around it.
MOST_WITH_FILES = 1_500_000


class Bounded:
    """Refuses a request that brings more than any page takes, before a byte of it is written to a disk.

    Requests without files are bounded by Django (``DATA_UPLOAD_MAX_MEMORY_SIZE``); files are not.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        """Keep what answers next."""
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Pass the request on, or refuse it."""
        length = request.META.get("CONTENT_LENGTH") or "0"
        brings_files = (request.content_type or "").startswith("multipart/")
        if brings_files and not (length.isdecimal() and int(length) <= MOST_WITH_FILES):
            return problems.too_large(request)
        return self.get_response(request)


class OurErrors:
    """Turns an error of our family that a view raises into a page in the reader's language."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        """Keep what answers next."""
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Pass the request on; a way of asking that the address does not know is answered in words."""
        answer = self.get_response(request)
        return problems.not_allowed(request, answer) if isinstance(answer, HttpResponseNotAllowed) else answer

    def process_exception(self, request: HttpRequest, problem: Exception) -> HttpResponse | None:
        """Answer for errors of ours, and where database or mail server are out of reach; others are Django's matter."""
        if isinstance(problem, problems.OUT_OF_REACH):
            return problems.out_of_reach(request, problem)
        if isinstance(problem, problems.UNREACHABLE):
            return problems.not_sent(request, problem)
        return problems.page(request, problem) if isinstance(problem, OpenValleyError) else None
