"""E-mails to people: plain text in the person's own language, from the site's address, never with another's address."""

import logging
from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.core.mail import EmailMessage
from django.template.loader import render_to_string
from django.utils import translation

from openvalley.site.pages.views.problems import UNREACHABLE
from openvalley.site.people.models import Person

_logger = logging.getLogger(__name__)


def absolute(path: str) -> str:
    """Return the whole address of a page: the one under which the site is known, not the one of a request."""
    return f"{settings.SITE_ADDRESS}{path}"


def send(person: Person, template: str, context: Mapping[str, Any], headers: Mapping[str, str] | None = None) -> None:
    """Send an e-mail to a person.

    Args:
        person: to whom.
        template: name of the text below ``people/email/``; its first line is the subject.
        context: what the text speaks of.
        headers: further header fields.

    """
    with translation.override(person.language):
        text = render_to_string(f"people/email/{template}.txt", {**context, "site": settings.SITE_ADDRESS})
    subject, _, body = text.partition("\n")
    EmailMessage(" ".join(subject.split()), body.strip() + "\n", to=[person.email], headers=dict(headers or {})).send()


def tell(person: Person, template: str, context: Mapping[str, Any]) -> bool:
    """Send an e-mail about what stands on the site anyway; return whether it went out.

    Where the mail server is down nothing else fails: what was kept is kept, and the log says that nobody was told.
    """
    try:
        send(person, template, context)
    except UNREACHABLE as problem:
        _logger.error("An e-mail (%s) could not be sent: %s", template, type(problem).__name__)  # noqa: TRY400 - no traceback: it may hold an address
        return False
    return True
