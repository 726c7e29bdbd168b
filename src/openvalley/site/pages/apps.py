"""The pages as a Django application."""

from django.apps import AppConfig


class PagesConfig(AppConfig):
    """Templates, static files and texts of the reading pages."""

    name = "openvalley.site.pages"
