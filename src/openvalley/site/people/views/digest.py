"""The digest on the site: asked for and given up on one's own page, confirmed and stopped by links of e-mails."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST

from openvalley.site.people import digesting
from openvalley.site.people.guarding import PersonalRequest
from openvalley.site.people.models import Digest


@require_POST
def ask(request: PersonalRequest) -> HttpResponse:
    """Ask for the digest, or give it up."""
    if request.POST.get("say") == "no":
        Digest.objects.filter(person=request.person).delete()
        messages.success(request, _("You get no digest any more."))
    elif Digest.objects.filter(person=request.person, confirmed_at__isnull=False).exists():
        messages.info(request, _("You get the digest already."))
    else:
        digesting.ask(request.person)
        messages.success(request, _("Follow the link in the e-mail that we have sent you: only then the digest "
                                    "begins."))
    return redirect("me")


@require_http_methods(["GET", "HEAD", "POST"])
def confirm(request: PersonalRequest, token: str) -> HttpResponse:
    """Confirm a digest; a program that only opens the link confirms nothing."""
    entry = digesting.to_confirm(token)
    if entry is not None and request.method == "POST":
        digesting.confirm(entry, request.atlas)
    return _page(request, entry, {"title": _("The digest by e-mail"), "asks": _("Do you want the digest by e-mail?"),
                                  "send": _("Yes, begin"), "done": _("It begins with the next news.")})


@csrf_exempt  # mail programs stop it with one click, without a form of ours (RFC 8058)
@require_http_methods(["GET", "HEAD", "POST"])
def stop(request: HttpRequest, token: str) -> HttpResponse:
    """Stop a digest, without signing in."""
    entry = digesting.to_stop(token)
    if entry is not None and request.method == "POST":
        Digest.objects.filter(pk=entry.pk).delete()
    return _page(request, entry, {"title": _("The digest by e-mail"), "asks": _("Do you want no more digests?"),
                                  "send": _("Stop it"), "done": _("You get no digest any more.")})


def _page(request: HttpRequest, entry: Digest | None, words: dict[str, str]) -> HttpResponse:
    return render(request, "people/digest.html", {**words, "entry": entry, "is_done": request.method == "POST"},
                  status=200 if entry else 410)
