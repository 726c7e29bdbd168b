"""Addresses of the pages; each has its machine format beside it."""

from django.urls import path

from openvalley.site.pages.views import about, home, organisation, project, search

urlpatterns = [
    path("", home.page, name="home"),
    path("home.json", home.machine, name="home-json"),
    path("map.<str:form>", home.picture_file, name="map"),
    path("search", search.page, name="search"),
    path("search.json", search.machine, name="search-json"),
    path("search.csv", search.table, name="search-csv"),
    path("organisation/<path:key>.json", organisation.machine, name="organisation-json"),
    path("organisation/<path:key>", organisation.page, name="organisation"),
    path("project/<path:key>.json", project.machine, name="project-json"),
    path("project/<path:key>", project.page, name="project"),
    path("about-the-data", about.page, name="about"),
    path("about-the-data.json", about.machine, name="about-json"),
]
