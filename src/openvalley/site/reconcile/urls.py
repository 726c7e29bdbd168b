"""Addresses of the reconciliation service, as its manifest names them."""

from django.urls import path

from openvalley.site.reconcile import views

urlpatterns = [
    path("", views.service, name="reconcile"),
    path("/suggest/entity", views.suggest_entity, name="reconcile-entity"),
    path("/suggest/type", views.suggest_type, name="reconcile-type"),
    path("/suggest/property", views.suggest_property, name="reconcile-property"),
    path("/properties", views.properties, name="reconcile-properties"),
    path("/view", views.view, name="reconcile-view"),
    path("/preview", views.preview, name="reconcile-preview"),
    path("/logo", views.logo, name="reconcile-logo"),
]
