"""A project: what, when, how much, and who takes part."""

from typing import Any

from django.http import HttpResponse, HttpResponsePermanentRedirect
from django.shortcuts import render
from django.urls import reverse

from openvalley.atlas.model import Project
from openvalley.atlas.reader import Atlas
from openvalley.site.pages import addresses, wording
from openvalley.site.pages.finding import project_name
from openvalley.site.pages.machine import json_answer, linked_data
from openvalley.site.pages.reading import AtlasRequest, reading


def _moved(atlas: Atlas, key: str, name: str) -> HttpResponsePermanentRedirect | None:
    known = atlas.resolve_id(addresses.project_id_of(key))
    if atlas.type_of(known) == "organisation":
        name = name.replace("project", "organisation")
    elif addresses.key_of(known) == key:
        return None
    return HttpResponsePermanentRedirect(reverse(name, args=[addresses.key_of(known)]))


@reading
def page(request: AtlasRequest, atlas: Atlas, key: str) -> HttpResponse:
    """Show a project; its bare number leads to its canonical address."""
    moved = _moved(atlas, key, "project")
    if moved:
        return moved
    project = atlas.project(addresses.project_id_of(key))
    name = project_name({"acronym": project.acronym, "title": project.title, "source_id": project.source_id})
    source: dict[str, Any] = next((entry for entry in atlas.manifest["sources"] if entry["name"] == project.source), {})
    codes = {scheme: [(code, title) for kind, code, title in project.codes if kind == scheme]
             for scheme in wording.CODE_SCHEMES}
    region = set(atlas.manifest["region"]["countries"])
    return render(request, "pages/project.html", {
        "project": project, "name": name, "source": source,
        "source_url": addresses.cordis_url(project.source_id, project.doi, source.get("origin", "")),
        "life_science": bool(atlas.rows("SELECT 1 FROM life_science_project WHERE project_id = ?", [project.id])),
        "codes": [(wording.CODE_SCHEMES[scheme], values) for scheme, values in codes.items() if values],
        "coordinator": next((entry for entry in project.organisations if entry.role == "coordinator"), None),
        "at_home": sum(1 for entry in project.organisations if entry.country in region),
        "nameless": sum(1 for entry in project.organisations if not entry.name),
        "json_url": reverse("project-json", args=[key]), "linked_data": linked_data(_linked(request, project, name)),
    })


@reading
def machine(_request: AtlasRequest, atlas: Atlas, key: str) -> HttpResponse:
    """Give a project with its participants as JSON."""
    moved = _moved(atlas, key, "project-json")
    if moved:
        return moved
    return json_answer({"project": atlas.project(addresses.project_id_of(key)), "atlas_version": atlas.version})


def _linked(request: AtlasRequest, project: Project, name: str) -> dict[str, Any]:
    """Return the project in schema.org's words."""
    return {name: value for name, value in {
        "@context": "https://schema.org", "@type": "ResearchProject",
        "@id": request.build_absolute_uri(addresses.project_url(project.id)), "name": name,
        "alternateName": project.title if project.title != name else None, "description": project.objective,
        "identifier": project.source_id, "sameAs": f"https://doi.org/{project.doi}" if project.doi else None,
        "foundingDate": project.start_date, "dissolutionDate": project.end_date,
        "member": [{"@type": "Organization", "name": entry.name,
                    "@id": request.build_absolute_uri(addresses.organisation_url(entry.id))}
                   for entry in project.organisations if entry.name],
    }.items() if value}
