"""What every page's frame shows: the cluster, the atlas, the languages with this page in each, and the search box."""

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.core.exceptions import DisallowedHost
from django.http import HttpRequest
from django.utils import translation

from openvalley.atlas.search import LONGEST_QUERY
from openvalley.questions import QUESTIONS
from openvalley.site.pages import addresses, wording
from openvalley.site.pages.questions import words

#: What a language calls itself.
_OWN_NAMES = {"en": "English", "nl": "Nederlands", "fr": "Français", "de": "Deutsch"}


@dataclass(frozen=True)
class InLanguage:
    """This page in one language: code, the language's own name, its address, and whether it is the one shown."""

    code: str
    name: str
    url: str
    absolute: str
    current: bool


def everywhere(request: HttpRequest) -> dict[str, Any]:
    """Return the frame's context."""
    atlas = getattr(request, "atlas", None)
    region = atlas.manifest["region"] if atlas else {}
    language = wording.language()
    here = request.get_full_path()
    urls = {code: _in_language(request, here, code) for code, _ in settings.LANGUAGES}
    return {
        "language": language,
        "languages": [
            InLanguage(code, _OWN_NAMES[code], url, _absolute(request, url), code == language)
            for code, url in urls.items()
        ],
        "default_url": _absolute(request, urls["en"]), "canonical": _absolute(request, request.path),
        "atlas_version": atlas.version if atlas else "",
        "built_on": atlas.manifest["built_at"][:10] if atlas else "",
        "cluster": region.get("cluster", {}).get(language) or region.get("cluster", {}).get("en", ""),
        "region_title": region.get("title", {}).get(language) or region.get("title", {}).get("en", ""),
        "longest_query": LONGEST_QUERY,
        "questions": [(said, addresses.question_url(name), request.path == addresses.question_url(name))
                      for name, said in words.QUESTIONS.items() if name in QUESTIONS],
        "direction": "rtl" if translation.get_language_bidi() else "ltr",
    }


def _in_language(request: HttpRequest, here: str, code: str) -> str:
    """Return the address of this page in a language, which stands first in it; other addresses have one for all."""
    first, language, rest = (*here.split("/", 2), "", "")[:3]
    if request.resolver_match is None or first or language not in _OWN_NAMES:
        return here
    return f"/{code}/{rest}"


def _absolute(request: HttpRequest, url: str) -> str:
    """Return the whole address; a request under a name that is not ours gets its refusal without one."""
    try:
        return request.build_absolute_uri(url)
    except DisallowedHost:
        return url
