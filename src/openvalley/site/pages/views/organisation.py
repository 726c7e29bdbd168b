"""An organisation: who it is, every fact with its sources, its projects and partners."""

from typing import Any

from django.http import HttpResponse, HttpResponsePermanentRedirect
from django.shortcuts import render
from django.urls import reverse

from openvalley.atlas.model import Organisation, Participation
from openvalley.atlas.network import participations, partners
from openvalley.atlas.reader import Atlas
from openvalley.site.pages import addresses, wording
from openvalley.site.pages.facts import facts
from openvalley.site.pages.finding import project_name
from openvalley.site.pages.machine import json_answer, linked_data
from openvalley.site.pages.reading import AtlasRequest, reading

#: Partners and projects that a page lists; the count of all projects is always given.
_PARTNERS, _PROJECTS = 20, 200


def _moved(atlas: Atlas, key: str, name: str) -> HttpResponsePermanentRedirect | None:
    """Return the redirect to the canonical address, or None when the key is canonical already."""
    known = atlas.resolve_id(addresses.id_of(key))
    if atlas.type_of(known) == "project":
        name = name.replace("organisation", "project")
    elif addresses.key_of(known) == key:
        return None
    return HttpResponsePermanentRedirect(reverse(name, args=[addresses.key_of(known)]))


@reading
def page(request: AtlasRequest, atlas: Atlas, key: str) -> HttpResponse:
    """Show an organisation; other and earlier ids lead to its canonical address."""
    moved = _moved(atlas, key, "organisation")
    if moved:
        return moved
    organisation = atlas.organisation(addresses.id_of(key))
    taken = participations(atlas, organisation.id, _PROJECTS)
    row_pages = {entry.source: addresses.project_url(entry.project_id) for entry in reversed(taken)}
    known = facts(organisation, atlas.claims(organisation.id), row_pages)
    names = known.pop("other_name", None)
    display = organisation.name_in(wording.language())
    successors = [relation for relation in organisation.relations if relation.relation == "successor"]
    return render(request, "pages/organisation.html", {
        "organisation": organisation, "name": display, "named": organisation.name is not None, "facts": known,
        "names": names, "evidence": organisation.evidence,
        "disagreements": sum(1 for fact in known.values() for value in fact.values if value.overruled),
        "projects": [(entry, _project_name(entry)) for entry in taken],
        "untitled": any(not entry.title for entry in taken), "successors": successors,
        "partners": partners(atlas, organisation.id, _PARTNERS) if taken else [],
        "json_url": reverse("organisation-json", args=[key]),
        "linked_data": linked_data(_linked(request, organisation, display)),
    })


@reading
def machine(_request: AtlasRequest, atlas: Atlas, key: str) -> HttpResponse:
    """Give an organisation with its claims, projects and partners as JSON."""
    moved = _moved(atlas, key, "organisation-json")
    if moved:
        return moved
    organisation = atlas.organisation(addresses.id_of(key))
    return json_answer({
        "organisation": organisation, "claims": atlas.claims(organisation.id),
        "projects": participations(atlas, organisation.id, _PROJECTS),
        "partners": partners(atlas, organisation.id, _PARTNERS), "atlas_version": atlas.version,
    })


def _project_name(entry: Participation) -> str:
    number = entry.project_id.partition(":")[2]
    return project_name({"acronym": entry.acronym, "title": entry.title, "source_id": number})


def _linked(request: AtlasRequest, organisation: Organisation, name: str) -> dict[str, Any]:
    """Return the organisation in schema.org's words."""
    same = [url for scheme, value in organisation.identifiers if (url := addresses.identifier_url(scheme, value))]
    return {name: value for name, value in {
        "@context": "https://schema.org", "@type": "Organization",
        "@id": request.build_absolute_uri(addresses.organisation_url(organisation.id)),
        "name": name, "alternateName": sorted({entry.value for entry in organisation.names} - {name}),
        "url": organisation.website, "foundingDate": str(organisation.founded) if organisation.founded else None,
        "sameAs": same, "identifier": [
            {"@type": "PropertyValue", "propertyID": scheme, "value": value}
            for scheme, value in organisation.identifiers],
        "address": {"@type": "PostalAddress", "addressLocality": organisation.city,
                    "addressCountry": organisation.country},
    }.items() if value}
