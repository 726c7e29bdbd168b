"""The keys of one's programs: made, seen once, and withdrawn."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from openvalley.errors import TooMany
from openvalley.site.people import keys, mailing
from openvalley.site.people.forms import KeyForm
from openvalley.site.people.guarding import PersonalRequest


@require_http_methods(["GET", "HEAD", "POST"])
def page(request: PersonalRequest) -> HttpResponse:
    """Show a person's keys; make one, which only this answer shows."""
    form, made = KeyForm(request.POST or None), None
    if request.method == "POST" and form.is_valid():
        try:
            made = keys.make(request.person, form.cleaned_data["name"], form.cleaned_data["public"])
        except TooMany:
            form.add_error("name", _("You have as many keys as one can. Withdraw one first."))
        else:
            if made is None:
                messages.info(request, _("This key is made already. It was shown once; withdraw it if you have lost "
                                         "it, and make another."))
                return redirect("me-keys")
            form = KeyForm()
    return render(request, "people/keys.html", {
        "form": form, "made": made, "keys": request.person.api_keys.all(), "address": mailing.absolute("/api/v1/atlas"),
        "described": "/api/v1/openapi.json"}, status=400 if form.errors else 200)


@require_POST
def withdraw(request: PersonalRequest, number: int) -> HttpResponse:
    """Withdraw a key."""
    if keys.withdraw(request.person, number):
        messages.success(request, _("Withdrawn: no program gets in with it any more."))
    return redirect("me-keys")
