"""What pages that show no single thing say of themselves as JSON-LD: of which type they are, and their files.

Pages of one thing say what it is (`openvalley.site.pages.machine.linked_thing`).
"""

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.safestring import SafeString

from openvalley.atlas.schema_org import document
from openvalley.site.pages import wording
from openvalley.site.pages.machine import linked_data

#: Media types of files by what they are called on pages.
MEDIA_TYPES: Mapping[str, str] = {
    "SVG": "image/svg+xml", "PNG": "image/png", "CSV": "text/csv", "JSON": "application/json",
}


def linked_page(
    request: HttpRequest, kind: str, name: str, files: Mapping[str, str] | None = None, **more: Any,  # noqa: ANN401 - JSON's own types
) -> SafeString:
    """Return what a page says of itself as JSON-LD.

    Args:
        request: of the page.
        kind: its type in schema.org: WebSite, WebPage, Dataset, DataCatalog, ItemList, SearchResultsPage, TechArticle.
        name: what it is called.
        files: the addresses of its data by the names of their forms (`MEDIA_TYPES`).
        **more: further properties in the words of schema.org; those without a value are left out.

    """
    told: dict[str, Any] = {"@type": kind, "name": name, "inLanguage": wording.language(), **more}
    if files:
        offered = [{"@type": "DataDownload", "encodingFormat": MEDIA_TYPES[form],
                    "contentUrl": request.build_absolute_uri(url)} for form, url in files.items()]
        told |= {"distribution": offered} if kind == "Dataset" else {"associatedMedia": offered}
    if kind == "WebSite":
        target = f"{request.build_absolute_uri(reverse('search'))}?q={{search_term_string}}"
        told["potentialAction"] = {"@type": "SearchAction", "query-input": "required name=search_term_string",
                                   "target": {"@type": "EntryPoint", "urlTemplate": target}}
    return linked_data(document(told, page=request.build_absolute_uri()))
