"""Routes beside the questions: the search, lists with filters page by page, one thing with its sources, the atlas.

What is taken along is what is exported.
"""

import warnings
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from ninja import Field, NinjaAPI, Path, Query, Schema
from pydantic import create_model

from openvalley.atlas.answers import PARTICIPATIONS, PARTNERS, Beside, about, about_organisation
from openvalley.atlas.disputed import public_data
from openvalley.atlas.items import item
from openvalley.atlas.listing import FILTERS, MOST_ROWS, ORDERS, Browse, browse
from openvalley.atlas.network import participations, partners
from openvalley.atlas.reader import Atlas
from openvalley.errors import BadInput, UnknownIdentity
from openvalley.site.api.needed import answer_to, needs_read_by
from openvalley.site.api.problems import RESPONSES
from openvalley.site.pages import disputing
from openvalley.site.pages.machine import exportable, json_answer, leaving_dispute
from openvalley.site.shelf import shelf

#: Rows of a page: unless another number is asked for, and at most.
_USUAL, _MOST = 50, 500
#: What things of a type are called in an address.
_PLURALS: Mapping[str, str] = {"organisation": "organisations", "project": "projects", "trial": "trials",
                               "call": "calls"}
_TYPES = ", ".join(_PLURALS)


class Paged(Schema):
    """What every list takes."""

    limit: int = Field(_USUAL, ge=1, le=_MOST, description=f"Rows of a page, 1 to {_MOST}.")
    offset: int = Field(0, ge=0, le=MOST_ROWS, description=f"Rows before the page; a list ends after {MOST_ROWS:,}.")


class Searched(Paged):
    """What the search takes."""

    q: str = Field(..., min_length=1, max_length=300, description="A name in any language, or what it is about.")
    type: str = Field("", description=f"{_TYPES}; all of them by default.",
                      json_schema_extra={"enum": ["", *_PLURALS]})


class Known(Schema):
    """The id of a thing."""

    known_id: str = Field(..., min_length=1, max_length=200, description="A public id, or a number of a register.")


def routed(api: NinjaAPI) -> None:
    """Add the routes to an API."""

    @api.get("/search", url_name="search", operation_id="search", summary="search", tags=["things"],
             openapi_extra=dict(RESPONSES))
    def search(request: HttpRequest, asked: Query[Searched]) -> HttpResponse:
        """Find organisations, projects, trials and calls by name and by what they are about; best first.

        Where `whole` is false nothing holds all of the words: what follows holds some, fits their meaning (`method`
        says so), or is spelt much like one.
        """
        only(request, Searched)
        with shelf().borrow() as whole:
            atlas = exportable(whole)
            found = atlas.search(asked.q, types=[asked.type] if asked.type else (), limit=asked.limit,
                                 offset=asked.offset)
            items = [{**item(hit.type, hit.id, hit.name, hit.shown), "score": hit.score} for hit in found.items]
            return json_answer({**page_of(request, atlas, items, found.total), "whole": found.whole,
                                "method": found.method})

    @api.get("/atlas", url_name="atlas", operation_id="atlas", summary="the atlas", tags=["things"],
             openapi_extra=dict(RESPONSES))
    def atlas(request: HttpRequest) -> HttpResponse:  # noqa: ARG001 - the library passes it
        """Say which atlas this is: version, day, how many of each thing, and its sources with licences and ages."""
        with shelf().borrow() as whole:
            told = whole.manifest
            return json_answer({"version": whole.version, "built_at": told["built_at"], "region": told["region"],
                                "counts": whole.counts(), "sources": told["sources"]})

    for kind in _PLURALS:
        _listed(api, kind)
        _shown(api, kind, _PLURALS[kind])
    _shown(api, "region", "regions")


