"""Introductions: asked for, answered, and what came of them. Nobody's address is ever shown."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from openvalley.errors import TooMany
from openvalley.site.people import introducing, published
from openvalley.site.people.forms import MessageForm
from openvalley.site.people.guarding import PersonalRequest
from openvalley.site.people.models import Introduction, Message
from openvalley.site.people.organisations import edits, named, organisation_at, same


@require_safe
def listed(request: PersonalRequest) -> HttpResponse:
    """List the introductions in which a person takes part."""
    found = list(introducing.visible_to(request.person)[:published.MOST_LISTED])
    known = named(request.atlas, [entry.organisation for entry in found])
    return render(request, "people/introductions.html", {
        "introductions": [(entry, known[entry.organisation], entry.asker_id == request.person.pk)
                          for entry in found]})


@require_http_methods(["GET", "HEAD", "POST"])
def ask(request: PersonalRequest, key: str) -> HttpResponse:
    """Ask an organisation for an introduction, in a few words."""
    about = organisation_at(request.atlas, key)
    if edits(request.person, about.id):
        messages.info(request, _("You speak for this organisation yourself."))
        return redirect("me-organisation", key=about.key)
    form = MessageForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        asked_about = request.GET.get("need", "")
        seen = published.shown_to(request.person, request.standing, request.atlas).filter(
            organisation__in=same(about.id))
        need = next((need for need in seen if str(need.public) == asked_about), None)
        try:
            made = introducing.ask(request.person, about.id, need, _message(form))
        except TooMany:
            form.add_error(None, _("You have asked for as many introductions as one may within a day. Nothing is lost: "
                                   "send it again tomorrow."))
        else:
            messages.success(request, _("Asked. You are told by e-mail when there is an answer."))
            return redirect("me-introduction", public=made.public)
    return render(request, "people/form.html", {
        "form": form, "title": _("Ask %(name)s for an introduction") % {"name": about.name}, "send": _("Send"),
        "lead": _("Whoever speaks for it reads your message and your name, never your e-mail address. Where nobody "
                  "speaks for it yet, a curator passes it on. Messages are deleted after twelve months.")},
        status=400 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def one(request: PersonalRequest, public: str) -> HttpResponse:
    """Show an introduction with its messages, and take another one."""
    entry = get_object_or_404(introducing.visible_to(request.person).select_related("asker", "need"), public=public)
    form = MessageForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            if introducing.write(request.person, entry, _message(form)):
                return redirect("me-introduction", public=entry.public)
            form.add_error(None, _("Messages can be sent once the introduction is accepted."))
        except TooMany:
            form.add_error(None, _("You have sent as many messages as one may within a day. Nothing is lost: send it "
                                   "again tomorrow."))
    by_asker = entry.asker_id == request.person.pk
    asked = entry.state == Introduction.State.ASKED
    open_now = entry.state not in {Introduction.State.ASKED, Introduction.State.DECLINED}
    return render(request, "people/introduction.html", {
        "entry": entry, "about": named(request.atlas, [entry.organisation])[entry.organisation], "form": form,
        "letters": entry.messages.select_related("sender"), "by_asker": by_asker, "to_answer": asked and not by_asker,
        "open": open_now}, status=400 if form.errors else 200)


@require_POST
def answer(request: PersonalRequest, public: str) -> HttpResponse:
    """Accept or decline an introduction, or say what came of it."""
    entry = get_object_or_404(introducing.visible_to(request.person), public=public)
    if introducing.answer(request.person, entry, request.POST.get("say", "")):
        messages.success(request, _("Kept."))
    return redirect("me-introduction", public=entry.public)


def _message(form: MessageForm) -> Message:
    return Message(public=form.cleaned_data["public"], text=form.cleaned_data["text"])
