"""Addresses of the pages, each with its machine formats beside it, and of the form that takes a dispute."""

from django.urls import path, register_converter

from openvalley.questions import QUESTIONS
from openvalley.site.pages.views import (
    about,
    call,
    changes,
    dispute,
    home,
    map_,
    method,
    network,
    new_row,
    organisation,
    pack_row,
    press,
    project,
    question,
    region,
    search,
    trial,
)


class QuestionName:
    """The name of a question in an address."""

    regex = "|".join(QUESTIONS)

    def to_python(self, value: str) -> str:
        """Return the name as the views take it."""
        return value

    def to_url(self, value: str) -> str:
        """Return the name as it stands in the address."""
        return value


register_converter(QuestionName, "question")

urlpatterns = [
    path("", home.page, name="home"),
    path("home.json", home.machine, name="home-json"),
    path("map.<str:form>", map_.picture_file, name="map"),
    path("map", map_.page, name="map-page"),
    path("changes", changes.page, name="changes"),
    path("changes.json", changes.machine, name="changes-json"),
    path("changes.csv", changes.table, name="changes-csv"),
    path("press", press.page, name="press"),
    path("press.json", press.machine, name="press-json"),
    path("press.csv", press.table, name="press-csv"),
    path("search", search.page, name="search"),
    path("search.json", search.machine, name="search-json"),
    path("search.csv", search.table, name="search-csv"),
    path("organisation/<path:key>/dispute", dispute.page, name="dispute"),
    path("organisation/<path:key>/network.json", network.machine, name="organisation-network-json"),
    path("organisation/<path:key>/network.<slug:form>", network.file, name="organisation-network-file"),
    path("organisation/<path:key>/network", network.page, name="organisation-network"),
    path("organisation/<path:key>.json", organisation.machine, name="organisation-json"),
    path("organisation/<path:key>", organisation.page, name="organisation"),
    path("project/<path:key>.json", project.machine, name="project-json"),
    path("project/<path:key>.csv", project.table, name="project-csv"),
    path("project/<path:key>", project.page, name="project"),
    path("trial/<path:key>.json", trial.machine, name="trial-json"),
    path("trial/<path:key>.csv", trial.table, name="trial-csv"),
    path("trial/<path:key>", trial.page, name="trial"),
    path("call/<path:key>.json", call.machine, name="call-json"),
    path("call/<path:key>", call.page, name="call"),
    path("region/<str:key>.json", region.machine, name="region-json"),
    path("region/<str:key>.csv", region.table, name="region-csv"),
    path("region/<str:key>", region.page, name="region"),
    path("pack/new", new_row.kinds, name="pack-new-kinds"),
    path("pack/new/<slug:record_type>", new_row.page, name="pack-new"),
    path("pack/<slug:record_type>/<path:key>.json", pack_row.machine, name="pack-row-json"),
    path("pack/<slug:record_type>/<path:key>", pack_row.page, name="pack-row"),
    path("<question:name>", question.page, name="question"),
    path("<question:name>.json", question.machine, name="question-json"),
    path("<question:name>.csv", question.spreadsheet, name="question-csv"),
    path("<question:name>/<slug:key>.<slug:form>", question.picture_file, name="question-picture"),
    path("method/<question:name>", method.page, name="method"),
    path("about-the-data", about.page, name="about"),
    path("about-the-data.json", about.machine, name="about-json"),
    path("about-the-data.csv", about.table, name="about-csv"),
]
