"""What members keep: organisations to follow, a shortlist with its printed dossier, and searches."""

from urllib.parse import urlsplit

from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from openvalley.errors import BadInput
from openvalley.site.pages import search_words
from openvalley.site.pages.asking import Asked, asked
from openvalley.site.people.dossier import dossier
from openvalley.site.people.guarding import PersonalRequest
from openvalley.site.people.models.keeping import LONGEST_SEARCH
from openvalley.site.people.news import found_now
from openvalley.site.people.organisations import organisation_at, same

#: Organisations that one person follows, that fit a dossier of two pages, and searches that one person keeps.
MOST_FOLLOWED, MOST_SHORTLISTED, MOST_SEARCHES = 200, 12, 30


@require_POST
def follow(request: PersonalRequest, key: str) -> HttpResponse:
    """Follow an organisation, or no longer."""
    about, kept = organisation_at(request.atlas, key), request.person.following
    if request.POST.get("say") == "no":
        kept.filter(organisation__in=same(about.id)).delete()
    elif kept.count() >= MOST_FOLLOWED:
        messages.error(request, _("You follow as many organisations as one can."))
    elif not kept.filter(organisation__in=same(about.id)).exists():
        kept.get_or_create(organisation=about.id)
    return redirect("me-organisation", key=about.key)


@require_POST
def shortlist(request: PersonalRequest, key: str) -> HttpResponse:
    """Put an organisation on the shortlist, or take it off."""
    about, kept = organisation_at(request.atlas, key), request.person.shortlist
    if request.POST.get("say") == "no":
        kept.filter(organisation__in=same(about.id)).delete()
    elif kept.count() >= MOST_SHORTLISTED:
        messages.error(request, _("The shortlist is full: its dossier has two pages."))
    elif not kept.filter(organisation__in=same(about.id)).exists():
        kept.get_or_create(organisation=about.id)
    return redirect("me-organisation", key=about.key)


@require_safe
def printed(request: PersonalRequest) -> HttpResponse:
    """Show the shortlist as a dossier of two printed pages, with its sources."""
    ids = list(request.person.shortlist.values_list("organisation", flat=True))
    return render(request, "people/dossier.html", {"dossier": dossier(request.atlas, ids) if request.atlas else None})


@require_http_methods(["GET", "HEAD", "POST"])
def search(request: PersonalRequest) -> HttpResponse:
    """Keep a search: show what would be kept, then keep it."""
    wanted = search_of(request.POST.get("query", "") if request.method == "POST" else request.GET.urlencode())
    query = urlsplit(wanted.url()).query if wanted else ""
    if wanted is None or not query or len(query) > LONGEST_SEARCH:
        messages.error(request, _("This search cannot be kept. Search for something first."))
        return redirect("search")
    if request.method != "POST":
        return render(request, "people/search.html", {
            "query": query, "url": wanted.url(), "named": search_words.said(request.atlas, wanted)})
    kept = request.person.searches
    if kept.count() >= MOST_SEARCHES:
        messages.error(request, _("You keep as many searches as one can. Forget one first."))
    else:
        known = found_now(request.atlas, query) if request.atlas else []
        kept.get_or_create(query=query, defaults={"known": known})
        messages.success(request, _("Kept."))
    return redirect("me")


@require_POST
def forget(request: PersonalRequest, number: int) -> HttpResponse:
    """Forget a search."""
    request.person.searches.filter(pk=number).delete()
    return redirect("me")


def search_of(query: str) -> Asked | None:
    """Return a search from its address's query string; None where it cannot be understood."""
    if len(query) > LONGEST_SEARCH:
        return None
    try:
        return asked(QueryDict(query)).at_page(1)
    except BadInput:
        return None
