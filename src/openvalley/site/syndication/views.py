"""The views: changes as an Atom feed, deadlines as calendar and feed, sitemap, OpenSearch description, robots.txt."""

from collections.abc import Mapping
from datetime import datetime

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.feedgenerator import Atom1Feed
from django.utils.translation import gettext as _
from django.utils.translation import override
from django.views.decorators.http import require_safe

from openvalley.atlas.headline import COUNTED
from openvalley.atlas.listing import Browse, browse
from openvalley.atlas.reader import Atlas
from openvalley.errors import BadInput
from openvalley.insight.answer import Answer
from openvalley.insight.fund.calendar import as_calendar
from openvalley.insight.fund.feed import as_feed
from openvalley.questions import QUESTIONS
from openvalley.site.answered import answered
from openvalley.site.pages import addresses, wording
from openvalley.site.pages.changes import LISTED, changed, summary
from openvalley.site.pages.machine import exportable
from openvalley.site.pages.questions import asked
from openvalley.site.pages.reading import AtlasRequest, reading

#: Organisations of one sitemap, each in four languages: it may have 50,000 addresses
#: (https://www.sitemaps.org/protocol.html).
_MOST_ADDRESSES = 10_000
#: Pages that every sitemap names, by the names of their addresses.
_ALWAYS = ("home", "search", "map-page", "needs", "health-data", "press", "changes", "about")


@reading
def changes(request: AtlasRequest, atlas: Atlas) -> HttpResponse:
    """Give what changed since the atlas before this one as a feed, one entry a change."""
    found = summary(changed(atlas), LISTED)
    built = datetime.fromisoformat(str(atlas.manifest["built_at"]))
    feed = Atom1Feed(
        title=_("What changed"), link=request.build_absolute_uri(reverse("changes")), description="",
        language=wording.language(), feed_url=request.build_absolute_uri(), author_name="OpenValley",
        feed_guid=f"urn:openvalley:changes:{wording.language()}")
    for kind in found.kinds if found else ():
        for row in kind.rows:
            url = request.build_absolute_uri(row.url or reverse("changes"))
            feed.add_item(title=f"{kind.title}: {row.name}", link=url, description=row.how, updateddate=built,
                          unique_id=f"urn:openvalley:{atlas.version}:{kind.key}:{row.url or row.name}")
    return HttpResponse(feed.writeString("utf-8"), content_type="application/atom+xml; charset=utf-8")


@reading
def deadlines(request: AtlasRequest, atlas: Atlas, form: str) -> HttpResponse:
    """Give the deadlines of the question about funding, as asked in the address: a calendar (ics) or a feed (atom)."""
    answer = _funding(request, atlas)
    if form == "ics":
        made = HttpResponse(as_calendar(answer, wording.language()), content_type="text/calendar; charset=utf-8")
        made.headers["Content-Disposition"] = 'attachment; filename="deadlines.ics"'
        return made
    return HttpResponse(as_feed(answer, wording.language()), content_type="application/atom+xml; charset=utf-8")


def _funding(request: HttpRequest, atlas: Atlas) -> Answer:
    """Return the answer whose deadlines are wanted.

    Raises:
        BadInput: too little is asked, or wrongly.

    """
    question = QUESTIONS["fund"]
    asking = asked.read(question, request.GET)
    if asking.request is None or not asking.given:
        raise BadInput("Whose deadlines?", hint="Ask the question about funding first; its page leads here.")
    return answered(atlas, question, asking.request)


@reading
def sitemap(request: AtlasRequest, atlas: Atlas) -> HttpResponse:
    """Name the pages for search engines: those that always are, and the organisations that the figures count."""
    counted: Mapping[str, list[str]] = {name: [value] if isinstance(value, str) else list(value)
                                        for name, value in COUNTED.items()}
    found = browse(exportable(atlas), Browse("organisation", counted, limit=_MOST_ADDRESSES))
    pages: list[str] = []
    for code, _name in settings.LANGUAGES:
        with override(code):
            pages += [reverse(name) for name in _ALWAYS] + [addresses.question_url(name) for name in QUESTIONS]
            pages += [addresses.organisation_url(row["id"]) for row in found.rows]
    return render(request, "syndication/sitemap.xml", {
        "addresses": [request.build_absolute_uri(page) for page in pages], "built": atlas.manifest["built_at"][:10],
    }, content_type="application/xml; charset=utf-8")


@require_safe
def opensearch(request: HttpRequest) -> HttpResponse:
    """Describe the search to browsers (OpenSearch 1.1)."""
    return render(request, "syndication/opensearch.xml", {
        "search": request.build_absolute_uri(reverse("search")), "language": wording.language(),
    }, content_type="application/opensearchdescription+xml; charset=utf-8")


@require_safe
def robots(request: HttpRequest) -> HttpResponse:
    """Tell robots where the sitemap is, and what is not for them: lists without end, and what people keep."""
    lines = ["User-agent: *", *(f"Disallow: /{code}/search" for code, _name in settings.LANGUAGES),
             *(f"Disallow: /{code}/me" for code, _name in settings.LANGUAGES),
             f"Sitemap: {request.build_absolute_uri(reverse('sitemap'))}"]
    return HttpResponse("\n".join(lines) + "\n", content_type="text/plain; charset=utf-8")
