"""People as a Django application."""

from django.apps import AppConfig


class PeopleConfig(AppConfig):
    """Accounts, roles, members' and curators' pages."""

    name = "openvalley.site.people"
