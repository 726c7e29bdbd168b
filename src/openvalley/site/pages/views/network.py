"""An organisation's network: who it works with, by theme and time, as a picture and a list, and the same as data."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponsePermanentRedirect
from django.shortcuts import render
from django.urls import reverse

from openvalley.atlas.model import Organisation
from openvalley.atlas.neighbourhood import DRAWN, Asked, neighbourhood
from openvalley.atlas.reader import Atlas
from openvalley.errors import BadInput
from openvalley.site.pages import addresses, drawing, wording
from openvalley.site.pages.machine import csv_answer, json_answer, leaving, linked_organisation
from openvalley.site.pages.network_picture import network_url, picture
from openvalley.site.pages.reading import AtlasRequest, reading
from openvalley.site.pages.shown import shown
from openvalley.vocabulary.terms import Vocabulary, label

#: Partners listed beside the picture, and before the rest is folded.
_LISTED, _OPEN = 300, 20
_DIGITS = 4


@reading
def page(request: AtlasRequest, atlas: Atlas, key: str) -> HttpResponse:
    """Show whom an organisation works with."""
    organisation = atlas.organisation(addresses.id_of(key))
    if addresses.key_of(organisation.id) != key:
        return HttpResponsePermanentRedirect(network_url(organisation.id))
    asked, name = _asked(request), _name(organisation)
    found = neighbourhood(atlas, organisation.id, asked)
    drawn = picture(name, found)
    query = addresses.query_string({"theme": asked.theme, "since": str(asked.since or ""),
                                    "until": str(asked.until or "")})
    files = [(form.upper(), reverse("organisation-network-file", args=[key, form])) for form in
             (*drawing.FORMS, "csv")]
    listed = [(one, network_url(one.id)) for one in found.neighbours[:_LISTED]]
    return render(request, "pages/network.html", {
        "organisation": organisation, "name": name, "found": found, "asked": asked, "drawn": len(found.drawn),
        "unread": not atlas.counts()["projects"],
        "left": max(0, len(found.neighbours) - DRAWN), "noindex": bool(query),
        "shown": shown(request, drawn, files, query, network_url(organisation.id)) if drawn else None,
        "listed": listed[:_OPEN], "more": listed[_OPEN:], "unlisted": max(0, len(found.neighbours) - _LISTED),
        "themes": [(code, label(Vocabulary.PROGRAMME_PART, code, wording.language()), count)
                   for code, count in found.themes],
        "here": network_url(organisation.id), "organisation_url": addresses.organisation_url(organisation.id),
        "partners_url": addresses.question_url("connect", addresses.query_string({"organisation": organisation.id})),
        "json_url": f"{reverse('organisation-network-json', args=[key])}{'?' if query else ''}{query}",
        "csv_url": f"{reverse('organisation-network-file', args=[key, 'csv'])}{'?' if query else ''}{query}",
        "linked_data": linked_organisation(request, atlas, organisation, name),
    })


@reading
@leaving
def machine(request: AtlasRequest, atlas: Atlas, key: str) -> HttpResponse:
    """Give the network as JSON: everybody it works with, and the links among those who are drawn."""
    return json_answer(told(atlas, addresses.id_of(key), _asked(request)))


def told(atlas: Atlas, known: str, asked: Asked) -> dict[str, Any]:
    """Return a network as data.

    Raises:
        UnknownIdentity: the atlas has no such organisation.
        BadInput: nothing of it is of this theme.

    """
    organisation = atlas.organisation(known)
    found = neighbourhood(atlas, organisation.id, asked)
    return {
        "organisation": {"id": organisation.id, "name": organisation.name}, "asked": asked,
        "projects": found.projects, "of": found.of, "partners": found.neighbours, "nameless": found.nameless,
        "links": [{"one": found.neighbours[one].id, "other": found.neighbours[other].id, "projects": count}
                  for (one, other), count in sorted(found.links.items())],
        "atlas_version": atlas.version,
    }


@reading
@leaving
def file(request: AtlasRequest, atlas: Atlas, key: str, form: str) -> HttpResponse:
    """Give the picture as SVG or PNG, or everybody it works with as CSV."""
    organisation = atlas.organisation(addresses.id_of(key))
    found = neighbourhood(atlas, organisation.id, _asked(request))
    if form == "csv":
        rows = [(one.id, one.name, one.kind, one.country, one.projects, one.first, one.last)
                for one in found.neighbours]
        return csv_answer(("id", "name", "kind", "country", "projects", "first_year", "last_year"), rows, "network")
    drawn = picture(_name(organisation), found)
    if drawn is None or form not in drawing.FORMS:
        raise Http404
    return drawing.answer(request, atlas, drawn, form)


def _name(organisation: Organisation) -> str:
    return organisation.name_in(wording.language()) if organisation.name else organisation.id


def _asked(request: HttpRequest) -> Asked:
    """Return which projects are asked for.

    Raises:
        BadInput: a year is none.

    """
    years = []
    for name in ("since", "until"):
        typed = request.GET.get(name, "").strip()
        if typed and not (typed.isascii() and typed.isdigit() and len(typed) == _DIGITS):
            raise BadInput(f"{typed[:20]!r} is no year.", hint="Give a year, such as 2021.", field=name, why="number")
        years.append(int(typed) if typed else None)
    return Asked(request.GET.get("theme", "").strip()[:60], *years)
