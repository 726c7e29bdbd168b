"""How accounts are told: what allauth asks of a site."""

from types import SimpleNamespace
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.contrib.sites.shortcuts import get_current_site
from django.http import HttpRequest
from django.utils.translation import get_language

from openvalley.site.people.models.person import Person


def shown_to_oneself(person: Person) -> str:
    """Return how a person is called where only this person reads it."""
    return person.email


class Adapter(DefaultAccountAdapter):  # type: ignore[misc]  # allauth ships no types
    """The site's own ways."""

    def save_user(self, request: HttpRequest, user: Person, form: object, commit: bool = True) -> Person:  # noqa: FBT001, FBT002 - allauth's own shape
        """Keep a new account, with the language in which it was made."""
        user.language = (get_language() or "en")[:2]
        saved: Person = super().save_user(request, user, form, commit)
        return saved

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Send an e-mail, in the name of OpenValley at this address."""
        request: HttpRequest = context.get("request") or _current_request()
        site = SimpleNamespace(name="OpenValley", domain=get_current_site(request).domain)
        super().send_mail(template_prefix, email, {**context, "current_site": site})


def _current_request() -> HttpRequest:
    from allauth.core import context  # noqa: PLC0415 - bound to the request that is answered

    request: HttpRequest = context.request
    return request
