"""Ways of asking the API: HEAD where GET is answered, and a problem for those that no route takes."""

from collections.abc import Callable
from http import HTTPStatus

from django.http import HttpRequest, HttpResponse

from openvalley.site.api.problems import ROOT
from openvalley.site.pages.machine import problem_answer

#: Of an answer that is replaced by a problem, what is about its content.
_OF_CONTENT = ("content-type", "content-length", "content-encoding", "etag")


class Methods:
    """Asks the routes, which know GET alone, for the head of what they answer; nothing of the API takes a write."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        """Keep what answers next."""
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Pass the request on."""
        if not request.path.startswith(ROOT):
            return self.get_response(request)
        asked, request.method = request.method, "GET" if request.method == "HEAD" else request.method
        answer = self.get_response(request)
        request.method = asked
        if answer.status_code == HTTPStatus.METHOD_NOT_ALLOWED:
            answer = _refused(request, answer)
        if asked == "HEAD":
            answer.content = b""  # its length is still that of what GET answers
        return answer


def _refused(request: HttpRequest, answer: HttpResponse) -> HttpResponse:
    told = problem_answer(HTTPStatus.METHOD_NOT_ALLOWED, f"{request.method} is not answered here.",
                   "The API is read: ask with GET.", "bad_method")
    for name, value in answer.headers.items():
        if name.lower() not in _OF_CONTENT:
            told.headers[name] = value
    told.headers["Allow"] = "GET, HEAD, OPTIONS"
    return told
