"""The route of needs and offers that organisations publish themselves."""

from typing import Any, Literal

from django.http import HttpRequest, HttpResponse
from ninja import Field, NinjaAPI, Query

from openvalley.atlas.disputed import ids_of
from openvalley.site.api.needed import answer_to, readable_by
from openvalley.site.api.problems import RESPONSES
from openvalley.site.api.things import Paged, only, page_of
from openvalley.site.people import published
from openvalley.site.shelf import shelf


class Needs(Paged):
    """What the list of needs and offers takes."""

    kind: Literal["", "need", "offer"] = Field("", description="need or offer; both by default.")
    language: Literal["", "en", "nl", "fr", "de"] = Field("", description="Language of the text.")
    organisation: str = Field("", max_length=200, description="Of one organisation: its id.")


def with_needs(api: NinjaAPI) -> None:
    """Add the route to an API."""

    @api.get("/needs", url_name="needs", operation_id="needs", summary="needs", tags=["needs and offers"],
             openapi_extra=dict(RESPONSES))
    def needs(request: HttpRequest, asked: Query[Needs]) -> HttpResponse:
        """List needs and offers that organisations publish themselves, the newest first, as their own claims.

        Without a key those for everybody; with a key those for members too, but none that its never-show-to list
        keeps from the organisations of the key's owner.
        """
        only(request, Needs)
        with shelf().borrow() as atlas:
            found = readable_by(request, atlas)
            narrowed: dict[str, Any] = {name: value for name in ("kind", "language")
                                        if (value := getattr(asked, name))}
            if asked.organisation:
                narrowed["organisation__in"] = ids_of(atlas, atlas.resolve_id(asked.organisation))
            found = found.filter(**narrowed)
            items = published.as_claims(request, atlas, found[asked.offset:asked.offset + asked.limit])
            return answer_to(request, page_of(request, atlas, items, found.count()))