def _listed(api: NinjaAPI, kind: str) -> None:
    """Add the list of a type: its filters are parameters that may be given more than once."""
    filters: dict[str, Any] = {
        name: (list[str], Field([], description=f"Narrow by {name}; may be given several times."))
        for name in FILTERS[kind]}
    filters["order"] = (str, Field("", description=f"Order: {', '.join(ORDERS[kind])}.",
                                   json_schema_extra={"enum": ["", *ORDERS[kind]]}))
    with warnings.catch_warnings():
        # The filter "register" has the name of a method of every abstract class; nobody registers anything here.
        warnings.filterwarnings("ignore", message='Field name "register"')
        asked_type = create_model(f"{kind.capitalize()}List", __base__=Paged, **filters)

    def listed(request: HttpRequest, asked: Any) -> HttpResponse:  # noqa: ANN401 - the annotation is set below
        only(request, asked_type)
        if asked.order and asked.order not in ORDERS[kind]:
            raise BadInput(f"There is no order {asked.order[:40]!r}.", hint=f"Orders: {', '.join(ORDERS[kind])}.")
        wanted = {name: values for name in FILTERS[kind] if (values := getattr(asked, name))}
        with shelf().borrow() as whole:
            atlas = exportable(whole)
            found = browse(atlas, Browse(kind, wanted, asked.order, asked.limit, asked.offset,
                                         datetime.now(UTC).date()))
            items = [item(kind, row["id"], row.get("name") or row.get("title") or row["id"], row) for row in found.rows]
            return json_answer({**page_of(request, atlas, items, found.total),
                                "facets": {name: dict(values) for name, values in found.facets.items()}})

    listed.__annotations__["asked"] = Query[asked_type]  # type: ignore[misc, valid-type]
    listed.__doc__ = f"List {_PLURALS[kind]}, narrowed by filters, with how many each further filter would leave."
    api.get(f"/{_PLURALS[kind]}", url_name=_PLURALS[kind], operation_id=_PLURALS[kind], summary=_PLURALS[kind],
            tags=["things"], openapi_extra=dict(RESPONSES))(listed)


def _shown(api: NinjaAPI, kind: str, plural: str) -> None:
    """Add the route of one thing of a type."""

    def shown(request: HttpRequest, asked: Path[Known]) -> HttpResponse:
        with shelf().borrow() as whole:
            atlas = exportable(whole)
            known = atlas.resolve_id(asked.known_id)
            if atlas.type_of(known) != kind:
                raise UnknownIdentity(f"{known} is no {kind}.", hint="Find its id with /api/v1/search.", id=known)
            told = _about_organisation(request, atlas, known) if kind == "organisation" else about(
                atlas, kind, known, datetime.now(UTC).date())
            return answer_to(request, told)

    shown.__doc__ = f"Show everything about one {kind}, and which row of which source says so."
    api.get(f"/{plural}/{{path:known_id}}", url_name=kind, operation_id=kind, summary=kind, tags=["things"],
            openapi_extra=dict(RESPONSES))(shown)


def _about_organisation(request: HttpRequest, atlas: Atlas, known: str) -> Mapping[str, Any]:
    disputes = [leaving_dispute(atlas, public_data(dispute)) for dispute in disputing.disputes_about(atlas, known)]
    told = about_organisation(atlas, atlas.organisation(known), Beside(
        claims=atlas.claims(known), participations=participations(atlas, known, PARTICIPATIONS),
        partners=partners(atlas, known, PARTNERS), disputes=disputes))
    return {**told, "needs": needs_read_by(request, atlas, known)}


def only(request: HttpRequest, known: type[Schema]) -> None:
    """Refuse parameters that a route does not have: a filter with a typing error must not be taken for none.

    Raises:
        BadInput: there is one.

    """
    unknown = sorted(set(request.GET) - set(known.model_fields))
    if unknown:
        raise BadInput(f"There is no parameter {unknown[0][:50]!r}.",
                       hint=f"Parameters: {', '.join(known.model_fields)}.")


def page_of(request: HttpRequest, atlas: Atlas, items: list[dict[str, Any]], total: int) -> dict[str, Any]:
    """Return one page of a list, with the address of the next one."""
    query = request.GET.copy()
    limit, offset = int(query.get("limit") or _USUAL), int(query.get("offset") or 0)
    following = offset + limit
    query["offset"] = str(following)
    more = following < min(total, MOST_ROWS) and items
    return {"total": total, "limit": limit, "offset": offset,
            "next": request.build_absolute_uri(f"{request.path}?{query.urlencode()}") if more else None,
            "items": items, "atlas_version": atlas.version}
