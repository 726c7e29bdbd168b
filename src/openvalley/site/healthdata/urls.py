"""Addresses of the pages of health data, below a language."""

from django.urls import path

from openvalley.site.healthdata import views

urlpatterns = [
    path("health-data", views.page, name="health-data"),
    path("health-data.json", views.machine, name="health-data-json"),
    path("health-data.csv", views.table, name="health-data-csv"),
    path("health-data/catalogue.<slug:form>", views.catalogue, name="health-data-catalogue"),
    path("health-data/set", views.dataset, name="health-data-set"),
    path("health-data/set.json", views.dataset_machine, name="health-data-set-json"),
    path("health-data/describe", views.describe, name="health-data-describe"),
]
