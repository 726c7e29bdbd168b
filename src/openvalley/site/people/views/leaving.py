"""What the law gives people: all that is kept of them as one file, and its deletion."""

from typing import Any

from django.contrib import messages
from django.contrib.auth import logout
from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from openvalley.site.people import audit
from openvalley.site.people.exporting import everything_of
from openvalley.site.people.forms import Leaving
from openvalley.site.people.guarding import PersonalRequest
from openvalley.site.people.models import Person, Role


@require_safe
def export(request: PersonalRequest) -> HttpResponse:
    """Give everything that is kept of a person."""
    answer = JsonResponse(everything_of(request.person), json_dumps_params={"ensure_ascii": False, "indent": 2})
    answer.headers["Content-Disposition"] = 'attachment; filename="openvalley-my-data.json"'
    return answer


@require_http_methods(["GET", "HEAD", "POST"])
def delete(request: PersonalRequest) -> HttpResponse:
    """Delete an account with everything that it keeps, once its password is given."""
    form = Leaving(request.POST or None)
    if request.method == "POST" and form.is_valid():
        fault = _fault(request.person, form.cleaned_data)
        if not fault:
            audit.note(request.person, "account.deleted", request.person.pk)
            person = request.person
            logout(request)
            person.delete()
            messages.success(request, _("Your account and everything in it are deleted."))
            return redirect("account_login")
        form.add_error("password", fault)
    return render(request, "people/form.html", {
        "form": form, "title": _("Delete my account"), "send": _("Delete everything"), "back": "me",
        "lead": _("Your searches, lists, claims, keys, needs, offers and introductions are deleted with it, at once "
                  "and for ever.")}, status=400 if form.errors else 200)


def _fault(person: Person, typed: dict[str, Any]) -> str:
    if not person.check_password(typed["password"]):
        return _("This is not your password.")
    others = Person.objects.filter(role=Role.ADMINISTRATOR, is_active=True).exclude(pk=person.pk)
    if person.role == Role.ADMINISTRATOR and not others.exists():
        return _("You are the only administrator. Give somebody else the role first.")
    return ""
