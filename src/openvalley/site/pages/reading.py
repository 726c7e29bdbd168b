"""How a page is read: a view borrows the atlas, and its answer is kept as long as that atlas and the code stand.

Pages that show disputes are kept until the next one is taken or decided.
"""

import hashlib
import re
from collections.abc import Callable
from datetime import UTC, date, datetime
from functools import wraps
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.middleware.gzip import GZipMiddleware
from django.utils.cache import get_conditional_response, patch_vary_headers
from django.views.decorators.http import require_safe

import openvalley
from openvalley.atlas.reader import Atlas
from openvalley.healthdata.catalogue import feeds
from openvalley.site.latest import Latest
from openvalley.site.pages.disputing import mark
from openvalley.site.people import published
from openvalley.site.shelf import home_settings, shelf
from openvalley.sources.versions import stamp

View = Callable[..., HttpResponse]
#: How long a browser or proxy may show a page without asking, in seconds; afterwards the ETag decides.
_FRESH_SECONDS = 60
_FRESH = f"public, max-age={_FRESH_SECONDS}"
#: A dispute is shown at once: whoever has such a page asks each time whether it still stands.
_ASKING = "public, no-cache"
#: Pages kept in a process's memory, and the longest address that is worth keeping.
_KEPT_PAGES = 400
_LONGEST_ADDRESS = 300
#: Who takes what is compressed, as Django's own middleware reads it.
_TAKES_GZIP = re.compile(r"\bgzip\b")


class AtlasRequest(HttpRequest):
    """A request with the atlas that its view borrowed."""

    atlas: Atlas


#: Pages by their ETag and address, and whether they are compressed.
_pages: Latest[tuple[str, str, bool], HttpResponse] = Latest(_KEPT_PAGES)


def reading(view: View) -> View:
    """Make a view of ``(request, atlas, ...)``: it answers GET and HEAD, 304 where the reader has the page already."""
    return _answering(view, lambda: "", _FRESH)


def reading_disputes(view: View) -> View:
    """Make the same of a view that shows disputes, needs and offers, which change while the atlas stays."""
    return _answering(view, lambda: f"{mark()} {published.mark()}", _ASKING)


def reading_sources(view: View) -> View:
    """Make the same of a view that shows what became of the sources, which syncs change while the atlas stays."""
    return _answering(view, lambda: stamp(home_settings()), _ASKING)


def reading_feeds(view: View) -> View:
    """Make the same of a view that shows the catalogue of health data, which harvests change while the atlas stays."""
    return _answering(view, lambda: feeds.mark(home_settings()), _ASKING)


def _answering(view: View, further: Callable[[], str], freshness: str) -> View:
    """Make the view; `further` is what its page depends on beside the atlas, `freshness` its Cache-Control."""

    @wraps(view)
    def answer(request: AtlasRequest, *args: Any, **named: Any) -> HttpResponse:  # noqa: ANN401 - whatever the address holds
        with shelf().borrow() as atlas:
            request.atlas = atlas
            tag = _tag(atlas, further())
            known = get_conditional_response(request, etag=tag)
            if known is not None:
                return _marked(known, tag, freshness)
            takes_gzip = _TAKES_GZIP.search(request.headers.get("Accept-Encoding", "")) is not None
            key = (tag, request.build_absolute_uri(), takes_gzip)
            page = _pages.get(key)
            if page is None:
                page = view(request, atlas, *args, **named)
                if page.status_code == 200 and len(key[1]) <= _LONGEST_ADDRESS:  # noqa: PLR2004 - HTTP's own number
                    _compress(request, page)
                    _pages.put(key, page)
            return _marked(_copy(page), tag, freshness)

    return require_safe(answer)


def today() -> date:
    """Return the day that a page is made for: it decides what is open, and how old things are."""
    return datetime.now(UTC).date()


def _compress(request: HttpRequest, page: HttpResponse) -> None:
    """Compress a page for whoever takes that, so that what is kept is compressed once."""
    GZipMiddleware(lambda _request: page).process_response(request, page)


def _copy(page: HttpResponse) -> HttpResponse:
    """Return an answer of its own: middleware changes (compresses, adds headers to) the one it is given."""
    copy = HttpResponse(page.content, status=page.status_code)
    copy.headers = type(page.headers)(dict(page.headers.items()))
    return copy


def _marked(page: HttpResponse, tag: str, freshness: str) -> HttpResponse:
    page.headers["ETag"] = tag
    page.headers.setdefault("Cache-Control", freshness)
    patch_vary_headers(page, ["Accept-Encoding"])
    return page


def _tag(atlas: Atlas, further: str) -> str:
    """Return what a page depends on beside its address: atlas and manifest, code, day (for ages), what is further."""
    parts = (atlas.version, atlas.manifest["built_at"], openvalley.__version__, str(settings.STATIC_ROOT),
             today().isoformat(), further)
    return f'W/"{hashlib.sha256("|".join(parts).encode()).hexdigest()[:24]}"'
