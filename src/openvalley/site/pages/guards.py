"""Guards of the forms that anyone may send without an account: a token, a field that people do not see, and the words.

Reads and writes nothing. Next: views/dispute.py, views/pack_row.py and views/new_row.py, whose forms these guard.
"""

from collections.abc import Mapping

from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import CsrfViewMiddleware
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

#: Where a request notes that its token was none of ours.
FORGED = "openvalley.forged"
#: The field that people do not see: programs fill in whatever is called so.
TRAP = "homepage"
#: Why what was sent is not taken.
REFUSALS: Mapping[str, str | Promise] = {
    "forged": _("The form was open for too long, or your browser does not keep its cookie. Nothing is lost: send it "
                "again."),
    "trap": _("A field that people do not see was filled in, as programs do. Nothing is lost: send it again."),
    "large": _("What was sent is too large to be read. Write at most 500 characters."),
    "failed": _("It could not be kept just now. Nothing is lost: send it again in a moment."),
}


class NotingForgery(CsrfViewMiddleware):
    """Django's check of tokens, which leaves it to the view to answer: the form comes again with what was typed."""

    def process_view(self, request: HttpRequest, *given: object) -> HttpResponse | None:  # type: ignore[override]
        """Check; what is too large to be checked is refused by the view."""
        try:
            return super().process_view(request, *given)  # type: ignore[arg-type]
        except RequestDataTooBig:
            return None

    def _reject(self, request: HttpRequest, reason: str) -> None:
        request.META[FORGED] = reason
