"""A project: what, when, how much, and who takes part."""

from dataclasses import asdict

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse

from openvalley.atlas.answers import about_project
from openvalley.atlas.model import Project
from openvalley.atlas.reader import Atlas
from openvalley.atlas.schema_org import as_project
from openvalley.atlas.sourced import source_of
from openvalley.site.pages import addresses, wording
from openvalley.site.pages.canonical import at_its_address
from openvalley.site.pages.listed import project_name
from openvalley.site.pages.machine import csv_answer, json_answer, leaving, linked_thing
from openvalley.site.pages.reading import AtlasRequest, reading, today
from openvalley.vocabulary.terms import Vocabulary, label, terms


@reading
@at_its_address("project")
def page(request: AtlasRequest, atlas: Atlas, key: str) -> HttpResponse:
    """Show a project; its bare number leads to its canonical address."""
    project = atlas.project(addresses.id_of(key))
    name = project_name({"acronym": project.acronym, "title": project.title, "source_id": project.source_id})
    source = source_of(atlas, project.source)
    codes = {scheme: [(code, *_worded(code, title)) for kind, code, title in project.codes if kind == scheme]
             for scheme in wording.CODE_SCHEMES}
    region = set(atlas.manifest["region"]["countries"])
    return render(request, "pages/project.html", {
        "project": project, "name": name, "source": source,
        "source_url": addresses.project_row_url(source, project.source_id, project.doi),
        "over": project.status == "SIGNED" and project.end_date is not None and project.end_date < today(),
        "life_science": bool(atlas.rows("SELECT 1 FROM life_science_project WHERE project_id = ?", [project.id])),
        "codes": [(wording.CODE_SCHEMES[scheme], values) for scheme, values in codes.items() if values],
        "coordinator": next((entry for entry in project.organisations if entry.role == "coordinator"), None),
        "at_home": sum(1 for entry in project.organisations if entry.country in region),
        "nameless": sum(1 for entry in project.organisations if not entry.name),
        "json_url": reverse("project-json", args=[key]), "csv_url": reverse("project-csv", args=[key]),
        "linked_data": linked_thing(request, atlas, as_project(asdict(project) | {"members": _members(project)}),
                                    [project.source]),
    })


@reading
@leaving
@at_its_address("project", "-json")
def machine(_request: AtlasRequest, atlas: Atlas, key: str) -> HttpResponse:
    """Give a project with its participants as JSON."""
    return json_answer(about_project(atlas, atlas.project(addresses.id_of(key))))


@reading
@leaving
@at_its_address("project", "-csv")
def table(_request: AtlasRequest, atlas: Atlas, key: str) -> HttpResponse:
    """Give the participants of a project as CSV."""
    project = atlas.project(addresses.id_of(key))
    rows = [(entry.id, entry.name, entry.kind, entry.city, entry.country, entry.role, entry.eu_contribution)
            for entry in project.organisations]
    return csv_answer(("id", "name", "kind", "city", "country", "role", "eu_contribution"), rows, "participants")


def _worded(code: str, title: str | None) -> tuple[str, str]:
    """Return what a code stands for in the page's language, else in the register's English, and which it is."""
    if code in terms(Vocabulary.PROGRAMME_PART):
        return label(Vocabulary.PROGRAMME_PART, code, wording.language()), wording.language()
    return title or "", "en"


def _members(project: Project) -> list[dict[str, str]]:
    return [{"id": entry.id, "name": entry.name} for entry in project.organisations if entry.name]
