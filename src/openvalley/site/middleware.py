"""Our errors as pages: each of the family becomes the page and the HTTP status that fit it."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from openvalley.errors import OpenValleyError
from openvalley.site.pages.views import problems


class OurErrors:
    """Turns an error of our family that a view raises into a page in the reader's language."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        """Keep what answers next."""
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Pass the request on."""
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, problem: Exception) -> HttpResponse | None:
        """Answer for errors of ours, and for a database that is out of reach; others are Django's to report."""
        if isinstance(problem, problems.OUT_OF_REACH):
            return problems.out_of_reach(request, problem)
        return problems.page(request, problem) if isinstance(problem, OpenValleyError) else None
