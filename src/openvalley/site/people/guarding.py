"""How a personal page is reached: the table of permissions is asked, and the atlas is borrowed where there is one."""

from collections.abc import Callable
from contextlib import ExitStack
from functools import wraps
from typing import Any

from allauth.mfa.models import Authenticator
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, path
from django.utils.translation import gettext as _

from openvalley.atlas.reader import Atlas
from openvalley.errors import NothingBuilt
from openvalley.site.people import privacy
from openvalley.site.people.models.person import Person
from openvalley.site.people.permissions import BY_ADDRESS, Standing, may
from openvalley.site.people.roles import curates, person_of, standing_of
from openvalley.site.shelf import shelf

View = Callable[..., HttpResponse]


class PersonalRequest(HttpRequest):
    """A request of a person who is let in."""

    person: Person
    standing: Standing
    #: The borrowed atlas; None where nothing is built.
    atlas: Atlas | None


def guarded(address: str, view: View, name: str) -> URLPattern:
    """Return the pattern of a personal page: visitors sign in first, others are let in as the table says."""
    if name not in BY_ADDRESS:
        raise LookupError(f"{name} stands in no row of the table of permissions")

    @wraps(view)
    def answer(request: PersonalRequest, **named: Any) -> HttpResponse:  # noqa: ANN401 - whatever the address holds
        person = person_of(request)
        standing = standing_of(person)
        if not may(standing, name):
            return redirect_to_login(request.get_full_path()) if person is None else privacy.forbidden(request)
        if curates(standing) and address.startswith("curate") and lacks_second_factor(person):
            messages.info(request, _("Curators need a second factor. Activate an authenticator app first."))
            return redirect("mfa_activate_totp")
        request.standing = standing
        if person is not None:
            request.person = person
        return _with_atlas(request, lambda: view(request, **named))

    return path(address, answer, name=name)


def lacks_second_factor(person: Person | None) -> bool:
    """Tell whether a person who sees what is others' would have to sign in with a second factor, and has none."""
    if not settings.SECOND_FACTOR_NEEDED or person is None:
        return False
    return not Authenticator.objects.filter(user=person, type=Authenticator.Type.TOTP).exists()


def _with_atlas(request: PersonalRequest, answer: Callable[[], HttpResponse]) -> HttpResponse:
    """Answer with the atlas borrowed; a personal page is there without one, too."""
    with ExitStack() as lent:
        try:
            request.atlas = lent.enter_context(shelf().borrow())
        except NothingBuilt:
            request.atlas = None
        return answer()
